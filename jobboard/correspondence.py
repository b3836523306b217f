"""Applications and relayed messages: what is kept, what each side is sent, and until when messages pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import acts, applications, blocks, conversations, job_interviews, outbox, people, showing
from jobboard.acts import ActKind
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
from jobboard.letters.staff import ConversationReported
from jobboard.offers import Offer
from jobboard.outbox import Post, Thread
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


class Standing(StrEnum):
    """Whether somebody's messages pass in a conversation, computed when it is asked."""

    OPEN = "open"
    ENDED = "ended"  # one side said FIN or BLOQUER
    OVER = "over"  # its offer closed longer ago than messages still pass
    LEFT = "left"  # she takes no part in it any more


# What is said to somebody who writes all the same.
_REFUSALS: dict[Standing, Callable[[], Refused]] = {
    Standing.ENDED: lambda: Refused("conversation-ended"),
    Standing.OVER: lambda: Refused("conversation-over"),
    Standing.LEFT: lambda: Refused("conversation-left"),
}


def standing(conversation: Conversation, offer: Offer | None, *, grace_days: int, at: datetime) -> Standing:
    """Tell whether messages pass; after the closing of its offer a conversation goes on for `grace_days`."""
    if conversation.state is not ConversationState.OPEN:
        return Standing.ENDED
    closed = offer.closed_since(at) if offer is not None else None
    return Standing.OVER if closed is not None and at > closed + timedelta(days=grace_days) else Standing.OPEN


def standing_of(session: Session, conversation: Conversation, person_id: int | None, *, at: datetime) -> Standing:
    """Tell whether that person's messages pass."""
    offer = session.get(Offer, conversation.offer_id) if conversation.offer_id else None
    found = standing(conversation, offer, grace_days=settings_of(session).conversation_grace_days, at=at)
    if found is not Standing.OPEN or person_id in (conversation.candidate_id, conversation.recruiter_id):
        return found
    takes_part = any(person.id == person_id for person in conversations.recruiters(session, conversation))
    return Standing.OPEN if takes_part else Standing.LEFT


def apply(session: Session, offer: Offer, candidate: Person, words: Words, *, at: datetime) -> Application:
    """Make an application: acknowledged at once, handed over after the time to change one's mind."""
    from_stranger = not people.roles(session, candidate)
    people.grant(session, candidate, Role.CANDIDATE, at=at)
    application, message = applications.apply(session, offer, candidate, words, at=at)
    acts.note(session, candidate, ActKind.APPLICATION, application.id, at=at)
    conversation = session.get_one(Conversation, application.conversation_id)
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
        dedupe=f"application-sent:m{message.id}",  # one that was withdrawn may be sent again
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=conversation.id),
        thread=Thread(words.message_id, (words.message_id,) if words.message_id else ()),
        at=at,
    )
    # She may answer the acknowledgement: for her it stands for her own message.
    _remember(session, message, candidate, acknowledged)
    for recruiter in conversations.recruiters(session, conversation):
        handed_over = _hand_over(session, application, message, candidate, recruiter, words, at=at)
        _remember(session, message, recruiter, handed_over)
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


def _hand_over(
    session: Session,
    application: Application,
    message: Message,
    candidate: Person,
    recruiter: Person,
    words: Words,
    *,
    at: datetime,
) -> Post | None:
    """Post the application to whoever deposited the offer, or to a colleague."""
    offer = session.get_one(Offer, application.offer_id)
    shared = recruiter.id != offer.recruiter_id
    name = candidate.shown_name or "Une personne"
    return outbox.post(
        session,
        ApplicationReceived(message.id, application.number, offer.title, name, shared, words.address_shown),
        to=recruiter,
        dedupe=f"application-received:m{message.id}:{recruiter.id}",
        reply=Reply(About.CONVERSATION, Role.RECRUITER, subject_id=application.conversation_id),
        not_before=at + timedelta(minutes=settings_of(session).undo_minutes),
        cause=f"application:{application.id}",
        octets=words.octets,
        at=at,
    )


