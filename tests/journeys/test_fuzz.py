"""Broken mails and broken dialogues by the thousand to the running doors: all are answered, none is lost, none is a bug."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobboard.addresses import Addresses, Alias, Purpose
from passerelle import doors
from passerelle.correspondents import Someone
from tests.doors.smtp_sink import SmtpSink
from tests.journeys import mutants
from tests.journeys.world import World, events, installation

FULL = os.environ.get("PROOF") == "full"
MAILS = int(os.environ.get("FUZZ_MAILS", "50000" if FULL else "400"))
CONNECTIONS = 4
PATIENCE = 60.0  # seconds in which every command must have been answered
_KEPT = re.compile(rb"250 2\.0\.0 kept as (\d+)\r\n")


@pytest.fixture
def fuzzed() -> Iterator[World]:
    """An installation of its own, that spares nobody's rate."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-fuzz-"))
    generous = {"PASSERELLE_MAILS_PER_SENDER_PER_HOUR": "1000000", "PASSERELLE_APPLICATIONS_PER_DAY": "1000000"}
    try:
        with SmtpSink() as sink, installation(home, sink, **generous) as (settings, post):
            yield World(settings, post, sink)
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Fuzzer:
    """What all connections share: who may be written to, what was accepted, what was left without an answer."""

    def __init__(self, world: World, targets: list[tuple[str, str | None]]) -> None:
        self.smtp = world.post.smtp
        self.targets = targets  # (recipient, whose word counts there)
        self.mails = mutants.corpus()
        self.accepted: set[int] = set()
        self.unanswered: list[str] = []
        self._next = iter(range(MAILS))
        self._lock = threading.Lock()

    def run(self) -> None:
        """Send mutants over as many connections as it takes, until none is left."""
        line: Line | None = None
        while (number := self._take()) is not None:
            draw = mutants.chance(number)
            try:
                if line is None:
                    line = Line(self.smtp)
                if draw.random() < 0.15:
                    self._babble(line, draw.randint(1, 8), draw)
                elif draw.random() < 0.05:
                    self._pour(line, draw)
                    line = None
                else:
                    self._send(line, number, draw)
            except Ended:
                line = None
            except TimeoutError:
                self.unanswered.append(f"mutant {number}")
                line = None
        if line is not None:
            line.close()

    def _take(self) -> int | None:
        with self._lock:
            return next(self._next, None)

    def _send(self, line: Line, number: int, draw) -> None:
        recipient, author = draw.choice(self.targets)
        octets = mutants.mail(draw, self.mails, author if draw.random() < 0.6 else None)
        line.ask(b"RSET")
        sender = "" if draw.random() < 0.1 else f"fuzz{number}@courrier.example"
        line.ask(f"MAIL FROM:<{sender}>".encode())
        line.ask(f"RCPT TO:<{recipient}>".encode())
        if line.ask(b"DATA").startswith(b"354"):
            stuffed = (b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:]
            self._note(line.ask(stuffed + (b"." if stuffed.endswith(b"\r\n") else b"\r\n.")))

    def _babble(self, line: Line, commands: int, draw) -> None:
        """Say commands that are none, or out of order: each has one reply."""
        for _ in range(commands):
            if line.ask(mutants.command(draw)).startswith(b"354"):
                self._note(line.ask(draw.choice(self.mails)[:200].replace(b"\r\n.", b"\r\n..") + b"\r\n."))

    def _pour(self, line: Line, draw) -> None:
        """Send a mail without doubling its dots, what follows one being commands, and listen until the end."""
        recipient, _ = draw.choice(self.targets)
        octets = mutants.mail(draw, self.mails, None)
        line.pour(f"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode() + octets + b"\r\n.\r\nQUIT\r\n")
        for reply in line.rest():
            self._note(reply)

    def _note(self, reply: bytes) -> None:
        if found := _KEPT.search(reply):
            with self._lock:
                self.accepted.add(int(found[1]))


class Ended(Exception):
    """The door has closed the connection, with words."""


class Line:
    """One connection to the door."""

    def __init__(self, smtp: tuple[str, int]) -> None:
        self._sock = socket.create_connection(smtp, PATIENCE)
        self._file = self._sock.makefile("rb")
        self._reply()
        self.ask(b"EHLO fuzz.example")

    def ask(self, line: bytes) -> bytes:
        """Send a line, return its reply; raises Ended when that is the last one, TimeoutError when there is none."""
        try:
            self._sock.sendall(line + b"\r\n")
        except ConnectionError:
            raise Ended from None
        return self._reply()

    def pour(self, octets: bytes) -> None:
        """Send without listening."""
        self._sock.sendall(octets)

    def rest(self) -> Iterator[bytes]:
        """Return every reply up to the door's hanging up."""
        try:
            while True:
                yield self._reply()
        except (Ended, ConnectionError):
            self.close()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._sock.close()

    def _reply(self) -> bytes:
        while line := self._file.readline():
            assert line.endswith(b"\r\n"), line
            if line[3:4] != b"-":
                if line.startswith(b"421"):
                    self.close()
                    raise Ended
                return line
        raise Ended


def targets(world: World) -> list[tuple[str, str | None]]:
    """Return addresses of every purpose, each with the person whose word counts there."""
    recruiter, candidate = Someone("Rosa Fuzz", "rosa@atelier.example"), world.candidate("Carl Fuzz")
    world.published_offer(recruiter)
    world.post.answer(candidate, world.post.wait_for(candidate, "offer_alert"), "Je postule. " * 12)
    received = world.post.wait_for(recruiter, "application_received")
    world.post.answer(recruiter, received, "Venez donc nous voir mardi, nous en parlerons avec plaisir.")
    world.post.wait_for(candidate, "relayed_message")
    found: dict[str, str | None] = {world.to(alias): None for alias in Alias}
    for person in (recruiter, candidate):
        found |= {got.reply_to: person.address for got in world.post.received(person)}
    addresses = Addresses(world.settings)
    for purpose in (Purpose.RETURN, Purpose.UNSUBSCRIBE, Purpose.OFFER):
        found |= {addresses.make(purpose, number): candidate.address for number in (1, 2, 999)}
    return list(found.items())


def megabytes(process: int) -> float:
    """Return the memory that a process occupies."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def traces(log: str) -> list[str]:
    """Return the ends of the tracebacks in a log, each once."""
    found = log.split("Traceback (most recent call last):\n")[1:]
    ends = ("\n".join(list(itertools.takewhile(lambda line: line[:1] != "2", one.splitlines()))[-9:]) for one in found)
    return sorted(set(ends))


@pytest.mark.timeout(3500 if FULL else 300)
def test_every_mutant_is_answered_and_what_is_accepted_has_an_outcome(fuzzed: World) -> None:
    fuzzer = Fuzzer(fuzzed, targets(fuzzed))
    door = int((fuzzed.settings.home / doors.READY / "inbound").read_text())
    warm: list[float] = []
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        runs = [pool.submit(fuzzer.run) for _ in range(CONNECTIONS)]
        while not all(run.done() for run in runs):
            if not warm and len(fuzzer.accepted) > min(MAILS, 10_000) / 4:
                warm.append(megabytes(door))
            time.sleep(0.1)
        for run in runs:
            run.result()
    assert fuzzer.unanswered == []
    assert len(fuzzer.accepted) > MAILS / 4
    assert megabytes(door) < warm[0] * 1.2 + 20, warm

    deadline = time.monotonic() + 60 + MAILS / 10
    while fuzzed.ask("SELECT count(*) FROM mail WHERE state = 'received'") != [(0,)]:
        assert time.monotonic() < deadline, "the mailbag does not empty"
        time.sleep(1.0)
    ended = {number for (number,) in fuzzed.ask("SELECT id FROM mail WHERE state = 'done' AND outcome IS NOT NULL")}
    stuck = fuzzed.ask("SELECT id, right(traceback, 600) FROM mail WHERE state = 'stuck' LIMIT 5")
    print(f"{MAILS} mutants, {len(fuzzer.accepted)} accepted, {warm} then {megabytes(door):.0f} MB")
    assert stuck == []
    assert fuzzer.accepted <= ended
    assert traces(events(fuzzed.settings.home)) == []
