"""Rebuild contact cards line by line, so that no address passes in any property (RFC 6350, vCard 2.1 to 4.0)."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from mailer.charsets import decode_text
from mailer.masks import ADDRESS, PHONE, POSTAL, Masks, find, hide, mentions_octets, show

MAX_OCTETS = 75  # of one line, without its end (RFC 6350 3.2)
DROPPED = "part-dropped"

_LINE = re.compile(
    r"(?:[\w-]+\.)?([\w-]+)((?:;[\w-]+(?:=(?:\"[^\"\n]*\"|[^\";:,\n]*)(?:,(?:\"[^\"\n]*\"|[^\";:,\n]*))*)?)*):(.*)",
    re.DOTALL,
)
_PARAMETER = re.compile(r";([\w-]+)(?:=((?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*))?")
_QUOTED_PRINTABLE = re.compile(r"ENCODING=QUOTED-PRINTABLE|;QUOTED-PRINTABLE", re.IGNORECASE)
_BINARY = re.compile(r";(?:ENCODING=)?(?:B|BASE64)(?=[;:]|$)", re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_ESCAPES = {"n": "\n", "N": "\n"}
_MAILBOXES = frozenset({"EMAIL", "IMPP", "CALURI", "CALADRURI", "FBURL", "CONTACT-URI"})
_KEY = "KEY"  # the certificate of the person


@dataclass(frozen=True)
class _Line:
    """One unfolded content line: NAME;PARAMETERS:value."""

    name: str
    head: str  # group, name and parameters as they came
    parameters: str
    value: str


def rebuild_card(text: str, masks: Masks) -> tuple[str | None, Counter[str]]:
    """Return a card without what the masks hide, or None when nothing had to change.

    What comes back has CRLF line ends and lines of at most MAX_OCTETS octets of UTF-8. Lines that mean a hidden person
    carry the relay address in her place, or go when there is none.
    """
    counts: Counter[str] = Counter()
    kept = []
    for line in _unfold(text):
        rebuilt = _rebuild_line(line, masks, counts)
        if rebuilt is not None:
            kept.append(rebuilt)
    if not counts:
        return None, counts
    return "".join(map(_fold, kept)), counts


def _unfold(text: str) -> list[str]:
    """Return the logical lines; quoted-printable values of old cards continue after "=" (vCard 2.1)."""
    lines: list[str] = []
    soft = False
    for line in _FOLD.sub("", text).split("\n"):
        if soft:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
        soft = line.endswith("=") and bool(_QUOTED_PRINTABLE.search(lines[-1].partition(":")[0]))
    return [line for line in lines if line.strip()]


def _rebuild_line(source: str, masks: Masks, counts: Counter[str]) -> str | None:
    """Return the line as it may pass, None when it must not; what was hidden is counted."""
    line = _parse(source)
    if line is None:
        return _hide(source, masks, counts)
    hidden_detail = {"TEL": PHONE, "ADR": POSTAL, "LABEL": POSTAL}.get(line.name)
    if hidden_detail and masks.hide_phones_in_signature:
        counts[hidden_detail] += 1
        return None
    if line.name == _KEY or (_BINARY.search(line.parameters) and _binary_mentions(line.value, masks)):
        counts[DROPPED] += 1
        return None
    decoded = _decode_value(line)
    head = _rebuild_head(line, masks, counts)
    hits = find(decoded, masks)
    if not hits:
        return None if head is None else head + ":" + line.value
    counts.update(hit.what for hit in hits)
    known = any(hit.what == ADDRESS for hit in hits)
    write = _WRITERS.get(line.name, _drop if line.name.startswith("X-") else _write_words)
    value = write(decoded, masks, known)
    return None if value is None or head is None else f"{_plain_head(head)}:{value}"


def _parse(source: str) -> _Line | None:
    found = _LINE.fullmatch(source)
    if not found:
        return None
    return _Line(found[1].upper(), source[: found.start(3) - 1], found[2], found[3])


def _decode_value(line: _Line) -> str:
    r"""Return the value as a reader sees it: quoted-printable and "\n", "\," and "\;" undone."""
    value = line.value
    if _QUOTED_PRINTABLE.search(line.parameters):
        charset = re.search(r"CHARSET=\"?([\w.:-]+)", line.parameters, re.IGNORECASE)
        value = decode_text(binascii.a2b_qp(value.encode("utf-8", "replace")), charset[1] if charset else "")
    return re.sub(r"\\([\\;,:nN])", lambda match: _ESCAPES.get(match[1], match[1]), value)


def _binary_mentions(value: str, masks: Masks) -> bool:
    octets = re.sub(rb"[^A-Za-z0-9+/]", b"", value.encode("ascii", "ignore"))
    octets = octets[: len(octets) - len(octets) % 4]
    return mentions_octets(binascii.a2b_base64(octets), masks)


def _rebuild_head(line: _Line, masks: Masks, counts: Counter[str]) -> str | None:
    """Return group, name and parameters without the parameters that hold something hidden; None for a hidden name."""
    pieces = [line.head[: len(line.head) - len(line.parameters)]]
    if find(pieces[0], masks):
        counts[ADDRESS] += 1
        return None
    for parameter in _PARAMETER.finditer(line.parameters):
        hits = find(re.sub(r"\^n", "\n", parameter[0]), masks)
        counts.update(hit.what for hit in hits)
        if not hits:
            pieces.append(parameter[0])
        elif parameter[1].upper() == "CN" and (name := _safe_name(parameter[2] or "", masks)):
            pieces.append(f';CN="{name}"')
    return "".join(pieces)


def _safe_name(value: str, masks: Masks) -> str:
    """Return what remains of a name with an address in it, "" when it was only the address."""
    name, _ = hide(value.strip('"'), masks)
    for shown in {show(ADDRESS, masks), "[adresse masquée]"}:
        name = name.replace(shown, "")
    return re.sub(r"[\s<>()\[\]\"]+", " ", name).strip(" ,;")


def _plain_head(head: str) -> str:
    """Return the head of a line whose value is plain UTF-8 now, whatever it was encoded in."""
    if not _QUOTED_PRINTABLE.search(head):
        return head
    head = re.sub(r";(?:ENCODING=)?QUOTED-PRINTABLE|;CHARSET=[^;:]*", "", head, flags=re.IGNORECASE)
    return head + ";CHARSET=UTF-8"


def _write_mailbox(value: str, masks: Masks, known: bool) -> str | None:
    return masks.replacement if known and masks.replacement else None


def _write_uid(value: str, masks: Masks, known: bool) -> str | None:
    """Write an identifier that betrays its maker as another one, the same each time: updates still find their event."""
    return hashlib.sha256(value.strip().lower().encode()).hexdigest()[:40]


def _write_words(value: str, masks: Masks, known: bool) -> str | None:
    masked, _ = hide(value, masks)
    return re.sub(r"([\\;,])", r"\\\1", masked).replace("\n", "\\n")


def _drop(value: str, masks: Masks, known: bool) -> str | None:
    return None


_WRITERS: dict[str, Callable[[str, Masks, bool], str | None]] = {
    **dict.fromkeys(_MAILBOXES, _write_mailbox),
    "UID": _write_uid,
    "URL": _drop,
    "PHOTO": _drop,
    "LOGO": _drop,
    "SOUND": _drop,
    "SOURCE": _drop,
}


def _hide(text: str, masks: Masks, counts: Counter[str]) -> str:
    masked, hidden = hide(text, masks)
    counts += hidden
    return masked


def _fold(line: str) -> str:
    """Return the line with its end, cut between characters into pieces of at most MAX_OCTETS octets."""
    pieces, octets = [""], 0
    for char in line.replace("\n", ""):
        size = len(char.encode("utf-8", "replace"))
        if octets + size > MAX_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += char
        octets += size
    return "\r\n".join(pieces) + "\r\n"
