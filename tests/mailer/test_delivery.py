"""Delivery: what a post becomes for each thing that the other side, the database or a bug can do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, correspondence, offers, outbox, people, signups, suppression
from jobboard.addresses import Addresses
from jobboard.bounces import Bounce, Source
from jobboard.clock import PARIS, now
from jobboard.contracts import Frequency
from jobboard.conversations import Conversation, Words
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.letters.account import Noted
from jobboard.letters.alerts import OfferAlert
from jobboard.letters.base import Stream
from jobboard.letters.staff import Alarm
from jobboard.outbox import Post, PostAttempt, PostState
from jobboard.people import Person
from jobboard.suppression import Severity
from mailer.delivery import Courier
from tests.conftest import make_settings
from tests.doors.smtp_conversation import Received
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import alert, candidate, publish, recruiter, staff

NO_SUCH_USER = "550 5.1.1 no such user"
BLOCKED = "550 5.7.1 your address is on a block list"


class WatchedSink(SmtpSink):
    """A sink that does something of the test's when DATA is heard, and when a mail is kept, before its 250."""

    on_data: Callable[[], None] | None = None
    on_keep: Callable[[], None] | None = None

    def hear(self, command: str) -> None:
        """Hear, then do."""
        super().hear(command)
        if command.upper() == "DATA" and self.on_data:
            self.on_data()

    def keep(self, mail: Received) -> None:
        """Keep, then do."""
        super().keep(mail)
        if self.on_keep:
            self.on_keep()


@pytest.fixture
def sink() -> Iterator[WatchedSink]:
    with WatchedSink() as running:
        yield running


class Failing(Database):
    """A database that is away for so many of the next transactions."""

    away = 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self.away:
            self.away -= 1
            raise TemporaryFailure("the database is away")
        with super().transaction() as session:
            yield session


@pytest.fixture
def house(database: Database, tmp_path: Path, sink: SmtpSink) -> Iterator[Failing]:
    """The database of the test with settings that deliver to the sink."""
    settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never", smtp_timeout_seconds=5)
    made = Failing(database.engine.url.render_as_string(hide_password=False), settings)
    yield made
    made.close()


@pytest.fixture
def courier(house: Failing) -> Iterator[Courier]:
    made = Courier(house, Addresses(house.settings), worker=7)
    yield made
    made.close()


def note(house: Database, *, title: str = "Comptable", **more: Any) -> tuple[Person, int]:
    """Post a small letter of account mail to somebody new."""
    with house.transaction() as session:
        person = candidate(session, at=now())
        post = outbox.post(session, Noted("withdrawn", title), to=person, dedupe=f"note:{person.id}", at=now(), **more)
        assert post is not None
        return person, post.id


def offer_alert(house: Database) -> tuple[Person, int]:
    """Post an alert with one offer to somebody new; returns her and the offer's id."""
    at = now()
    with house.transaction() as session:
        person, by = candidate(session, at=at), recruiter(session, at=at)
        alert(session, person, at=at)
        offer = publish(session, by, at=at)
        announcements.announce(session, offer.id, at=at)
        drop_others(session)
        return person, offer.id


def drop_others(session: Session) -> None:
    """Leave only alerts in the outbox: what else an announcement posts is not this test's matter."""
    session.execute(sa.delete(Post).where(Post.kind != OfferAlert.kind))


def the_post(house: Database, post_id: int | None = None) -> Post:
    """Return that post, or the only one."""
    with house.transaction() as session:
        query = sa.select(Post).where(Post.id == post_id) if post_id else sa.select(Post)
        return session.scalars(query).one()


def make_due(house: Database) -> None:
    """Let every back-off be over."""
    with house.transaction() as session:
        session.execute(sa.update(Post).values(due_at=now() - timedelta(seconds=1)))


def attempts(house: Database, post_id: int) -> list[str]:
    with house.transaction() as session:
        query = sa.select(PostAttempt.step).where(PostAttempt.post_id == post_id).order_by(PostAttempt.id)
        return list(session.scalars(query))


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


