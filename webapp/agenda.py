"""The agenda: one or two months, a page for each event, calendars to subscribe to, a place asked for or given back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from jobboard import (
    agenda,
    asking,
    attendance,
    event_reading,
    meetings,
    participations,
    people,
    programming,
    questions,
    suppression,
)
from jobboard.agenda import Event
from jobboard.clock import now
from jobboard.event_drafts import EVENT_KIND_LABELS, EventKind
from jobboard.gazetteer import Place, PlaceKind, by_code, territories
from jobboard.letters.agenda import ParticipationQuestion
from jobboard.people import Person
from jobboard.questions import Question, Topic
from mailer.finishing import keep
from webapp import confirming, fields, links
from webapp.house import house
from webapp.language import gettext as _
from webapp.language import language
from webapp.pages import render, see_other
from webapp.security import by_address, by_client, without_session
from webapp.typesetting import weekdays
from webapp.visitors import signed_in, visitor

blueprint = Blueprint("agenda", __name__)

CALENDAR = "text/calendar; charset=utf-8"
FEED_PAST = timedelta(days=30)  # events that are over stay in the feed a while: clients keep them
MOST = 500
_PREFIXES = {"dep": PlaceKind.DEPARTEMENT, "reg": PlaceKind.REGION}


@dataclass(frozen=True)
class Filter:
    """What of the agenda is shown: from which month, how many, where, of which kind."""

    first: date
    months: int
    territory: Place | None
    kind: EventKind | None

    @classmethod
    def asked(cls, today: date) -> Filter:
        """Return what the address of the page asks for; what it gets wrong is left out."""
        month, given = today.replace(day=1), request.args
        with suppress(ValueError):
            month = date.fromisoformat(f"{given.get('mois', '')}-01")
        month = min(max(month, today.replace(day=1) - timedelta(days=366)), today + timedelta(days=3 * 366)).replace(
            day=1
        )
        kind = EventKind(given["type"]) if given.get("type") in set(EventKind) else None
        return cls(month, 2 if given.get("vue") == "2" else 1, _territory(given.get("territoire", "")), kind)

    def query(self, **changed: object) -> str:
        """Return the query of the same page with something else in it."""
        given = {
            "mois": f"{self.first:%Y-%m}",
            "vue": self.months,
            "territoire": _code(self.territory),
            "type": self.kind or "",
            **changed,
        }
        return urlencode({name: value for name, value in given.items() if value})


def _territory(code: str) -> Place | None:
    prefix, _dash, name = code.partition("-")
    try:
        return by_code(_PREFIXES[prefix], name)
    except KeyError:
        return None


def _code(place: Place | None) -> str:
    return "" if place is None else f"{'dep' if place.kind is PlaceKind.DEPARTEMENT else 'reg'}-{place.code}"


def _later(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


@blueprint.get("/agenda")
def calendar_page() -> Response:
    """One month, or two side by side."""
    zone = house().settings.zone
    today = now().astimezone(zone).date()
    asked = Filter.asked(today)
    start = datetime.combine(asked.first, time(), zone).astimezone(UTC)
    end = datetime.combine(_later(asked.first, asked.months), time(), zone).astimezone(UTC)
    with house().transaction() as session:
        query = agenda.between(start, end, territory=asked.territory, kind=asked.kind).limit(MOST)
        events = session.scalars(query).all()
        taken = participations.counts(session, [event.id for event in events])
        by_day = _by_day(events)
        return render(
            "agenda/months.html",
            asked=asked,
            months=[_month(_later(asked.first, n), by_day) for n in range(asked.months)],
            events=events,
            taken=taken,
            today=today,
            earlier=asked.query(mois=f"{_later(asked.first, -asked.months):%Y-%m}"),
            later=asked.query(mois=f"{_later(asked.first, asked.months):%Y-%m}"),
            one=asked.query(vue=1),
            two=asked.query(vue=2),
            weekdays=weekdays(),
            feed=_feed_path(asked.territory),
            territory_code=_code(asked.territory),
            kinds=EVENT_KIND_LABELS,
            regions=sorted(territories(PlaceKind.REGION).values(), key=lambda place: place.name),
            departements=sorted(territories(PlaceKind.DEPARTEMENT).values(), key=lambda place: place.code),
        )


def _by_day(events: Iterable[Event]) -> dict[date, list[Event]]:
    """Return the events of each day, on the clocks of their place; what takes several days stands on each."""
    found: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        assert event.starts_at is not None, "published events are complete"
        assert event.ends_at is not None, "published events are complete"
        first = event.starts_at.astimezone(event.zone).date()
        last = (event.ends_at - timedelta(minutes=1)).astimezone(event.zone).date()
        for ahead in range(min((last - first).days, 31) + 1):
            found[first + timedelta(days=ahead)].append(event)
    return found


def _month(first: date, by_day: dict[date, list[Event]]) -> tuple[date, list[list[tuple[date, list[Event]] | None]]]:
    """Return a month as weeks of seven days, Monday first; days of its neighbours are None."""
    day = first - timedelta(days=first.weekday())
    weeks: list[list[tuple[date, list[Event]] | None]] = []
    while day < _later(first, 1):
        week = [day + timedelta(days=ahead) for ahead in range(7)]
        weeks.append([(one, by_day.get(one, [])) if one.month == first.month else None for one in week])
        day += timedelta(days=7)
    return first, weeks


def _feed_path(territory: Place | None) -> str:
    return "/agenda.ics" + (f"?territoire={_code(territory)}" if territory is not None else "")


@blueprint.get("/agenda.ics")
def feed() -> Response:
    """Everything to come, as a calendar to subscribe to; of one territory with `territoire`."""
    at, territory = now(), _territory(request.args.get("territoire", ""))
    with house().transaction() as session:
        events = session.scalars(agenda.between(at - FEED_PAST, None, territory=territory).limit(MOST)).all()
        name = " · ".join(
            part for part in (_("Agenda"), territory.name if territory else "", house().settings.site_name) if part
        )
        return _calendar(name, events, at)


def _calendar(name: str, events: Iterable[Event], at: datetime) -> Response:
    settings = house().settings
    listed = [attendance.meeting(event, sequence=event.sequence) for event in events]
    octets = meetings.feed(name, listed, domain=settings.mail_domain, base_url=settings.base_url, at=at)
    answer = Response(octets, content_type=CALENDAR)
    answer.vary.add("Accept-Language")
    return answer


def _public(session: Session, event_id: int) -> Event:
    event = session.get(Event, event_id) if event_id < 2**62 else None
    if event is None or event.published_at is None:
        abort(404)
    return event


@blueprint.get("/agenda/<int:event_id>.ics")
def one_calendar(event_id: int) -> Response:
    """One event, to take into a calendar."""
    with house().transaction() as session:
        event = _public(session, event_id)
        if not event.is_online:
            abort(410)
        return _calendar(event.title, [event], now())


@blueprint.get("/agenda/<int:event_id>")
@blueprint.get("/agenda/<int:event_id>-<slug>")
def event_page(event_id: int, slug: str = "") -> Response:
    """One event: what, when, where, and how to take part."""
    with house().transaction() as session:
        return _event_page(session, _public(session, event_id), signed_in(session))


def _event_page(
    session: Session, event: Event, person: Person | None, *, status: int = 0, typed: str = "", error: str = ""
) -> Response:
    at = now()
    standing = participations.participation(session, event, person) if person is not None else None
    taken = participations.counts(session, [event.id]).get(event.id, 0)
    return render(
        "agenda/event.html",
        status or (200 if event.is_online else 410),
        event=event,
        over=event.is_over(at),
        begun=event.has_begun(at),
        standing=str(standing.state) if standing is not None else "",
        left=max(event.seats - taken, 0) if event.seats is not None else None,
        person=person,
        typed=typed,
        errors={"adresse": error} if error else {},
        markup=_markup(event),
    )


def _markup(event: Event) -> Markup:
    """Return the event as search engines read it (schema.org Event), safe inside a script element."""
    assert event.starts_at is not None, "published events are complete"
    assert event.ends_at is not None, "published events are complete"
    base_url, zone = house().settings.base_url, event.zone
    place = {"@type": "Place", "name": event.venue or event.place_label, "address": event.where}
    where = {"@type": "VirtualLocation", "url": event.link or base_url + event.path} if event.online else place
    mode = "Online" if event.online and not event.where else "Mixed" if event.online else "Offline"
    found = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Scheduled' if event.is_online else 'Cancelled'}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": where,
        "description": event.description or event.title,
        "organizer": {"@type": "Organization", "name": event.organiser or house().settings.site_name},
        "url": base_url + event.path,
    }
    text = json.dumps(found, ensure_ascii=False)
    return Markup(keep(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")))


@blueprint.post("/agenda/<int:event_id>/demander")
@without_session  # acts for nobody who is signed in
@by_client
@by_address
def ask(event_id: int) -> Response:
    """Ask the address that was typed whether it wants a place; the page says the same whoever it belongs to."""
    typed, at = fields.address(), now()
    error = fields.address_error(typed)
    with house().transaction() as session:
        event = _public(session, event_id)
        if error:
            return _event_page(session, event, None, status=422, typed=typed, error=error)
        known = people.find(session, typed)
        if event.is_online and (known is not None or suppression.may_answer_stranger(session, typed, at=at)):
            _ask(session, event, known or typed, at=at)
    return render("agenda/asked.html", address=typed, event=event)


def _ask(session: Session, event: Event, to: Person | str, *, at: datetime) -> None:
    address = to if isinstance(to, str) else to.address
    spoken = language() if isinstance(to, str) else to.language
    text = "Participer à cet événement."
    question = questions.ask(session, Topic.PARTICIPATION, address, text=text, event=event.id, language=spoken, at=at)
    path = f"/agenda/confirmer/{links.sign(links.PARTICIPATE, question.id)}"
    asking.post(session, question, ParticipationQuestion(attendance.card(event), path), to=to, language=spoken, at=at)


@blueprint.get("/agenda/confirmer/<token>")
def confirmation(token: str) -> Response:
    """Show what the button will do."""
    return confirming.show(
        links.PARTICIPATE, Topic.PARTICIPATION, token, lambda question: _confirm_page(question, token)
    )


def _confirm_page(question: Question, token: str) -> Response:
    with house().transaction() as session:
        event = session.get_one(Event, int(question.payload["event"]))
        return render("agenda/confirm.html", event=event, address=question.address, token=token)


@blueprint.post("/agenda/confirmer/<token>")
@without_session  # the token is the proof
@by_client
def confirm(token: str) -> Response:
    """Take part."""
    return confirming.decide(links.PARTICIPATE, Topic.PARTICIPATION, token, _join_confirmed)


def _join_confirmed(session: Session, question: Question, at: datetime) -> Response:
    suppression.forgive_stranger(session, question.address)
    questions.LIFE.step(question, "accept", by=None, at=at)
    spoken = str(question.payload.get("language", "fr"))
    person = people.admit(session, question.address, language=spoken, at=at)
    evidence: dict[str, object] = {"question": question.id, "page": "/agenda/confirmer"}
    event_id = int(question.payload["event"])
    state = attendance.welcome(session, person, event_id, how="web", evidence=evidence, at=at)
    return render("agenda/done.html", event=session.get_one(Event, event_id), state=state)


@blueprint.post("/agenda/<int:event_id>/participer")
def join(event_id: int) -> Response:
    """Take part, as the person who is signed in."""
    with house().transaction() as session:
        person, event = visitor(session), _public(session, event_id)
        attendance.join(session, event.id, person, at=now())
        return see_other(event.path)


@blueprint.post("/agenda/<int:event_id>/quitter")
def leave(event_id: int) -> Response:
    """Take part no more, as the person who is signed in."""
    with house().transaction() as session:
        person, event = visitor(session), _public(session, event_id)
        attendance.leave(session, event.id, person, at=now())
        return see_other(event.path)


@blueprint.get("/agenda/proposer")
def proposing() -> Response:
    """How to propose an event; who is signed in may write it here."""
    with house().transaction() as session:
        person = signed_in(session)
        return render("agenda/propose.html", person=person, form=event_reading.template(), error="")


@blueprint.post("/agenda/proposer")
@by_client
def propose() -> Response:
    """Read what was written as a mail would be; the draft comes by mail, to be read over."""
    at, text = now(), fields.text("texte")
    with house().transaction() as session:
        person = visitor(session)
        if len(text.split()) < 3:
            error = _("Écrivez au moins un titre, une date et un lieu.")
            return render("agenda/propose.html", 422, person=person, form=text, error=error)
        read = event_reading.read(text, today=at.astimezone(house().settings.zone).date())
        programming.propose(session, person, read, key=f"web:{at.isoformat()}", at=at)
    return render("agenda/proposed.html")
