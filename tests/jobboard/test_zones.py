"""Civil time where people live: overseas, quiet hours, both days of daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobboard import zones
from jobboard.gazetteer import PlaceKind, territories

PARIS, REUNION, MARTINIQUE = (ZoneInfo(name) for name in ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe"))
MORNING = time(7, 30)


def test_every_territory_overseas_has_a_zone() -> None:
    overseas = [code for code in territories(PlaceKind.DEPARTEMENT) if code.startswith(("97", "98"))]
    assert len(overseas) == len([code for code in overseas if zones.of_departements([code])]) > 8
    assert zones.of_departements(["44"]) is None
    assert zones.of_departements(["974", "974"]) == "Indian/Reunion"
    assert zones.of_departements(["974", "44"]) is None, "far apart: at home"
    assert zones.of_departements([]) is None
    assert zones.all_zones(PARIS)[0] == PARIS
    assert [zone.key for zone in zones.all_zones(REUNION)].count("Indian/Reunion") == 1


@pytest.mark.parametrize(
    ("hour", "zone", "quiet"),
    [
        (19, PARIS, False), (20, PARIS, True), (5, PARIS, True), (6, PARIS, False),
        (16, REUNION, False), (17, REUNION, True), (2, REUNION, True), (3, REUNION, False),
        (0, MARTINIQUE, False), (1, MARTINIQUE, True), (10, MARTINIQUE, True), (11, MARTINIQUE, False),
    ],
)  # fmt: skip
def test_quiet_hours_are_those_of_the_place(hour: int, zone: ZoneInfo, quiet: bool) -> None:
    at = datetime(2026, 11, 23, hour, tzinfo=UTC)
    assert zones.is_quiet(at, zone, (21, 7)) == quiet
    assert not zones.is_quiet(at, zone, None)
    assert zones.is_quiet(at, zone, (0, 24))


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_both_days_of_daylight_saving_have_one_morning(day: datetime) -> None:
    start = day.replace(tzinfo=PARIS)
    found = {zones.last_moment(start + timedelta(minutes=15 * n), PARIS, MORNING) for n in range(24 * 4, 28 * 4)}
    assert [f"{one:%d %H:%M}" for one in sorted(found)][-1].endswith("07:30")
    for n in range(48 * 4):
        at = start.astimezone(UTC) + timedelta(minutes=15 * n)
        before, after = zones.last_moment(at, PARIS, MORNING), zones.next_moment(at, PARIS, MORNING)
        assert before <= at < after
        assert before.astimezone(PARIS).date() + timedelta(days=1) == after.astimezone(PARIS).date()


def test_moments_of_the_week() -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
    assert [f"{zones.last_moment(at, PARIS, MORNING, day):%a %d}" for day in range(7)] == [
        "Mon 23", "Tue 24", "Wed 25", "Thu 19", "Fri 20", "Sat 21", "Sun 22",
    ]  # fmt: skip
    assert f"{zones.next_moment(at, PARIS, MORNING, 2):%a %d}" == "Wed 02"
    assert zones.midnight(at, MARTINIQUE) == datetime(2026, 11, 25, 4, tzinfo=UTC)
