"""Editions: one issue of a list of letters: drafted, approved by staff, sent to who subscribes at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import recipients, shards
from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person, Subscription, letters_stream
from jobboard.recipients import Shard, ShardState

WEEKLY = "weekly"


class EditionState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    TESTED = "tested"  # staff have had a copy of this very draft
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    HELD_LATE = "held-late"  # its hour has passed: it waits for a human
    SENT = "sent"  # everyone's turn has come; what servers put off is still tried
    CANCELLED = "cancelled"
    DROPPED = "dropped"


OPEN = (EditionState.DRAFT, EditionState.TESTED)
# Approved, and not all of it has left.
UNDER_WAY = (EditionState.SCHEDULED, EditionState.SENDING, EditionState.PAUSED, EditionState.HELD_LATE)
LIFE = Lifecycle(
    "edition",
    EditionState,
    (
        (EditionState.DRAFT, "test", EditionState.TESTED),
        (EditionState.TESTED, "test", EditionState.TESTED),
        (EditionState.DRAFT, "edit", EditionState.DRAFT),
        (EditionState.TESTED, "edit", EditionState.DRAFT),
        *((state, "drop", EditionState.DROPPED) for state in OPEN),
        *((state, "approve", EditionState.APPROVED) for state in OPEN),
        (EditionState.APPROVED, "schedule", EditionState.SCHEDULED),
        (EditionState.APPROVED, "start", EditionState.SENDING),
        (EditionState.SCHEDULED, "start", EditionState.SENDING),
        (EditionState.SCHEDULED, "withdraw", EditionState.DRAFT),
        (EditionState.SCHEDULED, "hold", EditionState.HELD_LATE),
        (EditionState.SENDING, "hold", EditionState.HELD_LATE),
        (EditionState.SENDING, "pause", EditionState.PAUSED),
        (EditionState.PAUSED, "resume", EditionState.SENDING),
        (EditionState.HELD_LATE, "resume", EditionState.SENDING),
        *(
            (EditionState(state), "cancel", EditionState.CANCELLED)
            for state in ("scheduled", "sending", "paused", "held-late")
        ),
        (EditionState.SENDING, "finish", EditionState.SENT),
        (EditionState.SENT, "resend", EditionState.SENDING),
        (EditionState.CANCELLED, "resend", EditionState.SENDING),
    ),
    refusal="already-decided",
)


class Edition(Base):
    """One issue of a list; who gets it is fixed at its approval (jobboard/recipients.py)."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.UniqueConstraint("list_name", "number"),
        sa.Index(
            "uq_edition_one_draft", "list_name", unique=True, postgresql_where=sa.text("state IN ('draft', 'tested')")
        ),
        sa.Index("ix_edition_unfinished", "state", postgresql_where=sa.text("state IN ('scheduled', 'sending')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str]
    number: Mapped[int]
    state: Mapped[EditionState] = mapped_column(named(EditionState))
    title: Mapped[str]
    intro: Mapped[str]
    drafted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    send_at: Mapped[datetime | None]  # not before that moment; of a draft, what the first to approve it chose
    started_at: Mapped[datetime | None]
    # The stretch that runs now, or ran last: since when, and how many copies were done when it began.
    running_since: Mapped[datetime | None]
    done_before: Mapped[int] = mapped_column(default=0, server_default="0")
    paused_why: Mapped[str] = mapped_column(default="", server_default="")  # "": by hand; "gone", "complaints"
    # The part of its copies for which it paused by itself, and with which somebody then let it go on.
    gone_borne: Mapped[float] = mapped_column(default=0.0, server_default="0")
    complaints_borne: Mapped[float] = mapped_column(default=0.0, server_default="0")
    sent_at: Mapped[datetime | None]


def under_way(session: Session) -> Sequence[Edition]:
    """Return what is approved and has not wholly left, in order: scheduled, leaving, paused, or late."""
    return session.scalars(sa.select(Edition).where(Edition.state.in_(UNDER_WAY)).order_by(Edition.id)).all()


def subscribers(list_name: str) -> sa.Select[Subscription]:
    """Return the query of who is on a list now, in order of id."""
    return (
        sa.select(Subscription)
        .where(Subscription.stream == letters_stream(list_name), Subscription.stopped_at.is_(None))
        .order_by(Subscription.id)
    )


def approve(
    session: Session, edition: Edition, *, by: Person | None, at: datetime, send_at: datetime | None = None
) -> None:
    """Fix the recipients, and set the sending going, at once or at `send_at`; `by` nobody where the list asks so.

    Raises Refused("already-decided") when it is no draft any more.
    """
    who = by.id if by is not None else None
    LIFE.step(edition, "approve", by=who, at=at)
    edition.approved_at, edition.approved_by, edition.send_at = at, who, send_at
    recipients.fix(session, edition.id, letters_stream(edition.list_name), at=at)
    if send_at is not None and send_at > at:
        LIFE.step(edition, "schedule", by=who, at=at)
    else:
        _run(session, edition, "start", by=who, at=at)


def withdraw(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Make a scheduled edition a draft again; raises Refused("draft-waits") where its list has another one by now."""
    lock(session, edition)
    waiting = sa.select(Edition.id).where(Edition.list_name == edition.list_name, Edition.state.in_(OPEN))
    if edition.state is EditionState.SCHEDULED and session.scalar(waiting) is not None:
        raise Refused("draft-waits")
    LIFE.step(edition, "withdraw", by=by.id, at=at)
    edition.approved_at = edition.approved_by = edition.send_at = None
    recipients.unfix(session, edition.id)


def pause(session: Session, edition: Edition, *, by: Person | None, at: datetime, why: str = "") -> None:
    """Stop sending: after this commit each connection finishes the group that it has begun, 32 copies at most."""
    lock(session, edition)
    LIFE.step(edition, "pause", by=by.id if by else None, at=at)
    edition.paused_why = why


def resume(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Go on with an edition that is paused, or was held because it was late."""
    lock(session, edition)
    _run(session, edition, "resume", by=by.id, at=at)


def cancel(session: Session, edition: Edition, *, by: Person, at: datetime) -> None:
    """Send nothing more of it; whoever has had no copy yet gets none, unless it is sent to the missing later."""
    lock(session, edition)
    LIFE.step(edition, "cancel", by=by.id, at=at)


def send_to_missing(session: Session, edition: Edition, *, by: Person, at: datetime) -> int:
    """Send it to those, and only those, whose copy has not arrived and may yet; returns how many.

    Raises Refused("already-decided") unless it is sent or cancelled, Refused("still-leaving") while some of it still is.
    """
    lock(session, edition)
    in_hand = sa.select(Shard.id).where(Shard.edition_id == edition.id, Shard.state == ShardState.SENDING)
    if LIFE.allows(edition.state, "resend") and session.scalar(in_hand.limit(1)) is not None:
        raise Refused("still-leaving")
    before = edition.started_at
    _run(session, edition, "resend", by=by.id, at=at)
    edition.started_at = before or at
    return recipients.queue_missing(session, edition.id, at=at)


def _run(session: Session, edition: Edition, step: str, *, by: int | None, at: datetime) -> None:
    LIFE.step(edition, step, by=by, at=at)
    counted = counts_of(session, edition)
    if edition.paused_why:
        setattr(edition, f"{edition.paused_why}_borne", counted.rates[edition.paused_why])
    edition.started_at, edition.running_since, edition.paused_why = edition.started_at or at, at, ""
    edition.done_before = sum(counted.done.values())
    due = sa.update(Shard).where(Shard.edition_id == edition.id, Shard.state == ShardState.WAITING, Shard.due_at < at)
    session.execute(due.values(due_at=at))
    session.flush()
    shards.ring_due(session, at=at)


def lock(session: Session, edition: Edition) -> None:
    """Hold the edition's row until the caller's commit, and see it as it is now: two who decide come one by one."""
    session.flush()
    session.refresh(edition, with_for_update=True)


def start_due(session: Session, *, at: datetime) -> list[Edition]:
    """Start what is scheduled for now; returns the editions that are too late for that and wait for a human."""
    late = at - timedelta(hours=settings_of(session).letter_late_hours)
    held = []
    scheduled = sa.select(Edition).where(Edition.state == EditionState.SCHEDULED, Edition.send_at <= at)
    for edition in session.scalars(scheduled.with_for_update(skip_locked=True)):
        if edition.send_at is not None and edition.send_at < late:
            LIFE.step(edition, "hold", by=None, at=at)
            held.append(edition)
        else:
            _run(session, edition, "start", by=None, at=at)
    stalled = sa.select(Shard.edition_id).group_by(Shard.edition_id)
    stalled = stalled.where(Shard.state != ShardState.DONE, Shard.edition_id == Edition.id)
    stalled = stalled.having(sa.func.min(Shard.due_at) < late, sa.func.max(Shard.moved_at) < late)
    unmoved = sa.select(Edition).where(
        Edition.state == EditionState.SENDING, Edition.running_since < late, stalled.exists()
    )
    for edition in session.scalars(unmoved.with_for_update(skip_locked=True)):
        LIFE.step(edition, "hold", by=None, at=at)
        held.append(edition)
    return held


def finish_done(session: Session, *, at: datetime) -> None:
    """Finish the editions in which everyone's turn has come."""
    for edition in session.scalars(sa.select(Edition).where(Edition.state == EditionState.SENDING)):
        counted = counts_of(session, edition)
        if counted.in_hand or sum(counted.done.values()) < counted.total:
            continue
        lock(session, edition)
        if edition.state is EditionState.SENDING:
            LIFE.step(edition, "finish", by=None, at=at)
            edition.sent_at = at


@dataclass(frozen=True)
class Counts:
    """What became of an edition's copies: `done` by name of the count; `in_hand`: shards that couriers hold."""

    total: int
    in_hand: int
    moved_at: datetime | None
    complained: int
    done: dict[str, int]

    @property
    def left(self) -> int:
        """How many copies servers have taken, or refused for good because there is no such mailbox."""
        return sum(self.done[name] for name in ("sent", "gone", "bounced"))

    @property
    def unwelcome(self) -> dict[str, int]:
        """How many of them speak against sending more, by the reason for which an edition pauses by itself."""
        return {"gone": self.done["gone"], "complaints": self.complained}

    @property
    def rates(self) -> dict[str, float]:
        """Each of those as a part of what has left, 0 to 1."""
        return {why: count / self.left if self.left else 0.0 for why, count in self.unwelcome.items()}


_COUNTED = ("sent", "deferred", "failed", "gone", "bounced", "skipped")


def counts_of(session: Session, edition: Edition) -> Counts:
    """Return the counts of an edition, from its shards: a row for a thousand copies."""
    sums = [sa.func.coalesce(sa.func.sum(getattr(Shard, name)), 0) for name in ("total", "complained", *_COUNTED)]
    in_hand = sa.func.count().filter(Shard.state == ShardState.SENDING)
    row = session.execute(
        sa.select(in_hand, sa.func.max(Shard.moved_at), *sums).where(Shard.edition_id == edition.id)
    ).one()
    number, moved_at, total, complained, *done = row
    return Counts(int(total), number, moved_at, int(complained), dict(zip(_COUNTED, map(int, done), strict=True)))
