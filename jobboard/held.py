"""Held mails: what the last gate stopped, why, and what the staff decided; nothing of the secret is kept here.

A held post waits as `held` in the outbox. Released by somebody by name, it leaves once, as it is; dropped or left alone
for `held_days`, it never does. Its author is told each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import applications, audit, conversations, outbox, people
from jobboard.conversations import Conversation, Message
from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.letters.applications import MessageHeld
from jobboard.letters.staff import Alarm
from jobboard.lifecycle import Lifecycle
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

RELEASED, DROPPED = "held-released", "held-dropped"  # what the audit log calls it
PLACES_TOLD = 5
MAX_REASON = 2000  # characters


class HeldState(StrEnum):
    """What became of a held mail."""

    WAITING = "waiting"
    RELEASED = "released"
    DROPPED = "dropped"
    EXPIRED = "expired"


LIFE = Lifecycle(
    "held",
    HeldState,
    (
        (HeldState.WAITING, "release", HeldState.RELEASED),
        (HeldState.WAITING, "drop", HeldState.DROPPED),
        (HeldState.WAITING, "expire", HeldState.EXPIRED),
    ),
    refusal="already-decided",
)


class Held(Base):
    """One post that the gate stopped, and where and how a secret was found in it."""

    __tablename__ = "held"
    __table_args__ = (sa.Index("ix_held_waiting", "at", postgresql_where=sa.text("state = 'waiting'")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    state: Mapped[HeldState] = mapped_column(named(HeldState))
    why: Mapped[list[str]]  # "address", "document", "closed", "too-much"
    places: Mapped[list[str]]  # "mail > part 2 (text/html): entities"
    at: Mapped[datetime]
    reason: Mapped[str | None]  # why it was dropped, in the staff's words

    def expires_at(self, days: int) -> datetime:
        """Return when it is dropped, should nobody decide."""
        return self.at + timedelta(days=days)


def hold(session: Session, post: Post, *, why: Iterable[str], places: Sequence[str], at: datetime) -> Held:
    """Keep a claimed post back; its author and every member of the staff are told in the same transaction."""
    told = ", ".join(places[:PLACES_TOLD])
    outbox.record(session, post, "hold", at=at, reply=f"held: {told}"[:300])
    held = Held(post_id=post.id, state=HeldState.WAITING, why=sorted(set(why)), places=list(places), at=at)
    session.add(held)
    session.flush()
    _tell_author(session, held, post, "held", at=at)
    for member in people.staff(session):
        facts: dict[str, str | int] = {"id": held.id, "places": told, "path": f"/equipe/retenus/{held.id}"}
        facts["days"] = settings_of(session).held_days
        dedupe = f"held:{post.id}:{member.id}"
        outbox.post(session, Alarm("held-mail", facts), to=member, dedupe=dedupe, at=at)
    return held


def is_released(session: Session, post: Post) -> bool:
    """Tell whether somebody of the staff let this post leave whatever the gate finds in it."""
    query = sa.select(Held.id).where(Held.post_id == post.id, Held.state == HeldState.RELEASED)
    return session.scalar(query) is not None


def release(session: Session, held: Held, by: Person, *, at: datetime) -> None:
    """Let a held mail leave as it is, once, under its Message-ID; who did it is in the audit log.

    Raises Refused("staff-only") for anybody else, Refused("already-decided") for what no longer waits.
    """
    if Role.STAFF not in people.roles(session, by):
        raise Refused("staff-only")
    post = _decide(session, held, "release", by=by, at=at)
    audit.note(session, by, RELEASED, subject=Held.__tablename__, subject_id=held.id, at=at)
    outbox.record(session, post, "release", at=at, reply=None, due=at)
    outbox.ring(session, post.stream)
    _tell_author(session, held, post, "released", at=at)


def drop(session: Session, held: Held, by: Person | None = None, *, reason: str = "", at: datetime) -> None:
    """Give a held mail up; its author is told, with the reason when there is one. `by` None: the command line.

    Raises Refused("staff-only") for who is not of the staff, Refused("already-decided") for what no longer waits.
    """
    if by is not None and Role.STAFF not in people.roles(session, by):
        raise Refused("staff-only")
    post = _decide(session, held, "drop", by=by, at=at)
    held.reason = reason.strip()[:MAX_REASON] or None
    if by is not None:
        audit.note(session, by, DROPPED, subject=Held.__tablename__, subject_id=held.id, at=at)
    outbox.record(session, post, "drop", at=at, reply="held, dropped by the staff")
    _tell_author(session, held, post, "dropped", at=at)


def expire(session: Session, *, at: datetime, limit: int = 100) -> int:
    """Give up what has waited for `held_days`; the authors are told. Returns how many."""
    since = at - timedelta(days=settings_of(session).held_days)
    query = sa.select(Held).where(Held.state == HeldState.WAITING, Held.at <= since).order_by(Held.id).limit(limit)
    old = session.scalars(query.with_for_update(skip_locked=True)).all()
    for held in old:
        post = _decide(session, held, "expire", by=None, at=at)
        outbox.record(session, post, "drop", at=at, reply="held, expired")
        _tell_author(session, held, post, "expired", at=at)
    return len(old)


def _decide(session: Session, held: Held, step: str, *, by: Person | None, at: datetime) -> Post:
    """Move a held mail, locked: of two decisions at once the second is refused."""
    session.refresh(held, with_for_update=True)
    LIFE.step(held, step, by=by.id if by is not None else None, at=at)
    return session.get_one(Post, held.post_id, populate_existing=True, with_for_update=True)


def find(session: Session, held_id: int) -> Held | None:
    """Return the held mail of that number, whatever became of it."""
    return session.get(Held, held_id) if 0 < held_id < 2**62 else None


def waiting(session: Session, *, limit: int = 200) -> Sequence[Held]:
    """Return what waits for a decision, oldest first."""
    query = sa.select(Held).where(Held.state == HeldState.WAITING).order_by(Held.at, Held.id).limit(limit)
    return session.scalars(query).all()


def decided(session: Session, *, limit: int = 20) -> Sequence[Held]:
    """Return what was decided last, newest first."""
    query = sa.select(Held).where(Held.state != HeldState.WAITING).order_by(Held.id.desc()).limit(limit)
    return session.scalars(query).all()


def count_waiting(session: Session) -> int:
    """Return how many wait for a decision."""
    return session.scalar(sa.select(sa.func.count()).select_from(Held).where(Held.state == HeldState.WAITING)) or 0


def message_of(session: Session, held: Held) -> Message | None:
    """Return the message that the post carries, None when it carries none of anybody's."""
    post = session.get_one(Post, held.post_id)
    return session.get(Message, post.params.get("message_id") or 0)


