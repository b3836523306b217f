"""Events that other people's calendars hold, as plain values; whatever the octets, reading ends soon and raises nothing.

Beside `calendars` and `meetings`, the only module that touches the icalendar library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule, rruleset, rrulestr  # type: ignore[import-untyped]  # icalendar brings it without types
from icalendar import Calendar

MAX_CHARACTERS = 300_000
MAX_LINE = 20_000  # of one unfolded line: more is no event
MAX_EVENTS = 200  # looked at
MOST_RECURRENCES = 20_000  # looked at, to find the first that is to come


@dataclass(frozen=True)
class FoundEvent:
    """One event to come; `repeats`: it is the first date of several. Moments are aware UTC."""

    title: str
    starts_at: datetime
    ends_at: datetime | None
    whole_day: bool = False
    repeats: bool = False
    place: str = ""
    text: str = ""
    link: str = ""


def read(source: str, *, at: datetime, zone: ZoneInfo, limit: int = 5) -> tuple[FoundEvent, ...] | None:
    """Return the first events to come, soonest first; None for what is no calendar. Floating times are in `zone`."""
    if len(source) > MAX_CHARACTERS or "BEGIN:VCALENDAR" not in source.upper():
        return None
    if max(map(len, source.replace("\r\n ", "").replace("\n ", "").split("\n"))) > MAX_LINE:
        return None
    try:
        calendars = Calendar.from_ical(source, multiple=True)
        found = [one for calendar in calendars for one in _events(calendar, at, zone)]
    except Exception:  # the library has no list of what it raises; what cannot be read is no calendar
        return None
    return tuple(sorted(found, key=lambda one: one.starts_at)[:limit])


def _events(calendar: Any, at: datetime, zone: ZoneInfo) -> Iterator[FoundEvent]:
    for event in islice(calendar.walk("VEVENT"), MAX_EVENTS):
        if event.get("DTSTART") is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start = event["DTSTART"].dt
        first = _moment(start, zone)
        length = _length(event, start, zone)
        repeats = event.get("RRULE") is not None or event.get("RDATE") is not None
        begins = _next(event, first, at) if repeats else first
        if begins is None or begins <= at:
            continue
        yield FoundEvent(
            _words(event, "SUMMARY"),
            begins,
            begins + length if length else None,
            not isinstance(start, datetime),
            repeats,
            _words(event, "LOCATION"),
            _words(event, "DESCRIPTION"),
            _words(event, "URL"),
        )


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), zone)
    return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)


def _length(event: Any, start: date | datetime, zone: ZoneInfo) -> timedelta | None:
    if event.get("DTEND") is not None:
        length = _moment(event["DTEND"].dt, zone) - _moment(start, zone)
    elif event.get("DURATION") is not None:
        length = event["DURATION"].dt
    else:
        return None
    assert isinstance(length, timedelta)
    return length if timedelta(0) < length < timedelta(days=60) else None


def _next(event: Any, first: datetime, at: datetime) -> datetime | None:
    """Return the first recurrence to come; rules finer than a day, and what has too many dates before, have none.

    Recurrences are counted on the clock of the event: the hour stays through a change of clocks.
    """
    local = event["DTSTART"].dt
    civil = local.replace(tzinfo=None) if isinstance(local, datetime) else datetime.combine(local, time())
    shift = first.replace(tzinfo=None) - civil
    rules = event.get("RRULE", [])
    every = rruleset()
    for rule in rules if isinstance(rules, list) else [rules]:
        made = rrulestr(_without_zone(rule.to_ical().decode()), dtstart=civil)
        if not isinstance(made, rrule) or made._freq > DAILY:
            return first if first > at else None
        every.rrule(made)
    zone = local.tzinfo if isinstance(local, datetime) else None
    for moment in islice(every, MOST_RECURRENCES):
        aware: datetime = (moment.replace(tzinfo=zone) if zone else (moment + shift).replace(tzinfo=UTC)).astimezone(
            UTC
        )
        if aware > at:
            return aware
    return None


def _without_zone(rule: str) -> str:
    """Return the rule with its UNTIL in civil time, as its beginning is."""
    parts = [part.rstrip("Z") if part.upper().startswith("UNTIL=") else part for part in rule.split(";")]
    return ";".join(parts)


def _words(event: Any, name: str) -> str:
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) else value).strip()[:10_000]
