"""Days and hours as French (and English) people write them, always ahead of today; what is not sure has no day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from jobboard.readable import NUMBER_WORDS, clean, level, number

FAR = timedelta(days=3 * 365)  # a year further than this is a slip of the finger
JUST_PAST = timedelta(days=90)  # a day without a year, this little ago, is rather a mistake than next year's

_MONTH_NAMES = (
    "janvier janv jan january",
    "fevrier fevr fev february feb",
    "mars march",
    "avril avr april apr",
    "mai may",
    "juin june jun",
    "juillet juil july jul",
    "aout august aug",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
_MONTHS = {name: index for index, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAY_NAMES = (
    "lundi lun monday mon",
    "mardi mar tuesday tue",
    "mercredi mer wednesday wed",
    "jeudi jeu thursday thu",
    "vendredi ven friday fri",
    "samedi sam saturday sat",
    "dimanche dim sunday sun",
)
_WEEKDAYS = {name: index for index, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
_TEENS = "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
_UNITS = "deux trois quatre cinq six sept huit neuf".split()
_DAYS_IN_WORDS = (
    {word: NUMBER_WORDS[word] for word in ("premier", *_UNITS, *_TEENS)}
    | {f"vingt-{word}": 20 + NUMBER_WORDS[word] for word in _UNITS}
    | {"vingt": 20, "vingt et un": 21, "vingt-et-un": 21, "trente": 30, "trente et un": 31, "trente-et-un": 31}
)
_SAID_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SAID_MONTHS = tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())


@dataclass(frozen=True, slots=True)
class FoundMoment:
    """A day found in a text; None when it is vague, past or contradictory: `options` then says what it may be."""

    start: int
    end: int
    day: date | None
    at: time | None = None
    options: tuple[date, ...] = ()
    dated: bool = True  # the year was written, or no other year can be meant


@dataclass(frozen=True, slots=True)
class _Reading:
    day: date | None
    options: tuple[date, ...] = ()
    dated: bool = True


_VAGUE = _Reading(None)
_Resolver = Callable[[re.Match[str], date], "_Reading | None"]


def say(day: date) -> str:
    """Return the day in French words: "jeudi 31 décembre 2026"."""
    first = "1er" if day.day == 1 else str(day.day)
    return f"{_SAID_WEEKDAYS[day.weekday()]} {first} {_SAID_MONTHS[day.month - 1]} {day.year}"


def mentioned(text: str, *, today: date) -> tuple[FoundMoment, ...]:
    """Return the days that a text names, in order, with their offsets; linear in its length."""
    plain = level(text)
    found: list[FoundMoment] = []
    reached = 0
    for start, end, reading in sorted(_readings(plain, today), key=lambda one: (one[0], -one[1])):
        if start < reached:
            continue
        reached = end
        if reading is None:
            continue
        clock = _TIME.match(plain, end)
        at = _time(clock) if clock else None
        reached = clock.end() if clock and at else end
        found.append(FoundMoment(start, reached, reading.day, at, reading.options, reading.dated))
    return tuple(found)


def read(text: str, *, today: date) -> FoundMoment | None:
    """Return the one day that a bare answer names ("au plus tard le 3 à 14h30"), None when it says more."""
    text = clean(text)
    found = mentioned(text, today=today)
    if len(found) != 1:
        bare = _BARE_DAY.fullmatch(level(text)) if not found else None
        if bare is None:
            return None
        reading = _next_day(bare, today)
        return FoundMoment(bare.start("day"), bare.end("day"), reading.day, None, reading.options, reading.dated)
    around = level(text[: found[0].start] + " " + text[found[0].end :])
    return found[0] if _POLITE.fullmatch(around) else None


def _readings(plain: str, today: date) -> Iterator[tuple[int, int, _Reading | None]]:
    for pattern, resolve in _PATTERNS:
        for match in pattern.finditer(plain):
            yield match.start(), match.end(), resolve(match, today)


def _time(match: re.Match[str]) -> time | None:
    if match["word"]:
        return {"midi": time(12), "noon": time(12)}.get(match["word"], time(23, 59))
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] == "pm" and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _group(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").rstrip(".")


def _dated(match: re.Match[str], today: date) -> _Reading:
    """Read a day and a month, with or without year and weekday; all that is written must agree."""
    written = _group(match, "day")
    day = _DAYS_IN_WORDS.get(written) or number(written) or 0
    month = _MONTHS.get(_group(match, "month")) or number(_group(match, "month")) or 0
    year = number(_group(match, "year"))
    if year is not None and year < 100:
        year += 2000
    weekday = _WEEKDAYS.get(_group(match, "weekday"))
    meant = _calendar_day(year or today.year, month, day)
    if meant is None:
        return _swapped(year, day, month, today)
    if meant < today:
        later = _calendar_day(today.year + 1, month, day)
        if year is not None:
            return _Reading(None, (later,) if year == today.year and later else ())
        if later is None:
            return _VAGUE
        if today - meant <= JUST_PAST:
            return _Reading(None, (later,))
        meant = later
    if meant - today > FAR:
        return _VAGUE
    if weekday is not None and meant.weekday() != weekday:
        return _Reading(None, (meant, _on_or_after(meant - timedelta(days=3), weekday)))
    return _Reading(meant, dated=year is not None or weekday is not None)


def _swapped(year: int | None, day: int, month: int, today: date) -> _Reading:
    """Offer 15 January for "01/15/2027": the month first is how others write it, so it is asked."""
    other = _calendar_day(year or today.year, day, month)
    if other is not None and other < today and year is None:
        other = _calendar_day(today.year + 1, day, month)
    return _Reading(None, (other,) if other and other >= today else ())


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _either(match: re.Match[str], today: date) -> _Reading:
    """Read "le 15 ou le 20 janvier": two days are said, so both are offered."""
    month, year = _MONTHS[match["month"].rstrip(".")], number(match["year"] or "")
    days = []
    for name in ("day", "other"):
        meant = _calendar_day(year or today.year, month, int(match[name]))
        if meant is not None and meant < today and year is None:
            meant = _calendar_day(today.year + 1, month, int(match[name]))
        days += [meant] if meant is not None and meant >= today else []
    return _Reading(None, tuple(days))


def _edge(match: re.Match[str], today: date) -> _Reading:
    """Read "fin janvier" and "mi-janvier"; "début" and "courant" are too vague for a deadline."""
    edge, month = match["edge"], _MONTHS[match["month"].rstrip(".")]
    year = number(match["year"] or "") or today.year + (1 if month < today.month else 0)
    last = calendar.monthrange(year, month)[1]
    wanted = {"fin": last, "end": last, "mi": 15, "mid": 15}.get(edge)
    if wanted is None:
        return _VAGUE
    day = date(year, month, wanted)
    if day < today and not match["year"]:
        day = date(year + 1, month, wanted)
    return _Reading(day, dated=bool(match["year"])) if today <= day <= today + FAR else _VAGUE


def _month_end(match: re.Match[str], today: date) -> _Reading:
    months = today.year * 12 + today.month - 1 + (1 if match["next"] else 0)
    year, month = divmod(months, 12)
    return _Reading(date(year, month + 1, calendar.monthrange(year, month + 1)[1]))


def _year_end(match: re.Match[str], today: date) -> _Reading:
    return _VAGUE if match["next"] else _Reading(date(today.year, 12, 31))


def _after(match: re.Match[str], today: date) -> _Reading:
    """Read "dans 2 semaines"; "huit jours" and "quinze jours" also mean one and two weeks, and are asked."""
    count = number(match["count"])
    if count is None or match["worked"]:
        return _VAGUE
    unit = match["unit"][:3]
    if unit in ("jou", "day"):
        if match["count"] in ("huit", "quinze"):
            return _Reading(None, (today + timedelta(days=count - 1), today + timedelta(days=count)))
        day = today + timedelta(days=count)
    elif unit in ("sem", "wee"):
        day = today + timedelta(weeks=count)
    else:
        months = today.year * 12 + today.month - 1 + count * (12 if unit in ("an", "ans", "yea") else 1)
        year, month = divmod(months, 12)
        if year > today.year + 4:
            return _VAGUE
        day = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return _Reading(day) if day - today <= FAR else _VAGUE


def _next_weekday(match: re.Match[str], today: date) -> _Reading:
    """Read "vendredi", "vendredi en huit", "vendredi prochain"; when two Fridays may be meant, both are offered."""
    coming = _on_or_after(today + timedelta(days=1), _WEEKDAYS[match["weekday"]])
    week = timedelta(weeks=1)
    which = match["which"] or {"next": "prochain", "coming": "qui vient", "this": "this"}.get(match["before"] or "", "")
    same_day = coming - today == week
    if which in ("en huit", "en quinze"):
        later = coming + (week if which == "en huit" else 2 * week)
        return _Reading(None, (later - week, later)) if same_day else _Reading(later)
    if which.endswith("semaine prochaine") or which == "next week":
        monday = today - timedelta(days=today.weekday()) + week
        return _Reading(monday + timedelta(days=_WEEKDAYS[match["weekday"]]))
    if same_day:  # "prochain" is never today
        return _Reading(coming) if which and which != "this" else _Reading(None, (today, coming))
    this_week = coming.weekday() > today.weekday()
    if which and which not in ("qui vient", "this") and this_week:
        return _Reading(None, (coming, coming + week))
    return _Reading(coming)


def _relative(match: re.Match[str], today: date) -> _Reading:
    days = {"demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2}.get(match["word"], 0)
    return _Reading(today + timedelta(days=days))


def _next_day(match: re.Match[str], today: date) -> _Reading:
    """Read "le 15": the first fifteenth from today on."""
    day = int(match["day"])
    weekday = _WEEKDAYS.get(match["weekday"] or "")
    for ahead in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        meant = _calendar_day(year, month + 1, day)
        if meant is not None and meant >= today:
            if weekday is not None and meant.weekday() != weekday:
                return _Reading(None, (meant,))
            return _Reading(meant, dated=weekday is not None)
    return _VAGUE


def _vague(match: re.Match[str], today: date) -> _Reading:
    return _VAGUE


def _nothing(match: re.Match[str], today: date) -> None:
    """Take words that look like days and are none ("du lundi au vendredi") out of the way."""


_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ENGLISH_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|aug|sept|oct|nov|dec"
_DAY_NAME = "|".join(names.split()[0] + "|" + names.split()[2] for names in _WEEKDAY_NAMES)
_DAY_SHORT = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_BEFORE = rf"(?:\b(?P<weekday>{_DAY_SHORT})\b\.?,? (?:le )?)?(?<![\w/.,-])"
_DAY_WORD = "|".join(sorted((word for word, value in _DAYS_IN_WORDS.items() if 0 < value < 32), key=len, reverse=True))
_COUNT = r"\d{1,3}|un|une|deux|trois|quatre|cinq|six|sept|huit|dix|douze|quinze|vingt|trente|a|one|two|three|four|ten"
_YEAR = r"(?:,? (?:de )?(?P<year>20\d\d)\b)?"
_NEXT = r"(?P<next> prochaine?)?"


def _pattern(words: str) -> re.Pattern[str]:
    """Compile; one space in the words stands for up to three in the text, so that no run of spaces costs more."""
    return re.compile(words.replace(" ?", "\x00").replace(" ", "[ \\n]{1,3}").replace("\x00", " {0,3}"))


_PATTERNS: tuple[tuple[re.Pattern[str], _Resolver], ...] = (
    (_pattern(r"(?<![\w-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])"), _dated),
    (
        _pattern(
            _BEFORE + r"(?P<day>\d{1,2}) ?(?P<sep>[/.-]) ?(?P<month>\d{1,2}) ?(?P=sep) ?(?P<year>20\d\d|\d\d)(?![\d/-])"
        ),
        _dated,
    ),
    (_pattern(_BEFORE + r"(?P<day>\d{1,2}) (?P<month>[01]\d) (?P<year>20\d\d)(?![\d/-]| ?€)"), _dated),
    (_pattern(_BEFORE + r"(?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2})(?! ?[\d/]| ?etp)"), _dated),
    (_pattern(r"\b(?:le|au) (?P<day>\d{1,2})[.-](?P<month>\d\d)(?![\d€%-]|\.\d| ?(?:€|h|k))"), _dated),
    (
        _pattern(
            r"(?<![\d/,.])(?P<day>\d{1,2})(?: ?er)?(?: (?:ou|et|or)(?: le)? | ?[/-] ?)(?P<other>\d{1,2}) "
            rf"(?P<month>{_MONTH})\b\.?{_YEAR}"
        ),
        _either,
    ),
    (
        _pattern(
            _BEFORE + rf"\b(?P<day>\d{{1,2}}|{_DAY_WORD})(?: ?er| ?ere|e|st|nd|rd|th)? ?(?:of )?"
            rf"(?P<month>{_MONTH})\b\.?{_YEAR}"
        ),
        _dated,
    ),
    (
        _pattern(
            _BEFORE
            + rf"\b(?P<month>{_ENGLISH_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\dh:])(?:,? (?P<year>20\d\d)\b)?"
        ),
        _dated,
    ),
    (
        _pattern(
            r"\b(?P<edge>fin|mi|debut|courant|end|mid|early|late|beginning)(?: de| of| du mois de| d'|-)? ?"
            rf"(?P<month>{_MONTH})\b\.?{_YEAR}"
        ),
        _edge,
    ),
    (_pattern(rf"\bfin (?:du|de ce|de) mois{_NEXT}|\bend of (?:the|this) month(?P<next_>x)?"), _month_end),
    (_pattern(rf"\bfin (?:de l'|de |d')?annee{_NEXT}"), _year_end),
    (
        _pattern(
            rf"\b(?:dans|d'ici|d'ici a|sous|in|within) (?P<count>{_COUNT}) (?P<unit>jours?|semaines?|mois|ans?"
            rf"|days?|weeks?|months?)\b"
            r"(?P<worked> (?:ouvre|ouvrable|working|business))?"
        ),
        _after,
    ),
    (
        _pattern(r"\b(?:une )?(?:quinzaine|huitaine|dizaine)(?: de jours)?\b|\bla rentree\b|\bles vacances\b|\bnoel\b"),
        _vague,
    ),
    (
        _pattern(
            r"\b(?:la |fin de |fin de la |cette )semaine(?: prochaine)?\b|\bnext (?:week|month)\b|\ble mois prochain"
        ),
        _vague,
    ),
    (_pattern(rf"\b(?:du|le|les|from) (?:{_DAY_NAME})s? (?:au|et|a|ou|to) (?:{_DAY_NAME})s?\b"), _nothing),
    (_pattern(rf"\b(?:les|chaque|tous les|un) (?:{_DAY_NAME})s?\b(?! (?:\d|en huit|prochain))"), _nothing),
    (
        _pattern(
            rf"\b(?:(?P<before>next|this|coming|ce) )?(?P<weekday>{_DAY_NAME})(?: (?P<which>prochain|en huit|en quinze|qui vient|suivant"
            rf"|de la semaine prochaine))?\b"
            r"(?! ?(?:,|le)? ?\d| (?:matin|apres-midi)s\b)"
        ),
        _next_weekday,
    ),
    (_pattern(r"\b(?P<word>aujourd'hui|apres-demain|apres demain|demain|ce soir|today|tonight|tomorrow)\b"), _relative),
    (
        _pattern(
            rf"\b(?:le|au|(?P<weekday>{_DAY_NAME})) (?P<day>[0-3]?\d)(?: ?er)?(?: inclus)?"
            r"(?=$|[;:!?)\n]|[.,](?!\d)| (?:a|avant) (?:\d{1,2} ?[h:]|midi|minuit)| (?:inclus|au soir|minuit|midi"
            r"|prochain|du mois)\b| ?$)"
        ),
        _next_day,
    ),
    (
        _pattern(
            rf"\b(?:en|de|in|by|pour|a partir de|des|jusqu'en|jusqu'a|avant|mois de"
            rf"|before) (?P<month>{_MONTH})\b\.?{_YEAR}(?! \d)"
        ),
        _vague,
    ),
    (_pattern(rf"\b(?P<month>{_MONTH}) (?P<year>20\d\d)\b"), _vague),
)
_TIME = _pattern(
    r",? ?(?:inclus,? ?)?(?:(?:a|avant|jusqu'a|at|by|-|vers) ?)?(?:(?P<word>midi|minuit|noon|midnight)\b"
    r"|(?<!\d)(?P<hour>\d{1,2}) ?(?:h(?:eures?)?|:|(?= ?[ap]m)) ?(?P<minute>\d\d)?(?!\d) ?(?P<half>am|pm)?)"
)
_POLITE = re.compile(
    r"(?:\s|[.,;:!?()«»\"*>~=-]|\b(?:le|la|les|au|aux|du|c'est|ce|sera|est|plus|tard|jusqu'|jusqu|avant|a|pour|oui|ok|d'ici"
    r"|bonjour|merci|bonsoir|dernier|delai|date|limite|de|des|candidature|candidatures|cloture|inclus|compris|en|svp|donc"
    r"|by|on|the|until|before|soit|fixee|postuler|reponse|nous|disons|mettez|cordialement|bonne|journee|minuit|soir)\b)*"
)
_BARE_DAY = re.compile(
    rf"\s*(?:le |au |jusqu'au |avant le )?(?:(?P<weekday>{_DAY_NAME}) )?(?P<day>[0-3]?\d)(?:er)?\s*[.!]?\s*"
)
