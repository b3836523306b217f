"""A mail as the development pages show it: headers, text, HTML that can be framed, attachments."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr

# Shown above the mail; the others stand in its source.
HEADERS = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "X-Passerelle-Kind",
)  # fmt: skip
_CID = re.compile(r"cid:([^\"'\s)>]+)", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Attached:
    """A file of a mail."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True)
class MailView:
    """One mail, taken apart."""

    message: EmailMessage
    octets: bytes

    @classmethod
    def of(cls, octets: bytes) -> MailView:
        """Return the view of these octets; envelope lines in front of them are headers like others."""
        message = message_from_bytes(octets, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return cls(message, octets)

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"] or "")

    @property
    def author(self) -> str:
        """Who it is from, as mail clients list it."""
        name, address = parseaddr(str(self.message["From"] or ""))
        return name or address

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that are shown, in their order."""
        return [(name, str(value)) for name in HEADERS for value in self.message.get_all(name, [])]

    @property
    def text(self) -> str:
        """Its text part."""
        return _content(self.message.get_body(("plain",)))

    @property
    def html(self) -> str:
        """Its HTML part, with its own images in it, and links that open beside the frame."""
        found = _content(self.message.get_body(("html",)))
        if not found:
            return ""
        images = {str(part["Content-ID"]).strip(" <>"): part for part in self.message.walk() if part["Content-ID"]}
        shown = _CID.sub(lambda cid: _data(images[cid[1]]) if cid[1] in images else cid[0], found)
        return _HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', shown, count=1)

    @property
    def source(self) -> str:
        """The mail as it goes over the wire."""
        return self.octets.decode("utf-8", "replace")

    @property
    def files(self) -> list[Attached]:
        """Its attachments."""
        return [
            Attached(part.get_filename() or "", part.get_content_type(), len(_octets(part)))
            for part in self.message.iter_attachments()
        ]

    @property
    def reply_to(self) -> str:
        """Where an answer goes."""
        return parseaddr(str(self.message["Reply-To"] or self.message["From"] or ""))[1]


def _content(part: MIMEPart | None) -> str:
    return str(part.get_content()) if part is not None else ""


def _octets(part: MIMEPart) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else part.as_bytes()


def _data(part: MIMEPart) -> str:
    return f"data:{part.get_content_type()};base64,{base64.b64encode(_octets(part)).decode('ascii')}"
