"""Civil time where people live: the zones of France overseas, quiet hours, the moments of the week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# By code of the official table; everywhere else is the installation's own zone.
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# Clocks that show the same go by one name where rounds are made for each of them.
_SAME_CLOCK = dict.fromkeys(("America/Martinique", "America/St_Barthelemy", "America/Marigot"), "America/Guadeloupe")


def zone_of(departement: str | None, default: ZoneInfo) -> ZoneInfo:
    """Return the zone in which people there read their clocks; the default where the département says nothing else."""
    name = OVERSEAS.get(departement or "")
    return ZoneInfo(name) if name else default


def named(name: str | None, usual: ZoneInfo) -> ZoneInfo:
    """Return the zone of that name, the installation's for None."""
    return usual if name is None else ZoneInfo(name)


def all_zones(usual: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Return every zone in which somebody may live, the installation's first."""
    names = sorted({_SAME_CLOCK.get(name, name) for name in OVERSEAS.values()} - {usual.key})
    return (usual, *(ZoneInfo(name) for name in names))


def of_departements(codes: Iterable[str | None]) -> str | None:
    """Return the name of the clock that all these départements share; None where they are at home, or far apart."""
    found = {OVERSEAS.get(code or "") for code in codes}
    clocks = {_SAME_CLOCK.get(name, name) if name else None for name in found}
    return clocks.pop() if len(clocks) == 1 else None


def is_quiet(at: datetime, zone: ZoneInfo, hours: tuple[int, int] | None) -> bool:
    """Tell whether the clock there stands between those hours (21, 7); never when there are none."""
    if hours is None:
        return False
    (start, end), hour = hours, at.astimezone(zone).hour
    return start <= hour or hour < end if start > end else start <= hour < end


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """Return when that day began there."""
    return datetime.combine(at.astimezone(zone).date(), time(), zone)


def last_moment(at: datetime, zone: ZoneInfo, clock_time: time, weekday: int | None = None) -> datetime:
    """Return the newest moment, at the latest now, when clocks there showed that time (on that day, Monday is 0)."""
    day = at.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, clock_time, zone)
        if moment <= at and weekday in (None, day.weekday()):
            return moment
        day -= timedelta(days=1)


def next_moment(at: datetime, zone: ZoneInfo, clock_time: time, weekday: int | None = None) -> datetime:
    """Return the first moment after now when clocks there show that time (on that day, Monday is 0)."""
    day = at.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, clock_time, zone)
        if moment > at and weekday in (None, day.weekday()):
            return moment
        day += timedelta(days=1)
