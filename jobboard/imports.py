"""Imports: which file is being taken in and how far it has come; each line with what became of it, until it is done.

A run is known by the octets of its file: started again after an interruption, it goes on behind the last line that was
committed. Its lines, which hold addresses, are gone when it is finished, or some days after nobody came back to it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.driver import driver_of
from jobboard.errors import PermanentFailure

ABANDONED_AFTER = timedelta(days=7)


class Kind(StrEnum):
    """What an import brings."""

    SUBSCRIBERS = "subscribers"
    OFFERS = "offers"
    CANDIDATES = "candidates"


class ImportRun(Base):
    """One file being taken in, or taken in."""

    __tablename__ = "import_run"
    __table_args__ = (
        sa.Index("uq_import_run_open", "kind", "digest", unique=True, postgresql_where=sa.text("finished_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    digest: Mapped[str]  # SHA-256 of the file and of what it was asked to be read as
    source: Mapped[str]  # the file's name
    begun_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    line: Mapped[int] = mapped_column(default=0)  # the last one that is done with
    asked_line: Mapped[int] = mapped_column(default=0, server_default="0")  # the last one whose person has been asked
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # outcome -> lines


class ImportLine(Base):
    """One line for one list, as it was read and what became of it; a line that could not be read has its cells."""

    __tablename__ = "import_line"
    __table_args__ = (sa.Index("ix_import_line_address_key", "run_id", "address_key", "list_name"),)

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    address_key: Mapped[str]
    macs: Mapped[list[bytes]] = mapped_column(postgresql.ARRAY(sa.LargeBinary))  # as the list of erasures knows it
    name: Mapped[str]
    language: Mapped[str]
    variant: Mapped[str]
    consent_at: Mapped[datetime | None]
    consent_how: Mapped[str]
    consent_text: Mapped[str]
    consent_proof: Mapped[str]
    outcome: Mapped[str]  # "" until it is decided
    reason: Mapped[str]
    cells: Mapped[list[str]]


COLUMNS = tuple(column.name for column in ImportLine.__table__.columns)


class Asked(Base):
    """An address that an import has asked once, known by an HMAC only: it is not asked by one again.

    Kept for as long as files bring it, and `import_asked_days` after the last one did.
    """

    __tablename__ = "import_asked"
    __table_args__ = (sa.Index("ix_import_asked_brought_at", "brought_at"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    address_mac: Mapped[bytes] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    brought_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())  # when a file brought it last
    refused: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # she said NON


def begin(session: Session, kind: Kind, digest: str, source: str, *, at: datetime) -> ImportRun:
    """Return the run of that file, made if there is none that waits to be finished; locked."""
    values = {
        "kind": kind, "digest": digest, "source": source, "begun_at": at, "moved_at": at, "line": 0, "asked_line": 0, "counts": {}
    }  # fmt: skip
    session.execute(insert(ImportRun).values(values).on_conflict_do_nothing())
    return session.scalars(
        sa.select(ImportRun)
        .where(ImportRun.kind == kind, ImportRun.digest == digest, ImportRun.finished_at.is_(None))
        .with_for_update()
    ).one()


def take(session: Session, run_id: int, *, line: int, at: datetime) -> ImportRun:
    """Return a run, locked, that stands at that line. Raises PermanentFailure when somebody else has it in hand."""
    run = session.get(ImportRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.line != line or run.finished_at is not None:
        raise PermanentFailure("This file is being imported by another process: wait for it to end.")
    run.moved_at = at
    return run


def stage(session: Session, rows: Iterable[Sequence[Any]]) -> None:
    """Copy lines, in the order of `COLUMNS`, into `import_batch`, which is empty again after this transaction."""
    session.execute(
        sa.text("CREATE TEMPORARY TABLE IF NOT EXISTS import_batch (LIKE import_line) ON COMMIT DELETE ROWS")
    )
    connection = driver_of(session)
    with connection.cursor() as cursor, cursor.copy(f"COPY import_batch ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    session.execute(
        sa.text("ANALYZE import_batch")
    )  # else it is taken for large, and large tables are read whole for it


def counts(session: Session, run_id: int) -> dict[str, int]:
    """Return how many lines came to what: a line with several lists counts once for each outcome that it had."""
    query = sa.select(ImportLine.outcome, sa.func.count(sa.distinct(ImportLine.line))).where(
        ImportLine.run_id == run_id
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(ImportLine.outcome))}


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of a line."""

    line: int
    address: str
    list_name: str
    outcome: str
    reason: str
    cells: list[str]


def with_outcome(session: Session, run_id: int, outcomes: Iterable[str]) -> Generator[Told, None, None]:
    """Yield the lines that came to one of these, in the order of the file, by a cursor of the server."""
    told = (ImportLine.line, ImportLine.address, ImportLine.list_name, ImportLine.outcome, ImportLine.reason)
    query = sa.select(*told, ImportLine.cells)
    query = query.where(ImportLine.run_id == run_id, ImportLine.outcome.in_(list(outcomes)))
    query = query.order_by(ImportLine.line, ImportLine.list_name).execution_options(yield_per=500)
    with session.execute(query) as found:
        for row in found:
            yield Told(*row)


def finish(session: Session, run: ImportRun, counted: Mapping[str, int], *, at: datetime) -> None:
    """Note that a run is done, with its counts, and forget its lines."""
    run.counts = dict(counted)
    run.finished_at = at
    session.execute(sa.delete(ImportLine).where(ImportLine.run_id == run.id))


def drop(session: Session, run: ImportRun) -> None:
    """Forget a run, and its lines with it."""
    session.flush()
    session.execute(sa.delete(ImportRun).where(ImportRun.id == run.id))


def forget_abandoned(session: Session, *, at: datetime) -> int:
    """Forget the runs that nobody came back to; returns how many."""
    stale = sa.delete(ImportRun).where(ImportRun.finished_at.is_(None), ImportRun.moved_at < at - ABANDONED_AFTER)
    return len(session.execute(stale.returning(ImportRun.id)).all())
