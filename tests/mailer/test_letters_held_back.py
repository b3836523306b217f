"""Letters held back on their way: readers who leave, staff who pause, a worker that is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from jobboard import edition_reports, editions, people, shards
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition
from jobboard.people import Person, Subscription
from mailer import letter_courier
from tests.jobboard.records import staff
from tests.mailer.deliveries import Failing, WatchedSink
from tests.mailer.letters_under_way import (
    approved,
    counts,
    courier,
    send,
)


def test_who_leaves_while_the_letter_leaves_gets_nothing_afterwards(house: Failing, sink: WatchedSink) -> None:
    """Everybody who has not had a copy yet unsubscribes: only what was in a hand still comes, 32 at most."""
    edition_id = approved(house, 150)
    sink.at, sink.on_keep = 40, lambda: leave_all(house, sink)
    send(house)
    assert 40 <= len(sink.mails) <= 64, "the group that was in hand"
    report = counts(house, edition_id)
    assert (report.sent, report.skipped) == (len(sink.mails), 150 - len(sink.mails))


def leave_all(house: Failing, sink: WatchedSink) -> None:
    """Have everybody who has not had a copy yet unsubscribe."""
    had = {mail.recipients[0] for mail in sink.mails}
    with Database.transaction(house) as session:
        for subscription in session.scalars(sa.select(Subscription).join(Person).where(Person.address.not_in(had))):
            people.unsubscribe(session, subscription, how="test", at=now())


def pause_all(house: Failing, sink: WatchedSink) -> None:
    """Pause every edition."""
    with Database.transaction(house) as session:
        for edition in session.scalars(sa.select(Edition)):
            editions.pause(session, edition, by=None, at=now())


def forget_all(house: Failing, sink: WatchedSink) -> None:
    """Forget everybody who has not had a copy yet."""
    had = {mail.recipients[0] for mail in sink.mails}
    with Database.transaction(house) as session:
        session.execute(
            sa.delete(Subscription).where(
                Subscription.person_id.in_(sa.select(Person.id).where(Person.address.not_in(had)))
            )
        )


@pytest.mark.parametrize(
    ("happens", "waiting", "skipped"),
    [(leave_all, False, True), (pause_all, True, False), (forget_all, False, True)],
    ids=["left", "paused", "forgotten"],
)
def test_what_happens_while_a_slow_server_takes_a_group_holds_the_rest_of_it_back(
    house: Failing,
    sink: WatchedSink,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Failing, WatchedSink], None],
    waiting: bool,
    skipped: bool,
) -> None:
    """Here every mail is asked for again, as a slow server has it: what is on the wire still comes, and nothing more."""
    monkeypatch.setattr(letter_courier, "ASK_AGAIN_SECONDS", 0.0)
    edition_id = approved(house, 100)
    sink.at, sink.on_keep = 40, lambda: happens(house, sink)
    send(house)
    assert 40 <= len(sink.mails) <= 42
    with house.transaction() as session:
        report = edition_reports.report(session, session.get_one(Edition, edition_id))
    assert report.sent in (len(sink.mails), len(sink.mails) - 1), "who was forgotten with hers on the wire has no row"
    rest = 100 - report.sent
    assert (report.waiting, report.skipped) == (rest * waiting, rest * skipped)


def test_a_database_that_is_away_in_the_middle_of_a_group_holds_nobody_back(
    house: Failing, sink: WatchedSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_courier, "ASK_AGAIN_SECONDS", 0.0)
    edition_id = approved(house, 100)
    sink.at, sink.on_keep = 40, lambda: setattr(house, "away", 5)
    send(house)
    assert Counter(mail.recipients[0] for mail in sink.mails).most_common(1)[0][1] == 1
    assert counts(house, edition_id).sent == len(sink.mails) == 100


def test_a_pause_stops_it_and_resuming_goes_on_where_it_stood(house: Failing, sink: WatchedSink) -> None:
    edition_id = approved(house, 200)

    def pause() -> None:
        with Database.transaction(house) as session:
            editions.pause(session, session.get_one(Edition, edition_id), by=None, at=now())

    sink.at, sink.on_keep = 70, pause
    send(house)
    assert 70 <= len(sink.mails) < 70 + shards.GROUP
    paused = len(sink.mails)
    assert send(house) == 0
    assert counts(house, edition_id).waiting == 200 - paused
    with house.transaction() as session:
        editions.resume(session, session.get_one(Edition, edition_id), by=staff(session), at=now())
    send(house)
    assert len(sink.mails) == len({mail.recipients for mail in sink.mails}) == 200
    assert counts(house, edition_id).sent == 200


def test_a_worker_that_is_stopped_finishes_its_mail_and_leaves_the_rest_to_the_others(
    house: Failing, sink: WatchedSink
) -> None:
    edition_id = approved(house, 150)
    with courier(house) as one:
        sink.at, sink.on_keep = 40, one.closing.set
        assert one.drain() == 1
        assert one.drain() == 0
    assert 40 <= len(sink.mails) <= 42, "the envelope behind a body is said with it"
    assert counts(house, edition_id).sent == len(sink.mails)
    with courier(house, 8) as other:
        other.drain()
    assert len(sink.mails) == counts(house, edition_id).sent == 150
