"""The octets that one peer sends: lines of commands, and messages up to the dot that ends them.

A message ends at CR LF dot CR LF and nowhere else (RFC 5321 4.1.1.4), so no other spelling of that end can make
one mail of somebody else's server into two of ours. Nothing here judges what a message says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

CHUNK = 64 * 1024
LINE_OCTETS = 2048  # RFC 5321 4.5.3.1.4 asks for 512, SIZE and SMTPUTF8 for a little more
_END = b"\r\n.\r\n"
_AMBIGUOUS_ENDS = (b"\n.\n", b"\n.\r", b"\r.\n", b"\r.\r")


class PeerGone(Exception):
    """The peer has closed its side of the connection."""


class LineTooLong(Exception):
    """A command exceeded LINE_OCTETS; it was read to its end."""


class Incoming:
    """Reads one connection; every wait for the peer ends after `idle_seconds` with TimeoutError."""

    def __init__(self, reader: asyncio.StreamReader, idle_seconds: float) -> None:
        self._reader = reader
        self._idle_seconds = idle_seconds
        self._unread = bytearray()

    async def line(self) -> bytes:
        """Return the next command without its line end; raises LineTooLong, PeerGone, TimeoutError."""
        async with asyncio.timeout(self._idle_seconds):
            too_long = False
            while (end := self._unread.find(b"\n")) < 0:
                if len(self._unread) > LINE_OCTETS:
                    too_long = True
                    self._unread.clear()
                await self._more()
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        if too_long or len(line) > LINE_OCTETS:
            raise LineTooLong
        return line.removesuffix(b"\r")

    def forget(self) -> None:
        """Drop what was sent ahead: what came in the clear must not be taken for what follows in TLS (RFC 3207 6)."""
        self._unread.clear()

    async def message(self, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Hand the octets of a message to `take`, in chunks, without the dot that ends it, dots still doubled.

        Raises PeerGone when the message does not end, TimeoutError when nothing comes for too long.
        """
        # The line end of DATA opens the first line, which may hold the dot already.
        self._unread[:0] = b"\r\n"
        start, searched = 2, 0
        while (end := self._unread.find(_END, searched)) < 0:
            # What may be the beginning of the end stays here: the rest of it comes with the next octets.
            certain = len(self._unread) - len(_END) + 1
            if certain >= CHUNK:
                await take(bytes(self._unread[start:certain]))
                del self._unread[:certain]
                start, certain = 0, 0
            searched = max(certain, 0)
            async with asyncio.timeout(self._idle_seconds):
                await self._more()
        await take(bytes(self._unread[start : end + 2]))
        del self._unread[: end + len(_END)]

    async def _more(self) -> None:
        octets = await self._reader.read(CHUNK)
        if not octets:
            raise PeerGone
        self._unread += octets


def has_unclear_lines(raw: bytes) -> bool:
    """Tell whether readers could disagree about where the header, or the message, ends.

    True for a bare CR or LF in the header section, which can smuggle a header past our own mail server, and for a lone
    dot between two line ends of which one is not CR LF, which ends a message for lenient servers. A bare CR or LF
    elsewhere in the text, as old software sends it, is kept as it came. `raw` has its dots still doubled.
    """
    if not _has_bare(raw):
        return False
    header_end = 0 if raw.startswith(b"\r\n") else raw.find(b"\r\n\r\n")
    header = raw[:header_end] if header_end >= 0 else raw
    return _has_bare(header) or raw.startswith((b".\r", b".\n")) or any(end in raw for end in _AMBIGUOUS_ENDS)


def without_doubled_dots(raw: bytes) -> bytes:
    """Undo the transparency of RFC 5321 4.5.2: a dot that opens a line was added by the sender."""
    return raw.removeprefix(b".").replace(b"\r\n.", b"\r\n")


def _has_bare(octets: bytes) -> bool:
    pairs = octets.count(b"\r\n")
    return octets.count(b"\r") != pairs or octets.count(b"\n") != pairs
