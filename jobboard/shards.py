"""Shards at work: claimed by one courier, served group by group, given back; what each copy became is written once.

A shard is claimed and committed before anything of it leaves, and what became of a group (at most 32 copies) is
committed before the next group is begun: whatever is killed, at most one group for each connection is ambiguous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import outbox, queue
from jobboard.db import settings_of
from jobboard.destinations import NEXT_HOP
from jobboard.driver import Connection, driver_of
from jobboard.recipients import RecipientState, Shard, ShardState

GROUP = 32
MOST_WORKERS = 16
# One claim at a time, for the count of connections to an MX group: a claim is one in a thousand copies.
_LOCK = 0x9A55_0015


class Copy(NamedTuple):
    """One person's copy, as it is claimed: `skip` says why it must not leave, asked in the claiming statement."""

    id: int
    edition_id: int
    subscription_id: int
    ticket_id: int
    person_id: int
    variant: str
    destination: str
    attempts: int
    state: str
    since: datetime  # the edition's start: from then on we have been trying
    address: str
    name: str
    language: str
    skip: str | None  # a state: "left" or "suppressed"
    refused_before: bool  # servers have refused this address lately
    slowed: bool  # its destination has lately pushed back


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a copy: its new state, why, and when a deferred one is due."""

    copy: Copy
    state: RecipientState
    reply: str | None = None
    due_at: datetime | None = None


_FREE = sa.text("""
SELECT shard.id FROM edition_shard AS shard JOIN edition ON edition.id = shard.edition_id
LEFT JOIN destination ON destination.name = shard.destination
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM edition_shard AS other
    WHERE other.state = 'sending' AND other.destination = shard.destination
) AS at_work
WHERE shard.state = 'waiting' AND shard.due_at <= :at AND edition.state IN ('sending', 'sent')
  AND (shard.destination = '' OR at_work.number < :most)
  AND (destination.paused_until IS NULL OR destination.paused_until <= :at)
  AND NOT EXISTS (SELECT FROM destination AS hop WHERE hop.name = :next_hop AND hop.paused_until > :at)
ORDER BY shard.edition_id, at_work.number, shard.id LIMIT 1
FOR UPDATE OF shard SKIP LOCKED
""")


def claim(session: Session, worker: int, *, at: datetime) -> Shard | None:
    """Take the next shard that may be served; None when there is none now. Commit before sending anything of it."""
    session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    most = settings_of(session).mx_group_connections
    found = session.scalar(_FREE, {"at": at, "most": most, "next_hop": NEXT_HOP})
    if found is None:
        return None
    shard = session.get_one(Shard, found, populate_existing=True)
    shard.state, shard.worker, shard.moved_at = ShardState.SENDING, worker, at
    return shard


_SKIP = """CASE WHEN subscription.stopped_at IS NOT NULL THEN 'left'
    WHEN health.suppressed_at IS NOT NULL THEN 'suppressed' END"""
# Said for every 32 copies by the driver itself, in its own format: the layer above would cost more than the statement.
# The rows of a shard lie in the order of their ids: a group costs its own rows, wherever in the shard it begins.
_NEXT = f"""
in_hand AS MATERIALIZED (
    SELECT edition.started_at AS since FROM edition_shard AS shard JOIN edition ON edition.id = shard.edition_id
    WHERE shard.id = %(shard_id)s AND shard.worker = %(worker)s AND edition.state IN ('sending', 'sent')
), due AS MATERIALIZED (
    SELECT one.* FROM edition_recipient AS one
    WHERE one.id > %(after)s AND one.id <= %(last_id)s AND one.edition_id = %(edition_id)s
      AND (one.state = 'queued' OR one.state = 'deferred' AND one.due_at <= %(at)s) AND EXISTS (SELECT FROM in_hand)
      AND NOT EXISTS (SELECT FROM destination AS slow WHERE slow.name = one.destination AND slow.paused_until > %(at)s)
    ORDER BY one.id LIMIT %(most)s
)
SELECT due.id, due.edition_id, due.subscription_id, subscription.ticket_id, person.id, due.variant, due.destination,
    due.attempts, due.state, in_hand.since, person.address, person.name, person.language,
    {_SKIP},
    health.address_key IS NOT NULL, EXISTS (SELECT FROM destination WHERE destination.name = due.destination)
