"""A letter under fire: two workers with homes of their own on one PostgreSQL, killed at random while it leaves.

Everybody gets it; whoever gets it twice gets it under the same Message-ID, and there are few: at most one group for each
connection of each worker that was killed. `PROOF=full`: 24,000 readers, 30 kills, of the database and the sink as well.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jobboard import edition_reports, newsletters, postgres, schema, shards
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.errors import TemporaryFailure
from jobboard.people import Person, Subscription
from tests.conftest import make_settings
from tests.doors.smtp_conversation import Received
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import publish, recruiter, staff

FULL = os.environ.get("PROOF") == "full"
READERS, KILLS = (24_000, 30) if FULL else (900, 2)
READER = re.compile(r"r\d+@.*")
SECRET = "a secret for tests only, long enough"


class CountingSink(SmtpSink):
    """A sink that keeps of each mail who got it under which Message-ID, and no more: there are many."""

    def __init__(self) -> None:
        super().__init__()
        self.got: dict[str, list[str]] = defaultdict(list)

    def keep(self, mail: Received) -> None:
        """Keep the recipient and the Message-ID."""
        header = mail.data.partition(b"\r\n\r\n")[0]
        message_id = header.partition(b"\r\nMessage-ID: ")[2].partition(b"\r\n")[0].decode()
        if READER.fullmatch(mail.recipients[0]):  # what the staff and the recruiter get is counted elsewhere
            with self._news:
                self.got[mail.recipients[0]].append(message_id)

    @property
    def count(self) -> int:
        """How many mails came."""
        with self._news:
            return sum(map(len, self.got.values()))


class Workers:
    """Two worker processes; one that is killed is started again, as a supervisor would."""

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

    def mend(self) -> None:
        """Start again what has ended by itself."""
        self._running = [one if one.poll() is None else self._start(number) for number, one in enumerate(self._running)]

    def kill(self, number: int) -> None:
        """Kill one at once, and start another in its place."""
        self._running[number].send_signal(signal.SIGKILL)
        self._running[number].wait()
        self._running[number] = self._start(number)

    def log(self) -> str:
        """Return what they have written."""
        return "".join(path.read_text() for path in self._home.glob("user*/events.log"))

    def close(self) -> None:
        """End them."""
        for one in self._running:
            one.terminate()
        for one in self._running:
            one.wait(60)


def approved(database: Database) -> int:
    """Approve an edition for the readers; return its id."""
    at = now()
    with database.transaction() as session:
        member = staff(session, at=at)
        publish(session, recruiter(session, at=at), at=at)
        domains = ("courrier.example", "gmail.com", "orange.fr")
        names = [f"r{n}@{domains[n % 3]}" for n in range(READERS)]
        rows = [{"address": one, "address_key": one, "created_at": at, "life_at": at} for one in names]
        ids = session.scalars(insert(Person).returning(Person.id), rows).all()
        wanted = [{"person_id": one, "stream": "letters:weekly", "since": at} for one in ids]
        session.execute(insert(Subscription), wanted)
        edition = newsletters.draft(session, "weekly", at=at)
        assert edition is not None
        newsletters.approve(session, edition, member, key="k", at=at)
        return edition.id


def wait_until(true: Callable[[], bool], workers: Workers, seconds: float = 600 if FULL else 60) -> None:
    """Wait; a worker that has lost the database for good is started again meanwhile."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, workers.log()[-3000:]
        workers.mend()
        time.sleep(0.05)


@contextmanager
def own_server() -> Iterator[postgres.Server]:
    """Run a database server that may be killed."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-tests-"))
    try:
        with postgres.start(home) as server:
            yield server
    finally:
        postgres.erase(home)


@pytest.mark.timeout(1800 if FULL else 120)
def test_everybody_gets_the_letter_whatever_is_killed(tmp_path: Path) -> None:
    with own_server() as server, CountingSink() as sink:
        settings = make_settings(tmp_path, secret_key=SECRET)
        database = Database(server.url, settings)
        schema.upgrade(database)
        edition_id = approved(database)
        workers = Workers(tmp_path, server.url, f"{sink.url}?starttls=never")
        killed = Counter[str]()

        def sent() -> bool:
            try:
                with database.transaction() as session:
                    return session.get_one(Edition, edition_id).state is EditionState.SENT
            except (TemporaryFailure, sa.exc.DBAPIError):
                return False

        try:
            draw = random.Random(READERS)
            for number in range(1, KILLS + 1):
                mark = number * READERS // (KILLS + 1)
                wait_until(lambda mark=mark: sink.count >= mark or sent(), workers)
                what = draw.choice(("worker", "worker", "database", "sink")) if FULL else "worker"
                killed[what] += 1
                if what == "worker":
                    workers.kill(draw.randrange(2))
                elif what == "sink":
                    sink.down()
                    sink.up()
                else:
                    process = int((server.embedded.data / "postmaster.pid").read_text().split()[0])
                    os.kill(process, signal.SIGKILL)
                    server.ensure()
                make_due(database)
            wait_until(lambda: make_due(database) or sent(), workers)
            with database.transaction() as session:
                report = edition_reports.report(session, session.get_one(Edition, edition_id))
            assert (report.sent, report.missing) == (READERS, 0)
        finally:
            workers.close()
            database.close()
    assert len(sink.got) == READERS
    assert all(len(set(message_ids)) == 1 for message_ids in sink.got.values()), "copies are recognised"
    copies = sink.count - READERS
    print("killed:", dict(killed), "copies:", copies)
    # A sink that hangs up leaves the one mail of each connection without its answer, a worker that is killed its group.
    connections = settings.letter_connections
    groups = killed["worker"] * connections + killed["database"] * 2 * connections
    assert copies <= groups * shards.GROUP + killed["sink"] * 2 * connections
    assert "Traceback" not in workers.log() or killed["database"]


def make_due(database: Database) -> bool:
    """Let nothing wait for its minutes; always False."""
    statements = (
        "UPDATE edition_recipient SET due_at = now() WHERE state = 'deferred'",
        "UPDATE edition_shard SET due_at = now() WHERE state = 'waiting' AND due_at > now()",
        "DELETE FROM destination",
    )
    try:
        with database.transaction() as session:
            for statement in statements:
                session.execute(sa.text(statement))
    except (TemporaryFailure, sa.exc.DBAPIError):
        pass
    return False
