"""Events as they are proposed: what is known of one, what is missing, and how it is kept until somebody decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from jobboard.gazetteer import Place, PlaceKind, by_code
from jobboard.zones import zone_of

USUAL_LENGTH = timedelta(hours=2)  # of an event that does not say when it ends


class EventKind(StrEnum):
    """What people come for."""

    WORKSHOP = "workshop"
    JOB_DATING = "job_dating"
    INFORMATION = "information"
    OPEN_DAY = "open_day"
    TALK = "talk"
    TRAINING = "training"
    FAIR = "fair"
    MEETUP = "meetup"
    WEBINAR = "webinar"
    OTHER = "other"


EVENT_KIND_LABELS: dict[EventKind, str] = {
    EventKind.WORKSHOP: "atelier",
    EventKind.JOB_DATING: "rencontre de recrutement",
    EventKind.INFORMATION: "réunion d’information",
    EventKind.OPEN_DAY: "portes ouvertes",
    EventKind.TALK: "conférence ou débat",
    EventKind.TRAINING: "formation",
    EventKind.FAIR: "forum ou salon",
    EventKind.MEETUP: "rencontre",
    EventKind.WEBINAR: "webinaire",
    EventKind.OTHER: "autre événement",
}


class EventField(StrEnum):
    """One thing that an event says."""

    TITLE = "title"
    DAY = "day"
    TIME = "time"
    PLACE = "place"
    KIND = "kind"
    SEATS = "seats"
    ORGANISER = "organiser"
    DESCRIPTION = "description"
    LINK = "link"


EVENT_FIELD_LABELS: dict[EventField, str] = {
    EventField.TITLE: "titre",
    EventField.DAY: "date",
    EventField.TIME: "horaires",
    EventField.PLACE: "lieu",
    EventField.KIND: "type d’événement",
    EventField.SEATS: "places",
    EventField.ORGANISER: "organisateur",
    EventField.DESCRIPTION: "description",
    EventField.LINK: "lien",
}


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as far as it was read; texts are its proposer's own, without any mail address.

    `day` and the times are civil, in the zone of its place; an `end` before `start` is on the next day.
    """

    title: str | None = None
    kind: EventKind | None = None
    day: date | None = None
    last_day: date | None = None  # of several days in a row
    start: time | None = None
    end: time | None = None
    place_code: str | None = None
    place_kind: PlaceKind | None = None
    venue: str | None = None  # where in that town, as written
    online: bool | None = None
    link: str | None = None
    seats: int | None = None
    organiser: str | None = None
    description: str | None = None

    def place(self) -> Place | None:
        """Return its town or territory."""
        return by_code(self.place_kind, self.place_code) if self.place_kind and self.place_code else None

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Return the zone of its civil times."""
        place = self.place()
        return zone_of(place.departement, default) if place is not None else default

    def moments(self, default: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return when it begins and ends, aware UTC; None before day and hour are known."""
        if self.day is None or self.start is None:
            return None
        zone = self.zone(default)
        start = _utc(self.day, self.start, zone)
        if self.end is None:
            return start, start + USUAL_LENGTH
        last = self.last_day or self.day
        end = _utc(last, self.end, zone)
        return start, end if end > start else _utc(last + timedelta(days=1), self.end, zone)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column, empty fields left out."""
        return {one.name: _plain(value) for one in fields(self) if (value := getattr(self, one.name)) is not None}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> EventDraft:
        """Return the draft kept by `to_json`."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: _FROM_PLAIN.get(name, _same)(value) for name, value in stored.items() if name in known})


def missing(draft: EventDraft) -> tuple[EventField, ...]:
    """Return what must be known before anybody can decide upon it."""
    wanted = (
        (EventField.TITLE, draft.title),
        (EventField.DAY, draft.day),
        (EventField.TIME, draft.start),
        (EventField.PLACE, draft.place_code or draft.online or None),
    )
    return tuple(field for field, value in wanted if value is None)


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _plain(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _same(value: Any) -> Any:
    return value


_FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "kind": EventKind,
    "day": date.fromisoformat,
    "last_day": date.fromisoformat,
    "start": time.fromisoformat,
    "end": time.fromisoformat,
    "place_kind": PlaceKind,
}
