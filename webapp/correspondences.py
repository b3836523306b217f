"""Applications and their messages as one side reads them: the anonymised words that are kept, never anything else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from flask import Blueprint, Response, abort, send_file
from sqlalchemy.orm import Session

from jobboard import applications
from jobboard.applications import Application, ApplicationEvent
from jobboard.conversations import Blob, Conversation, Message, MessageAttachment
from jobboard.offers import Offer
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from webapp.house import house
from webapp.language import gettext as _
from webapp.visitors import visitor

blueprint = Blueprint("pieces", __name__)

T = TypeVar("T")
R = TypeVar("R", Offer, Person)


@dataclass(frozen=True)
class ShownMessage:
    """A message as its reader sees it."""

    author: str
    own: bool
    at: datetime
    text: str
    files: tuple[MessageAttachment, ...]


@dataclass(frozen=True)
class ShownApplication:
    """An application with its timeline and its messages, oldest first."""

    application: Application
    offer: Offer
    candidate: str
    events: tuple[ApplicationEvent, ...]
    messages: tuple[ShownMessage, ...]


def of_candidate(session: Session, person: Person) -> list[ShownApplication]:
    """Return the applications of a person as she reads them, newest first."""
    return _shown(session, applications.of_person(session, person), person)


def of_offer(session: Session, offer: Offer, recruiter: Person) -> list[ShownApplication]:
    """Return the applications to an offer as its recruiter reads them, newest first."""
    query = sa.select(Application).where(Application.offer_id == offer.id, handed_over())
    return _shown(session, session.scalars(query.order_by(Application.number.desc())).all(), recruiter)


def handed_over() -> sa.ColumnElement[bool]:
    """Return the condition that an application has left: before, its candidate may still take it back unread."""
    letter = sa.literal("application-received:").concat(sa.cast(Application.id, sa.Text))
    kept_back = sa.select(Post.id).where(Post.dedupe == letter, Post.state.in_((PostState.QUEUED, PostState.DROPPED)))
    return ~kept_back.exists()


def _shown(session: Session, found: Sequence[Application], reader: Person) -> list[ShownApplication]:
    """Return these applications with all that belongs to them, in as many queries for one as for a hundred."""
    offers = _by_id(session, Offer, [one.offer_id for one in found])
    candidates = _by_id(session, Person, [one.person_id for one in found])
    events, messages = _events(session, found), _messages(session, found)
    files = _files(session, [message.id for several in messages.values() for message in several])
    shown = []
    for one in found:
        offer, candidate = offers[one.offer_id], candidates[one.person_id].name or _("Une personne")
        other = offer.employer if reader.id == one.person_id else candidate
        words = tuple(_shown_message(each, reader, other, files) for each in messages.get(one.conversation_id, ()))
        shown.append(ShownApplication(one, offer, candidate, tuple(events.get(one.id, ())), words))
    return shown


def _shown_message(
    message: Message, reader: Person, other: str, files: dict[int, list[MessageAttachment]]
) -> ShownMessage:
    own = message.author_id == reader.id
    author = _("Vous") if own else other
    return ShownMessage(author, own, message.at, message.text, tuple(files.get(message.id, ())))


def _by_id(session: Session, record: type[R], ids: Iterable[int]) -> dict[int, R]:
    return {one.id: one for one in session.scalars(sa.select(record).where(record.id.in_(set(ids))))}


def _events(session: Session, found: Sequence[Application]) -> dict[int, list[ApplicationEvent]]:
    """Return the timelines by application, oldest line first."""
    query = sa.select(ApplicationEvent).where(ApplicationEvent.application_id.in_([one.id for one in found]))
    return _grouped(session.scalars(query.order_by(ApplicationEvent.id)), lambda line: line.application_id)


def _messages(session: Session, found: Sequence[Application]) -> dict[int, list[Message]]:
    """Return the messages by conversation, oldest first."""
    query = sa.select(Message).where(Message.conversation_id.in_([one.conversation_id for one in found]))
    return _grouped(session.scalars(query.order_by(Message.id)), lambda message: message.conversation_id)


def _files(session: Session, messages: Sequence[int]) -> dict[int, list[MessageAttachment]]:
    """Return the attachments by message; what stands inside its HTML is none."""
    query = sa.select(MessageAttachment).where(
        MessageAttachment.message_id.in_(messages), MessageAttachment.inline.is_(False)
    )
    return _grouped(session.scalars(query.order_by(MessageAttachment.id)), lambda file: file.message_id)


def _grouped(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


@blueprint.get("/moi/pieces/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """A file of a message, for the two who correspond; saved, never opened in the place of a page of ours."""
    with house().transaction() as session:
        person = visitor(session)
        query = (
            sa.select(MessageAttachment, Blob.content)
            .join(Blob, Blob.sha256 == MessageAttachment.sha256)
            .join(Message, Message.id == MessageAttachment.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                MessageAttachment.id == min(attachment_id, 2**62),
                sa.or_(Conversation.candidate_id == person.id, Conversation.recruiter_id == person.id),
            )
        )
        found = session.execute(query).one_or_none()
    if found is None:
        abort(404)
    file, content = found
    answer = send_file(io.BytesIO(content), file.content_type, as_attachment=True, download_name=file.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
