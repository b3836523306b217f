"""What is decided upon applications: seen, retained, declined, withdrawn; each with its letter to the other side.

A refusal takes effect at once; only the letter to the candidate waits for ANNULER. Why somebody was declined stays with
the recruiter unless she says that it shall be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import acts, applications, colleagues, conversations, correspondence, job_interviews, outbox, showing
from jobboard.acts import Act, ActKind
from jobboard.applications import LIFE, Application, ApplicationState, Event
from jobboard.conversations import Conversation, Message, Words
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.applications import (
    ApplicationDeclined,
    ApplicationRetained,
    ApplicationSeen,
    DecisionNoted,
)
from jobboard.letters.cards import Applicant, OfferCard
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

MAX_REASON = 2_000  # characters


@dataclass(frozen=True)
class Reason:
    """Why applications are declined: as the recruiter keeps it, and as the candidate may read it.

    `shared`: the same words without any address of hers; None while the recruiter has not said that they be told.
    """

    kept: str = ""
    shared: Words | None = None


NO_REASON = Reason()


def may_decide(session: Session, offer: Offer, person: Person) -> bool:
    """Tell whether that person decides upon the applications to an offer: who deposited it, or shares it."""
    return offer.recruiter_id == person.id or colleagues.shares(session, offer.id, person.id)


def see(session: Session, found: Sequence[Application], by: Person, *, key: str, at: datetime) -> None:
    """Note that applications were read, and tell their candidates. Raises Refused("application-not-so")."""
    for application in found:
        LIFE.step(application, "see", by=by.id, at=at)
        applications.note(session, application, Event.SEEN, at=at)
        candidate, offer = _of(session, application)
        letter = ApplicationSeen(candidate.first_name, offer.title, offer.employer)
        _tell(session, application, candidate, letter, "seen", at=at)
    _answer(session, found, by, "seen", key=key, at=at)


def retain(session: Session, found: Sequence[Application], by: Person, *, key: str, at: datetime) -> None:
    """Retain applications, and tell their candidates. Raises Refused("application-not-so")."""
    for application in found:
        LIFE.step(application, "retain", by=by.id, at=at)
        applications.note(session, application, Event.RETAINED, at=at)
        candidate, offer = _of(session, application)
        letter = ApplicationRetained(candidate.first_name, offer.title, offer.employer)
        _tell(session, application, candidate, letter, f"retained:{key}", at=at)
    _answer(session, found, by, "retained", key=key, at=at)


def decline(
    session: Session, found: Sequence[Application], by: Person, reason: Reason, *, key: str, at: datetime
) -> Act:
    """Decline applications at once; the letters to their candidates wait for ANNULER.

    Raises Refused("application-not-so").
    """
    offer = session.get_one(Offer, found[0].offer_id)
    before = {str(application.id): str(application.state) for application in found}
    act = acts.note(session, by, ActKind.REFUSAL, offer.id, before=before, at=at)
    cards = showing.near(session, offer, at=at)
    messages: list[int] = []
    interviews: dict[str, str] = {}
    for application in found:
        interviews |= job_interviews.call_off_with(session, application, by, key=f"act{act.id}", at=at, act=act)
        LIFE.step(application, "decline", by=by.id, at=at)
        application.reason = reason.kept[:MAX_REASON]
        applications.note(session, application, Event.DECLINED, at=at)
        messages += _post_refusal(session, application, act, by, reason.shared, cards=cards, at=at)
    act.payload = {**act.payload, "messages": messages, "interviews": interviews}
    _answer(session, found, by, "declined", key=key, at=at, reason=reason)
    return act


def _post_refusal(
    session: Session,
    application: Application,
    act: Act,
    by: Person,
    shared: Words | None,
    *,
    cards: tuple[OfferCard, ...],
    at: datetime,
) -> list[int]:
    """Post the refusal of one application; returns the id of the message that tells why, if one does."""
    candidate, offer = _of(session, application)
    conversation = session.get_one(Conversation, application.conversation_id)
    # Her words are read on the pages, too, when the letter leaves and not before.
    message = conversations.keep(session, conversation, by, shared, at=act.until) if shared is not None else None
    outbox.post(
        session,
        ApplicationDeclined(
            candidate.first_name, offer.title, offer.employer, cards, message.id if message is not None else None
        ),
        to=candidate,
        dedupe=f"declined:{application.id}:{act.id}",
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=application.conversation_id),
        not_before=act.until,
        cause=act.cause,
        at=at,
    )
    return [message.id] if message is not None else []


def share_reason(
    session: Session, found: Sequence[Application], by: Person, shared: Words, *, key: str, at: datetime
) -> None:
    """Tell candidates who were declined why, in the recruiter's words. Raises Refused("not-declined")."""
    for application in found:
        if application.state is not ApplicationState.DECLINED:
            raise Refused("not-declined", title=session.get_one(Offer, application.offer_id).title)
        candidate, offer = _of(session, application)
        conversation = session.get_one(Conversation, application.conversation_id)
        message = conversations.keep(session, conversation, by, shared, at=at)
        applications.note(session, application, Event.RECRUITER_WROTE, at=at, message_id=message.id)
        _tell(
            session,
            application,
            candidate,
            ApplicationDeclined(candidate.first_name, offer.title, offer.employer, (), message.id, again=True),
            f"reason:{key}",
            at=at,
        )
    _answer(session, found, by, "reason-told", key=key, at=at)


