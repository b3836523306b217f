"""Letters on their way: what the next hop, the database or a broken template makes of a copy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import edition_reports, flow, recipients, shards
from jobboard.bounces import Bounce
from jobboard.clock import now
from jobboard.editions import Edition, EditionState
from jobboard.letters.base import Stream
from jobboard.recipients import Shard
from tests.conftest import make_settings
from tests.jobboard import approved_letters
from tests.mailer.deliveries import Failing, WatchedSink
from tests.mailer.letters_under_way import (
    DOMAINS,
    alarms,
    approved,
    counts,
    courier,
    in_an_hour,
    send,
    state_of,
    states,
)


def test_everybody_gets_one_copy_over_one_connection(house: Failing, sink: WatchedSink) -> None:
    edition_id = approved(house, 100)
    assert send(house) == 2
    assert Counter(mail.recipients[0] for mail in sink.mails) == {f"r{n}@{DOMAINS[n % 3]}": 1 for n in range(100)}
    assert len({mail.parsed["Message-ID"] for mail in sink.mails}) == 100
    assert sink.connections == 1
    report = counts(house, edition_id)
    assert (report.sent, report.missing) == (100, 0)
    with house.transaction() as session:
        [left] = [one for one in flow.departures(session, at=now()) if one.stream is Stream.LETTERS]
        assert left.last is not None
        assert left.failed == 0
        assert session.get_one(Edition, edition_id).state is EditionState.SENT
    assert send(house) == 0


@pytest.mark.parametrize("features", [("8BITMIME",), ("PIPELINING", "8BITMIME")], ids=["step-by-step", "together"])
def test_a_refused_recipient_is_her_own_matter(house: Failing, features: tuple[str, ...], sink: WatchedSink) -> None:
    sink.features = features
    edition_id = approved(house, 40)
    sink.answer("rcpt", "550 5.1.1 no such user", recipient="r3@courrier.example")
    sink.answer("body", "554 5.7.1 spam", recipient="r6@courrier.example")
    sink.answer("rcpt", "450 4.2.0 greylisted", recipient="r9@courrier.example")
    sink.answer("body", "452 4.2.2 full", recipient="r12@courrier.example")
    sink.answer("mail", "451 4.3.0 later", times=1)
    send(house)
    assert states(house) == {"sent": 35, "gone": 1, "failed": 1, "deferred": 3}
    assert state_of(house, "r3@courrier.example").reply == "rcpt: 550 5.1.1 no such user"
    with house.transaction() as session:
        assert sorted(session.scalars(sa.select(Bounce.severity))) == ["hard", "spam"]
    report = counts(house, edition_id)
    assert (report.gone, report.failed, report.deferred) == (1, 1, 3)
    sink.forget()
    assert send(house) == 0, "nothing is due yet"
    in_an_hour(house)
    send(house)
    assert states(house) == {"sent": 38, "gone": 1, "failed": 1}
    assert len(sink.mails) == 38


def test_an_address_that_no_wire_can_carry_holds_up_nobody(house: Failing, sink: WatchedSink) -> None:
    with house.transaction() as session:
        names = ["r1@courrier.example", "r\x7f2@courrier.example", "r3@courrier.example"]
        edition_id = approved_letters.approve(session, names).id
    send(house)
    assert [mail.recipients[0] for mail in sink.mails] == [names[0], names[2]]
    report = counts(house, edition_id)
    assert (report.sent, report.failed) == (2, 1)
    assert "broken-edition" not in alarms(house)


def test_a_server_that_waits_for_the_message_of_nobody_gets_a_lone_dot(house: Failing, sink: WatchedSink) -> None:
    approved(house, 10)
    sink.answer("rcpt", "550 5.1.1 no such user", recipient="r3@courrier.example")
    sink.answer("data", "354 go on", recipient="r3@courrier.example")
    send(house)
    assert states(house) == {"sent": 9, "gone": 1}
    assert sorted(len(mail.data) > 100 for mail in sink.mails) == [True] * 9


def test_one_domain_that_pushes_back_is_slowed_alone(house: Failing, sink: WatchedSink) -> None:
    """By 421 and goodbye, as RFC 5321 3.8 has it: the others leave over another connection."""
    edition_id = approved(house, 120)
    for n in range(2, 120, 3):
        sink.hang_up("rcpt", saying="421 4.7.0 too many mails from you", recipient=f"r{n}@lent.example")
    send(house)
    sent = Counter(mail.recipients[0].partition("@")[2] for mail in sink.mails)
    assert sent == {"courrier.example": 40, "gmail.com": 40}
    assert sum("lent.example" in command for command in sink.commands) <= 2, "one try, and one that was under way"
    with house.transaction() as session:
        [slow] = edition_reports.progress(session, session.get_one(Edition, edition_id), at=now()).slow
        assert (slow.destination, slow.deferred > 0, slow.reply[:8]) == ("lent.example", True, "rcpt: 42")
    counts(house, edition_id)
    sink.forget()
    assert send(house) == 0
    in_an_hour(house)
    send(house)
    assert states(house) == {"sent": 120}
    counts(house, edition_id)


def test_a_next_hop_that_cannot_be_had_marks_nobody(house: Failing, sink: WatchedSink) -> None:
    edition_id = approved(house, 10)
    sink.down()
    send(house)
    assert states(house) == {"queued": 10}
    sink.up()
    assert send(house) == 0, "it is left alone for a minute"
    in_an_hour(house)
    send(house)
    assert counts(house, edition_id).sent == 10


def test_a_connection_that_ends_between_two_mails_is_no_failure(house: Failing, sink: WatchedSink) -> None:
    approved(house, 40)
    sink.at, sink.on_keep = 20, lambda: sink.hang_up("mail", times=1)
    send(house)
    assert states(house) == {"sent": 40}
    assert sink.connections == 2
    assert len(sink.mails) == 40


def test_a_lost_answer_is_asked_for_again_under_the_same_message_id(house: Failing, sink: WatchedSink) -> None:
    approved(house, 10)
    sink.hang_up("body", times=1, keep=True)
    send(house)
    assert states(house) == {"sent": 9, "deferred": 1}
    in_an_hour(house)
    send(house)
    assert states(house) == {"sent": 10}
    assert len(sink.mails) == 11
    assert len({mail.parsed["Message-ID"] for mail in sink.mails}) == 10


def test_a_database_that_is_away_after_a_group_is_waited_for(house: Failing, sink: WatchedSink) -> None:
    edition_id = approved(house, 10)
    sink.at, sink.on_keep = 10, lambda: setattr(house, "away", 2)
    send(house)
    assert counts(house, edition_id).sent == 10
    assert len(sink.mails) == 10


def test_a_bug_in_what_follows_from_a_group_sends_nobody_a_second_copy(house: Failing, sink: WatchedSink) -> None:
    approved(house, 120)
    with house.transaction() as session:
        session.execute(sa.text("ALTER TABLE bounce ADD CONSTRAINT broken CHECK (false) NOT VALID"))
    sink.answer("rcpt", "550 5.1.1 no such user", recipient="r0@courrier.example")
    send(house)
    kept = states(house)
    assert (kept["sent"], kept["gone"]) == (len(sink.mails), 1), "the group was written down"
    assert kept["queued"] > 0, "its shard waits"
    assert "broken-edition" in alarms(house), "the staff know"
    with house.transaction() as session:
        session.execute(sa.text("ALTER TABLE bounce DROP CONSTRAINT broken"))
        session.execute(sa.update(Shard).values(due_at=now()))
    send(house)
    assert states(house) == {"sent": 119, "gone": 1}
    assert set(Counter(mail.recipients for mail in sink.mails).values()) == {1}


def test_a_letter_that_cannot_be_composed_leaves_to_nobody(
    house: Failing, sink: WatchedSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = approved(house, 10)
    with house.transaction() as session:
        session.execute(sa.update(Edition).values(intro="\ud800".encode("utf-8", "replace").decode()))
        number = session.get_one(Edition, edition_id).number
        session.execute(sa.text("ALTER TABLE offer RENAME COLUMN employer TO employed_by"))
    send(house)
    assert states(house) == {"queued": 10}
    assert sink.mails == ()
    assert alarms(house) == ["broken-edition"]
    assert number == 1
    with house.transaction() as session:
        session.execute(sa.text("ALTER TABLE offer RENAME COLUMN employed_by TO employer"))
    assert send(house) == 0, "it is looked at again later"
    in_an_hour(house)
    send(house)
    assert counts(house, edition_id).sent == 10


def test_storage_that_is_full_marks_nobody_as_sent(house: Failing, sink: WatchedSink, tmp_path: Path) -> None:
    """Of the next server, of the mailbox in HOME, of our database: in turn, and each is told or waited for."""
    edition_id = approved(house, 10)
    sink.answer("body", "452 4.3.1 insufficient system storage")
    sink.answer("body", "552 5.2.2 mailbox full", recipient="r3@courrier.example")
    send(house)
    assert states(house) == {"deferred": 9, "failed": 1}
    with house.transaction() as session:
        recipients.queue_missing(session, edition_id, at=now())
    sink.forget()
    sink.answer("body", "452 4.3.1 insufficient system storage")
    send(house)
    assert states(house) == {"deferred": 10}
    in_an_hour(house)

    (tmp_path / "full").write_text("no folder")
    smtp, house.settings = house.settings, make_settings(tmp_path, smtp_url=f"maildir:{tmp_path / 'full'}")
    send(house)
    assert states(house) == {"deferred": 10}
    in_an_hour(house)

    house.settings = smtp
    sink.forget()
    with house.transaction() as session:
        session.execute(sa.text("CREATE SEQUENCE tried"))
        session.execute(
            sa.text("""
                CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tried') < 3 THEN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END IF;
                    RETURN NEW;
                END $$
            """)
        )
        session.execute(
            sa.text(
                "CREATE TRIGGER full_disk BEFORE UPDATE ON edition_recipient FOR EACH ROW EXECUTE FUNCTION is_full()"
            )
        )
    send(house)
    assert counts(house, edition_id).sent == len(sink.mails) == 10, "what had left was written down when there was room"


def test_two_workers_share_the_shards(house: Failing, sink: WatchedSink) -> None:
    edition_id = approved(house, 30)
    with courier(house, 1) as one, courier(house, 2) as other:
        with house.transaction() as session:
            mine = shards.claim(session, 1, at=now())
            assert mine is not None
        assert other.drain() == 1
        with house.transaction() as session:
            shards.release(session, mine, at=now())
        assert one.drain() == 1
    assert counts(house, edition_id).sent == 30
    assert len(sink.mails) == 30