def test_two_refusals_of_the_recipient_stop_alerts_never_account_mail(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    person, _ = offer_alert(house)
    sink.answer("rcpt", NO_SUCH_USER, times=2)
    with house.transaction() as session:
        for number in range(2):
            outbox.post(session, Noted("withdrawn"), to=person, dedupe=f"a{number}", at=now())
    courier.drain(Stream.ACCOUNT)
    with house.transaction() as session:
        assert suppression.is_suppressed(session, person.address, Stream.ALERTS)
        assert session.scalars(sa.select(Post).where(Post.kind == Alarm.kind)).all() == []
    courier.drain(Stream.ALERTS)
    with house.transaction() as session:
        states = {post.kind: (post.state, post.reply) for post in session.scalars(sa.select(Post))}
        assert states["noted"][0] is PostState.FAILED
        assert states["offer_alert"] == (PostState.DROPPED, "the address refuses mail")
        outbox.post(session, Noted("withdrawn"), to=person, dedupe="asked", at=now())
    assert sink.mails == ()
    courier.drain(Stream.ACCOUNT)
    assert len(sink.to(person.address)) == 1
    with house.transaction() as session:
        assert not suppression.is_suppressed(session, person.address, Stream.ALERTS), "a mail that arrives clears it"
        kept = session.scalars(sa.select(Bounce)).all()
        assert [(one.severity, one.source, one.status) for one in kept] == [(Severity.HARD, Source.SMTP, "5.1.1")] * 2


@pytest.mark.parametrize(
    ("stage", "reply", "reason"),
    [
        ("rcpt", NO_SUCH_USER, "gone"),
        ("rcpt", "552 5.2.2 Over quota, says mx.secret.example", "full"),
        ("body", "552 5.3.4 Message size exceeds fixed limit", "too-big"),
        ("body", "554 5.7.1 taken for spam by mx.secret.example", "refused"),
    ],
)
def test_the_author_of_a_relayed_message_learns_in_words_why_it_was_refused(
    house: Failing, courier: Courier, sink: SmtpSink, stage: str, reply: str, reason: str
) -> None:
    with house.transaction() as session:
        zoe, by = candidate(session, at=now()), recruiter(session, at=now())
        offer = publish(session, by, at=now())
        application = correspondence.apply(session, offer, zoe, Words("Candidature", "Bonjour"), at=now())
        conversation = session.get_one(Conversation, application.conversation_id)
        correspondence.relay(session, conversation, by, Words("Re", "Venez"), at=now())
    sink.answer(stage, reply, recipient=zoe.address)
    courier.drain(Stream.RELAY)
    sink.forget()
    courier.drain(Stream.ACCOUNT)
    told = [mail for mail in sink.to(by.address) if b"X-Passerelle-Kind: message_not_delivered" in mail.data]
    assert len(told) == 1
    with house.transaction() as session:
        letter = session.scalars(sa.select(Post).where(Post.kind == "message_not_delivered")).one()
        assert letter.params["reason"] == reason
    for hidden in (zoe.address.encode(), b"secret", b"courrier.example", b"Over quota", b"fixed limit"):
        assert hidden not in told[0].data.split(b"\r\n\r\n", 1)[1]


def test_who_wrote_is_told_of_a_delay_after_a_day_and_of_giving_up(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    with house.transaction() as session:
        zoe, by = candidate(session, at=now()), recruiter(session, at=now())
        correspondence.apply(session, publish(session, by, at=now()), zoe, Words("Candidature", "Bonjour"), at=now())
        session.execute(sa.delete(Post).where(Post.kind != "application_received"))
        session.execute(sa.update(Post).values(due_at=now()))
    sink.answer("rcpt", "452 4.3.1 not now")

    def reasons(age: timedelta) -> list[str]:
        with house.transaction() as session:
            post = session.scalars(sa.select(Post).where(Post.kind == "application_received")).one()
            post.created_at, post.due_at = now() - age, now()
        courier.drain(Stream.RELAY)
        with house.transaction() as session:
            letters = session.scalars(sa.select(Post).where(Post.kind == "message_not_delivered").order_by(Post.id))
            return [one.params["reason"] for one in letters]

    assert reasons(timedelta(hours=2)) == []
    assert reasons(timedelta(hours=25)) == ["delay"]
    assert reasons(timedelta(hours=30)) == ["delay"]
    assert reasons(timedelta(days=6)) == ["delay", "unreachable"]


def test_a_full_mailbox_is_not_held_against_the_address(house: Failing, courier: Courier, sink: SmtpSink) -> None:
    person, _ = note(house)
    with house.transaction() as session:
        outbox.post(session, Noted("withdrawn"), to=person, dedupe="second", at=now())
    sink.answer("rcpt", "552 5.2.2 mailbox full")
    courier.drain(Stream.ACCOUNT)
    with house.transaction() as session:
        assert not suppression.is_suppressed(session, person.address, Stream.ALERTS)


def test_refusals_because_of_us_are_told_to_staff_once_an_hour_and_never_held_against_the_address(
    house: Failing, courier: Courier, sink: SmtpSink
) -> None:
    with house.transaction() as session:
        member = staff(session, at=now())
    addressees = [note(house)[0] for _ in range(3)]
    for person in addressees:
        sink.answer("body", BLOCKED, recipient=person.address)
    courier.drain(Stream.ACCOUNT)
    with house.transaction() as session:
        alarms = session.scalars(sa.select(Post).where(Post.kind == Alarm.kind)).all()
        assert 1 <= len(alarms) <= 2  # 2: an hour has struck meanwhile
        assert {alarm.person_id for alarm in alarms} == {member.id}
        assert alarms[0].params["what"] == "refused-by-us-policy"
        assert "block list" in alarms[0].params["facts"]["reply"]
        assert not any(suppression.is_suppressed(session, one.address, Stream.ALERTS) for one in addressees)


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
