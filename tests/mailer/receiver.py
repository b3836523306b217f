"""What a receiver can read of a mail, decoded from its octets by the letter of the standards; nothing of ours is used.

A second, strict parser beside the standard library's: what does not follow RFC 5322, 2045, 2046, 2047 and 2231 is an
AssertionError here.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from urllib.parse import unquote_to_bytes

from PIL import Image

_WORD = re.compile(r"=\?([^?*]+)(?:\*[^?]*)?\?([bBqQ])\?([^? ]*)\?=")
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]?(.*)", re.DOTALL)
_PARAMETER = re.compile(r';\s*([^\s=;*]+)(\*\d+)?(\*)?=("(?:[^"\\]|\\.)*"|[^\s;]+)')


@dataclass
class Leaf:
    """One part that holds content."""

    kind: str
    parameters: dict[str, str]
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def name(self) -> str:
        return self.parameters.get("filename") or self.parameters.get("name", "")

    @property
    def text(self) -> str:
        return self.content.decode(self.parameters.get("charset", "us-ascii"))


@dataclass
class Decoded:
    """A mail: its header and its leaves."""

    headers: list[tuple[str, str]]
    leaves: list[Leaf] = field(default_factory=list)

    def leaf(self, kind: str) -> Leaf:
        return next(leaf for leaf in self.leaves if leaf.kind == kind)


def decode(octets: bytes) -> Decoded:
    """Return the mail; AssertionError for octets that are no mail as the standards want them."""
    assert octets.isascii()
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))
    _agree(octets)
    headers, body = _split(octets)
    decoded = Decoded(headers)
    assert dict(headers)["mime-version"] == "1.0"
    _read(headers, body, decoded.leaves)
    return decoded


def _agree(octets: bytes) -> None:
    parsed = message_from_bytes(octets, policy=policy.default)
    for part in parsed.walk():
        assert not part.defects
        for _, value in part.items():
            assert not getattr(value, "defects", ())


def _split(octets: bytes) -> tuple[list[tuple[str, str]], bytes]:
    block, blank, body = octets.partition(b"\r\n\r\n")
    assert blank
    fields = []
    for line in re.sub(rb"\r\n(?=[ \t])", b"", block).split(b"\r\n"):
        found = _FIELD.fullmatch(line)
        assert found, line
        fields.append((found[1].decode().lower(), _words(found[2].decode())))
    return fields, body


def _words(value: str, *, strict: bool = True) -> str:
    """Return a header with its encoded words read; those that are broken stay as they stand unless `strict`."""

    def decode_word(match: re.Match[str]) -> str:
        text = match[3]
        try:
            octets = base64.b64decode(text) if match[2] in "bB" else binascii.a2b_qp(text.encode(), header=True)
            return octets.decode(match[1])
        except (ValueError, LookupError):
            if strict:
                raise
            return match[0]

    return _WORD.sub(decode_word, re.sub(r"\?=\s+=\?", "?==?", value))


def _read(headers: list[tuple[str, str]], body: bytes, leaves: list[Leaf]) -> None:
    values = dict(headers)
    kind, parameters = _parameters(values.get("content-type", "text/plain"))
    parameters |= _parameters(values.get("content-disposition", ""))[1]
    if kind.startswith("multipart/"):
        pieces = (b"\r\n" + body).split(b"\r\n--" + parameters["boundary"].encode())
        assert pieces[-1].startswith(b"--"), "the last delimiter"
        assert len(pieces) > 2, "a part"
        for piece in pieces[1:-1]:
            assert piece.startswith(b"\r\n")
            inner, content = _split(piece[2:] if not piece.startswith(b"\r\n\r\n") else b"x: y" + piece)
            _read(inner, content, leaves)
        return
    encoding = values.get("content-transfer-encoding", "7bit").lower()
    if encoding == "base64":
        body = base64.b64decode(body.replace(b"\r\n", b""), validate=True)
    elif encoding == "quoted-printable":
        assert not re.search(rb"=(?![0-9A-F]{2}|\r\n)", body)
        body = binascii.a2b_qp(body)
    else:
        assert encoding == "7bit"
    leaves.append(Leaf(kind, parameters, headers, body))


def _parameters(value: str) -> tuple[str, dict[str, str]]:
    found: dict[str, str] = {}
    charset = "us-ascii"
    pieces: dict[str, bytes] = {}
    for name, number, extended, text in _PARAMETER.findall(value):
        text = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
        if extended and number in ("", "*0"):
            charset, _, text = text.split("'", 2)
        if number or extended:
            pieces[name] = pieces.get(name, b"") + (unquote_to_bytes(text) if extended else text.encode())
        else:
            found[name.lower()] = text
    found |= {name.lower(): octets.decode(charset) for name, octets in pieces.items()}
    return value.partition(";")[0].strip().lower(), found


def views(octets: bytes, *, gaps: bool = False) -> list[str]:
    """Return everything that can be read in a mail, in the plainest spelling, without spaces unless `gaps`."""
    decoded = decode(octets)
    raw = [octets.decode("latin-1"), *(f"{name}: {value}" for name, value in decoded.headers)]
    for leaf in decoded.leaves:
        raw += [f"{name}: {value}" for name, value in leaf.headers] + [leaf.name]
        raw += _contents(leaf.content)
    return [plainest(view, tags=tags, gaps=gaps) for view in raw for tags in (True, False)]


def _contents(content: bytes) -> Iterator[str]:
    """Yield what is written in octets of any kind: text, cards, archives, PDFs, pictures."""
    yield content.decode("utf-8", "replace")
    yield content.decode("utf-16-le", "ignore")
    if content.startswith((b"BEGIN:V", b"\xef\xbb\xbfBEGIN:V")):
        yield re.sub(r"\\([,;\\])", r"\1", re.sub(r"\r?\n[ \t]", "", content.decode("utf-8", "replace"))).replace(
            "\\n", "\n"
        )
    if content.startswith(b"PK"):
        yield from _archived(content)
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL) if content[:5] == b"%PDF-" else ():
        try:
            yield zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            yield stream.decode("latin-1")
    if content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"):
        yield from _pictured(content)


def _archived(content: bytes) -> Iterator[str]:
    """Yield what an archive holds, as far as it opens."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            for member in archive.infolist():
                yield member.filename + member.comment.decode("utf-8", "replace")
                yield member.extra.decode("latin-1")
                yield from _contents(archive.read(member))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, struct.error):
        return


