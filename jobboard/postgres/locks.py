"""Advisory locks on files: who uses the embedded server, and who is starting or stopping it.

A lock is a `flock`: the kernel gives it back when its holder dies, however it dies. It belongs to the open file, which
a fork would share, so that a child could keep a lock that nobody knows of. Here every process holds its own or none:
descriptors are closed on exec (Python opens them so) and, by the hook below, in every forked child. Closing a copy
leaves the parent's lock alone; the parent unlocks, which counts at once, even before a new child has closed its own.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

_POLL_SECONDS = 0.02

_held: set[int] = set()
_no_fork = threading.Lock()  # no fork between opening a descriptor and noting it


def take(path: Path, *, shared: bool, patience: float = 0.0) -> int | None:
    """Lock a file, made when it is missing, and return its descriptor; None when others kept it for `patience` s.

    Raises OSError when the file cannot be opened or its file system has no locks.
    """
    with _no_fork:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _held.add(lock)
    operation = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    deadline = time.monotonic() + patience
    try:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(lock, operation)
                return lock
            if time.monotonic() >= deadline:
                break
            time.sleep(_POLL_SECONDS)
    except BaseException:  # whatever ends us, Ctrl-C too: give back what is held, then let it pass
        drop(lock)
        raise
    drop(lock)
    return None


def drop(lock: int) -> None:
    """Give a lock back; nothing happens when this process does not hold it (twice, or in a forked child)."""
    with _no_fork:
        if lock in _held:
            _held.remove(lock)
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)


def _forget() -> None:
    """Close, in a forked child, what its parent holds."""
    for lock in _held:
        os.close(lock)
    _held.clear()
    _no_fork.release()


os.register_at_fork(before=_no_fork.acquire, after_in_parent=_no_fork.release, after_in_child=_forget)
