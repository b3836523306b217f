"""Bounces in the styles of mail systems are read for what they say, and of whom."""

from __future__ import annotations

import pytest

from inbound import second_opinion
from inbound.reports import read_report
from jobboard.suppression import Severity
from tests.inbound.bounce_samples import LEA, SAMPLES, Sample, plain


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_what_a_bounce_says_and_of_whom(sample: Sample) -> None:
    report = read_report(sample.raw)
    found = (report.severity, report.recipient) if report is not None else (None, None)
    assert found == (sample.severity, sample.recipient)


# The shape of a system that our own reading does not know: no daemon, no usual subject, no word that we look for.
FOREIGN = plain(
    f"Undeliverable Address:  {LEA}\n\nOriginal message attached\n",
    sender="Serveur <courrier@mx.example>",
    subject="Retour",
)


def test_a_second_opinion_is_heard_where_we_find_nothing_and_weighs_little() -> None:
    report = read_report(FOREIGN)
    assert report is not None
    assert (report.severity, report.recipient) == (Severity.SOFT, LEA)
    assert read_report(FOREIGN.replace(b"Undeliverable", b"Delivered")) is None


def test_a_second_opinion_knows_the_usual_shapes() -> None:
    opinion = second_opinion.ask(SAMPLES[0].raw)
    assert opinion is not None
    assert (opinion.address, opinion.permanent) == (LEA, True)


def test_a_second_opinion_never_raises() -> None:
    for raw in (b"", b"\xff\xfe\x00", b"Content-Type: multipart/report; boundary=\r\n\r\n--", SAMPLES[0].raw[:400]):
        assert second_opinion.ask(raw) is None


@pytest.mark.parametrize("author", [b"", b"\xe9 <a@b.example>"])
def test_a_second_opinion_that_trips_says_nothing_in_our_log(author: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert second_opinion.ask(b"From: " + author + b"\r\nSubject: Retour\r\n\r\nBonjour.\r\n") is None
    assert caplog.records == []


def test_a_complaint_names_the_post_by_its_envelope_sender() -> None:
    raw = (
        b"From: feedback@provider.example\r\nSubject: FW: Une offre\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nAn email abuse report\r\n"
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
        b"User-Agent: Loop/1\r\nOriginal-Mail-From: <v-abc@passerelle.example>\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nTo: lea@courrier.example\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    )
    report = read_report(raw)
    assert report is not None
    assert (report.severity, report.returned_to) == (Severity.COMPLAINT, "v-abc@passerelle.example")
    by_path = raw.replace(b"Original-Mail-From: <v-abc@passerelle.example>\r\n", b"").replace(
        b"To: lea@", b"Return-Path: <v-xyz@passerelle.example>\r\nTo: lea@"
    )
    report = read_report(by_path)
    assert report is not None
    assert report.returned_to == "v-xyz@passerelle.example"