def relay(session: Session, conversation: Conversation, author: Person, words: Words, *, at: datetime) -> Message:
    """Pass a message to the other side, and a copy to the author's colleagues.

    Raises Refused "conversation-ended", "conversation-over" or "conversation-left".
    """
    # One message at a time: what follows another is threaded below it, and nothing passes after FIN.
    session.refresh(conversation, with_for_update=True)
    refusal = _REFUSALS.get(standing_of(session, conversation, author.id, at=at))
    if refusal is not None:
        raise refusal()
    message = conversations.keep(session, conversation, author, words, at=at)
    if words.automatic is None:  # an absence is no answer
        applications.wrote(session, conversation, author, message, at=at)
    names = _names(session, conversation)
    for reader in conversations.readers(session, conversation, author):
        is_copy = conversation.candidate_id not in (author.id, reader.id)
        addressee = conversations.other_side(session, conversation, author).short_name if is_copy else ""
        posted = outbox.post(
            session,
            RelayedMessage(
                message.id,
                author.short_name,
                _title(session, conversation),
                is_copy,
                addressee,
                names,
                address_shown=words.address_shown,
            ),
            to=reader,
            dedupe=f"relayed:{message.id}:{reader.id}",
            reply=_reply(conversation, reader),
            thread=conversations.thread_for(session, conversation, words, author, reader),
            octets=words.octets,
            at=at,
        )
        _remember(session, message, reader, posted)
    if (words.masked or words.refused or words.left_out) and words.automatic is None:
        _tell_masked(session, conversation, message, author, words, at=at)
    return message


def _tell_masked(
    session: Session, conversation: Conversation, message: Message, author: Person, words: Words, *, at: datetime
) -> None:
    """Tell the author what was masked or left out; she may answer that letter as if it were her own message."""
    noted = outbox.post(
        session,
        MessageNote(_title(session, conversation), words.masked, words.refused, _left_out(words), words.address_shown),
        to=author,
        dedupe=f"message-note:{message.id}",
        reply=_reply(conversation, author),
        thread=Thread(words.message_id, (words.message_id,) if words.message_id else ()),
        at=at,
    )
    _remember(session, message, author, noted)


def _remember(session: Session, message: Message, reader: Person, posted: Post | None) -> None:
    if posted is not None:
        conversations.remember(session, message, reader.id, posted.message_id)


def _names(session: Session, conversation: Conversation) -> tuple[str, ...]:
    """Return who reads along on the recruiter's side, by name, where that is more than one person."""
    side = conversations.recruiters(session, conversation)
    return tuple(person.short_name for person in side) if len(side) > 1 else ()


def _left_out(words: Words) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(code) for code in words.left_out)


def _role(conversation: Conversation, person: Person) -> Role:
    return Role.CANDIDATE if person.id == conversation.candidate_id else Role.RECRUITER


def _reply(conversation: Conversation, person: Person) -> Reply:
    return Reply(About.CONVERSATION, _role(conversation, person), subject_id=conversation.id)


def _title(session: Session, conversation: Conversation) -> str:
    return session.get_one(Offer, conversation.offer_id).title if conversation.offer_id else ""


def end(session: Session, conversation: Conversation, by: Person, *, at: datetime) -> None:
    """End a conversation at the word of one side; everybody in it is told. Raises Refused("conversation-ended")."""
    _end(session, conversation, by, "end", "conversation-ended", at=at)


def _end(session: Session, conversation: Conversation, by: Person, step: str, noted: str, *, at: datetime) -> None:
    session.refresh(conversation, with_for_update=True)
    conversations.LIFE.step(conversation, step, by=by.id, at=at)
    title = _title(session, conversation)
    for person in conversations.participants(session, conversation):
        is_colleague = _role(conversation, person) is _role(conversation, by) and person.id != by.id
        other = "conversation-ended-by-colleague" if is_colleague else "conversation-ended-by-other"
        outbox.post(
            session,
            Noted(noted if person.id == by.id else other, title),
            to=person,
            dedupe=f"conversation-ended:{conversation.id}:{person.id}",
            reply=Reply(About.GENERAL, _role(conversation, person)),
            at=at,
        )


