"""An interview as a recruiter writes it: "mardi prochain 9h30, 12 rue des Lilas", "le 3 à 14h visio https://…".

The day is read by `moments`, the hour here; what is left is the place. What may mean two moments is asked back, and
nothing is ever read into the past.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from jobboard import moments
from jobboard.readable import NUMBER_WORDS, clean, level
from jobboard.zones import OVERSEAS

MAX_PLACE = 300  # characters


class Unread(StrEnum):
    """Why a moment is not known."""

    DAY = "day"
    HOUR = "hour"
    PAST = "past"


@dataclass(frozen=True)
class ReadMeeting:
    """A moment with its place; or why there is none, with the moments that may be meant."""

    starts_at: datetime | None  # aware UTC
    minutes: int | None = None
    place: str = ""
    link: str = ""
    zone: str = ""  # where it names another clock than the one it was read on
    unread: Unread | None = None
    options: tuple[datetime, ...] = ()


_LINK = re.compile(r"https?://[^\s<>\"]{4,500}")
_SPELT = {word: value for word, value in NUMBER_WORDS.items() if 5 <= value <= 24} | {
    "vingt et une": 21,
    "vingt-trois": 23,
}
_HOUR = rf"(?:[01]?\d|2[0-4]|{'|'.join(sorted(_SPELT, key=len, reverse=True))})"
_MINUTE = r"(?:[0-5]\d|trente|quinze|quarante-cinq|et demie?|et quart|moins le quart)"
_CLOCK = (
    r"(?:1[0-2]|0?\d)(?:[:.][0-5]\d)? ?(?:am|pm|a\.m\.|p\.m\.)(?!\w)"
    rf"|(?<!apres-)(?<!apres )(?:midi|noon)(?: et demie?)?|{_HOUR} ?(?:heures?|hrs?\b|h)(?: ?{_MINUTE})?(?!\w)|(?:[01]?\d|2[0-3]):[0-5]\d"
)
_BEFORE = r"(?:(?:a|vers|des|at|from|de|entre|a partir de|pour) )?"
_HALF = r"(?: (?:du matin|de l'apres-midi|du soir|de l'apres midi|in the morning|in the afternoon))?"
_TIMES = re.compile(
    rf"(?<![\w/:.,]){_BEFORE}(?P<start>{_CLOCK})(?P<half>{_HALF})"
    rf"(?: ?(?:-|–|a|to|et|jusqu'a|until) ?(?P<end>{_CLOCK}))?(?P<half2>{_HALF})"
)
_LENGTH = re.compile(r"\b(?:pendant|duree|durant|for|environ)? ?:? ?(?P<count>\d{1,3}) ?(?:min(?:utes?)?|mn)\b")
_ZONE = re.compile(
    r"\(?\bheures? (?:de |d'|du |locale (?:de |d'))?(?:la |l')?(?P<where>paris|metropole|france|reunion|martinique"
    r"|guadeloupe|guyane|mayotte|tahiti|noumea|nouvelle-caledonie|polynesie|wallis|miquelon)\b\)?"
)
_ZONES = {
    "reunion": "974", "martinique": "972", "guadeloupe": "971", "guyane": "973", "mayotte": "976", "tahiti": "987",
    "polynesie": "987", "noumea": "988", "nouvelle-caledonie": "988", "wallis": "986", "miquelon": "975",
}  # fmt: skip
_BLANK = ";"  # stands for what was read already: a day may stand before it
# Between a moment and its place.
_JOINTS = re.compile(
    r"^(?:[\s,;:.()–-]|(?:le|la|a|au|en|pour|on|at|the|dans|chez)\b(?= *$))+|[\s,;:(–-]+$", re.IGNORECASE
)
_SURE_MORNING = 7  # hours below are the afternoon's, or a slip: asked


def read(text: str, *, now: datetime, zone: ZoneInfo) -> ReadMeeting:
    """Return the meeting that a text names, on the clocks of that zone unless it names another. Never raises."""
    text = clean(text)[:2_000]
    found_link = _LINK.search(text)
    link = found_link[0].rstrip(".,;)") if found_link else ""
    bare = _LINK.sub(" ", text)
    named = _ZONE.search(level(bare))
    if named:
        bare = bare[: named.start()] + " " * (named.end() - named.start()) + bare[named.end() :]
        code = _ZONES.get(named["where"])
        zone = ZoneInfo(OVERSEAS[code]) if code else ZoneInfo("Europe/Paris")
    today = now.astimezone(zone).date()
    length = _LENGTH.search(level(bare))
    minutes = int(length["count"]) if length else None
    bare = _blanked(bare, [length.span()] if length else [])
    hours = list(_TIMES.finditer(level(bare)))
    rest = _blanked(bare, [one.span() for one in hours])
    days = _days(rest, today)
    place = _place(_blanked(rest, [(one.start, one.end) for one in days]))
    read_ = _moment(days, hours, now=now, zone=zone)
    if read_.starts_at is not None and minutes is None:
        minutes = read_.minutes
    zone_name = zone.key if named else ""
    return ReadMeeting(read_.starts_at, minutes, place, link, zone_name, read_.unread, read_.options)


def _days(text: str, today: date) -> list[moments.FoundMoment]:
    """Return the days that a text names; one that is a bare "le 3" only where nothing else names any."""
    found = list(moments.mentioned(text, today=today))
    alone = moments.read(text.replace(_BLANK, " ").strip(" ,.;"), today=today) if not found else None
    if alone is None:
        return found
    return [moments.FoundMoment(0, len(text), alone.day, None, alone.options, alone.dated)]


def _moment(
    days: list[moments.FoundMoment], hours: list[re.Match[str]], *, now: datetime, zone: ZoneInfo
) -> ReadMeeting:
    sure = {one.day for one in days if one.day is not None}
    options = tuple(dict.fromkeys(day for one in days for day in ((one.day,) if one.day else one.options) if day))
    clocks = [_clock(one["start"], one["half"] + one["half2"]) for one in hours]
    read_hours = [one for one in clocks if one is not None]
    if len(sure) != 1 or len({one.day for one in days}) != 1:
        at = read_hours[0] if len(read_hours) == 1 else None
        shown = tuple(_utc(day, at, zone) for day in options if at is not None)
        return ReadMeeting(None, unread=Unread.DAY, options=shown)
    (day,) = sure
    if len(set(read_hours)) != 1 or len(read_hours) != len(clocks):
        return ReadMeeting(None, unread=Unread.HOUR, options=tuple(_utc(day, one, zone) for one in read_hours))
    at = read_hours[0]
    if at.hour < _SURE_MORNING and not hours[0]["half"] and not hours[0]["start"].endswith(("am", "pm", "m.")):
        later = time(at.hour + 12, at.minute)
        return ReadMeeting(None, unread=Unread.HOUR, options=(_utc(day, later, zone),))
    starts = _utc(day, at, zone)
    if starts <= now:
        return ReadMeeting(None, unread=Unread.PAST)
    return ReadMeeting(starts, _lasting(hours[0], at))


def _lasting(found: re.Match[str], at: time) -> int | None:
    end = _clock(found["end"], found["half2"]) if found["end"] else None
    if end is None or end <= at:
        return None
    return (end.hour - at.hour) * 60 + end.minute - at.minute


_MINUTES = {"trente": 30, "quinze": 15, "quarante-cinq": 45, "et demie": 30, "et demi": 30, "et quart": 15}


def _clock(written: str, half: str) -> time | None:
    """Return the time of day that levelled words mean; None for one that there is not."""
    written = written.strip()
    if written.startswith(("midi", "noon")):
        return time(12, 30 if "demi" in written else 0)
    found = re.match(rf"({_HOUR}) ?(?:heures?|hrs?|h|:|\.)? ?({_MINUTE})?", written)
    if found is None:
        return None
    hour = int(found[1]) if found[1].isdecimal() else _SPELT[found[1]]
    minute = _MINUTES.get(found[2] or "") if found[2] and not found[2].isdecimal() else int(found[2] or 0)
    if found[2] == "moins le quart":
        hour, minute = hour - 1, 45
    afternoon = written.endswith(("pm", "p.m.")) or re.search(r"apres|soir|afternoon", half)
    if afternoon and hour < 12:
        hour += 12
    if written.endswith(("am", "a.m.")) and hour == 12:
        hour = 0
    return time(hour, minute) if minute is not None and 0 <= hour < 24 else None


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _BLANK + " " * (end - start - 1) + text[end:]
    return text


def _place(rest: str) -> str:
    """Return where, as it was written: what is left once day, hour, length and link are taken out."""
    parts = [part for part in re.split(rf"\s{{2,}}|{_BLANK}", rest.strip()) if part]
    kept = [part for part in (_JOINTS.sub("", one).strip() for one in parts) if part]
    place = ", ".join(part for part in kept if level(part) not in _FILLING)
    return place[:MAX_PLACE].strip(" ,;")


_FILLING = frozenset(
    "le la les a au aux en et de du des pour on at the in by vers entre avec un une est the prochain merci svp ce cette matin apres-midi soir ou".split()
)
