from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest

from inbound.server import Limits
from tests.doors.front_door import Peer, front_door, take_all

MAIL = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\nune ligne\r\n"
# In one write: what a busy machine makes of the time between two of ours is not what is tested.
UNTIL_DATA = b"EHLO a.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<aide@passerelle.test>\r\nDATA\r\n"
LIMITS = Limits(grace_seconds=0)


def hears_nothing(peer: Peer) -> bool:
    """Tell whether no reply is there; only ever right or too early, never wrong about a reply that came."""
    peer.sock.settimeout(0.05)
    try:
        return not peer.sock.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return True
    finally:
        peer.sock.settimeout(20)


def test_two_hundred_of_three_hundred_connections_are_served_and_the_others_told():
    with front_door(limits=LIMITS) as door, ExitStack() as stack:
        peers = [stack.enter_context(Peer(door, greet=False)) for _ in range(300)]
        banners = [peer.reply()[:9] for peer in peers]
        assert banners.count("220 passe") == 200
        assert banners.count("421 4.3.2") == 100
        seated = [peer for peer, banner in zip(peers, banners, strict=True) if banner.startswith("220")]
        for peer in seated:
            peer.send(b"EHLO a.example\r\n")
        for peer in seated:
            peer.reply()
            assert peer.deliver(MAIL).startswith("250")
        assert len(door.house.mails) == 200
        for peer in seated:
            assert peer.ask("QUIT").startswith("221")
            assert peer.reply() == ""
        with Peer(door) as late:
            assert late.banner.startswith("220")


def test_one_peer_gets_its_share_unless_it_is_spared():
    limits = replace(LIMITS, connections_per_peer=2, unlimited_peers=())
    with front_door(limits=limits) as door, Peer(door) as one, Peer(door) as two:
        assert [one.banner[:3], two.banner[:3]] == ["220", "220"]
        with Peer(door) as three:
            assert three.banner.startswith("421 4.7.0")
            assert three.reply() == ""
        assert one.ask("QUIT").startswith("221")
        assert one.reply() == ""
        with Peer(door) as four:
            assert four.banner.startswith("220")


@pytest.mark.parametrize(
    ("limits", "junk", "replies"),
    [
        (replace(LIMITS, errors=3), b"EXPN a\r\n" * 3, ["502", "502", "502", "421"]),
        (replace(LIMITS, unknown_commands=2), b"GET / HTTP/1.1\r\nHost: a\r\n", ["500", "500", "421"]),
        (replace(LIMITS, commands=4), b"NOOP\r\n" * 3, ["250", "250", "250", "421"]),
    ],
)
def test_nothing_is_done_after_the_421_of_a_limit(limits, junk, replies):
    with front_door(limits=limits) as door, Peer(door) as peer:
        peer.send(junk + b"MAIL FROM:<a@example.org>\r\nRCPT TO:<aide@passerelle.test>\r\n")
        assert [peer.reply()[:3] for _ in range(len(replies) + 1)] == [*replies, ""]
        assert door.house.asked == []


def test_a_silent_peer_is_sent_away():
    with front_door(limits=replace(LIMITS, idle_seconds=0.2)) as door:
        with Peer(door, greet=False) as peer:
            assert [peer.reply()[:9] for _ in range(3)] == ["220 passe", "421 4.4.2", ""]
        with Peer(door, greet=False) as peer:
            peer.send(UNTIL_DATA + MAIL)
            assert [peer.reply()[:3] for _ in range(7)] == ["220", "250", "250", "250", "354", "421", ""]
        assert door.house.mails == []


