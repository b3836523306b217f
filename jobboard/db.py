"""The database: engine, sessions, and the few types that every record shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from jobboard.driver import Connection
from jobboard.errors import TemporaryFailure
from jobboard.settings import Settings


class Utc(sa.TypeDecorator[datetime]):
    """A moment: aware, UTC. A naive datetime is a bug and is refused before it reaches the database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime: pass an aware one in UTC")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC whatever the zone of the connection."""
        return None if value is None else value.astimezone(UTC)


def named(values: type[StrEnum]) -> sa.Enum:
    """Return the column type of a StrEnum, kept as its values in plain text: a new value needs no migration."""
    return sa.Enum(values, native_enum=False, length=40, values_callable=lambda kind: [one.value for one in kind])


class Base(DeclarativeBase):
    """The root of every record; names of constraints are fixed so that migrations can find them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Utc,
        int: sa.BigInteger,
        dict[str, Any]: postgresql.JSONB,
        list[str]: postgresql.ARRAY(sa.Text),
        str: sa.Text,
        bytes: sa.LargeBinary,
    }


class Database:
    """An engine with its sessions; one per process."""

    def __init__(self, url: str, settings: Settings, *, pool_size: int = 5) -> None:
        self.settings = settings
        url, how = sqlalchemy_url(url), {"connect_timeout": 5, "application_name": "passerelle"}
        self.engine = sa.create_engine(url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, connect_args=how)
        # One round trip each: whoever uses it tries again when the database has been away.
        self._statements = sa.create_engine(
            url, isolation_level="AUTOCOMMIT", pool_size=pool_size, pool_reset_on_return=None, connect_args=how
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={"settings": settings})

    def session(self) -> Session:
        """Return a new session; whoever opens it commits it."""
        return self._sessions()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session, commit at the end, roll back on any exception.

        Raises TemporaryFailure when the database cannot be reached.
        """
        with _told_when_away(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[Connection]:
        """Lend a connection of the driver's on which each statement is a transaction of its own, one round trip.

        Raises TemporaryFailure when the database cannot be reached, or was away since it was lent last.
        """
        with _told_when_away(), closing(self._statements.raw_connection()) as lent:
            assert lent.driver_connection is not None
            try:
                yield lent.driver_connection
            except psycopg.Error as error:
                lent.invalidate(error)
                raise

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self._statements.dispose()


@contextmanager
def _told_when_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError) as error:
        if is_away(error):
            raise TemporaryFailure("the database is away") from error
        raise


def is_away(error: sa.exc.DBAPIError | psycopg.Error) -> bool:
    """Tell whether this error means that the server is stopped, starting, stopping or unreachable."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
    invalidated = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    return invalidated or not state or state.startswith(("08", "57P", "53"))


def sqlalchemy_url(url: str) -> str:
    """Return the URL with the driver that we use (psycopg 3)."""
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else url


def settings_of(session: Session) -> Settings:
    """Return the settings that this session's process runs with."""
    settings = session.info["settings"]
    assert isinstance(settings, Settings)
    return settings
