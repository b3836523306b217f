"""One SMTP or LMTP connection: lines out, replies in, every wait under one deadline. It judges nothing.

Not `smtplib`: there a time-out starts anew with every octet received, an over-long line is passed off as a 500 of the
server's, the reason for which a connection broke is lost, and passwords are ASCII.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Self

from mailer.replies import Reply, one_line

_LINE_LENGTH = 4096  # octets; RFC 5321 4.5.3.1.5 asks for 512
_REPLY_LINES = 200
_CHUNK = 256 * 1024
_REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)


class Broken(Exception):
    """The connection ended, stalled or spoke something that is no SMTP; the message says which in one line."""


def require_crlf(message: bytes) -> None:
    """Raise ValueError where a line of the message ends in anything but CRLF (RFC 5321 2.3.8)."""
    pairs = message.count(b"\r\n")
    if message.count(b"\r") != pairs or message.count(b"\n") != pairs:
        raise ValueError("the message has a bare CR or LF")


def as_line(text: str) -> bytes:
    """Return a command as it is written; ValueError for one that would be two."""
    if "\r" in text or "\n" in text or "\0" in text:
        raise ValueError("a command is one line")
    return f"{text}\r\n".encode()


class Wire:
    """A connection to a mail server; `until` is the moment (`time.monotonic`) at which every wait ends in Broken."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.until = until
        self.features: dict[str, str] = {}  # EHLO keyword -> parameters, upper case
        self._sock = sock
        self._lines = deque[bytes]()  # heard, and not yet read
        self._begun = b""  # of a line whose end has not come

    @classmethod
    def dial(cls, host: str, port: int, until: float, tls: ssl.SSLContext | None = None) -> Self:
        """Connect by TCP, inside TLS from the first octet when `tls` is given; raises Broken."""
        with _told_as_broken():
            sock = socket.create_connection((host, port), _left(until))
            # Every write is a whole command or a whole body: waiting for more to send would only cost time.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = cls(sock, until)
        if tls:
            wire.encrypt(tls, host)
        return wire

    @classmethod
    def dial_path(cls, path: Path, until: float) -> Self:
        """Connect to a Unix socket; raises Broken."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _told_as_broken():
                sock.settimeout(_left(until))
                sock.connect(str(path))
        except Broken:
            sock.close()
            raise
        return cls(sock, until)

    def close(self) -> None:
        """Close the connection without a word."""
        self._sock.close()

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Start TLS; what the server said in the clear beyond its reply breaks the connection (RFC 3207 6)."""
        try:
            self._nothing_unread()
            with _told_as_broken():
                self._sock.settimeout(_left(self.until))
                self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except Broken:
            self.close()
            raise
        self.features = {}

    def greet(self, verb: str, name: str) -> Reply:
        """Say EHLO (or LHLO, HELO) and note what the server offers."""
        self.write(as_line(f"{verb} {name}"))
        code, lines = self._read(self._read_line())
        self.features = dict(_feature(line) for line in lines[1:]) if code == 250 else {}
        return Reply.from_lines(code, lines)

    def command(self, line: bytes) -> Reply:
        """Say one command, a line with its end, and return the reply."""
        self.write(line)
        return self.reply()

    def write(self, data: bytes) -> None:
        """Send everything or raise Broken."""
        self._nothing_unread()
        at = 0
        try:
            while at < len(data):
                self._sock.settimeout(_left(self.until))
                at += self._sock.send(data[at : at + _CHUNK] if at or len(data) > _CHUNK else data)
        except OSError as error:
            raise _broken(error) from error

    def reply(self) -> Reply:
        """Wait for one whole reply."""
        line = self._read_line()
        return _whole_reply(line) or Reply.from_lines(*self._read(line))

    def _read(self, line: bytes) -> tuple[int, list[str]]:
        """Return the code and the words of a reply that begins with that line."""
        lines: list[str] = []
        while len(lines) < _REPLY_LINES:
            code, more, text = _parsed(line)
            lines.append(text)
            if not more:
                return code, lines
            line = self._read_line()
        raise Broken("the server's reply has no end")

    def _read_line(self) -> bytes:
        while not self._lines:
            if len(self._begun) > _LINE_LENGTH:
                raise Broken("a line of the server's has no end")
            try:
                self._sock.settimeout(_left(self.until))
                heard = self._sock.recv(_LINE_LENGTH)
            except OSError as error:
                raise _broken(error) from error
            if not heard:
                raise Broken("the server hung up")
            *lines, self._begun = (self._begun + heard).split(b"\n")
            self._lines.extend(lines)
        return self._lines.popleft().rstrip(b"\r")

    def _nothing_unread(self) -> None:
        """Refuse to go on after a reply too many: the next one read would answer something else than what we say."""
        if self._lines or self._begun:
            raise Broken("the server answered out of turn")


@lru_cache(maxsize=256)  # servers say the same words all day
def _whole_reply(line: bytes) -> Reply | None:
    """Return the reply that a line is, None where more lines follow."""
    code, more, text = _parsed(line)
    return None if more else Reply.from_lines(code, [text])


def _parsed(line: bytes) -> tuple[int, bool, str]:
    """Return the code of a line of a reply, whether more lines follow, and its text."""
    found = _REPLY_LINE.fullmatch(line)
    if not found:
        raise Broken(f"the server does not speak SMTP: {one_line(_text(line))[:60]}")
    return int(found[1]), found[2] == b"-", _text(found[3] or b"")


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _feature(line: str) -> tuple[str, str]:
    """Split one line of an EHLO reply; "AUTH=LOGIN" is how some old servers write "AUTH LOGIN"."""
    words = re.split(r"[ =]", line.upper(), maxsplit=1)
    return words[0], words[1] if len(words) > 1 else ""


def _left(until: float) -> float:
    """Return the seconds left, or raise TimeoutError."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextmanager
def _told_as_broken() -> Iterator[None]:
    """Turn what sockets and TLS raise into Broken."""
    try:
        yield
    except OSError as error:
        raise _broken(error) from error


def _broken(error: OSError) -> Broken:
    """Return what a socket or TLS raised as one line for the operator."""
    if isinstance(error, TimeoutError):
        return Broken("the server did not answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Broken(f"the server's certificate is not accepted: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return Broken(f"TLS failed: {error.reason or error}")
    return Broken(f"the connection failed: {error.strerror or error}")
