"""How fast messages are relayed from SMTP in to SMTP out, with a next hop that takes 0.1 s a command beside a fast one.

`python -m benchmarks.slow_hop [--size MAILS] [--rate PER_SECOND] [--json FILE]`

Both are measured in one run, on one installation whose doors run as processes: first as much as fits (a burst), then at
the rate given (0: half of what the burst with the fast hop gave). The figures count mails accepted by the next hop.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import smtplib
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from jobboard import ports, postgres
from passerelle import demo, story
from passerelle.correspondents import Got, Post, Someone

SLOW_SECONDS = 0.1
CONNECTIONS = 4
PATIENCE_SECONDS = 300.0
RECRUITER = Someone("Rosa Blin", "rosa@atelier-banc.example")
CANDIDATE = Someone("Carl Huet", "carl@courrier.example")


class NextHop:
    """A mail server that keeps what it gets and answers each command, pipelined or not, after `pause` seconds."""

    def __init__(self) -> None:
        self.pause = 0.0
        self.mails: dict[str, list[bytes]] = defaultdict(list)
        self.connections = self.most_connections = 0
        self.port = ports.free()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, ports.HOST, self.port), self._loop).result(
            10
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def of(self, address: str) -> list[tuple[str, bytes]]:
        """Return the mails of one recipient, as `passerelle.correspondents.Post` reads them."""
        return [(f"{address}:{number}", octets) for number, octets in enumerate(list(self.mails[address]))]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.most_connections = max(self.connections, self.most_connections)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""

        async def say(reply: bytes) -> None:
            if self.pause:
                await asyncio.sleep(self.pause)
            writer.write(reply + b"\r\n")

        await say(b"220 hop.example")
        while line := (await reader.readline()).strip():
            verb = line[:4].upper()
            if verb == b"EHLO":
                await say(b"250-hop.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif verb == b"DATA":
                await say(b"354 go ahead")
                octets = await reader.readuntil(b"\r\n.\r\n")
                await say(b"250 2.0.0 kept")
                self.mails[recipient].append(octets)
            elif verb == b"QUIT":
                return await say(b"221 bye")
            else:
                if verb == b"RCPT":
                    recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                await say(b"250 ok")
        return None


@contextmanager
def installed(hop: NextHop) -> Iterator[Post]:
    """Run an installation of its own whose mail leaves by that hop."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    given = demo.environment(
        home,
        wished=(0, 0),
        PASSERELLE_SMTP_URL=f"smtp://{ports.HOST}:{hop.port}?starttls=never",
        PASSERELLE_MAILS_PER_SENDER_PER_HOUR="10000000",
        PASSERELLE_MAILS_PER_CONVERSATION_PER_HOUR="10000000",
    )
    try:
        with demo.installed(given) as settings:
            demo.prepare(settings, seeded=False)
            with demo.running(given, log=home / "events.log"):
                yield Post(settings, demo.smtp_of(settings), hop, patience_seconds=60, echo=lambda _: None)
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)


def introduce(post: Post) -> Got:
    """Have a candidate apply to an offer; returns the mail that the recruiter answers from then on."""
    domain = post.settings.mail_domain
    post.write(CANDIDATE, f"alertes@{domain}", "Je cherche un poste de comptable à Nantes, 30 km")
    post.answer(CANDIDATE, post.wait_for(CANDIDATE, "alert_question"), "OUI")
    post.wait_for(CANDIDATE, "alert_created")
    labelled = {**story.FORM, "Titre du poste": "Comptable (H/F)", "Lieu": "Nantes"}
    post.write(RECRUITER, f"offres@{domain}", "\n".join(f"{label} : {value}" for label, value in labelled.items()))
    post.answer(RECRUITER, post.wait_for(RECRUITER, "mail_question"), "OUI")
    post.answer(RECRUITER, post.wait_for(RECRUITER, "draft_shown"), "OUI")
    post.answer(story.STAFF, post.wait_for(story.STAFF, "offer_to_validate"), "VALIDER")
    post.answer(CANDIDATE, post.wait_for(CANDIDATE, "offer_alert"), "Je postule à cette offre, qui me plaît. " * 3)
    return post.wait_for(RECRUITER, "application_received")


def relay(post: Post, hop: NextHop, to: str, mails: int, *, label: str, rate: float = 0.0) -> float:
    """Send so many messages, as fast as they are accepted or at `rate` a second; return how many a second got through."""
    before, started = len(hop.mails[CANDIDATE.address]), time.perf_counter()

    def send(connection: int) -> None:
        with smtplib.SMTP(*post.smtp) as server:
            for number in range(connection, mails, CONNECTIONS):
                if rate:
                    time.sleep(max(0.0, started + number / rate - time.perf_counter()))
                head = (
                    f"From: {RECRUITER.address}\r\nSubject: Entretien\r\n"
                    f"Message-ID: <{label}.{number}@atelier-banc.example>\r\n\r\n"
                )
                text = f"Bonjour, pouvons-nous nous voir mardi ? C'est mon message {label} {number}.\r\n" * 5
                server.sendmail(RECRUITER.address, [to], head + text)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, range(CONNECTIONS)))
    while len(hop.mails[CANDIDATE.address]) - before < mails:
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise SystemExit(f"Only {len(hop.mails[CANDIDATE.address]) - before} of {mails} mails arrived.")
        time.sleep(0.01)
    return mails / (time.perf_counter() - started)


def measure(size: int, rate: float) -> dict[str, float]:
    """Return the figures of one run."""
    with NextHop() as hop, installed(hop) as post:
        to = introduce(post).reply_to
        relay(post, hop, to, size // 4, label="warm")
        fast = relay(post, hop, to, size, label="fast")
        hop.pause = SLOW_SECONDS
        relay(post, hop, to, size // 4, label="warm-slow")
        slow = relay(post, hop, to, size, label="slow")
        offered = rate or fast / 2
        steady_slow = relay(post, hop, to, size, label="steady-slow", rate=offered)
        hop.pause = 0.0
        steady_fast = relay(post, hop, to, size, label="steady-fast", rate=offered)
    return {
        "burst_fast_per_second": fast,
        "burst_slow_per_second": slow,
        "burst_ratio": slow / fast,
        "offered_per_second": offered,
        "steady_fast_per_second": steady_fast,
        "steady_slow_per_second": steady_slow,
        "steady_ratio": steady_slow / steady_fast,
        "most_connections": hop.most_connections,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=300, help="messages in each measurement")
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second offered in the steady measurement")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(given.size, given.rate)
    print(
        f"slow_hop: burst {found['burst_slow_per_second']:.1f}/s with {SLOW_SECONDS} s a command,"
        f" {found['burst_fast_per_second']:.1f}/s without: {found['burst_ratio']:.2f} of it;"
        f" at {found['offered_per_second']:.1f}/s offered: {found['steady_ratio']:.2f} of it;"
        f" at most {found['most_connections']:.0f} connections"
    )
    if given.json:
        given.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