def _pictured(content: bytes) -> Iterator[str]:
    """Yield what stands beside the pixels of a picture, as far as it opens."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            yield repr(picture.info) + repr(dict(picture.getexif()))
    except (OSError, ValueError, SyntaxError, struct.error):
        return


def plainest(view: str, *, tags: bool, gaps: bool = False) -> str:
    """Return a text with every spelling undone that a reader, a program or a link scanner undoes; tags kept or not."""
    for _ in range(4):
        view = _words(_unescaped(unquote_to_bytes(html.unescape(view)).decode("utf-8", "replace")), strict=False)
    pieces = [view]
    for run in re.findall(r"[A-Za-z0-9+/]{16,}", view):
        pieces.append(base64.b64decode(run[: len(run) // 4 * 4]).decode("latin-1"))
    view = " ".join(pieces)
    if not tags:
        view = re.sub(r"</?[a-z!][^<>]*>", "", view, flags=re.IGNORECASE)
    view = re.sub(r"=(?:40|\r?\n)", lambda match: "@" if match[0] == "=40" else "", view)
    kept = (
        char for char in unicodedata.normalize("NFKC", view) if unicodedata.category(char) not in {"Cf", "Cc", "Mn"}
    )
    return re.sub(r">" if gaps else r"[\s>]", "", "".join(kept)).lower().replace("\u3002", ".")


def _unescaped(view: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), view)
