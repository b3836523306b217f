"""Now, and the civil time of the people we write to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present moment as an aware UTC datetime: the only call to the system's clock in the house."""
    return datetime.now(UTC)


def end_of_day(day: date, zone: ZoneInfo = PARIS) -> datetime:
    """Return 23:59:59 of that day in that zone, as aware UTC: when an offer that closes that day closes."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def days_until(moment: datetime, at: datetime, zone: ZoneInfo = PARIS) -> int:
    """Return how many calendar days lie between `at` and `moment` in that zone (0: the same day)."""
    return (moment.astimezone(zone).date() - at.astimezone(zone).date()) // timedelta(days=1)
