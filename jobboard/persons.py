"""What a person may ask about herself: everything we keep, to be erased, to be written to elsewhere; and silence.

Nothing of it happens on a mail alone: each is asked back, and only the OUI on our fresh token counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import asking, erasures, exports, joining, outbox, people, questions, showing, suppression
from jobboard.addresses import address_key
from jobboard.db import settings_of
from jobboard.erasures import Cause, Erasure
from jobboard.errors import Refused
from jobboard.letters.account import DataExport, ErasureSet, Noted, SilenceNotice
from jobboard.letters.base import Letter
from jobboard.letters.questions import AddressQuestion, DataQuestion, ErasureQuestion
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.questions import Question, QuestionState, Topic
from jobboard.tickets import About, Reply

DATA_PATH = "/moi/donnees"
MOVES_A_DAY = 3  # how often one person may have an address asked: she may have mistyped it


def ask_data(session: Session, person: Person, *, thread: Thread | None = None, at: datetime) -> None:
    """Ask whether it is she who wants all that we keep of her; one such question at a time."""
    _ask(session, person, Topic.DATA, DataQuestion(person.first_name), thread=thread, at=at)


def send_data(session: Session, question: Question, *, at: datetime) -> None:
    """Send everything at her OUI: attached, or on a page of ours where it is too large for a mail."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    person = _known(session, question)
    attached = exports.octets(session, person) <= settings_of(session).export_attached_octets
    letter = DataExport(person.first_name, "" if attached else DATA_PATH)
    outbox.post(session, letter, to=person, dedupe=f"data:{question.id}", reply=_GENERAL, at=at)


def ask_erasure(session: Session, person: Person, *, thread: Thread | None = None, at: datetime) -> None:
    """Ask a first time whether everything shall be erased. Raises Refused "staff-stays" or "erasure-set"."""
    if Role.STAFF in people.roles(session, person):
        raise Refused("staff-stays")
    if erasures.waiting(session, person) is not None:
        raise Refused("erasure-set")
    letter = ErasureQuestion(person.first_name, False, settings_of(session).erasure_days, _open_offers(session, person))
    _ask(session, person, Topic.ERASE, letter, thread=thread, at=at)


def ask_erasure_again(session: Session, question: Question, *, at: datetime) -> None:
    """Ask the second time, at the first OUI."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    person = _known(session, question)
    letter = ErasureQuestion(person.first_name, True, settings_of(session).erasure_days, _open_offers(session, person))
    _ask(session, person, Topic.ERASE_SURELY, letter, at=at)


def set_erasure(session: Session, question: Question, *, at: datetime) -> Erasure:
    """Put her on the list at the second OUI; she has some days to change her mind."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    person = _known(session, question)
    due = at + timedelta(days=settings_of(session).erasure_days)
    erasure = erasures.ask(session, person, Cause.ASKED, due=due, at=at)
    letter = ErasureSet(person.first_name, erasure.due_at)
    outbox.post(session, letter, to=person, dedupe=f"erasure-set:{erasure.id}", reply=_GENERAL, at=at)
    return erasure


def call_off_erasure(session: Session, person: Person, *, key: str, at: datetime) -> bool:
    """Call her erasure off at her word; False when none waits."""
    called_off = erasures.call_off(session, person, at=at)
    if called_off:
        outbox.post(
            session, Noted("erasure-called-off"), to=person, dedupe=f"erasure-called-off:{key}", reply=_GENERAL, at=at
        )
    return called_off


def _open_offers(session: Session, person: Person) -> int:
    query = sa.select(sa.func.count()).where(Offer.recruiter_id == person.id, Offer.state == OfferState.PUBLISHED)
    return session.scalar(query.select_from(Offer)) or 0


