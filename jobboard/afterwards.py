"""What the clock tells about offers: before they close, two weeks after, at sixty days; and each recruiter's month.

Each query returns a batch, chosen by one statement that leaves out what was told already (by its dedupe key).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import figures, offers, outbox, showing
from jobboard.applications import Application, ApplicationEvent, ApplicationState
from jobboard.clock import PARIS, end_of_day
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.figures import NO_ANSWER
from jobboard.letters.endings import (
    NeverAnswered,
    OfferClosingSoon,
    OfferFigures,
    OfferFilledNoted,
    OfferFilledQuestion,
    RecruiterFigures,
)
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

REMINDERS = (7, 1)  # days before the closing
ASKED_AFTER = timedelta(days=14)
HONEST_AFTER = timedelta(days=60)
_LATE = timedelta(days=30)  # what was missed for longer is not told any more
BATCH = 100


def _untold(*key: sa.ColumnElement[str] | str) -> sa.ColumnElement[bool]:
    """Return the condition that no letter of that dedupe key was posted."""
    wanted = sa.func.concat(*key)
    return ~sa.exists(sa.select(Post.id).where(Post.dedupe == wanted))


def _seconds(moment: sa.orm.InstrumentedAttribute[datetime | None]) -> sa.ColumnElement[str]:
    return sa.cast(sa.cast(sa.extract("epoch", moment), sa.BigInteger()), sa.Text())


def _unanswered() -> sa.ScalarSelect[int]:
    """Return how many applications to an offer wait for a first answer."""
    return (
        sa.select(sa.func.count())
        .where(Application.offer_id == Offer.id, Application.state != ApplicationState.WITHDRAWN, ~_answered())
        .correlate(Offer)
        .scalar_subquery()
    )


def _answered() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ApplicationEvent.application_id == Application.id,
        sa.cast(ApplicationEvent.event, sa.Text()).not_in(NO_ANSWER),
    )


def _applied() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(Application.offer_id == Offer.id, Application.state != ApplicationState.WITHDRAWN)
        .correlate(Offer)
        .scalar_subquery()
    )


def remind(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Remind recruiters of offers that close in a week or tomorrow, unless they said STOP; returns how many."""
    told = 0
    today = at.astimezone(PARIS).date()
    for days, following in zip(REMINDERS, (*REMINDERS[1:], 0), strict=True):
        # By the calendar: who closes at the end of the 31st is reminded in the morning of the 24th.
        first = end_of_day(today + timedelta(days=following)) if following else at
        query = (
            sa.select(Offer, Person, _applied(), _unanswered())
            .join(Person, Person.id == Offer.recruiter_id)
            .where(
                Offer.state == OfferState.PUBLISHED,
                Offer.closes_at > first,
                Offer.closes_at <= end_of_day(today + timedelta(days=days)),
                Offer.published_at < at - timedelta(days=1),  # who has just put it online knows
                ~Offer.reminders_stopped,
                _untold("offer-closing:", sa.cast(Offer.id, sa.Text()), f":{days}:", _seconds(Offer.closes_at)),
            )
            .order_by(Offer.id)
            .limit(limit)
        )
        for offer, recruiter, applied, unanswered in session.execute(query).all():
            assert offer.closes_at is not None
            outbox.post(
                session,
                OfferClosingSoon(offer.title, offer.closes_at, applied, unanswered),
                to=recruiter,
                dedupe=f"offer-closing:{offer.id}:{days}:{int(offer.closes_at.timestamp())}",
                reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
                at=at,
            )
            told += 1
    return told


