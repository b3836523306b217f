"""The clock: each slot once whatever the number of clocks, missed slots made up for, too late ones reported."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from jobboard import runs
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.letters.staff import Alarm
from jobboard.outbox import Post
from jobboard.runs import ClockRun
from scheduler.clock import Clock
from scheduler.timetable import Row
from tests.jobboard.records import staff


class Ran:
    """A job that notes the slots for which it ran."""

    def __init__(self) -> None:
        self.slots: list[datetime] = []
        self._lock = threading.Lock()

    def __call__(self, database: Database, slot: datetime) -> str:
        with self._lock:
            self.slots.append(slot)
        return "done"

    def row(self, when: str = "every 1 min", *, useful_for: timedelta = timedelta(hours=6)) -> Row:
        """Return the row that does this job."""
        return Row("job", when, self, useful_for)


def ended(database: Database, slot: datetime) -> None:
    """Have a run of the job for that slot behind us."""
    with database.transaction() as session:
        run = runs.win(session, "job", slot, at=slot)
        assert run is not None
        runs.finish(session, run, "done", at=slot)


def all_runs(database: Database) -> list[ClockRun]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(ClockRun).order_by(ClockRun.slot)))


def minute(before: int = 0) -> datetime:
    """Return the full minute that many minutes ago."""
    return now().replace(second=0, microsecond=0) - timedelta(minutes=before)


def test_of_many_clocks_one_runs_a_slot(database: Database) -> None:
    ran = Ran()
    row = ran.row("00:00", useful_for=timedelta(days=3))
    ended(database, now() - timedelta(days=2))
    together = threading.Barrier(6)

    def look() -> None:
        clock = Clock(database)
        together.wait()
        clock.catch_up(row)

    with ThreadPoolExecutor(6) as threads:
        for one in [threads.submit(look) for _ in range(6)]:
            one.result()
    assert len(ran.slots) == 1
    assert [run.outcome for run in all_runs(database)] == ["done", "done"]


def test_a_missed_slot_is_made_up_for_once_by_the_newest(database: Database) -> None:
    ran = Ran()
    ended(database, minute(before=30))
    clock = Clock(database)
    clock.catch_up(ran.row("every 5 min"))
    clock.catch_up(ran.row("every 5 min"))
    assert len(ran.slots) in (1, 2)  # 2: a new slot has struck between the two looks
    assert ran.slots[0] > now() - timedelta(minutes=6)
    assert len(set(ran.slots)) == len(ran.slots)


def test_the_first_time_ever_nothing_is_made_up_for(database: Database) -> None:
    ran = Ran()
    Clock(database).catch_up(ran.row(f"{(now() - timedelta(hours=3)):%H:%M}"))
    assert ran.slots == []


def test_a_slot_too_old_to_be_useful_is_told_to_the_staff_once(database: Database) -> None:
    ran = Ran()
    with database.transaction() as session:
        member = staff(session)
    zone = database.settings.zone
    three_hours_ago = now().astimezone(zone) - timedelta(hours=3)
    row = ran.row(f"{three_hours_ago:%H:%M}", useful_for=timedelta(minutes=5))
    ended(database, now() - timedelta(days=2))
    clock = Clock(database)
    clock.catch_up(row)
    clock.catch_up(row)
    assert ran.slots == []
    with database.transaction() as session:
        [post] = session.scalars(sa.select(Post).where(Post.kind == Alarm.kind))
        assert post.person_id == member.id
        assert (post.params["what"], post.params["facts"]["job"]) == ("missed-slot", "job")
    assert [run.outcome for run in all_runs(database)] == ["done", "missed"]


def test_a_run_whose_winner_died_is_taken_again(database: Database) -> None:
    ran = Ran()
    slot = minute()
    long_ago = now() - runs.ABANDONED_AFTER - timedelta(seconds=1)
    ended(database, slot - timedelta(minutes=5))
    with database.transaction() as session:
        assert runs.win(session, "job", slot, at=long_ago) is not None
    Clock(database).catch_up(Row("job", "every 1 min", ran, timedelta(hours=1)))
    assert len(ran.slots) == 1
    assert ran.slots[0] >= slot


def test_a_run_that_is_under_way_is_left_alone(database: Database) -> None:
    slot = minute()
    with database.transaction() as session:
        assert runs.win(session, "job", slot, at=slot) is not None
    with database.transaction() as session:
        assert runs.win(session, "job", slot, at=slot + runs.ABANDONED_AFTER) is None
        assert runs.win(session, "other", slot, at=slot) is not None
    with database.transaction() as session:
        again = runs.win(session, "job", slot, at=slot + runs.ABANDONED_AFTER + timedelta(seconds=1))
        assert again is not None
        runs.finish(session, again, "done", at=slot)
    with database.transaction() as session:
        assert runs.win(session, "job", slot, at=slot + timedelta(days=1)) is None, "what has ended is over"
        assert runs.last_slot(session, "job") == slot
        assert runs.last_slot(session, "other") is None


@pytest.mark.parametrize("failure", [TemporaryFailure("the database is away"), RuntimeError("a bug")])
def test_a_job_that_fails_is_run_again_and_stops_nothing(database: Database, failure: Exception) -> None:
    tries: list[datetime] = []

    def fails_once(database: Database, slot: datetime) -> str:
        tries.append(slot)
        if len(tries) == 1:
            raise failure
        return "done"

    row = Row("job", "00:00", fails_once, timedelta(days=3))
    ended(database, now() - timedelta(days=2))
    clock = Clock(database)
    clock.catch_up(row)
    clock.catch_up(row)
    assert len(tries) == 1, "its winner may still be alive"
    with database.transaction() as session:
        session.execute(sa.update(ClockRun).values(started_at=now() - timedelta(minutes=1)))
    clock.catch_up(row)
    assert len(tries) == 2
    assert len(set(tries)) == 1
    assert all_runs(database)[-1].outcome == "done"


def test_a_clock_that_runs_fires_its_rows(database: Database) -> None:
    clock = Clock(database)
    ended_before = len(all_runs(database))
    assert ended_before == 0
    with database.transaction() as session:
        run = runs.win(session, "close_expired", now() - timedelta(minutes=3), at=now())
        assert run is not None
        runs.finish(session, run, "closed 0", at=now())
    clock.start()
    try:
        done = threading.Event()
        for _ in range(200):
            if any(run.job == "close_expired" and run.outcome for run in all_runs(database)[1:]):
                done.set()
                break
            done.wait(0.05)
        assert done.is_set()
    finally:
        clock.stop()
