"""The ways in which a text can be read: as it stands, and with each encoding in it undone, offsets kept."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mailer.charsets import decode_words

MAX_READINGS = 400  # of one paragraph
MAX_CHARACTERS = 20_000_000  # all readings of one text together, beyond the plain ones

_BLOCKS = """
    address article blockquote br caption center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li
    main ol p pre section table tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCKS.split())

_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_COMBINED = re.compile(r"\w?[\u0300-\u036f]+")
_DOTS = frozenset("\u3002\uff61")  # IDNA reads them as "." (RFC 3490 3.1)
_ENTITY = re.compile(r"&(?:#[0-9]{1,10}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z]{2,31});?")
_PERCENT = re.compile(r"%[0-7][0-9a-fA-F]|(?:%[89a-fA-F][0-9a-fA-F])+")
_QUOTED_PRINTABLE = re.compile(r"=[ \t]{0,9}\n|=[0-7][0-9a-fA-F]|(?:=[89a-fA-F][0-9a-fA-F])+")
_BACKSLASH = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[xX']([0-9a-fA-F]{2})|0{0,4}([0-9a-fA-F]{2})\s?|([nNtr,;:.@+-]))")
_ENCODED_WORD = re.compile(
    r"=\?[^?\s]{1,60}\?[bBqQ]\?[^\n?]{0,5000}\?=(?:\s+=\?[^?\s]{1,60}\?[bBqQ]\?[^\n?]{0,5000}\?=)*"
)
_TAG = re.compile(r"<(/?[a-zA-Z!?][^<>]{0,500})>")
_ENCODED = re.compile(r"[&%=<\\]|[A-Za-z0-9+/_-]{16}")
_BASE64 = tuple(
    re.compile(pattern)
    for pattern in (r"[A-Za-z0-9]{16,}={0,2}", r"[A-Za-z0-9+/]{16,}={0,2}", r"[A-Za-z0-9_-]{16,}={0,2}")
)
_URL_ALPHABET = str.maketrans("-_", "+/")


@dataclass(frozen=True)
class Reading:
    """A text, and for each of its characters where it begins and ends in the text it was read from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Reading:
        """Return the text as it stands."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` to `end` (not empty) stand in the source."""
        return self.starts[start], self.ends[end - 1]

    def rewrite(self, pattern: re.Pattern[str], decode: Callable[[re.Match[str]], str | None]) -> Reading:
        """Return the reading in which each match is decoded; what decodes to None stays."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for match in pattern.finditer(self.text):
            decoded = decode(match)
            if decoded is None or match.end() == match.start():
                continue
            start, end = self.origin(match.start(), match.end())
            pieces += (self.text[position : match.start()], decoded)
            starts.extend(self.starts[position : match.start()])
            ends.extend(self.ends[position : match.start()])
            starts.extend([start] * len(decoded))
            ends.extend([end] * len(decoded))
            position = match.end()
        if not position:
            return self
        starts.extend(self.starts[position:])
        ends.extend(self.ends[position:])
        return Reading("".join([*pieces, self.text[position:]]), starts, ends)


def readings(text: str) -> Iterator[tuple[int, Reading]]:
    """Yield each paragraph as people and programs may read it, the plainest first, with its offset in the text.

    Every encoding is undone alone and in every order with the others, so that no decoding can hide what another one
    shows. Bounded by MAX_READINGS and MAX_CHARACTERS; nothing that is looked for goes over a blank line.
    """
    room = MAX_CHARACTERS
    start = 0
    for end in (*(blank.start() for blank in _BLANK_LINE.finditer(text)), len(text)):
        for reading in _read_paragraph(text[start:end], room):
            room -= len(reading.text)
            yield start, reading
        start = end


def _read_paragraph(text: str, room: int) -> Iterator[Reading]:
    waiting = deque([_fold(Reading.of(text))])
    seen = {waiting[0].text}
    while waiting:
        reading = waiting.popleft()
        yield reading
        if not _ENCODED.search(reading.text):
            continue
        for undo in _UNDO:
            other = _fold(undo(reading))
            room -= 0 if other.text in seen else len(other.text)
            if other.text not in seen and len(seen) < MAX_READINGS and room > 0:
                seen.add(other.text)
                waiting.append(other)


def _fold(reading: Reading) -> Reading:
    """Return the reading without invisible characters and with compatible forms (full width…) made plain."""
    if reading.text.isascii():
        return reading
    reading = reading.rewrite(_COMBINED, lambda match: unicodedata.normalize("NFKC", match[0]))
    plain = {char: _plain(char) for char in set(reading.text) if not char.isascii()}
    odd = "".join(re.escape(char) for char, folded in plain.items() if char != folded)
    return reading.rewrite(re.compile(f"[{odd}]"), lambda match: plain[match[0]]) if odd else reading


def _plain(char: str) -> str:
    if unicodedata.category(char) in {"Cf", "Mn", "Co"} or char in "\u115f\u1160\u2800\u3164":
        return ""
    return "." if char in _DOTS else unicodedata.normalize("NFKC", char)


def _undo_entities(reading: Reading) -> Reading:
    return reading.rewrite(_ENTITY, _entity) if "&" in reading.text else reading


def _entity(match: re.Match[str]) -> str | None:
    decoded = html.unescape(match[0])
    return None if decoded == match[0] else decoded


def _undo_percents(reading: Reading) -> Reading:
    return reading.rewrite(_PERCENT, lambda match: _from_hex(match[0], "%")) if "%" in reading.text else reading


def _undo_quoted_printable(reading: Reading) -> Reading:
    if "=" not in reading.text:
        return reading
    return reading.rewrite(_QUOTED_PRINTABLE, lambda m: "" if m[0].endswith("\n") else _from_hex(m[0], "="))


def _from_hex(run: str, sign: str) -> str:
    return bytes.fromhex(run.replace(sign, "")).decode("utf-8", "replace")


def _undo_backslashes(reading: Reading) -> Reading:
    return reading.rewrite(_BACKSLASH, _backslash) if "\\" in reading.text else reading


def _backslash(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return chr(int(code, 16)).encode("utf-8", "replace").decode("utf-8")
    return {"n": "\n", "N": "\n", "t": "\t", "r": "\n"}.get(match[4], match[4])


def _undo_encoded_words(reading: Reading) -> Reading:
    return reading.rewrite(_ENCODED_WORD, lambda match: decode_words(match[0])) if "=?" in reading.text else reading


def _undo_tags(reading: Reading) -> Reading:
    return reading.rewrite(_TAG, _tag) if "<" in reading.text else reading


def _tag(match: re.Match[str]) -> str | None:
    name = re.match(r"/?([a-zA-Z0-9]*)", match[1])
    if "@" in match[1] and " " not in match[1]:
        return None  # "Marie <marie@…>" is no tag
    return "\n" if name and name[1].lower() in BLOCK_TAGS else ""


def _undo_base64(pattern: re.Pattern[str]) -> Callable[[Reading], Reading]:
    return lambda reading: reading.rewrite(pattern, _base64)


def _base64(match: re.Match[str]) -> str | None:
    """Return what a run of base64 says, or None when it says nothing that could be an address."""
    run = match[0].rstrip("=").translate(_URL_ALPHABET)
    run = run[: len(run) - (len(run) % 4 == 1)]
    try:
        decoded = base64.b64decode(run + "=" * (-len(run) % 4))
    except (binascii.Error, ValueError):
        return None
    if b"@" not in decoded and b"%" not in decoded and b"&" not in decoded:
        return None
    try:
        return decoded.decode("utf-8")
    except ValueError:
        return None


_UNDO: tuple[Callable[[Reading], Reading], ...] = (
    _undo_entities,
    _undo_percents,
    _undo_tags,
    _undo_quoted_printable,
    _undo_backslashes,
    _undo_encoded_words,
    *(_undo_base64(pattern) for pattern in _BASE64),
)
