from __future__ import annotations

import itertools

import pytest

from inbound.server import Limits
from tests.doors.front_door import House, Peer, front_door

HEADER = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\n"
SECOND = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<aide@passerelle.test>\r\nDATA\r\nSubject: faux\r\n\r\nfaux\r\n.\r\n"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def running():
    with front_door() as door:
        yield door


@pytest.fixture
def door(running):
    running.house.mails.clear()
    return running


@pytest.fixture
def house(door) -> House:
    return door.house


LINE_ENDS = (b"\r\n", b"\n", b"\r")
FALSE_ENDS = [
    *(b"".join([left, b".", right]) for left, right in itertools.product(LINE_ENDS, LINE_ENDS)),
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\n.\r\x00\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\n.\n\n",
    b"\r\n. \r\n",
    b"\r\n.\t\r\n",
]
FALSE_ENDS.remove(b"\r\n.\r\n")


@pytest.mark.parametrize("false_end", FALSE_ENDS, ids=repr)
def test_no_false_end_splits_a_mail(door, house, false_end):
    with Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        peer.send(HEADER + b"un" + false_end + SECOND + b"NOOP\r\n")
        reply = peer.reply()
        # One mail, refused or kept whole up to the one true end; what follows that end are commands again.
        assert reply.startswith(("250 2.0.0 kept", "550-5.6.0"))
        assert peer.reply() == "250 2.0.0 ok"
        kept = [mail.content for mail in house.mails]
    whole = HEADER + b"un" + false_end + SECOND.removesuffix(b".\r\n")
    assert kept == ([whole.replace(b"\r\n.", b"\r\n")] if reply.startswith("250") else [])


@pytest.mark.parametrize("false_end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n"], ids=repr)
def test_a_lone_dot_between_other_line_ends_is_refused_with_a_reason(door, house, false_end):
    with Peer(door) as peer:
        reply = peer.deliver(HEADER + b"un" + false_end + b"deux")
    assert reply.startswith("550-5.6.0 Message refuse")
    assert "550 5.6.0 Message refused: bare CR or bare LF" in reply
    assert house.mails == []


@pytest.mark.parametrize(
    "body", [b"vieux\nlogiciel\nde mail", b"un\rdeux", b"NUL \x00 garde", b"latin \xe9\xa0", b"\x1a\x0c\x0b\x85"]
)
def test_odd_octets_in_the_text_are_kept_as_they_came(door, house, body):
    with Peer(door) as peer:
        assert peer.deliver(HEADER + body).startswith("250")
    assert house.mails[0].content == HEADER + body + b"\r\n"


@pytest.mark.parametrize("header", [b"Subject: a\nX: forged\r\n\r\n", b"Subject: a\rX: forged\r\n\r\n", b"A: b\n\n"])
def test_a_header_that_could_be_read_in_two_ways_is_refused(door, house, header):
    with Peer(door) as peer:
        assert peer.deliver(header + b"corps").startswith("550-5.6.0")
        assert peer.deliver(HEADER + b"corps").startswith("250")
    assert len(house.mails) == 1


@pytest.mark.parametrize("length", [998, 1001, 5000, 70_000, 300_000])
def test_long_lines_are_kept(door, house, length):
    body = b"x" * length + b"\r\n" + b"y" * length
    with Peer(door) as peer:
        assert peer.deliver(HEADER + body).startswith("250")
    assert house.mails[0].content == HEADER + body + b"\r\n"


def test_an_empty_mail_is_a_mail(door, house):
    with Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        peer.send(b".\r\n")
        assert peer.reply().startswith("250")
    assert house.mails[0].content == b""


def test_a_mail_that_arrives_octet_by_octet_is_the_same_mail(door, house):
    with Peer(door) as peer:
        for octet in b"MAIL FROM:<a@example.org>\r\nRCPT TO:<aide@passerelle.test>\r\nDATA\r\n":
            peer.send(bytes([octet]))
        assert [peer.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        for octet in HEADER + b"..un\r\n..\r\n.\r\n":
            peer.send(bytes([octet]))
        assert peer.reply().startswith("250")
    assert house.mails[0].content == HEADER + b".un\r\n.\r\n"


@pytest.mark.parametrize("cut", [b"", HEADER, HEADER + b"corps\r\n", HEADER + b"corps\r\n.", HEADER + b"corps\r\n.\r"])
def test_a_peer_that_hangs_up_within_a_mail_leaves_nothing(door, house, cut):
    with Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        peer.send(cut)
        peer.sock.shutdown(1)
        assert peer.reply() == ""
    assert house.mails == []


def test_a_mail_of_34_megabytes_goes_in_and_one_of_36_does_not(door, house):
    line = b"A" * 76 + b"\r\n"
    half_allowed = line * (17 * MEGABYTE // len(line))
    half_refused = line * (18 * MEGABYTE // len(line) + 1)
    with Peer(door) as peer:
        peer.announce(parameters=f" SIZE={34 * MEGABYTE}")
        peer.ask("DATA")
        peer.send(HEADER)
        peer.send(half_allowed)
        peer.send(half_allowed)
        peer.send(b".\r\n")
        assert peer.reply().startswith("250")
        (mail,) = house.mails
        assert len(mail.content) == len(HEADER) + 2 * len(half_allowed)
        assert mail.content.count(b"\n") == 3 + 2 * half_allowed.count(b"\n")

        assert peer.ask(f"MAIL FROM:<lea@example.org> SIZE={36 * MEGABYTE}").startswith("552 5.3.4")
        peer.announce()
        peer.ask("DATA")
        peer.send(half_refused)
        peer.send(half_refused)
        peer.send(b".\r\n")
        assert peer.reply().startswith("552 5.3.4")
        assert peer.deliver(HEADER).startswith("250")
    assert len(house.mails) == 2


def test_a_mail_without_end_is_cut_off():
    with front_door(limits=Limits(message_octets=10_000, grace_seconds=0)) as door, Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        peer.send(b"x" * 20_001 + b"\r\n" + b"x" * 200_000)
        assert peer.reply().startswith("552 5.3.4")
        assert peer.reply().startswith("421 4.7.0")
        assert door.house.mails == []
