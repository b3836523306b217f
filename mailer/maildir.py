"""The development mailbox: a Maildir that keeps every mail we send, so that it can be read without a mail server."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from jobboard import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Microseconds since 1970 in 16 digits, so that names sort by age; then what keeps processes apart.
_KEY = re.compile(r"(\d{16})\.P\d+R[0-9a-f]{16}")
_HEAD_LENGTH = 4096


@dataclass(frozen=True)
class Kept:
    """One mail of the mailbox: its envelope, when it came (aware UTC) and its size in octets."""

    key: str
    received_at: datetime
    recipient: str
    sender: str
    size: int


class Mailbox:
    """A Maildir; processes may deliver and read at the same time, and a mail appears whole or not at all.

    The envelope stands in front of each mail as `Return-Path` and `Delivered-To`, where MTAs write it too.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folders; raises OSError."""
        for name in ("tmp", "new", "cur"):
            (self.root / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def deliver(self, recipient: str, sender: str, message: bytes) -> str:
        """Keep one mail, on disk when this returns, and return its key; raises OSError where the disk cannot."""
        if any(char in recipient + sender for char in "\r\n"):
            raise ValueError("an address is one line")
        self.prepare()
        key = f"{(clock.now() - _EPOCH) // timedelta(microseconds=1):016d}.P{os.getpid()}R{secrets.token_hex(8)}"
        draft = self.root / "tmp" / key
        with draft.open("xb") as file:
            file.write(f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode())
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.root / "new" / key)
        _sync_folder(self.root / "new")
        return key

    def messages(self, *, recipient: str | None = None, limit: int = 50, offset: int = 0) -> list[Kept]:
        """Return a page of mails, newest first, of everyone or of one recipient (whatever the case)."""
        found = (kept for kept in self._newest_first() if recipient in (None, kept.recipient) or _same(recipient, kept))
        return list(islice(found, offset, offset + limit))

    def read(self, key: str) -> bytes:
        """Return the octets of one mail, envelope lines first; raises KeyError for a key that is not there."""
        path = self._paths().get(key)
        try:
            if path:
                return path.read_bytes()
        except FileNotFoundError:
            pass  # moved or removed by a mail client since
        raise KeyError(key)

    def _newest_first(self) -> Iterator[Kept]:
        for key, path in sorted(self._paths().items(), reverse=True):
            try:
                with path.open("rb") as file:
                    head = file.read(_HEAD_LENGTH)
                size = path.stat().st_size
            except FileNotFoundError:
                continue
            sender, recipient = _envelope(head)
            yield Kept(key, _EPOCH + timedelta(microseconds=int(key[:16])), recipient, sender, size)

    def _paths(self) -> dict[str, Path]:
        """Return key -> file; mail clients move what was seen to `cur` and add ":2,S" to its name."""
        paths: dict[str, Path] = {}
        for name in ("new", "cur"):
            folder = self.root / name
            if folder.is_dir():
                named = ((path.name.partition(":")[0], path) for path in folder.iterdir())
                paths.update((key, path) for key, path in named if _KEY.fullmatch(key))
        return paths


def _same(recipient: str | None, kept: Kept) -> bool:
    return recipient is not None and recipient.casefold() == kept.recipient.casefold()


def _envelope(head: bytes) -> tuple[str, str]:
    lines = head.decode("utf-8", "replace").split("\r\n", 2)
    sender, recipient = (line.partition(": ")[2] for line in lines[:2])
    return sender[1:-1], recipient


def _sync_folder(folder: Path) -> None:
    """Have the folder's new entry on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
