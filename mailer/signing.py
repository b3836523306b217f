"""DKIM signatures (RFC 6376; Ed25519: RFC 8463), made with OpenSSL: relaxed header, simple body."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from jobboard import clock
from jobboard.errors import Misconfigured
from mailer.wire import require_crlf

# What a reader sees or a mail client acts on. Bcc, Received and the like are for others to change.
_SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-help",
    "list-archive",
    "feedback-id",
    "auto-submitted",
)
_MIN_RSA_BITS = 2048
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]++|\r\n[ \t])*+)\r\n")
_BLANKS = re.compile(rb"[ \t]+")
_TXT_LENGTH = 255  # octets in one string of a TXT record
_LINE = 72


@dataclass(frozen=True)
class Signer:
    """The key of one domain and selector; safe to share between threads."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @classmethod
    def from_settings(cls, domain: str, selector: str, key: Path | str) -> Self:
        """Read the key, a PEM file or the PEM text itself; raises Misconfigured with one sentence that says why."""
        for value, setting in ((domain, "MAIL_DOMAIN"), (selector, "DKIM_SELECTOR")):
            if not _NAME.fullmatch(value):
                raise Misconfigured(f"PASSERELLE_{setting}: {value!r} is no name of the DNS.")
        return cls(domain, selector, _load(key))

    def sign(self, message: bytes, *, at: datetime | None = None) -> bytes:
        """Return the DKIM-Signature field, CRLF included, to put in front of the message.

        `at` is the signature's date, now by default. Raises ValueError for bare CR or LF and where there is no From.
        """
        require_crlf(message)
        header, _, body = message.partition(b"\r\n\r\n")
        names, signed = _select(header.removesuffix(b"\r\n") + b"\r\n")
        return self.sign_fields(names, b"".join(signed), _body_hash(body), at=at or clock.now())

    def sign_fields(self, names: Sequence[bytes], signed: bytes, body_hash: bytes, *, at: datetime) -> bytes:
        """Return the field as `sign` does, for a mail whose parts are known: the names for h=, in lower case, the fields
        that they name in relaxed form, and bh=.
        """
        algorithm = "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"
        start, canonical = _start(algorithm, self.domain, self.selector, tuple(names), int(at.timestamp()))
        signature = self._sign(b"".join((signed, canonical, body_hash, b"; b=")))
        return b"".join((start, body_hash, b";\r\n\tb=", _wrapped(base64.b64encode(signature)), b"\r\n"))

    @staticmethod
    def covered() -> list[bytes]:
        """Return the names of the fields that are signed where they occur, in the order of h=."""
        return [name.encode() for name in _SIGNED]

    def dns_record(self) -> str:
        """Return the line of the zone file to publish."""
        value = self.record_value
        strings = (f'"{value[start : start + _TXT_LENGTH]}"' for start in range(0, len(value), _TXT_LENGTH))
        return f"{self.record_name}. IN TXT ( {' '.join(strings)} )"

    @property
    def record_name(self) -> str:
        """The name under which receivers look for the key (RFC 6376 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record_value(self) -> str:
        """The text that stands there: an RSA key as SubjectPublicKeyInfo, an Ed25519 key as its 32 octets."""
        public = self.key.public_key()
        if isinstance(self.key, RSAPrivateKey):
            kind, encoding, form = "rsa", serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        else:
            kind, encoding, form = "ed25519", serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return f"v=DKIM1; k={kind}; p={base64.b64encode(public.public_bytes(encoding, form)).decode()}"

    def _sign(self, canonical: bytes) -> bytes:
        """Sign; RFC 8463 3 has Ed25519 sign the SHA-256 of the header, not the header."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(canonical, PKCS1v15(), hashes.SHA256())
        return self.key.sign(hashlib.sha256(canonical).digest())


@lru_cache(maxsize=16)
def _start(algorithm: str, domain: str, selector: str, names: tuple[bytes, ...], seconds: int) -> tuple[bytes, bytes]:
    """Return the field up to its bh=, folded as it leaves, and in relaxed form."""
    tags = f" v=1; a={algorithm}-sha256; c=relaxed/simple; d={domain}; s={selector};"
    listed = b":\r\n\t ".join(b":".join(names[start : start + 5]) for start in range(0, len(names), 5))
    value = b"%s\r\n\tt=%d;\r\n\th=%s;\r\n\tbh=" % (tags.encode(), seconds, listed)
    return b"DKIM-Signature:" + value, relaxed(b"DKIM-Signature", value)


def _load(key: Path | str) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        pem = key.encode() if isinstance(key, str) and "-----BEGIN" in key else Path(key).read_bytes()
    except OSError as error:
        raise Misconfigured(f"PASSERELLE_DKIM_KEY: the file cannot be read: {error.strerror}.") from error
    try:
        loaded = serialization.load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise Misconfigured("PASSERELLE_DKIM_KEY: the key has a pass phrase; store it without one.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Misconfigured("PASSERELLE_DKIM_KEY: there is no private key in PEM form.") from error
    if isinstance(loaded, Ed25519PrivateKey):
        return loaded
    if not isinstance(loaded, RSAPrivateKey):
        raise Misconfigured("PASSERELLE_DKIM_KEY: the key is neither RSA nor Ed25519.")
    if loaded.key_size < _MIN_RSA_BITS:
        raise Misconfigured(f"PASSERELLE_DKIM_KEY: {loaded.key_size} bits are too few, {_MIN_RSA_BITS} at least.")
    return loaded


def _select(header: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the names for h= and the fields in their canonical form, the last of a name first (RFC 6376 5.4.2).

    From is listed once more than it occurs, so that a second one breaks the signature (RFC 6376 8.15).
    """
    fields: dict[bytes, list[bytes]] = {}
    for name, value in _fields(header):
        fields.setdefault(name.lower(), []).append(relaxed(name, value) + b"\r\n")
    if b"from" not in fields:
        raise ValueError("the message has no From")
    names: list[bytes] = []
    signed: list[bytes] = []
    for name in (known.encode() for known in _SIGNED):
        occurring = fields.get(name, [])
        names += [name] * len(occurring)
        signed += reversed(occurring)
    return [b"from", *names], signed


def _fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position < len(header):
        found = _FIELD.match(header, position)
        if not found:
            raise ValueError("the message's header has a line that is no field")
        yield found[1], found[2]
        position = found.end()


def relaxed(name: bytes, value: bytes) -> bytes:
    """Return a field in relaxed form, without its CRLF (RFC 6376 3.4.2)."""
    return name.lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _body_hash(body: bytes) -> bytes:
    """Return bh= of a body in simple form: one CRLF at its end, whatever stood there (RFC 6376 3.4.3)."""
    return base64.b64encode(hashlib.sha256(body.rstrip(b"\r\n") + b"\r\n").digest())


def _wrapped(text: bytes) -> bytes:
    return b"\r\n\t ".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))
