"""Servers that hang up, stall, or speak something that is no SMTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.replies import Blame, Verdict
from tests.doors.leaving import MESSAGE, Opener, facts, send
from tests.doors.smtp_sink import SmtpSink


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    with Opener(tmp_path) as opener:
        yield opener


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_hang_up_before_the_body_defers_and_is_not_ambiguous(sink: SmtpSink, opened: Opener, stage: str) -> None:
    sink.hang_up(stage)
    outcome = send(opened(sink.url))
    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, stage)
    assert not outcome.ambiguous
    assert outcome.detail


@pytest.mark.parametrize(("stage", "keep", "kept"), [("body", False, 0), ("body", True, 1), ("reading", False, 0)])
def test_a_hang_up_after_data_is_ambiguous_and_not_tried_again_here(
    sink: SmtpSink, opened: Opener, stage: str, keep: bool, kept: int
) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.hang_up(stage, keep=keep)

    outcome = send(transport, message=MESSAGE + b"more\r\n" * 500_000)

    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "body")
    assert outcome.ambiguous
    assert (len(sink.mails) - 1, sink.connections) == (kept, 1)


@pytest.mark.parametrize(
    ("reply", "verdict", "blame"),
    [
        ("552 5.3.4 that will do", Verdict.REFUSED, Blame.CONTENT),
        ("421 4.3.2 restarting", Verdict.DEFERRED, Blame.NETWORK),
        ("250 2.0.0 fine", Verdict.DEFERRED, Blame.NETWORK),  # said of a mail it cannot have read
    ],
)
def test_what_a_server_says_while_it_cuts_a_body_short_is_heard(
    sink: SmtpSink, opened: Opener, reply: str, verdict: Verdict, blame: Blame
) -> None:
    sink.answer("reading", reply)
    outcome = send(opened(sink.url), message=MESSAGE + (b"more" * 19 + b"\r\n") * 200_000)
    assert facts(outcome) == (verdict, blame, "body")
    assert outcome.ambiguous is reply.startswith("250")


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "body"])
def test_a_stalling_server_is_left(sink: SmtpSink, opened: Opener, stage: str) -> None:
    sink.stall(stage)
    outcome = send(opened(sink.url, timeout=0.4, patience=0.4))
    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, stage)
    assert "in time" in outcome.detail
    assert outcome.ambiguous is (stage == "body")


def test_a_slow_drip_does_not_renew_the_time_out(sink: SmtpSink, opened: Opener) -> None:
    sink.drip("connect", "220 " + "patience " * 10, pause=0.02)
    outcome = send(opened(sink.url, timeout=0.3))
    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "connect")


def test_the_reply_to_a_body_has_more_time_than_the_rest(sink: SmtpSink, opened: Opener) -> None:
    sink.drip("body", "250 2.0.0 kept after a long look at it", pause=0.03)
    assert send(opened(sink.url, timeout=0.8)).verdict is Verdict.SENT
    hasty = send(opened(sink.url, patience=0.1))
    assert facts(hasty) == (Verdict.DEFERRED, Blame.NETWORK, "body")
    assert hasty.ambiguous


def test_a_stalled_server_is_not_asked_twice(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url, timeout=0.4)
    send(transport)
    sink.stall("mail")
    assert facts(send(transport)) == (Verdict.DEFERRED, Blame.NETWORK, "mail")
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff\x00\x01\x02\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\r\n",
        b"2500 ok\r\n",
        b"099 what\r\n",
        b"250 " + b"x" * 100_000 + b"\r\n",
        b"250-again\r\n" * 1000,
        b"599",
    ],
    ids=["binary", "http", "empty", "four digits", "no such class", "a line without end", "lines without end", "half"],
)
def test_nonsense_defers(sink: SmtpSink, opened: Opener, stage: str, nonsense: bytes) -> None:
    sink.answer(stage, nonsense, times=1)
    short = {"timeout": 0.4, "patience": 0.4}
    transport = opened(sink.url, **short if nonsense == b"599" else {})
    assert facts(send(transport)) == (Verdict.DEFERRED, Blame.NETWORK, stage)
    assert send(transport).verdict is Verdict.SENT


@pytest.mark.parametrize(
    ("stage", "reply", "judged_at"),
    [("mail", "354 go", "mail"), ("rcpt", "354 go", "rcpt"), ("data", "250 ok", "data")],
)
def test_a_reply_of_the_wrong_class_defers(
    sink: SmtpSink, opened: Opener, stage: str, reply: str, judged_at: str
) -> None:
    sink.answer(stage, reply, times=1)
    assert facts(send(opened(sink.url))) == (Verdict.DEFERRED, Blame.NETWORK, judged_at)
    assert sink.mails == ()


def test_not_even_nonsense_brings_an_address_into_the_record(sink: SmtpSink, opened: Opener) -> None:
    sink.answer("rcpt", b"<zoe@example.test> never heard of\r\n")
    assert str(send(opened(sink.url))) == "rcpt: the server does not speak SMTP: <address> never heard of"


def test_a_reply_too_many_is_not_taken_for_the_next_ones(sink: SmtpSink, opened: Opener) -> None:
    """Else the 250 that answers RCPT would be heard as an answer to the body, and a mail be lost."""
    sink.answer("mail", b"250 ok\r\n250 ok\r\n", times=1)
    transport = opened(sink.url)
    assert facts(send(transport)) == (Verdict.DEFERRED, Blame.NETWORK, "data")
    assert sink.mails == ()
    assert send(transport).verdict is Verdict.SENT
    assert sink.connections == 2


def test_a_reply_too_many_without_pipelining_breaks_at_the_next_command(opened: Opener) -> None:
    with SmtpSink(features=("8BITMIME",)) as sink:
        sink.answer("mail", b"250 ok\r\n250 ok\r\n", times=1)
        outcome = send(opened(sink.url))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "rcpt")
        assert "out of turn" in outcome.detail


def test_a_host_that_does_not_exist_defers(opened: Opener) -> None:
    outcome = send(opened("smtp://nobody.invalid:25"))
    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "connect")
    assert outcome.detail


def test_no_socket_at_all_defers(opened: Opener, tmp_path: Path) -> None:
    assert facts(send(opened(f"lmtp+unix:{tmp_path}/none"))) == (Verdict.DEFERRED, Blame.NETWORK, "connect")
