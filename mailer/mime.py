"""Walk a received mail and decode its parts: bounded, never raising, whatever the octets are."""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from email.policy import compat32

from mailer.charsets import clean, decode_text, decode_words
from mailer.content_headers import read_parameters

MAX_PARTS = 500
MAX_DEPTH = 30
MAX_DECODED = 40 * 1024 * 1024  # octets, all parts of one mail together
MAX_HEADERS = 256 * 1024  # octets of one header block
MAX_NAME = 120  # characters of a file name

_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
_TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(octet for octet in range(256) if octet not in _BASE64)
_FULL_PATH = re.compile(r"^(?:[A-Za-z]:[\\/]|\\\\|/).*[\\/]")


@dataclass(frozen=True)
class Part:
    """One part of a mail: a container with children, or a leaf with its transfer-decoded content.

    An attached mail (message/rfc822) is a leaf whose content is that mail; read it with `read` in its turn.
    """

    content_type: str  # lower case, without parameters
    parameters: tuple[tuple[str, str], ...] = ()
    disposition: str = ""  # "inline", "attachment" or ""
    declared_name: str = ""  # the file name as the sender wrote it, decoded; "" when none was given
    content_id: str = ""  # without angle brackets
    content: bytes = b""
    children: tuple[Part, ...] = ()

    @property
    def charset(self) -> str:
        """Return the declared charset in lower case, or ""."""
        return self.parameter("charset").lower()

    @property
    def text(self) -> str:
        r"""Return the content as text with "\n" line ends, flowed lines joined (RFC 3676)."""
        charset = self.charset
        if not charset and self.content_type == "text/html" and (meta := _META_CHARSET.search(self.content[:2048])):
            charset = meta[1].decode("ascii")
        text = decode_text(self.content, charset)
        if self.parameter("format").lower() == "flowed":
            return _unflow(text, delete_space=self.parameter("delsp").lower() == "yes")
        return text

    @property
    def filename(self) -> str:
        """Return the file name without path or control characters, or ""."""
        return clean_filename(self.declared_name)

    def parameter(self, name: str) -> str:
        """Return a parameter of Content-Type by its lower-case name, or ""."""
        return dict(self.parameters).get(name, "")

    def leaves(self) -> Iterator[Part]:
        """Yield the parts that hold content, in the order of the mail."""
        if not self.content_type.startswith("multipart/"):
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Mail:
    """A whole mail as it was received: decoded headers in their order, and the tree of its parts."""

    headers: tuple[tuple[str, str], ...]
    root: Part
    complete: bool  # False when a limit left something out

    @property
    def subject(self) -> str:
        """Return the decoded subject on one line, or ""."""
        return " ".join(self.header("subject").split())

    def header(self, name: str) -> str:
        """Return the decoded value of the first header of that name (case does not matter), or ""."""
        wanted = name.lower()
        return next((value for header, value in self.headers if header.lower() == wanted), "")


@dataclass
class _Budget:
    """What may still be read of one mail."""

    parts: int = MAX_PARTS
    octets: int = MAX_DECODED
    complete: bool = True

    def take(self, content: bytes) -> bytes:
        if len(content) > self.octets:
            self.complete = False
            return b""
        self.octets -= len(content)
        return content


def read(raw: bytes) -> Mail:
    """Return the mail that these octets are, as well as they can be understood; never raises.

    At most MAX_PARTS parts, MAX_DEPTH levels and MAX_DECODED octets are read: `complete` says whether that was all.
    """
    budget = _Budget()
    headers, body = _split_headers(raw, budget)
    # A line end within a header comes out of an encoded word; so may the soft break of what was encoded twice.
    decoded = tuple((name, decode_words(value).replace("=\n", "").replace("\n", " ")) for name, value in headers)
    return Mail(decoded, _read_part(headers, body, budget, depth=0), budget.complete)


