"""Ids of one side's events, sealed so that the other side's client can use them and only we can read them.

No table: the sealed id holds the id. The same id of the same owner is always sealed alike, because an update must
find its event (AES-SIV, RFC 5297); it opens only towards its owner.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

MAX_OCTETS = 600  # of an id; longer ones are only hashed, and cannot be opened again

_PLAIN, _HEX_LOWER, _HEX_UPPER = b"\0", b"\1", b"\2"


@dataclass(frozen=True)
class Sealing:
    """Seals with the first key, opens with any; without a key, ids are hashed."""

    keys: tuple[bytes, ...] = ()

    def seal(self, uid: str, owner: str) -> str:
        """Return the id by which others know an event of that owner: letters and digits only."""
        octets = uid.strip().encode("utf-8", "replace")
        if not self.keys or len(octets) > MAX_OCTETS:
            return hashlib.sha256(octets.lower()).hexdigest()[:40]
        sealed = AESSIV(self.keys[0]).encrypt(_pack(uid.strip(), octets), [owner.encode()])
        return base64.b32encode(sealed).decode().rstrip("=").lower()

    def open(self, sealed: str, owner: str) -> str:
        """Return the owner's own id, or "" when this is none that was sealed for her."""
        text = sealed.strip().upper()
        try:
            octets = base64.b32decode(text + "=" * (-len(text) % 8))
        except (binascii.Error, ValueError):
            return ""
        for key in self.keys:
            try:
                return _unpack(AESSIV(key).decrypt(octets, [owner.encode()]))
            except (InvalidTag, ValueError):
                continue
        return ""


def _pack(uid: str, octets: bytes) -> bytes:
    """Return a short form: Outlook's ids are 112 hexadecimal digits and more, and clients keep 255 characters."""
    for mark, form in ((_HEX_LOWER, uid.lower()), (_HEX_UPPER, uid.upper())):
        if uid == form and len(uid) % 2 == 0 and uid.isascii() and uid.isalnum():
            try:
                return mark + bytes.fromhex(uid)
            except ValueError:
                break
    return _PLAIN + octets


def _unpack(packed: bytes) -> str:
    mark, rest = packed[:1], packed[1:]
    if mark == _PLAIN:
        return rest.decode("utf-8", "replace")
    return rest.hex().upper() if mark == _HEX_UPPER else rest.hex()
