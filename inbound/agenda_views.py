"""What of the agenda a mail asks for: a month or how many, and where. "AGENDA décembre", "AGENDA 2 mois Nantes", "AGENDA 44"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jobboard import places
from jobboard.folding import fold
from jobboard.gazetteer import Place, PlaceKind

_NAMES = (
    "janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june", "juillet july",
    "aout august", "septembre september", "octobre october", "novembre november", "decembre december",
)  # fmt: skip
_NUMBERS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = re.compile(rf"\b(?:de |d |du mois de |en |in |of )?(?P<name>{'|'.join(_NUMBERS)})\b(?: (?P<year>20\d\d))?")
_COUNT = re.compile(
    r"\b(?:sur |pour |dans |for |over |des |les |de )?(?P<count>1|2|un|one|deux|two|ce|this|du) (?:prochains )?(?:mois|months?)\b"
)
_TWO = frozenset({"2", "deux", "two"})
_LEADING = re.compile(r"^(?:(?:a|au|aux|en|dans|pour|de|du|des|le|la|l|in|at|near|pres|autour|d|departement|region) )+")


@dataclass(frozen=True)
class View:
    """A part of the agenda: a month, one or two months from today on, or (neither) what comes next; in a territory, or all."""

    months: int = 0
    month: int = 0  # 1 to 12
    year: int = 0  # of the month; 0: the next one of that name
    place: Place | None = None

    def span(self, today: date) -> tuple[date, date] | None:
        """Return the first day, and the day after the last one."""
        if self.month:
            first = date(self.year or today.year + (self.month < today.month), self.month, 1)
            return first, _later(first, 1)
        return (today, _later(today, self.months)) if self.months else None


def read(rest: str) -> View | None:
    """Return what is asked for by what stands behind the word; None for what is no part of an agenda."""
    said = fold(rest)
    month, count = _MONTH.search(said), _COUNT.search(said)
    left = " ".join(_COUNT.sub(" ", _MONTH.sub(" ", said, count=1), count=1).split())
    where = _place(left)
    if left and where is None:
        return None
    if month is not None:
        return View(month=_NUMBERS[month["name"]], year=int(month["year"] or 0), place=where)
    return View(months=(2 if count["count"] in _TWO else 1) if count else 0, place=where)


def _place(left: str) -> Place | None:
    for said in (left, _LEADING.sub("", left)):
        found = [place for place in places.named(said) if place.kind is not PlaceKind.REMOTE] if said else []
        if found:
            return found[0]
    return None


def _later(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that is shorter."""
    years, index = divmod(day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + years, index + 1, last)
        except ValueError:
            continue
    return date(day.year + years, index + 1, day.day)