def parties(session: Session, held: Held) -> tuple[str, str]:
    """Return the short names of who wrote a held message and of who would read it; "" for who never gave one."""
    message = message_of(session, held)
    if message is None:
        return "", ""
    author = session.get_one(Person, message.author_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    return author.short_name, conversations.other_side(session, conversation, author).short_name


def title_of(session: Session, message: Message) -> str:
    """Return the title of the offer that a message is about, "" when it is about none."""
    conversation = session.get_one(Conversation, message.conversation_id)
    offer = session.get(Offer, conversation.offer_id) if conversation.offer_id else None
    return offer.title if offer is not None else ""


def _tell_author(session: Session, held: Held, post: Post, what: str, *, at: datetime) -> None:
    """Tell who wrote the message what becomes of it; her answer goes to the same conversation."""
    message = message_of(session, held)
    if message is None or message.automatic is not None:
        return
    author = session.get_one(Person, message.author_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    role = Role.CANDIDATE if author.id == conversation.candidate_id else Role.RECRUITER
    days = settings_of(session).held_days
    outbox.post(
        session,
        MessageHeld(what, tuple(held.why), title_of(session, message), held.reason or "", days),
        to=author,
        dedupe=f"message-{what}:{post.id}",
        reply=Reply(About.CONVERSATION, role, subject_id=conversation.id),
        thread=conversations.own_thread(session, message),
        at=at,
    )
    application = applications.of_conversation(session, conversation)
    if what in ("dropped", "expired") and application is not None:
        applications.note(session, application, applications.Event.NOT_DELIVERED, at=at, message_id=message.id)
