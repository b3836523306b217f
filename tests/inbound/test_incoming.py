from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.incoming import CHUNK, Incoming, LineTooLong, PeerGone, has_unclear_lines, without_doubled_dots

MESSAGES = [
    b"",
    b"\r\n",
    b"\r\n\r\n",
    b"une ligne\r\n",
    b"..\r\n",
    b"..\r\n..\r\n",
    b"a\r\n..b\r\n",
    b"\n.\r\r\n",
    b"a\r\n.\n\r\n",
    b"\r\r\n",
]


def read_message(pieces: list[bytes], *, end: bool = True) -> tuple[bytes, bytes]:
    """Read one message whose octets arrive in these pieces; returns it and the line after it."""

    async def read() -> tuple[bytes, bytes]:
        reader = asyncio.StreamReader()
        incoming = Incoming(reader, idle_seconds=5)
        taken = bytearray()

        async def take(chunk: bytes) -> None:
            taken.extend(chunk)

        reading = asyncio.create_task(incoming.message(take))
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if end:
            reader.feed_eof()
        await reading
        return bytes(taken), await incoming.line()

    return asyncio.run(read())


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_ends_at_its_dot_wherever_the_octets_were_cut(message):
    wire = message + b".\r\nQUIT\r\n"
    assert read_message([wire]) == (message, b"QUIT")
    assert read_message([bytes([octet]) for octet in wire]) == (message, b"QUIT")
    for cut in range(len(wire)):
        assert read_message([wire[:cut], wire[cut:]]) == (message, b"QUIT")


@pytest.mark.parametrize("before", range(CHUNK - 8, CHUNK + 8))
def test_the_end_is_found_across_the_border_of_two_chunks(before):
    message = b"x" * before + b"\r\n"
    wire = message + b".\r\nQUIT\r\n"
    assert read_message([wire[:CHUNK], wire[CHUNK:]]) == (message, b"QUIT")


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"x", b"\r\n", b"\r\n."]), max_size=12), st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_only_the_one_true_end_ends_a_message(atoms, size):
    body = b"".join(atoms)
    wire = body + b"\r\n.\r\n" + b"QUIT\r\n"
    whole = b"\r\n" + wire
    expected = whole[2 : whole.index(b"\r\n.\r\n") + 2]
    message, _ = read_message([wire[at : at + size] for at in range(0, len(wire), size)])
    assert message == expected


def test_a_message_that_never_ends_is_no_message():
    with pytest.raises(PeerGone):
        read_message([b"une ligne\r\n", b".\r"])


def test_a_line_too_long_is_read_to_its_end():
    async def read() -> None:
        reader = asyncio.StreamReader()
        incoming = Incoming(reader, idle_seconds=5)
        reader.feed_data(b"a" * 100_000 + b"\r\nNOOP\r\nRSET\n")
        with pytest.raises(LineTooLong):
            await incoming.line()
        assert [await incoming.line(), await incoming.line()] == [b"NOOP", b"RSET"]
        reader.feed_eof()
        with pytest.raises(PeerGone):
            await incoming.line()

    asyncio.run(read())


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (b"", b""),
        (b"..\r\n", b".\r\n"),
        (b"a\r\n...\r\n..b\r\n", b"a\r\n..\r\n.b\r\n"),
        (b"a.\r\n.b\r\n", b"a.\r\nb\r\n"),
        (b"\r\n..\r\n..\r\n", b"\r\n.\r\n.\r\n"),
    ],
)
def test_doubled_dots_are_undone(sent, meant):
    assert without_doubled_dots(sent) == meant


@given(st.binary(max_size=60))
def test_dots_survive_the_way(content):
    doubled = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    assert without_doubled_dots(doubled) == content


@pytest.mark.parametrize(
    ("raw", "unclear"),
    [
        (b"Subject: a\r\n\r\nun\r\ndeux\r\n", False),
        (b"Subject: a\r\n\r\nun\ndeux\r\n", False),
        (b"Subject: a\r\n\r\nun\rdeux\r\n", False),
        (b"\r\nun\ndeux\r\n", False),
        (b"Subject: a\nAuthentication-Results: forged\r\n\r\nun\r\n", True),
        (b"Subject: a\rAuthentication-Results: forged\r\n\r\nun\r\n", True),
        (b"Subject: a\n\nun\ndeux\r\n", True),
        (b"a: b\r\n\r\nun\n.\r\n", True),
        (b"a: b\r\n\r\nun\r\n.\ndeux\r\n", True),
        (b"a: b\r\n\r\nun\r.\rdeux\r\n", True),
        (b"a: b\r\n\r\nun\n.\rdeux\r\n", True),
        (b".\nb\r\n", True),
        (b"a: b\r\n\r\nun \x00 deux\r\n", False),
    ],
)
def test_what_readers_could_read_in_two_ways_is_known(raw, unclear):
    assert has_unclear_lines(raw) is unclear
