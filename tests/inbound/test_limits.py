from __future__ import annotations

from inbound.limits import Limits, Seats, plain_peer


def test_seats_are_counted_per_peer_and_in_all():
    seats = Seats(Limits(connections=4, connections_per_peer=2))
    assert [seats.take("192.0.2.1"), seats.take("192.0.2.1")] == [None, None]
    assert str(seats.take("192.0.2.1")).startswith("421 4.7.0")
    assert seats.take("192.0.2.2") is None
    seats.free("192.0.2.1")
    assert [seats.take("192.0.2.1"), seats.take("192.0.2.9")] == [None, None]
    assert str(seats.take("127.0.0.1")).startswith("421 4.3.2")


def test_one_ipv6_network_is_one_peer():
    seats = Seats(Limits(connections_per_peer=1))
    assert seats.take("2001:db8::1") is None
    assert seats.take("2001:db8::2:1") is not None
    assert seats.take("2001:db8:0:1::1") is None


def test_loopback_and_unix_sockets_are_spared_the_limit_per_peer():
    seats = Seats(Limits(connections_per_peer=1))
    assert [seats.take(peer) for peer in ("127.0.0.1", "127.0.0.1", "::1", "::1", "unix", "unix")] == [None] * 6


def test_a_peer_is_written_in_one_way():
    assert plain_peer("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_peer("fe80::1%eth0") == "fe80::1"
    assert plain_peer("192.0.2.1") == "192.0.2.1"
