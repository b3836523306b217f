"""The door where mail comes in: listens by SMTP or LMTP, accepts what the house accepts, says 250 once it is stored.

It knows no database: the house is two callables, one that judges a recipient and one that stores a mail.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from inbound.envelopes import Check, Envelope, Store, Stored, Verdict
from inbound.limits import Limits
from inbound.protocol import Dialogue, LmtpDialogue
from inbound.reception import Reception
from inbound.replies import CLOSING
from jobboard.errors import Misconfigured

__all__ = ["Check", "Door", "Envelope", "Limits", "Store", "Stored", "Verdict"]

log = logging.getLogger("passerelle.inbound")

_SETTING = "PASSERELLE_INBOUND"
_EXAMPLES = "smtp://127.0.0.1:8025, lmtp://127.0.0.1:8024 or lmtp+unix:/run/passerelle/lmtp"
_UNIX = "lmtp+unix"
_DIALOGUES = {"smtp": Dialogue, "lmtp": LmtpDialogue, _UNIX: LmtpDialogue}
_BACKLOG = 512  # connections that the system queues for us: a burst is no reason to refuse
_SOCKET_MODE = 0o660  # the mail server in front of us is in our group
_LAST_WORDS_SECONDS = 1.0  # for a peer to take in our goodbye


@dataclass(frozen=True)
class Place:
    """Where to listen."""

    scheme: str
    host: str = ""
    port: int = 0
    path: Path = Path()

    @classmethod
    def read(cls, url: str) -> Place:
        """Read a setting; raises Misconfigured."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:  # a port that is none, a bracket that does not close
            raise Misconfigured(_not_understood(url)) from None
        if parts.scheme == _UNIX and not parts.netloc and parts.path.startswith("/"):
            return cls(_UNIX, path=Path(parts.path))
        if parts.scheme not in ("smtp", "lmtp") or not host or port is None or parts.path.strip("/") or parts.username:
            raise Misconfigured(_not_understood(url))
        return cls(parts.scheme, host, port)

    @property
    def url(self) -> str:
        """The setting that means this place."""
        if self.scheme == _UNIX:
            return f"{_UNIX}:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class Door:
    """One listening place: `smtp://host:port`, `lmtp://host:port` (port 0: any free one) or `lmtp+unix:/path`."""

    def __init__(
        self,
        url: str,
        *,
        check: Check,
        store: Store,
        domain: str,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        ready: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare the door; raises Misconfigured for a url that is none. `ready` is told the url once it listens.

        With `tls` it offers STARTTLS (RFC 3207), to whoever wants it: mail servers do not insist (RFC 7435).
        """
        self._place = Place.read(url)
        self._check, self._store, self._domain = check, store, domain
        self._limits = limits or Limits()
        self._tls = tls
        self._ready = ready

    @property
    def url(self) -> str:
        """Where the door listens; after `start`, with the port that was picked for port 0."""
        return self._place.url

    async def start(self) -> None:
        """Listen, and return at once; raises Misconfigured, in a sentence that says what to do, when that cannot be."""
        reception = Reception(self._check, self._store, self._domain, self._limits, self._tls)
        try:
            self._server = await self._listen(reception)
        except BaseException:  # whatever ends us, Ctrl-C too: give back what is held, then let it pass
            reception.close()
            raise
        self._reception = reception
        log.info("door.open scheme=%s", self._place.scheme)
        if self._ready:
            self._ready(self.url)

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Serve until the event is set, then close the door with the grace that the limits allow."""
        await self.start()
        await stop.wait()
        await self.stop(self._limits.grace_seconds)

    async def stop(self, grace: float) -> None:
        """Close the door: nobody new, mails coming in get so many seconds to be stored and answered, the others a 421.

        What is being stored after that is stored, though its peer hears no 250 and comes again with the same mail.
        """
        reception = self._reception
        self._server.close()
        for guest in reception.guests:
            guest.leave(CLOSING)
        if not await reception.wait_empty(grace):
            log.warning("door.hurried connections=%d", len(reception.guests))
            for guest in reception.guests:
                guest.abandon()
            await reception.wait_empty(_LAST_WORDS_SECONDS)
            for guest in reception.guests:
                guest.cut()
        reception.close()
        if self._place.scheme == _UNIX:
            self._place.path.unlink(missing_ok=True)
        log.info("door.closed scheme=%s", self._place.scheme)

    async def _listen(self, reception: Reception) -> asyncio.AbstractServer:
        loop = asyncio.get_running_loop()
        place, dialogue = self._place, _DIALOGUES[self._place.scheme]
        try:
            if place.scheme == _UNIX:
                _refuse_taken_path(place.path)
                server = await loop.create_unix_server(lambda: dialogue(reception), place.path, backlog=_BACKLOG)
                place.path.chmod(_SOCKET_MODE)
                return server
            server = await loop.create_server(lambda: dialogue(reception), place.host, place.port, backlog=_BACKLOG)
        except OSError as error:
            raise Misconfigured(_cannot_listen(place, error)) from error
        self._place = replace(place, port=server.sockets[0].getsockname()[1])
        return server


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return what STARTTLS is offered with; raises Misconfigured when the files are no certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        raise Misconfigured(
            "PASSERELLE_INBOUND_TLS_CERT and PASSERELLE_INBOUND_TLS_KEY name no certificate chain with its private key"
            f" in PEM files that may be read ({error.strerror or error})."
        ) from error
    return context


def _refuse_taken_path(path: Path) -> None:
    """Raise OSError when somebody listens there, or when it is no socket: asyncio would take it from them."""
    if not path.exists():
        return
    if not path.is_socket():
        raise FileExistsError(errno.EEXIST, "not a socket")
    with socket.socket(socket.AF_UNIX) as probe, suppress(ConnectionRefusedError):
        probe.connect(str(path))
        raise OSError(errno.EADDRINUSE, "in use")


def _not_understood(url: str) -> str:
    return f"{_SETTING}={url} is not understood: write for example {_EXAMPLES}"


def _cannot_listen(place: Place, error: OSError) -> str:
    another = (
        f"{_SETTING}={_UNIX}:{place.path.with_name('another.sock')}"
        if place.scheme == _UNIX
        else f"{_SETTING}={place.scheme}://{place.host}:{place.port + 1 if place.port < 65535 else 8025}"
    )
    what = place.path if place.scheme == _UNIX else f"port {place.port} of {place.host}"
    reasons = {
        errno.EADDRINUSE: f"{what} is already in use: stop the other program, or choose another place with {another}",
        errno.EACCES: f"this user may not listen on {what}: choose another place, for example one of {_EXAMPLES}",
        errno.EEXIST: f"{what} exists and is not a socket: choose another path with {another}",
    }
    reason = reasons.get(error.errno or 0, f"cannot listen on {what} ({error.strerror or error}): choose another place")
    return f"{_SETTING}={place.url}: {reason}"