def test_a_mail_must_end_in_its_time_however_busy_the_peer_is():
    with front_door(limits=replace(LIMITS, data_seconds=0.2)) as door, Peer(door) as peer:
        peer.announce()
        peer.ask("DATA")
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.02):
                try:
                    peer.send(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            assert peer.reply().startswith("421 4.4.2")
        finally:
            stop.set()
            dripping.join()


def test_a_slow_house_is_no_idle_peer():
    def slowly(envelope):
        time.sleep(0.4)
        return take_all(envelope)

    with front_door(limits=replace(LIMITS, idle_seconds=0.2)) as door, Peer(door, greet=False) as peer:
        door.house.react = slowly
        peer.send(UNTIL_DATA + MAIL + b".\r\nQUIT\r\n")
        assert [peer.reply()[:3] for _ in range(7)] == ["220", "250", "250", "250", "354", "250", "221"]


def test_an_old_connection_is_closed_between_two_mails():
    with front_door(limits=replace(LIMITS, connection_seconds=0.5)) as door, Peer(door, greet=False) as peer:
        peer.send(UNTIL_DATA + MAIL)
        assert [peer.reply()[:3] for _ in range(5)] == ["220", "250", "250", "250", "354"]
        time.sleep(0.7)
        peer.send(b".\r\n")
        assert [peer.reply()[:9] for _ in range(3)] == ["250 2.0.0", "421 4.4.2", ""]


def test_a_peer_that_does_not_read_is_cut_off():
    limits = replace(LIMITS, idle_seconds=0.2, commands=10_000_000)
    with front_door(limits=limits) as door, Peer(door) as peer:
        # More than all buffers between us hold: the door stops reading us, then drops us.
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            peer.send(b"EHLO a.example\r\n" * 4_000_000)
        with Peer(door) as other:
            assert other.deliver(MAIL).startswith("250")


LARGE = replace(LIMITS, large_octets=1000, large_at_once=1)


def test_large_mails_wait_for_their_place_before_354():
    with front_door(limits=LARGE) as door, Peer(door) as one, Peer(door) as two, Peer(door) as small:
        one.announce(parameters=" SIZE=2000")
        assert one.ask("DATA").startswith("354")
        two.announce(parameters=" SIZE=2000")
        two.send(b"DATA\r\n")
        assert small.deliver(MAIL).startswith("250")
        assert hears_nothing(two)
        one.send(b"x" * 2000 + b"\r\n.\r\n")
        assert one.reply().startswith("250")
        assert two.reply().startswith("354")
        two.send(b"y" * 2000 + b"\r\n.\r\n")
        assert two.reply().startswith("250")


def test_large_mails_that_wait_too_long_are_asked_to_come_again():
    with front_door(limits=replace(LARGE, large_wait_seconds=0.05)) as door, Peer(door) as one, Peer(door) as two:
        one.announce(parameters=" SIZE=2000")
        assert one.ask("DATA").startswith("354")
        two.announce(parameters=" SIZE=2000")
        assert two.ask("DATA").startswith("452 4.3.1")
        two.ask("RSET")
        assert two.deliver(b"undeclared " * 200).startswith("452 4.3.1")
        assert two.deliver(MAIL).startswith("250")
        one.send(b"x" * 2000 + b"\r\n.\r\n")
        assert one.reply().startswith("250")
        assert two.deliver(b"undeclared " * 200).startswith("250")


def test_a_peer_that_hangs_up_frees_the_place_of_its_large_mail():
    with front_door(limits=LARGE) as door, Peer(door) as two:
        two.announce(parameters=" SIZE=2000")
        with Peer(door) as one:
            one.announce(parameters=" SIZE=2000")
            assert one.ask("DATA").startswith("354")
            two.send(b"DATA\r\n")
            assert hears_nothing(two)
        assert two.reply().startswith("354")


def test_the_place_is_taken_as_long_as_the_mail_is_being_stored():
    inside, go_on = threading.Event(), threading.Event()

    def slowly(envelope):
        inside.set()
        assert go_on.wait(20)
        return take_all(envelope)

    with front_door(limits=LARGE) as door, Peer(door) as two:
        door.house.react = slowly
        with Peer(door) as one:
            one.announce(parameters=" SIZE=2000")
            one.ask("DATA")
            one.send(b"x" * 2000 + b"\r\n.\r\n")
            assert inside.wait(20)
            # The peer is gone with a reset: its dialogue ends, the storing does not.
            one.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        two.announce(parameters=" SIZE=2000")
        two.send(b"DATA\r\n")
        assert hears_nothing(two)
        go_on.set()
        assert two.reply().startswith("354")
        assert len(door.house.mails) == 1


def test_a_refused_large_mail_gives_its_place_up_before_its_end():
    with front_door(limits=replace(LARGE, message_octets=100_000)) as door, Peer(door) as one, Peer(door) as two:
        one.announce(parameters=" SIZE=2000")
        assert one.ask("DATA").startswith("354")
        one.send(b"x" * 150_000)  # too large already, and not at its end
        two.announce(parameters=" SIZE=2000")
        assert two.ask("DATA").startswith("354")
