"""Conversations: relayed correspondence, kept anonymised; threads hold on both sides though no id is shared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import blocks, colleagues
from jobboard.db import Base, named
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle
from jobboard.outbox import Thread
from jobboard.people import Person

MAX_REF = 998  # octets


class ConversationState(StrEnum):
    """Whether messages pass."""

    OPEN = "open"
    ENDED = "ended"


LIFE = Lifecycle(
    "conversation",
    ConversationState,
    (
        (ConversationState.OPEN, "end", ConversationState.ENDED),
        (ConversationState.OPEN, "block", ConversationState.ENDED),
    ),
    refusal="conversation-ended",
)


class Conversation(Base):
    """Two sides who write to each other without knowing each other's address."""

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    recruiter_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id"))
    state: Mapped[ConversationState] = mapped_column(named(ConversationState))
    subject: Mapped[str] = mapped_column(default="")  # the one that every message of it leaves under, without "Re:"
    created_at: Mapped[datetime]


class Message(Base):
    """What one side wrote, anonymised before it was stored: the only form that is ever shown or exported."""

    __tablename__ = "message"
    __table_args__ = (sa.Index("ix_message_conversation_id", "conversation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    automatic: Mapped[str | None]  # Auto-Submitted as it came
    precedence: Mapped[str | None]
    importance: Mapped[str | None]
    at: Mapped[datetime]


class Blob(Base):
    """The octets of an attachment, content-addressed."""

    __tablename__ = "blob"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(deferred=True)
    size: Mapped[int]


class MessageAttachment(Base):
    """A file of a message, under the name that the reader sees."""

    __tablename__ = "attachment"
    __table_args__ = (sa.Index("ix_attachment_message_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id", ondelete="CASCADE"))
    sha256: Mapped[bytes] = mapped_column(sa.ForeignKey("blob.sha256"))
    filename: Mapped[str]
    content_type: Mapped[str]
    content_id: Mapped[str | None]
    inline: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]


class MessageRef(Base):
    """The Message-ID under which one person knows a message; nobody else ever sees it."""

    __tablename__ = "message_ref"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "person_id", "ref"),
        sa.Index("ix_message_ref_message_id", "message_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id", ondelete="CASCADE"))
    person_id: Mapped[int]
    ref: Mapped[str]


@dataclass(frozen=True)
class File:
    """An attachment as it is handed over."""

    filename: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True)
class Words:
    """What somebody wrote, already anonymised for its reader."""

    subject: str
    text: str
    html: str | None = None
    files: tuple[File, ...] = ()
    masked: int = 0  # how many places were masked
    refused: tuple[str, ...] = ()  # names of files that we do not pass on
    left_out: tuple[str, ...] = ()  # what else could not pass, by the names of mailer.shown.LEFT_OUT
    address_shown: bool = False  # a candidate who lets recruiters see her address
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: str | None = None
    precedence: str | None = None
    importance: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    own: str = ""  # of the text what she wrote herself: no quotation, no signature

    @property
    def octets(self) -> int:
        """About how much of memory a mail with these words takes: its texts in characters, its files in octets."""
        return len(self.text) + len(self.html or "") + sum(len(file.content) for file in self.files)


def open_between(
    session: Session, candidate: Person, recruiter: Person, *, offer_id: int | None, at: datetime, subject: str = ""
) -> Conversation:
    """Return a new open conversation. Raises Refused("blocked") between people whom BLOQUER keeps apart."""
    if blocks.stands(session, candidate.id, recruiter.id):
        raise Refused("blocked")
    conversation = Conversation(
        candidate_id=candidate.id,
        recruiter_id=recruiter.id,
        offer_id=offer_id,
        state=ConversationState.OPEN,
        subject=subject,
        created_at=at,
    )
    session.add(conversation)
    session.flush()
    return conversation


def keep(session: Session, conversation: Conversation, author: Person, words: Words, *, at: datetime) -> Message:
    """Store what an author wrote; its id in her own mail client is remembered for threads."""
    message = Message(
        conversation_id=conversation.id,
        author_id=author.id,
        subject=words.subject,
        text=words.text,
        html=words.html,
        automatic=words.automatic,
        precedence=words.precedence,
        importance=words.importance,
        at=at,
    )
    session.add(message)
    session.flush()
    for file in words.files:
        digest = hashlib.sha256(file.content).digest()
        session.execute(
            insert(Blob).values(sha256=digest, content=file.content, size=len(file.content)).on_conflict_do_nothing()
        )
        session.add(
            MessageAttachment(
                message_id=message.id,
                sha256=digest,
                filename=file.filename,
                content_type=file.content_type,
                content_id=file.content_id,
                inline=file.inline,
                size=len(file.content),
            )
        )
    if words.message_id:
        remember(session, message, author.id, words.message_id)
    return message


def remember(session: Session, message: Message, person_id: int, ref: str) -> None:
    """Note under which Message-ID a person knows a message; a letter about it may be another such id.

    An id longer than a line of mail may be (RFC 5322 2.1.1) is no id that any client would name again.
    """
    if len(ref.encode()) > MAX_REF:
        return
    session.execute(
        insert(MessageRef)
        .values(conversation_id=message.conversation_id, message_id=message.id, person_id=person_id, ref=ref)
        .on_conflict_do_nothing()
    )


