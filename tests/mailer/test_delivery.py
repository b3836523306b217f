"""Delivery: what a post becomes for each thing that the other side, the database or a bug can do to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobboard import alerts, announcements, offers, outbox, people, signups
from jobboard.clock import PARIS, now
from jobboard.contracts import Frequency
from jobboard.errors import TemporaryFailure
from jobboard.letters.account import Noted
from jobboard.letters.base import Stream
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from mailer.delivery import Courier
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import alert, candidate, publish, recruiter
from tests.mailer.deliveries import Failing, WatchedSink, attempts, drop_others, make_due, note, offer_alert, the_post


def test_a_worker_that_is_stopped_begins_no_other_group(house: Failing, courier: Courier, sink: WatchedSink) -> None:
    for _ in range(2):
        note(house)
    sink.on_keep = courier.closing.set
    assert courier.drain(Stream.ACCOUNT) == 1
    assert len(sink.mails) == 1


def test_sending_is_committed_before_data_and_sent_after_the_250(
    house: Failing, courier: Courier, sink: WatchedSink
) -> None:
    person, post_id = note(house)
    seen: list[PostState] = []

    def look() -> None:
        seen.append(the_post(house, post_id).state)

    sink.on_data = sink.on_keep = look
    assert courier.drain(Stream.ACCOUNT) == 1
    post = the_post(house, post_id)
    assert seen == [PostState.SENDING, PostState.SENDING]
    assert (post.state, post.worker, post.attempts) == (PostState.SENT, None, 1)
    assert post.finished_at is not None
    assert attempts(house, post_id) == ["deliver"]
    [mail] = sink.to(person.address)
    assert mail.message_id == post.message_id
    assert mail.sender.startswith("v-")


def test_many_mails_leave_on_one_connection(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    everybody = [note(house)[0].address for _ in range(12)]
    assert courier.drain(Stream.ACCOUNT) == 12
    assert sorted(mail.recipients[0] for mail in sink.mails) == sorted(everybody)
    assert sink.connections == 1
    assert courier.drain(Stream.ACCOUNT) == 0
    assert len(sink.mails) == 12


def test_a_stream_is_drained_alone_and_what_is_not_due_waits(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    note(house, not_before=now() + timedelta(minutes=10))
    assert courier.drain(Stream.ACCOUNT) == 0
    make_due(house)
    assert courier.drain(Stream.ALERTS) == 0
    assert courier.drain(Stream.ACCOUNT) == 1
    assert len(sink.mails) == 1


def test_4xx_defers_with_a_growing_delay_and_is_given_up_after_five_days(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    _, post_id = note(house)
    sink.answer("rcpt", "451 4.3.0 later")
    for minutes in (1, 5, 15, 60, 60, 60):
        before = now()
        assert courier.drain(Stream.ACCOUNT) == 1
        post = the_post(house, post_id)
        assert post.state is PostState.DEFERRED
        waited = (post.due_at - before) / timedelta(minutes=1)
        assert 0.8 * minutes <= waited <= 1.2 * minutes + 0.2
        assert courier.drain(Stream.ACCOUNT) == 0, "not before its time"
        make_due(house)
    with house.transaction() as session:
        session.execute(sa.update(Post).values(created_at=now() - timedelta(days=5, minutes=1)))
    courier.drain(Stream.ACCOUNT)
    post = the_post(house, post_id)
    assert post.state is PostState.FAILED
    assert post.reply is not None
    assert post.reply.startswith("given up: ")
    assert sink.mails == ()


def test_delays_are_spread(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    ids = [note(house)[1] for _ in range(8)]
    sink.answer("rcpt", "451 4.3.0 later")
    courier.drain(Stream.ACCOUNT)
    posts = [the_post(house, post_id) for post_id in ids]
    gaps = {round((post.due_at - post.sending_at).total_seconds(), 1) for post in posts if post.sending_at}
    assert len(gaps) > 1


def test_a_deferred_mail_arrives_once_when_the_server_is_well_again(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    person, post_id = note(house)
    sink.answer("body", "451 4.3.0 later", times=1)
    courier.drain(Stream.ACCOUNT)
    make_due(house)
    courier.drain(Stream.ACCOUNT)
    assert attempts(house, post_id) == ["defer", "deliver"]
    assert len(sink.to(person.address)) == 1


def test_a_server_that_is_down_only_defers(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    person, post_id = note(house)
    sink.down()
    courier.drain(Stream.ACCOUNT)
    assert the_post(house, post_id).state is PostState.DEFERRED
    sink.up()
    make_due(house)
    courier.drain(Stream.ACCOUNT)
    assert len(sink.to(person.address)) == 1


def test_a_lost_250_sends_the_same_message_again_under_its_id(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    person, post_id = note(house)
    sink.hang_up("body", times=1, keep=True)
    courier.drain(Stream.ACCOUNT)
    assert the_post(house, post_id).state is PostState.DEFERRED
    make_due(house)
    courier.drain(Stream.ACCOUNT)
    first, second = sink.to(person.address)
    assert first.message_id == second.message_id == the_post(house, post_id).message_id
    assert the_post(house, post_id).state is PostState.SENT


def test_who_left_the_stream_meanwhile_gets_nothing(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    person, _ = offer_alert(house)
    with house.transaction() as session:
        signups.stop_stream(session, session.get_one(Person, person.id), people.ALERTS, how="x", key="k", at=now())
        drop_others(session)
    assert courier.drain(Stream.ALERTS) == 1
    assert sink.mails == ()
    post = the_post(house)
    assert (post.state, post.reply) == (PostState.DROPPED, "the person has left this stream")


def test_an_offer_that_closed_meanwhile_disappears_and_an_empty_alert_does_not_leave(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    at = now()
    with house.transaction() as session:
        person, by = candidate(session, at=at), recruiter(session, at=at)
        alert(session, person, at=at)
        alerts.change_frequency(session, person, Frequency.DAILY, at=at)
        closing = publish(session, by, title="Comptable partie", at=at)
        staying = publish(session, by, title="Comptable restée", at=at)
        for offer in (closing, staying):
            announcements.announce(session, offer.id, at=at)
        announcements.post_digests(session, PARIS, at, after=0, limit=1000, at=at)
        drop_others(session)
        offers.close(session, closing, by=by, filled=True, at=at)
    courier.drain(Stream.ALERTS)
    [mail] = sink.to(person.address)
    assert b"rest=C3=A9e" in mail.data
    assert b"partie" not in mail.data
    _, offer_id = offer_alert(house)
    with house.transaction() as session:
        offer = session.get_one(offers.Offer, offer_id)
        offers.close(session, offer, by=session.get_one(Person, offer.recruiter_id), filled=True, at=at)
    courier.drain(Stream.ALERTS)
    assert len(sink.mails) == 1
    with house.transaction() as session:
        assert session.scalars(sa.select(Post.reply).where(Post.state == PostState.DROPPED)).all() == [
            "nothing left to say"
        ]


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ("params", {}),
        ("kind", "no_such_letter"),
        ("params", {"what": 3, "title": None}),
    ],
)
def test_a_broken_letter_is_never_sent_and_stops_nobody_else(
    house: Failing, courier: Courier, sink: SmtpSink, changed: str, value: object
) -> None:
    _, broken = note(house)
    well, _ = note(house)
    with house.transaction() as session:
        session.execute(sa.update(Post).where(Post.id == broken).values({changed: value}))
    courier.drain(Stream.ACCOUNT)
    assert [mail.recipients for mail in sink.mails] == [(well.address,)]
    post = the_post(house, broken)
    assert post.state is PostState.DEFERRED
    assert post.due_at > now()
    assert post.reply


def test_what_has_left_is_recorded_when_the_database_is_back(
    house: Failing, courier: Courier, sink: WatchedSink
) -> None:
    person, post_id = note(house)

    def go_away() -> None:
        house.away = 2

    sink.on_keep = go_away
    courier.drain(Stream.ACCOUNT)
    assert the_post(house, post_id).state is PostState.SENT
    assert attempts(house, post_id) == ["deliver"]
    assert len(sink.to(person.address)) == 1


def test_a_database_that_is_away_before_the_claim_holds_mail_back(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    note(house)
    house.away = 1
    with pytest.raises(TemporaryFailure):
        courier.drain(Stream.ACCOUNT)
    assert sink.mails == ()
    assert courier.drain(Stream.ACCOUNT) == 1


def test_someone_erased_meanwhile_gets_nothing(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    person, _ = note(house)
    with house.transaction() as session:
        session.delete(session.get_one(Person, person.id))
    assert courier.drain(Stream.ACCOUNT) == 0
    assert sink.mails == ()


def test_a_letter_to_an_address_without_a_person_leaves(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    with house.transaction() as session:
        outbox.post(session, Noted("question-declined"), to="nouvelle@courrier.example", dedupe="n", at=now())
    courier.drain(Stream.ACCOUNT)
    assert len(sink.to("nouvelle@courrier.example")) == 1
