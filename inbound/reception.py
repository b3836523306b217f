"""What all connections of a door share: seats, threads, and the two questions put to the house.

The house is asked in threads only, so that a slow database never keeps another peer waiting for its banner; whatever it
raises becomes a reply here, and never ends a connection.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic
from typing import Protocol

from inbound import replies
from inbound.automatic import is_loop
from inbound.envelopes import ACCEPTED, Check, Envelope, Store, Stored, Verdict
from inbound.incoming import has_unclear_lines, without_doubled_dots
from inbound.limits import LargeMails, Limits, Seats
from jobboard.errors import TemporaryFailure

log = logging.getLogger("passerelle.inbound")

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
_MESSAGE_LENGTH = 200
_LATER = Verdict(int(replies.LATER[:3]), replies.LATER[4:])


@dataclass(frozen=True)
class Question:
    """A recipient to ask about; `connection` names the connection in the log."""

    connection: int
    recipient: str
    sender: str
    peer: str


class Guest(Protocol):
    """A connection, as the door sees it when it closes."""

    def leave(self, goodbye: str) -> None: ...

    def abandon(self) -> None: ...

    def cut(self) -> None: ...


class Reception:
    """One per door; used on the event loop, its threads apart."""

    def __init__(
        self, check: Check, store: Store, domain: str, limits: Limits, tls: ssl.SSLContext | None = None
    ) -> None:
        self.domain = domain
        self.tls = tls
        self.limits = limits
        self.seats = Seats(limits)
        self.large_mails = LargeMails(limits)
        self.numbers = count(1)
        self._check = check
        self._store = store
        half = max(1, limits.threads // 2)
        # Two pools: checks are short, and a store that hangs must not keep them from answering.
        self._checking = ThreadPoolExecutor(half, "door-check")
        self._storing = ThreadPoolExecutor(half, "door-store")
        self._one_large = threading.Lock()
        self._guests: set[Guest] = set()
        self._work: set[asyncio.Future[Sequence[Stored] | str]] = set()
        self._changed = asyncio.Event()

    @property
    def guests(self) -> list[Guest]:
        """Who is connected."""
        return list(self._guests)

    def arrive(self, guest: Guest) -> None:
        """Know of a connection."""
        self._guests.add(guest)

    def depart(self, guest: Guest) -> None:
        """Forget a connection."""
        self._guests.discard(guest)
        self._changed.set()

    async def wait_empty(self, seconds: float) -> bool:
        """Tell whether, within so many seconds, everybody has left and everything is stored."""
        try:
            async with asyncio.timeout(seconds):
                while self._guests or self._work:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let the threads go; those that still run end by themselves."""
        for pool in (self._checking, self._storing):
            pool.shutdown(wait=False, cancel_futures=True)

    async def judge(self, question: Question) -> Verdict:
        """Ask the house about a recipient; its failures are 451 4.3.0."""
        return await asyncio.get_running_loop().run_in_executor(self._checking, self._judge, question)

    async def keep(
        self, connection: int, envelope: Envelope, chunks: list[bytes], done: Callable[[], None]
    ) -> Sequence[Stored] | str:
        """Have a mail stored; `envelope` comes without its content, `chunks` are its octets with their dots doubled.

        Returns what became of it for each recipient, in their order, or one reply that refuses it for all. Calls `done`
        when the mail is out of memory, also when the peer has gone meanwhile: what is being stored is stored.
        """
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._storing, self._keep, connection, envelope, chunks)
        self._work.add(work)

        def finish(_: object) -> None:
            self._work.discard(work)
            self._changed.set()
            done()

        work.add_done_callback(finish)
        return await asyncio.shield(work)

    def _sealed(self, connection: int, chunks: list[bytes]) -> bytes | None:
        """Return the octets of a mail as its author wrote them; None where readers could disagree about its lines.

        Each step over a large mail holds the interpreter for some 10 ms. One such mail at a time: several together
        would keep the event loop, and so everybody's banner, waiting for the sum of them.
        """
        large = sum(map(len, chunks)) > self.limits.large_octets
        with self._one_large if large else nullcontext():
            raw = b"".join(chunks)
            chunks.clear()
            if has_unclear_lines(raw):
                log.info("mail.refused connection=%d reason=unclear-lines octets=%d", connection, len(raw))
                return None
            return without_doubled_dots(raw)

    def _judge(self, question: Question) -> Verdict:
        try:
            verdict = self._check(question.recipient, question.sender, question.peer)
        except TemporaryFailure:
            log.warning("door.away doing=check connection=%d", question.connection)
            return _LATER
        except Exception as error:  # a bug in the house is no reason to lose a mail: the peer tries again
            log.error("door.fault doing=check connection=%d\n%s", question.connection, without_addresses(error))
            return _LATER
        if verdict.code != ACCEPTED and not 400 <= verdict.code < 600:
            log.error("door.fault doing=check connection=%d no reply to RCPT: %d", question.connection, verdict.code)
            return _LATER
        return verdict

    def _keep(self, connection: int, envelope: Envelope, chunks: list[bytes]) -> Sequence[Stored] | str:
        content = self._sealed(connection, chunks)
        if content is None:
            return replies.BARE_LINE_END
        if is_loop(content):
            log.info("mail.refused connection=%d reason=loop octets=%d", connection, len(content))
            return replies.LOOP
        whole = replace(envelope, content=content)
        del content
        began = monotonic()
        try:
            stored = {each.recipient: each for each in self._store(whole)}
        except TemporaryFailure:
            log.warning("door.away doing=store connection=%d", connection)
            stored = {}
        except Exception as error:  # a bug in the house is no reason to lose a mail: the peer tries again
            log.error("door.fault doing=store connection=%d\n%s", connection, without_addresses(error))
            stored = {}
        outcome = [_sound(recipient, stored.get(recipient)) for recipient in whole.recipients]
        log.info(
            "mail.received connection=%d door=%s recipients=%d stored=%d octets=%d ms=%d",
            connection,
            whole.door,
            len(outcome),
            sum(each.ok for each in outcome),
            len(whole.content),
            (monotonic() - began) * 1000,
        )
        return outcome


def _sound(recipient: str, stored: Stored | None) -> Stored:
    """Return the outcome with a reply that cannot contradict it."""
    if stored is None:
        return Stored(recipient, False, replies.LATER)
    right = ("2",) if stored.ok else ("4", "5")
    if stored.reply.startswith(right):
        return stored
    return replace(stored, reply=replies.OK if stored.ok else replies.LATER)


def without_addresses(error: BaseException) -> str:
    """Return the traceback of a bug for the log: of each message its first line only, shortened, addresses masked.

    What a database adds in further lines (the failing row, the parameters) holds what people wrote.
    """
    told: list[str] = []
    while True:
        lines = str(error).splitlines() or [""]
        message = _ADDRESS.sub("…@…", lines[0])[:_MESSAGE_LENGTH]
        told.insert(0, f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__qualname__}: {message}")
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if earlier is None:
            return "Traceback (most recent call last):\n" + "\nthen:\n".join(told)
        error = earlier
