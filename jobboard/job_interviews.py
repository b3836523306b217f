"""Interviews between a recruiter and a candidate: set, moved, answered, called off, recalled the day before.

Each side gets an invitation that her own calendar can answer; neither reads the other one's address. One interview
stands for an application; a new date moves it (RFC 5546 3.2.2: same UID, higher SEQUENCE).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import applications, outbox
from jobboard.acts import Act
from jobboard.applications import Application, ApplicationState, Event
from jobboard.conversations import Conversation
from jobboard.db import Base, named, settings_of
from jobboard.languages import gettext_for
from jobboard.letters.base import Letter
from jobboard.letters.interviews import (
    ENDINGS,
    InterviewAnswered,
    InterviewProposed,
    InterviewRecalled,
    InterviewSet,
)
from jobboard.letters.meetings import CANCEL, REQUEST, Meeting
from jobboard.lifecycle import Lifecycle
from jobboard.meeting_reading import ReadMeeting
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


class InterviewState(StrEnum):
    """Where an interview stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the candidate
    CANCELLED = "cancelled"


LIFE = Lifecycle(
    "interview",
    InterviewState,
    (
        (InterviewState.PROPOSED, "accept", InterviewState.ACCEPTED),
        (InterviewState.DECLINED, "accept", InterviewState.ACCEPTED),
        (InterviewState.PROPOSED, "decline", InterviewState.DECLINED),
        (InterviewState.ACCEPTED, "decline", InterviewState.DECLINED),
        *((state, "move", InterviewState.PROPOSED) for state in InterviewState),
        (InterviewState.PROPOSED, "cancel", InterviewState.CANCELLED),
        (InterviewState.ACCEPTED, "cancel", InterviewState.CANCELLED),
        # ANNULER: it was called off with a refusal that has not left.
        (InterviewState.CANCELLED, "back-to-proposed", InterviewState.PROPOSED),
        (InterviewState.CANCELLED, "back-to-accepted", InterviewState.ACCEPTED),
    ),
    refusal="interview-not-so",
)
STANDING = (InterviewState.PROPOSED, InterviewState.ACCEPTED)


