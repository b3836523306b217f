"""Hunts: a recruiter's searches of profiles, those asked once by mail and those that she follows.

What a hunt has shown stands in `hunt_entry`, each profile under the number that CONTACTER n will mean for ever: it is
also the ledger that keeps anybody from being told of twice. Whether a hunt is followed is its stream's subscription
(`stream`): STOP, one click, STOP TOUT and REPRENDRE work on it as on any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import people
from jobboard.contracts import Frequency
from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.people import Person, Subscription
from jobboard.profile_search import Hit
from jobboard.sought import Sought

LONGEST_WORDS = 200
_ONE_AT_A_TIME = 0x9A59  # the first half of the advisory lock of a recruiter's hunts


class Hunt(Base):
    """One search of profiles of one recruiter, under her own number."""

    __tablename__ = "hunt"
    __table_args__ = (sa.UniqueConstraint("recruiter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]
    words: Mapped[str]  # as she wrote them: its name
    sought: Mapped[dict[str, Any]]
    frequency: Mapped[Frequency | None] = mapped_column(named(Frequency))  # daily or weekly once followed
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # what is newer than this is new to her

    @property
    def stream(self) -> str:
        """The stream that she is on while she follows it."""
        return stream_of(self.id)


class HuntEntry(Base):
    """A profile as it was numbered in a hunt."""

    __tablename__ = "hunt_entry"
    __table_args__ = (sa.UniqueConstraint("hunt_id", "person_id"),)

    hunt_id: Mapped[int] = mapped_column(sa.ForeignKey("hunt.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    reasons: Mapped[int]  # of jobboard.scoring.Reason
    distance_km: Mapped[int | None]
    at: Mapped[datetime]


def stream_of(hunt_id: int) -> str:
    """Return the stream of a followed hunt."""
    return f"{people.HUNTS}{hunt_id}"


def lock(session: Session, recruiter_id: int) -> None:
    """Let one transaction at a time number a recruiter's hunts, and what they show."""
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(:space, :recruiter)"),
        {"space": _ONE_AT_A_TIME, "recruiter": recruiter_id},
    )


def create(session: Session, recruiter: Person, words: str, sought: Sought, *, at: datetime) -> Hunt:
    """Keep a search of a recruiter, whom the caller has locked. Raises Refused("too-many-searches")."""
    settings = settings_of(session)
    today = sa.select(sa.func.count()).where(
        Hunt.recruiter_id == recruiter.id, Hunt.created_at > at - timedelta(days=1)
    )
    if (session.scalar(today) or 0) >= settings.searches_per_recruiter_per_day:
        raise Refused("too-many-searches", limit=settings.searches_per_recruiter_per_day)
    last = session.scalar(sa.select(sa.func.max(Hunt.number)).where(Hunt.recruiter_id == recruiter.id))
    hunt = Hunt(
        recruiter_id=recruiter.id,
        number=(last or 0) + 1,
        words=" ".join(words.split())[:LONGEST_WORDS],
        sought=sought.to_json(),
        created_at=at,
    )
    session.add(hunt)
    session.flush()
    return hunt


def number(session: Session, hunt: Hunt, hits: Iterable[Hit], *, at: datetime) -> list[HuntEntry]:
    """Give each of these profiles the next number of the hunt; returns the new rows."""
    last = session.scalar(sa.select(sa.func.max(HuntEntry.number)).where(HuntEntry.hunt_id == hunt.id))
    made = [
        HuntEntry(
            hunt_id=hunt.id,
            number=place,
            person_id=hit.person_id,
            reasons=hit.reasons,
            distance_km=hit.distance_km,
            at=at,
        )
        for place, hit in enumerate(hits, (last or 0) + 1)
    ]
    session.add_all(made)
    session.flush()
    return made


def entry(session: Session, hunt_id: int, number: int) -> HuntEntry | None:
    """Return the entry of that number, or None."""
    return session.get(HuntEntry, (hunt_id, number)) if 0 < number < 2**31 else None


def entries(session: Session, hunt_id: int, numbers: Iterable[int]) -> Sequence[HuntEntry]:
    """Return the entries of those numbers, in order."""
    query = sa.select(HuntEntry).where(HuntEntry.hunt_id == hunt_id, HuntEntry.number.in_(list(numbers)))
    return session.scalars(query.order_by(HuntEntry.number)).all()


def follow(session: Session, hunt: Hunt, recruiter: Person, frequency: Frequency, *, at: datetime) -> Subscription:
    """Follow a hunt at that rhythm: from now on she hears of who comes new. Raises Refused("too-many-hunts")."""
    limit = settings_of(session).hunts_per_recruiter
    running = followed(session, recruiter)
    if hunt not in running and len(running) >= limit:
        raise Refused("too-many-hunts", limit=limit)
    if hunt not in running:
        hunt.told_at = at
    hunt.frequency = frequency
    return people.subscribe(session, recruiter, hunt.stream, at=at)


def subscription(session: Session, hunt: Hunt) -> Subscription | None:
    """Return the subscription of a hunt that is followed now."""
    return session.scalar(
        sa.select(Subscription).where(
            Subscription.person_id == hunt.recruiter_id,
            Subscription.stream == hunt.stream,
            Subscription.stopped_at.is_(None),
        )
    )


def _followed() -> sa.Select[Hunt]:
    running = sa.and_(
        Subscription.person_id == Hunt.recruiter_id,
        Subscription.stream == sa.literal(people.HUNTS).concat(sa.cast(Hunt.id, sa.Text)),
        Subscription.stopped_at.is_(None),
    )
    return sa.select(Hunt).join(Subscription, running)


def followed(session: Session, recruiter: Person) -> Sequence[Hunt]:
    """Return the hunts that a recruiter follows, in the order of their numbers."""
    return session.scalars(_followed().where(Hunt.recruiter_id == recruiter.id).order_by(Hunt.number)).all()


def of_number(session: Session, recruiter: Person, number: int) -> Hunt | None:
    """Return the hunt of a recruiter under that number of hers."""
    if not 0 < number < 2**31:
        return None
    return session.scalar(sa.select(Hunt).where(Hunt.recruiter_id == recruiter.id, Hunt.number == number))


def followed_ids() -> sa.Select[int]:
    """Return the ids of the hunts that somebody follows, as a query."""
    return _followed().with_only_columns(Hunt.id)


def due(session: Session, frequency: Frequency, *, before: datetime, after: int, limit: int) -> Sequence[int]:
    """Return the ids of followed hunts of that rhythm that were not told since `before`, in order, after a given id."""
    query = _followed().where(Hunt.frequency == frequency, Hunt.told_at < before, Hunt.id > after)
    return session.scalars(query.order_by(Hunt.id).limit(limit).with_only_columns(Hunt.id)).all()
