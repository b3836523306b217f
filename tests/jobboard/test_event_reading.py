"""Events and slots out of people's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from jobboard import calendar_events, event_reading, slot_reading
from jobboard.event_drafts import EventDraft, EventKind
from jobboard.slot_modes import Mode

TODAY = date(2026, 11, 24)
PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_mail_in_free_words() -> None:
    text = (
        "Bonjour,\n\nNous organisons un atelier CV le mardi 15 décembre de 14h à 17h à la MJC de Rezé, 12 places.\n"
        "Écrire à marie@mjc.example\n\nMarie"
    )
    draft = event_reading.read(text, subject="Atelier CV", today=TODAY).draft
    assert (draft.title, draft.kind, draft.day) == ("Atelier CV", EventKind.WORKSHOP, date(2026, 12, 15))
    assert (draft.start, draft.end, draft.seats, draft.venue) == (time(14), time(17), 12, "MJC de Rezé")
    assert draft.description is not None
    assert "marie@" not in draft.description
    assert not draft.description.endswith("Marie")


@pytest.mark.parametrize(
    ("text", "day", "last", "start"),
    [
        ("Salon du travail, du 12 au 13 janvier 2027, 9h-18h, Lille", date(2027, 1, 12), date(2027, 1, 13), time(9)),
        ("Job dating à Nantes le 5 janvier à 9h", date(2027, 1, 5), None, time(9)),
        ("Talk on Tuesday 15 December at 2pm, Lyon", date(2026, 12, 15), None, time(14)),
        ("Portes ouvertes mardi à 10h à Lyon", None, None, time(10)),
    ],
)
def test_days_and_hours(text: str, day: date | None, last: date | None, start: time | None) -> None:
    draft = event_reading.read(text, today=TODAY).draft
    assert (draft.day, draft.last_day) == (day, last)
    assert start is None or draft.start == start


def test_two_days_that_may_be_meant_are_offered() -> None:
    found = event_reading.read("Portes ouvertes mardi à 10h à Lyon", today=TODAY)
    assert found.days == (date(2026, 11, 24), date(2026, 12, 1))


def test_an_answer_changes_what_it_says_and_nothing_else() -> None:
    earlier = EventDraft(title="Forum", day=date(2026, 12, 1), start=time(9), seats=10)
    draft = event_reading.complete(earlier, "Date : 15/12/2026\nPlaces : 30", asked=(), today=TODAY).draft
    assert (draft.title, draft.day, draft.start, draft.seats) == ("Forum", date(2026, 12, 15), time(9), 30)


def test_a_weekly_event_is_its_first_date_to_come_on_its_own_clock() -> None:
    lines = ("SUMMARY:Café", "DTSTART;TZID=Europe/Paris:20260105T180000", "RRULE:FREQ=WEEKLY", "LOCATION:44000 Nantes")
    source = "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""))
    found = calendar_events.read(source, at=datetime(2027, 4, 1, tzinfo=UTC), zone=PARIS)
    assert found is not None
    assert found[0].starts_at.astimezone(PARIS) == datetime(2027, 4, 5, 18, tzinfo=PARIS)
    draft = event_reading.from_calendar(found[0], PARIS)
    assert draft.repeats
    assert draft.draft.start == time(18)


@pytest.mark.parametrize(
    ("text", "count", "mode", "sure"),
    [
        ("mardi 1er décembre 9h-12h, 30 min, téléphone", 6, Mode.PHONE, True),
        ("mardi 9h-12h, téléphone", 3, Mode.PHONE, False),
        ("jeudi 10h, 11h30 et 14h, une heure, sur place", 3, Mode.PLACE, True),
        ("les 7 et 8 décembre entre 14h et 15h, visio", 4, Mode.VIDEO, True),
        ("du 7 au 11 décembre 9h-10h, tél", 10, Mode.PHONE, True),
        ("Tuesday 1 December 9am-12pm, 30 minutes, phone", 6, Mode.PHONE, True),
        ("vendredi 9h-10h", 2, Mode.PHONE, False),
        ("vendredi 9h-10h, https://visio.example/x", 2, Mode.VIDEO, True),
    ],
)
def test_slots_as_they_are_written(text: str, count: int, mode: Mode, sure: bool) -> None:
    found = slot_reading.read(text, at=AT, zone=PARIS)
    assert found is not None
    assert (len(found.slots), found.mode, found.sure) == (count, mode, sure)


@pytest.mark.parametrize("text", ["", "bonjour", "mardi", "9h", "mardi 14h-12h", "le 30 février 9h-10h", "x" * 9000])
def test_what_offers_no_slot_is_none(text: str) -> None:
    found = slot_reading.read(text, at=AT, zone=PARIS)
    assert found is None or text == "9h"
