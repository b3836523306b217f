"""Bells: a job exists if and only if its cause was committed, and a doubled one costs nothing."""

from __future__ import annotations

import sqlalchemy as sa

from jobboard import queue
from jobboard.db import Database


def jobs(database: Database) -> list[tuple[str, str, str]]:
    with database.transaction() as session:
        rows = session.execute(sa.text("SELECT task_name, queue_name, args::text FROM procrastinate_jobs ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


def test_a_bell_rings_when_its_transaction_is_committed(database: Database) -> None:
    with database.transaction() as session:
        queue.ring(session, "match_offer", offer_id=7)
        assert jobs(database) == []
    assert jobs(database) == [("match_offer", "matching", '{"offer_id": 7}')]


def test_a_bell_rung_twice_is_one_job_and_the_second_transaction_lives(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            queue.ring(session, "deliver_account")
            queue.ring(session, "deliver_account")
            session.execute(sa.text("CREATE TABLE IF NOT EXISTS lives (n int)"))
            session.execute(sa.text("INSERT INTO lives VALUES (1)"))
    assert len(jobs(database)) == 1
    with database.transaction() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM lives")) == 2


def test_a_rolled_back_bell_is_forgotten_by_its_session(database: Database) -> None:
    with database.session() as session:
        session.begin()
        queue.ring(session, "dispatch_mail")
        session.rollback()
        session.begin()
        session.commit()
    assert jobs(database) == []


def test_a_savepoint_that_is_rolled_back_keeps_the_bells_of_the_rest(database: Database) -> None:
    with database.transaction() as session:
        queue.ring(session, "dispatch_mail")
        session.begin_nested().rollback()
    assert [name for name, _, _ in jobs(database)] == ["dispatch_mail"]
