"""Who of the staff approved an edition as it stands: a change makes every approval void."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.people import Person


class EditionApproval(Base):
    """One person's word for one edition."""

    __tablename__ = "edition_approval"

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


def give(session: Session, edition_id: int, person: Person, *, at: datetime) -> None:
    """Note a person's word, once."""
    row = insert(EditionApproval).values(edition_id=edition_id, person_id=person.id, at=at)
    session.execute(row.on_conflict_do_nothing())


def given(session: Session, edition_id: int) -> Sequence[Person]:
    """Return who approved an edition as it stands, the first first."""
    query = sa.select(Person).join(EditionApproval, EditionApproval.person_id == Person.id)
    return session.scalars(
        query.where(EditionApproval.edition_id == edition_id).order_by(EditionApproval.at, Person.id)
    ).all()


def void(session: Session, edition_id: int) -> None:
    """Forget the approvals of an edition that has changed."""
    session.execute(sa.delete(EditionApproval).where(EditionApproval.edition_id == edition_id))
