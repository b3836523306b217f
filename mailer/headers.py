"""The headers of every mail of ours, by what it is: a letter of ours, or somebody's words that we pass on."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache

from jobboard.letters.base import Stream

BULK = frozenset({Stream.ALERTS, Stream.LETTERS})
HOP = "X-Passerelle-Hop"
KIND = "X-Passerelle-Kind"  # for filters of mail clients and for whoever helps
WIDTH = 78
# Ids and addresses of the web, which software compares letter by letter: RFC 2047 5 allows no encoded word in them.
_VERBATIM = frozenset(
    {
        "message-id",
        "in-reply-to",
        "references",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "list-help",
        "list-archive",
        "feedback-id",
    }
)
_MAILBOXES = frozenset({"from", "to", "reply-to"})
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_WORD_OCTETS = 30  # of UTF-8 in one encoded word: with an address behind it the line stays short (RFC 2047 2)
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


class MailPolicy(EmailPolicy):
    """The library's policy for SMTP, but ids are folded between them only: it would encode those that are long."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the lines of one field, CRLF included."""
        text = str(value)
        if name.lower() in _MAILBOXES and not all(one.addr_spec.isascii() for one in getattr(value, "addresses", ())):
            # An address has no other spelling than UTF-8 (RFC 6532 3.2): no encoded word may stand in it.
            return f"{name}: {text}\r\n".encode()
        if name.lower() not in _VERBATIM or not text.isascii():
            return super().fold_binary(name, value)
        return _between_words(name, text)


def _between_words(name: str, text: str) -> bytes:
    lines = [f"{name}:"]
    for number, word in enumerate(text.split()):
        if number and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


POLICY = MailPolicy(linesep="\r\n", max_line_length=WIDTH)


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, under which ids; everything that headers are made of."""

    sender: str  # From
    sender_name: str
    recipient: str
    recipient_name: str
    reply_to: str
    message_id: str
    subject: str
    date: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    kind: str = ""
    relayed: bool = False
    automatic: str | None = None  # Auto-Submitted of a relayed mail, as it came
    precedence: str | None = None
    importance: str | None = None
    list_name: str = ""  # of a bulk stream: "alerts", "letters-weekly"
    unsubscribe_url: str = ""
    unsubscribe_address: str = ""
    help_address: str = ""
    archive_url: str = ""  # of a list of letters
    feedback_id: str = ""  # by what providers count complaints: "edition-12:letters-weekly:letters:emploi"


def start_message(envelope: Envelope, *, domain: str, site_name: str) -> EmailMessage:
    """Return a message with its headers and no body yet."""
    message = EmailMessage(policy=POLICY)
    for name, value in _fields(envelope, domain, site_name):
        message[name] = value
    return message


def header(envelope: Envelope, *, domain: str, site_name: str) -> bytes:
    """Return the same fields as octets, each with its CRLF: fast, as most of them are those of the mail before."""
    return b"".join(_octets(name, value) for name, value in _fields(envelope, domain, site_name))


def _octets(name: str, value: str | Address) -> bytes:
    if isinstance(value, Address):
        plain = _PLAIN_ADDRESS.fullmatch(value.addr_spec)
        return (
            b"%s: %s\r\n" % (name.encode(), mailbox(value.display_name, value.addr_spec))
            if plain
            else _fold(name, value)
        )
    return _between_words(name, value) if name.lower() in _VERBATIM and value.isascii() else _fold_often(name, value)


def _fold(name: str, value: str | Address) -> bytes:
    return POLICY.fold_binary(*POLICY.header_store_parse(name, value))


_fold_often = lru_cache(maxsize=1024)(_fold)


def _fields(envelope: Envelope, domain: str, site_name: str) -> Iterator[tuple[str, str | Address]]:
    yield "From", _address(envelope.sender_name, envelope.sender)
    yield "To", _address(envelope.recipient_name, envelope.recipient)
    yield "Subject", literal(envelope.subject)
    yield "Date", format_datetime(envelope.date)
    yield "Message-ID", envelope.message_id
    yield "Reply-To", _address(envelope.sender_name if envelope.relayed else site_name, envelope.reply_to)
    references = [one for one in envelope.references if _is_plain(one)]
    if envelope.in_reply_to and _is_plain(envelope.in_reply_to):
        yield "In-Reply-To", envelope.in_reply_to
    if references:
        yield "References", " ".join(references)
    yield from _automatic(envelope)
    if envelope.unsubscribe_address:
        yield from _list(envelope, domain, site_name)
    yield HOP, "1"
    yield KIND, envelope.kind


def mailbox(name: str, address: str) -> bytes:
    """Return a mailbox for a header as the library writes it, fast for names that are no longer than most."""
    if not name.isprintable():
        name = "".join(char if char.isprintable() else " " for char in name)
    clean = literal(" ".join(name.split())[:78])
    if not clean:
        return address.encode()
    if clean.isascii():
        if not _ATOM.fullmatch(clean):
            clean = '"' + re.sub(r'(["\\])', r"\\\1", clean) + '"'
        return (
            f"{clean}\r\n <{address}>".encode() if len(clean) + len(address) > 70 else f"{clean} <{address}>".encode()
        )
    octets = clean.encode()
    if len(octets) > _WORD_OCTETS:
        return mailbox_field(name, address)
    return b"=?utf-8?b?%s?= <%s>" % (base64.b64encode(octets), address.encode())


def mailbox_field(name: str, address: str) -> bytes:
    """Return the value of a field that holds one mailbox, folded; without its last CRLF."""
    message = EmailMessage(policy=POLICY)
    message["To"] = _address(name, address)
    return message.as_bytes().removeprefix(b"To:").strip()  # of a long name the first line may be empty


def literal(text: str) -> str:
    """Return a text that the library takes as it stands: it would decode what looks like an encoded word once more.

    What a broken encoded word decodes to is anything, half characters that no header can hold included.
    """
    return text.replace("=?", "= ?")


def _is_plain(message_id: str) -> bool:
    """Tell whether an id of somebody else's may stand in a header of ours: any server must be able to take it."""
    return message_id.isascii() and "=?" not in message_id


