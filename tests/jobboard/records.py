"""Records for the tests of the house: people, alerts, published offers, each with what a test does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from jobboard import alerts, announcements, offers, people, places, profiles, zones
from jobboard.alerts import Alert
from jobboard.contracts import Contract, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import settings_of
from jobboard.drafts import Draft, PlaceHeld
from jobboard.offers import Offer
from jobboard.pay import Pay, PayPeriod
from jobboard.people import Person, Role, Subscription
from jobboard.places import Place
from jobboard.profiles import Visibility

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten o'clock in Paris
ACCOUNTANT, PAYROLL, ASSISTANT = "M1203", "M1203-2", "M1608"  # the first two are neighbours under one ROME code
NANTES, REZE, CHOLET, RENNES = (places.named(name)[0] for name in ("Nantes", "Rezé", "Cholet", "Rennes"))
_numbers = count(1)


def candidate(session: Session, name: str = "Zoé Martin", *, subscribed: bool = True, at: datetime = AT) -> Person:
    """Return a candidate of her own address, on the stream of alerts."""
    person = people.admit(session, f"candidate{next(_numbers)}@courrier.example", name=name, at=at)
    people.grant(session, person, Role.CANDIDATE, at=at)
    if subscribed:
        people.subscribe(session, person, people.ALERTS, at=at)
    return person


def recruiter(session: Session, name: str = "Hélène Morin", *, at: datetime = AT) -> Person:
    """Return a recruiter of her own address."""
    person = people.admit(session, f"recruiter{next(_numbers)}@horizon.example", name=name, at=at)
    people.grant(session, person, Role.RECRUITER, at=at)
    return person


def staff(session: Session, *, at: datetime = AT) -> Person:
    """Return a member of staff."""
    person = people.admit(session, f"staff{next(_numbers)}@equipe.example", name="Inès Roux", at=at)
    people.grant(session, person, Role.STAFF, at=at)
    return person


def subscriber(session: Session, stream: str = "letters:weekly", *, at: datetime = AT) -> Subscription:
    """Return the subscription of somebody new."""
    person = people.admit(session, f"reader{next(_numbers)}@courrier.example", at=at)
    return people.subscribe(session, person, stream, at=at)


def near(place: Place, radius_km: int | None = 30) -> Criteria:
    """Return the wish of an accountant around a place."""
    return Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(place, radius_km),))


def alert(session: Session, person: Person, criteria: Criteria | None = None, *, at: datetime = AT) -> Alert:
    """Return an alert of that person: an accountant within 30 km of Nantes by default."""
    return alerts.create(session, person, criteria or near(NANTES), at=at)


def profile(session: Session, person: Person, criteria: Criteria, visibility: Visibility) -> None:
    """Give the person a profile made of that wish."""
    profiles.write(session, person, criteria, visibility=visibility, at=AT)
    session.flush()


def publish(
    session: Session,
    by: Person,
    *,
    title: str = "Comptable (H/F)",
    trade: str | None = ACCOUNTANT,
    place: Place | None = NANTES,
    remote: bool | None = None,
    contract: Contract = Contract.CDI,
    working_time: WorkingTime | None = WorkingTime.FULL,
    employer: str | None = None,
    duties: str = "Tenue des comptes et budgets des projets.",
    closes_on: date | None = None,
    daily_rate: int | None = None,
    at: datetime = AT,
) -> Offer:
    """Return an offer deposited, submitted and validated at that moment, open a month, of its own employer."""
    draft = Draft(
        title=title,
        trade=trade,
        place=PlaceHeld.of(place) if place else None,
        remote=remote,
        contract=contract,
        working_time=working_time,
        employer=employer or f"Association {next(_numbers)}",
        duties=duties,
        closes_on=closes_on or (at + timedelta(days=30)).date(),
        daily_rate=daily_rate,
        pay=Pay(daily_rate, daily_rate, PayPeriod.DAY, None) if daily_rate else None,
    )
    offer = offers.deposit(session, by, draft, at=at)
    offers.submit(session, offer, by=by, at=at)
    offers.validate(session, offer, by=by, at=at)
    return offer


def digest(session: Session, *, at: datetime = AT, zone: ZoneInfo | None = None) -> int:
    """Post the digests of that moment, to everybody in a zone or at home; returns how many mails."""
    where = zone or settings_of(session).zone
    return announcements.post_digests(session, where, at, after=0, limit=1000, at=at)[1]


def flush(session: Session, *, at: datetime = AT) -> int:
    """Post what instant alerts held back, everywhere; returns how many mails."""
    found = (
        announcements.post_held_back(session, zone, after=0, limit=1000, at=at)
        for zone in zones.all_zones(settings_of(session).zone)
    )
    return sum(posted for _, posted in found)
