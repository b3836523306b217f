"""What bounces and complaints say of an address, and what they never say of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbound.reports import read_report
from jobboard.suppression import Severity

HEAD = b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"


def status_report(*blocks: str, human: str = "Sorry.", header: bytes = HEAD) -> bytes:
    parts = "\r\n".join(block.replace("\n", "\r\n") + "\r\n" for block in ("Reporting-MTA: dns; mx.example", *blocks))
    return (
        header
        + (
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: text/plain\r\n\r\n{human}\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{parts}\r\n--b--\r\n"
        ).encode()
    )


def about_lea(status: str, diagnostic: str = "", action: str = "failed") -> str:
    lines = [f"Final-Recipient: rfc822; lea@courrier.example\nAction: {action}\nStatus: {status}"]
    return "\n".join(lines + ([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []))


@pytest.mark.parametrize(
    ("status", "diagnostic", "severity", "code"),
    [
        ("5.1.1", "550 5.1.1 User unknown", Severity.HARD, "5.1.1"),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Severity.HARD, "5.1.10"),
        ("5.1.2", "", Severity.HARD, "5.1.2"),
        ("5.2.1", "550 5.2.1 The account is disabled", Severity.HARD, "5.2.1"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", Severity.HARD, "5.4.1"),
        ("5.4.4", "", Severity.HARD, "5.4.4"),
        ("5.0.0", "550 5.1.1 no such user", Severity.HARD, "5.1.1"),
        ("5.0.0", "550 Requested action not taken: mailbox unavailable", Severity.HARD, "5.0.0"),
        ("5.7.1", "550 5.7.1 user unknown", Severity.HARD, "5.7.1"),
        ("5.5.0", "550 L'adresse du destinataire est inconnue", Severity.HARD, "5.5.0"),
        ("5.2.2", "552 5.2.2 Over quota", Severity.FULL, "5.2.2"),
        ("4.2.2", "452 4.2.2 out of storage space", Severity.FULL, "4.2.2"),
        ("5.0.0", "552 Mailbox full", Severity.FULL, "5.0.0"),
        ("4.3.1", "452 4.3.1 Over quota", Severity.FULL, "4.3.1"),
        ("5.1.1", "552 5.1.1 Boîte du destinataire pleine", Severity.FULL, "5.1.1"),
        ("5.7.1", "554 5.7.1 Client host blocked using a list", Severity.BLOCKED, "5.7.1"),
        ("5.7.26", "550 5.7.26 not accepted due to the DMARC policy", Severity.BLOCKED, "5.7.26"),
        ("5.7.1", "550 5.7.1 <v@p.example>: Recipient address rejected: Access denied", Severity.BLOCKED, "5.7.1"),
        ("5.0.0", "550 spam detected", Severity.SPAM, "5.0.0"),
        ("4.7.1", "451 4.7.1 Greylisted, try again later", Severity.BLOCKED, "4.7.1"),
        ("5.1.8", "550 5.1.8 Sender domain not found", Severity.BLOCKED, "5.1.8"),
        ("4.4.1", "connect to mx.example: Connection timed out", Severity.SOFT, "4.4.1"),
        ("5.4.7", "delivery time expired", Severity.SOFT, "5.4.7"),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", Severity.TOO_BIG, "5.3.4"),
        ("5.6.1", "media not supported", Severity.SOFT, "5.6.1"),
        ("", "451 server busy", Severity.SOFT, None),
        ("5.0.0", "", Severity.UNKNOWN, "5.0.0"),
        ("5.9.9", "550 5.9.9 no", Severity.UNKNOWN, "5.9.9"),
    ],
)
def test_severities(status, diagnostic, severity, code):
    report = read_report(status_report(about_lea(status, diagnostic)))
    assert (report.severity, report.status, report.recipient) == (severity, code, "lea@courrier.example")


def test_a_delay_is_no_failure():
    report = read_report(status_report(about_lea("4.2.2", "452 4.2.2 mailbox full", action="delayed")))
    assert report.severity is Severity.DELAY


@pytest.mark.parametrize("action", ["delivered", "relayed", "Expanded (to a list)"])
def test_good_news_is_no_report(action):
    assert read_report(status_report(about_lea("2.0.0", "250 OK", action=action))) is None


def test_the_worst_of_several_recipients():
    paul = "Final-Recipient: rfc822; paul@courrier.example\nAction: delivered\nStatus: 2.0.0"
    anne = "Final-Recipient: rfc822; anne@courrier.example\nAction: failed\nStatus: 4.2.1"
    report = read_report(status_report(paul, anne, about_lea("5.1.1")))
    assert (report.severity, report.recipient) == (Severity.HARD, "lea@courrier.example")


def test_the_address_that_we_wrote_to_comes_before_where_it_was_forwarded():
    forwarded = about_lea("5.1.1").replace("lea@courrier", "autre@ailleurs")
    report = read_report(status_report(f"Original-Recipient: rfc822;Lea@Courrier.example\n{forwarded}"))
    assert report.recipient == "Lea@courrier.example"


def test_a_code_without_words_takes_the_words_of_the_human_part():
    report = read_report(status_report(about_lea("5.0.0"), human="The mailbox is full."))
    assert (report.severity, report.text) == (Severity.FULL, "The mailbox is full.")


def test_the_text_is_short_and_on_one_line():
    report = read_report(status_report(about_lea("5.1.1", "550 " + "no\r\n such user " * 200)))
    assert len(report.text) <= 500
    assert "\n" not in report.text


def test_words_of_our_own_returned_mail_weigh_nothing():
    raw = (
        HEAD + b"\r\n<lea@courrier.example>: error\r\n\r\n--- Below this line is a copy of it.\r\n\r\nuser unknown\r\n"
    )
    report = read_report(raw)
    assert (report.severity, report.recipient) == (Severity.UNKNOWN, "lea@courrier.example")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"From: lea@courrier.example\r\nSubject: Re: Comptable\r\n\r\nuser unknown 5.1.1\r\n",
        b"From: lea@courrier.example\r\nSubject: =?utf-8?q?R=C3=A9ponse_automatique?=\r\n\r\nAbsente.\r\n",
    ],
)
def test_other_mails_are_no_reports(raw):
    assert read_report(raw) is None


def complaint(fields: str, returned: str = "To: lea@courrier.example") -> bytes:
    return (
        "From: fbl@courrier.example\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\n\r\nA complaint.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\n{fields}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nx\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("fields", "severity", "recipient"),
    [
        (
            "Feedback-Type: abuse\r\nOriginal-Rcpt-To: <paul@courrier.example>",
            Severity.COMPLAINT,
            "paul@courrier.example",
        ),
        ("Feedback-Type: ABUSE", Severity.COMPLAINT, "lea@courrier.example"),
        ("Version: 1", Severity.COMPLAINT, "lea@courrier.example"),
        ("Feedback-Type: fraud", Severity.COMPLAINT, "lea@courrier.example"),
        ("Feedback-Type: not-spam", Severity.UNKNOWN, "lea@courrier.example"),
        ("Feedback-Type: auth-failure", Severity.UNKNOWN, "lea@courrier.example"),
    ],
)
def test_complaints(fields, severity, recipient):
    report = read_report(complaint(fields))
    assert (report.severity, report.recipient) == (severity, recipient)


def test_a_complaint_that_hides_the_person():
    assert read_report(complaint("Feedback-Type: abuse", "To: hidden")).recipient is None


@given(st.binary(max_size=1_000), st.sampled_from([b"", HEAD]))
@example(b"Content-Type: message/delivery-status\r\n\r\n\xff: \r\n\r\nAction: failed\r\n", HEAD)
@example(b"Content-Type: message/feedback-report\r\n\r\n\xff", b"")
@example(b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\nQWN0aW9u", HEAD)
@settings(max_examples=150, deadline=None)
def test_any_octets_are_read(raw, head):
    read_report(head + raw)


@given(st.text(max_size=300), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_fields_are_read(diagnostic, status):
    raw = status_report(about_lea(status, diagnostic))
    report = read_report(raw)
    assert report is None or len(report.text) <= 500
