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

from jobboard import applications, colleagues, correspondence
from jobboard.applications import Application, ApplicationEvent
from jobboard.blocks import Block
from jobboard.colleagues import Colleague
from jobboard.conversations import Blob, Conversation, Message, MessageAttachment
from jobboard.correspondence import Standing
from jobboard.db import settings_of
from jobboard.offers import Offer
from jobboard.people import Person
from webapp.house import house
from webapp.language import gettext as _
from webapp.visitors import visitor

blueprint = Blueprint("pieces", __name__)

T = TypeVar("T")
R = TypeVar("R", Offer, Person, Conversation)


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
    """An application with its timeline and its messages, oldest first.

    `side`: the names of those who take part on the recruiter's side, "" for one who never told hers.
    """

    application: Application
    offer: Offer
    candidate: str
    events: tuple[ApplicationEvent, ...]
    messages: tuple[ShownMessage, ...]
    standing: Standing = Standing.OPEN
    side: tuple[str, ...] = ()


def of_candidate(session: Session, person: Person, *, at: datetime) -> list[ShownApplication]:
    """Return the applications of a person as she reads them, newest first."""
    return _shown(session, applications.of_person(session, person), person, at=at)


def of_offer(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> list[ShownApplication]:
    """Return the applications to an offer as its recruiter, or a colleague, reads them, newest first."""
    query = sa.select(Application).where(
        Application.offer_id == offer.id, applications.handed_over(), not_apart(recruiter)
    )
    return _shown(session, session.scalars(query.order_by(Application.number.desc())).all(), recruiter, at=at)


def not_apart(reader: Person) -> sa.ColumnElement[bool]:
    """Return the condition that an application is the reader's to see: no colleague reads who is kept apart from her.

    Whoever deposited the offer goes on seeing what she was sent.
    """
    apart = sa.select(Block.candidate_id).where(Block.person_id == reader.id)
    own = sa.select(Offer.id).where(Offer.id == Application.offer_id, Offer.recruiter_id == reader.id)
    return sa.or_(own.exists(), Application.person_id.not_in(apart))


def _shown(session: Session, found: Sequence[Application], reader: Person, *, at: datetime) -> list[ShownApplication]:
    """Return these applications with all that belongs to them, in as many queries for one as for a hundred."""
    known = _Known.of(session, found)
    grace_days = settings_of(session).conversation_grace_days
    shown = []
    for one in found:
        conversation, offer = known.conversations[one.conversation_id], known.offers[one.offer_id]
        names = known.names_for(one, reader)
        words = tuple(
            ShownMessage(
                names.get(each.author_id) or offer.employer,
                each.author_id == reader.id,
                each.at,
                each.text,
                tuple(known.files.get(each.id, ())),
            )
            for each in known.messages.get(one.conversation_id, ())
            if each.at <= at or each.author_id == reader.id
        )
        shown.append(
            ShownApplication(
                one,
                offer,
                known.people[one.person_id].shown_name or _("Une personne"),
                tuple(known.events.get(one.id, ())),
                words,
                correspondence.standing(conversation, offer, grace_days=grace_days, at=at),
                tuple(person.short_name for person in known.side_of(one)),
            )
        )
    return shown


@dataclass(frozen=True)
class _Known:
    """What belongs to some applications, each kind by one query."""

    offers: dict[int, Offer]
    people: dict[int, Person]
    conversations: dict[int, Conversation]
    colleagues: dict[int, list[Person]]
    apart: set[tuple[int, int]]
    events: dict[int, list[ApplicationEvent]]
    messages: dict[int, list[Message]]
    files: dict[int, list[MessageAttachment]]

    @classmethod
    def of(cls, session: Session, found: Sequence[Application]) -> _Known:
        offers = _by_id(session, Offer, [one.offer_id for one in found])
        messages = _messages(session, found)
        several = [message for each in messages.values() for message in each]
        everybody = {
            *(one.person_id for one in found),
            *(offer.recruiter_id for offer in offers.values()),
            *(message.author_id for message in several),
        }
        return cls(
            offers=offers,
            people=_by_id(session, Person, everybody),
            conversations=_by_id(session, Conversation, [one.conversation_id for one in found]),
            colleagues=colleagues.of_offers(session, offers),
            apart=_apart(session, [one.person_id for one in found]),
            events=_events(session, found),
            messages=messages,
            files=_files(session, [message.id for message in several]),
        )

    def side_of(self, application: Application) -> list[Person]:
        """Return who takes part on the recruiter's side, whoever deposited the offer first."""
        others = (
            person
            for person in self.colleagues.get(application.offer_id, ())
            if (application.person_id, person.id) not in self.apart
        )
        return [self.people[self.offers[application.offer_id].recruiter_id], *others]

    def names_for(self, application: Application, reader: Person) -> dict[int, str]:
        """Return how each author is called to that reader; the recruiter's side by the employer, too, to the candidate."""
        employer = self.offers[application.offer_id].employer
        names = {}
        for person in self.people.values():
            name = person.short_name
            names[person.id] = f"{name}, {employer}" if name and reader.id == application.person_id else name
        names[application.person_id] = self.people[application.person_id].shown_name or _("Une personne")
        names[reader.id] = _("Vous")
        return names


def _apart(session: Session, candidate_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Return the pairs of a candidate and somebody who recruits between whom a block stands."""
    rows = session.execute(sa.select(Block.candidate_id, Block.person_id).where(Block.candidate_id.in_(candidate_ids)))
    return {(candidate_id, person_id) for candidate_id, person_id in rows}


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


def _is_shared_with(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition that a conversation is one of those that a colleague shares."""
    apart = sa.select(Block.candidate_id).where(Block.person_id == person.id)
    shared = sa.select(Colleague.offer_id).where(Colleague.person_id == person.id, Colleague.left_at.is_(None))
    return sa.and_(Conversation.offer_id.in_(shared), Conversation.candidate_id.not_in(apart))


@blueprint.get("/moi/pieces/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """A file of a message, for those who correspond; saved, never opened in the place of a page of ours."""
    with house().transaction() as session:
        person = visitor(session)
        query = (
            sa.select(MessageAttachment, Blob.content)
            .join(Blob, Blob.sha256 == MessageAttachment.sha256)
            .join(Message, Message.id == MessageAttachment.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                MessageAttachment.id == min(attachment_id, 2**62),
                sa.or_(
                    Conversation.candidate_id == person.id,
                    Conversation.recruiter_id == person.id,
                    _is_shared_with(person),
                ),
            )
        )
        found = session.execute(query).one_or_none()
    if found is None:
        abort(404)
    file, content = found
    answer = send_file(io.BytesIO(content), file.content_type, as_attachment=True, download_name=file.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
