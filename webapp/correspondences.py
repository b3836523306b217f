"""Applications and their messages as one side reads them: the anonymised words that are kept, never anything else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Response, abort, send_file
from sqlalchemy.orm import Session

from jobboard import applications, conversations
from jobboard.applications import Application, ApplicationEvent
from jobboard.conversations import Blob, Conversation, Message, MessageAttachment
from jobboard.offers import Offer
from jobboard.people import Person
from webapp.house import house
from webapp.language import gettext as _
from webapp.visitors import visitor

blueprint = Blueprint("pieces", __name__)


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
    return [_shown(session, one, person) for one in applications.of_person(session, person)]


def of_offer(session: Session, offer: Offer, recruiter: Person) -> list[ShownApplication]:
    """Return the applications to an offer as its recruiter reads them, newest first."""
    return [_shown(session, one, recruiter) for one in reversed(applications.of_offer(session, offer))]


def _shown(session: Session, application: Application, reader: Person) -> ShownApplication:
    offer = session.get_one(Offer, application.offer_id)
    candidate = session.get_one(Person, application.person_id)
    other = offer.employer if reader.id == candidate.id else _name(candidate)
    messages = conversations.messages(session, application.conversation_id)
    files = _files(session, messages)
    return ShownApplication(
        application=application,
        offer=offer,
        candidate=_name(candidate),
        events=tuple(applications.timeline(session, application)),
        messages=tuple(
            ShownMessage(
                author=_("Vous") if message.author_id == reader.id else other,
                own=message.author_id == reader.id,
                at=message.at,
                text=message.text,
                files=tuple(files.get(message.id, ())),
            )
            for message in messages
        ),
    )


def _name(candidate: Person) -> str:
    return candidate.name or _("Une personne")


def _files(session: Session, messages: Sequence[Message]) -> dict[int, list[MessageAttachment]]:
    query = sa.select(MessageAttachment).where(
        MessageAttachment.message_id.in_([message.id for message in messages]), MessageAttachment.inline.is_(False)
    )
    found: dict[int, list[MessageAttachment]] = {}
    for file in session.scalars(query.order_by(MessageAttachment.id)):
        found.setdefault(file.message_id, []).append(file)
    return found


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
