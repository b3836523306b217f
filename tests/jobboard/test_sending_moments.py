"""When a letter leaves, as staff write it: the whole of it, or asked back, never a guess."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from jobboard import sending_moments
from jobboard.errors import Refused

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def read(words: str, now: str) -> str:
    """Return the moment in Paris, of words written in Paris; or why not."""
    try:
        moment = sending_moments.read(words, now=datetime.fromisoformat(now).replace(tzinfo=PARIS))
    except Refused as refused:
        return refused.reason
    return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M}"


# 29 November 2026 is a Sunday.
@pytest.mark.parametrize(
    ("words", "now", "meant"),
    [
        ("dimanche 18h", "2026-11-29 17:59", "2026-11-29 18:00"),
        ("dimanche 18h", "2026-11-29 18:00", "2026-12-06 18:00"),
        ("dimanche à 18 h", "2026-11-29 18:01", "2026-12-06 18:00"),
        ("ce dimanche 18h30", "2026-11-29 12:00", "2026-11-29 18:30"),
        ("Sunday 6pm", "2026-11-29 12:00", "2026-11-29 18:00"),
        ("dimanche", "2026-11-29 08:00", "2026-11-29 09:00"),
        ("dimanche", "2026-11-29 10:00", "2026-12-06 09:00"),
        ("dimanche midi", "2026-11-29 08:00", "2026-11-29 12:00"),
        ("dimanche prochain 18h", "2026-11-29 12:00", "2026-12-06 18:00"),
        ("next Sunday 6pm", "2026-11-29 12:00", "2026-12-06 18:00"),
        ("dimanche 29 novembre 18h", "2026-11-29 18:01", "letter-date-past"),
        ("dimanche en huit 18h", "2026-11-29 12:00", "letter-date-not-understood"),
        ("lundi 9h", "2026-11-29 12:00", "2026-11-30 09:00"),
        ("lundi prochain 9h", "2026-11-25 12:00", "2026-11-30 09:00"),
        ("vendredi prochain 9h", "2026-11-25 12:00", "letter-date-not-understood"),
        ("18h", "2026-11-29 12:00", "2026-11-29 18:00"),
        ("9h", "2026-11-29 12:00", "letter-date-past"),
        ("demain", "2026-11-29 12:00", "2026-11-30 09:00"),
        ("bientôt", "2026-11-29 12:00", "letter-date-not-understood"),
        ("jeudi 9h ou vendredi 9h", "2026-11-29 12:00", "letter-date-not-understood"),
    ],
)  # fmt: skip
def test_a_moment_is_the_one_that_was_written(words: str, now: str, meant: str) -> None:
    assert read(words, now) == meant


def test_a_weekday_said_on_that_day_is_today_until_its_hour_whichever_it_is() -> None:
    for number, name in enumerate(DAYS):
        today, in_a_week = 23 + number, 23 + number + 7
        assert read(f"{name} 18h", f"2026-11-{today} 17:00") == f"2026-11-{today} 18:00"
        later = f"2026-11-{in_a_week}" if in_a_week < 31 else f"2026-12-{in_a_week - 30:02}"
        assert read(f"{name} 18h", f"2026-11-{today} 19:00") == f"{later} 18:00"
