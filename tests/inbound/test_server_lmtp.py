from __future__ import annotations

import smtplib
import stat
from pathlib import Path

import pytest

from inbound.server import Limits, Stored, Verdict
from jobboard.errors import TemporaryFailure
from tests.doors.front_door import Peer, front_door

MAIL = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\nune ligne\r\n"


@pytest.fixture
def door():
    with front_door(url="lmtp://127.0.0.1:0") as running:
        yield running


def test_lmtp_has_its_own_greeting(door):
    with Peer(door, greet=False) as peer:
        assert peer.reply() == "220 passerelle.test LMTP"
        assert peer.ask("EHLO peer.example").startswith("500 5.5.1")
        assert peer.ask("HELO peer.example").startswith("500 5.5.1")
        assert peer.ask("MAIL FROM:<>").startswith("503 5.5.1 LHLO")
        assert peer.ask("LHLO peer.example").split("\n")[1] == "250-PIPELINING"
        assert peer.announce()[1].startswith("250")


def test_each_recipient_has_its_own_reply(door):
    outcomes = {
        "un@passerelle.test": (True, "250 2.0.0 kept as 1"),
        "deux@passerelle.test": (False, "552 5.2.2 full"),
        "trois@passerelle.test": (False, "450 4.7.1 later"),
        "quatre@passerelle.test": (True, "250 2.0.0 kept as 2"),
        "cinq@passerelle.test": (False, "250 contradictory"),
    }
    door.house.judge = lambda recipient, sender, peer: Verdict(550 if recipient.startswith("non") else 250)
    door.house.react = lambda envelope: [Stored(each, *outcomes[each]) for each in reversed(envelope.recipients)]
    with Peer(door) as peer:
        replies = peer.announce(
            "un@passerelle.test",
            "non@passerelle.test",
            "deux@passerelle.test",
            "trois@passerelle.test",
            "quatre@passerelle.test",
            "un@passerelle.test",
            "cinq@passerelle.test",
        )
        assert [reply[:3] for reply in replies] == ["250", "250", "550", "250", "250", "250", "250", "250"]
        peer.ask("DATA")
        peer.send(MAIL + b".\r\nNOOP\r\n")
        assert [peer.reply() for _ in range(7)] == [
            "250 2.0.0 kept as 1",
            "552 5.2.2 full",
            "450 4.7.1 later",
            "250 2.0.0 kept as 2",
            "250 2.0.0 kept as 1",
            "451 4.3.0 Reessayez dans quelques minutes / please try again in a few minutes",
            "250 2.0.0 ok",
        ]
    (mail,) = door.house.mails
    assert mail.door == "lmtp"
    assert len(mail.recipients) == 5


@pytest.mark.parametrize("failure", [TemporaryFailure("away"), RuntimeError("bug")])
def test_a_failing_store_is_told_to_each_recipient(door, failure):
    def fail(envelope):
        raise failure

    door.house.react = fail
    with Peer(door) as peer:
        peer.announce("un@passerelle.test", "deux@passerelle.test")
        peer.ask("DATA")
        peer.send(MAIL + b".\r\nNOOP\r\n")
        assert [peer.reply()[:9] for _ in range(3)] == ["451 4.3.0", "451 4.3.0", "250 2.0.0"]


@pytest.mark.parametrize(("body", "reply"), [(b"x" * 1500, "552 5.3.4"), (b"a: b\n.\n", "550-5.6.0")])
def test_a_refused_message_is_refused_for_each_recipient(body, reply):
    limits = Limits(message_octets=1000, grace_seconds=0)
    with front_door(url="lmtp://127.0.0.1:0", limits=limits) as door, Peer(door) as peer:
        peer.announce("un@passerelle.test", "deux@passerelle.test")
        peer.ask("DATA")
        peer.send(body + b"\r\n.\r\nNOOP\r\n")
        assert [peer.reply()[:9] for _ in range(3)] == [reply, reply, "250 2.0.0"]


def test_a_client_of_the_standard_library_delivers(door):
    with smtplib.LMTP("127.0.0.1", door.port, "peer.example") as client:
        refused = client.sendmail("lea@example.org", ["aide@passerelle.test"], MAIL)
    assert refused == {}
    assert [mail.content for mail in door.house.mails] == [MAIL]


def test_a_unix_socket_is_a_door_that_cleans_up(tmp_path: Path):
    path = tmp_path / "lmtp"
    for _ in range(2):
        with front_door(url=f"lmtp+unix:{path}") as door:
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
            with Peer(door) as peer:
                assert peer.deliver(MAIL).startswith("250")
        assert door.house.mails[0].peer == "unix"
        assert not path.exists()
