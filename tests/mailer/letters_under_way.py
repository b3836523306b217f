"""A house whose letters are under way to a sink: what happens there meanwhile, and what is counted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from jobboard import destinations, edition_reports
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.letters.staff import Alarm
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.recipients import Recipient, Shard
from mailer.edition_copies import Copies
from mailer.letter_courier import LetterCourier
from tests.jobboard import approved_letters

DOMAINS = ("courrier.example", "gmail.com", "lent.example")


@contextmanager
def courier(house: Database, worker: int = 7) -> Iterator[LetterCourier]:
    made = LetterCourier(house, Copies(house.settings, Addresses(house.settings)), worker)
    try:
        yield made
    finally:
        made.close()


def approved(house: Database, count: int) -> int:
    """Approve an edition for so many readers, at each domain in turn; return its id."""
    with house.transaction() as session:
        return approved_letters.approve(session, approved_letters.readers(count, DOMAINS)).id


def send(house: Database) -> int:
    with courier(house) as one:
        return one.drain()


def states(house: Database) -> Counter[str]:
    with house.transaction() as session:
        return Counter(session.scalars(sa.select(Recipient.state)))


def state_of(house: Database, address: str) -> Recipient:
    query = sa.select(Recipient).join(Subscription, Subscription.id == Recipient.subscription_id)
    with house.transaction() as session:
        return session.scalars(
            query.join(Person, Person.id == Subscription.person_id).where(Person.address == address)
        ).one()


def counts(house: Database, edition_id: int) -> edition_reports.Report:
    """Return the report, once it agrees with the rows."""
    return approved_letters.report_of(house, edition_id)


def alarms(house: Database) -> list[str]:
    with house.transaction() as session:
        return [one["what"] for one in session.scalars(sa.select(Post.params).where(Post.kind == Alarm.kind))]


def in_an_hour(house: Database, seconds: float = 0) -> None:
    """Make every copy, shard and destination that waits due."""
    past = now() - timedelta(seconds=1)
    with house.transaction() as session:
        session.execute(sa.update(Recipient).values(due_at=past))
        session.execute(sa.update(Shard).where(Shard.state == "waiting").values(due_at=past))
        session.execute(sa.update(destinations.Destination).values(paused_until=past))
