"""What the door hands to the house, and what the house answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ACCEPTED = 250


@dataclass(frozen=True)
class Verdict:
    """What the house says of a recipient: 250, or the SMTP reply to give at RCPT.

    `text` opens with the enhanced status code of RFC 3463 ("5.7.1 Cette offre est close"); a line feed in it makes a
    reply of several lines. Accents reach only peers that asked for SMTPUTF8, the others read the letters without them.
    """

    code: int
    text: str = ""


@dataclass(frozen=True)
class Envelope:
    """One mail as it crossed the door, its octets as they were sent (RFC 5321 2.3.1)."""

    peer: str  # IP address, or "unix"
    helo: str
    sender: str  # "" for the null sender of bounces
    recipients: tuple[str, ...]  # each once, domain in lower case
    content: bytes
    door: str  # "smtp" or "lmtp"


@dataclass(frozen=True)
class Stored:
    """What became of a mail for one of its recipients; `reply` is a whole SMTP reply ("250 2.0.0 kept as 12")."""

    recipient: str
    ok: bool
    reply: str


# (recipient, sender, peer) -> verdict. May block: always called in a thread. TemporaryFailure: 451 4.3.0.
Check = Callable[[str, str, str], Verdict]
# Blocks until what it reports as stored is durable; always called in a thread. TemporaryFailure: 451 4.3.0 for all.
# Under SMTP ("smtp" in `Envelope.door`) there is one reply for all recipients: it keeps the mail for all or for none.
Store = Callable[[Envelope], Sequence[Stored]]
