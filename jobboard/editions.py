"""Editions: one issue of a list of letters: drafted, approved by staff, sent to who subscribes at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import queue
from jobboard.db import Base, named
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person, Subscription, letters_stream

WEEKLY = "weekly"


class EditionState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


OPEN = (EditionState.DRAFT,)
# What is being sent is public: its first readers have it.
PUBLIC = (EditionState.SENDING, EditionState.SENT)
LIFE = Lifecycle(
    "edition",
    EditionState,
    (
        (EditionState.DRAFT, "approve", EditionState.SENDING),
        (EditionState.DRAFT, "drop", EditionState.DROPPED),
        (EditionState.SENDING, "finish", EditionState.SENT),
    ),
    refusal="already-decided",
)


class Edition(Base):
    """One issue; its recipients are fixed at approval by `last_subscription_id`."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.UniqueConstraint("list_name", "number"),
        sa.Index("uq_edition_one_draft", "list_name", unique=True, postgresql_where=sa.text("state = 'draft'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str]
    number: Mapped[int]
    state: Mapped[EditionState] = mapped_column(named(EditionState))
    title: Mapped[str]
    intro: Mapped[str]
    offers: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.BigInteger))
    drafted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    last_subscription_id: Mapped[int | None]
    posted_to: Mapped[int] = mapped_column(default=0)  # the last subscription for which posts exist
    sent_at: Mapped[datetime | None]


def subscribers(list_name: str) -> sa.Select[Subscription]:
    """Return the query of who is on a list now, in order of id."""
    return (
        sa.select(Subscription)
        .where(Subscription.stream == letters_stream(list_name), Subscription.stopped_at.is_(None))
        .order_by(Subscription.id)
    )


def approve(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Fix the recipients and set the sending going. Raises Refused("already-decided") when it is no draft any more."""
    LIFE.step(edition, "approve", by=by.id, at=at)
    edition.approved_at, edition.approved_by = at, by.id
    edition.last_subscription_id = session.scalar(
        sa.select(sa.func.max(Subscription.id)).where(Subscription.stream == letters_stream(edition.list_name))
    )
    queue.ring(session, "post_edition", edition_id=edition.id)


def shard(session: Session, edition: Edition, size: int) -> Sequence[Subscription]:
    """Return the next subscriptions for which no post exists yet, by key range."""
    return session.scalars(
        subscribers(edition.list_name)
        .where(Subscription.id > edition.posted_to, Subscription.id <= (edition.last_subscription_id or 0))
        .limit(size)
    ).all()


def unfinished(session: Session) -> Sequence[int]:
    """Return the ids of editions that are being posted: what the sweep rings for."""
    return session.scalars(sa.select(Edition.id).where(Edition.state == EditionState.SENDING)).all()