def clean_filename(name: str) -> str:
    """Return a file name without path, control or direction characters, at most MAX_NAME long, its extension kept."""
    name = _FULL_PATH.sub("", unicodedata.normalize("NFC", name))
    kept = (char for char in name if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = " ".join("".join(kept).replace("/", "-").replace("\\", "-").split()).lstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 12:
        return stem[: MAX_NAME - len(extension) - 1] + dot + extension
    return name[:MAX_NAME]


def _split_headers(raw: bytes, budget: _Budget) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers, their encoded words kept, and the body; what is no header in the block belongs to it."""
    if raw[:1] in (b"\r", b"\n"):
        return [], raw[2:] if raw.startswith(b"\r\n") else raw[1:]
    blank = _BLANK_LINE.search(raw)
    block, body = (raw[: blank.end()], raw[blank.end() :]) if blank else (raw, b"")
    if len(block) > MAX_HEADERS:
        budget.complete = False
        block = block[:MAX_HEADERS]
    # Latin-1 keeps every octet, so that each value can be decoded on its own afterwards.
    message = HeaderParser(policy=compat32).parsestr(block.decode("latin-1"))
    rest = str(message.get_payload() or "").encode("latin-1", "replace")
    return [(clean(name), _unfold(str(value))) for name, value in message.raw_items()], rest + body


def _unfold(value: str) -> str:
    unfolded = re.sub(r"[\r\n]+(?=[ \t])", "", value)
    return decode_text(unfolded.encode("latin-1", "replace")).replace("\n", " ").strip()


def _read_part(headers: list[tuple[str, str]], body: bytes, budget: _Budget, depth: int) -> Part:
    values = {name.lower(): value for name, value in reversed(headers)}
    content_type, parameters = _content_type(values.get("content-type", ""))
    disposition, placed = read_parameters(values.get("content-disposition", ""))
    encoding = values.get("content-transfer-encoding", "").split(";")[0].strip().lower()
    name = decode_words(placed.get("filename") or parameters.get("name") or "")
    children: tuple[Part, ...] = ()
    content = b""
    if content_type.startswith("multipart/"):
        children = _read_children(content_type, parameters.get("boundary", ""), body, budget, depth)
        if not children:
            content_type, content = "text/plain", budget.take(_decode_transfer(body, encoding))
    else:
        content = budget.take(_decode_transfer(body, encoding))
    return Part(
        content_type=content_type,
        parameters=tuple(parameters.items()),
        disposition=disposition if disposition in {"", "inline"} else "attachment",
        declared_name=name,
        content_id=values.get("content-id", "").strip().strip("<>").strip(),
        content=content,
        children=children,
    )


def _content_type(value: str) -> tuple[str, dict[str, str]]:
    """Return type and parameters; what is no type counts as text (RFC 2045 5.2)."""
    content_type, parameters = read_parameters(value)
    return (content_type if _TYPE.fullmatch(content_type) else "text/plain"), parameters


def _read_children(container: str, boundary: str, body: bytes, budget: _Budget, depth: int) -> tuple[Part, ...]:
    if not boundary:
        return ()
    if depth >= MAX_DEPTH:
        budget.complete = False
        return ()
    children = []
    for piece in _split_body(body, boundary.encode("utf-8", "replace")):
        if budget.parts <= 0:
            budget.complete = False
            break
        budget.parts -= 1
        headers, content = _split_headers(piece, budget)
        if container == "multipart/digest" and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "message/rfc822"))  # RFC 2046 5.1.5
        children.append(_read_part(headers, content, budget, depth + 1))
    return tuple(children)


def _split_body(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield what lies between the delimiter lines (RFC 2046 5.1.1); a missing last one ends with the body."""
    delimiter = b"--" + boundary
    begin, position = -1, 0
    while (found := body.find(delimiter, position)) >= 0:
        position = found + len(delimiter)
        if found and body[found - 1] not in b"\r\n":
            continue
        last = body.startswith(b"--", position)
        line = re.compile(rb"(?:--)?[ \t]*(?:\r\n|\r|\n|\Z)").match(body, position)
        if line is None:
            continue
        if begin >= 0:
            yield _without_line_end(body[begin:found])
        begin, position = (-1 if last else line.end()), line.end()
        if last:
            return
    if begin >= 0:
        yield body[begin:]


def _without_line_end(piece: bytes) -> bytes:
    for end in (b"\r\n", b"\n", b"\r"):
        if piece.endswith(end):
            return piece[: -len(end)]
    return piece


def _decode_transfer(body: bytes, encoding: str) -> bytes:
    decode = _DECODERS.get(encoding)
    return decode(body) if decode else body


def _from_base64(body: bytes) -> bytes:
    """Decode as mail readers do: foreign characters are ignored, the first padding ends it, a cut one is completed."""
    data = body.translate(None, delete=_NOT_BASE64).partition(b"=")[0]
    data = data[: len(data) - (len(data) % 4 == 1)]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _from_uuencode(body: bytes) -> bytes:
    lines = iter(body.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return body
    decoded = []
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad the last line too long: its first octet says how much counts.
            octets = (((line[0] - 32) & 63) * 4 + 5) // 3
            decoded.append(_quietly_from_uu(line[:octets]))
    return b"".join(decoded)


def _quietly_from_uu(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": _from_base64,
    "quoted-printable": binascii.a2b_qp,
    "uuencode": _from_uuencode,
    "x-uuencode": _from_uuencode,
    "x-uue": _from_uuencode,
    "uue": _from_uuencode,
}


def _unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that end in a space with the next one of the same quote depth (RFC 3676 4)."""
    paragraphs: list[list[str]] = []
    depth_before, open_before = 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if open_before and depth == depth_before and content != "-- ":
            if delete_space:
                paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + (" " if depth else ""), content])
        depth_before, open_before = depth, content.endswith(" ") and content != "-- "
    return "\n".join("".join(paragraph) for paragraph in paragraphs)
