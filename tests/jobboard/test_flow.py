"""Whether mail flows: what waits is counted up to a bound, and what is due later does not wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from jobboard import flow, mailbag, outbox
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.flow import Tray
from jobboard.letters.account import Noted
from jobboard.letters.base import Stream
from jobboard.mailbag import Arrival
from jobboard.outbox import Post, PostState
from tests.jobboard.records import AT, candidate


def post(database: Database, dedupe: str, *, not_before: datetime | None = None) -> None:
    with database.transaction() as session:
        outbox.post(session, Noted("withdrawn"), to=candidate(session), dedupe=dedupe, not_before=not_before, at=AT)


def account(database: Database, at: datetime) -> dict[str, Tray]:
    """Return the trays of the account stream by state."""
    with database.transaction() as session:
        return {tray.state: tray for tray in flow.outbox(session, at=at) if tray.name == Stream.ACCOUNT}


def test_what_is_due_waits_since_it_was_due(database: Database) -> None:
    post(database, "now")
    post(database, "later", not_before=AT + timedelta(minutes=10))
    assert account(database, AT)["due"] == Tray(Stream.ACCOUNT, "due", 1, AT)
    assert account(database, AT + timedelta(hours=1))["due"].count == 2


def test_what_a_worker_has_in_hand_is_counted_apart(database: Database) -> None:
    post(database, "one")
    with database.transaction() as session:
        outbox.claim(session, Stream.ACCOUNT, worker=1, limit=10, at=AT)
    trays = account(database, AT)
    assert (trays["due"].count, trays["sending"].count) == (0, 1)


def test_a_count_stops_at_its_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        post(database, str(number))
    assert not account(database, AT)["due"].at_most
    monkeypatch.setattr(flow, "MOST", 3)
    tray = account(database, AT)["due"]
    assert tray.count == 3
    assert tray.at_most


def test_the_last_departure_and_what_failed_in_a_day(database: Database) -> None:
    for name in ("sent", "failed", "failed long ago"):
        post(database, name)
    with database.transaction() as session:
        moments = {
            "sent": (PostState.SENT, 1),
            "failed": (PostState.FAILED, 2),
            "failed long ago": (PostState.FAILED, 30),
        }
        for name, (state, hours) in moments.items():
            left = AT - timedelta(hours=hours)
            session.execute(sa.update(Post).where(Post.dedupe == name).values(state=state, finished_at=left))
        found = {one.stream: one for one in flow.departures(session, at=AT)}
    assert set(found) == set(Stream)
    assert found[Stream.ACCOUNT].last == AT - timedelta(hours=1)
    assert found[Stream.ACCOUNT].failed == 1
    assert found[Stream.LETTERS].last is None


def test_what_failed_of_a_letter_counts_in_all_of_its_shards(database: Database) -> None:
    with database.transaction() as session:
        session.add(Edition(list_name="weekly", number=1, state=EditionState.SENT, title="t", intro="", drafted_at=AT))
        session.flush()
        session.execute(
            sa.text("""
                INSERT INTO edition_shard (edition_id, destination, first_id, last_id, total, state, due_at, moved_at, sent, gone)
                SELECT edition.id, '', n, n, 3, 'done', :at, :at, 2, 1 FROM edition, generate_series(1, 40) AS n
            """),
            {"at": AT},
        )
        [letters] = [one for one in flow.departures(session, at=AT) if one.stream is Stream.LETTERS]
    assert (letters.last, letters.failed) == (AT, 40)


def test_received_mails_wait_or_are_stuck(database: Database) -> None:
    with database.transaction() as session:
        arrival = Arrival("smtp", "127.0.0.1", "helo", "a@b.example", b"x", [("aide@x", b"1"), ("aide@x", b"2")])
        first, _ = mailbag.store(session, arrival, at=AT)
        assert flow.mailbag(session) == Tray("mailbag", "received", 2, AT)
        assert flow.stuck(session).count == 0
        mail = mailbag.claim(session, first)
        assert mail is not None
        mailbag.stick(session, mail, "a traceback", at=AT)
    with database.transaction() as session:
        assert flow.mailbag(session).count == 1
        assert flow.stuck(session) == Tray("mailbag", "stuck", 1, AT)
