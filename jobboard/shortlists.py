"""Shortlists: the profiles that an offer was shown, each under the number that CONTACTER n will mean for ever.

A row is also the ledger of what its recruiter was told: nobody is suggested twice for an offer. Numbers go on from page
to page and from week to week; one whose profile is hidden keeps its number, and is shown no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.matching import Match
from jobboard.offers import Offer, OfferState


class ShortlistEntry(Base):
    """A profile as it was numbered in the shortlist of an offer."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (
        sa.UniqueConstraint("offer_id", "person_id"),
        sa.Index("ix_shortlist_entry_at", "at", "person_id"),
    )

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    score: Mapped[float]
    reasons: Mapped[int] = mapped_column(default=0, server_default="0")  # of jobboard.scoring.Reason
    distance_km: Mapped[int | None]
    at: Mapped[datetime]


class Shortlist(Base):
    """What the recruiter of an offer was told of profiles, and when last; one row an offer."""

    __tablename__ = "shortlist"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    published_at: Mapped[datetime]  # the validation that was told: a corrected offer is told anew
    told_at: Mapped[datetime]


# The first half of the advisory lock under which one offer's profiles are numbered.
_ONE_AT_A_TIME = 0x9A58


def lock(session: Session, offer_id: int) -> None:
    """Number the profiles of an offer one after the other: whoever comes second goes on where the first ended."""
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(:space, :offer)"), {"space": _ONE_AT_A_TIME, "offer": offer_id}
    )


def tell(session: Session, offer: Offer, *, at: datetime) -> bool:
    """Note that the recruiter is told of this validation; False when she was."""
    assert offer.published_at is not None, "only what is published is told"
    row = insert(Shortlist).values(offer_id=offer.id, published_at=offer.published_at, told_at=at)
    told = session.execute(
        row.on_conflict_do_update(
            index_elements=["offer_id"],
            set_={"published_at": offer.published_at, "told_at": at},
            where=Shortlist.published_at != offer.published_at,
        ).returning(Shortlist.offer_id)
    )
    return told.first() is not None


def take_as_told(session: Session) -> None:
    """Take the recruiters of all offers that are announced already as told: nobody waits for those mails."""
    announced = sa.select(Offer.id, Offer.published_at, Offer.announced_at).where(
        Offer.published_at.is_not(None), Offer.announced_at.is_not(None)
    )
    columns = ["offer_id", "published_at", "told_at"]
    session.execute(insert(Shortlist).from_select(columns, announced).on_conflict_do_nothing())


def untold(session: Session) -> Sequence[int]:
    """Return the ids of published offers whose recruiter was not told yet: what the sweep rings for."""
    told = sa.and_(Shortlist.offer_id == Offer.id, Shortlist.published_at == Offer.published_at)
    query = (
        sa.select(Offer.id)
        .outerjoin(Shortlist, told)
        .where(Offer.state == OfferState.PUBLISHED, Shortlist.offer_id.is_(None))
    )
    return session.scalars(query.limit(100)).all()


def due(session: Session, *, before: datetime, after: int, limit: int, at: datetime) -> Sequence[int]:
    """Return the ids of open offers whose recruiter heard of no profiles since `before`, in order, after a given id."""
    query = (
        sa.select(Offer.id)
        .join(Shortlist, Shortlist.offer_id == Offer.id)
        .where(
            Offer.state == OfferState.PUBLISHED,
            Offer.closes_at > at,
            Offer.reminders_stopped.is_(False),
            Shortlist.told_at < before,
            Offer.id > after,
        )
    )
    return session.scalars(query.order_by(Offer.id).limit(limit)).all()


def number(session: Session, offer: Offer, found: Iterable[Match], *, at: datetime) -> list[ShortlistEntry]:
    """Give each of these profiles the next number of the offer, which the caller has locked; returns the new rows."""
    last = session.scalar(sa.select(sa.func.max(ShortlistEntry.number)).where(ShortlistEntry.offer_id == offer.id))
    made = [
        ShortlistEntry(
            offer_id=offer.id,
            number=place,
            person_id=match.person_id,
            score=match.score,
            reasons=match.reason_bits,
            distance_km=match.distance_km,
            at=at,
        )
        for place, match in enumerate(found, (last or 0) + 1)
    ]
    session.add_all(made)
    session.flush()
    return made


def of_offer(session: Session, offer_id: int, *, last: int | None = None) -> Sequence[ShortlistEntry]:
    """Return the entries of an offer in the order of their numbers, or only the `last` so many."""
    query = sa.select(ShortlistEntry).where(ShortlistEntry.offer_id == offer_id)
    if last is None:
        return session.scalars(query.order_by(ShortlistEntry.number)).all()
    newest = session.scalars(query.order_by(ShortlistEntry.number.desc()).limit(last)).all()
    return newest[::-1]


def entry(session: Session, offer_id: int, number: int) -> ShortlistEntry | None:
    """Return the entry of that number, or None."""
    return session.get(ShortlistEntry, (offer_id, number)) if 0 < number < 2**31 else None
