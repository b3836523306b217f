"""Events: where they may be seen, by whom, in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from jobboard import agenda, places
from jobboard.agenda import LIFE, Event
from jobboard.db import Database
from jobboard.event_drafts import EventDraft, EventField, EventKind, missing
from tests.jobboard import records
from tests.jobboard.records import AT

DAY = date(2026, 12, 15)


def draft(title: str = "Atelier CV", *, place: str | None = "Nantes", **more: object) -> EventDraft:
    where = places.named(place)[0] if place else None
    given: dict[str, object] = {
        "title": title,
        "kind": EventKind.WORKSHOP,
        "day": DAY,
        "start": time(14),
        "end": time(17),
        "place_kind": where.kind if where else None,
        "place_code": where.code if where else None,
        "organiser": "Association Horizon",
        **more,
    }
    return EventDraft(**given)  # type: ignore[arg-type]  # names of fields, checked by dataclasses


def published(session: Session, given: EventDraft, *, at: datetime = AT) -> Event:
    event = agenda.propose(session, records.recruiter(session), given, at=at)
    LIFE.step(event, "submit", by=None, at=at)
    LIFE.step(event, "validate", by=None, at=at)
    session.flush()
    return event


def test_what_is_to_come_is_listed_by_territory_with_what_is_online(database: Database) -> None:
    with database.transaction() as session:
        cv = published(session, draft())
        published(session, draft("Forum", place="Rennes", day=DAY - timedelta(days=2)))
        web = published(session, draft("Webinaire", place=None, online=True, day=DAY - timedelta(days=1)))
        published(session, draft("Hier", day=(AT - timedelta(days=1)).date()))
        agenda.propose(session, records.recruiter(session), draft("Brouillon"), at=AT)
        loire, brittany = places.named("Loire-Atlantique")[0], places.named("Bretagne")[0]
        assert [one.title for one in agenda.upcoming(session, AT)] == ["Forum", "Webinaire", "Atelier CV"]
        assert list(agenda.upcoming(session, AT, territory=loire)) == [web, cv]
        assert [one.title for one in agenda.upcoming(session, AT, territory=brittany)] == ["Forum", "Webinaire"]
        assert [one.title for one in agenda.upcoming(session, AT, limit=1)] == ["Forum"]
        assert not agenda.upcoming(session, AT, within=timedelta(days=3))


@pytest.mark.parametrize(
    ("place", "begins"),
    [("Nantes", "13:00"), ("Saint-Denis (974)", "10:00"), ("Cayenne", "17:00"), ("Nouméa", "03:00")],
)
def test_hours_are_those_of_the_clocks_there(database: Database, place: str, begins: str) -> None:
    with database.transaction() as session:
        event = published(session, draft(place=place))
        assert event.starts_at is not None
        assert event.starts_at.astimezone(UTC).strftime("%H:%M") == begins
        assert event.starts_at.astimezone(event.zone).time() == time(14)


def test_a_night_and_a_change_of_clocks_are_lived_through(database: Database) -> None:
    night = draft(day=date(2027, 3, 27), start=time(20), end=time(6))
    with database.transaction() as session:
        event = published(session, night)
        assert event.starts_at is not None
        assert event.ends_at is not None
        assert event.ends_at - event.starts_at == timedelta(hours=9)


def test_a_draft_comes_back_from_its_row_and_tells_what_it_lacks() -> None:
    whole = draft(last_day=DAY + timedelta(days=1), seats=12, link="https://example.org", online=True)
    assert EventDraft.from_json(whole.to_json()) == whole
    assert missing(whole) == ()
    assert missing(EventDraft()) == (EventField.TITLE, EventField.DAY, EventField.TIME, EventField.PLACE)