def undo_refusal(session: Session, act: Act, by: Person, *, key: str, at: datetime) -> None:
    """Take a refusal back before it has left: every application is where it was. Raises Refused("undo-too-late")."""
    ids = {int(application_id): before for application_id, before in act.payload["before"].items()}
    waiting = [application for one in ids if (application := session.get(Application, one, with_for_update=True))]
    if outbox.take_back(session, act.cause, at=at) < len(waiting):
        raise Refused("undo-too-late", what="refusal", title=session.get_one(Offer, act.subject_id).title)
    for application in waiting:
        LIFE.step(application, f"back-to-{ids[application.id]}", by=by.id, at=at)
        application.reason = ""
        applications.note(session, application, Event.UNDECLINED, at=at)
    job_interviews.restore(session, act.payload.get("interviews", {}), by, at=at)
    session.execute(sa.delete(Message).where(Message.id.in_(act.payload["messages"])))
    act.undone_at = at
    _answer(session, waiting, by, "refusal-undone", key=key, at=at)


def withdraw(session: Session, application: Application, person: Person, *, key: str, at: datetime) -> None:
    """Take an application back at the candidate's word, and whatever interview stands with it."""
    called_off = job_interviews.call_off_with(
        session, application, person, key=f"withdrawn:{key}", at=at, why="withdrawn"
    )
    # The letter that calls their interview off has told the recruiter already.
    correspondence.withdraw(session, application, person, key=key, at=at, tell_recruiter=not called_off)


def _of(session: Session, application: Application) -> tuple[Person, Offer]:
    return session.get_one(Person, application.person_id), session.get_one(Offer, application.offer_id)


def _tell(
    session: Session,
    application: Application,
    candidate: Person,
    letter: ApplicationSeen | ApplicationRetained | ApplicationDeclined,
    what: str,
    *,
    at: datetime,
) -> None:
    outbox.post(
        session,
        letter,
        to=candidate,
        dedupe=f"decision:{application.id}:{what}",
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=application.conversation_id),
        at=at,
    )


def _answer(
    session: Session,
    found: Sequence[Application],
    by: Person,
    what: str,
    *,
    key: str,
    at: datetime,
    reason: Reason = NO_REASON,
) -> None:
    """Tell whoever decided, and the others of her side, what was done and what can still be."""
    offer = session.get_one(Offer, found[0].offer_id)
    applicants = tuple(applicant(session, application) for application in found)
    depositor = session.get_one(Person, offer.recruiter_id)
    side = {person.id: person for person in (by, depositor, *colleagues.of_offer(session, offer.id))}
    for person in side.values():
        own = person.id == by.id
        outbox.post(
            session,
            DecisionNoted(
                what,
                offer.title,
                applicants,
                by="" if own else by.short_name,
                reason_kept=bool(reason.kept) and reason.shared is None and own,
                reason_shared=reason.shared is not None,
                undo_minutes=settings_of(session).undo_minutes if own and what == "declined" else 0,
            ),
            to=person,
            dedupe=f"decision:{what}:{key}:{person.id}",
            reply=_about(found, offer),
            at=at,
        )


def _about(found: Sequence[Application], offer: Offer) -> Reply:
    """Return what an answer is about: the conversation with the one, or the offer of several."""
    if len(found) == 1:
        return Reply(About.CONVERSATION, Role.RECRUITER, subject_id=found[0].conversation_id)
    return Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id)


def applicant(session: Session, application: Application) -> Applicant:
    """Return who applied, as the recruiter's letters list her."""
    return Applicant(application.number, session.get_one(Person, application.person_id).short_name)
