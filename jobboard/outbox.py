"""The outbox: letters addressed and waiting, each posted in the transaction of its cause and sent once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import macs, queue, tickets
from jobboard.db import Base, named, settings_of
from jobboard.letters.base import Letter, Stream
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person
from jobboard.settings import Settings
from jobboard.tickets import Reply


class PostState(StrEnum):
    """Where a post stands; `sending` is committed before DATA, `sent` after the 250."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    HELD = "held"  # the gate found a hidden address in it: it waits for the staff
    DROPPED = "dropped"  # nothing to say any more, or the person has left


LIFE = Lifecycle(
    "post",
    PostState,
    (
        (PostState.QUEUED, "claim", PostState.SENDING),
        (PostState.DEFERRED, "claim", PostState.SENDING),
        (PostState.SENDING, "deliver", PostState.SENT),
        (PostState.SENDING, "defer", PostState.DEFERRED),
        (PostState.SENDING, "fail", PostState.FAILED),
        (PostState.SENDING, "drop", PostState.DROPPED),
        (PostState.SENDING, "hold", PostState.HELD),
        (PostState.HELD, "release", PostState.QUEUED),
        (PostState.HELD, "drop", PostState.DROPPED),
        (PostState.SENDING, "requeue", PostState.QUEUED),
        (PostState.QUEUED, "drop", PostState.DROPPED),
        (PostState.DEFERRED, "drop", PostState.DROPPED),
        (PostState.FAILED, "retry", PostState.QUEUED),
    ),
    refusal="post-already-left",
)


