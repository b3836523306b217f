"""The headers of every mail of ours, by what it is: a letter of ours, or somebody's words that we pass on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

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
    message["From"] = _address(envelope.sender_name, envelope.sender)
    message["To"] = _address(envelope.recipient_name, envelope.recipient)
    message["Subject"] = literal(envelope.subject)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    message["Reply-To"] = _address(envelope.sender_name if envelope.relayed else site_name, envelope.reply_to)
    references = [one for one in envelope.references if _is_plain(one)]
    if envelope.in_reply_to and _is_plain(envelope.in_reply_to):
        message["In-Reply-To"] = envelope.in_reply_to
    if references:
        message["References"] = " ".join(references)
    _automatic(message, envelope)
    if envelope.unsubscribe_address:
        _list(message, envelope, domain, site_name)
    message[HOP] = "1"
    message[KIND] = envelope.kind
    return message


def mailbox_field(name: str, address: str) -> bytes:
    """Return the value of a field that holds one mailbox, folded; without its last CRLF."""
    message = EmailMessage(policy=POLICY)
    message["To"] = _address(name, address)
    return message.as_bytes().partition(b": ")[2].removesuffix(b"\r\n\r\n")


def literal(text: str) -> str:
    """Return a text that the library takes as it stands: it would decode what looks like an encoded word once more.

    What a broken encoded word decodes to is anything, half characters that no header can hold included.
    """
    return text.replace("=?", "= ?")


def _is_plain(message_id: str) -> bool:
    """Tell whether an id of somebody else's may stand in a header of ours: any server must be able to take it."""
    return message_id.isascii() and "=?" not in message_id


def _automatic(message: EmailMessage, envelope: Envelope) -> None:
    """Say who wrote: a machine of ours (RFC 3834 5), or whoever the other side said it was."""
    if envelope.relayed:
        if envelope.automatic:
            message["Auto-Submitted"] = envelope.automatic
            message["X-Auto-Response-Suppress"] = "All"
        if envelope.precedence:
            message["Precedence"] = envelope.precedence
        if envelope.importance:
            message["Importance"] = envelope.importance
        return
    message["Auto-Submitted"] = "auto-replied" if envelope.in_reply_to else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _list(message: EmailMessage, envelope: Envelope, domain: str, site_name: str) -> None:
    """Say which stream it is and how to leave it: RFC 2919, RFC 2369, RFC 8058."""
    message["List-Id"] = f"{site_name} <{envelope.list_name}.{domain}>"
    message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>, <mailto:{envelope.unsubscribe_address}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Help"] = f"<mailto:{envelope.help_address}?subject=AIDE>"
    if envelope.archive_url:
        message["List-Archive"] = f"<{envelope.archive_url}>"
    if envelope.feedback_id:
        message["Feedback-ID"] = envelope.feedback_id


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
