"""One running installation for the journeys of a test process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.smtp_sink import SmtpSink
from tests.journeys.world import World, installation


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """A running installation whose next hop keeps what it gets."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-journeys-"))
    try:
        with SmtpSink() as sink, installation(home, sink) as (settings, post):
            yield World(settings, post, sink)
    finally:
        shutil.rmtree(home, ignore_errors=True)
