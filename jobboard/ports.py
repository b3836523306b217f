"""A free port of loopback for a server that is about to start."""

from __future__ import annotations

import errno
import secrets
import socket
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_000  # below are the services that have a number of their own
_USUAL_CEILING = 32_768
_TRIES = 100


def free() -> int:
    """Return a port on which nobody listens, below those that the system gives to outgoing connections.

    One of those would be free now and taken a moment later, by any connection of anybody; a port below goes only to
    whoever asks for it by number, and is drawn at random so that two who ask at once get two. Raises OSError.
    """
    ceiling = _ceiling()
    for _ in range(_TRIES):
        port = _LOWEST + secrets.randbelow(ceiling - _LOWEST)
        if is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"no port is free on {HOST}")


def is_free(port: int) -> bool:
    """Return whether a server could listen on that port of loopback now."""
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, after one that has just ended
        probe.bind((HOST, port))
        return True
    return False


def _ceiling() -> int:
    """Return the first port that the system may give to a connection; the usual one where it tells none that serves."""
    with suppress(OSError, ValueError, IndexError):
        lowest_given = int(_RANGE.read_text().split()[0])
        if lowest_given > _LOWEST + _TRIES:
            return min(lowest_given, 65_536)
    return _USUAL_CEILING
