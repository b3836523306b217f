"""The timetable: what the clock does, when in civil time, and until when a missed slot is still worth making up for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobboard import letter_lists, zones
from jobboard.db import Database
from jobboard.errors import Misconfigured
from jobboard.settings import Settings
from scheduler import agenda_rounds, feeds, rounds

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAILY = re.compile(
    rf"(?:(?P<day>{'|'.join(_DAYS)}) |day (?P<date>\d{{1,2}}) )?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})"
)
_EVERY = re.compile(r"every (?P<count>\d+) (?P<unit>s|min)")
LETTER_USEFUL = timedelta(days=2)  # a draft waits for staff anyway
# Intervals count from here, so that every process means the same slots.
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One thing that the clock does."""

    name: str
    when: str
    does: Callable[[Database, datetime], str]  # (database, the slot) -> outcome
    useful_for: timedelta  # a slot older than this is not made up for: the staff are told
    zone: ZoneInfo | None = None  # whose civil time it is; None: the installation's


def rows(settings: Settings) -> tuple[Row, ...]:
    """Return the timetable of an installation."""
    return (
        *(row for zone in zones.all_zones(settings.zone) for row in _of_zone(settings, zone)),
        Row("alert_flow", "every 10 min", rounds.alert_flow, timedelta(minutes=30)),
        Row("alert_silences", "04:30", rounds.alert_silences, timedelta(days=7)),
        Row("dead_alerts", "mon 08:00", rounds.dead_alerts, timedelta(days=7)),
        Row("new_profiles", settings.suggestions_at, rounds.new_profiles, timedelta(days=6)),
        Row("hunts_daily", settings.hunts_daily_at, rounds.hunts_daily, timedelta(days=7)),
        Row("hunts_weekly", settings.hunts_weekly_at, rounds.hunts_weekly, timedelta(days=7)),
        Row("proposals", "09:30", rounds.lapse_proposals, timedelta(days=7)),
        *(
            Row(f"letter_draft:{one.name}", one.when, partial(rounds.letter_draft, list_name=one.name), LETTER_USEFUL)
            for one in letter_lists.listed(settings)
        ),
        Row("feeds", "every 5 min", feeds.read_due, timedelta(hours=1)),
        Row("close_expired", "every 1 min", rounds.close_expired, timedelta(minutes=5)),
        Row("staff_morning", "08:30", rounds.staff_morning, timedelta(hours=8)),
        Row("offer_reminders", "09:00", rounds.offer_reminders, timedelta(hours=20)),
        Row("offer_outcomes", "09:30", rounds.offer_outcomes, timedelta(days=7)),
        Row("recruiter_figures", "10:00", rounds.recruiter_figures, timedelta(days=3)),
        Row("end_pauses", "every 5 min", rounds.end_pauses, timedelta(minutes=15)),
        Row("held_expiry", "04:00", rounds.expire_held, timedelta(days=7)),
        Row("kept_mails", "10:15", rounds.kept_mails_asked, timedelta(days=7)),
        Row("sleeping_profiles", "09:10", rounds.sleeping_profiles, timedelta(days=7)),
        Row("applications_waiting", "08:45", rounds.applications_waiting, timedelta(days=2)),
        Row("interviews", "16:00", rounds.recall_interviews, timedelta(hours=8)),
        Row("erasures", "every 5 min", rounds.erase_due, timedelta(hours=1)),
        Row("silence", "09:30", rounds.silence, timedelta(days=7)),
        Row("appointments", "every 1 min", agenda_rounds.appointments, timedelta(minutes=5)),
        Row("events", "every 5 min", agenda_rounds.events, timedelta(hours=12)),
        Row("imports", "04:40", rounds.forget_imports, timedelta(days=7)),
        Row("retention", "04:10", rounds.retention, timedelta(days=7)),
    )


def _of_zone(settings: Settings, zone: ZoneInfo) -> tuple[Row, ...]:
    """Return what is done at a time of the day of each person's own clock."""
    digest, flush, week = partial(rounds.digest, zone=zone), partial(rounds.flush_instant, zone=zone), timedelta(days=7)
    times = [
        ("digest", settings.digest_at, digest), ("morning_flush", _after_quiet(settings), flush), ("evening_flush", "18:30", flush)
    ]  # fmt: skip
    home = zone == settings.zone
    if not home and _EVERY.fullmatch(settings.digest_at.strip()):
        del times[0]  # digests every few seconds, to try things out: at home is enough
    return tuple(Row(name if home else f"{name} {zone.key}", when, does, week, zone) for name, when, does in times)


def _after_quiet(settings: Settings) -> str:
    """Return when instant alerts that waited for the morning leave."""
    return f"{settings.quiet[1] % 24:02d}:00" if settings.quiet else "07:00"


def trigger(when: str, zone: ZoneInfo) -> BaseTrigger:
    """Return the trigger for "07:30", "mon 07:30", "day 1 07:30" (of each month), "every 5 s" or "every 5 min".

    Wall-clock times hold on both days of daylight saving: 02:30 runs at 03:30 in spring, and once in autumn.
    Raises Misconfigured for anything else.
    """
    if found := _EVERY.fullmatch(when.strip()):
        seconds = int(found["count"]) * (60 if found["unit"] == "min" else 1)
        return IntervalTrigger(seconds=max(seconds, 1), start_date=_EPOCH, timezone=zone)
    found = _DAILY.fullmatch(when.strip())
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59 or int(found["date"] or 1) not in range(1, 29):
        raise Misconfigured(f"“{when}” is no moment: write 07:30, mon 07:30, day 1 07:30 (to 28) or every 5 min.")
    weekday = _DAYS.index(found["day"]) if found["day"] else None
    date = int(found["date"]) if found["date"] else None
    return CivilTrigger(time(int(found["hour"]), int(found["minute"])), weekday, zone, date=date)


class CivilTrigger(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """A time of day in civil time, every day, on one day of the week, or on one of the month.

    Computed from the date: the library's own trigger repeats itself without end in the hour that comes twice.
    """

    def __init__(self, clock_time: time, weekday: int | None, zone: ZoneInfo, *, date: int | None = None) -> None:
        self.clock_time = clock_time
        self.weekday = weekday  # Monday is 0
        self.date = date  # of the month, 1 to 28: every month has it
        self.zone = zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the first moment after the previous one, or from now on; aware, UTC."""
        after = previous_fire_time or now - timedelta(microseconds=1)
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            moment = datetime.combine(day, self.clock_time, self.zone).astimezone(UTC)
            if moment > after and self.weekday in (None, day.weekday()) and self.date in (None, day.day):
                return moment
            day += timedelta(days=1)


def slots(row: Row, after: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the slots of a row in ]after, until], oldest first, the last 500 at most."""
    fires = trigger(row.when, zone)
    found: list[datetime] = []
    moment = fires.get_next_fire_time(None, after + timedelta(microseconds=1))
    while moment is not None and moment <= until and len(found) < 10_000:
        found.append(moment)
        moment = fires.get_next_fire_time(moment, moment + timedelta(microseconds=1))
    return found[-500:]
