"""What the staff looked at or did that must stay traceable: an append-only table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.people import Person

ADDRESS_SEEN = "address-seen"


class AuditEntry(Base):
    """Who did what, to what; never changed, and without foreign keys, so that it outlives what it speaks of."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int]
    act: Mapped[str]  # "address-seen"…
    subject: Mapped[str]  # the table of what it was about
    subject_id: Mapped[int]


def note(session: Session, member: Person, act: str, *, subject: str, subject_id: int, at: datetime) -> None:
    """Add an entry, in the caller's transaction."""
    session.add(AuditEntry(at=at, by_person_id=member.id, act=act, subject=subject, subject_id=subject_id))


def of_subject(session: Session, subject: str, subject_id: int) -> Sequence[AuditEntry]:
    """Return what was noted about a record, oldest first."""
    return session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id)
    ).all()
