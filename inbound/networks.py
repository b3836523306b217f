"""Which peers are one of us: lists of networks as the settings hold them, and the network that a peer counts for."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from inbound.limits import UNIX_PEER

Network = IPv4Network | IPv6Network

# Loopback, private and link-local: whoever sits there is no sender of the internet, and no SPF record names it.
_INSIDE: tuple[Network, ...] = tuple(
    ip_network(each)
    for each in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
_V4_BITS, _V6_BITS = 24, 48


def is_among(peer: str, networks: Sequence[str]) -> bool:
    """Tell whether a peer is in one of these networks, or is the Unix socket and "unix" is among them."""
    address = _address(peer)
    if address is None:
        return UNIX_PEER in networks
    return any(address in ip_network(each) for each in networks if each != UNIX_PEER)


def is_inside(peer: str) -> bool:
    """Tell whether a peer is a Unix socket, or has a loopback, private or link-local address."""
    address = _address(peer)
    return address is None or any(address in each for each in _INSIDE)


def network_of(peer: str) -> str:
    """Return the network that a peer counts for: 24 bits of an IPv4 address, 48 of an IPv6 one."""
    address = _address(peer)
    if address is None:
        return peer
    return str(ip_network((address, _V4_BITS if address.version == 4 else _V6_BITS), strict=False))


def _address(peer: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(peer)
    except ValueError:  # a Unix socket: whoever may open it is one of us
        return None
