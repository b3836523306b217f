"""How fast mail is accepted: 250 after the durable commit, beside the same door with a store that keeps nothing.

`python -m benchmarks.accept [--size MAILS] [--json FILE]`
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
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from inbound.door import House
from inbound.envelopes import Check, Envelope, Store, Stored, Verdict
from inbound.limits import Limits
from inbound.server import Door
from jobboard import postgres, schema
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.settings import Environment, Settings

CONNECTIONS = 4
BODY = b"Bonjour, je cherche un poste de comptable.\r\n" * 110  # about 5 kB


def keep_nothing(envelope: Envelope) -> Sequence[Stored]:
    """Say that everything is stored: the yardstick."""
    return [Stored(recipient, True, "250 2.0.0 kept") for recipient in envelope.recipients]


def accept_all(recipient: str, sender: str, peer: str) -> Verdict:
    """Accept every recipient."""
    return Verdict(250)


class Listening:
    """A door that listens in a thread of its own."""

    def __init__(self, check: Check, store: Store, domain: str) -> None:
        limits = Limits(connections_per_peer=100)
        self._door = Door("smtp://127.0.0.1:0", check=check, store=store, domain=domain, limits=limits)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._door.start(), self._loop).result(30)
        return int(self._door.url.rpartition(":")[2])

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._door.stop(grace=5), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def rate(port: int, domain: str, mails: int) -> float:
    """Return how many mails a second the door takes over a few kept connections."""

    def send(connection: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for number in range(mails // CONNECTIONS):
                head = f"From: p{connection}@a.example\r\nMessage-ID: <{connection}.{number}.{mails}@a.example>\r\n\r\n"
                server.sendmail(f"p{connection}.{number}@a.example", [f"aide@{domain}"], head.encode() + BODY)

    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, range(CONNECTIONS)))
    return mails / (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000, help="mails of 5 kB")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    try:
        with postgres.start(home) as server:
            settings = Settings(  # type: ignore[call-arg]  # an argument of pydantic-settings, not a field
                _env_file=None, home=home, env=Environment.DEVELOPMENT
            )
            database = Database(server.url, settings, pool_size=10)
            schema.upgrade(database)
            house = House(database, Addresses(settings))
            with Listening(accept_all, keep_nothing, settings.mail_domain) as port:
                bare = rate(port, settings.mail_domain, given.size)
            with Listening(house.check, house.store, settings.mail_domain) as port:
                durable = rate(port, settings.mail_domain, given.size)
            database.close()
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)
    found = {"durable_per_second": durable, "bare_per_second": bare, "of_bare": durable / bare}
    print(f"accept: {durable:.0f} mails/s stored durably, {bare:.0f} without a store: {durable / bare:.2f} of it")
    if given.json:
        given.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
