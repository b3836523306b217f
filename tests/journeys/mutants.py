"""Mails and SMTP commands broken at random, always the same ones for the same number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "corpus"
SEED = 20_261_128

_LINE_END = re.compile(rb"\r\n|\r|\n")
# What readers of mail have stumbled over: put in anywhere.
_TOKENS = (
    b"\x00",
    b"\xff\xfe",
    b"\xe9",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\r\n.\r\n",
    b"\r\n..",
    b"\t",
    b"\x1b[31m",
    b"=?utf-8?b?",
    b"=?utf-8?q?=00=FF?=",
    b"=?unknown-8bit?q?=E9?=",
    b"=00",
    b"=\r\n",
    b"&#0;",
    b"&#xD800;",
    b"&#99999999;",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x92\xa9" * 40,
    b"<b>" * 300,
    b"<!--",
    b"</html>",
    b"(" * 500,
    b'"',
    b"@",
    b"<>",
    b",,,;:",
    b"%s%n{0}",
    b"x" * 3000,
    b"\r\nContent-Type: multipart/mixed; boundary=\r\n",
    b"\r\nContent-Type: message/rfc822\r\n",
    b"\r\nContent-Type: text/calendar; charset=utf-16\r\n",
    b"\r\nContent-Type: text/html; charset=idna\r\n",
    b"\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n",
    b"\r\nContent-Transfer-Encoding: x-uuencode\r\n",
    b"\r\nContent-Disposition: attachment; filename*=utf-8''%00%ff%0d%0a.pdf\r\n",
    b"\r\nFrom: a@b.example, c@d.example\r\n",
    b"\r\nMessage-ID: <\xff>\r\n",
    b"\r\nReferences: " + b"<a@b> " * 200 + b"\r\n",
    b"\r\nDate: 99 Foo -1 25:61:61 +9999\r\n",
    b"\r\nBEGIN:VCALENDAR\r\nATTENDEE:mailto:\r\n",
)
_CHARSETS = (
    b"utf-8",
    b"utf-7",
    b"utf-16",
    b"idna",
    b"punycode",
    b"rot13",
    b"hex",
    b"zlib",
    b"iso-2022-jp",
    b"x-nul\x00",
)
_CHARSET = re.compile(rb"charset=\"?[\w-]+\"?", re.IGNORECASE)
_FROM = re.compile(rb"^From:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)

_COMMANDS = (
    b"EHLO peer.example",
    b"HELO peer.example",
    b"MAIL FROM:<lea@maison.example>",
    b"MAIL FROM:<> SIZE=1000 BODY=8BITMIME SMTPUTF8",
    b"RCPT TO:<aide@passerelle.localhost>",
    b'RCPT TO:<"stop"@passerelle.localhost>',
    b"RCPT TO:<@relais.example,@b.example:alertes@passerelle.localhost>",
    b"RCPT TO:<offre-aaaaaaaaaaaaaaaaaaaaaaaaaa@passerelle.localhost>",
    b"DATA",
    b"RSET",
    b"NOOP",
    b"VRFY lea",
    b"HELP",
    b"AUTH PLAIN AGEAYg==",
    b"BDAT 10 LAST",
    b"LHLO peer.example",
    b"GET / HTTP/1.1",
)


def corpus() -> list[bytes]:
    """Return the mails of the corpus with CR LF line ends, always in the same order."""
    return [crlf(path.read_bytes()) for path in sorted(CORPUS.glob("*.eml"))]


def crlf(octets: bytes) -> bytes:
    """Return the octets with every line end as CR LF."""
    return _LINE_END.sub(b"\r\n", octets)


def chance(number: int) -> random.Random:
    """Return the generator of one mutant."""
    return random.Random(f"{SEED}:{number}")


def mail(draw: random.Random, mails: list[bytes], author: str | None) -> bytes:
    """Return a broken mail, from `author` if given; most have whole line ends, so that the door lets them in."""
    octets = draw.choice(mails)
    if author is not None:
        octets = _FROM.sub(lambda _: f"From: Fuzz <{author}>".encode(), octets, count=1)
    for _ in range(draw.randint(1, 5)):
        octets = draw.choice(_MUTATIONS)(draw, octets, mails)
    return octets if draw.random() < 0.1 else crlf(octets)


def command(draw: random.Random) -> bytes:
    """Return one command line without its end, most of them broken."""
    line = bytearray(draw.choice(_COMMANDS))
    for _ in range(draw.choice((0, 1, 1, 2, 4))):
        place = draw.randrange(len(line) + 1)
        match draw.randrange(4):
            case 0:
                line[place:place] = draw.choice(
                    (b"\x00", b"\xff", b" ", b"<", b">", b":", b"\r", b"x" * 3000, b"\xc3\xa9")
                )
            case 1:
                del line[place : place + draw.randint(1, 4)]
            case 2:
                line[place : place + 1] = bytes([draw.randrange(256)])
            case _:
                line += b" " + draw.choice(
                    (b"SIZE=99999999999999999999", b"SIZE=-1", b"BODY=", b"SMTPUTF8", b"NOTIFY=NEVER")
                )
    return bytes(line).replace(b"\n", b"")


def _flip(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    changed = bytearray(octets)
    for _ in range(draw.randint(1, 30)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _flip_in_header(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    changed = bytearray(octets)
    end = max(1, octets.find(b"\r\n\r\n"))
    for _ in range(draw.randint(1, 4)):
        changed[draw.randrange(end)] = draw.randrange(256)
    return bytes(changed)


def _cut(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    start = draw.randrange(len(octets))
    return octets[:start] + octets[start + draw.randint(1, 400) :] or b"x"


def _end_early(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    return octets[: draw.randint(1, len(octets))]


def _repeat(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    start = draw.randrange(len(octets))
    piece = octets[start : start + draw.randint(1, 300)]
    return octets[:start] + piece * draw.randint(2, 40) + octets[start:]


def _put_in(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    place = draw.randrange(len(octets) + 1)
    return octets[:place] + draw.choice(_TOKENS) + octets[place:]


def _splice(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    other = draw.choice(mails)
    return octets[: draw.randint(1, len(octets))] + other[draw.randrange(len(other)) :]


def _shuffle_lines(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    lines = octets.split(b"\r\n")
    start = draw.randrange(len(lines))
    piece = lines[start : start + 12]
    draw.shuffle(piece)
    return b"\r\n".join([*lines[:start], *piece, *lines[start + 12 :]])


def _other_charset(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    return _CHARSET.sub(lambda _: b"charset=" + draw.choice(_CHARSETS), octets)


def _nest(draw: random.Random, octets: bytes, mails: list[bytes]) -> bytes:
    head, _, _ = octets.partition(b"\r\n\r\n")
    return head + b"\r\nContent-Type: message/rfc822\r\n\r\n" + octets


_MUTATIONS: tuple[Callable[[random.Random, bytes, list[bytes]], bytes], ...] = (
    _flip,
    _flip_in_header,
    _cut,
    _end_early,
    _repeat,
    _put_in,
    _put_in,
    _splice,
    _shuffle_lines,
    _other_charset,
    _nest,
)