class Post(Base):
    """A letter to one person: kind and parameters, never a rendered body."""

    __tablename__ = "post"
    __table_args__ = (
        sa.Index("ix_post_due", "stream", "due_at", "id", postgresql_where=sa.text("state IN ('queued', 'deferred')")),
        sa.Index("ix_post_sending", "worker", postgresql_where=sa.text("state = 'sending'")),
        sa.Index("ix_post_person_id", "person_id"),
        sa.Index("ix_post_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    stream: Mapped[Stream] = mapped_column(named(Stream))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    address: Mapped[str | None]  # only where there is no person yet
    language: Mapped[str | None]  # of that address; a person has her own
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"))
    subscription_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscription.id"))
    cause: Mapped[str | None]  # what ANNULER takes back: "application:12"
    message_id: Mapped[str]
    in_reply_to: Mapped[str | None]
    references: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[PostState] = mapped_column(named(PostState))
    octets: Mapped[int] = mapped_column(default=0, server_default="0")  # of the words and files that it passes on
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[int | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sending_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reply: Mapped[str | None]  # the last word of the other side, without addresses


class PostAttempt(Base):
    """One try to deliver one post: the append-only log of the wire."""

    __tablename__ = "post_attempt"
    __table_args__ = (sa.Index("ix_post_attempt_post_id", "post_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    step: Mapped[str]
    reply: Mapped[str | None]


_IS_LARGE = Post.octets > queue.LARGE_OCTETS

# Letters that carry a bearer secret: their parameters are forgotten as soon as they have left.
_SECRET = frozenset({"login_link"})


@dataclass(frozen=True)
class Thread:
    """Where a letter stands in a correspondence, as its reader's mail client knows it (RFC 5322 3.6.4)."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


def message_id(settings: Settings, dedupe: str) -> str:
    """Return the Message-ID of the post with that key: always the same, so that a second copy is recognised."""
    digest = macs.under(settings.keys("message-ids")[0]).digest(dedupe.encode())
    return f"<{digest.hex()[:40]}@{settings.mail_domain}>"


def post(
    session: Session,
    letter: Letter,
    *,
    to: Person | str,
    dedupe: str,
    at: datetime,
    reply: Reply | None = None,
    not_before: datetime | None = None,
    thread: Thread | None = None,
    subscription_id: int | None = None,
    cause: str | None = None,
    octets: int = 0,
    language: str | None = None,
) -> Post | None:
    """Put a letter into the outbox in the caller's transaction and ring for its delivery.

    `language`: of an address that is nobody's yet, the installation's where it is not known; a person has her own.
    `dedupe` names the reason for which this person gets this letter once; None when it is in the outbox already.
    """
    reply, thread = reply or Reply(), thread or Thread()
    if session.scalar(sa.select(Post.id).where(Post.dedupe == dedupe)) is not None:
        return None
    ticket = tickets.issue(session, reply, to, at=at)
    row = insert(Post).values(
        dedupe=dedupe,
        kind=letter.kind,
        params=letter.to_params(),
        stream=letter.stream,
        person_id=to.id if isinstance(to, Person) else None,
        address=None if isinstance(to, Person) else to,
        language=None if isinstance(to, Person) else language,
        ticket_id=ticket.id,
        subscription_id=subscription_id,
        cause=cause,
        message_id=message_id(settings_of(session), dedupe),
        in_reply_to=thread.in_reply_to,
        references=list(thread.references),
        octets=octets,
        state=PostState.QUEUED,
        created_at=at,
        due_at=not_before or at,
    )
    post_id = session.scalar(row.on_conflict_do_nothing(index_elements=["dedupe"]).returning(Post.id))
    if post_id is None:
        return None
    ring(session, letter.stream, large=octets > queue.LARGE_OCTETS)
    return session.get_one(Post, post_id)


@dataclass(frozen=True)
class Addressed:
    """A letter of many: to whom, for what reason once, what an answer is about."""

    letter: Letter
    person_id: int
    dedupe: str
    reply: Reply
    subscription_id: int | None = None


def post_many(session: Session, letters: Sequence[Addressed], *, at: datetime) -> None:
    """Put letters whose reasons are all new into the outbox, two statements for them all; else as `post`.

    A reason that is there already is a bug of the caller: the database refuses it.
    """
    if not letters:
        return
    values = tickets.values
    ids = tickets.issue_many(session, [values(session, one.reply, one.person_id, at=at) for one in letters])
    settings = settings_of(session)
    rows: list[dict[str, Any]] = [
        {
            "dedupe": one.dedupe,
            "kind": one.letter.kind,
            "params": one.letter.to_params(),
            "stream": one.letter.stream,
            "person_id": one.person_id,
            "ticket_id": ticket_id,
            "subscription_id": one.subscription_id,
            "message_id": message_id(settings, one.dedupe),
            "references": [],
            "state": PostState.QUEUED,
            "created_at": at,
            "due_at": at,
        }
        for one, ticket_id in zip(letters, ids, strict=True)
    ]
    session.execute(insert(Post), rows)
    for stream in {one.letter.stream for one in letters}:
        ring(session, stream)


def ring(session: Session, stream: Stream, *, large: bool = False) -> None:
    """Have a worker drain that stream, or what is large in it, once this transaction is committed."""
    queue.ring(session, "deliver_large" if large else f"deliver_{stream}")


def new_worker() -> int:
    """Return the number under which a process claims posts (31 bits: half of an advisory lock's key)."""
    return secrets.randbits(31)


# The first half of the advisory lock that says "this worker lives".
_ALIVE = 0x9A55
_SETTLE_SECONDS = 10


def stay_alive(connection: sa.Connection, worker: int) -> None:
    """Hold, for as long as this connection lives, the lock that says that the worker lives."""
    connection.execute(sa.text("SELECT pg_advisory_lock(:space, :worker)"), {"space": _ALIVE, "worker": worker})


def claim(
    session: Session, stream: Stream, *, worker: int, limit: int, at: datetime, large: bool = False
) -> Sequence[Post]:
    """Take posts that are due, oldest first, and mark them `sending`; commit before sending them.

    `large`: those over `queue.LARGE_OCTETS`, which are left out otherwise.
    """
    due = (
        sa.select(Post.id)
        .where(Post.stream == stream, Post.state.in_(LIFE.sources("claim")), Post.due_at <= at)
        .where(_IS_LARGE if large else ~_IS_LARGE)
        .order_by(Post.due_at, Post.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        sa.update(Post)
        .where(Post.id.in_(due.scalar_subquery()))
        .values(state=PostState.SENDING, sending_at=at, worker=worker, attempts=Post.attempts + 1)
        .returning(Post)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(session.scalars(taken), key=lambda post: (post.due_at, post.id))


def record(
    session: Session, post: Post, step: str, *, at: datetime, reply: str | None = None, due: datetime | None = None
) -> None:
    """Move a claimed post one step and log the attempt; raises Refused("post-already-left") for an impossible one."""
    after = LIFE.table.get((post.state, step))
    if after is None:
        raise RuntimeError(f"post {post.id}: no step {step} from {post.state}")
    session.execute(
        sa.update(Post)
        .where(Post.id == post.id, Post.state == post.state)
        .values(
            state=after,
            params={} if post.kind in _SECRET and after is not PostState.DEFERRED else post.params,
            reply=reply,
            worker=None,
            due_at=due or post.due_at,
            finished_at=at if after in (PostState.SENT, PostState.FAILED, PostState.DROPPED) else None,
        )
        .execution_options(synchronize_session=False)
    )
    session.add(PostAttempt(post_id=post.id, at=at, step=step, reply=reply))


_SENT = sa.text(
    """
UPDATE post SET state = 'sent', reply = said.reply, worker = NULL, finished_at = :at,
    params = CASE WHEN kind = ANY(:secret) THEN '{}' ELSE params END
FROM unnest(CAST(:ids AS bigint[]), CAST(:replies AS text[])) said(id, reply)
WHERE post.id = said.id AND post.state = 'sending'
"""
)


def record_sent(session: Session, sent: Sequence[tuple[Post, str]], *, at: datetime) -> None:
    """Move claimed posts on, that the next server has taken with those replies: as `record`, two statements for all."""
    if not sent:
        return
    assert LIFE.sources("deliver") == (PostState.SENDING,)
    ids, replies = [post.id for post, _ in sent], [reply for _, reply in sent]
    session.execute(_SENT, {"ids": ids, "replies": replies, "at": at, "secret": list(_SECRET)})
    tries = [{"post_id": post.id, "at": at, "step": "deliver", "reply": reply} for post, reply in sent]
    session.execute(sa.insert(PostAttempt), tries)


def on_its_way_since(session: Session, post: Post) -> datetime:
    """Return since when a post tries to leave: its making, or the last time that the staff let it go."""
    query = sa.select(sa.func.max(PostAttempt.at)).where(PostAttempt.post_id == post.id, PostAttempt.step == "release")
    return session.scalar(query) or post.created_at


def dead_among(session: Session, workers: Sequence[int | None]) -> list[int | None]:
    """Return those of these workers that are dead, None among them: nobody.

    A server that has just started is given time: its clients are taking up again the locks that tell them alive.
    """
    young = "SELECT pg_postmaster_start_time() > clock_timestamp() - make_interval(secs => :seconds)"
    if not workers or session.scalar(sa.text(young), {"seconds": _SETTLE_SECONDS}):
        return []
    lock = sa.text("SELECT pg_try_advisory_xact_lock(:space, :worker)")
    return [worker for worker in workers if worker is None or session.scalar(lock, {"space": _ALIVE, "worker": worker})]


def recover(session: Session, *, at: datetime) -> int:
    """Queue again what dead workers had in hand: under the same Message-ID, ambiguous by at most their groups.

    Returns how many posts went back.
    """
    workers = session.scalars(sa.select(Post.worker).where(Post.state == PostState.SENDING).distinct()).all()
    dead = dead_among(session, workers)
    if not dead:
        return 0
    back = session.execute(
        sa.update(Post)
        .where(Post.state == PostState.SENDING, sa.or_(Post.worker.in_(dead), Post.worker.is_(None)))
        .values(state=PostState.QUEUED, worker=None, due_at=at)
        .returning(Post.id, Post.stream, _IS_LARGE)
        .execution_options(synchronize_session=False)
    ).all()
    session.add_all(PostAttempt(post_id=post_id, at=at, step="requeue") for post_id, *_ in back)
    for stream, large in {(stream, large) for _, stream, large in back}:
        ring(session, stream, large=large)
    return len(back)


def take_back(session: Session, cause: str, *, at: datetime) -> int:
    """Drop the posts of that cause that have not left yet; returns how many."""
    waiting = session.scalars(
        sa.select(Post)
        .where(Post.cause == cause, Post.state.in_((PostState.QUEUED, PostState.DEFERRED)))
        .with_for_update()
    ).all()
    for post in waiting:
        record(session, post, "drop", at=at, reply="taken back")
    return len(waiting)


def ring_due(session: Session, *, at: datetime) -> None:
    """Ring for every stream in which something is due: what no bell announced."""
    due = sa.select(Post.stream, _IS_LARGE).where(Post.state.in_(LIFE.sources("claim")), Post.due_at <= at).distinct()
    for stream, large in session.execute(due):
        ring(session, stream, large=large)
