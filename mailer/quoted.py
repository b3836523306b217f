"""Quoted-printable in pieces: what is the same for everybody is encoded once, what differs is joined in between.

RFC 2045 6.7: no encoded line is over 76 characters, and a soft break ends a line without being part of the text. Each
slot stands on a line of its own between two soft breaks, so that neither side needs to know how long the other is. A dot
that would begin a line is encoded: no line of such a body ever needs the dot of RFC 5321 4.5.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDTH = 76
SOFT = b"=\r\n"
_PLAIN = frozenset(range(33, 127)) - {ord("=")} | {ord(" "), ord("\t")}
_CODES = [bytes([one]) if one in _PLAIN else b"=%02X" % one for one in range(256)]
_ENTIRELY_PLAIN = re.compile(rb"[!-<>-~](?:[ -<>-~]{0,73}[!-<>-~])?")


def encode(text: str) -> bytes:
    """Return the text encoded, its line ends CRLF."""
    return b"\r\n".join(SOFT.join(_lines(line.encode())) for line in text.split("\n"))


def encode_value(text: str) -> bytes:
    """Return what stands in a slot: encoded, of one line of text, its last line open; fast for what needs no code."""
    octets = text.encode()
    if _ENTIRELY_PLAIN.fullmatch(octets) and not octets.startswith(b"."):
        return octets
    return encode(" ".join(text.split("\n")))


def pieces(text: str, slots: tuple[str, ...]) -> tuple[list[bytes], list[str]]:
    """Return the fixed pieces around the slots, one more than slots, and the slots in the order of their occurrence.

    `text` holds the slots as marks, which stand nowhere else in it. Joined with values of `encode_value` or other plain
    octets in their places, the pieces make the encoded text.
    """
    parts = re.split(f"({'|'.join(map(re.escape, slots))})", text) if slots else [text]
    fixed, found = parts[::2], parts[1::2]
    return [_between(part, number, len(fixed)) for number, part in enumerate(fixed)], found


def _between(text: str, number: int, count: int) -> bytes:
    """Return one fixed piece with its soft breaks: after the slot before it, and before the slot after it."""
    encoded = encode(text)
    before = SOFT if number and not encoded.startswith(b"\r\n") and encoded else b""
    after = SOFT if number < count - 1 and not encoded.endswith(b"\r\n") and (encoded or number) else b""
    return before + encoded + after


def _lines(octets: bytes) -> Iterator[bytes]:
    """Yield the encoded lines of one line of text."""
    line = b""
    for place, octet in enumerate(octets):
        code = _CODES[octet]
        if octet in b" \t" and place == len(octets) - 1:  # rule 3: no line of text ends in a blank
            code = b"=%02X" % octet
        if len(line) + len(code) > WIDTH - 1:
            yield line
            line = b""
        if not line and code == b".":
            code = b"=2E"
        line += code
    yield line
