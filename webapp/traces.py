"""What happened to a record, and who did it, as the staff read it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import showing
from jobboard.lifecycle import Transition
from jobboard.people import Person


def trace(session: Session, subject: str, subject_id: int) -> list[tuple[Transition, str]]:
    """Return the moves of a record, oldest first, each with the name of who made it ("" for the clock)."""
    query = (
        sa.select(Transition)
        .where(Transition.subject == subject, Transition.subject_id == subject_id)
        .order_by(Transition.id)
    )
    return [(one, _who(session, one.by_person_id)) for one in session.scalars(query)]


def _who(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id is not None else None
    return (person.short_name or showing.masked_address(person)) if person is not None else ""
