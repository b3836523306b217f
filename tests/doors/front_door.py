"""A door for incoming mail on loopback, with a house of one list behind it, and a peer that speaks octets."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from inbound.server import Door, Envelope, Limits, Stored, Verdict

PATIENCE = 20.0  # seconds until a test that hangs fails


def take_all(envelope: Envelope) -> Sequence[Stored]:
    """Store for everybody."""
    return [Stored(recipient, True, "250 2.0.0 kept") for recipient in envelope.recipients]


def welcome(recipient: str, sender: str, peer: str) -> Verdict:
    """Take every recipient."""
    return Verdict(250)


@dataclass
class House:
    """Keeps what the door hands over; `judge` and `react` may be replaced to make it refuse, wait or fail."""

    judge: Callable[[str, str, str], Verdict] = welcome
    react: Callable[[Envelope], Sequence[Stored]] = take_all
    mails: list[Envelope] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def check(self, recipient: str, sender: str, peer: str) -> Verdict:
        self.threads.add(threading.current_thread().name)
        self.asked.append((recipient, sender, peer))
        return self.judge(recipient, sender, peer)

    def store(self, envelope: Envelope) -> Sequence[Stored]:
        self.threads.add(threading.current_thread().name)
        stored = self.react(envelope)
        if any(each.ok for each in stored):
            self.mails.append(envelope)
        return stored


class FrontDoor:
    """A running door in a thread of its own."""

    def __init__(self, house: House, url: str, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self.house = house
        self.door = Door(
            url,
            check=house.check,
            store=house.store,
            domain="passerelle.test",
            limits=limits,
            tls=tls,
            ready=self._opened,
        )
        self.urls: list[str] = []
        self.failure: BaseException | None = None
        self.complaints: list[str] = []  # what the event loop found nobody to tell
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="front-door")
        self._thread.start()
        assert self._open.wait(PATIENCE)
        if self.failure:
            self._thread.join(PATIENCE)
            raise self.failure

    @property
    def url(self) -> str:
        return self.urls[0]

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def begin_to_close(self) -> None:
        """Ask the door to close, and return at once; it may be closed already."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop.set)

    def wait_closed(self) -> None:
        """Wait until the door is closed."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def close(self) -> None:
        """Close the door and wait."""
        self.begin_to_close()
        self.wait_closed()

    def _opened(self, url: str) -> None:
        self.urls.append(url)
        self._open.set()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self.failure = error
        finally:
            self._open.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda loop, context: self.complaints.append(str(context)))
        self._stop = asyncio.Event()
        await self.door.serve_until(self._stop)


@contextmanager
def front_door(
    house: House | None = None,
    *,
    url: str = "smtp://127.0.0.1:0",
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[FrontDoor]:
    """Run a door for the length of a block; the event loop must have had nothing to complain of."""
    door = FrontDoor(house or House(), url, limits or Limits(grace_seconds=0.0), tls)
    try:
        yield door
    finally:
        door.close()
    assert door.complaints == []


class Peer:
    """A client that sends exactly the octets it is told to."""

    def __init__(self, door: FrontDoor, *, greet: bool = True) -> None:
        if door.url.startswith("lmtp+unix:"):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(PATIENCE)
            self.sock.connect(door.url.removeprefix("lmtp+unix:"))
        else:
            self.sock = socket.create_connection(("127.0.0.1", door.port), PATIENCE)
        self.file = self.sock.makefile("rb")
        self.banner = self.reply() if greet else ""
        if greet and self.banner.startswith("220"):
            self.extensions = self.ask("LHLO peer.example" if door.url.startswith("lmtp") else "EHLO peer.example")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.file.close()
        self.sock.close()

    def send(self, octets: bytes) -> None:
        """Send octets."""
        self.sock.sendall(octets)

    def reply(self) -> str:
        """Return the next reply, its lines joined by line feeds; "" when the door has hung up."""
        lines = []
        while line := self.file.readline():
            assert line.endswith(b"\r\n"), line
            lines.append(line[:-2].decode("utf-8"))
            if not re.match(r"\d{3}-", lines[-1]):
                break
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        """Send a command and return its reply."""
        self.send(command.encode() + b"\r\n")
        return self.reply()

    def announce(self, *recipients: str, sender: str = "lea@example.org", parameters: str = "") -> list[str]:
        """Say MAIL and RCPT; returns the replies."""
        said = [self.ask(f"MAIL FROM:<{sender}>{parameters}")]
        return said + [self.ask(f"RCPT TO:<{each}>") for each in recipients or ("alertes@passerelle.test",)]

    def deliver(self, body: bytes, *recipients: str) -> str:
        """Send a whole mail, `body` as it is and without its final dot; returns the last reply."""
        self.announce(*recipients)
        assert self.ask("DATA").startswith("354")
        self.send(body + b"\r\n.\r\n")
        return self.reply()