def _automatic(envelope: Envelope) -> Iterator[tuple[str, str]]:
    """Say who wrote: a machine of ours (RFC 3834 5), or whoever the other side said it was."""
    if envelope.relayed:
        if envelope.automatic:
            yield "Auto-Submitted", envelope.automatic
            yield "X-Auto-Response-Suppress", "All"
        if envelope.precedence:
            yield "Precedence", envelope.precedence
        if envelope.importance:
            yield "Importance", envelope.importance
        return
    yield "Auto-Submitted", "auto-replied" if envelope.in_reply_to else "auto-generated"
    yield "X-Auto-Response-Suppress", "All"


def _list(envelope: Envelope, domain: str, site_name: str) -> Iterator[tuple[str, str]]:
    """Say which stream it is and how to leave it: RFC 2919, RFC 2369, RFC 8058."""
    yield "List-Id", f"{site_name} <{envelope.list_name}.{domain}>"
    yield "List-Unsubscribe", f"<{envelope.unsubscribe_url}>, <mailto:{envelope.unsubscribe_address}>"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "List-Help", f"<mailto:{envelope.help_address}?subject=AIDE>"
    if envelope.archive_url:
        yield "List-Archive", f"<{envelope.archive_url}>"
    if envelope.feedback_id:
        yield "Feedback-ID", envelope.feedback_id


def _address(name: str, address: str) -> Address:
    """Return a mailbox whose display name cannot break the header: controls dropped, 78 characters at most.

    The address is taken as its server knows it: the library would refuse "zoé@", and "a..b@", which exist.
    """
    clean = literal(" ".join("".join(char if char.isprintable() else " " for char in name).split())[:78])
    local, _, host = address.rpartition("@")
    if len(local) > 1 and local.startswith('"') and local.endswith('"'):
        local = local[1:-1]  # the library puts the quotes back where they are needed
    if local.isascii() and not host.isascii():
        with suppress(UnicodeError):  # no name of the DNS: the server will say so
            host = host.encode("idna").decode()
    return Address(clean, local, host)
