"""What verifies our signatures: dkimpy, which shares no code with them; and a house that delivers to a sink."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from jobboard.addresses import Addresses
from jobboard.db import Database
from mailer.delivery import Courier
from mailer.signing import Signer
from tests.conftest import make_settings
from tests.doors.smtp_sink import SmtpSink
from tests.mailer.deliveries import Failing, WatchedSink

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


@pytest.fixture
def sink() -> Iterator[WatchedSink]:
    with WatchedSink() as running:
        yield running


@pytest.fixture
def house(database: Database, tmp_path: Path, sink: SmtpSink) -> Iterator[Failing]:
    """The database of the test with settings that deliver to the sink."""
    settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never", smtp_timeout_seconds=5)
    made = Failing(database.engine.url.render_as_string(hide_password=False), settings)
    yield made
    made.close()


@pytest.fixture
def courier(house: Failing) -> Iterator[Courier]:
    made = Courier(house, Addresses(house.settings), worker=7)
    yield made
    made.close()
