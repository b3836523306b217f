"""The outbox: one post for one reason, claimed by one worker, given back only when that worker is dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobboard import logins, outbox, people
from jobboard.db import Database
from jobboard.letters.account import Noted
from jobboard.letters.base import Stream
from jobboard.outbox import Post, PostAttempt, PostState
from jobboard.people import Person

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def lea(database: Database) -> Person:
    with database.transaction() as session:
        return people.admit(session, "lea@courrier.example", name="Léa Dubreuil", at=AT)


def post(database: Database, to: Person, dedupe: str = "x", *, not_before: datetime | None = None) -> int | None:
    with database.transaction() as session:
        made = outbox.post(session, Noted("withdrawn"), to=to, dedupe=dedupe, not_before=not_before, at=AT)
        return made.id if made else None


def claim(database: Database, *, worker: int = 1, at: datetime = AT) -> list[int]:
    with database.transaction() as session:
        return [one.id for one in outbox.claim(session, Stream.ACCOUNT, worker=worker, limit=10, at=at)]


def state_of(database: Database, post_id: int) -> PostState:
    with database.transaction() as session:
        return session.get_one(Post, post_id).state


def test_one_reason_is_one_post(database: Database, lea: Person) -> None:
    assert post(database, lea, "history:1") is not None
    assert post(database, lea, "history:1") is None
    assert post(database, lea, "history:2") is not None


def test_two_transactions_with_the_same_reason_make_one_post(database: Database, lea: Person) -> None:
    with database.transaction() as session:
        outbox.post(session, Noted("withdrawn"), to=lea, dedupe="one", at=AT)
    with database.transaction() as first:
        outbox.post(first, Noted("withdrawn"), to=lea, dedupe="two", at=AT)
        outbox.post(first, Noted("withdrawn"), to=lea, dedupe="one", at=AT)
    assert len(claim(database)) == 2


def test_a_message_id_depends_on_the_reason_alone(database: Database, lea: Person) -> None:
    settings = database.settings
    first = outbox.message_id(settings, "alert:1")
    assert first == outbox.message_id(settings, "alert:1") != outbox.message_id(settings, "alert:2")
    assert first.endswith(f"@{settings.mail_domain}>")


def test_a_post_waits_for_its_moment(database: Database, lea: Person) -> None:
    post_id = post(database, lea, not_before=AT + timedelta(minutes=10))
    assert claim(database) == []
    assert claim(database, at=AT + timedelta(minutes=11)) == [post_id]


def test_workers_never_hold_the_same_post(database: Database, lea: Person) -> None:
    ids = {post(database, lea, str(n)) for n in range(6)}
    with database.transaction() as first, database.transaction() as second:
        ours = {one.id for one in outbox.claim(first, Stream.ACCOUNT, worker=1, limit=3, at=AT)}
        theirs = {one.id for one in outbox.claim(second, Stream.ACCOUNT, worker=2, limit=10, at=AT)}
    assert ours | theirs == ids
    assert not ours & theirs


def test_what_a_living_worker_holds_stays_with_it_and_what_a_dead_one_held_comes_back(
    database: Database, lea: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_SETTLE_SECONDS", 0)
    alive = post(database, lea, "alive")
    assert alive is not None
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as holder:
        outbox.stay_alive(holder, 1)
        assert claim(database, worker=1) == [alive]
        dead = post(database, lea, "dead")
        assert dead is not None
        assert claim(database, worker=2) == [dead]
        with database.transaction() as session:
            assert outbox.recover(session, at=AT) == 1
        assert state_of(database, alive) is PostState.SENDING
        assert state_of(database, dead) is PostState.QUEUED
        holder.invalidate()
    with database.transaction() as session:
        assert outbox.recover(session, at=AT) == 1
        steps = session.scalars(sa.select(PostAttempt.step).order_by(PostAttempt.id)).all()
    assert steps == ["requeue", "requeue"]
    assert state_of(database, alive) is PostState.QUEUED


def test_a_server_that_has_just_started_gives_nothing_back_yet(database: Database, lea: Person) -> None:
    post(database, lea)
    claim(database, worker=3)
    with database.transaction() as session:
        young = session.scalar(sa.text("SELECT pg_postmaster_start_time() > clock_timestamp() - interval '10 s'"))
        assert outbox.recover(session, at=AT) == (0 if young else 1)


def test_what_is_taken_back_does_not_leave(database: Database, lea: Person) -> None:
    with database.transaction() as session:
        later = AT + timedelta(minutes=10)
        outbox.post(session, Noted("withdrawn"), to=lea, dedupe="a", cause="application:1", not_before=later, at=AT)
        outbox.post(session, Noted("withdrawn"), to=lea, dedupe="b", at=AT)
    with database.transaction() as session:
        assert outbox.take_back(session, "application:1", at=AT) == 1
        assert outbox.take_back(session, "application:1", at=AT) == 0
    assert len(claim(database, at=AT + timedelta(hours=1))) == 1


def test_a_login_link_is_forgotten_once_it_has_left(database: Database, lea: Person) -> None:
    with database.transaction() as session:
        logins.send_link(session, lea, logins.new_asking(), at=AT)
    with database.transaction() as session:
        (taken,) = outbox.claim(session, Stream.ACCOUNT, worker=1, limit=1, at=AT)
        assert "/connexion/" in taken.params["path"]
        outbox.record(session, taken, "deliver", at=AT)
    with database.transaction() as session:
        assert session.get_one(Post, taken.id).params == {}


def test_an_impossible_step_is_a_bug(database: Database, lea: Person) -> None:
    post_id = post(database, lea)
    with database.transaction() as session:
        waiting = session.get_one(Post, post_id)
        with pytest.raises(RuntimeError, match="no step deliver from queued"):
            outbox.record(session, waiting, "deliver", at=AT)
