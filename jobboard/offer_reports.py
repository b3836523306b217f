"""What readers report about an offer: one report a person, until the staff have looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.people import Person

LONGEST = 1_000  # characters of a reason


class OfferReport(Base):
    """One reader's word about one offer; of somebody whom we do not know only a keyed name of the network is kept."""

    __tablename__ = "offer_report"
    __table_args__ = (sa.UniqueConstraint("offer_id", "reporter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"))
    reporter: Mapped[str]  # "person:12" or "network:4f…"
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when the staff decided about it


def add(
    session: Session, offer_id: int, reporter: str, reason: str, *, person: Person | None = None, at: datetime
) -> OfferReport | None:
    """Keep a report; None when the same reader has reported that offer before."""
    row = insert(OfferReport).values(
        offer_id=offer_id,
        reporter=reporter,
        person_id=person.id if person is not None else None,
        reason=reason.strip()[:LONGEST],
        at=at,
    )
    kept = session.scalar(row.on_conflict_do_nothing(index_elements=["offer_id", "reporter"]).returning(OfferReport.id))
    return session.get_one(OfferReport, kept) if kept is not None else None


def waiting(session: Session, offer_id: int) -> Sequence[OfferReport]:
    """Return the reports of an offer that the staff have not decided about, oldest first."""
    query = sa.select(OfferReport).where(OfferReport.offer_id == offer_id, OfferReport.settled_at.is_(None))
    return session.scalars(query.order_by(OfferReport.id)).all()


def reported_offers(session: Session) -> Sequence[int]:
    """Return the ids of the offers about which a report waits, the most reported first."""
    query = (
        sa.select(OfferReport.offer_id)
        .where(OfferReport.settled_at.is_(None))
        .group_by(OfferReport.offer_id)
        .order_by(sa.func.count().desc(), OfferReport.offer_id)
    )
    return session.scalars(query).all()


def settle(session: Session, offer_id: int, *, at: datetime) -> int:
    """Mark the reports of an offer as decided about; returns how many."""
    done = session.execute(
        sa.update(OfferReport)
        .where(OfferReport.offer_id == offer_id, OfferReport.settled_at.is_(None))
        .values(settled_at=at)
        .returning(OfferReport.id)
    )
    return len(done.all())
