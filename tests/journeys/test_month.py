"""A month in four lives, with a mail program and nothing else: a candidate, a recruiter, the team, a participant.

Nobody opens a page. The clock is moved from hour to hour, every slot of the timetable runs, every mail goes through
SMTP both ways. `make diary` writes the same correspondence as a page to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from jobboard.clock import PARIS
from jobboard.db import Database
from jobboard.settings import Settings
from tests.doors.smtp_sink import SmtpSink
from tests.journeys import month
from tests.journeys.lives.cast import EVERYONE
from tests.journeys.simulated import settings_for, simulated


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, sink: SmtpSink) -> Settings:
    return settings_for(tmp_path, sink)


@pytest.mark.timeout(1200)  # thirty days of slots
def test_a_month_is_lived_by_mail_alone(database: Database, sink: SmtpSink) -> None:
    with simulated(database, sink, start=datetime(2026, 11, 30, 9, tzinfo=PARIS)) as house:
        month.live(house)

    assert {page.author for page in house.diary} >= {one.name for one in EVERYONE}