def ask_filled(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Ask the recruiters of offers that closed two weeks ago whether somebody was found; returns how many."""
    query = (
        sa.select(Offer, Person, _unanswered())
        .join(Person, Person.id == Offer.recruiter_id)
        .where(
            Offer.state == OfferState.CLOSED,
            Offer.published_at.is_not(None),
            Offer.closed_at <= at - ASKED_AFTER,
            Offer.closed_at > at - ASKED_AFTER - _LATE,
            Offer.filled_said_at.is_(None),
            ~Offer.reminders_stopped,
            _untold("offer-filled:", sa.cast(Offer.id, sa.Text())),
        )
        .order_by(Offer.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    for offer, recruiter, unanswered in found:
        outbox.post(
            session,
            OfferFilledQuestion(offer.title, unanswered),
            to=recruiter,
            dedupe=f"offer-filled:{offer.id}",
            reply=Reply(About.FILLED, Role.RECRUITER, subject_id=offer.id),
            at=at,
        )
    return len(found)


def note_filled(session: Session, offer: Offer, recruiter: Person, *, filled: bool, key: str, at: datetime) -> None:
    """Keep what the recruiter says became of an offer that closed. Raises Refused("offer-not-closed") for an open one."""
    offers.lock(session, offer)
    if offer.state is not OfferState.CLOSED:
        raise Refused("offer-not-closed", title=offer.title)
    offer.filled, offer.filled_said_at = filled, at
    session.flush()
    unanswered = session.scalar(sa.select(_unanswered()).select_from(Offer).where(Offer.id == offer.id)) or 0
    outbox.post(
        session,
        OfferFilledNoted(offer.title, filled, unanswered),
        to=recruiter,
        dedupe=f"offer-filled-noted:{key}",
        reply=Reply(About.FILLED, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )


def tell_never_answered(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Tell whoever nobody has answered sixty days after the closing that no answer will come; returns how many."""
    query = (
        sa.select(Application, Offer, Person)
        .join(Offer, Offer.id == Application.offer_id)
        .join(Person, Person.id == Application.person_id)
        .where(
            Offer.state == OfferState.CLOSED,
            Offer.closed_at <= at - HONEST_AFTER,
            Offer.closed_at > at - HONEST_AFTER - _LATE,
            Application.state.in_((ApplicationState.SENT, ApplicationState.ENDED)),
            ~_answered(),
            _untold("never-answered:", sa.cast(Application.id, sa.Text())),
        )
        .order_by(Application.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    for application, offer, candidate in found:
        cards = showing.near(session, offer, at=at)
        outbox.post(
            session,
            NeverAnswered(candidate.first_name, offer.title, offer.employer, application.created_at, cards),
            to=candidate,
            dedupe=f"never-answered:{application.id}",
            reply=Reply(About.OFFERS, Role.CANDIDATE, offers=tuple(card.offer_id for card in cards)),
            at=at,
        )
    return len(found)


def months_figures(session: Session, month: date, *, after: int, at: datetime, limit: int = BATCH) -> Sequence[int]:
    """Post the figures of that month (its first day) to recruiters whose ids follow `after`; returns their ids.

    Only to whom something happened in it, and never twice.
    """
    since, until = _bounds(session, month)
    mine = sa.select(Offer.id).where(Offer.recruiter_id == Person.id)
    query = (
        sa.select(Person)
        .where(
            Person.id > after,
            sa.exists(
                mine.where(Offer.published_at < until, sa.or_(Offer.closed_at.is_(None), Offer.closed_at >= since))
            ),
            ~sa.exists(
                mine.where(Offer.reminders_stopped, sa.or_(Offer.closed_at.is_(None), Offer.closed_at >= since))
            ),
            _untold("figures:", sa.cast(Person.id, sa.Text()), f":{month:%Y-%m}"),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    recruiters = session.scalars(query).all()
    counted = figures.by_recruiter(session, since=since, until=until, recruiters=[one.id for one in recruiters])
    for recruiter in recruiters:
        if recruiter.id in counted:
            _post_figures(session, recruiter, month, counted[recruiter.id], since, until, at=at)
    return [one.id for one in recruiters]


def _post_figures(
    session: Session,
    recruiter: Person,
    month: date,
    total: figures.Figures,
    since: datetime,
    until: datetime,
    *,
    at: datetime,
) -> None:
    theirs = {offer.id: offer for offer in offers.of_recruiter(session, recruiter)}
    counted = figures.by_offer(session, theirs, since=since, until=until)
    rows = tuple(
        OfferFigures(theirs[one].title, of_one.views, of_one.applications, of_one.unanswered)
        for one, of_one in counted.items()
    )
    outbox.post(
        session,
        RecruiterFigures(month, rows, total.views, total.applications, total.unanswered, total.median_hours),
        to=recruiter,
        dedupe=f"figures:{recruiter.id}:{month:%Y-%m}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=max(counted, default=0)),  # STOP stops these, too
        at=at,
    )


def _bounds(session: Session, month: date) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next one, in the installation's time zone."""
    zone = settings_of(session).zone
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    second = timedelta(seconds=1)
    day = timedelta(days=1)
    return end_of_day(month - day, zone) + second, end_of_day(following - day, zone) + second
