"""What ten large mails at once cost everybody else: the wait for a banner, and the memory of the mail door.

`python -m benchmarks.large_mails [--size MAILS] [--octets N] [--json FILE]`

The door runs as a process of its own with its database; meanwhile somebody else asks for a banner twenty times a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP

from benchmarks.accept import Listening, accept_all, keep_nothing
from jobboard import ports, postgres
from passerelle import demo, doors

MEGABYTE = 1024 * 1024
FIVE_MEGABYTES = 5 * MEGABYTE
LINE = b"QWxsZXogdm91cyBmYWlyZSBwZW5kcmUgYWlsbGV1cnMsIGNlIG4nZXN0IHBhcyB1biBDVi4uLi4uLi4uLi4u\r\n"
READY_SECONDS = 60.0
QUIET_SECONDS = 5.0  # in which banners are timed without large mails: how busy the machine is anyway


def letter(number: int, octets: int) -> bytes:
    """Return a mail of about so many octets, unlike the others."""
    head = f"From: p{number}@a.example\r\nMessage-ID: <{number}.{time.time_ns()}@a.example>\r\n\r\n".encode()
    return head + LINE * (octets // len(LINE))


@contextmanager
def door_process() -> Iterator[tuple[int, int, str]]:
    """Run the mail door with its database; gives its port, its process and its domain."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    given = demo.environment(home, wished=(0, 0), PASSERELLE_MAILS_PER_SENDER_PER_HOUR="1000000")
    try:
        with demo.installed(given) as settings, postgres.start(home):
            demo.prepare(settings, seeded=False)
            doors.forget_ready(home)
            with (home / "events.log").open("wb") as log:
                process = subprocess.Popen([sys.executable, "-m", "passerelle", "inbound"], env=given, stderr=log)
                try:
                    _wait_until_open(home, process)
                    yield demo.smtp_of(settings)[1], process.pid, settings.mail_domain
                finally:
                    process.terminate()
                    process.wait(60)
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_open(home: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not (home / doors.READY / "inbound").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("The mail door did not start.")
        time.sleep(0.05)


def peak_megabytes(process: int) -> float:
    """Return the most memory that a process has ever occupied."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


class Caller:
    """Somebody who asks for a banner again and again, in a process of her own, and notes how long it took."""

    CODE = (
        "import socket, sys, time\n"
        "port = int(sys.argv[1])\n"
        "while True:\n"
        "    began = time.perf_counter()\n"
        "    with socket.create_connection(('127.0.0.1', port), 30) as one:\n"
        "        one.recv(100)\n"
        "    print(time.perf_counter() - began, flush=True)\n"
        "    time.sleep(0.05)\n"
    )

    def __init__(self, port: int) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", self.CODE, str(port)], stdout=subprocess.PIPE)

    def end(self) -> list[float]:
        """Return the waits, in seconds, sorted."""
        self._process.terminate()
        said, _ = self._process.communicate(timeout=10)
        return sorted(float(line) for line in said.decode().splitlines())


def flood(port: int, domain: str, mails: int, octets: int) -> float:
    """Send so many mails at once; return how long they took, in seconds."""

    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=300) as server:
            server.sendmail(f"p{number}@a.example", [f"aide@{domain}"], letter(number, octets))

    started = time.perf_counter()
    with ThreadPoolExecutor(mails) as pool:
        list(pool.map(send, range(mails)))
    return time.perf_counter() - started


class _Plain:
    """What plain aiosmtpd hands its messages to."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  # aiosmtpd's own name
        return "250 kept"


@contextmanager
def plain_aiosmtpd() -> Iterator[int]:
    """Run aiosmtpd as it comes, in a thread; gives its port."""
    loop, port = asyncio.new_event_loop(), ports.free()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def speak() -> SMTP:
        return SMTP(_Plain(), data_size_limit=40 * MEGABYTE, loop=loop)

    server = asyncio.run_coroutine_threadsafe(loop.create_server(speak, "127.0.0.1", port), loop).result(10)
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Close a server, and end its dialogues: aiosmtpd has one task a connection, which outlives the peer."""
    server.close()
    dialogues = asyncio.all_tasks() - {asyncio.current_task()}
    for dialogue in dialogues:
        dialogue.cancel()
    await asyncio.gather(*dialogues, return_exceptions=True)


def pace(port: int, mails: int) -> float:
    """Return how many mails of 5 MB a second a server takes over one connection, the sender's own work left out."""
    body = letter(0, FIVE_MEGABYTES) + b".\r\n"
    with socket.create_connection(("127.0.0.1", port)) as one, one.makefile("rb") as replies:

        def said(line: bytes) -> None:
            one.sendall(line)
            while (reply := replies.readline())[3:4] == b"-":
                pass
            if reply[:1] not in b"23":
                raise SystemExit(f"The server said {reply!r}.")

        said(b"")
        said(b"EHLO a.example\r\n")
        started = time.perf_counter()
        for _ in range(mails):
            for line in (b"MAIL FROM:<p@a.example>\r\n", b"RCPT TO:<aide@b.example>\r\n", b"DATA\r\n", body):
                said(line)
        return mails / (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10, help="large mails at once")
    parser.add_argument("--octets", type=int, default=20 * MEGABYTE, help="of each of them")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with door_process() as (port, process, domain):
        idle = peak_megabytes(process)
        caller = Caller(port)
        time.sleep(QUIET_SECONDS)
        quiet = caller.end()
        caller = Caller(port)
        seconds = flood(port, domain, given.size, given.octets)
        waits, peak = caller.end(), peak_megabytes(process)
    with Listening(accept_all, keep_nothing, "b.example") as port:
        ours = pace(port, 20)
    with plain_aiosmtpd() as port:
        plain = pace(port, 6)
    found = {
        "banner_ms_most_without": quiet[-1] * 1000,
        "banner_ms_most": waits[-1] * 1000,
        "banner_ms_median": waits[len(waits) // 2] * 1000,
        "banners": len(waits),
        "idle_mb": idle,
        "peak_mb": peak,
        "seconds": seconds,
        "five_mb_per_second": ours,
        "five_mb_per_second_plain": plain,
        "times_plain": ours / plain,
        "cores": os.cpu_count(),
    }
    print(
        f"large_mails: {given.size} mails of {given.octets / MEGABYTE:.0f} MB in {seconds:.1f} s; banners of others after"
        f" {found['banner_ms_median']:.0f} ms, at most {found['banner_ms_most']:.0f} ms"
        f" ({found['banner_ms_most_without']:.0f} ms without large mails); door {peak:.0f} MB at most"
        f" ({idle:.0f} idle); 5 MB mails {ours:.1f}/s, {ours / plain:.1f} times plain aiosmtpd"
    )
    if given.json:
        given.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
