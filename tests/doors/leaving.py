"""What tests of outgoing mail share: a letter, a way to send it, and transports that are closed at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from mailer.replies import Blame, Outcome, Verdict
from mailer.transport import Transport, open_transport

SENDER = "v-abc@passerelle.example"
ZOE = "zoe@example.test"
MESSAGE = b"From: bonjour@passerelle.example\r\nTo: zoe@example.test\r\nMessage-ID: <1@x.example>\r\n\r\nBonjour,\r\n"


class Opener:
    """Opens transports by URL, and closes them at the end of its `with`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._transports: list[Transport] = []

    def __call__(self, url: str, **options: Any) -> Transport:
        """Open one more; `options` are those of `open_transport`."""
        self._transports.append(open_transport(url, **{"home": self._home, "hello": "passerelle.example", **options}))
        return self._transports[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for transport in self._transports:
            transport.close()


def send(transport: Transport, recipient: str = ZOE, message: bytes = MESSAGE, sender: str = SENDER) -> Outcome:
    """Send a letter to Zoé."""
    return transport.send(sender=sender, recipient=recipient, message=message)


def facts(outcome: Outcome) -> tuple[Verdict, Blame | None, str]:
    """Return what delivery decides by."""
    return outcome.verdict, outcome.blame, outcome.stage
