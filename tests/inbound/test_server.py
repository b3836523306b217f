from __future__ import annotations

import logging
import smtplib
import threading
from email.message import EmailMessage

import pytest

from inbound.server import Envelope, Limits, Stored, Verdict
from jobboard.errors import TemporaryFailure
from tests.doors.front_door import FrontDoor, House, Peer, front_door, take_all, welcome

MAIL = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\nune ligne\r\n"


@pytest.fixture
def door():
    with front_door() as running:
        yield running


@pytest.fixture
def house(door: FrontDoor) -> House:
    return door.house


def test_a_mail_goes_in_as_it_was_sent(door, house):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "lea@example.org", "alertes@passerelle.test", "Recherche"
    message.set_content("Comptable à Nantes\n.\n..deux points\n", cte="8bit")
    with smtplib.SMTP("127.0.0.1", door.port, "pc-de-lea.example") as client:
        client.send_message(message)

    (mail,) = house.mails
    assert (mail.peer, mail.helo, mail.door) == ("127.0.0.1", "pc-de-lea.example", "smtp")
    assert (mail.sender, mail.recipients) == ("lea@example.org", ("alertes@passerelle.test",))
    assert mail.content == message.as_bytes().replace(b"\n", b"\r\n")


def test_banner_and_extensions_tell_the_domain_and_no_version(door):
    with Peer(door) as peer:
        assert peer.banner == "220 passerelle.test ESMTP"
        assert peer.extensions.split("\n") == [
            "250-passerelle.test",
            "250-PIPELINING",
            "250-SIZE 36700160",
            "250-8BITMIME",
            "250-ENHANCEDSTATUSCODES",
            "250 SMTPUTF8",
        ]
        assert peer.ask("HELO vieux.example") == "250 passerelle.test"
        assert "aiosmtpd" not in peer.ask("HELP").lower()


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("VRFY lea", "252 2.5.0"),
        ("EXPN equipe", "502 5.5.1"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
        ("STARTTLS", "502 5.5.1"),
        ("BDAT 5 LAST", "502 5.5.1"),
        ("NOOP", "250 2.0.0"),
        ("noop with words", "250 2.0.0"),
        ("RSET", "250 2.0.0"),
        ("HELP", "214 2.0.0"),
        ("EHLO", "501 5.5.4"),
        ("LHLO peer.example", "500 5.5.2"),
        ("BONJOUR", "500 5.5.2"),
        ("", "500 5.5.2"),
        ("RCPT TO:<alertes@passerelle.test>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("MAIL", "501 5.1.7"),
        ("MAIL lea@example.org", "501 5.1.7"),
        ("MAIL TO:<lea@example.org>", "501 5.1.7"),
        ("MAIL FROM:<lea@example.org", "501 5.1.7"),
        ("MAIL FROM:<lea>", "501 5.1.7"),
        ("MAIL FROM:<lea@example.org> SIZE=1000", "250 2.1.0"),
        ("MAIL FROM:<lea@example.org> SIZE=36700160", "250 2.1.0"),
        ("MAIL FROM:<lea@example.org> SIZE=36700161", "552 5.3.4"),
        ("MAIL FROM:<lea@example.org> SIZE=beaucoup", "501 5.5.4"),
        ("MAIL FROM:<lea@example.org> size=10 body=8bitmime smtputf8", "250 2.1.0"),
        ("MAIL FROM:<lea@example.org> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<lea@example.org> SMTPUTF8=1", "501 5.5.4"),
        ("MAIL FROM:<lea@example.org> RET=HDRS", "555 5.5.4"),
        ("MAIL FROM:<zoé@example.org>", "553 5.6.7"),
        ("MAIL FROM:<zoé@exämple.org> SMTPUTF8", "250 2.1.0"),
        ("MAIL FROM:<>", "250 2.1.0"),
        ("MAIL FROM: <lea@example.org>", "250 2.1.0"),
        ("mail from:lea@example.org", "250 2.1.0"),
        (f"MAIL FROM:<{'v' * 200}@example.org>", "250 2.1.0"),
        (f"MAIL FROM:<{'v' * 600}@example.org>", "501 5.1.7"),
        ("NOOP \x00", "501 5.5.2"),
        ("NOOP " + "x" * 5000, "500 5.5.2"),
        ("NOOP " + "x" * 300_000, "500 5.5.2"),
    ],
)
def test_every_command_has_its_reply(door, command, reply):
    with Peer(door) as peer:
        assert peer.ask(command).startswith(reply)
        assert peer.ask("NOOP").startswith("250")


