"""Joining an organisation that others act for: asked of its members by mail, or decided by the staff; never by its name.

Whoever deposits an offer for an employer of a known name or SIRET has a record of her own until somebody who acts for
the known one says OUI. Then her offers become that organisation's, and the record made for her is given up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import asking, audit, offers, organisations, outbox, questions, showing
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.memberships import MembershipQuestion
from jobboard.offers import Offer
from jobboard.organisations import Membership, Organisation
from jobboard.people import Person, Role
from jobboard.questions import Question, QuestionState, Topic
from jobboard.tickets import About, Reply

ASKED = 3  # members at most are asked about one person, those who joined first
JOINED = "organisation-joined"  # in the audit
_AGAIN = timedelta(days=180)


def namesakes(session: Session, offer: Offer) -> list[tuple[Organisation, list[str]]]:
    """Return the organisations of that name or SIRET which others act for, each with their names (addresses masked)."""
    own = offers.organisation_of(session, offer)
    found = organisations.like(session, own) if own is not None else []
    return [(one, [_named(person) for person in organisations.members(session, one)]) for one in found]


def _named(person: Person) -> str:
    return " ".join(part for part in (person.shown_name, showing.masked_address(person)) if part)


def ask_members(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> int:
    """Ask who acts for an organisation of that name or SIRET whether the recruiter may, too; returns how many were asked.

    Each is asked once about each person, and not again within half a year, whatever they answered.
    """
    own = offers.organisation_of(session, offer)
    if own is None:
        return 0
    asked = 0
    for organisation in organisations.like(session, own)[:1]:
        for member in organisations.members(session, organisation)[:ASKED]:
            if member.id != recruiter.id and not _asked_before(session, member, organisation, recruiter, at=at):
                _ask(session, member, organisation, recruiter, own, at=at)
                asked += 1
    return asked


def _asked_before(
    session: Session, member: Person, organisation: Organisation, recruiter: Person, *, at: datetime
) -> bool:
    query = sa.select(Question.id).where(
        Question.topic == Topic.MEMBERSHIP,
        Question.address_key == member.address_key,
        Question.created_at > at - _AGAIN,
        Question.payload["organisation"].as_integer() == organisation.id,
        Question.payload["person"].as_integer() == recruiter.id,
    )
    return session.scalar(query.limit(1)) is not None


def _ask(
    session: Session,
    member: Person,
    organisation: Organisation,
    recruiter: Person,
    own: Organisation,
    *,
    at: datetime,
) -> None:
    question = questions.ask(
        session,
        Topic.MEMBERSHIP,
        member.address,
        text=f"Cette personne peut agir pour {organisation.name}.",
        organisation=organisation.id,
        person=recruiter.id,
        instead_of=own.id,
        at=at,
    )
    letter = MembershipQuestion(organisation.name, recruiter.shown_name, showing.masked_address(recruiter))
    asking.post(session, question, letter, to=member, role=Role.RECRUITER, at=at)


def accept(session: Session, question: Question, *, at: datetime) -> None:
    """Take a member's OUI. Raises Refused("not-a-member") when she acts for it no more."""
    questions.LIFE.step(question, "accept", by=None, at=at)
    organisation = session.get_one(Organisation, question.payload["organisation"], with_for_update=True)
    members = organisations.members(session, organisation)
    if all(member.address_key != question.address_key for member in members):
        raise Refused("not-a-member", title=organisation.name)
    person = session.get_one(Person, question.payload["person"])
    _join(session, organisation, person, question.payload["instead_of"], at=at)
    _close_others(session, question, at=at)
    member = next(one for one in members if one.address_key == question.address_key)
    for reader, what in ((member, "membership-given"), (person, "membership-got")):
        outbox.post(
            session,
            Noted(what, organisation.name),
            to=reader,
            dedupe=f"{what}:{question.id}",
            reply=Reply(About.GENERAL, Role.RECRUITER),
            at=at,
        )


def _close_others(session: Session, question: Question, *, at: datetime) -> None:
    """Let the same question to other members rest: one OUI is enough."""
    others = session.scalars(
        sa.select(Question).where(
            Question.topic == Topic.MEMBERSHIP,
            Question.state == QuestionState.OPEN,
            Question.id != question.id,
            Question.payload["organisation"].as_integer() == question.payload["organisation"],
            Question.payload["person"].as_integer() == question.payload["person"],
        )
    )
    for other in others:
        questions.LIFE.step(other, "expire", by=None, at=at)


def join_by_staff(
    session: Session, offer: Offer, organisation_id: int, member: Person, *, key: str, at: datetime
) -> None:
    """Let whoever deposited the offer act for that organisation, at the word of the staff, who are named for it.

    Raises Refused("no-such-choice") for an organisation that is not alike.
    """
    own = offers.organisation_of(session, offer)
    found = {one.id: one for one in organisations.like(session, own)} if own is not None else {}
    if own is None or organisation_id not in found:
        raise Refused("no-such-choice")
    person = session.get_one(Person, offer.recruiter_id)
    _join(session, found[organisation_id], person, own.id, at=at)
    audit.note(session, member, JOINED, subject=Organisation.__tablename__, subject_id=organisation_id, at=at)
    outbox.post(
        session,
        Noted("membership-got", found[organisation_id].name),
        to=person,
        dedupe=f"membership-got:{organisation_id}:{person.id}:{key}",
        reply=Reply(About.GENERAL, Role.RECRUITER),
        at=at,
    )


def _join(session: Session, organisation: Organisation, person: Person, instead_of: int, *, at: datetime) -> None:
    """Make the person a member, and her own record of the same employer part of it."""
    organisations.add(session, organisation, person, at=at)
    own = session.get(Organisation, instead_of)
    if own is None or own.id == organisation.id:
        return
    organisation.siret, organisation.rna = organisation.siret or own.siret, organisation.rna or own.rna
    session.execute(
        sa.update(Offer)
        .where(Offer.organisation_id == own.id, Offer.recruiter_id == person.id)
        .values(organisation_id=organisation.id, sector=organisation.sector)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        sa.delete(Membership).where(Membership.organisation_id == own.id, Membership.person_id == person.id)
    )