def ask_address(session: Session, person: Person, address: str, *, at: datetime) -> None:
    """Ask at her present address, and at the new one, whether she wants to be written to there.

    Raises Refused "address-is-yours" or "address-later". She is answered alike whether we know the new address or not.
    """
    if address_key(address) == person.address_key:
        raise Refused("address-is-yours")
    other = people.find(session, address)
    if other is not None and Role.STAFF in people.roles(session, other):
        raise Refused("address-later")
    if questions.standing(session, address, Topic.ADDRESS, at=at) is not None:
        raise Refused("address-later")
    if _asked_lately(session, address, at=at) or _asked_lately(session, person.address, at=at) >= MOVES_A_DAY:
        raise Refused("address-later")
    new = questions.ask(session, Topic.ADDRESS, address, text="Recevoir ses mails ici.", person=person.id, at=at)
    old = questions.ask(
        session, Topic.ADDRESS, person.address, text="Recevoir ses mails ailleurs.", person=person.id, at=at
    )
    new.payload, old.payload = {**new.payload, "with": old.id}, {**old.payload, "with": new.id}
    for question, to, hidden in ((new, other or address, person.address), (old, person, address)):
        letter = AddressQuestion(question is new, showing.masked(hidden), question is new and other is not None)
        asking.post(session, question, letter, to=to, language=person.language, at=at)


def _asked_lately(session: Session, address: str, *, at: datetime) -> int:
    """Return how often we asked that address about a move in the hours in which a stranger is written to once."""
    since = at - timedelta(hours=settings_of(session).stranger_hours)
    asked = sa.select(sa.func.count()).where(
        Question.address_key == address_key(address), Question.topic == Topic.ADDRESS, Question.created_at > since
    )
    return session.scalar(asked.select_from(Question)) or 0


def agree_to_address(session: Session, question: Question, *, at: datetime) -> bool:
    """Take the OUI of one side; once both have said it, she is written to at the new address. True when she is.

    Two people whom we knew become one. Raises Refused("question-closed") when the other side declined.
    """
    questions.LIFE.step(question, "accept", by=None, at=at)
    other = session.get_one(Question, question.payload["with"], with_for_update=True)
    person = session.get(Person, question.payload["person"], with_for_update=True)
    if person is None or person.erased_at is not None or other.state in (QuestionState.DECLINED, QuestionState.EXPIRED):
        raise Refused("question-closed")
    if other.state is QuestionState.OPEN:
        return False
    address = next(one.address for one in (question, other) if one.address_key != person.address_key)
    joining.move(session, person, address, at=at)
    suppression.forgive_stranger(session, address)
    outbox.post(
        session, Noted("address-changed"), to=person, dedupe=f"address-changed:{question.id}", reply=_GENERAL, at=at
    )
    return True


def give_notice(session: Session, *, limit: int, at: datetime) -> int:
    """Tell people of whom nothing was heard for as long as we may keep; returns how many.

    They are erased when the notice is over, unless they gave a sign of life. The staff, and whoever has an open offer, are
    not silent.
    """
    settings = settings_of(session)
    silent_since = at - timedelta(days=settings.silence_days - settings.silence_notice_days)
    standing = sa.select(Erasure.id).where(
        Erasure.person_id == Person.id, Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None)
    )
    staff = sa.select(people.PersonRole.person_id).where(people.PersonRole.role == Role.STAFF)
    offering = sa.select(Offer.id).where(Offer.recruiter_id == Person.id, Offer.state == OfferState.PUBLISHED)
    silent = session.scalars(
        sa.select(Person)
        .where(Person.life_at <= silent_since, Person.erased_at.is_(None), Person.id.not_in(staff))
        .where(~standing.exists(), ~offering.exists())
        .order_by(Person.life_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for person in silent:
        due = at + timedelta(days=settings.silence_notice_days)
        erasure = erasures.ask(session, person, Cause.SILENCE, due=due, at=at)
        letter = SilenceNotice(person.first_name, person.life_at, erasure.due_at)
        outbox.post(session, letter, to=person, dedupe=f"silence:{erasure.id}", reply=_GENERAL, at=at)
    return len(silent)


_GENERAL = Reply(About.GENERAL, Role.CANDIDATE)


def _ask(
    session: Session, person: Person, topic: Topic, letter: Letter, *, at: datetime, thread: Thread | None = None
) -> None:
    if questions.standing(session, person.address, topic, at=at) is not None:
        raise Refused("already-asked")
    question = questions.ask(session, topic, person.address, at=at)
    asking.post(session, question, letter, to=person, thread=thread, at=at)


def _known(session: Session, question: Question) -> Person:
    person = people.find(session, question.address)
    if person is None:
        raise Refused("question-closed")
    return person
