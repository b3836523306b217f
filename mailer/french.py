"""French as people read it: typography, and dates, distances, sums and lists in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from jobboard.subjects import elided

__all__ = ["elided"]  # with what is said here

NO_BREAK = "\u00a0"
LOCAL_TIME = "heure locale"
NARROW = "\u202f"

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
NUMBERS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
PERIODS = {"hour": "de l’heure", "day": "par jour", "month": "par mois", "year": "par an"}

# Beyond this many days a date without its year could be taken for another one.
YEAR_NEEDED_AFTER = 330

# Addresses of the web and of mail are whole words, whatever stands around them; `code` is what is between backquotes.
# A space that touches an address stays plain: not every mail client ends a link at a no-break space.
_ADDRESS_LIKE = re.compile(r"[@`]|://|mailto:|www\.", re.IGNORECASE)
_KEPT = re.compile(r"(?:(?<=«) )?(?<!\S)\S*(?:@|://|mailto:|www\.)\S*(?: (?=[:;?!»]))?|`[^`\n]*`\S*", re.IGNORECASE)
_UNITS = r"(?:€|k€|%|km|m²|m|h|min|kg|ko|Mo|Go|°C)(?!\w)"
# A plain space first, then what it stands between: a literal start is what makes the search fast.
_GLUED = re.compile(
    r" (?:(?<!\s )(?=[:;?!»])"  # before double punctuation and a closing quotation mark
    r"|(?:(?<=« )|(?<=n° ))(?!\s)"
    rf"|(?<=\d )(?={_UNITS})"
    r"|(?<=\d[ \u00a0]h )(?=\d))"
)
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[\w«])")
_LE = re.compile(r"(?:le|les) ", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouàâäéèêëîïôöùûüœæ]|y[^aeiou]", re.IGNORECASE)


def typography(text: str) -> str:
    """Return the text with French no-break spaces and apostrophes where plain ones stood.

    Nothing is added or removed, so a second pass changes nothing; addresses of the web and of mail, and what stands
    between backquotes, are kept as they are.
    """
    if not _ADDRESS_LIKE.search(text):  # most sentences: looking word by word costs more than all the rest
        return _typeset(text)
    done: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        done += (_typeset(text[end : kept.start()]), kept[0])
        end = kept.end()
    return "".join([*done, _typeset(text[end:])])


def date_words(day: date, today: date) -> str:
    """Return "jeudi 31 décembre", with its year when it is more than about eleven months away."""
    number = "1er" if day.day == 1 else str(day.day)
    words = f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if abs((day - today).days) > YEAR_NEEDED_AFTER else words


def time_words(moment: time) -> str:
    """Return "14 h 30", or "14 h" on the hour."""
    return f"{moment.hour}{NO_BREAK}h" + (f"{NO_BREAK}{moment.minute:02}" if moment.minute else "")


def moment_words(day: date, moment: time, today: date) -> str:
    """Return "jeudi 31 décembre à 14 h 30"."""
    return f"{date_words(day, today)} à {time_words(moment)}"


def span_words(start: datetime, end: datetime, today: date, *, elsewhere: bool = False) -> str:
    """Return "mardi 1er décembre, de 14 h à 16 h", or from a day to another; `elsewhere`: on clocks that are not ours."""
    local = ", heure locale" if elsewhere else ""
    if start.date() == end.date():
        return f"{date_words(start.date(), today)}, de {time_words(start.time())} à {time_words(end.time())}{local}"
    first, last = (moment_words(one.date(), one.time(), today) for one in (start, end))
    return f"du {first} au {last}{local}"


def deadline(day: date, today: date) -> str:
    """Return until when, as it follows "Candidatures": "jusqu’au vendredi 12 décembre (dans 9 jours)"."""
    words, days = date_words(day, today), (day - today).days
    if days < 0:
        return f"closes depuis le {words}"
    if days < 2:
        return f"jusqu’à {'demain' if days else 'aujourd’hui'}, {words}"
    return f"jusqu’au {words} (dans {days} jours)"


def number(value: float | Decimal) -> str:
    """Return the number with its thousands apart and a decimal comma: "2 300", "12,50"."""
    digits = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return digits.replace(",", NARROW).replace(".", ",")


def number_words(value: int, *, feminine: bool = False) -> str:
    """Return the number in letters up to ten, in figures beyond: "une", "trois", "12"."""
    if value == 1 and feminine:
        return "une"
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else number(value)


def euros(low: float | Decimal, high: float | Decimal | None = None, per: str | None = None) -> str:
    """Return a sum or a range, and what a pay is counted by: "2 300 à 2 600 € brut par mois".

    `per` is a key of `PERIODS`; a pay is always said gross.
    """
    span = number(low) if high is None or high == low else f"{number(low)} à {number(high)}"
    return f"{span}{NO_BREAK}€" + (f" brut {PERIODS[per]}" if per else "")


def distance(km: float, place: str | None = None) -> str:
    """Return "à 12 km de Nantes", or "à 12 km" when the place is understood."""
    words = f"à {number(round(km))}{NO_BREAK}km" if km >= 1 else f"à moins de 1{NO_BREAK}km"
    return f"{words} {of(place)}" if place else words


def of(name: str) -> str:
    """Return the name after "de": "de Nantes", "d’Angers", "du Mans", "des Sables-d’Olonne"."""
    article = _LE.match(name)
    if article:
        return f"{'du' if article[0].lower() == 'le ' else 'des'} {name[article.end() :]}"
    return f"d’{name}" if _VOWEL.match(name) else f"de {name}"


def spoken(words: str) -> str:
    """Return the words to answer with, which are French."""
    return words


def listed(items: Sequence[str]) -> str:
    """Return "a, b et c"."""
    return " et ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def plural(count: float, one: str, many: str | None = None) -> str:
    """Return the noun as its number wants it; in French the plural begins at two."""
    return one if abs(count) < 2 else many or f"{one}s"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return the number and its noun: "3 offres"."""
    return f"{number(count)} {plural(count, one, many)}"


def _typeset(text: str) -> str:
    """Return text without addresses with its spaces and apostrophes replaced."""
    if " " in text:
        text = _THOUSANDS.sub(lambda found: found[0].replace(" ", NARROW), text)
        text = _GLUED.sub(NO_BREAK, text)
    return _APOSTROPHE.sub("’", text) if "'" in text else text
