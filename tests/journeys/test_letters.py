"""A letter under fire: two workers on one PostgreSQL, and the server that takes their mails, are killed while it leaves.

Everybody gets it; whoever gets it twice gets it under the same Message-ID, and there are few: at most one group for each
connection of each worker that was killed. `PROOF=full`: 24,000 readers, 30 kills, of the database as well.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import postgres, schema, shards
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.errors import TemporaryFailure
from jobboard.postgres import postmaster
from tests.conftest import make_settings
from tests.doors.durable_sink import DurableSink
from tests.jobboard import approved_letters
from tests.journeys import sendings
from tests.journeys.sendings import SECRET, Workers

FULL = os.environ.get("PROOF") == "full"
READERS, KILLS = (24_000, 30) if FULL else (900, 3)
VICTIMS = ("worker", "worker", "sink", "database") if FULL else ("worker", "sink")
# Couriers take on help where the next server makes them wait: a mail takes it so many seconds.
PAUSE = 0.01 if FULL else 0.0


@contextmanager
def own_server() -> Iterator[postgres.Server]:
    """Run a database server that may be killed."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-tests-"))
    try:
        with postgres.start(home) as server:
            yield server
    finally:
        postgres.erase(home)


def kill_database(server: postgres.Server) -> None:
    """Kill the server of the database at once, and start it again."""
    note = postmaster.read(server.embedded)
    assert note is not None
    os.kill(note.pid, signal.SIGKILL)
    while note.pid in postmaster.processes(server.embedded):
        time.sleep(0.01)
    server.ensure()


def is_sent(database: Database, edition_id: int) -> bool:
    """Tell whether the edition is sent, as far as the database can be asked."""
    try:
        with database.transaction() as session:
            return session.get_one(Edition, edition_id).state is EditionState.SENT
    except (TemporaryFailure, sa.exc.DBAPIError):
        return False


def fire(server: postgres.Server, sink: DurableSink, workers: Workers, database: Database) -> Counter[str]:
    """Kill at random, at even distances of the sending; return how often each was killed."""
    draw = random.Random(KILLS)
    killed = Counter[str]()
    for number in range(1, KILLS + 1):
        mark = number * READERS // (KILLS + 1)
        workers.wait_until(lambda mark=mark: len(sendings.copies(sink)) >= mark, 600)
        what = draw.choice(VICTIMS)
        killed[what] += 1
        if what == "worker":
            workers.kill(draw.randrange(2))
        elif what == "sink":
            sink.kill()
        else:
            kill_database(server)
        sendings.make_due(database)
    return killed


@pytest.mark.timeout(1800 if FULL else 120)
def test_everybody_gets_the_letter_whatever_is_killed(tmp_path: Path) -> None:
    addresses = approved_letters.readers(READERS)
    with own_server() as server, DurableSink(tmp_path / "sink", pause=PAUSE) as sink:
        settings = make_settings(tmp_path, secret_key=SECRET)
        database = Database(server.url, settings)
        schema.upgrade(database)
        with database.transaction() as session:
            edition_id = approved_letters.approve(session, addresses).id
        began = time.monotonic()
        with sendings.working(tmp_path, server.url, sink) as workers:

            def done() -> bool:
                sendings.make_due(database)
                return is_sent(database, edition_id)

            killed = fire(server, sink, workers, database)
            workers.wait_until(done, 600)
            seconds = time.monotonic() - began
            report = approved_letters.report_of(database, edition_id)
        database.close()
    assert (report.sent, report.missing) == (READERS, 0)
    got = defaultdict[str, list[str]](list)
    for copy in sendings.copies(sink):
        got[copy.recipient].append(copy.message_id)
    assert got.keys() == set(addresses)
    assert all(len(set(message_ids)) == 1 for message_ids in got.values()), "copies are recognised"
    assert len({message_ids[0] for message_ids in got.values()}) == READERS
    # A sink that is killed leaves the one mail of each connection without its answer; a worker its group on each.
    connections = settings.letter_connections
    bound = (killed["worker"] + 2 * killed["database"]) * connections * shards.GROUP + killed["sink"] * 2 * connections
    twice = sum(map(len, got.values())) - READERS
    print(f"{READERS} readers, killed: {dict(killed)}, copies: {twice}, at most {bound}, {seconds:.0f} s")
    assert twice <= bound
    assert killed.keys() == set(VICTIMS)
    assert "Traceback" not in workers.log() or killed["database"]
