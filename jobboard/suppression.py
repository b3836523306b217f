"""Addresses that refuse our mail, and how many strangers we have answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.addresses import address_key, mailbox_key
from jobboard.db import Base, settings_of
from jobboard.letters.base import Stream

HARD_LIMIT = 2  # a second permanent refusal stops what the person did not just ask for
_MASS = frozenset({Stream.ALERTS, Stream.LETTERS})


class AddressHealth(Base):
    """What servers said of an address: permanent refusals count, a delivered mail clears them."""

    __tablename__ = "address_health"

    address_key: Mapped[str] = mapped_column(primary_key=True)
    hard: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]


class Stranger(Base):
    """A mail sent to an address that has not shown that it wants mail from us: one a day, under a global cap.

    Its key is that of the mailbox: a `+tag` makes no new stranger.
    """

    __tablename__ = "stranger"

    address_key: Mapped[str] = mapped_column(primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(index=True)


def refused(session: Session, address: str, reason: str, *, at: datetime) -> None:
    """Count a permanent refusal that is about the recipient."""
    row = insert(AddressHealth).values(address_key=address_key(address), hard=1, reason=reason, changed_at=at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["address_key"],
            set_={"hard": AddressHealth.hard + 1, "reason": reason, "changed_at": at},
        )
    )


def accepted(session: Session, address: str, *, at: datetime) -> None:
    """Forget earlier refusals: the address works."""
    session.execute(
        sa.update(AddressHealth)
        .where(AddressHealth.address_key == address_key(address), AddressHealth.hard > 0)
        .values(hard=0, changed_at=at)
    )


def is_suppressed(session: Session, address: str, stream: Stream) -> bool:
    """Tell whether this stream may not write there; the answer to what a person just asked is never held back."""
    if stream not in _MASS:
        return False
    row = session.get(AddressHealth, address_key(address))
    return row is not None and row.hard >= HARD_LIMIT


def may_answer_stranger(session: Session, address: str, *, at: datetime) -> bool:
    """Take, in the caller's transaction, the right to write once today to an unverified address; False when used up."""
    cap = settings_of(session).strangers_per_hour
    recent = session.scalar(
        sa.select(sa.func.count()).select_from(Stranger).where(Stranger.answered_at > at - timedelta(hours=1))
    )
    if (recent or 0) >= cap:
        return False
    row = insert(Stranger).values(address_key=mailbox_key(address), answered_at=at)
    taken = session.execute(
        row.on_conflict_do_update(
            index_elements=["address_key"],
            set_={"answered_at": at},
            where=Stranger.answered_at <= at - timedelta(hours=settings_of(session).stranger_hours),
        ).returning(Stranger.address_key)
    )
    return taken.first() is not None


def forgive_stranger(session: Session, address: str) -> None:
    """Forget that we wrote: she answered on her fresh token, so the mailbox is hers and wants to hear from us."""
    session.execute(sa.delete(Stranger).where(Stranger.address_key == mailbox_key(address)))
