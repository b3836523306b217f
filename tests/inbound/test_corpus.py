"""Every mail of the corpus is read as its .json says; and mutilated, it still is read without a failure."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.own_words import split
from inbound.parse import read
from inbound.reports import read_report

CORPUS = sorted((Path(__file__).parent.parent / "corpus").glob("*.eml"))
NAMES = [path.stem for path in CORPUS]


def expected_of(mail: Path) -> dict[str, Any]:
    return json.loads(mail.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_mail_has_its_expectation_and_the_reverse():
    folder = CORPUS[0].parent
    assert set(NAMES) == {path.stem for path in folder.glob("*.json")}
    assert len(NAMES) >= 60


def test_every_address_of_the_corpus_is_of_a_reserved_domain():
    for mail in CORPUS:
        raw = mail.read_bytes()
        incoming = read(raw, envelope_sender="")
        shown = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace") + incoming.text + (incoming.html or "")
        domains = re.findall(r"[\w.-]@([\w-]+\.[\w.-]+)", shown)
        assert [domain for domain in domains if not domain.lower().endswith((".example", ".test"))] == [], mail.stem


@pytest.mark.parametrize("mail", CORPUS, ids=NAMES)
def test_the_facts_of_a_mail(mail):
    expected = expected_of(mail)
    incoming = read(mail.read_bytes(), envelope_sender=expected["envelope_sender"])
    facts = ("sender", "sender_name", "subject", "in_reply_to", "automatic", "problem")
    assert {name: getattr(incoming, name) for name in facts} == {name: expected[name] for name in facts}
    assert [[found.filename, found.content_type] for found in incoming.attachments] == expected["attachments"]
    assert all(found.content for found in incoming.attachments)


@pytest.mark.parametrize("mail", CORPUS, ids=NAMES)
def test_her_own_words_of_a_mail(mail):
    expected = expected_of(mail)
    incoming = read(mail.read_bytes(), envelope_sender=expected["envelope_sender"])
    words = split(incoming.text, incoming.html)
    if expected["own"] is not None:
        assert words.own == expected["own"]
    for fragment in expected["quoted_has"]:
        assert fragment in words.quoted
    for fragment in expected["signature_has"]:
        assert fragment in words.signature


@pytest.mark.parametrize("mail", CORPUS, ids=NAMES)
def test_the_report_in_a_mail(mail):
    report = read_report(mail.read_bytes())
    found = report and {"severity": report.severity, "status": report.status, "recipient": report.recipient}
    assert found == expected_of(mail)["report"]
    if report:
        assert 0 < len(report.text) <= 500


@st.composite
def mutilated_mails(draw: st.DrawFn) -> bytes:
    """A mail of the corpus, a few of its stretches removed, doubled or overwritten."""
    raw = draw(st.sampled_from(CORPUS)).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 200)))
        patch = draw(st.sampled_from([b"", raw[start:end] * 2, b"\r\n\r\n", b"\x00", b"\xff\xfe", b"=?utf-8?q?"]))
        patch = patch if draw(st.booleans()) else draw(st.binary(max_size=30))
        raw = raw[:start] + patch + raw[end:]
    return raw


@given(mutilated_mails(), st.sampled_from(["", "<>", "lea@courrier.example"]))
@settings(max_examples=150, deadline=None)
def test_mutilated_mails_are_read_without_a_failure(raw, envelope_sender):
    incoming = read(raw, envelope_sender=envelope_sender, trusted_authserv_id="mx.passerelle.example")
    words = split(incoming.text, incoming.html)
    for text in (incoming.subject, incoming.sender_name, incoming.text, words.own, words.quoted):
        assert "\x00" not in text
        text.encode("utf-8")
    assert (incoming.sender is None) <= (incoming.problem is not None)
    read_report(raw)
