"""Erasing a person everywhere: what is hers is deleted, what others need of it stays without her.

The rows of a person are found through the schema itself (every reference to `person`), so that a table that is added
later is emptied of her as well. Her own row stays as an empty shell: the other party's timeline names "une personne".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from jobboard import closings, conversations, erasures, job_interviews, offers, outbox
from jobboard.applications import LIFE, Application
from jobboard.conversations import Blob, Conversation, ConversationState, Message, MessageAttachment, MessageRef
from jobboard.db import Base
from jobboard.erasures import Cause, Erasure
from jobboard.letters.account import Noted
from jobboard.mailbag import Mail, MailState, RawMail
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post, PostState
from jobboard.people import Person, Role
from jobboard.questions import Question, QuestionState
from jobboard.tickets import About, Reply, Ticket

# Rows that others need, too: they stay, and name a person of whom nothing is left.
STAYS = frozenset({"application", "conversation", "message", "offer", "agenda_event", "slot", "article"})
NOBODY = "efface-{}@efface.invalid"  # RFC 2606: no mail ever reaches it
_SCRUBBED = ("contact_received", "contact_answered", "conversation_reported")


@dataclass(frozen=True)
class _Hers:
    """What is known of her while it is being erased."""

    person: Person
    address: str
    names: tuple[str, ...]
    conversations: tuple[int, ...]  # in which she is the candidate: every word there is about her

    @classmethod
    def of(cls, session: Session, person: Person) -> _Hers:
        found = session.scalars(sa.select(Conversation.id).where(Conversation.candidate_id == person.id)).all()
        names = sorted({person.name.strip(), person.short_name} - {""}, key=len, reverse=True)
        return cls(person, person.address, tuple(names), tuple(found))


def erase(session: Session, person: Person, cause: Cause, *, at: datetime) -> Erasure:
    """Erase a person everywhere, in the caller's transaction, and put her on the list of erasures.

    The caller commits, then keeps the list outside of the database (`erasures.keep_outside`).
    """
    erasure = erasures.ask(session, person, cause, due=at, at=at)
    hers = _Hers.of(session, person)
    _take_leave(session, person, at=at)
    session.flush()
    _forget_words(session, hers)
    _forget_mails(session, hers)
    _forget_letters(session, hers, at=at)
    _forget_rows(session, hers)
    _forget_mentions(session, hers)
    person.address = NOBODY.format(person.id)
    person.address_key, person.name, person.erased_at = person.address, "", at
    erasure.done_at, erasure.person_id = at, person.id
    session.flush()
    session.expire_all()
    session.refresh(erasure)
    return erasure


def _take_leave(session: Session, person: Person, *, at: datetime) -> None:
    """End what others have begun with her, and tell them so, without her name."""
    mine = sa.select(Application).where(Application.person_id == person.id)
    for application in session.scalars(mine.order_by(Application.id)):
        application.reason = ""
        unread = outbox.take_back(session, f"application:{application.id}", at=at)
        if not LIFE.allows(application.state, "withdraw"):
            continue
        job_interviews.call_off_with(session, application, person, key="erased", at=at, why="withdrawn", nameless=True)
        LIFE.step(application, "withdraw", by=person.id, at=at)
        offer = session.get_one(Offer, application.offer_id)
        if not unread:
            outbox.post(
                session,
                Noted("withdrawn-by-candidate", offer.title),
                to=session.get_one(Person, offer.recruiter_id),
                dedupe=f"erased:{application.id}",
                reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
                at=at,
            )
    for offer in session.scalars(sa.select(Offer).where(Offer.recruiter_id == person.id)):
        _close(session, offer, person, at=at)
    both = sa.or_(Conversation.candidate_id == person.id, Conversation.recruiter_id == person.id)
    running = sa.select(Conversation).where(both, Conversation.state == ConversationState.OPEN)
    for conversation in session.scalars(running.order_by(Conversation.id)):
        conversations.LIFE.step(conversation, "end", by=person.id, at=at)


def _close(session: Session, offer: Offer, person: Person, *, at: datetime) -> None:
    """Close an offer that nobody answers for any more; those who wait are told."""
    offer.draft, offer.validated = {}, None
    if offer.state is OfferState.PUBLISHED:
        offers.LIFE.step(offer, "close", by=None, at=at)
        offer.closed_at = at
        job_interviews.call_off_with_offer(session, offer, person, "closed", key="erased", at=at)
        closings.tell_applicants(session, offer, at=at)
    if offer.state is OfferState.PENDING:
        offers.LIFE.step(offer, "correct", by=None, at=at)
    if offer.state is OfferState.DRAFT:
        offers.LIFE.step(offer, "abandon", by=None, at=at)
        offer.closed_at = at


def _forget_words(session: Session, hers: _Hers) -> None:
    """Empty her messages, and those that were written to her as a candidate; their files go."""
    about = sa.or_(Message.author_id == hers.person.id, Message.conversation_id.in_(hers.conversations))
    ids = sa.select(Message.id).where(about)
    digests = session.scalars(sa.select(MessageAttachment.sha256).where(MessageAttachment.message_id.in_(ids))).all()
    session.execute(sa.delete(MessageAttachment).where(MessageAttachment.message_id.in_(ids)))
    kept = sa.select(MessageAttachment.id).where(MessageAttachment.sha256 == Blob.sha256).exists()
    session.execute(sa.delete(Blob).where(Blob.sha256.in_(digests), ~kept))
    session.execute(sa.update(Message).where(about).values(subject="", text="", html=None))
    session.execute(sa.update(Conversation).where(Conversation.id.in_(hers.conversations)).values(subject=""))
    refs = sa.or_(MessageRef.person_id == hers.person.id, MessageRef.conversation_id.in_(hers.conversations))
    session.execute(sa.delete(MessageRef).where(refs))


def _forget_mails(session: Session, hers: _Hers) -> None:
    """Drop her mails as they came, and the octets of those that others wrote to her."""
    key = hers.person.address_key
    mine = sa.or_(Mail.person_id == hers.person.id, sa.func.lower(Mail.sender) == hers.address.lower())
    asked = sa.select(Question.id).where(Question.address_key == key)
    session.execute(sa.delete(Question).where(Question.id.in_(asked)))
    gone = sa.select(Mail.id).where(mine)
    session.execute(sa.update(Question).where(Question.mail_id.in_(gone)).values(mail_id=None))
    raw = session.scalars(sa.delete(Mail).where(mine).returning(Mail.raw_id)).all()
    shared = sa.select(Mail.id).where(Mail.raw_id == RawMail.id).exists()
    session.execute(sa.delete(RawMail).where(RawMail.id.in_(raw), ~shared))
    others = (
        sa.select(Mail.raw_id)
        .join(Conversation, Conversation.recruiter_id == Mail.person_id)
        .where(Conversation.id.in_(hers.conversations), Mail.received_at >= Conversation.created_at)
        .where(Mail.state == MailState.DONE)
        .where(
            ~sa.select(Question.id).where(Question.mail_id == Mail.id, Question.state == QuestionState.OPEN).exists()
        )
    )
    session.execute(sa.update(RawMail).where(RawMail.id.in_(others)).values(content=None))


def _forget_letters(session: Session, hers: _Hers, *, at: datetime) -> None:
    """Delete the letters to her; of those to others that speak of her only what they need to stand remains."""
    address = hers.address.lower()
    session.execute(
        sa.delete(Post).where(sa.or_(Post.person_id == hers.person.id, sa.func.lower(Post.address) == address))
    )
    session.execute(sa.delete(Ticket).where(sa.func.lower(Ticket.address) == address))
    posts = sa.select(Post).where(sa.or_(_about_her(hers), _naming_her(hers)))
    speaking = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in (hers.address, *hers.names)), re.I)
    for post in session.scalars(posts.with_for_update()):
        if post.state in (PostState.QUEUED, PostState.DEFERRED) and "message_id" in post.params:
            outbox.record(session, post, "drop", at=at, reply="erased")  # the words that it passes on are gone
        left = _scrubbed(post.params, speaking)
        if post.kind in _SCRUBBED:
            left = {name: "" if isinstance(value, str) else value for name, value in left.items()}
        session.execute(sa.update(Post).where(Post.id == post.id).values(params=left))


def _about_her(hers: _Hers) -> sa.ColumnElement[bool]:
    """Return the condition that a letter is about a conversation of hers, or an offer that she answered."""
    offers_answered = sa.select(Application.offer_id).where(Application.person_id == hers.person.id)
    tickets = sa.select(Ticket.id).where(
        sa.or_(
            sa.and_(Ticket.about == About.CONVERSATION, Ticket.subject_id.in_(hers.conversations)),
            sa.and_(Ticket.about == About.OFFER, Ticket.subject_id.in_(offers_answered)),
        )
    )
    return Post.ticket_id.in_(tickets)


def _naming_her(hers: _Hers) -> sa.ColumnElement[bool]:
    """Return the condition that a letter holds her address, or her name where that is one of several words."""
    params = sa.func.lower(sa.cast(Post.params, sa.Text))
    telling = [hers.address, *(name for name in hers.names if name == hers.person.name.strip() and " " in name)]
    return sa.or_(*(sa.func.strpos(params, value.lower()) > 0 for value in telling))


def _scrubbed(value: Any, speaking: re.Pattern[str]) -> Any:
    """Return stored fields without her address and names."""
    if isinstance(value, str):
        return speaking.sub("", value).strip() if speaking.search(value) else value
    if isinstance(value, dict):
        return {name: _scrubbed(each, speaking) for name, each in value.items()}
    return [_scrubbed(each, speaking) for each in value] if isinstance(value, list) else value


def _forget_rows(session: Session, hers: _Hers) -> None:
    """Delete every row that is hers, those that refer to others first; what refers to them goes with them."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in STAYS or table.name in ("person", "erasure"):
            continue
        conditions = [column == hers.person.id for column in table.c if _names_a_person(column)]
        if "address_key" in table.c:
            conditions.append(table.c.address_key == hers.person.address_key)
        if conditions:
            session.execute(sa.delete(table).where(sa.or_(*conditions)))


