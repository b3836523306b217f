"""Recipients: who gets an edition, fixed at its approval as narrow rows, and the shards in which they are served.

A shard is a range of recipients of one edition, all of one MX group or all of none, in one courier's hands at a time.
Its counts are moved in the transaction that moves its recipients: what they say is exact, and asking costs a few rows.
Moves of recipients are no rows of the log of transitions: their own row says what became of them, and when.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import destinations, letter_lists
from jobboard.db import Base, named, settings_of
from jobboard.lifecycle import Lifecycle
from jobboard.tickets import About, expiry

SHARD = 1000


class RecipientState(StrEnum):
    """What became of one person's copy."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"  # a server said "later": it is tried again at `due_at`
    FAILED = "failed"  # refused for good, or given up
    GONE = "gone"  # no such mailbox, said at once or in a report
    LEFT = "left"  # unsubscribed before it left
    SUPPRESSED = "suppressed"  # the address refuses mail: nothing was sent there
    BOUNCED = "bounced"  # taken by the next server, and reported as not delivered afterwards


class ShardState(StrEnum):
    """Whether a shard waits for a courier, is in one's hands, or has nothing left to send."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"


_WAITING = (RecipientState.QUEUED, RecipientState.DEFERRED)
LIFE = Lifecycle(
    "recipient",
    RecipientState,
    (
        *((state, "deliver", RecipientState.SENT) for state in _WAITING),
        *((state, "defer", RecipientState.DEFERRED) for state in _WAITING),
        *((state, "fail", RecipientState.FAILED) for state in _WAITING),
        *((state, "lose", RecipientState.GONE) for state in (*_WAITING, RecipientState.SENT)),
        *((state, "leave", RecipientState.LEFT) for state in _WAITING),
        *((state, "suppress", RecipientState.SUPPRESSED) for state in _WAITING),
        (RecipientState.SENT, "bounce", RecipientState.BOUNCED),
        *(
            (RecipientState(name), "retry", RecipientState.QUEUED)
            for name in ("deferred", "failed", "bounced", "suppressed")
        ),
    ),
    refusal="post-already-left",
)
SHARD_LIFE = Lifecycle(
    "shard",
    ShardState,
    (
        (ShardState.WAITING, "claim", ShardState.SENDING),
        (ShardState.SENDING, "release", ShardState.WAITING),
        (ShardState.SENDING, "finish", ShardState.DONE),
        (ShardState.DONE, "reopen", ShardState.WAITING),
    ),
    refusal="post-already-left",
)


class Recipient(Base):
    """One person's copy of one edition. Its ids are drawn with those of posts: a `v-` names one or the other."""

    __tablename__ = "edition_recipient"
    __table_args__ = (sa.UniqueConstraint("subscription_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default=sa.text("nextval('post_id_seq')"))
    # No foreign key: the one statement that makes these rows holds their edition, and editions are kept for good.
    edition_id: Mapped[int]
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id", ondelete="CASCADE"))
    variant: Mapped[str]  # which of the edition's texts she gets
    destination: Mapped[str]  # an MX group or a domain
    state: Mapped[RecipientState] = mapped_column(named(RecipientState))
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    due_at: Mapped[datetime | None]  # of a deferred one
    moved_at: Mapped[datetime | None]
    reply: Mapped[str | None]  # why she has not got it, without addresses


class Shard(Base):
    """A range of recipients and what became of them; `deferred` counts those that are so now."""

    __tablename__ = "edition_shard"
    __table_args__ = (
        sa.Index("ix_edition_shard_edition_id", "edition_id", "first_id"),
        sa.Index("ix_edition_shard_open", "due_at", postgresql_where=sa.text("state <> 'done'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    destination: Mapped[str]  # an MX group, or "" for a mixture of domains
    first_id: Mapped[int]
    last_id: Mapped[int]
    state: Mapped[ShardState] = mapped_column(named(ShardState))
    worker: Mapped[int | None]
    due_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    total: Mapped[int]
    sent: Mapped[int] = mapped_column(default=0, server_default="0")
    deferred: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    skipped: Mapped[int] = mapped_column(default=0, server_default="0")
    bounced: Mapped[int] = mapped_column(default=0, server_default="0")
    gone: Mapped[int] = mapped_column(default=0, server_default="0")
    complained: Mapped[int] = mapped_column(default=0, server_default="0")


# A reader's answers to all letters of a list come to one address of hers: a ticket a list, not a ticket a letter.
_TICKETS = sa.text("""
WITH bare AS (
    SELECT id, person_id, stream, nextval('ticket_id_seq') AS ticket_id FROM subscription
    WHERE stream = :stream AND stopped_at IS NULL AND ticket_id IS NULL
), made AS (
    INSERT INTO ticket (id, person_id, role, about, subject_id, offers, stream, created_at, expires_at)
    SELECT ticket_id, person_id, 'subscriber', :about, 0, '{}', stream, :at, :expires_at FROM bare
)
UPDATE subscription SET ticket_id = bare.ticket_id FROM bare WHERE subscription.id = bare.id
""")
_LONGER = sa.text("""
UPDATE ticket SET expires_at = :expires_at FROM subscription
WHERE subscription.ticket_id = ticket.id AND subscription.stream = :stream AND subscription.stopped_at IS NULL
  AND ticket.expires_at < :expires_at - (:expires_at - CAST(:at AS timestamptz)) / 2
""")
# On a list of figures whoever has offers reads her own: a variant of one.
# In the order of groups and variants, so that a shard has one group and few variants; the ids are drawn in that order.
_RECIPIENTS = sa.text("""
INSERT INTO edition_recipient (edition_id, subscription_id, variant, destination, state, attempts)
SELECT :edition_id, wanted.id, wanted.variant, wanted.destination, 'queued', 0 FROM (
    SELECT subscription.id, subscription.variant || CASE WHEN :figures AND EXISTS (
            SELECT FROM offer WHERE offer.recruiter_id = subscription.person_id AND offer.published_at IS NOT NULL
        ) THEN '#' || subscription.person_id ELSE '' END AS variant, grouped.name AS grouped,
        coalesce(grouped.name, split_part(person.address_key, '@', -1)) AS destination
    FROM subscription JOIN person ON person.id = subscription.person_id
    LEFT JOIN unnest(CAST(:domains AS text[]), CAST(:names AS text[])) AS grouped(domain, name)
        ON grouped.domain = split_part(person.address_key, '@', -1)
    WHERE subscription.stream = :stream AND subscription.stopped_at IS NULL
    ORDER BY grouped.name NULLS LAST, variant, subscription.id
) AS wanted
ON CONFLICT (subscription_id, edition_id) DO NOTHING
""")
_SHARDS = sa.text("""
INSERT INTO edition_shard (edition_id, destination, first_id, last_id, total, state, due_at, moved_at)
SELECT :edition_id, destination, min(id), max(id), count(*), 'waiting', :at, :at FROM (
    SELECT id, destination, (row_number() OVER (PARTITION BY destination ORDER BY id) - 1) / :size AS number FROM (
        SELECT id, CASE WHEN destination = ANY(:names) THEN destination ELSE '' END AS destination
        FROM edition_recipient WHERE edition_id = :edition_id
    ) AS one
) AS each GROUP BY destination, number
""")


def fix(session: Session, edition_id: int, stream: str, *, at: datetime) -> None:
    """Fix who gets an edition: whoever is on that stream now; a few statements, however many people."""
    grouped = destinations.groups(settings_of(session))
    until = {"stream": stream, "at": at, "expires_at": expiry(session, at)}
    session.execute(_TICKETS, {**until, "about": About.GENERAL})
    session.execute(_LONGER, until)
    names = {"domains": list(grouped), "names": list(grouped.values())}
    figures = letter_lists.find(settings_of(session), stream.partition(":")[2]).figures
    session.execute(_RECIPIENTS, {"edition_id": edition_id, "stream": stream, "figures": figures, **names})
    session.execute(
        sa.text("ANALYZE edition_recipient")
    )  # the planner has never seen these rows, and they are in use now
    session.execute(
        _SHARDS, {"edition_id": edition_id, "names": sorted(set(grouped.values())), "size": SHARD, "at": at}
    )


def unfix(session: Session, edition_id: int) -> None:
    """Forget the recipients of an edition of which nothing has left."""
    session.execute(sa.delete(Recipient).where(Recipient.edition_id == edition_id))
    session.execute(sa.delete(Shard).where(Shard.edition_id == edition_id))


def count(session: Session, recipient: Recipient, **more: int) -> None:
    """Add to the counts of a recipient's shard."""
    mine = sa.update(Shard).where(Shard.edition_id == recipient.edition_id)
    mine = mine.where(Shard.first_id <= recipient.id, Shard.last_id >= recipient.id)
    session.execute(
        mine.values({name: getattr(Shard, name) + number for name, number in more.items()}).execution_options(
            synchronize_session=False
        )
    )


def report_lost(session: Session, recipient: Recipient, *, gone: bool, reply: str, at: datetime) -> None:
    """Take into account that a copy which had left was not delivered after all; `gone`: there is no such mailbox."""
    session.refresh(recipient, with_for_update=True)
    after = LIFE.table.get((recipient.state, "lose" if gone else "bounce"))
    if recipient.state is not RecipientState.SENT or after is None:
        return
    recipient.state, recipient.reply, recipient.moved_at = after, reply, at
    session.flush()
    count(session, recipient, sent=-1, **{after.value: 1})


def queue_missing(session: Session, edition_id: int, *, at: datetime) -> int:
    """Queue again those whose copy has not arrived and may yet; returns how many.

    Who has left is not written to, nor a mailbox that does not exist. What servers hold against an address is asked anew when its turn comes.
    """
    session.execute(
        sa.update(Recipient)
        .where(Recipient.edition_id == edition_id, Recipient.state.in_(LIFE.sources("retry")))
        .values(state=RecipientState.QUEUED, due_at=None, attempts=0, moved_at=at)
        .execution_options(synchronize_session=False)
    )
    return sum(session.scalars(_RECOUNT, {"edition_id": edition_id, "at": at}))


_RECOUNT = sa.text("""
UPDATE edition_shard AS mine SET sent = found.sent, deferred = 0, failed = 0, bounced = 0, gone = found.gone,
    skipped = mine.total - found.sent - found.gone - found.queued,
    state = CASE WHEN found.queued > 0 THEN 'waiting' ELSE 'done' END, due_at = :at, moved_at = :at
FROM (
    SELECT shard.id, count(*) FILTER (WHERE one.state = 'sent') AS sent,
        count(*) FILTER (WHERE one.state = 'gone') AS gone, count(*) FILTER (WHERE one.state = 'queued') AS queued
    FROM edition_shard AS shard LEFT JOIN edition_recipient AS one
        ON one.id BETWEEN shard.first_id AND shard.last_id AND one.edition_id = shard.edition_id
    WHERE shard.edition_id = :edition_id GROUP BY shard.id
) AS found WHERE mine.id = found.id
RETURNING found.queued
""")
