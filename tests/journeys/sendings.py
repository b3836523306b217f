"""Letters that really leave: two worker processes with homes of their own, and what the receiving end has of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.recipients import Shard
from tests.doors.durable_sink import DurableSink, Taken

READER = re.compile(r"r\d+@.*")
SECRET = "a secret for tests only, long enough"


class Workers:
    """Two worker processes; one that has ended is started again, as a supervisor would."""

    def __init__(self, home: Path, url: str, smtp_url: str) -> None:
        self._home = home
        self._given = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")},
            "PASSERELLE_ENV": "development",
            "PASSERELLE_DATABASE_URL": url,
            "PASSERELLE_SECRET_KEY": SECRET,
            "PASSERELLE_SMTP_URL": smtp_url,
            "PASSERELLE_SWEEP_SECONDS": "1",
        }
        self._running = [self._start(number) for number in range(2)]

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        own = self._home / f"user{number}"
        own.mkdir(exist_ok=True)
        with (own / "events.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "passerelle", "worker"],
                env={**self._given, "PASSERELLE_HOME": str(own)},
                stdout=log,
                stderr=log,
            )

    def wait_until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        """Wait; a worker that has lost the database for good is started again meanwhile."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.log()[-3000:]
            self._running = [
                one if one.poll() is None else self._start(number) for number, one in enumerate(self._running)
            ]
            time.sleep(0.05)

    def kill(self, number: int) -> None:
        """Kill one at once, and start another in its place."""
        self._running[number].send_signal(signal.SIGKILL)
        self._running[number].wait()
        self._running[number] = self._start(number)

    def log(self) -> str:
        """Return what they have written."""
        return "".join(path.read_text() for path in self._home.glob("user*/events.log"))

    def close(self) -> None:
        """Stop both in order."""
        for one in self._running:
            one.terminate()
        for one in self._running:
            one.wait(60)


@contextmanager
def working(home: Path, url: str, sink: DurableSink) -> Iterator[Workers]:
    """Run the workers."""
    workers = Workers(home, url, sink.url)
    try:
        yield workers
    finally:
        workers.close()


def copies(sink: DurableSink) -> list[Taken]:
    """Return the copies that the sink has taken: not what the staff and the recruiter get."""
    return [one for one in sink.taken() if READER.fullmatch(one.recipient)]


def in_hand(database: Database, edition_id: int) -> int:
    """Return how many shards couriers hold."""
    query = sa.select(sa.func.count()).where(Shard.edition_id == edition_id, Shard.state == "sending")
    with database.transaction() as session:
        return session.scalar(query) or 0


_DUE = (
    "UPDATE edition_recipient SET due_at = now() WHERE state = 'deferred' AND due_at > now()",
    "UPDATE edition_shard SET due_at = now() WHERE state = 'waiting' AND due_at > now()",
    "DELETE FROM destination",
)


def make_due(database: Database) -> None:
    """Let nothing wait for its minutes; the database may be away."""
    try:
        with database.transaction() as session:
            for statement in _DUE:
                session.execute(sa.text(statement))
    except (TemporaryFailure, sa.exc.DBAPIError):
        pass