def _names_a_person(column: sa.Column[Any]) -> bool:
    """Tell whether a row that holds a person in this column is hers."""
    owned = any(key.target_fullname == "person.id" and key.ondelete != "SET NULL" for key in column.foreign_keys)
    return owned or (column.name == "person_id" and not column.foreign_keys)


def _forget_mentions(session: Session, hers: _Hers) -> None:
    """Take her address out of whatever text is left, wherever it stands."""
    pattern = "(?i)" + re.sub(r"([^\w@])", r"\\\1", hers.address)
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.c if _is_text(column)] if table.name != "person" else []
        if not columns:
            continue
        holds = [
            sa.func.strpos(sa.func.lower(sa.cast(column, sa.Text)), hers.address.lower()) > 0 for column in columns
        ]
        values = {column.name: _without(column, pattern) for column in columns}
        session.execute(sa.update(table).where(sa.or_(*holds)).values(values))


def _is_text(column: sa.Column[Any]) -> bool:
    """Tell whether words may stand in a column: texts, lists of texts, JSON; names of states are none."""
    if column.computed is not None or column.primary_key or isinstance(column.type, sa.Enum):
        return False
    kind = column.type.item_type if isinstance(column.type, postgresql.ARRAY) else column.type
    return isinstance(kind, sa.Text | sa.String | postgresql.JSONB) and not isinstance(kind, postgresql.TSVECTOR)


