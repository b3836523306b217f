"""Applications and relayed messages: what is kept, and what each side is sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobboard import applications, conversations, outbox, people
from jobboard.applications import Application
from jobboard.conversations import Conversation, ConversationState, Message, Words
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import History, Noted
from jobboard.letters.applications import (
    ApplicationReceived,
    ApplicationSent,
    MessageNote,
    RelayedMessage,
)
from jobboard.letters.cards import HistoryEntry, LeftOut, Moment
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def apply(session: Session, offer: Offer, candidate: Person, words: Words, *, at: datetime) -> Application:
    """Make an application: acknowledged at once, handed over after the time to change one's mind."""
    from_stranger = not people.roles(session, candidate)
    people.grant(session, candidate, Role.CANDIDATE, at=at)
    application, message = applications.apply(session, offer, candidate, words, at=at)
    conversation = session.get_one(Conversation, application.conversation_id)
    recruiter = session.get_one(Person, offer.recruiter_id)
    acknowledged = outbox.post(
        session,
        ApplicationSent(
            candidate.first_name,
            offer.title,
            offer.employer,
            tuple(file.filename for file in words.files if not file.inline),
            words.refused,
            words.masked,
            _left_out(words),
            words.address_shown,
        ),
        to=candidate,
        dedupe=f"application-sent:{application.id}",
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=conversation.id),
        thread=Thread(words.message_id, (words.message_id,) if words.message_id else ()),
        at=at,
    )
    received = outbox.post(
        session,
        ApplicationReceived(
            message.id, application.number, offer.title, candidate.name or "Une personne", words.address_shown
        ),
        to=recruiter,
        dedupe=f"application-received:{application.id}",
        reply=Reply(About.CONVERSATION, Role.RECRUITER, subject_id=conversation.id),
        not_before=at + timedelta(minutes=settings_of(session).undo_minutes),
        cause=f"application:{application.id}",
        at=at,
    )
    # She may answer the acknowledgement: for her it stands for her own message.
    if acknowledged is not None:
        conversations.remember(session, message, candidate.id, acknowledged.message_id)
    if received is not None:
        conversations.remember(session, message, recruiter.id, received.message_id)
    if from_stranger:
        people.consent(
            session,
            candidate,
            "application",
            how="mail",
            text="Transmettre ma candidature au recruteur.",
            evidence={"application": application.id},
            at=at,
        )
    return application


def relay(session: Session, conversation: Conversation, author: Person, words: Words, *, at: datetime) -> Message:
    """Pass a message to the other side. Raises Refused("conversation-ended")."""
    if conversation.state is not ConversationState.OPEN:
        raise Refused("conversation-ended")
    reader = conversations.other_side(session, conversation, author)
    thread = conversations.thread_for(session, conversation, words, author, reader)
    message = conversations.keep(session, conversation, author, words, at=at)
    if words.automatic is None:  # an absence is no answer
        applications.wrote(session, conversation, author, message, at=at)
    title = _title(session, conversation)
    posted = outbox.post(
        session,
        RelayedMessage(message.id, author.short_name, title, words.address_shown),
        to=reader,
        dedupe=f"relayed:{message.id}",
        reply=Reply(About.CONVERSATION, _role(conversation, reader), subject_id=conversation.id),
        thread=thread,
        at=at,
    )
    if posted is not None:
        conversations.remember(session, message, reader.id, posted.message_id)
    if (words.masked or words.refused or words.left_out) and words.automatic is None:
        outbox.post(
            session,
            MessageNote(title, words.masked, words.refused, _left_out(words), words.address_shown),
            to=author,
            dedupe=f"message-note:{message.id}",
            reply=Reply(About.CONVERSATION, _role(conversation, author), subject_id=conversation.id),
            thread=Thread(words.message_id, (words.message_id,) if words.message_id else ()),
            at=at,
        )
    return message


def _left_out(words: Words) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(code) for code in words.left_out)


def _role(conversation: Conversation, person: Person) -> Role:
    return Role.CANDIDATE if person.id == conversation.candidate_id else Role.RECRUITER


def _title(session: Session, conversation: Conversation) -> str:
    return session.get_one(Offer, conversation.offer_id).title if conversation.offer_id else ""


def end(session: Session, conversation: Conversation, by: Person, *, key: str, at: datetime) -> None:
    """End a conversation at the word of one side; both are told."""
    conversations.LIFE.step(conversation, "end", by=by.id, at=at)
    title = _title(session, conversation)
    for person in (by, conversations.other_side(session, conversation, by)):
        letter = Noted("conversation-ended" if person is by else "conversation-ended-by-other", title)
        outbox.post(session, letter, to=person, dedupe=f"conversation-ended:{conversation.id}:{person.id}", at=at)


def history(session: Session, person: Person, *, key: str, at: datetime, thread: Thread | None = None) -> None:
    """Post the timeline of every application of a person."""
    outbox.post(
        session,
        History(person.first_name, history_of(session, person, at=at)),
        to=person,
        dedupe=f"history:{key}",
        reply=Reply(About.GENERAL, Role.CANDIDATE),
        thread=thread,
        at=at,
    )


def history_of(session: Session, person: Person, *, at: datetime) -> tuple[HistoryEntry, ...]:
    """Return every application of a person with its timeline, newest first."""
    entries = []
    found = applications.of_person(session, person)
    for number, application in zip(range(len(found), 0, -1), found, strict=True):
        offer = session.get_one(Offer, application.offer_id)
        moments = tuple(Moment(str(line.event), line.at) for line in applications.timeline(session, application))
        entries.append(
            HistoryEntry(number, offer.title, offer.employer, str(application.state), offer.is_open(at), moments)
        )
    return tuple(entries)


def withdraw(session: Session, application: Application, person: Person, *, key: str, at: datetime) -> None:
    """Take an application back; the recruiter is told in the conversation unless the application had not left yet."""
    applications.withdraw(session, application, by=person, at=at)
    offer = session.get_one(Offer, application.offer_id)
    taken = outbox.take_back(session, f"application:{application.id}", at=at)
    outbox.post(session, Noted("withdrawn", offer.title), to=person, dedupe=f"withdrawn:{application.id}", at=at)
    if not taken:
        recruiter = session.get_one(Person, offer.recruiter_id)
        outbox.post(
            session,
            Noted("withdrawn-by-candidate", f"{person.short_name}, {offer.title}"),
            to=recruiter,
            dedupe=f"withdrawn:{application.id}:recruiter",
            reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
            at=at,
        )
