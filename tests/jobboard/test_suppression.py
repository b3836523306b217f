"""Addresses that refuse our mail, and strangers: who may still be written to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jobboard import suppression
from jobboard.db import Database
from jobboard.letters.base import Stream
from jobboard.suppression import AddressHealth, Severity
from tests.conftest import make_settings
from tests.jobboard.records import AT

ADDRESS = "Zoe@Courrier.example"


def refuse(database: Database, *severities: Severity, report: bool = False, at: datetime = AT) -> list[bool]:
    """Count refusals one after the other; returns for each whether it suppressed the address."""
    with database.transaction() as session:
        return [suppression.count(session, ADDRESS, one, "550", by_report=report, at=at) for one in severities]


def deliver(database: Database, at: datetime = AT) -> None:
    with database.transaction() as session:
        suppression.accepted(session, ADDRESS, at=at)


def is_suppressed(database: Database, stream: Stream = Stream.ALERTS) -> bool:
    with database.transaction() as session:
        return suppression.is_suppressed(session, ADDRESS.upper(), stream)


def test_the_second_refusal_stops_bulk_mail_and_nothing_that_was_asked_for(database: Database) -> None:
    assert refuse(database, Severity.HARD) == [False]
    assert not is_suppressed(database)
    assert refuse(database, Severity.HARD, Severity.HARD) == [True, False]
    assert {stream for stream in Stream if is_suppressed(database, stream)} == {Stream.ALERTS, Stream.LETTERS}
    with database.transaction() as session:
        assert not suppression.is_suppressed(session, "other@courrier.example", Stream.ALERTS)
        assert [one.address_key for one in suppression.suppressed(session, limit=5)] == [ADDRESS.lower()]
        assert suppression.count_suppressed(session) == 1


def test_a_250_takes_back_what_was_refused_in_the_dialogue(database: Database) -> None:
    refuse(database, Severity.HARD)
    deliver(database)
    refuse(database, Severity.HARD)
    assert not is_suppressed(database), "it counts from the beginning again"
    refuse(database, Severity.HARD)
    deliver(database)
    assert not is_suppressed(database)


def test_a_250_before_each_report_takes_nothing_back(database: Database) -> None:
    for day in range(2):
        deliver(database, AT + timedelta(days=day))
        refuse(database, Severity.HARD, report=True, at=AT + timedelta(days=day, minutes=5))
    assert is_suppressed(database)
    deliver(database, AT + timedelta(days=2))
    deliver(database, AT + timedelta(days=30))
    assert is_suppressed(database), "a suppression that rests on reports waits for the person"


@pytest.mark.parametrize(("days", "suppressed"), [(3, True), (4, False)])
def test_a_delivery_that_stands_clears_what_reports_said(database: Database, days: int, suppressed: bool) -> None:
    refuse(database, Severity.HARD, report=True)
    deliver(database, AT + timedelta(days=1))
    deliver(database, AT + timedelta(days=1 + days))
    refuse(database, Severity.HARD, report=True, at=AT + timedelta(days=6))
    assert is_suppressed(database) is suppressed


def test_soft_refusals_add_up_and_fade(database: Database) -> None:
    assert refuse(database, *[Severity.SOFT] * 4) == [False] * 4
    refuse(database, Severity.SOFT, at=AT + timedelta(days=30))
    with database.transaction() as session:
        assert session.get_one(AddressHealth, ADDRESS.lower()).score == pytest.approx(3.0)
    assert not is_suppressed(database)
    assert refuse(database, Severity.SOFT, Severity.SOFT, at=AT + timedelta(days=30)) == [False, True]


def test_a_full_mailbox_weighs_less_than_another_failure(database: Database) -> None:
    assert not any(refuse(database, *[Severity.FULL] * 9))
    assert refuse(database, Severity.FULL) == [True]


def test_a_permanent_refusal_of_long_ago_is_forgotten(database: Database) -> None:
    refuse(database, Severity.HARD, report=True)
    refuse(database, Severity.HARD, report=True, at=AT + timedelta(days=181))
    assert not is_suppressed(database)


@pytest.mark.parametrize("severity", sorted(set(Severity) - {Severity.HARD, Severity.SOFT, Severity.FULL}))
def test_what_is_about_us_or_about_the_mail_never_counts(database: Database, severity: Severity) -> None:
    refuse(database, *[severity] * 50)
    with database.transaction() as session:
        assert session.get(AddressHealth, ADDRESS.lower()) is None


def test_a_sign_of_life_lifts_everything(database: Database) -> None:
    refuse(database, Severity.HARD, Severity.HARD, report=True)
    with database.transaction() as session:
        assert suppression.lift(session, ADDRESS)
        assert not suppression.lift(session, ADDRESS)
    assert not is_suppressed(database)
    assert refuse(database, Severity.HARD) == [False]


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
