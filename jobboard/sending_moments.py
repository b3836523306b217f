"""When a letter is to leave, as staff write it: "jeudi 9h", "demain", "le 12 décembre à 18h"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from jobboard import moments
from jobboard.errors import Refused
from jobboard.moments import FoundMoment

# "jeudi 9h" is how one writes it; the reading of days wants "jeudi à 9h".
_HOUR = re.compile(r"\s+(?:(?:à|a|at|vers)\s+)?(?=\d{1,2}\s?(?:h|:\d\d|[ap]m\b))", re.IGNORECASE)
DEFAULT_HOUR = time(9)


def read(words: str, *, now: datetime) -> datetime:
    """Return the moment that somebody wrote, in UTC; `now` is said on the clock that she reads.

    Nine o'clock where no hour is said, today where no day is. A weekday that is said on that very day is today as long
    as its hour is to come, then the same day of next week.
    Raises Refused("letter-date-not-understood", "letter-date-past").
    """
    found = _found(words, today=now.date())
    days = _days(found, today=now.date()) if found is not None else ()
    if found is None or not days:
        raise Refused("letter-date-not-understood")
    meant = (datetime.combine(day, found.at or DEFAULT_HOUR, now.tzinfo) for day in days)
    wanted = next((one for one in meant if one > now), None)
    if wanted is None:
        raise Refused("letter-date-past")
    return wanted.astimezone(UTC)


def _found(words: str, *, today: date) -> FoundMoment | None:
    plain = _HOUR.sub(" à ", f" {words}").strip()
    found = moments.mentioned(plain, today=today)
    if not found:
        found = tuple(one for one in moments.mentioned(f"aujourd'hui {plain}", today=today) if one.at)
    return found[0] if len(found) == 1 else None


def _days(found: FoundMoment, *, today: date) -> tuple[date, ...]:
    """Return the days that are meant, the nearest first: one, or today and in a week; none where others may be."""
    if found.day is not None:
        return (found.day,)
    return found.options if found.options == (today, today + timedelta(weeks=1)) else ()
