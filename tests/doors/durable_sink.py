"""An SMTP server in a process of its own that may be killed: what it has said 250 to is in a file before it says so.

    with DurableSink(tmp_path / "sink") as sink:    # sink.url
        …
        sink.kill()                                 # SIGKILL, and another process on the same port
        sink.push_back("lent.example")              # 421 and goodbye for that domain, until sink.forgive()
        assert [one.recipient for one in sink.taken()] == […]

A mail may be in the file whose 250 never left: whoever sent it does right to send it again.
The process: `python -m tests.doors.durable_sink PORT FOLDER PAUSE`; standard input is its leash, it ends when that closes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, Self

from jobboard import ports
from tests.doors.smtp_conversation import Act, Received, Rule
from tests.doors.smtp_sink import SmtpSink

TAKEN, PUSHED_BACK = "taken", "pushed-back"


class Taken(NamedTuple):
    """One mail that was taken."""

    recipient: str
    message_id: str


class DurableSink:
    """The process, and what it has taken in all its lives; `pause`: seconds that each mail takes."""

    def __init__(self, folder: Path, *, pause: float = 0.0) -> None:
        self._folder = folder
        self._pause = pause
        self._port = ports.free()
        self._read = 0  # octets of the file
        self._taken: list[Taken] = []
        (folder / PUSHED_BACK).mkdir(parents=True)
        (folder / TAKEN).touch()

    def __enter__(self) -> Self:
        self._process = self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # closes its leash

    @property
    def url(self) -> str:
        """Its address as PASSERELLE_SMTP_URL writes it."""
        return f"smtp://127.0.0.1:{self._port}?starttls=never"

    def taken(self) -> list[Taken]:
        """Return every mail that was taken, in order."""
        with (self._folder / TAKEN).open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")  # it may be writing the last line now
        self._read += len(whole) + 1 if whole else 0
        for line in whole.splitlines():
            if line.endswith(b";"):  # else it was killed in the middle of the line
                self._taken.append(Taken(*line[:-1].decode().split()))
        return self._taken

    def kill(self) -> None:
        """Kill it at once, and start another in its place."""
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()
        self._process = self._start()

    def push_back(self, domain: str) -> None:
        """Answer 421 to recipients of that domain from now on."""
        (self._folder / PUSHED_BACK / domain).touch()

    def forgive(self) -> None:
        """Take mail for every domain again."""
        for path in (self._folder / PUSHED_BACK).iterdir():
            path.unlink()

    def _start(self) -> subprocess.Popen[bytes]:
        arguments = [str(self._port), str(self._folder), str(self._pause)]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.doors.durable_sink", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        return process


class _Sink(SmtpSink):
    """The server itself."""

    def __init__(self, folder: Path, pause: float) -> None:
        super().__init__()
        self._pushed_back = folder / PUSHED_BACK
        self._pause = pause
        self._file = os.open(folder / TAKEN, os.O_WRONLY | os.O_APPEND)
        os.write(self._file, b"\n")  # behind a line that the one before did not finish

    def rule(self, stage: str, recipients: tuple[str, ...]) -> Rule | None:
        """Push back the domains that are slow now: RFC 5321 3.8, 421 and then the connection ends."""
        if stage == "rcpt" and (self._pushed_back / recipients[0].rpartition("@")[2]).exists():
            return Rule(Act.HANG_UP, "421 4.7.0 too many mails from you")
        return super().rule(stage, recipients)

    def keep(self, mail: Received) -> None:
        """Write down who got it under which Message-ID; the 250 follows."""
        time.sleep(self._pause)
        header = mail.data.partition(b"\r\n\r\n")[0]
        message_id = header.partition(b"\r\nMessage-ID: ")[2].partition(b"\r\n")[0].decode()
        os.write(self._file, f"{mail.recipients[0]} {message_id};\n".encode())

    def hear(self, command: str) -> None:
        """Note nothing: there are many."""


def main(port: str, folder: str, pause: str) -> None:
    """Serve until standard input is closed."""
    sink = _Sink(Path(folder), float(pause))
    sink.port = int(port)
    with sink:
        print("listening", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
