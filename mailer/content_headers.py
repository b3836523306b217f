"""Read a header with parameters (Content-Type, Content-Disposition) as real senders write them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mailer.charsets import decode_text

_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)")
_CONTINUED = re.compile(r"([^*]+)(?:\*([0-9]{1,3}))?(\*?)")
_MAX_HEADER = 50_000  # characters


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the value in lower case and its parameters by lower-case name; never raises.

    Parameters in several pieces and with a charset are joined and decoded (RFC 2231 3 and 4). Encoded words inside
    are left to the caller: RFC 2047 forbids them here and senders write them all the same.
    """
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(value[:_MAX_HEADER]):
        name = _CONTINUED.fullmatch(found[1].lower())
        if name:
            number = int(name[2]) if name[2] else 0
            pieces.setdefault(name[1], []).append((number, bool(name[3]), _unquote(found[2])))
    main = value[:_MAX_HEADER].partition(";")[0].strip().lower()
    return main, {name: _join(found) for name, found in pieces.items()}


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        # Of quoted pairs only these two are written on purpose; before anything else the backslash is the name's own.
        return re.sub(r"\\([\"\\])", r"\1", text[1:-1])
    return text.strip('"')


def _join(pieces: list[tuple[int, bool, str]]) -> str:
    """Join the pieces of one parameter; the extended form wins over a plain one for old readers."""
    if any(encoded for _, encoded, _ in pieces) and len({number for number, _, _ in pieces}) == 1:
        pieces = [piece for piece in pieces if piece[1]][:1]
    pieces = sorted(pieces, key=lambda piece: piece[0])
    if not any(encoded for _, encoded, _ in pieces):
        return "".join(text for _, _, text in pieces) if len(pieces) > 1 and pieces[-1][0] else pieces[0][2]
    charset, octets = "", b""
    for position, (_, encoded, text) in enumerate(pieces):
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode_text(octets, charset)
