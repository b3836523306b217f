"""The ways in which a text can be read: as it stands, and with each encoding in it undone, offsets kept."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailer.charsets import decode_words

MAX_READINGS = 400  # of one paragraph
MAX_ROUNDS = 5  # encodings inside each other
MAX_CHARACTERS = 20_000_000  # all readings of one text in every order together

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
    for pattern in (
        r"[A-Za-z0-9]{16,}={0,2}",
        r"[A-Za-z0-9+/]{16,}={0,2}",
        r"[A-Za-z0-9_-]{16,}={0,2}",
        # A whole block: a part whose transfer encoding got lost, or an armour of some kind.
        r"(?:[A-Za-z0-9+/]{60,76}[ \t]?\n){1,200}[A-Za-z0-9+/]{4,76}={0,2}",
    )
)
_URL_ALPHABET = str.maketrans("-_", "+/")


@dataclass(frozen=True)
class _Edit:
    """A piece of a text that was decoded: where it stands, and where what it was read from stands."""

    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True)
class Reading:
    """A text, and how it came from the one that it was read from."""

    text: str
    source: Reading | None = None
    edits: tuple[_Edit, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` to `end` (not empty) stand in the text that was read first."""
        reading: Reading | None = self
        while reading is not None and reading.source is not None:
            start, end = reading._came_from(start)[0], reading._came_from(end - 1)[1]
            reading = reading.source
        return start, end

    def _came_from(self, position: int) -> tuple[int, int]:
        """Return start and end, in the source, of the character at that position."""
        index = bisect_right(self.edits, position, key=lambda edit: edit.start) - 1
        if index < 0:
            return position, position + 1
        edit = self.edits[index]
        if position < edit.end:
            return edit.source_start, edit.source_end
        place = edit.source_end + position - edit.end
        return place, place + 1

    def rewrite(self, pattern: re.Pattern[str], decode: Callable[[re.Match[str]], str | None]) -> Reading:
        """Return the reading in which each match is decoded; what decodes to None stays."""
        pieces: list[str] = []
        edits: list[_Edit] = []
        position = length = 0
        for match in pattern.finditer(self.text):
            decoded = decode(match)
            if decoded is None or match.end() == match.start():
                continue
            pieces += (self.text[position : match.start()], decoded)
            start = length + match.start() - position
            length = start + len(decoded)
            edits.append(_Edit(start, length, match.start(), match.end()))
            position = match.end()
        return Reading("".join([*pieces, self.text[position:]]), self, tuple(edits)) if edits else self


def readings(text: str, is_worth: Callable[[Sequence[str]], bool]) -> Iterator[tuple[int, Reading]]:
    """Yield each paragraph as people and programs may read it, the plainest first, with its offset in the text.

    First every encoding is undone, each after the others; where `is_worth` of what came out, they are undone in every
    order, too, so that no decoding can hide what another one shows. Bounded by MAX_READINGS and MAX_CHARACTERS; nothing
    that is looked for goes over a blank line.
    """
    room = MAX_CHARACTERS
    start = 0
    for end in (*(blank.start() for blank in _BLANK_LINE.finditer(text)), len(text)):
        plain = _fold(Reading(text[start:end]))
        quick = list(_undo_in_turn(plain)) if _ENCODED.search(plain.text) else [plain]
        yield from ((start, reading) for reading in quick)
        if len(quick) > 1 and room > 0 and is_worth([reading.text for reading in quick]):
            for reading in _undo_in_every_order(plain, room, {reading.text for reading in quick}):
                room -= len(reading.text)
                yield start, reading
        start = end


def _undo_in_turn(plain: Reading) -> Iterator[Reading]:
    """Yield the reading, then it with one encoding after the other undone until none is left."""
    settled = list(_settle(plain))
    yield plain
    yield from settled
    for undo in _UNDO_RISKY:
        for reading in {id(each): each for each in (plain, [plain, *settled][-1])}.values():
            undone = _undone(undo, reading)
            if undone is not reading:
                yield undone
                yield from _settle(undone)


def _settle(reading: Reading) -> Iterator[Reading]:
    """Yield each reading on the way to one in which no harmless encoding is left."""
    for _ in range(MAX_ROUNDS):
        before = reading
        for undo in _UNDO_SAFELY:
            undone = _undone(undo, reading)
            if undone is not reading:
                reading = undone
                yield reading
        if reading is before:
            return


def _undo_in_every_order(plain: Reading, room: int, known: set[str]) -> Iterator[Reading]:
    """Yield what is not `known` of all readings, those with few encodings undone first."""
    waiting, seen = deque([plain]), {plain.text}
    while waiting:
        reading = waiting.popleft()
        if reading.text not in known:
            yield reading
        for undo in (*_UNDO_SAFELY, *_UNDO_RISKY):
            other = _undone(undo, reading)
            if other.text not in seen and len(seen) < MAX_READINGS and room > 0:
                room -= len(other.text)
                seen.add(other.text)
                waiting.append(other)


def _undone(undo: Callable[[Reading], Reading], reading: Reading) -> Reading:
    """Return the reading with that encoding undone and folded again, the same object when there was none."""
    undone = undo(reading)
    return reading if undone.text == reading.text else _fold(undone)


def _fold(reading: Reading) -> Reading:
    """Return the reading without invisible characters and with compatible forms (full width…) made plain."""
    odd = _odd_characters(reading.text)
    if any("\u0300" <= char <= "\u036f" for char in odd):
        reading = reading.rewrite(_COMBINED, lambda match: unicodedata.normalize("NFKC", match[0]))
        odd = _odd_characters(reading.text)
    return reading.rewrite(re.compile(f"[{re.escape(odd)}]"), lambda match: _plain(match[0])) if odd else reading


def _odd_characters(text: str) -> str:
    return "" if text.isascii() else "".join(char for char in set(text) if char > "\x7f" and _plain(char) != char)


@lru_cache(maxsize=4096)
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
    run = "".join(match[0].split()).rstrip("=").translate(_URL_ALPHABET)
    run = run[: len(run) - (len(run) % 4 == 1)]
    try:
        decoded = base64.b64decode(run + "=" * (-len(run) % 4))
    except (binascii.Error, ValueError):
        return None
    if b"\0" in decoded:  # UTF-16: what matters in it is ASCII
        decoded = decoded.decode("latin-1").replace("\0", "").encode()
    if b"@" not in decoded and b"%" not in decoded and b"&" not in decoded:
        return None
    try:
        return decoded.decode("utf-8")
    except ValueError:
        return None


_UNDO_SAFELY: tuple[Callable[[Reading], Reading], ...] = (
    _undo_entities,
    _undo_percents,
    _undo_tags,
    _undo_encoded_words,
    _undo_backslashes,
)
# These find something to undo in innocent words, too, and may spoil what stands beside it.
_UNDO_RISKY = (_undo_quoted_printable, *(_undo_base64(pattern) for pattern in _BASE64))
