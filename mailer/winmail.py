"""Open Outlook's winmail.dat (TNEF), in a process of its own: its words and files are then treated like any others.

The only module that touches tnefparse.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tnefparse import TNEF

from jobboard import confinement
from mailer.charsets import clean, decode_text
from mailer.mime import Part

MAX_FILES = 200
MAX_RICH_TEXT = 20_000_000  # octets, decompressed

# What a compressed RTF refers to before its own beginning ([MS-OXRTFCP] 2.1.2.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_RTF = re.compile(
    r"(?P<ignored>\{\\\*(?!\\htmltag)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\{\\(?:fonttbl|colortbl|stylesheet|info)[^{}]*(?:\{[^{}]*\}[^{}]*)*\})"
    r"|\\'(?P<octet>[0-9a-fA-F]{2})|\\u(?P<code>-?\d{1,6}) ?\??|\\(?P<word>[a-z]+)-?\d* ?|\\(?P<char>[^a-z])|[{}\r\n]"
)
_RTF_WORDS = {"par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "rquote": "’", "lquote": "‘"}


@dataclass(frozen=True)
class Opened:
    """What was in a winmail.dat: the words in one form or both, and the files."""

    text: str
    html: str
    files: tuple[Part, ...]


def open_winmail(content: bytes) -> Opened | None:
    """Return what is in a winmail.dat, None when it cannot be opened."""
    try:
        said, files = confinement.call("mailer.winmail:open_here", {}, [content])
    except confinement.Unanswered:
        return None
    parts = [
        Part(content_type="application/octet-stream", disposition="attachment", declared_name=name, content=octets)
        for name, octets in zip(said["names"], files, strict=True)
    ]
    return Opened(said["text"], said["html"], tuple(parts))


def open_here(facts: dict[str, Any], blobs: list[bytes]) -> confinement.Answer:
    """Open one winmail.dat in this process, which is the limited one."""
    found = TNEF(blobs[0], do_checksum=False)
    if not (found.has_body() or found.attachments or found.msgprops or found.mapiprops):
        raise ValueError("nothing in it")
    text, html = _text(found.body), _text(found.htmlbody)
    if not text.strip() and not html.strip() and found._rtfbody:
        text = _read_rich_text(_decompress(bytes(found._rtfbody)))
    files = [(_text(each.long_filename()), each.data) for each in found.attachments[:MAX_FILES]]
    kept = [(name, data) for name, data in files if isinstance(data, bytes) and data]
    return {"text": text, "html": html, "names": [name for name, _ in kept]}, [data for _, data in kept]


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return decode_text(value)
    return clean(value) if isinstance(value, str) else ""


def _decompress(content: bytes) -> bytes:
    """Return the RTF of a compressed body ([MS-OXRTFCP] 3.1.1)."""
    _, size, kind, _ = struct.unpack_from("<IIII", content)
    if kind == 0x414C454D:  # "MELA": not compressed
        return content[16 : 16 + size]
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    write, position, written = len(_DICTIONARY), 16, bytearray()
    while position < len(content) and len(written) < min(size, MAX_RICH_TEXT):
        control, position = content[position], position + 1
        for bit in range(8):
            if position >= len(content):
                break
            if control >> bit & 1:
                token = int.from_bytes(content[position : position + 2])
                position += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == write:
                    return bytes(written)
                octets = _copied(window, offset, length)
            else:
                octets = _copied(content, position, 1)
                position += 1
            for octet in octets:
                window[write] = octet
                written.append(octet)
                write = write + 1 & 4095
    return bytes(written)


def _copied(source: bytes | bytearray, offset: int, length: int) -> Iterator[int]:
    """Yield octets one by one: a run may repeat what it has just written."""
    for step in range(length):
        yield source[(offset + step) % len(source)]


def _read_rich_text(source: bytes) -> str:
    """Return the words of an RTF, well enough to be read."""

    def say(match: re.Match[str]) -> str:
        if match["octet"]:
            return bytes.fromhex(match["octet"]).decode("cp1252", "replace")
        if match["code"]:
            return chr(int(match["code"]) % 65536)
        if match["char"]:
            return {"~": "\u00a0", "_": "-"}.get(match["char"], match["char"] if match["char"] in "\\{}" else "")
        return _RTF_WORDS.get(match["word"] or "", "")

    return _RTF.sub(say, source.decode("latin-1")).strip()
