"""Run a function on octets of strangers in a process of its own, with limits on time, memory and files.

What a document does to the library that opens it (crash, endless loop, bomb) ends that process and nothing else. A
keeper, started at the first call and kept, holds the imported libraries and forks once per call; it has no
environment, no open connection and no secret of ours.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SECONDS = 30.0  # of wall time for one call
CPU_SECONDS = 20
MEMORY = 1536 * 1024 * 1024  # octets of address space
MAX_OPEN_FILES = 32
MAX_ANSWER = 256 * 1024 * 1024  # octets
MAX_CALLS = 500  # of one keeper

Answer = tuple[dict[str, Any], list[bytes]]
_LENGTH = struct.Struct(">Q")
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from jobboard.confinement import keep; keep()"


class Unanswered(Exception):
    """The call did not come to an end: it crashed, took too long or too much."""


def call(function: str, facts: dict[str, Any], blobs: Sequence[bytes] = (), *, seconds: float = SECONDS) -> Answer:
    """Return what "module:function" answers to (facts, blobs), run in a limited process; facts are JSON.

    Raises Unanswered when it crashed, raised, or went over a limit.
    """
    keeper = _POOL.take()
    try:
        answer = keeper.ask(_pack({"function": function, "facts": facts, "seconds": seconds}, blobs), seconds + 5)
    except BaseException:
        keeper.end()
        raise
    _POOL.give_back(keeper)
    if answer is None:
        raise Unanswered(function)
    head, found = _unpack(answer)
    return head, found


class _Keeper:
    """One process that forks for each call."""

    def __init__(self) -> None:
        self.calls = 0
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, str(Path(__file__).parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,  # Ctrl-C is for its parent, whose end it notices
        )

    def ask(self, question: bytes, seconds: float) -> bytes | None:
        """Return the answer, None when the call came to no end. Raises Unanswered when the keeper is gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.calls += 1
        try:
            self.process.stdin.write(_LENGTH.pack(len(question)) + question)
            self.process.stdin.flush()
            deadline = time.monotonic() + seconds
            source = self.process.stdout.fileno()
            size = _LENGTH.unpack(_read(source, _LENGTH.size, deadline))[0]
            return _read(source, size, deadline) if size else None
        except (OSError, EOFError, TimeoutError) as error:
            raise Unanswered from error

    def end(self) -> None:
        """Stop the process and wait for it."""
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()


class _Pool:
    """The keepers that wait; each thread that calls has one for as long as its call lasts."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = os.getpid()
        self.waiting: list[_Keeper] = []

    def take(self) -> _Keeper:
        with self.lock:
            if self.owner != os.getpid():  # after a fork they are the parent's
                self.owner, self.waiting = os.getpid(), []
            if self.waiting:
                return self.waiting.pop()
        return _Keeper()

    def give_back(self, keeper: _Keeper) -> None:
        if keeper.calls >= MAX_CALLS:
            keeper.end()
            return
        with self.lock:
            self.waiting.append(keeper)

    def end(self) -> None:
        with self.lock:
            for keeper in self.waiting if self.owner == os.getpid() else ():
                keeper.end()
            self.waiting = []


_POOL = _Pool()
atexit.register(_POOL.end)


# Inside the keeper


def keep() -> None:
    """Answer calls until the parent closes the pipe."""
    while True:
        try:
            size = _LENGTH.unpack(_read(0, _LENGTH.size))[0]
            question = _read(0, size)
        except EOFError:
            return
        head, blobs = _unpack(question)
        module, _, name = str(head["function"]).partition(":")
        # Imported here, once: the processes that are forked find it done.
        function = getattr(importlib.import_module(module), name)
        answer = _fork(function, head["facts"], blobs, float(head["seconds"])) or b""
        _write(1, _LENGTH.pack(len(answer)) + answer)


def _fork(
    function: Callable[[dict[str, Any], list[bytes]], Answer], facts: dict[str, Any], blobs: list[bytes], seconds: float
) -> bytes | None:
    """Return the packed answer of the function run in a process of its own; None when it came to no end."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(source)
            _limit()
            _write(target, _pack(*function(facts, blobs)))
            code = 0
        finally:
            os._exit(code)
    os.close(target)
    answer = b""
    try:
        answer = _read_all(source, time.monotonic() + seconds)
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
    finally:
        os.close(source)
    _, status = os.waitpid(child, 0)
    return answer if status == 0 and answer else None


def _limit() -> None:
    """Limit this process for the rest of its life; a limit that the system does not know is left out."""
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


# On the pipes


def _pack(head: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    line = json.dumps({"head": head, "sizes": [len(blob) for blob in blobs]}).encode()
    return b"".join([line, b"\n", *blobs])


def _unpack(packed: bytes) -> Answer:
    line, _, rest = packed.partition(b"\n")
    read = json.loads(line)
    blobs, position = [], 0
    for size in read["sizes"]:
        blobs.append(rest[position : position + size])
        position += size
    return read["head"], blobs


def _read(source: int, size: int, deadline: float | None = None) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = _read_some(source, min(size - len(pieces), 1 << 20), deadline)
        if not piece:
            raise EOFError
        pieces += piece
    return bytes(pieces)


def _read_all(source: int, deadline: float) -> bytes:
    pieces = bytearray()
    while piece := _read_some(source, 1 << 20, deadline):
        pieces += piece
        if len(pieces) > MAX_ANSWER:
            raise TimeoutError
    return bytes(pieces)


def _read_some(source: int, size: int, deadline: float | None) -> bytes:
    if deadline is not None:
        waiting = select.poll()
        waiting.register(source, select.POLLIN)
        if not waiting.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise TimeoutError
    return os.read(source, size)


def _write(target: int, octets: bytes) -> None:
    view = memoryview(octets)
    while view:
        view = view[os.write(target, view) :]