class Interview(Base):
    """The interview of one application, as it was set last."""

    __tablename__ = "interview"
    __table_args__ = (
        sa.UniqueConstraint("application_id"),
        sa.Index("ix_interview_starts_at", "starts_at", postgresql_where=sa.text("state IN ('proposed', 'accepted')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id", ondelete="CASCADE"))
    by_person_id: Mapped[int]
    state: Mapped[InterviewState] = mapped_column(named(InterviewState))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    zone: Mapped[str]  # on whose clocks it is said
    place: Mapped[str]
    link: Mapped[str]
    sequence: Mapped[int]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


def of_application(session: Session, application: Application) -> Interview | None:
    """Return, locked, the interview of an application."""
    query = sa.select(Interview).where(Interview.application_id == application.id)
    return session.scalar(query.with_for_update())


def set_(
    session: Session, application: Application, by: Person, read: ReadMeeting, zone: str, *, key: str, at: datetime
) -> Interview:
    """Set an interview, or move the one that stands; both sides are invited. `read`: a meeting with its moment.

    Raises Refused("application-not-so").
    """
    assert read.starts_at is not None, "a meeting that was read"
    found = of_application(session, application)
    minutes = read.minutes or settings_of(session).interview_minutes
    moved = found is not None and found.state in STANDING
    if application.state is not ApplicationState.INTERVIEW:
        applications.LIFE.step(application, "invite", by=by.id, at=at)
    if found is None:
        found = Interview(
            application_id=application.id, state=InterviewState.PROPOSED, sequence=0, created_at=at, by_person_id=by.id
        )
        session.add(found)
    else:
        LIFE.step(found, "move", by=by.id, at=at)
        found.sequence += 1
    before = found.starts_at if moved else None
    found.by_person_id, found.starts_at, found.minutes = by.id, read.starts_at, minutes
    if not moved or read.place or read.link:  # another hour alone is the same place
        found.place, found.link = read.place, read.link
    found.zone, found.reminded_at = read.zone or zone, None
    session.flush()
    applications.note(session, application, Event.INTERVIEW_MOVED if moved else Event.INTERVIEW_SET, at=at)
    _invite(session, found, "moved" if moved else "set", key=key, at=at, before=before)
    return found


def answer(session: Session, interview: Interview, *, comes: bool, key: str, at: datetime) -> bool:
    """Take the candidate's answer; the recruiter is told. False when it is what she said before."""
    application = session.get_one(Application, interview.application_id)
    wanted = InterviewState.ACCEPTED if comes else InterviewState.DECLINED
    if interview.state is wanted:
        return False
    LIFE.step(interview, "accept" if comes else "decline", by=application.person_id, at=at)
    step = "invite" if comes else "uninvite"
    if applications.LIFE.allows(application.state, step):
        applications.LIFE.step(application, step, by=application.person_id, at=at)
    applications.note(session, application, Event.INTERVIEW_ACCEPTED if comes else Event.INTERVIEW_DECLINED, at=at)
    offer, candidate = _parties(session, application)
    for person in _side(session, interview, offer):
        letter = InterviewAnswered(
            comes, offer.title, candidate.short_name, application.number, interview.starts_at, interview.zone
        )
        _post(session, letter, person, application, f"answered:{key}:{person.id}", Role.RECRUITER, at=at)
    letter_ = InterviewAnswered(comes, offer.title, "", 0, interview.starts_at, interview.zone)
    _post(session, letter_, candidate, application, f"answered:{key}:{candidate.id}", Role.CANDIDATE, at=at)
    return True


def call_off(
    session: Session,
    interview: Interview,
    by: Person,
    *,
    key: str,
    at: datetime,
    act: Act | None = None,
    why: str = "cancelled",
    nameless: bool = False,
) -> None:
    """Call an interview off; both calendars take it out. `act`: what calls it off, whose letters wait for ANNULER.

    `why`: one of `ENDINGS`. `nameless`: its candidate is being erased, and is not named any more.

    Raises Refused("interview-not-so").
    """
    LIFE.step(interview, "cancel", by=by.id, at=at)
    interview.sequence += 1
    application = session.get_one(Application, interview.application_id)
    if applications.LIFE.allows(application.state, "uninvite"):
        applications.LIFE.step(application, "uninvite", by=by.id, at=at)
    applications.note(session, application, Event.INTERVIEW_CANCELLED, at=at)
    _invite(session, interview, why, key=key, at=at, act=act, nameless=nameless)


def call_off_with(
    session: Session,
    application: Application,
    by: Person,
    *,
    key: str,
    at: datetime,
    act: Act | None = None,
    why: str = "ended",
    nameless: bool = False,
) -> dict[str, str]:
    """Call off whatever interview is still to come, because its application ends; returns its id and state before, if any."""
    found = coming(session, application, at=at)
    if found is None:
        return {}
    before = {str(found.id): str(found.state)}
    call_off(session, found, by, key=key, at=at, act=act, why=why, nameless=nameless)
    return before


def call_off_with_offer(
    session: Session, offer: Offer, by: Person, why: str, *, key: str, at: datetime, act: Act | None = None
) -> dict[str, str]:
    """Call off the interviews for an offer with those upon whom nobody has decided; returns ids and states before."""
    found = coming_of_offer(session, offer, at=at).values()
    before = {str(interview.id): str(interview.state) for interview in found}
    for interview in found:
        call_off(session, interview, by, key=f"{key}:{interview.id}", at=at, act=act, why=why)
    return before


def coming_of_offer(session: Session, offer: Offer, *, at: datetime) -> dict[int, Interview]:
    """Return, locked, by application, the interviews still to come with those upon whom nobody has decided."""
    query = (
        sa.select(Interview)
        .join(Application, Application.id == Interview.application_id)
        .where(Application.offer_id == offer.id, Application.state.in_(applications.PENDING))
        .where(Interview.state.in_(STANDING), Interview.starts_at > at)
    )
    return {one.application_id: one for one in session.scalars(query.order_by(Interview.id).with_for_update())}


def coming(session: Session, application: Application, *, at: datetime) -> Interview | None:
    """Return, locked, the interview of an application that is still to come."""
    found = of_application(session, application)
    return found if found is not None and found.state in STANDING and found.starts_at > at else None


def restore(session: Session, before: dict[str, str], by: Person, *, at: datetime) -> None:
    """Let the interviews stand again that were called off with something that was taken back before it had left."""
    for interview_id, state in before.items():
        interview = session.get_one(Interview, int(interview_id), with_for_update=True)
        LIFE.step(interview, f"back-to-{state}", by=by.id, at=at)
        application = session.get_one(Application, interview.application_id)
        if application.state is ApplicationState.ANSWERED:
            applications.LIFE.step(application, "invite", by=by.id, at=at)
        applications.note(session, application, Event.INTERVIEW_STANDS, at=at)


def recall(session: Session, *, until: datetime, limit: int, at: datetime) -> int:
    """Recall the interviews that begin before a moment, once, to both sides; returns how many."""
    query = sa.select(Interview).where(
        Interview.state.in_(STANDING),
        Interview.starts_at > at,
        Interview.starts_at <= until,
        Interview.reminded_at.is_(None),
    )
    found = session.scalars(query.order_by(Interview.id).limit(limit).with_for_update(skip_locked=True)).all()
    for interview in found:
        interview.reminded_at = at
        application = session.get_one(Application, interview.application_id)
        offer, candidate = _parties(session, application)
        waits = interview.state is InterviewState.PROPOSED
        facts = (interview.starts_at, interview.zone, interview.place, interview.link, waits)
        key = f"recalled:{interview.id}:{interview.sequence}"
        letter = InterviewRecalled(candidate.first_name, offer.title, offer.employer, "", *facts)
        _post(session, letter, candidate, application, f"{key}:{candidate.id}", Role.CANDIDATE, at=at)
        for person in _side(session, interview, offer):
            theirs = InterviewRecalled(person.first_name, offer.title, "", candidate.short_name, *facts)
            _post(session, theirs, person, application, f"{key}:{person.id}", Role.RECRUITER, at=at)
    return len(found)


def _invite(
    session: Session,
    interview: Interview,
    what: str,
    *,
    key: str,
    at: datetime,
    before: datetime | None = None,
    act: Act | None = None,
    nameless: bool = False,
) -> None:
    application = session.get_one(Application, interview.application_id)
    offer, candidate = _parties(session, application)
    shown = (interview.starts_at, interview.zone, interview.place, interview.link, before)
    recruiter = session.get_one(Person, interview.by_person_id)
    _ = gettext_for(candidate.language)
    title = _("Entretien : %(title)s, %(employer)s") % {"title": offer.title, "employer": offer.employer}
    proposed = InterviewProposed(
        what,
        candidate.first_name,
        offer.title,
        offer.employer,
        "" if what in ENDINGS else recruiter.short_name,
        *shown,
        meeting=_meeting(interview, what, title),
        conversation_id=application.conversation_id,
    )
    _post(session, proposed, candidate, application, f"{what}:{key}:{candidate.id}", Role.CANDIDATE, at=at, act=act)
    for person in _side(session, interview, offer):
        _ = gettext_for(person.language)
        name = ("" if nameless else candidate.short_name) or _("Une personne")
        title = _("Entretien avec %(name)s : %(title)s") % {"name": name, "title": offer.title}
        theirs = InterviewSet(
            what, offer.title, name, application.number, *shown, meeting=_meeting(interview, what, title)
        )
        _post(session, theirs, person, application, f"{what}:{key}:{person.id}", Role.RECRUITER, at=at, act=act)


def _meeting(interview: Interview, what: str, title: str) -> Meeting:
    """Return the interview as a calendar has it; clients show its moment on their own clocks."""
    return Meeting(
        f"interview-{interview.id}",
        interview.sequence,
        CANCEL if what in ENDINGS else REQUEST,
        title.replace(" :", "\u00a0:"),
        interview.starts_at,
        interview.starts_at + timedelta(minutes=interview.minutes),
        ", ".join(part for part in (interview.place, interview.link) if part),
    )


def _side(session: Session, interview: Interview, offer: Offer) -> Sequence[Person]:
    """Return who receives the candidate: whoever set it, and whoever deposited the offer."""
    ids = dict.fromkeys((interview.by_person_id, offer.recruiter_id))
    return [session.get_one(Person, one) for one in ids]


def _parties(session: Session, application: Application) -> tuple[Offer, Person]:
    return session.get_one(Offer, application.offer_id), session.get_one(Person, application.person_id)


def _post(
    session: Session,
    letter: Letter,
    to: Person,
    application: Application,
    key: str,
    role: Role,
    *,
    at: datetime,
    act: Act | None = None,
) -> None:
    outbox.post(
        session,
        letter,
        to=to,
        dedupe=f"interview:{application.id}:{key}",
        reply=Reply(About.CONVERSATION, role, subject_id=application.conversation_id),
        not_before=act.until if act is not None else None,
        cause=act.cause if act is not None else None,
        at=at,
    )


def of_conversation(session: Session, conversation: Conversation) -> Interview | None:
    """Return, locked, the interview of the application that a conversation belongs to."""
    application = applications.of_conversation(session, conversation)
    return of_application(session, application) if application is not None else None
