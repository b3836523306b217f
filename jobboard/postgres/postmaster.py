"""Which server process of ours lives, told from a `postmaster.pid` that a crash left behind.

PostgreSQL itself believes a stale file when its number lives again as another program, or as a dead process that
nobody waited for, and refuses to start while a killed server's children linger. Every process of our server carries its
name (`cluster_name`, made from the inode of the data): that, not the number, says whose it is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from jobboard.errors import Misconfigured, TemporaryFailure
from jobboard.postgres.layout import Embedded, is_copy

# A server that replays its log after a crash is neither ready nor dead; s.
RECOVERY_SECONDS = 120.0
# How the server is stopped: fast (sessions end, all is written), then at once (it replays its log at the next start).
_STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0))
# What the children of a killed server get: time to notice, then SIGQUIT (leave at once), then SIGKILL.
_CLEAR = ((0, 1.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0))
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Note:
    """What `postmaster.pid` says: written by the server as it starts, removed as it stops."""

    pid: int
    data: Path
    port: int
    sockets: str
    host: str  # empty: no TCP
    ready: bool


def read(embedded: Embedded) -> Note | None:
    """Return what the server's file says, however incomplete; None when there is no file."""
    try:
        lines = (embedded.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    lines += [""] * (8 - len(lines))
    pid, data, _, port, sockets, host, _, status = (line.strip() for line in lines[:8])
    return Note(_number(pid), Path(data), _number(port), sockets, host, status == "ready")


def processes(embedded: Embedded) -> set[int]:
    """Return the numbers of the living processes of this server, the postmaster and its children."""
    uid = embedded.account.uid if embedded.account else os.geteuid()
    name = embedded.name
    return {pid for pid, owner, command in _commands() if owner == uid and name in command}


def running(embedded: Embedded) -> Note | None:
    """Return the note of the server once it is ready; None when it does not run.

    Waits while it starts, recovers or stops; raises TemporaryFailure after RECOVERY_SECONDS.
    """
    deadline = time.monotonic() + RECOVERY_SECONDS
    while note := _living(embedded):
        if note.ready:
            return note
        if time.monotonic() > deadline:
            raise TemporaryFailure(
                f"The embedded PostgreSQL of {embedded.home} is still starting or stopping: "
                f"wait until its log in {embedded.log} says that it has ended, then start again."
            )
        time.sleep(_POLL_SECONDS)
    return None


def launched(embedded: Embedded) -> Note | None:
    """Return the note of a server that was just launched once it is ready; None when it gave up."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while processes(embedded) and time.monotonic() < deadline:
        if note := running(embedded):
            return note
        time.sleep(_POLL_SECONDS)
    return None


def stop(embedded: Embedded) -> Note | None:
    """Stop the server, in whatever state it is, and return what it was; None when it did not run."""
    note = _living(embedded)
    if note is None or note.pid not in processes(embedded):
        return None
    _end(embedded, _STOP, {note.pid})
    return note


def clear(embedded: Embedded) -> None:
    """Remove what a killed server left: its children, then a pid file whose number means something else by now.

    Raises Misconfigured when the file says that these data were copied from under a running server.
    """
    _end(embedded, _CLEAR, processes(embedded))
    note = read(embedded)
    if note is None:
        return
    if is_copy(embedded):
        raise Misconfigured(
            f"{embedded.data} was copied while the server of {note.data} was running, so the copy may be torn: stop "
            "that server and copy again, or use `passerelle backup` and `passerelle restore`; if it is a snapshot of "
            f"the whole disk at one moment, delete {embedded.data / 'postmaster.pid'} and start again."
        )
    # When the number is free PostgreSQL removes the file itself, after a look at the shared memory that it names.
    # When it is taken, that look still happens: the key of the memory comes from the data directory.
    if _is_taken(note.pid):
        (embedded.data / "postmaster.pid").unlink()


def _living(embedded: Embedded) -> Note | None:
    """Return the note of a server that is alive, ready or not."""
    note = read(embedded)
    if note and (note.pid in processes(embedded) or _answers(embedded, note)):
        return note
    return None


def _end(embedded: Embedded, endings: tuple[tuple[int, float], ...], whom: set[int]) -> None:
    """Signal these processes, harder and harder (signal, patience in s), until no process of the server is left."""
    for number, patience in endings:
        for pid in whom & processes(embedded):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while left := processes(embedded):
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        if not left:
            return
    raise TemporaryFailure(
        f"Processes {sorted(left)} of the server do not leave {embedded.data}: end them, then try again."
    )


def _answers(embedded: Embedded, note: Note) -> bool:
    """Tell whether this very server answers although its process cannot be seen: it runs in another container."""
    if not note.sockets:
        return False
    try:
        with psycopg.connect(
            host=note.sockets, port=note.port, user="postgres", dbname="postgres", connect_timeout=2
        ) as connection:
            row = connection.execute("SHOW cluster_name").fetchone()
    except psycopg.OperationalError:
        return False
    return row == (embedded.name,)


def _is_taken(pid: int) -> bool:
    if pid <= 0:  # an empty or damaged file
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _commands() -> Iterator[tuple[int, int, str]]:
    """Yield (number, user, command line) of every process that can be seen; the dead not waited for have no line."""
    proc = Path("/proc")
    if not (proc / "self/cmdline").exists():
        listing = subprocess.run(
            ["/bin/ps", "-axww", "-o", "pid=,uid=,args="], capture_output=True, text=True, check=True
        )
        for line in listing.stdout.splitlines():
            pid, uid, command = [*line.split(None, 2), ""][:3]
            yield int(pid), int(uid), command
        return
    for entry in proc.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # gone meanwhile, or hidden from us
                yield int(entry.name), entry.stat().st_uid, (entry / "cmdline").read_text(errors="replace")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
