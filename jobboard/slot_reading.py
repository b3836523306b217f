"""Slots as a member of staff writes them: "mardi 9h-12h, 30 min, téléphone". What may mean two days is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobboard import moments
from jobboard.readable import clean, level
from jobboard.slot_modes import Mode

USUAL_MINUTES = 30
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=4)
MAX_SLOTS = 60  # of one mail: more is a slip of the pen

_CLOCK = r"(?P<{0}>\d{{1,2}}) ?(?:h|:|heures?)(?! ?\d{{3}}) ?(?P<{0}m>[0-5]\d)?(?!\d) ?(?P<{0}p>am|pm)?"
_BARE = r"(?P<{0}>\d{{1,2}})(?::(?P<{0}m>[0-5]\d))? ?(?P<{0}p>am|pm)?"
_TO = r" ?(?:-|–|—|a|to|(?(between)(?:et|and)|\Z)|jusqu'a|until) ?"
_RANGE = re.compile(
    r"(?:\b(?:de|from|(?P<between>entre|between)) )?(?<![\d/.-])(?:"
    + _CLOCK.format("from") + _TO + r"(?:" + _CLOCK.format("to") + r"|(?P<noon>midi|noon))"
    + r"|" + _BARE.format("efrom") + r" ?(?:-|–|—|to) ?(?P<eto>\d{1,2})(?::(?P<etom>[0-5]\d))? ?(?P<etop>am|pm)"
    + r")"
)  # fmt: skip
_SINGLE = re.compile(r"(?:\b(?:a|at) )?(?<![\d/.-])(?:" + _CLOCK.format("from") + r"|(?P<noon>midi|noon)\b)")
_LASTING = re.compile(
    r"(?:\b(?:de|par|chacun de|creneaux de|pendant|of|for) )?(?:"
    r"(?P<minutes>\d{1,3}) ?(?:min(?:utes?|s)?|mn|')(?![a-z])"
    r"|(?<!\d)(?P<hour>(?:une|1|one|an) ?(?:h(?:eures?)?|hours?))(?![a-z0-9])(?! ?\d)"
    r"|(?P<half>(?:une |half an? )?demi[ -]heures?|half[ -]hours?|half an hour)"
    r"|(?P<quarter>trois quarts d'heure|3/4 d'heure))"
)
_MODES = (
    (Mode.PHONE, re.compile(r"\b(?:par |au |by )?(?:telephone|tel|phone|telephoniques?|appels?)\b\.?")),
    (Mode.VIDEO, re.compile(r"\b(?:en |par |by )?(?:visio(?:conference)?s?|video|zoom|teams|meet|jitsi)\b")),
    (Mode.PLACE, re.compile(r"\b(?:sur place|au bureau|dans nos locaux|en presentiel|presentiel|in person|on site)\b")),
)
_LINK = re.compile(r"https?://[^\s<>\"]{3,300}")
_ADDRESS = re.compile(
    r"\b(?:adresse ?:|au|a la|a l'|a|au|dans|chez|at|in|,) ?(?P<where>(?:\d{1,4}(?: ?bis)?,? )?(?:rue|avenue|bd|boulevard|place|quai|allee"
    r"|impasse|cours|chemin|route|maison|mjc|mairie|mediatheque|espace|salle|centre|cafe|locaux|street|square)\b[^;\n]{2,120})"
)
_SPAN = re.compile(r"\b(?:du|from)\b")


@dataclass(frozen=True)
class ReadSlot:
    """One slot as read; moments are aware UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ReadSlots:
    """What a text offers; `sure` is False where a day was guessed between two, so that it is asked about."""

    slots: tuple[ReadSlot, ...]
    mode: Mode
    place: str = ""
    sure: bool = True


def read(text: str, *, at: datetime, zone: ZoneInfo) -> ReadSlots | None:
    """Return the slots that a text offers, soonest first, without those that have begun; None when it offers none.

    Each line has its own days and hours; length, mode and place hold for all. At most MAX_SLOTS + 1 are returned.
    """
    text = clean(text)[:5_000]
    link = _LINK.search(text)
    bare = _LINK.sub(" ", text)
    plain = level(bare)
    length = _length(plain)
    today = at.astimezone(zone).date()
    found: set[ReadSlot] = set()
    sure = True
    days: list[date] = []
    without_hours = False
    for line in _lines(bare):
        hours, rest = hours_in(line)
        named, certain = _days(rest, today)
        sure = sure and certain and not (named and without_hours)
        without_hours = bool((named or without_hours) and not hours)
        days = named or days
        found.update(_cut(days, hours, length, zone))
    sure = sure and not without_hours
    kept = sorted((one for one in found if one.starts_at > at), key=lambda one: one.starts_at)
    if not kept:
        return None
    mode = _mode(plain, has_link=link is not None)
    place = link[0].rstrip(".,;)") if link else _place(bare, plain)
    if place and mode is None:
        mode = Mode.PLACE
    return ReadSlots(tuple(kept[: MAX_SLOTS + 1]), mode or Mode.PHONE, place, sure and mode is not None)