def test_octets_that_are_no_utf8_are_refused_in_a_command(door):
    with Peer(door) as peer:
        peer.send(b"MAIL FROM:<zo\xe9@example.org>\r\n")
        assert peer.reply().startswith("501 5.5.2")
        assert peer.announce()[1].startswith("250")


def test_commands_have_their_order(door):
    with Peer(door, greet=False) as peer:
        assert peer.reply().startswith("220")
        assert peer.ask("MAIL FROM:<lea@example.org>").startswith("503 5.5.1")
        peer.ask("EHLO peer.example")
        assert peer.ask("MAIL FROM:<lea@example.org>").startswith("250")
        assert peer.ask("MAIL FROM:<>").startswith("503 5.5.1")
        assert peer.ask("DATA").startswith("503 5.5.1")
        assert peer.ask("RCPT TO:<alertes@passerelle.test>").startswith("250 2.1.5")
        assert peer.ask("DATA now").startswith("501")
        peer.ask("RSET")
        assert peer.ask("DATA").startswith("503 5.5.1")
        peer.announce()
        peer.ask("EHLO again.example")
        assert peer.ask("RCPT TO:<alertes@passerelle.test>").startswith("503 5.5.1")
        assert peer.ask("QUIT").startswith("221 2.0.0")
        assert peer.reply() == ""


def test_one_connection_delivers_several_mails(door, house):
    with Peer(door) as peer:
        for number in range(5):
            assert peer.deliver(MAIL + b"%d" % number) == "250 2.0.0 kept"
    assert [mail.content[-3:] for mail in house.mails] == [b"%d\r\n" % number for number in range(5)]


def test_a_bounce_has_the_null_sender(door, house):
    with Peer(door) as peer:
        peer.announce("v-abc@passerelle.test", sender="")
        peer.ask("DATA")
        peer.send(MAIL + b".\r\n")
        assert peer.reply().startswith("250")
    assert house.mails[0].sender == ""
    assert house.asked == [("v-abc@passerelle.test", "", "127.0.0.1")]


def test_the_house_is_asked_in_threads_never_on_the_event_loop(door, house):
    with Peer(door) as peer:
        peer.deliver(MAIL)
    assert {name.rpartition("_")[0] for name in house.threads} == {"door-check", "door-store"}


def test_the_verdict_is_the_reply_to_rcpt(door, house):
    verdicts = {
        "close@passerelle.test": Verdict(550, "5.7.1 Cette offre est close — « désolé »\nThis offer is closed"),
        "vite@passerelle.test": Verdict(450, "4.7.1 trop vite"),
        "ailleurs@example.org": Verdict(550, "5.7.1 relay denied"),
        "bon@passerelle.test": Verdict(250, "2.1.5 bienvenue"),
        "faux@passerelle.test": Verdict(299, "nonsense"),
    }
    house.judge = lambda recipient, sender, peer: verdicts[recipient]
    with Peer(door) as peer:
        _, *said = peer.announce(*verdicts)
        peer.ask("RSET")
        accented = peer.announce("close@passerelle.test", parameters=" SMTPUTF8")[1]
    assert said == [
        '550-5.7.1 Cette offre est close - " desole "\n550 5.7.1 This offer is closed',
        "450 4.7.1 trop vite",
        "550 5.7.1 relay denied",
        "250 2.1.5 bienvenue",
        said[4],
    ]
    assert said[4].startswith("451 4.3.0")
    assert accented.startswith("550-5.7.1 Cette offre est close — « désolé »\n")


