"""Addresses that refuse our mail, and strangers: who may still be written to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from jobboard import suppression
from jobboard.db import Database
from jobboard.letters.base import Stream
from tests.conftest import make_settings
from tests.jobboard.records import AT

ADDRESS = "Zoe@Courrier.example"


def test_the_second_refusal_stops_bulk_mail_and_a_delivery_clears_it(database: Database) -> None:
    with database.transaction() as session:
        suppression.refused(session, ADDRESS, "550 5.1.1", at=AT)
        assert not suppression.is_suppressed(session, ADDRESS, Stream.ALERTS)
    with database.transaction() as session:
        suppression.refused(session, ADDRESS.lower(), "550 5.1.1", at=AT)
    with database.transaction() as session:
        suppressed = {stream for stream in Stream if suppression.is_suppressed(session, ADDRESS.upper(), stream)}
        assert suppressed == {Stream.ALERTS, Stream.LETTERS}
        assert not suppression.is_suppressed(session, "other@courrier.example", Stream.ALERTS)
    with database.transaction() as session:
        suppression.accepted(session, ADDRESS, at=AT)
    with database.transaction() as session:
        assert not suppression.is_suppressed(session, ADDRESS, Stream.ALERTS)
        suppression.refused(session, ADDRESS, "550 5.1.1", at=AT)
    with database.transaction() as session:
        assert not suppression.is_suppressed(session, ADDRESS, Stream.ALERTS), "it counts from the beginning again"


def test_a_delivery_in_between_starts_the_count_anew(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            suppression.refused(session, ADDRESS, "550 5.1.1", at=AT)
            suppression.accepted(session, ADDRESS, at=AT)
    with database.transaction() as session:
        assert not suppression.is_suppressed(session, ADDRESS, Stream.LETTERS)


def test_a_stranger_is_answered_once_a_day(database: Database) -> None:
    with database.transaction() as session:
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT)
        assert not suppression.may_answer_stranger(session, ADDRESS.lower(), at=AT + timedelta(hours=23, minutes=59))
        assert suppression.may_answer_stranger(session, "other@courrier.example", at=AT)
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT + timedelta(days=1))
        assert not suppression.may_answer_stranger(session, ADDRESS, at=AT + timedelta(days=1, hours=1))


def test_who_shows_that_the_mailbox_is_hers_is_no_stranger(database: Database) -> None:
    with database.transaction() as session:
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT)
        suppression.forgive_stranger(session, ADDRESS.upper())
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT)


def test_a_mail_that_was_not_written_in_the_end_does_not_count(database: Database) -> None:
    with database.session() as session:
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT)
        session.rollback()
    with database.transaction() as session:
        assert suppression.may_answer_stranger(session, ADDRESS, at=AT)


def test_two_mails_at_once_get_one_answer(database: Database) -> None:
    def ask(_: int) -> bool:
        with database.transaction() as session:
            return suppression.may_answer_stranger(session, ADDRESS, at=AT)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(ask, range(4))) == [False, False, False, True]


def test_strangers_together_have_a_cap_an_hour(database: Database, tmp_path: Path) -> None:
    capped = Database(
        database.engine.url.render_as_string(hide_password=False), make_settings(tmp_path, strangers_per_hour=3)
    )
    with capped.transaction() as session:
        answered = [suppression.may_answer_stranger(session, f"s{n}@courrier.example", at=AT) for n in range(5)]
        assert answered == [True, True, True, False, False]
        later = AT + timedelta(hours=1, seconds=1)
        assert suppression.may_answer_stranger(session, "s4@courrier.example", at=later)
    capped.close()