def thread_for(session: Session, conversation: Conversation, words: Words, author: Person, reader: Person) -> Thread:
    """Return where the author's mail stands in the reader's client: known ids mapped, unknown ones dropped.

    RFC 5322 3.6.4: In-Reply-To and References are both mapped; a follow-up to one's own mail names one's own id.
    """
    theirs = [ref for ref in (*words.references, words.in_reply_to) if ref]
    rows = session.execute(
        sa.select(MessageRef.ref, MessageRef.message_id).where(
            MessageRef.conversation_id == conversation.id,
            MessageRef.person_id == author.id,
            MessageRef.ref.in_(theirs),
        )
    )
    known: dict[str, int] = dict(rows.all())
    ours: dict[int, str] = {}
    for message_id, ref in session.execute(
        sa.select(MessageRef.message_id, MessageRef.ref)
        .where(MessageRef.message_id.in_(known.values()), MessageRef.person_id == reader.id)
        .order_by(MessageRef.id)
    ):
        ours.setdefault(message_id, ref)
    mapped = list(dict.fromkeys(ours[known[ref]] for ref in theirs if ref in known and known[ref] in ours))
    parent = known.get(words.in_reply_to or "")
    return Thread((ours.get(parent) if parent else None) or (mapped[-1] if mapped else None), tuple(mapped))


def own_thread(session: Session, message: Message) -> Thread:
    """Return the place of the author's own mail in her client."""
    ref = session.scalar(
        sa.select(MessageRef.ref)
        .where(MessageRef.message_id == message.id, MessageRef.person_id == message.author_id)
        .order_by(MessageRef.id)
        .limit(1)
    )
    return Thread(ref, (ref,)) if ref else Thread()


def messages(session: Session, conversation_id: int) -> Sequence[Message]:
    """Return the messages of a conversation, oldest first."""
    return session.scalars(
        sa.select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id)
    ).all()


def open_of_pair(session: Session, conversation: Conversation) -> Sequence[Conversation]:
    """Return, locked, the other open conversations between the same candidate and whoever deposited the offer."""
    query = sa.select(Conversation).where(
        Conversation.candidate_id == conversation.candidate_id,
        Conversation.recruiter_id == conversation.recruiter_id,
        Conversation.state == ConversationState.OPEN,
        Conversation.id != conversation.id,
    )
    return session.scalars(query.order_by(Conversation.id).with_for_update()).all()


def may_pass_automatic(session: Session, conversation: Conversation, author: Person, *, at: datetime) -> bool:
    """Tell whether an automatic answer of that side may be passed on; locks the conversation.

    Once a day in a conversation, and only to words that a human of the other side wrote last: nothing automatic is ever
    caused by something automatic.
    """
    session.refresh(conversation, with_for_update=True)
    last = session.scalar(
        sa.select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id.desc()).limit(1)
    )
    if last is None or last.automatic is not None or _is_same_side(conversation, last.author_id, author.id):
        return False
    recent = sa.select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.automatic.is_not(None),
        Message.at > at - timedelta(days=1),
    )
    return session.scalar(recent.limit(1)) is None


def files(session: Session, message_id: int) -> list[File]:
    """Return the attachments of a message with their octets, in order."""
    rows = session.execute(
        sa.select(MessageAttachment, Blob.content)
        .join(Blob, Blob.sha256 == MessageAttachment.sha256)
        .where(MessageAttachment.message_id == message_id)
        .order_by(MessageAttachment.id)
    )
    return [File(row.filename, row.content_type, content, row.content_id, row.inline) for row, content in rows]


def filenames(session: Session, message_id: int) -> Sequence[str]:
    """Return the names of the attachments of a message, in order."""
    query = sa.select(MessageAttachment.filename).where(MessageAttachment.message_id == message_id)
    return session.scalars(query.order_by(MessageAttachment.id)).all()


def other_side(session: Session, conversation: Conversation, person: Person) -> Person:
    """Return to whom this person writes: the candidate, or whoever deposited the offer."""
    other = conversation.recruiter_id if person.id == conversation.candidate_id else conversation.candidate_id
    return session.get_one(Person, other)


def recruiters(session: Session, conversation: Conversation) -> list[Person]:
    """Return who takes part on the recruiter's side, whoever deposited the offer first."""
    first = session.get_one(Person, conversation.recruiter_id)
    others = colleagues.of_offer(session, conversation.offer_id)
    apart = blocks.blocked_with(session, conversation.candidate_id) if others else frozenset()
    return [first, *(person for person in others if _may_share(conversation, person, apart))]


def ever_recruiters(session: Session, conversation: Conversation) -> list[Person]:
    """Return whoever takes or has taken part there: what is hidden of them stays hidden."""
    others = colleagues.ever_of_offer(session, conversation.offer_id)
    return [session.get_one(Person, conversation.recruiter_id), *others]


def participants(session: Session, conversation: Conversation) -> list[Person]:
    """Return everybody who takes part, the candidate first."""
    return [session.get_one(Person, conversation.candidate_id), *recruiters(session, conversation)]


def readers(session: Session, conversation: Conversation, author: Person) -> list[Person]:
    """Return who gets what this person writes: the other side first, then her own colleagues."""
    first = other_side(session, conversation, author)
    others = [person for person in participants(session, conversation) if person.id not in (author.id, first.id)]
    return [first, *others]


def _may_share(conversation: Conversation, person: Person, apart: frozenset[int]) -> bool:
    return person.id not in apart and person.id not in (conversation.candidate_id, conversation.recruiter_id)


def _is_same_side(conversation: Conversation, one_id: int, other_id: int) -> bool:
    return (one_id == conversation.candidate_id) == (other_id == conversation.candidate_id)