def _without(column: sa.Column[Any], pattern: str) -> sa.ColumnElement[Any]:
    """Return what a column holds without the address."""
    if isinstance(column.type, postgresql.ARRAY):
        one = sa.func.unnest(column).column_valued("one")
        bare = sa.select(sa.func.regexp_replace(one, pattern, "", "g")).scalar_subquery()
        return sa.func.array(bare, type_=column.type)
    replaced = sa.func.regexp_replace(sa.cast(column, sa.Text), pattern, "", "g")
    return sa.cast(replaced, postgresql.JSONB) if isinstance(column.type, postgresql.JSONB) else replaced


def erase_due(session: Session, *, limit: int, at: datetime) -> Sequence[Erasure]:
    """Do, in the caller's transaction, the erasures whose time has come; returns them.

    Whoever gave a sign of life after a notice for her silence is not erased.
    """
    done = []
    for erasure in erasures.due(session, limit=limit, at=at):
        person = session.get(Person, erasure.person_id, with_for_update=True) if erasure.person_id else None
        if person is None or person.erased_at is not None:
            erasure.done_at = at
        elif erasure.cause is Cause.SILENCE and person.life_at > erasure.asked_at:
            erasure.cancelled_at = at
        else:
            done.append(erase(session, person, erasure.cause, at=at))
    return done
