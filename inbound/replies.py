"""Replies as the wire wants them: codes on every line, lines short, ASCII unless the peer asked for UTF-8."""

from __future__ import annotations

import re
import textwrap

from jobboard.folding import strip_accents

LATER = "451 4.3.0 Réessayez dans quelques minutes / please try again in a few minutes"
GOODBYE = "221 2.0.0 au revoir"
CLOSING = "421 4.3.2 service closing, please come back in a moment"
TOO_SLOW = "421 4.4.2 nothing came for too long"
TOO_OLD = "421 4.4.2 this connection is old, please connect again"
FLOOD = "421 4.7.0 message too large, and still coming"
BROKEN = "421 4.3.0 something broke here, please try again in a few minutes"
TOO_MANY = "421 4.7.0 too many commands, please connect again"
TOO_WRONG = "421 4.7.0 too many errors"
OK = "250 2.0.0 ok"
SENDER_OK = "250 2.1.0 sender ok"
RECIPIENT_OK = "2.1.5 recipient ok"
GO_ON = "354 end with a line that holds a single dot"
TOO_LARGE = "552 5.3.4 message trop volumineux / message too large"
NO_ROOM = "452 4.3.1 too many large mails at once, please try again in a few minutes"
TOO_MANY_RECIPIENTS = "452 4.5.3 too many recipients, send the others in a second mail"
LOOP = "554 5.4.6 Ce mail tourne en rond : il est deja passe par ici / Mail loop: this mail has been here before"
BARE_LINE_END = (
    "550 5.6.0 Message refusé : ses lignes ne finissent pas toutes par CR LF (RFC 5321 2.3.8)\n"
    "Message refused: bare CR or bare LF where a line ends, please have your mail software updated"
)

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-"})
_WIDTH = 120  # characters: at most 480 octets of UTF-8, RFC 5321 4.5.3.1.5 allows 512 with the code


def rendered(reply: str, *, utf8: bool) -> bytes:
    """Return the octets of a reply; its line feeds make further lines, with code and enhanced code repeated."""
    code, text = reply[:3], reply[3:].strip()
    found = _ENHANCED.match(text)
    enhanced = f"{found[0]} " if found else ""
    lines = [part for line in text[len(enhanced) :].split("\n") for part in _short_lines(line, utf8)] or [""]
    return listed(code, [f"{enhanced}{line}".rstrip() for line in lines])


def listed(code: str, lines: list[str]) -> bytes:
    """Return the octets of a reply of several lines (RFC 5321 4.2.1)."""
    marked = [f"{code}-{line}" for line in lines[:-1]] + [f"{code} {lines[-1]}"]
    return "".join(f"{line}\r\n" for line in marked).encode()


def _short_lines(text: str, utf8: bool) -> list[str]:
    plain = text if utf8 else strip_accents(text.translate(_PUNCTUATION)).encode("ascii", "replace").decode()
    return textwrap.wrap(_CONTROL.sub(" ", plain), _WIDTH)
