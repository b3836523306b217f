"""What a received mail says and carries: its readable text, its HTML, its attachments."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.generator import BytesGenerator
from email.header import decode_header as split_words
from email.message import Message
from io import BytesIO

from inbound.html_text import text_of_html
from inbound.parts import clean_line, clean_text, decode_header, decode_text

MAX_TEXT = 1_000_000  # characters
MAX_FILENAME = 150

# Parts of the machinery of mail: nobody attached them.
_NO_DOCUMENTS = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
    | {"application/pgp-encrypted", "text/rfc822-headers"}
)
_TYPES = mimetypes.MimeTypes()  # the built-in table only: the same names on every machine
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bq]\?[^?]{0,2000}\?=", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """A document that came along, decoded; `filename` is its last path component, cleaned, never empty."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Shown:
    """One stretch of body: text/plain as text, or HTML."""

    text: str
    is_html: bool


@dataclass
class Body:
    """What the parts of a mail, or one part, hold."""

    shown: list[Shown] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def read_text(self) -> str:
        """Return the readable text: line feeds only, no control characters, at most MAX_TEXT characters."""
        texts = (text_of_html(part.text) if part.is_html else part.text for part in self.shown)
        return clean_text("\n\n".join(text.strip("\r\n") for text in texts if text.strip())[:MAX_TEXT])

    def has_words(self, *, is_html: bool) -> bool:
        """Return whether something other than white space is shown in that form."""
        return any(part.text.strip() for part in self.shown if part.is_html is is_html)


def read_body(part: Message) -> Body:
    """Return the body of a part and everything under it; attached messages are attachments, not text."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return Body(attachments=[_attach_message(part)])
    if kind.startswith("message/"):
        return Body()
    if not part.is_multipart():
        try:
            return _read_leaf(part, kind)
        except Exception:  # parameters that the standard library cannot decode: this part is lost, not the mail
            return Body()
    children = [read_body(child) for child in part.get_payload() if isinstance(child, Message)]
    body = Body(
        html=[html for child in children for html in child.html],
        attachments=[attachment for child in children for attachment in child.attachments],
    )
    chosen = _choose_alternative(children) if kind == "multipart/alternative" else children
    body.shown = [shown for child in chosen for shown in child.shown]
    return body


def _choose_alternative(children: list[Body]) -> list[Body]:
    """Return the child to read: the first with plain words, else the first with HTML (RFC 2046 5.1.4)."""
    for is_html in (False, True):
        for child in children:
            if child.has_words(is_html=is_html):
                return [child]
    return []


def _read_leaf(part: Message, kind: str) -> Body:
    filename = decode_filename(part)
    is_text = kind in {"text/plain", "text/html"} or kind.startswith("multipart/")
    if is_text and not filename and part.get_content_disposition() != "attachment":
        text = decode_text(_read_octets(part), part.get_content_charset())
        if kind == "text/html":
            return Body(shown=[Shown(text, is_html=True)], html=[clean_text(text[:MAX_TEXT])])
        return Body(shown=[Shown(_unflow(text[:MAX_TEXT], part), is_html=False)])
    if kind in _NO_DOCUMENTS or (kind.startswith("text/x-amp") and not filename):
        return Body()
    return Body(attachments=[Attachment(filename or _name_by_type(kind), kind, _read_octets(part))])


def _read_octets(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attach_message(part: Message) -> Attachment:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    out = BytesIO()
    if isinstance(inner, Message):
        try:
            BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(inner)
        except Exception:  # the standard library cannot write again every malformed or very deep mail that it reads
            out = BytesIO()
    return Attachment(decode_filename(part) or "message.eml", "message/rfc822", out.getvalue())


def decode_filename(part: Message) -> str:
    """Return the file name a part declares, decoded (RFC 2231, or RFC 2047 as Outlook does), or ""."""
    fields = Message()  # a copy: the library loses the octets of a name that is neither ASCII nor encoded
    for field_name, value in part.raw_items():
        if field_name.lower() in {"content-disposition", "content-type"} and field_name not in fields:
            fields[field_name] = decode_header(str(value))
    name = decode_header(fields.get_filename("") or "")
    if "=?" in name:
        name = decode_words(name)
    name = clean_line(re.split(r"[/\\]", clean_line(name, 2_000))[-1], 1_000).strip(". ")
    stem, dot, extension = name.rpartition(".")
    return name if len(name) <= MAX_FILENAME else stem[: MAX_FILENAME - 20] + dot + extension[:19]


def decode_words(text: str) -> str:
    """Return text with its RFC 2047 encoded words decoded, also where the RFC does not allow them."""
    joined = re.sub(r"(\?=)\s+(?==\?)", r"\1", text[:8_000])
    return _ENCODED_WORD.sub(lambda found: _decode_word(found[0]), joined)


def _decode_word(word: str) -> str:
    try:
        (content, charset), *_ = split_words(word)
    except (HeaderParseError, ValueError):  # base64 that is none
        return word
    return content if isinstance(content, str) else decode_text(content, (charset or "").partition("*")[0])


def _name_by_type(kind: str) -> str:
    if kind == "text/calendar":
        return "invitation.ics"
    return "piece-jointe" + (_TYPES.guess_extension(kind) or ".bin")


def _unflow(text: str, part: Message) -> str:
    """Return text/plain with the soft line breaks of format=flowed joined (RFC 3676 4)."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    delete_space = str(part.get_param("delsp") or "").lower() == "yes"
    lines: list[list[str]] = []
    open_depth = -1  # quote depth of a line that goes on, or -1
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if depth != open_depth or content == "-- ":
            lines.append([">" * depth + (" " if depth and content else "")])
        lines[-1].append(content[:-1] if flows and delete_space else content)
        open_depth = depth if flows else -1
    whole = ("".join(pieces) for pieces in lines)
    return "\n".join(line if line.endswith("-- ") else line.rstrip(" ") for line in whole)
