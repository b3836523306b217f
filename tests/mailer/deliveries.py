"""What tests of delivery need: a sink that is watched, a database that goes away, letters to new people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import announcements, outbox
from jobboard.clock import now
from jobboard.db import Database
from jobboard.driver import Connection
from jobboard.errors import TemporaryFailure
from jobboard.letters.account import Noted
from jobboard.letters.alerts import OfferAlert
from jobboard.outbox import Post, PostAttempt
from jobboard.people import Person
from tests.doors.smtp_conversation import Received
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import alert, candidate, publish, recruiter


class WatchedSink(SmtpSink):
    """A sink that does something of the test's when DATA is heard, and when a mail is kept, before its 250."""

    on_data: Callable[[], None] | None = None
    on_keep: Callable[[], None] | None = None
    at: int | None = None  # when so many mails are kept, and at no other

    def hear(self, command: str) -> None:
        """Hear, then do."""
        super().hear(command)
        if command.upper() == "DATA" and self.on_data:
            self.on_data()

    def keep(self, mail: Received) -> None:
        """Keep, then do."""
        super().keep(mail)
        if self.on_keep and self.at in (None, len(self.mails)):
            self.on_keep()


class Failing(Database):
    """A database that is away for so many of the next transactions."""

    away = 0

    def _meet(self) -> None:
        if self.away:
            self.away -= 1
            raise TemporaryFailure("the database is away")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self._meet()
        with super().transaction() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[Connection]:
        self._meet()
        with super().statements() as connection:
            yield connection


def note(house: Database, *, title: str = "Comptable", **more: Any) -> tuple[Person, int]:
    """Post a small letter of account mail to somebody new."""
    with house.transaction() as session:
        person = candidate(session, at=now())
        post = outbox.post(session, Noted("withdrawn", title), to=person, dedupe=f"note:{person.id}", at=now(), **more)
        assert post is not None
        return person, post.id


def offer_alert(house: Database) -> tuple[Person, int]:
    """Post an alert with one offer to somebody new; returns her and the offer's id."""
    at = now()
    with house.transaction() as session:
        person, by = candidate(session, at=at), recruiter(session, at=at)
        alert(session, person, at=at)
        offer = publish(session, by, at=at)
        announcements.announce(session, offer.id, at=at)
        drop_others(session)
        return person, offer.id


def drop_others(session: Session) -> None:
    """Leave only alerts in the outbox: what else an announcement posts is not this test's matter."""
    session.execute(sa.delete(Post).where(Post.kind != OfferAlert.kind))


def the_post(house: Database, post_id: int | None = None) -> Post:
    """Return that post, or the only one."""
    with house.transaction() as session:
        query = sa.select(Post).where(Post.id == post_id) if post_id else sa.select(Post)
        return session.scalars(query).one()


def make_due(house: Database) -> None:
    """Let every back-off be over."""
    with house.transaction() as session:
        session.execute(sa.update(Post).values(due_at=now() - timedelta(seconds=1)))


def attempts(house: Database, post_id: int) -> list[str]:
    with house.transaction() as session:
        query = sa.select(PostAttempt.step).where(PostAttempt.post_id == post_id).order_by(PostAttempt.id)
        return list(session.scalars(query))
