"""Our own mail addresses: the fixed ones, and those that carry a token.

A token is 26 characters of base32 (130 bits): 4 bits of key version, 48 bits of row id, 78 bits of HMAC-SHA-256
over purpose, version and id. It is compared in constant time, before anything is looked up.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from jobboard.macs import Mac
from jobboard.settings import Settings

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_LENGTH, _ID_BITS, _MAC_BITS = 26, 48, 78
_PAIRS = [
    one + other for one in _ALPHABET for other in _ALPHABET
]  # ten bits at a time: many addresses are made at once
_PLACES = tuple(range(5 * _LENGTH - 10, -1, -10))
# RFC 5321 4.5.3.1.3; what is inside is the receiving server's business.
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(
    r"[^@\s\x00-\x1f\x7f\"<>(),;:\\]{1,64}@[^@\s\x00-\x1f\x7f\"<>(),;:\\.]+(\.[^@\s\x00-\x1f\x7f\"<>(),;:\\.]+)+"
)
_LOCAL = re.compile(rf"(offre|r|v|u)-([{_ALPHABET}]{{{_LENGTH}}})")


class Alias(StrEnum):
    """The addresses that anybody may write to."""

    ALERTES = "alertes"
    OFFRES = "offres"
    LETTRE = "lettre"
    CHASSE = "chasse"
    RENDEZ_VOUS = "rendez-vous"
    AGENDA = "agenda"
    AIDE = "aide"
    STOP = "stop"
    POSTMASTER = "postmaster"
    ABUSE = "abuse"
    CONTACT = "contact"
    BONJOUR = "bonjour"


_ALIASES = {alias.value: alias for alias in Alias}


class Purpose(StrEnum):
    """What a tokenised address is for; the value is its prefix."""

    OFFER = "offre"  # row: the offer
    REPLY = "r"  # row: the ticket
    RETURN = "v"  # row: the post
    UNSUBSCRIBE = "u"  # row: the subscription
    PREFERENCES = "p"  # row: the subscription; of a page only, no mail comes to it


@dataclass(frozen=True)
class Target:
    """What an address of ours stands for: an alias, or a purpose with its row."""

    alias: Alias | None = None
    purpose: Purpose | None = None
    row_id: int = 0


class Addresses:
    """The codec of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.domain = settings.mail_domain
        self._sender = settings.sender.lower()
        self._keys = [(_version(key), Mac(key)) for key in settings.keys("addresses")]

    def make(self, purpose: Purpose, row_id: int) -> str:
        """Return the address of that row for that purpose; at most 64 octets before the @ (RFC 5321 4.5.3.1.1)."""
        return f"{purpose}-{self.token(purpose, row_id)}@{self.domain}"

    def token(self, purpose: Purpose, row_id: int) -> str:
        """Return the token alone, for a link."""
        version, mac = self._keys[0]
        head = version << _ID_BITS | row_id
        number = head << _MAC_BITS | _tag(mac, purpose, head)
        return "".join([_PAIRS[number >> place & 1023] for place in _PLACES])

    def read_token(self, purpose: Purpose, token: str) -> int | None:
        """Return the row that a link's token names, or None when it is mistyped, forged or made for something else."""
        if len(token) != _LENGTH or not set(token) <= _VALUES.keys():
            return None
        target = self._open(purpose, token)
        return target.row_id if target is not None else None

    def alias(self, alias: Alias) -> str:
        """Return the address of an alias."""
        return f"{alias}@{self.domain}"

    def read(self, address: str) -> Target | None:
        """Return what the address stands for, or None when it is not ours: unknown, mistyped or forged."""
        address = address.strip().lower()
        if address == self._sender:
            return Target(alias=Alias.BONJOUR)
        local, _, domain = address.rpartition("@")
        if domain.rstrip(".") != self.domain:
            return None
        if local in _ALIASES:
            return Target(alias=_ALIASES[local])
        found = _LOCAL.fullmatch(local)
        return self._open(Purpose(found[1]), found[2]) if found else None

    def _open(self, purpose: Purpose, token: str) -> Target | None:
        number = 0
        for char in token:
            number = number << 5 | _VALUES[char]
        head, tag = number >> _MAC_BITS, number & (1 << _MAC_BITS) - 1
        for version, mac in self._keys:
            expected = _tag(mac, purpose, head)
            same = hmac.compare_digest(expected.to_bytes(10, "big"), tag.to_bytes(10, "big"))
            if same and head >> _ID_BITS == version:
                return Target(purpose=purpose, row_id=head & (1 << _ID_BITS) - 1)
        return None


def _version(key: bytes) -> int:
    """Return four bits that tell this key from its predecessor (a clash only costs a second comparison)."""
    return hashlib.sha256(b"version" + key).digest()[0] >> 4


def _tag(mac: Mac, purpose: Purpose, head: int) -> int:
    return int.from_bytes(mac.digest(f"{purpose}:{head}".encode()), "big") >> 256 - _MAC_BITS


def is_address(text: str) -> bool:
    """Tell whether a text has the form of a mail address, as people write one."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def address_key(address: str) -> str:
    """Return the form under which a person's address is unique: case does not matter (contract)."""
    return address.strip().lower()


def mailbox_key(address: str) -> str:
    """Return the form under which writers are counted: `+tag` variants of one mailbox are one writer."""
    local, _, domain = address_key(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain.rstrip('.')}"
