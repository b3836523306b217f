"""What verifies our signatures: dkimpy, which shares no code with them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from mailer.signing import Signer

Verifier = Callable[[Signer, bytes], bool]


class _BadSignatureError(Exception):
    """The name under which dkimpy expects a wrong Ed25519 signature."""


class _VerifyKey:
    """The one primitive that dkimpy takes from PyNaCl: an Ed25519 verification, done by OpenSSL."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, message: bytes, signature: bytes) -> bytes:
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise _BadSignatureError from error
        return message


@pytest.fixture(scope="module")
def verifies() -> Iterator[Verifier]:
    """Return dkimpy's verdict on a signed message, with the key that `dns_record` publishes."""
    with pytest.MonkeyPatch.context() as patch:
        exceptions = SimpleNamespace(BadSignatureError=_BadSignatureError, ValueError=ValueError)
        nacl = SimpleNamespace(
            signing=SimpleNamespace(VerifyKey=_VerifyKey),
            encoding=SimpleNamespace(Base64Encoder=None),
            exceptions=exceptions,
        )
        patch.setattr(dkim, "nacl", nacl, raising=False)

        def verify(signer: Signer, message: bytes) -> bool:
            name, _, strings = signer.dns_record().partition(" IN TXT ")
            zone = {name.encode(): "".join(re.findall('"([^"]*)"', strings)).encode()}
            try:
                return bool(dkim.DKIM(message).verify(dnsfunc=lambda asked, timeout=5: zone.get(asked)))
            except dkim.ValidationError:
                return False  # how dkimpy says that the body's hash differs

        yield verify
