"""The only module that fetches anything from the web: feeds that staff chose, and links that a letter holds.

What it never does: reach into a private network (unless the setting names the host), follow a redirect unchecked, read
without end, wait without end, or send anything about anybody.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urljoin, urlsplit

from jobboard.languages import gettext_for
from jobboard.settings import Settings

TIMEOUT_SECONDS = 10.0  # for one step: connecting, the head, each piece of the body
WHOLE_SECONDS = 30.0
MOST_OCTETS = 5 * 1024 * 1024
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = frozenset({80, 443})
_CHUNK = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


# Why something cannot be had, in words for staff.
REASONS = {
    "address": "ce n’est pas une adresse du web",
    "broken": "le flux est coupé ou mal écrit, rien n’y est lisible",
    "certificate": "le certificat du serveur n’est pas valable",
    "feed": "ce n’est pas un flux RSS ou Atom",
    "large": "la réponse dépasse %(most)s Mo",
    "name": "ce nom de site n’existe pas",
    "nobody": "aucun serveur ne répond à cette adresse",
    "port": "le port %(port)s n’est pas celui d’un site web",
    "private": "cette adresse est dans un réseau privé",
    "redirections": "plus de %(most)s redirections",
    "slow": "le serveur met trop de temps à répondre",
    "status": "le serveur répond %(status)s",
    "web": "le serveur ne répond pas comme un site web",
}


class Unreachable(Exception):
    """What is asked for cannot be had, for one of `REASONS`; as a text it is the words of that, in French."""

    def __init__(self, reason: str, **facts: int) -> None:
        super().__init__(REASONS[reason] % facts)
        self._reason, self._facts = reason, facts

    def told(self, language: str) -> str:
        """Return the words in that language."""
        return gettext_for(language)(REASONS[self._reason]) % self._facts


@dataclass(frozen=True)
class Fetched:
    """An answer: its status, where it came from after redirects, and what it holds (empty for 304)."""

    status: int
    url: str
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class _Place:
    """Where one request goes: a checked address, and the host by whose name the server knows itself."""

    scheme: str
    host: str
    port: int
    address: str
    target: str


def fetch(url: str, settings: Settings, *, etag: str = "", last_modified: str = "", most: int = MOST_OCTETS) -> Fetched:
    """Return what stands at a web address, its body only if `most` octets of it may be read. Raises Unreachable, with the reason in words, for everything else."""
    deadline = time.monotonic() + WHOLE_SECONDS
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    asked = {name: value for name, value in headers.items() if value.isprintable() and value}
    for _ in range(MOST_REDIRECTS + 1):
        answer, location = _ask(_place(url, settings), url, settings, asked, deadline, most)
        if location is None:
            return answer
        url = urljoin(url, location)
    raise Unreachable("redirections", most=MOST_REDIRECTS)


def _ask(
    place: _Place, url: str, settings: Settings, asked: dict[str, str], deadline: float, most: int
) -> tuple[Fetched, str | None]:
    """Return the answer of one server, and where it sends us instead, if it does."""
    headers = {
        "User-Agent": f"Passerelle (+{settings.base_url})",
        "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **asked,
    }
    try:
        with closing(_Connection(place)) as connection:
            connection.request("GET", place.target, headers=headers)
            with connection.getresponse() as answer:
                location = answer.getheader("Location")
                if answer.status in _REDIRECTS and location:
                    return Fetched(answer.status, url), location
                body = b"".join(_pieces(answer, deadline, most)) if answer.status == 200 and most else b""
                kind, etag, last = (answer.getheader(name, "") for name in ("Content-Type", "ETag", "Last-Modified"))
                found = Fetched(answer.status, url, kind, etag, last, body)
    except TimeoutError as error:
        raise Unreachable("slow") from error
    except ssl.SSLError as error:
        raise Unreachable("certificate") from error
    except ConnectionRefusedError as error:
        raise Unreachable("nobody") from error
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        raise Unreachable("web") from error
    return found, None


def _pieces(answer: http.client.HTTPResponse, deadline: float, most: int) -> Iterator[bytes]:
    """Yield the body, unpacked. Raises Unreachable when it is too large, or too slow as a whole."""
    packed = answer.getheader("Content-Encoding", "").strip().lower() == "gzip"
    unpacking = zlib.decompressobj(wbits=31) if packed else None
    size = 0
    while piece := answer.read1(_CHUNK):
        if time.monotonic() > deadline:
            raise TimeoutError
        while piece:
            out = unpacking.decompress(piece, _CHUNK) if unpacking else piece
            piece = unpacking.unconsumed_tail if unpacking else b""
            size += len(out)
            if size > most:
                raise Unreachable("large", most=most // (1024 * 1024))
            yield out


def _place(url: str, settings: Settings) -> _Place:
    """Return where a request to this address goes. Raises Unreachable for addresses that we do not go to."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError) as error:
        raise Unreachable("address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Unreachable("address")
    port = port or (443 if parts.scheme == "https" else 80)
    allowed = host in settings.egress_allowed
    if port not in _PORTS and not allowed:
        raise Unreachable("port", port=port)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return _Place(parts.scheme, host, port, _address(host, port, allowed), f"{target}?{query}" if query else target)


def _address(host: str, port: int, allowed: bool) -> str:
    """Return the address to connect to, looked up once, so that what was checked is what is reached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable("name") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not allowed and not all(is_public(address) for address in addresses):
        raise Unreachable("private")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open network, whatever form it hides in."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, place: _Place) -> None:
        super().__init__(place.host, place.port, timeout=TIMEOUT_SECONDS)
        self._place = place

    def connect(self) -> None:
        """Connect to the checked address; with TLS, the certificate must be the name's."""
        self.sock = socket.create_connection((self._place.address, self._place.port), TIMEOUT_SECONDS)
        if self._place.scheme == "https":
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self._place.host)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
