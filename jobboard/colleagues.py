"""Colleagues: people whom a recruiter asked to share the conversations of one offer, and who said OUI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.people import Person


class Colleague(Base):
    """One person's part in the conversations of one offer; who has left stays, for her address stays hidden."""

    __tablename__ = "colleague"
    __table_args__ = (sa.UniqueConstraint("offer_id", "person_id"), sa.Index("ix_colleague_person_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]


def join(session: Session, offer_id: int, person: Person, *, at: datetime) -> None:
    """Let somebody share the conversations of an offer, for the first time or again."""
    row = insert(Colleague).values(offer_id=offer_id, person_id=person.id, since=at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["offer_id", "person_id"],
            set_={"since": at, "left_at": None},
            where=Colleague.left_at.is_not(None),
        )
    )


def leave(session: Session, offer_id: int, person: Person, *, at: datetime) -> bool:
    """Let somebody share them no more; False when she did not."""
    gone = session.execute(
        sa.update(Colleague)
        .where(Colleague.offer_id == offer_id, Colleague.person_id == person.id, Colleague.left_at.is_(None))
        .values(left_at=at)
        .returning(Colleague.id)
    )
    return gone.first() is not None


def of_offer(session: Session, offer_id: int | None) -> Sequence[Person]:
    """Return who shares the conversations of an offer, in the order in which they joined."""
    if offer_id is None:
        return ()
    return session.scalars(_of([offer_id]).where(Colleague.left_at.is_(None))).all()


def ever_of_offer(session: Session, offer_id: int | None) -> Sequence[Person]:
    """Return whoever shares or has shared the conversations of an offer."""
    return session.scalars(_of([offer_id])).all() if offer_id is not None else ()


def of_offers(session: Session, offer_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Return who shares the conversations of each of these offers, in one query."""
    found: dict[int, list[Person]] = {}
    ids = set(offer_ids)
    rows = session.execute(_of(ids).add_columns(Colleague.offer_id).where(Colleague.left_at.is_(None)))
    for person, offer_id in rows:
        found.setdefault(offer_id, []).append(person)
    return found


def shares(session: Session, offer_id: int | None, person_id: int) -> bool:
    """Tell whether that person shares the conversations of that offer."""
    query = sa.select(Colleague.id).where(
        Colleague.offer_id == offer_id, Colleague.person_id == person_id, Colleague.left_at.is_(None)
    )
    return offer_id is not None and session.scalar(query) is not None


def shared_offers(session: Session, person: Person) -> Sequence[int]:
    """Return the ids of the offers whose conversations a person shares, newest first."""
    query = sa.select(Colleague.offer_id).where(Colleague.person_id == person.id, Colleague.left_at.is_(None))
    return session.scalars(query.order_by(Colleague.offer_id.desc())).all()


def _of(offer_ids: Iterable[int]) -> sa.Select[Person]:
    return (
        sa.select(Person)
        .join(Colleague, Colleague.person_id == Person.id)
        .where(Colleague.offer_id.in_(list(offer_ids)))
        .order_by(Colleague.id)
    )