def test_a_long_verdict_is_folded_into_lines_that_every_peer_can_read(door, house):
    house.judge = lambda recipient, sender, peer: Verdict(550, "5.7.1 " + "votre message n'a pas ete transmis " * 40)
    with Peer(door) as peer:
        lines = peer.announce()[1].split("\n")
    assert len(lines) > 3
    assert all(line.startswith("550") and line[4:10] == "5.7.1 " and len(line) <= 510 for line in lines)


def test_refused_recipients_do_not_get_the_mail(door, house):
    house.judge = lambda recipient, sender, peer: Verdict(250 if recipient.startswith("a") else 550, "")
    with Peer(door) as peer:
        assert peer.deliver(MAIL, "non@passerelle.test", "aide@passerelle.test").startswith("250")
        assert [reply[:3] for reply in peer.announce("non@passerelle.test")] == ["250", "550"]
        assert peer.ask("DATA").startswith("503 5.5.1")
    assert [mail.recipients for mail in house.mails] == [("aide@passerelle.test",)]


def test_sixty_recipients_are_one_mail_and_one_hundred_are_the_most(door, house):
    sixty = [f"r-{number}@passerelle.test" for number in range(60)]
    with Peer(door) as peer:
        assert peer.deliver(MAIL, *sixty).startswith("250")
        replies = peer.announce(*[f"r-{number}@passerelle.test" for number in range(101)])
        assert replies[-2].startswith("250")
        assert replies[-1].startswith("452 4.5.3")
    assert house.mails[0].recipients == tuple(sixty)


def test_a_recipient_named_twice_gets_one_mail(door, house):
    with Peer(door) as peer:
        assert peer.deliver(MAIL, "aide@passerelle.test", "aide@passerelle.test").startswith("250")
    assert house.mails[0].recipients == ("aide@passerelle.test",)


def test_a_recipient_arrives_in_the_form_that_the_house_compares(door, house):
    with Peer(door) as peer:
        peer.announce('"Alertes"@PASSERELLE.Test.', "@relais.example:aide@passerelle.test", "postmaster")
    assert [recipient for recipient, _, _ in house.asked] == [
        "Alertes@passerelle.test",
        "aide@passerelle.test",
        "postmaster@passerelle.test",
    ]


