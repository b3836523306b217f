"""Asking for news of an application, and telling recruiters who waits: one letter a recruiter and day, never more.

RELANCER waits until the last message is a week old, may be said twice, and never after the offer has closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import applications, outbox
from jobboard.applications import Application, ApplicationEvent, ApplicationState, Event
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.applications import ApplicationsWaiting
from jobboard.letters.cards import Waiting
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

REMIND_AFTER = (timedelta(days=3), timedelta(days=7))
CHASEABLE = (ApplicationState.SENT, ApplicationState.SEEN, ApplicationState.ANSWERED)
_DAY = timedelta(days=1)
MOST_SHOWN = 30


def chase(session: Session, application: Application, person: Person, *, key: str, at: datetime) -> None:
    """Ask for news at the candidate's word; her recruiter reads it in the letter of the next morning.

    Raises Refused "application-not-so", "chase-closed", "chase-your-turn", "chase-enough" or "chase-too-early".
    """
    session.refresh(application, with_for_update=True)
    offer = session.get_one(Offer, application.offer_id)
    settings = settings_of(session)
    if application.state not in CHASEABLE:
        raise Refused("application-not-so", state=str(application.state), step="chase")
    if not offer.is_open(at):
        raise Refused("chase-closed", title=offer.title)
    lines = applications.timeline(session, application)
    said = [line for line in lines if line.event in _MESSAGES]
    if said[-1].event is Event.RECRUITER_WROTE:
        raise Refused("chase-your-turn", title=offer.title)
    # Sent again after RETIRER, an application is a new one.
    since = max(line.id for line in lines if line.event is Event.SENT)
    limit = settings.chases_per_application
    if sum(line.event is Event.CHASED and line.id > since for line in lines) >= limit:
        raise Refused("chase-enough", title=offer.title, limit=limit)
    possible = said[-1].at + timedelta(days=settings.chase_after_days)
    if at < possible:
        days = max(1, -(-(possible - at) // _DAY))
        raise Refused("chase-too-early", title=offer.title, days=days)
    applications.note(session, application, Event.CHASED, at=at)
    outbox.post(
        session,
        Noted("chased", offer.title),
        to=person,
        dedupe=f"chased:{application.id}:{key}",
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=application.conversation_id),
        at=at,
    )


_MESSAGES = (Event.SENT, Event.CANDIDATE_WROTE, Event.RECRUITER_WROTE, Event.CHASED)


def recruiters(session: Session, *, after: int, limit: int, slot: datetime, at: datetime) -> list[Person]:
    """Return recruiters for whom somebody waits, by their ids from the one after `after` on."""
    mine = sa.select(Offer.id).join(Application, Application.offer_id == Offer.id)
    query = sa.select(Person).where(
        Person.id > after, mine.where(Offer.recruiter_id == Person.id, _waits(slot=slot, at=at)).exists()
    )
    return list(session.scalars(query.order_by(Person.id).limit(limit)))


def remind(session: Session, recruiter: Person, *, slot: datetime, at: datetime) -> bool:
    """Tell a recruiter who waits, all her offers in one letter; False when she was told for that slot already."""
    rows = session.execute(
        sa.select(Application, Offer)
        .join(Offer, Offer.id == Application.offer_id)
        .where(Offer.recruiter_id == recruiter.id, _waits(slot=slot, at=at))
        .order_by(Offer.id, Application.number)
        .with_for_update(of=Application)
    ).all()
    if not rows:
        return False
    chased = set(session.scalars(_chased(slot).where(ApplicationEvent.application_id.in_([one.id for one, _ in rows]))))
    names = {
        person.id: person.short_name
        for person in session.scalars(sa.select(Person).where(Person.id.in_([one.person_id for one, _ in rows])))
    }
    waiting = tuple(
        Waiting(one.number, names[one.person_id], offer.title, (at - one.created_at).days, one.id in chased)
        for one, offer in rows
    )
    for application, _ in rows:
        while application.reminded < len(REMIND_AFTER) and _is_due(application, at):
            application.reminded += 1
    offers = {offer.id for _, offer in rows}
    reply = Reply(About.OFFER, Role.RECRUITER, subject_id=min(offers)) if len(offers) == 1 else _GENERAL
    posted = outbox.post(
        session,
        ApplicationsWaiting(recruiter.first_name, waiting[:MOST_SHOWN], len(offers) == 1),
        to=recruiter,
        dedupe=f"waiting:{recruiter.id}:{slot:%Y-%m-%d}",
        reply=reply,
        at=at,
    )
    return posted is not None


_GENERAL = Reply(About.GENERAL, Role.RECRUITER)


def _is_due(application: Application, at: datetime) -> bool:
    return application.created_at + REMIND_AFTER[application.reminded] <= at


def _waits(*, slot: datetime, at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an application has waited 3 or 7 days unread, or that its candidate asked for news."""
    running = sa.and_(Offer.state == OfferState.PUBLISHED, Offer.closes_at > at, applications.handed_over())
    unanswered = [
        sa.and_(Application.reminded <= told, Application.created_at <= at - after)
        for told, after in enumerate(REMIND_AFTER)
    ]
    silent = sa.and_(
        Application.state == ApplicationState.SENT, Offer.reminders_stopped.is_(False), sa.or_(*unanswered)
    )
    asking = sa.and_(Application.state.in_(CHASEABLE), Application.id.in_(_chased(slot)))
    return sa.and_(running, sa.or_(silent, asking))


def _chased(slot: datetime) -> sa.Select[int]:
    """Return the query for the applications whose candidates asked for news in the day before that slot."""
    return sa.select(ApplicationEvent.application_id).where(
        ApplicationEvent.event == Event.CHASED, ApplicationEvent.at > slot - _DAY, ApplicationEvent.at <= slot
    )