def block(session: Session, conversation: Conversation, by: Person, *, at: datetime) -> None:
    """End a conversation for good: the two sides are kept apart from now on, and the staff are told who asked for it.

    The other side only reads that the conversation has ended. Raises Refused("conversation-ended").
    """
    side = conversations.recruiters(session, conversation)
    _call_interview_off(session, conversation, by, at=at)
    _end(session, conversation, by, "block", "conversation-blocked", at=at)
    for other in conversations.open_of_pair(session, conversation):
        _call_interview_off(session, other, by, at=at)
        _end(session, other, by, "block", "conversation-blocked", at=at)
    blocks.put(session, conversation.candidate_id, side, conversation_id=conversation.id, at=at)
    candidate = session.get_one(Person, conversation.candidate_id)
    reported = ConversationReported(
        conversation.id,
        _title(session, conversation),
        _described(by),
        by_candidate=by.id == candidate.id,
        others=tuple(_described(person) for person in (side if by.id == candidate.id else [candidate])),
        messages=len(conversations.messages(session, conversation.id)),
    )
    for member in people.staff(session):
        outbox.post(
            session,
            reported,
            to=member,
            dedupe=f"conversation-reported:{conversation.id}:{member.id}",
            reply=Reply(About.GENERAL, Role.STAFF),
            at=at,
        )


def _call_interview_off(session: Session, conversation: Conversation, by: Person, *, at: datetime) -> None:
    """Call off the interview that stands between two who are kept apart from now on."""
    application = applications.of_conversation(session, conversation)
    if application is not None:
        job_interviews.call_off_with(session, application, by, key=f"blocked:{conversation.id}", at=at)


def _described(person: Person) -> str:
    """Return who somebody is, for the staff: the name, and the address masked as everywhere in mail."""
    masked = showing.masked(person.address)
    return f"{person.shown_name}, {masked}" if person.shown_name else masked


def history(
    session: Session, person: Person, *, key: str, at: datetime, thread: Thread | None = None, running: bool = False
) -> None:
    """Post the timeline of every application of a person; `running`: of those upon which nobody has decided."""
    entries = history_of(session, person, at=at)
    if running:
        entries = tuple(entry for entry in entries if entry.state in applications.RUNNING)
    outbox.post(
        session,
        History(person.first_name, entries, running),
        to=person,
        dedupe=f"history:{key}",
        reply=Reply(About.GENERAL, Role.CANDIDATE),
        thread=thread,
        at=at,
    )


def history_of(session: Session, person: Person, *, at: datetime) -> tuple[HistoryEntry, ...]:
    """Return every application of a person with its timeline, newest first, in three queries however many there are."""
    found = applications.of_person(session, person)
    offers = {
        offer.id: offer
        for offer in session.scalars(sa.select(Offer).where(Offer.id.in_({one.offer_id for one in found})))
    }
    lines = applications.timelines(session, [one.id for one in found])
    return tuple(
        HistoryEntry(
            number,
            offers[one.offer_id].title,
            offers[one.offer_id].employer,
            str(one.state),
            offers[one.offer_id].is_open(at),
            tuple(Moment(str(line.event), line.at) for line in lines.get(one.id, ())),
        )
        for number, one in zip(range(len(found), 0, -1), found, strict=True)
    )


def withdraw(
    session: Session, application: Application, person: Person, *, key: str, at: datetime, tell_recruiter: bool = True
) -> None:
    """Take an application back; the recruiter is told in the conversation unless the application had not left yet.

    `tell_recruiter`: False where another letter tells her.
    """
    applications.withdraw(session, application, by=person, at=at)
    offer = session.get_one(Offer, application.offer_id)
    taken = outbox.take_back(session, f"application:{application.id}", at=at)
    outbox.post(session, Noted("withdrawn", offer.title), to=person, dedupe=f"withdrawn:{application.id}:{key}", at=at)
    if not taken and tell_recruiter:
        recruiter = session.get_one(Person, offer.recruiter_id)
        outbox.post(
            session,
            Noted("withdrawn-by-candidate", f"{person.short_name}, {offer.title}"),
            to=recruiter,
            dedupe=f"withdrawn:{application.id}:{key}:recruiter",
            reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
            at=at,
        )