def _lines(text: str) -> Iterator[str]:
    for line in re.split(r"[\n;]", text):
        if line.strip():
            yield line


def _length(plain: str) -> timedelta:
    found = _LASTING.search(plain)
    if found is None:
        return timedelta(minutes=USUAL_MINUTES)
    if found["minutes"]:
        return min(max(timedelta(minutes=int(found["minutes"])), SHORTEST), LONGEST)
    if found["hour"]:
        return timedelta(hours=1)
    return timedelta(minutes=30 if found["half"] else 45)


def hours_in(line: str) -> tuple[list[tuple[time, time | None]], str]:
    """Return the hours of a line (from, to; no end for one slot), and the line without them."""
    plain = _blank(_LASTING, level(line))
    hours: list[tuple[time, time | None]] = []
    for match in _RANGE.finditer(plain):
        english = match["efrom"] is not None
        end = _clock(match, "eto" if english else "to") if not match["noon"] else time(12)
        start = _clock(match, "efrom" if english else "from", afternoon=english and match["etop"] == "pm", before=end)
        if start is not None and end is not None and start < end:
            hours.append((start, end))
    rest = _blank(_RANGE, plain)
    for match in _SINGLE.finditer(rest):
        start = time(12) if match["noon"] else _clock(match, "from")
        if start is not None:
            hours.append((start, None))
    return hours, _blank(_SINGLE, rest)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: ", " + " " * max(len(match[0]) - 2, 0), text)


def _clock(match: re.Match[str], name: str, *, afternoon: bool = False, before: time | None = None) -> time | None:
    hour, minute, half = int(match[name]), int(match[f"{name}m"] or 0), match[f"{name}p"]
    if half == "pm" and hour < 12:
        hour += 12
    if not half and afternoon and before is not None and hour < 12 and time(hour + 12, minute) < before:
        hour += 12
    return time(hour, minute) if hour < 24 else None


def _days(line: str, today: date) -> tuple[list[date], bool]:
    """Return the days that a line names, and whether each is beyond doubt; of two, the nearer is taken."""
    found = moments.mentioned(line, today=today)
    meant = [_meant(line, one) for one in found]
    sure = all(one.day is not None or len(days) > 1 for one, days in zip(found, meant, strict=True))
    days = [day for several in meant for day in several]
    if len(found) == 1 and found[0].day is not None and (first := span_start(line, found[0].day)) is not None:
        days = [first, *days]
    if len(days) == 2 and _SPAN.search(line) and re.search(r"\b(?:au|to)\b", line) and days[0] < days[1]:
        count = (days[1] - days[0]).days
        every = [days[0] + timedelta(days=ahead) for ahead in range(min(count, 31) + 1)]
        days = [day for day in every if day.weekday() < 5]
    return days, sure


def _meant(line: str, one: moments.FoundMoment) -> list[date]:
    if one.day is not None:
        return [one.day]
    # "les 7 et 8 décembre" are two days, "le 7 ou le 8" is one that is not decided.
    both = len(one.options) == 2 and re.search(r"\d{1,2} ?(?:er)? (?:et|and) ", line[one.start : one.end])
    return list(one.options) if both else list(one.options[:1])


def span_start(line: str, last: date) -> date | None:
    """Return the first day of "du 7 au 11 décembre", of which only the last names its month."""
    found = re.search(r"\bdu (?:lundi |mardi |mercredi |jeudi |vendredi )?(\d{1,2})(?:er)? au\b", line)
    if found is None or not 1 <= int(found[1]) < last.day:
        return None
    return last.replace(day=int(found[1]))


def _cut(
    days: list[date], hours: list[tuple[time, time | None]], length: timedelta, zone: ZoneInfo
) -> Iterator[ReadSlot]:
    for day in days[:31]:
        for start, end in hours:
            first = datetime.combine(day, start)
            last = datetime.combine(day, end) if end is not None else first + length
            while first + length <= last:
                yield ReadSlot(_utc(first, zone), _utc(first, zone) + length)
                first += length


def _utc(civil: datetime, zone: ZoneInfo) -> datetime:
    from_civil = civil.replace(tzinfo=zone)
    return from_civil.astimezone(_UTC)


_UTC = ZoneInfo("UTC")


def _mode(plain: str, *, has_link: bool) -> Mode | None:
    found = [mode for mode, pattern in _MODES if pattern.search(plain)]
    if has_link and Mode.VIDEO not in found:
        found.append(Mode.VIDEO)
    return found[0] if len(found) == 1 else None


def _place(text: str, plain: str) -> str:
    found = _ADDRESS.search(plain)
    return " ".join(text[found.start("where") : found.end("where")].split()).rstrip(".,") if found else ""
