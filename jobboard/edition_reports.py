"""How an edition's sending goes, and what came of it: progress while it leaves, then who has it, who has not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import destinations, editions
from jobboard.editions import Edition, EditionState
from jobboard.people import Person, Subscription, letters_stream
from jobboard.recipients import Recipient, RecipientState, Shard

# Who leaves so soon after an edition has started is counted as leaving because of it.
LEAVING_DAYS = 7
# After so long without a copy leaving, what remains waits for servers that asked for it.
STILL_SECONDS = 20.0


@dataclass(frozen=True)
class Slow:
    """A destination that puts copies of this edition off: how many are deferred, when it is tried again, and why."""

    destination: str
    deferred: int
    until: datetime | None
    reply: str


@dataclass(frozen=True)
class Progress:
    """Where a sending stands: `rate` in copies a second since it began or was resumed, `seconds_left` at that rate.

    While what remains waits for servers that asked to wait, the rate is that of before and nobody knows how long.
    """

    state: EditionState
    total: int
    done: int
    sent: int
    deferred: int
    rate: float
    seconds_left: float | None
    slow: tuple[Slow, ...]
    waits: bool = False  # nothing leaves until a slow server takes mail again

    @property
    def percent(self) -> float:
        """How much of it is done, 0 to 100; all of nothing is done."""
        return 100.0 * self.done / self.total if self.total else 100.0


@dataclass(frozen=True)
class Report:
    """What came of an edition. Every recipient is in exactly one of the first seven counts."""

    sent: int
    waiting: int  # not tried yet
    deferred: int
    failed: int
    gone: int  # no such mailbox
    bounced: int  # reported as not delivered after the next server had taken it
    skipped: int  # had unsubscribed, refuses mail, or is forgotten
    complained: int
    unsubscribed: int

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return self.sent + self.missing

    @property
    def missing(self) -> int:
        """How many have no copy, for whatever reason."""
        return self.waiting + self.deferred + self.failed + self.gone + self.bounced + self.skipped


@dataclass(frozen=True)
class Missing:
    """One person without a copy: the state tells why, `reply` is what the server said."""

    recipient_id: int
    person_id: int
    name: str
    address: str
    state: RecipientState
    reply: str
    due_at: datetime | None


def progress(session: Session, edition: Edition, *, at: datetime) -> Progress:
    """Return where the sending of an edition stands; it costs a few rows, however many recipients there are."""
    counted = editions.counts_of(session, edition)
    done = sum(counted.done.values())
    running = edition.state is EditionState.SENDING
    slow = _slow(session, edition, at=at)
    still = counted.moved_at is None or at - counted.moved_at > timedelta(seconds=STILL_SECONDS)
    waits = running and bool(slow) and still
    until = at if running and not waits else counted.moved_at or at
    seconds = (until - edition.running_since).total_seconds() if edition.running_since else 0.0
    rate = (done - edition.done_before) / seconds if seconds > 0 else 0.0
    left = (counted.total - done) / rate if running and rate > 0 and not waits else None
    return Progress(
        edition.state,
        counted.total,
        done,
        counted.done["sent"],
        counted.done["deferred"],
        rate,
        left,
        slow,
        waits,
    )


def _slow(session: Session, edition: Edition, *, at: datetime) -> tuple[Slow, ...]:
    """Return the destinations with copies put off, and those that are left alone while this edition leaves."""
    known = {one.name: one for one in destinations.slowed(session)}
    put_off = sa.func.count(), sa.func.min(Recipient.due_at), sa.func.max(Recipient.reply)
    counted = {
        name: (count, due, reply)
        for name, count, due, reply in session.execute(
            sa.select(Recipient.destination, *put_off)
            .join(Shard, Recipient.id.between(Shard.first_id, Shard.last_id))
            .where(Shard.edition_id == edition.id, Shard.deferred > 0, Recipient.edition_id == edition.id)
            .where(Recipient.state == RecipientState.DEFERRED)
            .group_by(Recipient.destination)
        )
    }
    paused = {name for name, one in known.items() if one.paused_until > at and edition.state is EditionState.SENDING}
    rows = []
    for name in counted.keys() | paused:
        count, until, reply = counted.get(name, (0, None, ""))
        if name in known:
            reply = known[name].reply
            until = known[name].paused_until if known[name].paused_until > at else until
        rows.append(Slow(name, count, until, reply or ""))
    return tuple(sorted(rows, key=lambda row: (-row.deferred, row.destination)))


def report(session: Session, edition: Edition) -> Report:
    """Return what came of an edition so far."""
    counted = editions.counts_of(session, edition)
    return Report(
        **counted.done,
        waiting=counted.total - sum(counted.done.values()),
        complained=counted.complained,
        unsubscribed=_unsubscribed(session, edition),
    )


def _unsubscribed(session: Session, edition: Edition) -> int:
    """Return how many who were sent this edition have left its list in the week after."""
    if edition.started_at is None:
        return 0
    left = Subscription.stopped_at.between(edition.started_at, edition.started_at + timedelta(days=LEAVING_DAYS))
    query = (
        sa.select(sa.func.count())
        .select_from(Subscription)
        .join(Recipient, Recipient.subscription_id == Subscription.id)
        .where(Subscription.stream == letters_stream(edition.list_name), left)
        .where(Recipient.edition_id == edition.id, Recipient.state == RecipientState.SENT)
    )
    return session.scalar(query) or 0


def missing(session: Session, edition: Edition, *, after: int = 0, limit: int = 100) -> Sequence[Missing]:
    """Return who has no copy and why, in order of id from `after` on: the last one's id asks for the next page."""
    query = (
        sa.select(
            Recipient.id,
            Person.id,
            Person.name,
            Person.address,
            Recipient.state,
            sa.func.coalesce(Recipient.reply, ""),
            Recipient.due_at,
        )
        .join(Shard, Recipient.id.between(Shard.first_id, Shard.last_id))
        .join(Subscription, Subscription.id == Recipient.subscription_id)
        .join(Person, Person.id == Subscription.person_id)
        .where(Shard.edition_id == edition.id, Recipient.edition_id == edition.id, Shard.sent < Shard.total)
        .where(Recipient.state != RecipientState.SENT, Recipient.id > after)
        .order_by(Recipient.id)
        .limit(limit)
    )
    return [Missing(*row) for row in session.execute(query)]
