"""Posts that are refused: what a refusal says of the address, of us, and to whoever wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobboard import correspondence, outbox, suppression
from jobboard.bounces import Bounce, Source
from jobboard.clock import now
from jobboard.conversations import Conversation, Words
from jobboard.letters.account import Noted
from jobboard.letters.base import Stream
from jobboard.letters.staff import Alarm
from jobboard.outbox import Post, PostState
from jobboard.suppression import Severity
from mailer.delivery import Courier
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import candidate, publish, recruiter, staff
from tests.mailer.deliveries import Failing, note, offer_alert

NO_SUCH_USER = "550 5.1.1 no such user"
BLOCKED = "550 5.7.1 your address is on a block list"


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