def test_a_burst_of_pipelined_commands_is_answered_in_order(door, house):
    house.judge = lambda recipient, sender, peer: Verdict(550, "5.1.1 no") if "non" in recipient else Verdict(250)
    with Peer(door) as peer:
        peer.send(
            b"MAIL FROM:<a@example.org>\r\nRCPT TO:<aide@passerelle.test>\r\nRCPT TO:<non@passerelle.test>\r\nDATA\r\n"
        )
        assert [peer.reply()[:3] for _ in range(4)] == ["250", "250", "550", "354"]
        # The next mail follows the dot in the same write, as our own sender does it.
        peer.send(MAIL + b".\r\nMAIL FROM:<b@example.org>\r\nRCPT TO:<stop@passerelle.test>\r\nDATA\r\n")
        assert [peer.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        peer.send(b".\r\nQUIT\r\nNOOP\r\n")
        assert [peer.reply()[:3] for _ in range(3)] == ["250", "221", ""]
    assert [(mail.sender, mail.recipients, mail.content) for mail in house.mails] == [
        ("a@example.org", ("aide@passerelle.test",), MAIL),
        ("b@example.org", ("stop@passerelle.test",), b""),
    ]


def test_a_peer_that_closes_its_side_early_is_answered_to_the_end(door, house):
    with Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        peer.send(MAIL + b".\r\nQUIT\r\n")
        peer.sock.shutdown(1)
        assert [peer.reply()[:3] for _ in range(3)] == ["250", "221", ""]
    assert len(house.mails) == 1


def test_250_comes_after_the_store_has_returned_and_others_are_served_meanwhile(door, house):
    inside, go_on = threading.Event(), threading.Event()

    def slowly(envelope: Envelope):
        inside.set()
        assert go_on.wait(20)
        return take_all(envelope)

    house.react = slowly
    with Peer(door) as slow:
        slow.announce()
        slow.ask("DATA")
        slow.send(MAIL + b".\r\n")
        assert inside.wait(20)
        with Peer(door) as other:  # banner, EHLO and a checked recipient, while the store holds its thread
            assert other.announce()[1].startswith("250")
        slow.sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            slow.sock.recv(1)
        slow.sock.settimeout(20)
        go_on.set()
        assert slow.sock.recv(3) == b"250"


def test_a_house_that_is_away_gets_the_mail_at_the_next_try(door, house):
    down = [True, True]

    def away(*_: str) -> Verdict:
        if down[0]:
            raise TemporaryFailure("database away")
        return Verdict(250)

    def store(envelope: Envelope):
        if down[1]:
            raise TemporaryFailure("database away")
        return take_all(envelope)

    house.judge, house.react = away, store
    with Peer(door) as peer:
        assert peer.announce()[1].startswith("451 4.3.0")
        down[0] = False
        peer.ask("RSET")
        assert peer.deliver(MAIL).startswith("451 4.3.0")
        assert house.mails == []
        down[1] = False
        assert peer.deliver(MAIL).startswith("250")
    assert len(house.mails) == 1


def test_a_bug_in_the_house_is_451_is_logged_without_addresses_and_spares_the_connection(door, house, caplog):
    def broken_check(recipient: str, *_: str) -> Verdict:
        raise KeyError(recipient)

    def broken_store(envelope: Envelope):
        try:
            raise ValueError(f"bad row\nDETAIL: ({envelope.content!r})")
        except ValueError as error:
            raise RuntimeError(f"no <{envelope.sender}> here") from error

    with caplog.at_level(logging.DEBUG), Peer(door) as peer:
        house.judge = broken_check
        assert peer.announce()[1].startswith("451 4.3.0")
        house.judge = welcome
        house.react = broken_store
        peer.ask("RSET")
        assert peer.deliver(MAIL).startswith("451 4.3.0")
        house.react = take_all
        assert peer.deliver(MAIL).startswith("250")
    assert "broken_check" in caplog.text
    assert "broken_store" in caplog.text
    assert "RuntimeError: no <…@…> here" in caplog.text
    assert "ValueError: bad row\nthen:" in caplog.text
    assert "mail.received connection=" in caplog.text
    assert {record.name for record in caplog.records} <= {"passerelle.inbound", "asyncio"}
    assert "@example" not in caplog.text
    assert "@passerelle" not in caplog.text
    assert "une ligne" not in caplog.text


@pytest.mark.parametrize(
    ("stored", "reply"),
    [
        ((True, True), "250 2.0.0 kept as 1"),
        ((True, False), "451 4.3.0"),
        ((False, False), "451 4.3.0"),
        ((True,), "451 4.3.0"),
    ],
)
def test_smtp_has_one_reply_for_all_recipients(door, house, stored, reply):
    def some(envelope: Envelope):
        return [
            Stored(recipient, ok, "250 2.0.0 kept as 1" if ok else "550 5.2.2 full")
            for recipient, ok in zip(envelope.recipients, stored, strict=False)
        ]

    house.react = some
    with Peer(door) as peer:
        assert peer.deliver(MAIL, "aide@passerelle.test", "stop@passerelle.test").startswith(reply)


def test_a_stored_outcome_never_contradicts_its_reply(door, house):
    house.react = lambda envelope: [Stored(envelope.recipients[0], True, "")]
    with Peer(door) as peer:
        assert peer.deliver(MAIL).startswith("250 2.0.0")


def test_the_limit_of_size_is_the_one_announced():
    with front_door(limits=Limits(message_octets=1000, grace_seconds=0)) as door, Peer(door) as peer:
        assert "250-SIZE 1000" in peer.extensions
        assert peer.deliver(b"x" * 998).startswith("250")
        assert peer.deliver(b"x" * 999).startswith("552 5.3.4")
        assert peer.deliver(b"x" * 998).startswith("250")
        assert len(door.house.mails) == 2
