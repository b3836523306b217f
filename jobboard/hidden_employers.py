"""Employers that a candidate hides her profile from: what she wrote, and the keys that it is recognised by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import employers
from jobboard.db import Base
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.people import Person

MOST_EMPLOYERS = 50
_LONGEST_LABEL = 80


class HiddenEmployer(Base):
    """One key of an employer that must not see her; those of one employer share its label."""

    __tablename__ = "hidden_employer"
    __table_args__ = (sa.Index("ix_hidden_employer_key", "key"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]  # as she wrote it
    at: Mapped[datetime]


def hide_from(session: Session, person: Person, written: str, *, at: datetime) -> str:
    """Hide her profile from an employer, and from whatever shares its name, SIREN or mail domain; returns its label.

    Raises Refused "employer-missing", "employer-not-understood" or "too-many-employers".
    """
    label = label_of(written)
    if not label:
        raise Refused("employer-missing")
    found = employers.keys(label)
    if not found:
        raise Refused("employer-not-understood")
    if len(of_person(session, person)) >= MOST_EMPLOYERS:
        raise Refused("too-many-employers", limit=MOST_EMPLOYERS)
    rows = [{"person_id": person.id, "key": key, "label": label, "at": at} for key in found]
    session.execute(insert(HiddenEmployer).values(rows).on_conflict_do_nothing())
    return label


def show_to(session: Session, person: Person, written: str) -> str:
    """Let an employer see her again; returns the label under which she had hidden it.

    Raises Refused("employer-not-hidden").
    """
    wanted = set(employers.keys(label_of(written)))
    mine = session.scalars(sa.select(HiddenEmployer).where(HiddenEmployer.person_id == person.id)).all()
    exact = {row.label for row in mine if fold(row.label) == fold(written)}
    labels = exact or {row.label for row in mine if row.key in wanted}
    if not labels:
        raise Refused("employer-not-hidden")
    session.execute(
        sa.delete(HiddenEmployer).where(HiddenEmployer.person_id == person.id, HiddenEmployer.label.in_(labels))
    )
    return sorted(labels)[0]


def of_person(session: Session, person: Person) -> Sequence[str]:
    """Return the employers that she hides from, as she wrote them, oldest first."""
    query = (
        sa.select(HiddenEmployer.label)
        .where(HiddenEmployer.person_id == person.id)
        .group_by(HiddenEmployer.label)
        .order_by(sa.func.min(HiddenEmployer.at), HiddenEmployer.label)
    )
    return session.scalars(query).all()


def label_of(written: str) -> str:
    """Return what she wrote on one short line."""
    return " ".join(written.split()).strip(" .,;:!«»\"'")[:_LONGEST_LABEL]
