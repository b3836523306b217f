"""What the doors share when they run as processes: how they are stopped, and how they say that they listen."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from jobboard.errors import TemporaryFailure

DOORS = ("web", "inbound", "worker")
READY = "ready"  # folder under HOME where doors, and the supervisor's migration, say that they are ready
SCHEMA = "schema"
PATIENCE_SECONDS = 120.0


def say_ready(home: Path, what: str) -> None:
    """Leave a note that something is ready, with the number of this process."""
    folder = home / READY
    folder.mkdir(parents=True, exist_ok=True)
    (folder / what).write_text(str(os.getpid()))


def is_ready(home: Path) -> bool:
    """Tell whether every door has said that it listens."""
    return all((home / READY / door).exists() for door in DOORS)


def forget_ready(home: Path) -> None:
    """Take the notes of last time away."""
    for what in (*DOORS, SCHEMA):
        (home / READY / what).unlink(missing_ok=True)


def wait_for_schema(home: Path) -> None:
    """Wait until the supervisor has upgraded the database: doors load meanwhile."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (home / READY / SCHEMA).exists():
        if time.monotonic() > deadline:
            raise TemporaryFailure("The database was not upgraded in time.")
        time.sleep(0.02)


def stop_event() -> asyncio.Event:
    """Return the event that SIGTERM and Ctrl-C set; call it inside the loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