FROM in_hand CROSS JOIN due JOIN subscription ON subscription.id = due.subscription_id
JOIN person ON person.id = subscription.person_id
LEFT JOIN address_health AS health ON health.address_key = person.address_key
ORDER BY due.id
"""
# What nearly every group is: everybody's copy was taken. Said twice, because an answer of the database's got lost or two
# had the group in hand (one of them was believed dead), it counts once: a row that waits moves, and what moves is counted.
_TAKEN = """
moved AS (
    UPDATE edition_recipient AS one SET state = 'sent', reply = NULL, due_at = NULL, moved_at = %(at)s,
        attempts = attempts + 1
    WHERE id = ANY(CAST(%(ids)s AS bigint[])) AND state IN ('queued', 'deferred')
    RETURNING (SELECT state FROM edition_recipient AS before WHERE before.id = one.id) AS was
), counted AS (
    UPDATE edition_shard SET sent = sent + (SELECT count(*) FROM moved), moved_at = %(at)s,
        deferred = deferred - (SELECT count(*) FROM moved WHERE was = 'deferred')
    WHERE id = %(shard_id)s
)
"""
_GROUP = f"WITH {_NEXT}"
_TURN = f"WITH {_TAKEN}, {_NEXT}"
_ALL_SENT = f"WITH {_TAKEN} SELECT"


def next_group(given: Session | Connection, shard: Shard, *, after: int, at: datetime) -> list[Copy]:
    """Return the next copies of a shard in hand; none when it is no longer ours or its edition is paused.

    Whether each reader still wants it, and whether her address takes mail, is asked here and not before. A destination
    that has pushed back gets no more at a time than its window.
    """
    connection = driver_of(given)
    rows = connection.execute(_GROUP, _asked(shard, after=after, at=at))
    return _within_windows(connection, [Copy._make(row) for row in rows])


_HELD_BACK = f"""
SELECT asked.id, CASE WHEN edition.state IN ('sending', 'sent') THEN {_SKIP} END
FROM unnest(CAST(%(ids)s AS bigint[]), CAST(%(subscriptions)s AS bigint[])) AS asked(id, subscription_id)
JOIN edition ON edition.id = %(edition_id)s LEFT JOIN subscription ON subscription.id = asked.subscription_id
LEFT JOIN person ON person.id = subscription.person_id
LEFT JOIN address_health AS health ON health.address_key = person.address_key
WHERE edition.state NOT IN ('sending', 'sent') OR {_SKIP} IS NOT NULL OR subscription.id IS NULL
"""


def held_back(connection: Connection, copies: Sequence[Copy]) -> dict[int, str | None]:
    """Return which copies of one edition that are in hand must not leave after all: id -> the state that says why.

    None stands for whoever goes on waiting, because the edition has been paused or cancelled, or has been forgotten.
    """
    asked = {
        "edition_id": copies[0].edition_id,
        "ids": [one.id for one in copies],
        "subscriptions": [one.subscription_id for one in copies],
    }
    return dict(connection.execute(_HELD_BACK, asked).fetchall())


def turn(connection: Connection, shard: Shard, taken: Sequence[Copy], *, at: datetime) -> list[Copy]:
    """Write down that the copies of a group, at least one, were taken, and return the next as `next_group` does, in one
    statement.
    """
    ids = [one.id for one in taken]
    rows = connection.execute(_TURN, {**_asked(shard, after=ids[-1], at=at), "ids": ids})
    return _within_windows(connection, [Copy._make(row) for row in rows])


def _asked(shard: Shard, *, after: int, at: datetime) -> dict[str, object]:
    mine = {"shard_id": shard.id, "worker": shard.worker, "edition_id": shard.edition_id}
    return {**mine, "after": max(after, shard.first_id - 1), "last_id": shard.last_id, "at": at, "most": GROUP}


def _within_windows(connection: Connection, copies: list[Copy]) -> list[Copy]:
    """Return the beginning of a group up to the first copy that would be one too many for its destination."""
    if not any(copy.slowed for copy in copies):
        return copies
    rows = connection.execute('SELECT name, "window" FROM destination')
    left = {str(name): int(window) for name, window in rows}
    for number, copy in enumerate(copies):
        if copy.destination in left:
            left[copy.destination] -= 1
            if left[copy.destination] < 0:
                return copies[:number]
    return copies


_MOVE = sa.text("""
UPDATE edition_recipient AS one SET state = said.state, reply = said.reply, due_at = said.due_at, moved_at = :at,
    attempts = one.attempts + said.tried
FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:replies AS text[]), CAST(:dues AS timestamptz[]),
    CAST(:tried AS smallint[])) AS said(id, state, reply, due_at, tried)
WHERE one.id = said.id AND one.state IN ('queued', 'deferred')
RETURNING (SELECT state FROM edition_recipient AS before WHERE before.id = one.id), said.state
""")
_COUNT = sa.text("""
UPDATE edition_shard SET sent = sent + :sent, deferred = deferred + :deferred, failed = failed + :failed,
    gone = gone + :gone, skipped = skipped + :skipped, moved_at = :at
WHERE id = :shard_id
""")
_COLUMN = {
    RecipientState.SENT: "sent",
    RecipientState.DEFERRED: "deferred",
    RecipientState.FAILED: "failed",
    RecipientState.GONE: "gone",
    RecipientState.LEFT: "skipped",
    RecipientState.SUPPRESSED: "skipped",
}
_UNTRIED = frozenset({RecipientState.LEFT, RecipientState.SUPPRESSED})


def confirm(session: Session, shard: Shard, results: Sequence[Result], *, at: datetime) -> None:
    """Write down what became of a group, its copies in one statement; what another hand has written down stays so."""
    ids = [one.copy.id for one in results]
    if all(one.state is RecipientState.SENT for one in results):
        driver_of(session).execute(_ALL_SENT, {"shard_id": shard.id, "at": at, "ids": ids})
        return
    said = {
        "ids": ids,
        "states": [one.state for one in results],
        "replies": [one.reply for one in results],
        "dues": [one.due_at for one in results],
        "tried": [int(one.state not in _UNTRIED) for one in results],
    }
    counts = dict.fromkeys(_COLUMN.values(), 0)
    for was, became in session.execute(_MOVE, {**said, "at": at}):
        counts[_COLUMN[RecipientState(became)]] += 1
        counts["deferred"] -= was == RecipientState.DEFERRED
    session.execute(_COUNT, {**counts, "shard_id": shard.id, "at": at})


_RELEASE = sa.text("""
UPDATE edition_shard AS shard SET worker = NULL, moved_at = :at, due_at = greatest(coalesce(found.due_at, :at), :not_before),
    state = CASE WHEN found.waiting > 0 THEN 'waiting' ELSE 'done' END,
    skipped = CASE WHEN found.waiting > 0 THEN shard.skipped
        ELSE shard.total - shard.sent - shard.failed - shard.gone - shard.bounced END
FROM (
    SELECT count(one.id) AS waiting, min(greatest(one.due_at, slow.paused_until)) AS due_at
    FROM edition_shard AS mine JOIN edition_recipient AS one
        ON one.id BETWEEN mine.first_id AND mine.last_id AND one.edition_id = mine.edition_id
        AND one.state IN ('queued', 'deferred')
    LEFT JOIN destination AS slow ON slow.name = one.destination AND slow.paused_until > :at
    WHERE mine.id = :shard_id
) AS found
WHERE shard.id = :shard_id AND shard.worker = :worker AND shard.state = 'sending'
""")


def release(session: Session, shard: Shard, *, at: datetime, not_before: datetime | None = None) -> None:
    """Give a shard back: done when nothing waits in it, else due when its first copy is, never before `not_before`.

    People whom we have forgotten meanwhile have no row any more: they count as skipped.
    """
    asked = {"shard_id": shard.id, "worker": shard.worker, "at": at, "not_before": not_before or at}
    session.execute(_RELEASE, asked)


def recover(session: Session, *, at: datetime) -> int:
    """Give back the shards of workers that are dead; what they had sent and not confirmed leaves again, once more."""
    held = sa.select(Shard.worker).where(Shard.state == ShardState.SENDING).distinct()
    dead = outbox.dead_among(session, session.scalars(held).all())
    back = session.scalars(
        sa.update(Shard)
        .where(Shard.state == ShardState.SENDING, Shard.worker.in_(dead))
        .values(state=ShardState.WAITING, worker=None, due_at=at)
        .returning(Shard.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(back)


def ring_due(session: Session, *, at: datetime) -> None:
    """Ring for the shards to serve now, a bell for each worker that may take part: each drains them until none is left."""
    due = sa.select(Shard.id).where(Shard.state == ShardState.WAITING, Shard.due_at <= at).limit(MOST_WORKERS)
    for slot, _ in enumerate(session.scalars(due).all()):
        queue.ring(session, "send_shards", slot=slot)
