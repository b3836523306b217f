"""What somebody did and may take back for a few minutes: the letters to others wait that long for ANNULER."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named, settings_of
from jobboard.people import Person


class ActKind(StrEnum):
    """What was done; `subject_id` names the application, or the offer, that it was done to."""

    APPLICATION = "application"
    REFUSAL = "refusal"  # the offer; the applications are in the payload
    CLOSING = "closing"  # the offer
    OFFER_REFUSAL = "offer_refusal"  # the offer that staff sent back


class Act(Base):
    """One thing done by one person, until when she may take it back, and whether she did."""

    __tablename__ = "act"
    __table_args__ = (sa.Index("ix_act_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[ActKind] = mapped_column(named(ActKind))
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    until: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    @property
    def cause(self) -> str:
        """What the posts that wait for this act to stand are marked with (`outbox.take_back`)."""
        return f"act:{self.id}"


def note(session: Session, person: Person, kind: ActKind, subject_id: int, *, at: datetime, **payload: object) -> Act:
    """Keep what was done; the caller posts the letters to others with `act.cause`, not before `act.until`."""
    act = Act(
        person_id=person.id,
        kind=kind,
        subject_id=subject_id,
        payload=payload,
        at=at,
        until=at + timedelta(minutes=settings_of(session).undo_minutes),
    )
    session.add(act)
    session.flush()
    return act


def last_of(session: Session, person: Person) -> Act | None:
    """Return, locked, the last thing that a person did and has not taken back; whether she still may, `until` tells."""
    return session.scalar(
        sa.select(Act)
        .where(Act.person_id == person.id, Act.undone_at.is_(None))
        .order_by(Act.id.desc())
        .limit(1)
        .with_for_update()
    )
