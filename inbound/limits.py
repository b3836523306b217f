"""How much the door bears: of one peer, of one connection, of one mail, and of all of them at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

UNIX_PEER = "unix"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of one door; sizes in octets, durations in seconds."""

    message_octets: int = 35 * _MEGABYTE
    recipients: int = 100  # RFC 5321 4.5.3.1.8 asks for no less
    connections: int = 200
    connections_per_peer: int = 20
    unlimited_peers: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # networks that the limit per peer spares
    commands: int = 20_000  # on one connection
    errors: int = 100  # 5xx replies on one connection: a mail may have sixty recipients that we do not know
    unknown_commands: int = 5  # on one connection: whoever speaks HTTP to us gets no further
    idle_seconds: float = 300.0  # RFC 5321 4.5.3.2.7
    data_seconds: float = 1800.0  # for the whole of one message
    connection_seconds: float = 3600.0  # then a connection is closed between two mails
    large_octets: int = _MEGABYTE
    large_at_once: int = 4  # mails over `large_octets` that may be in memory together
    large_wait_seconds: float = 60.0
    threads: int = 8  # half of them ask, half of them store
    grace_seconds: float = 30.0  # for the mails that are coming in when the door closes


class Seats:
    """Who is connected, counted per peer: an IPv4 address or an IPv6 network of 64 bits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._unlimited = [ip_network(network) for network in limits.unlimited_peers]
        self._taken: Counter[str] = Counter()

    def take(self, peer: str) -> str | None:
        """Seat a peer; returns None, or why not, as a reply. Every `take` that returned None needs one `free`."""
        if self._taken.total() >= self._limits.connections:
            return "421 4.3.2 too many connections, please try again in a few minutes"
        seat = _seat(peer)
        if not self._is_unlimited(peer) and self._taken[seat] >= self._limits.connections_per_peer:
            return "421 4.7.0 too many connections from your address"
        self._taken[seat] += 1
        return None

    def free(self, peer: str) -> None:
        """Give the seat of a peer back."""
        seat = _seat(peer)
        self._taken[seat] -= 1
        if self._taken[seat] <= 0:
            del self._taken[seat]

    def _is_unlimited(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:  # a Unix socket: whoever may open it is one of us
            return True
        return any(address in network for network in self._unlimited)


class LargeMails:
    """The few places for mails too large to hold many of in memory; used on the event loop only."""

    def __init__(self, limits: Limits) -> None:
        self._places = asyncio.Semaphore(limits.large_at_once)
        self._wait_seconds = limits.large_wait_seconds

    async def enter(self) -> bool:
        """Wait for a place; returns False when none came free in time. Every True needs one `leave`."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._places.acquire()
        except TimeoutError:
            return False
        return True

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()


def plain_peer(peer: str) -> str:
    """Return the address of a peer without scope, an IPv4 one that came in through an IPv6 socket as IPv4."""
    address = ip_address(peer.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _seat(peer: str) -> str:
    """Return what counts as one peer: whoever has one IPv6 address has the 64 bits below it."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
