"""Signatures of ours, verified by dkimpy, which shares no code with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from jobboard.errors import Misconfigured
from mailer.signing import Signer

DOMAIN, SELECTOR = "passerelle.example", "s2026"
LETTER = (
    "From: Passerelle <bonjour@passerelle.example>\r\n"
    "To: =?utf-8?q?Zo=C3=A9?= <zoe@example.test>\r\n"
    "Subject: Comptable  à Nantes,\r\n\t  CDI \r\n"
    "Date: Mon, 23 Nov 2026 18:00:00 +0100\r\n"
    "Message-ID: <1@passerelle.example>\r\n"
    "Reply-To: <r-abc@passerelle.example>\r\n"
    "In-Reply-To: <0@example.test>\r\n"
    "References: <00@example.test>\r\n <0@example.test>\r\n"
    "MIME-Version: 1.0\r\n"
    'Content-Type: text/plain;\r\n charset="utf-8"\r\n'
    "Content-Transfer-Encoding: 8bit\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "List-Id: Alertes <alertes.passerelle.example>\r\n"
    "List-Unsubscribe: <https://passerelle.example/d/x>,\r\n <mailto:u-abc@passerelle.example>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "X-Other: not signed\r\n"
    "\r\n"
    "Bonjour Zoé,\r\n\r\n  deux  espaces \r\n.\r\n\r\n\r\n"
).encode()


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> str:
    sealed = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed).decode()


RSA, ED25519 = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
SIGNERS = {"rsa": Signer.from_settings(DOMAIN, SELECTOR, pem(RSA)), "ed25519": Signer(DOMAIN, SELECTOR, ED25519)}

Verifier = Callable[[Signer, bytes], bool]


@pytest.fixture(params=list(SIGNERS))
def signer(request: pytest.FixtureRequest) -> Signer:
    return SIGNERS[request.param]


def test_a_letter_verifies(signer: Signer, verifies: Verifier) -> None:
    assert verifies(signer, signer.sign(LETTER) + LETTER)


def test_the_signature_says_what_it_covers(signer: Signer) -> None:
    field = signer.sign(LETTER, at=datetime(2026, 11, 23, 17, tzinfo=UTC)).decode()
    tags = dict(re.findall(r"(\w+)=([^;]*)", re.sub(r"\s", "", field.partition(":")[2])))

    assert field.endswith("\r\n")
    assert re.fullmatch(r"DKIM-Signature: [^\r\n]+(\r\n[ \t][^\r\n]+)*\r\n", field)
    assert max(len(line) for line in field.split("\r\n")) <= 78 + 20
    assert tags["v"] == "1"
    assert tags["a"] == ("rsa-sha256" if signer is SIGNERS["rsa"] else "ed25519-sha256")
    assert (tags["c"], tags["d"], tags["s"], tags["t"]) == ("relaxed/simple", DOMAIN, SELECTOR, "1795453200")
    assert tags["h"].split(":") == [
        "from",
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
        "auto-submitted",
    ]


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        (b"CDI", b"CDD", False),
        (b"<0@example.test>", b"<9@example.test>", False),
        (b"/d/x", b"/d/y", False),
        (b"Unsubscribe=One-Click", b"Unsubscribe=Never", False),
        (b"From: Passerelle", b"From: evil@x.example\r\nFrom: Passerelle", False),
        (b"X-Other:", b"From: evil@x.example\r\nX-Other:", False),
        (b"deux  espaces", b"deux espaces", False),
        (b"\r\n.\r\n", b"\r\n..\r\n", False),
        (b"X-Other: not signed", b"X-Other: changed", True),
        (b"X-Other: not signed", b"Received: by mx.example\r\nX-Other: not signed", True),
        (b"Comptable  ", b"Comptable ", True),
        (b"From: Pass", b"FROM:   Pass", True),
        (b"\r\n\r\n\r\n", b"\r\n", True),
    ],
)
def test_a_change_on_the_way_is_seen_and_a_mere_refolding_is_not(
    signer: Signer, verifies: Verifier, old: bytes, new: bytes, holds: bool
) -> None:
    signed = signer.sign(LETTER) + LETTER
    assert old in signed
    assert verifies(signer, signed.replace(old, new, 1)) is holds


@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n", b"\r\n\r\n\r\n", b"end", b"end\r\n", b" \r\n", b"\t\r\n \r\n", b"x" * 100_000 + b"\r\n"],
    ids=["nothing", "one", "three", "no end", "end", "blank", "blanks", "long"],
)
def test_every_end_of_a_body_verifies(signer: Signer, verifies: Verifier, body: bytes) -> None:
    message = b"From: a@passerelle.example\r\n\r\n" + body
    assert verifies(signer, signer.sign(message) + message)


@given(
    value=st.text(alphabet='aé \t,:;="', max_size=60),
    fold=st.sampled_from(["", "\r\n ", "\r\n\t", " \r\n\t  "]),
    lines=st.lists(st.text(alphabet="a .=é\t", max_size=20), max_size=5),
)
def test_any_letter_verifies(verifies: Verifier, value: str, fold: str, lines: list[str]) -> None:
    signer = SIGNERS["ed25519"]
    message = (
        f"From: a@passerelle.example\r\nSubject:{value}x{fold}x{value}\r\nSubject: two\r\n\r\n" + "\r\n".join(lines)
    ).encode()
    assert verifies(signer, signer.sign(message) + message)


@pytest.mark.parametrize(
    "message",
    [
        b"From: a@b.example\n\nbody\n",
        b"From: a@b.example\r\n\r\nbare\nline\r\n",
        b"From: a@b.example\r\n\r\nbare\rline\r\n",
        b"To: a@b.example\r\n\r\nno From\r\n",
        b"From: a@b.example\r\nno field\r\n\r\nbody\r\n",
        b" folded\r\nFrom: a@b.example\r\n\r\n",
        b"\r\nFrom: a@b.example\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_letter_is_not_signed(signer: Signer, message: bytes) -> None:
    with pytest.raises(ValueError, match="message"):
        signer.sign(message)


def test_a_header_without_a_body_is_signed(signer: Signer, verifies: Verifier) -> None:
    field = signer.sign(b"From: a@passerelle.example\r\n")
    assert verifies(signer, field + b"From: a@passerelle.example\r\n\r\n")


def test_the_record_to_publish(signer: Signer) -> None:
    record = signer.dns_record()
    name, value = record.split(" IN TXT ")
    strings = re.findall('"([^"]*)"', value)
    kind = "rsa" if signer is SIGNERS["rsa"] else "ed25519"

    assert name == "s2026._domainkey.passerelle.example."
    assert "".join(strings) == signer.record_value
    assert signer.record_value.startswith(f"v=DKIM1; k={kind}; p=")
    assert all(len(string) <= 255 for string in strings)
    assert signer.record_name == "s2026._domainkey.passerelle.example"


def test_a_key_comes_from_a_file_or_from_its_text(tmp_path: Path, verifies: Verifier) -> None:
    path = tmp_path / "dkim.pem"
    path.write_text(pem(ED25519))
    for key in (path, str(path), pem(ED25519)):
        signer = Signer.from_settings(DOMAIN, SELECTOR, key)
        assert verifies(signer, signer.sign(LETTER) + LETTER)


@pytest.mark.parametrize(
    ("domain", "selector", "key", "word"),
    [
        (DOMAIN, SELECTOR, "/does/not/exist.pem", "DKIM_KEY.*read"),
        (DOMAIN, SELECTOR, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "DKIM_KEY.*PEM"),
        (DOMAIN, SELECTOR, pem(rsa.generate_private_key(65537, 1024)), "DKIM_KEY.*1024"),
        (DOMAIN, SELECTOR, pem(ED25519, b"secret"), "DKIM_KEY.*pass phrase"),
        (DOMAIN, SELECTOR, pem(ec.generate_private_key(ec.SECP256R1())), "DKIM_KEY.*neither"),
        (DOMAIN, "s 2026; x=1", pem(ED25519), "DKIM_SELECTOR"),
        ("passerelle.example\r\nX: y", SELECTOR, pem(ED25519), "MAIL_DOMAIN"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(domain: str, selector: str, key: str, word: str) -> None:
    with pytest.raises(Misconfigured, match=word) as refused:
        Signer.from_settings(domain, selector, key)
    assert "BEGIN" not in str(refused.value)
