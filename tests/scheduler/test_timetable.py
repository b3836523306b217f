"""The timetable: wall-clock times on ordinary days and on both days of daylight saving, intervals, wrong words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobboard.db import Database
from jobboard.errors import Misconfigured
from jobboard.settings import Settings
from scheduler.timetable import Row, rows, slots, trigger
from tests.conftest import make_settings

PARIS = ZoneInfo("Europe/Paris")


def nothing(database: Database, slot: datetime) -> str:
    return "nothing"


def row(when: str) -> Row:
    return Row("row", when, nothing, timedelta(days=1))


def on(day: int, month: int, *, when: str, year: int = 2026) -> list[str]:
    """Return the slots of one day in Paris, as written there with their offset."""
    start = datetime(year, month, day, tzinfo=PARIS)
    end = datetime(year, month, day, 23, 59, 59, tzinfo=PARIS)
    return [f"{slot.astimezone(PARIS):%H:%M%z}" for slot in slots(row(when), start, end, PARIS)]


@pytest.mark.parametrize(
    ("when", "day", "month", "expected"),
    [
        ("07:30", 23, 11, ["07:30+0100"]),
        ("7:30", 23, 7, ["07:30+0200"]),
        ("07:30", 29, 3, ["07:30+0200"]),
        ("07:30", 25, 10, ["07:30+0100"]),
        ("02:30", 29, 3, ["03:30+0200"]),  # the hour that does not exist
        ("mon 07:30", 23, 11, ["07:30+0100"]),
        ("tue 07:30", 23, 11, []),
        ("wed 09:00", 25, 11, ["09:00+0100"]),
        ("day 1 09:00", 1, 12, ["09:00+0100"]),
        ("day 1 09:00", 2, 12, []),
    ],
)
def test_wall_clock_times(when: str, day: int, month: int, expected: list[str]) -> None:
    assert on(day, month, when=when) == expected


def test_the_hour_that_comes_twice_counts_once() -> None:
    assert len(on(25, 10, when="02:30")) == 1


def test_a_year_of_days_has_a_slot_each() -> None:
    for when in ("02:30", "07:30"):
        found = slots(
            row(when), datetime(2026, 1, 1, tzinfo=PARIS), datetime(2026, 12, 31, 23, 59, tzinfo=PARIS), PARIS
        )
        days = [slot.astimezone(PARIS).date() for slot in found]
        assert len(days) == len(set(days)) == 365


@pytest.mark.parametrize(("when", "seconds"), [("every 5 s", 5), ("every 1 min", 60), ("every 5 min", 300)])
def test_intervals(when: str, seconds: int) -> None:
    start = datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)
    found = slots(row(when), start, start + timedelta(seconds=3 * seconds), PARIS)
    assert len(found) == 3
    assert {later - sooner for sooner, later in pairwise(found)} == {timedelta(seconds=seconds)}
    assert all(slot.timestamp() % seconds == 0 for slot in found), "every process means the same slots"


def test_intervals_do_not_mind_daylight_saving() -> None:
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        found = slots(row("every 5 min"), day, day + timedelta(hours=4), PARIS)
        assert {later.timestamp() - sooner.timestamp() for sooner, later in pairwise(found)} == {300.0}
        assert len(found) == 48


@pytest.mark.parametrize("when", ["02:30", "07:30", "sun 02:30", "every 30 min"])
def test_a_trigger_goes_forward_through_the_hour_that_comes_twice(when: str) -> None:
    fires = trigger(when, PARIS)
    moment = fires.get_next_fire_time(None, datetime(2026, 10, 24, 22, tzinfo=UTC))
    for _ in range(10):
        later = fires.get_next_fire_time(moment, moment)
        assert later.timestamp() > moment.timestamp()
        moment = later


def test_a_slot_belongs_to_the_moment_after_the_last_one() -> None:
    [first] = slots(row("07:30"), datetime(2026, 11, 23, tzinfo=PARIS), datetime(2026, 11, 23, 12, tzinfo=PARIS), PARIS)
    assert slots(row("07:30"), first, first + timedelta(hours=1), PARIS) == []
    assert slots(row("07:30"), first - timedelta(seconds=1), first, PARIS) == [first]
    assert slots(row("07:30"), first - timedelta(hours=1), first - timedelta(seconds=1), PARIS) == []


def test_a_long_absence_leaves_the_newest_slots() -> None:
    end = datetime(2026, 11, 23, 9, tzinfo=UTC)
    found = slots(row("every 1 min"), end - timedelta(days=2), end, PARIS)
    assert len(found) == 500
    assert found[-1] == end


@pytest.mark.parametrize(
    "when",
    [
        "",
        "noon",
        "25:00",
        "07:60",
        "7h30",
        "lun 07:30",
        "every",
        "every 5",
        "every 5 h",
        "every -5 s",
        "07:30 mon",
        "day 29 07:30",
        "day 0 07:30",
    ],
)
def test_what_is_no_moment_is_refused(when: str) -> None:
    with pytest.raises(Misconfigured, match="is no moment"):
        slots(row(when), datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC), PARIS)


def test_every_row_of_an_installation_has_a_moment(settings: Settings) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    made = rows(settings)
    assert len({one.name for one in made}) == len(made)
    for one in made:
        assert slots(one, start, start + timedelta(days=31), settings.zone), one.name
        assert one.useful_for > timedelta(0)


@pytest.mark.parametrize(("quiet", "flush"), [("21-7", "07:00"), ("22-9", "09:00"), ("", "07:00")])
def test_what_the_night_held_back_leaves_when_it_ends(tmp_path: Path, quiet: str, flush: str) -> None:
    made = {one.name: one for one in rows(make_settings(tmp_path, quiet_hours=quiet))}
    assert made["morning_flush"].when == flush


def test_digests_and_flushes_are_due_on_every_clock_of_the_country(tmp_path: Path) -> None:
    table = {one.name: one for one in rows(make_settings(tmp_path, quiet_hours="21-7"))}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    struck = {
        name: [
            slot.strftime("%H:%M") for slot in slots(table[name], at, at + timedelta(days=1), table[name].zone or PARIS)
        ]
        for name in (
            "digest",
            "digest Indian/Reunion",
            "morning_flush America/Guadeloupe",
            "evening_flush Pacific/Noumea",
        )
    }
    assert list(struck.values()) == [["06:30"], ["03:30"], ["11:00"], ["07:30"]]
    often = [one.name for one in rows(make_settings(tmp_path, digest_at="every 3 s")) if one.name.startswith("digest")]
    assert often == ["digest"]
