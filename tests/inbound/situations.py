"""What a mail of the corpus is an answer to: the people and records around it, and our address that it is sent to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from jobboard import conversations, correspondence, editions, offers, outbox, people, questions, signups, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Words
from jobboard.drafts import Draft, PlaceHeld
from jobboard.letters.account import Noted
from jobboard.people import Person, Role
from jobboard.questions import Topic
from jobboard.tickets import About, Reply
from tests.jobboard import records


class Situation(StrEnum):
    """What the mail answers; the value is the `purpose` of a mail of the corpus."""

    ALERT = "offer-alert"
    ALERT_OF_THREE = "offer-alert-3"
    AS_CANDIDATE = "conversation-candidate"
    AS_RECRUITER = "conversation-recruiter"
    MODERATION = "moderation"
    QUESTION = "question"
    OWN_OFFER = "offer-of-recruiter"
    RETURN = "return"


def address_for(situation: Situation, session: Session, addresses: Addresses, writer: str, *, at: datetime) -> str:
    """Make that situation for somebody who writes from `writer`; returns the address of ours that she answers."""
    person = people.admit(session, writer, name="Léa Martin", at=at)
    for role in _ROLES.get(situation, (Role.CANDIDATE,)):
        people.grant(session, person, role, at=at)
    if situation is Situation.RETURN:
        post = outbox.post(session, Noted("withdrawn", "Comptable"), to=person, dedupe="returned", at=at)
        assert post is not None
        return addresses.make(Purpose.RETURN, post.id)
    ticket = tickets.issue(session, _REPLIES[situation](session, person, at), person, at=at)
    session.flush()
    return addresses.make(Purpose.REPLY, ticket.id)


_ROLES = {
    Situation.MODERATION: (Role.STAFF,),
    Situation.OWN_OFFER: (Role.RECRUITER,),
    Situation.AS_RECRUITER: (Role.RECRUITER,),
}


def _alert(count: int) -> Callable[[Session, Person, datetime], Reply]:
    def make(session: Session, person: Person, at: datetime) -> Reply:
        records.alert(session, person, at=at)
        recruiter = records.recruiter(session, at=at)
        found = [records.publish(session, recruiter, title=f"Comptable {n}", at=at) for n in range(count)]
        return Reply(About.OFFERS, Role.CANDIDATE, offers=tuple(one.id for one in found), stream=people.ALERTS)

    return make


def _conversation(as_role: Role) -> Callable[[Session, Person, datetime], Reply]:
    def make(session: Session, person: Person, at: datetime) -> Reply:
        candidate = person if as_role is Role.CANDIDATE else records.candidate(session, at=at)
        recruiter = person if as_role is Role.RECRUITER else records.recruiter(session, at=at)
        offer = records.publish(session, recruiter, at=at)
        words = Words(subject="Candidature", text="Ce poste m'intéresse.")
        application = correspondence.apply(session, offer, candidate, words, at=at)
        return Reply(About.CONVERSATION, as_role, subject_id=application.conversation_id)

    return make


def _moderation(session: Session, person: Person, at: datetime) -> Reply:
    recruiter = records.recruiter(session, at=at)
    draft = Draft(
        title="Comptable (H/F)",
        trade=records.ACCOUNTANT,
        place=PlaceHeld.of(records.NANTES),
        employer="Association Horizon",
        duties="Tenue des comptes.",
    )
    offer = offers.deposit(session, recruiter, draft, at=at)
    offers.submit(session, offer, by=recruiter, at=at)
    return Reply(About.MODERATION, Role.STAFF, subject_id=offer.id)


def _question(session: Session, person: Person, at: datetime) -> Reply:
    signups.ask_subscription(session, person.address, editions.WEEKLY, name="", language="fr", at=at)
    question = questions.standing(session, person.address, Topic.SUBSCRIBE, at=at)
    assert question is not None
    return Reply(About.QUESTION, Role.CANDIDATE, subject_id=question.id)


def _own_offer(session: Session, person: Person, at: datetime) -> Reply:
    return Reply(About.OFFER, Role.RECRUITER, subject_id=records.publish(session, person, at=at).id)


_REPLIES: dict[Situation, Callable[[Session, Person, datetime], Reply]] = {
    Situation.ALERT: _alert(1),
    Situation.ALERT_OF_THREE: _alert(3),
    Situation.AS_CANDIDATE: _conversation(Role.CANDIDATE),
    Situation.AS_RECRUITER: _conversation(Role.RECRUITER),
    Situation.MODERATION: _moderation,
    Situation.QUESTION: _question,
    Situation.OWN_OFFER: _own_offer,
}


def two_who_write(session: Session, addresses: Addresses) -> list[tuple[str, str]]:
    """Open a conversation; returns the candidate's, then the recruiter's address, each with the relay she writes to."""
    lea, morin = records.candidate(session), records.recruiter(session)
    held = conversations.open_between(session, lea, morin, offer_id=None, at=now())
    sides = ((lea, Role.CANDIDATE), (morin, Role.RECRUITER))
    return [
        (
            person.address,
            addresses.make(
                Purpose.REPLY,
                tickets.issue(session, Reply(About.CONVERSATION, role, held.id), person, at=now()).id,
            ),
        )
        for person, role in sides
    ]
