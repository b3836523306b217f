"""Bringing colleagues to the conversations of an offer: asked by mail, shared after their own OUI, left at a word.

Nothing that the recruiter wrote reaches the person asked: only what is published of the offer. And the recruiter is
never told why somebody does not come: an address that belongs to an applicant must not be confirmed by a refusal.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import applications, asking, colleagues, outbox, people, questions, showing, suppression
from jobboard.addresses import address_key
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.questions import ColleagueQuestion
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.questions import Question, QuestionState, Topic
from jobboard.tickets import About, Reply


def ask(session: Session, offer: Offer, recruiter: Person, address: str, *, at: datetime) -> None:
    """Ask somebody whether she shares the conversations of an offer; nothing is shared before her OUI.

    Raises Refused "colleague-is-you", "colleague-already-there", "colleague-already-asked", "colleague-declined",
    "colleague-later", "too-many-colleagues" or "offer-not-published".
    """
    _check_published(offer)
    person = people.find(session, address)
    _check(session, offer, recruiter, address, person, at=at)
    if person is None and not suppression.may_answer_stranger(session, address, at=at):
        raise Refused("colleague-later", title=offer.title)
    question = questions.ask(
        session,
        Topic.COLLEAGUE,
        person.address if person is not None else address,
        text="Partager les conversations de cette offre.",
        offer=offer.id,
        at=at,
    )
    letter = ColleagueQuestion(showing.card(offer), known=person is not None)
    asking.post(
        session, question, letter, to=person or address, role=Role.RECRUITER, language=recruiter.language, at=at
    )
    _tell(session, recruiter, "colleague-asked", offer, key=str(question.id), at=at)


def _check_published(offer: Offer) -> None:
    """Only what the staff have read is shown to people who never wrote to us."""
    if offer.published_at is None or offer.state not in (OfferState.PUBLISHED, OfferState.CLOSED):
        raise Refused("offer-not-published", title=offer.title)


def _check(
    session: Session, offer: Offer, recruiter: Person, address: str, person: Person | None, *, at: datetime
) -> None:
    # One at a time per offer: two mails at once must not pass the cap together.
    session.execute(sa.select(Offer.id).where(Offer.id == offer.id).with_for_update())
    if address_key(address) == recruiter.address_key:
        raise Refused("colleague-is-you", title=offer.title)
    if person is not None and colleagues.shares(session, offer.id, person.id):
        raise Refused("colleague-already-there", title=offer.title)
    asked = _asked(session, offer)
    to_her = [one for one in asked if one.address_key == address_key(address)]
    if any(one.state is QuestionState.OPEN and one.expires_at > at for one in to_her):
        raise Refused("colleague-already-asked", title=offer.title)
    if any(one.state is QuestionState.DECLINED and not one.payload.get("taken_back") for one in to_her):
        raise Refused("colleague-declined", title=offer.title)
    if _asked_lately(session, address, at=at):
        raise Refused("colleague-later", title=offer.title)
    limit = settings_of(session).colleagues_per_offer
    recent = at - timedelta(days=settings_of(session).question_days)
    waiting = [one for one in asked if one.created_at > recent and one.state is not QuestionState.ACCEPTED]
    if len(colleagues.of_offer(session, offer.id)) + len(waiting) >= limit:
        raise Refused("too-many-colleagues", title=offer.title, limit=limit)


def _asked(session: Session, offer: Offer) -> list[Question]:
    query = sa.select(Question).where(
        Question.topic == Topic.COLLEAGUE, Question.payload["offer"].as_integer() == offer.id
    )
    return list(session.scalars(query))


def _asked_lately(session: Session, address: str, *, at: datetime) -> bool:
    """Tell whether anybody had that address asked within a day: nobody's mailbox is flooded by others."""
    query = sa.select(Question.id).where(
        Question.address_key == address_key(address),
        Question.topic == Topic.COLLEAGUE,
        Question.created_at > at - timedelta(days=1),
    )
    return session.scalar(query.limit(1)) is not None


def accept(session: Session, question: Question, *, name: str, language: str, at: datetime) -> Person:
    """Take the OUI: from now on she shares the conversations. Raises Refused "own-offer" or "too-many-colleagues"."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    offer = session.get_one(Offer, question.payload["offer"], with_for_update=True)
    person = people.admit(session, question.address, name=name, language=language, at=at)
    suppression.forgive_stranger(session, question.address)
    if person.id == offer.recruiter_id or applications.of_person_and_offer(session, person, offer) is not None:
        raise Refused("colleague-is-candidate", title=offer.title)
    colleagues.join(session, offer.id, person, at=at)
    people.consent(
        session,
        person,
        f"colleague:{offer.id}",
        how="mail",
        text=question.text_shown,
        evidence={"question": question.id, "offer": offer.id},
        at=at,
    )
    _tell(session, person, "colleague-joined", offer, key=str(question.id), at=at)
    recruiter = session.get_one(Person, offer.recruiter_id)
    _tell(session, recruiter, "colleague-joined-yours", offer, key=str(question.id), who=person, at=at)
    return person


def leave(session: Session, offer: Offer, person: Person, *, key: str, at: datetime) -> bool:
    """Take no part any more, at her own word; whoever deposited the offer is told. False when she took none."""
    if not colleagues.leave(session, offer.id, person, at=at):
        return False
    people.withdraw(session, person, f"colleague:{offer.id}", how="mail", at=at)
    _tell(session, person, "colleague-left", offer, key=key, at=at)
    recruiter = session.get_one(Person, offer.recruiter_id)
    _tell(session, recruiter, "colleague-left-yours", offer, key=key, who=person, at=at)
    return True


def take_out(session: Session, offer: Offer, recruiter: Person, address: str, *, key: str, at: datetime) -> None:
    """Take a colleague out at the recruiter's word, or the question back that she has not answered.

    Raises Refused("colleague-not-there").
    """
    waiting = [
        one
        for one in _asked(session, offer)
        if one.address_key == address_key(address) and one.state is QuestionState.OPEN
    ]
    for question in waiting:
        questions.LIFE.step(question, "decline", by=recruiter.id, at=at)
        question.payload = {**question.payload, "taken_back": True}
    person = people.find(session, address)
    shared = person is not None and colleagues.leave(session, offer.id, person, at=at)
    if not shared and not waiting:
        raise Refused("colleague-not-there", title=offer.title)
    if person is not None and shared:
        _tell(session, person, "colleague-taken-out", offer, key=key, at=at)
    _tell(session, recruiter, "colleague-taken-out-yours", offer, key=key, at=at)


def _tell(
    session: Session, reader: Person, what: str, offer: Offer, *, key: str, at: datetime, who: Person | None = None
) -> None:
    title = f"{who.short_name}, {offer.title}" if who is not None and who.short_name else offer.title
    outbox.post(
        session,
        Noted(what, title),
        to=reader,
        dedupe=f"{what}:{offer.id}:{reader.id}:{key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id)
        if reader.id == offer.recruiter_id
        else Reply(About.GENERAL, Role.RECRUITER),
        at=at,
    )
