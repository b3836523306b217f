"""What servers offer, ask for and refuse, and what becomes of the mail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobboard import ports
from mailer.replies import Blame, Verdict
from tests.doors.certificates import Authority
from tests.doors.leaving import MESSAGE, ZOE, Opener, facts, send
from tests.doors.smtp_sink import HOST, SmtpSink


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    with Opener(tmp_path) as opener:
        yield opener


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("stage", "reply", "verdict", "blame", "judged_at"),
    [
        ("connect", "554 5.3.2 not for you", Verdict.DEFERRED, Blame.US, "connect"),
        ("connect", "421 4.3.2 restarting", Verdict.DEFERRED, Blame.NETWORK, "connect"),
        ("ehlo", "550 5.7.1 helo rejected", Verdict.DEFERRED, Blame.US, "ehlo"),
        ("ehlo", "421 4.7.0 too many connections", Verdict.DEFERRED, Blame.US, "ehlo"),
        ("mail", "550 5.7.1 sender refused", Verdict.REFUSED, Blame.US, "mail"),
        ("mail", "451 4.3.0 out of order", Verdict.DEFERRED, Blame.NETWORK, "mail"),
        ("rcpt", "550 5.1.1 no such user", Verdict.REFUSED, Blame.RECIPIENT, "rcpt"),
        ("rcpt", "450 4.2.1 mailbox busy", Verdict.DEFERRED, Blame.RECIPIENT, "rcpt"),
        ("rcpt", "421 4.7.0 slow down", Verdict.DEFERRED, Blame.US, "rcpt"),
        ("data", "554 5.5.1 no", Verdict.REFUSED, Blame.US, "data"),
        ("data", "452 4.3.1 no room", Verdict.DEFERRED, Blame.NETWORK, "data"),
        ("body", "554 5.7.1 listed by a block list", Verdict.REFUSED, Blame.US, "body"),
        ("body", "552 5.3.4 too big", Verdict.REFUSED, Blame.CONTENT, "body"),
        ("body", "451 4.3.0 later", Verdict.DEFERRED, Blame.NETWORK, "body"),
    ],
)
def test_a_refusal_is_judged_where_it_was_said(
    sink: SmtpSink, opened: Opener, stage: str, reply: str, verdict: Verdict, blame: Blame, judged_at: str
) -> None:
    sink.answer(stage, reply)
    transport = opened(sink.url)

    outcome = send(transport)

    assert facts(outcome) == (verdict, blame, judged_at)
    assert str(outcome.reply) == reply
    assert not outcome.ambiguous
    assert sink.mails == ()
    sink.forget()
    assert send(transport).verdict is Verdict.SENT


def test_a_reply_of_several_lines_is_one_text_without_addresses(sink: SmtpSink, opened: Opener) -> None:
    sink.answer("rcpt", "550-5.1.1 <zoe@example.test>: we know nobody\r\n550-5.1.1 of that name,\r\n550 5.1.1 sorry")
    outcome = send(opened(sink.url))
    assert str(outcome) == "rcpt: 550 5.1.1 <address>: we know nobody of that name, sorry"


# What a server offers


def test_eight_bit_and_accents_use_what_the_server_offers(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport, message=MESSAGE + "été\r\n".encode())
    send(transport, recipient="zoé@example.test")
    send(transport, message="Subject: été\r\n\r\nbonjour\r\n".encode())
    send(transport)

    eight_bit, accents, header, plain = sink.mails
    assert set(eight_bit.parameters[1:]) == {"BODY=8BITMIME"}
    assert set(accents.parameters[1:]) == {"SMTPUTF8"}
    assert accents.recipients == ("zoé@example.test",)
    assert set(header.parameters[1:]) == {"BODY=8BITMIME", "SMTPUTF8"}
    assert plain.parameters[1:] == ()


@pytest.mark.parametrize(
    ("recipient", "message", "blame", "word"),
    [
        ("zoé@example.test", MESSAGE, Blame.US, "SMTPUTF8"),
        (ZOE, MESSAGE + "été\r\n".encode(), Blame.CONTENT, "8BITMIME"),
        (ZOE, MESSAGE + b"more\r\n" * 200, Blame.CONTENT, "1000 octets"),
    ],
)
def test_what_a_server_does_not_offer_is_refused_before_it_is_sent(
    opened: Opener, recipient: str, message: bytes, blame: Blame, word: str
) -> None:
    with SmtpSink(features=("SIZE 1000",)) as sink:
        transport = opened(sink.url)
        outcome = send(transport, recipient=recipient, message=message)
        assert facts(outcome) == (Verdict.REFUSED, blame, "mail")
        assert word in outcome.detail
        assert send(transport).verdict is Verdict.SENT
        assert [line.split()[0] for line in sink.commands] == ["EHLO", "MAIL", "RCPT", "DATA"]


def test_a_domain_with_accents_needs_nothing_from_the_server(opened: Opener) -> None:
    with SmtpSink(features=()) as sink:
        assert send(opened(sink.url), recipient="zoe@société.example").verdict is Verdict.SENT
        assert sink.mails[0].recipients == ("zoe@xn--socit-esab.example",)


def test_a_size_of_zero_is_no_limit(opened: Opener) -> None:
    with SmtpSink(features=("SIZE 0",)) as sink:
        assert send(opened(sink.url)).verdict is Verdict.SENT


def test_a_server_older_than_ehlo_is_greeted_with_helo(sink: SmtpSink, opened: Opener) -> None:
    sink.answer("ehlo", "502 5.5.1 what?", times=1)
    assert send(opened(sink.url)).verdict is Verdict.SENT
    assert sink.commands[:2] == ["EHLO passerelle.example", "HELO passerelle.example"]
    assert sink.mails[0].parameters == ()


# TLS


def test_starttls_is_verified_and_comes_before_the_log_in(authority: Authority, opened: Opener) -> None:
    with SmtpSink(tls=authority.context("localhost"), users={"léa": "p@ss:/é"}) as sink:
        url = f"smtp://l%C3%A9a:p%40ss%3A%2F%C3%A9@localhost:{sink.port}?ca={authority.file}"
        assert send(opened(url)).verdict is Verdict.SENT
        assert (sink.mails[0].encrypted, sink.mails[0].login) == (True, "léa")
        assert [line.split()[0] for line in sink.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


def test_smtps_is_encrypted_from_the_first_octet(authority: Authority, opened: Opener) -> None:
    with SmtpSink(tls=authority.context("127.0.0.1"), smtps=True) as sink:
        transport = opened(f"{sink.url}?ca={authority.file}")
        assert send(transport, message=MESSAGE + b"more\r\n" * 500_000).verdict is Verdict.SENT
        assert send(transport).verdict is Verdict.SENT
        assert (sink.mails[1].encrypted, sink.connections) == (True, 1)


@pytest.mark.parametrize("smtps", [True, False], ids=["smtps", "starttls"])
@pytest.mark.parametrize("fault", ["wrong host", "expired", "unknown authority"])
def test_a_certificate_that_proves_nothing_gets_no_mail(
    authority: Authority, opened: Opener, smtps: bool, fault: str
) -> None:
    tls = authority.context("elsewhere.example" if fault == "wrong host" else "localhost", expired=fault == "expired")
    with SmtpSink(tls=tls, smtps=smtps) as sink:
        ca = "" if fault == "unknown authority" else f"&ca={authority.file}"
        query = ca.replace("&", "?") if smtps else f"?starttls=required{ca}"
        outcome = send(opened(f"{'smtps' if smtps else 'smtp'}://localhost:{sink.port}{query}"))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "connect" if smtps else "ehlo")
        assert "certificate" in outcome.detail
        assert sink.mails == ()


def test_required_starttls_never_falls_back(opened: Opener) -> None:
    with SmtpSink(users={"lea": "secret"}) as sink:
        outcome = send(opened(f"smtp://lea:secret@{HOST}:{sink.port}"))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.US, "ehlo")
        assert "STARTTLS" in outcome.detail
        assert [line.split()[0] for line in sink.commands] == ["EHLO"]


def test_opportunistic_starttls_takes_what_there_is(authority: Authority, opened: Opener, sink: SmtpSink) -> None:
    assert send(opened(sink.url)).verdict is Verdict.SENT
    assert not sink.mails[0].encrypted
    with SmtpSink(tls=authority.context("elsewhere.example")) as self_made:
        assert send(opened(self_made.url)).verdict is Verdict.SENT
        assert self_made.mails[0].encrypted
        assert send(opened(f"{self_made.url}?starttls=never")).verdict is Verdict.SENT
        assert not self_made.mails[1].encrypted
        self_made.answer("starttls", "454 4.7.0 no TLS today")
        assert send(opened(self_made.url)).verdict is Verdict.SENT
        required = send(opened(f"{self_made.url}?starttls=required"))
        assert facts(required) == (Verdict.DEFERRED, Blame.US, "ehlo")


def test_what_was_said_in_the_clear_behind_starttls_breaks_the_connection(authority: Authority, opened: Opener) -> None:
    with SmtpSink(tls=authority.context("localhost")) as sink:
        sink.answer("starttls", b"220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n")
        outcome = send(opened(f"smtp://localhost:{sink.port}?ca={authority.file}"))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "ehlo")


def test_a_server_that_answers_tls_with_text(opened: Opener, sink: SmtpSink) -> None:
    outcome = send(opened(f"smtps://{HOST}:{sink.port}"))
    assert facts(outcome) == (Verdict.DEFERRED, Blame.NETWORK, "connect")
    assert "TLS" in outcome.detail


# Log-in


@pytest.mark.parametrize("mechanisms", ["PLAIN", "LOGIN", "CRAM-MD5 LOGIN PLAIN"])
def test_logging_in(opened: Opener, mechanisms: str) -> None:
    with SmtpSink(users={"lea": "secret"}, mechanisms=mechanisms) as sink:
        transport = opened(f"smtp://lea:secret@{HOST}:{sink.port}?starttls=never")
        assert transport.check() is None
        assert send(transport).verdict is Verdict.SENT
        assert sink.mails[0].login == "lea"


@pytest.mark.parametrize("mechanisms", ["PLAIN", "LOGIN"])
def test_a_wrong_password_holds_mail_back_and_loses_none(opened: Opener, mechanisms: str) -> None:
    with SmtpSink(users={"lea": "secret"}, mechanisms=mechanisms) as sink:
        transport = opened(f"smtp://lea:wrong@{HOST}:{sink.port}?starttls=never")
        for outcome in (send(transport), transport.check()):
            assert outcome
            assert facts(outcome) == (Verdict.DEFERRED, Blame.US, "auth")
            assert outcome.reply
            assert outcome.reply.code == 535
        assert sink.mails == ()


def test_a_server_without_a_log_in_we_know(opened: Opener) -> None:
    with SmtpSink(users={"lea": "secret"}, mechanisms="CRAM-MD5 XOAUTH2") as sink:
        outcome = send(opened(f"smtp://lea:secret@{HOST}:{sink.port}?starttls=never"))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.US, "auth")


def test_a_server_that_wants_a_log_in_we_were_not_given(opened: Opener) -> None:
    with SmtpSink(users={"lea": "secret"}) as sink:
        outcome = send(opened(f"{sink.url}?starttls=never"))
        assert facts(outcome) == (Verdict.DEFERRED, Blame.US, "mail")


@pytest.mark.parametrize("stage", ["connect", "ehlo"])
def test_a_check_says_what_would_hold_mail_back(sink: SmtpSink, opened: Opener, stage: str) -> None:
    transport = opened(sink.url)
    assert transport.check() is None
    sink.answer(stage, "554 5.7.1 go away")
    outcome = transport.check()
    assert outcome
    assert facts(outcome) == (Verdict.DEFERRED, Blame.US, stage)
    sink.down()
    refused = transport.check()
    assert refused
    assert "refused" in refused.detail


# LMTP


@pytest.mark.parametrize("unix", [True, False], ids=["unix", "tcp"])
def test_lmtp_replies_for_the_recipient(opened: Opener, tmp_path: Path, unix: bool) -> None:
    with SmtpSink(lmtp=True, path=tmp_path / "lmtp" if unix else None) as sink:
        sink.answer("body", "552 5.2.2 mailbox full", recipient="full@example.test")
        transport = opened(sink.url)

        assert send(transport).verdict is Verdict.SENT
        full = send(transport, recipient="full@example.test")
        assert send(transport, recipient="lea@example.test").verdict is Verdict.SENT

        assert facts(full) == (Verdict.REFUSED, Blame.RECIPIENT, "body")
        assert not full.lasting
        assert [mail.recipients for mail in sink.mails] == [(ZOE,), ("lea@example.test",)]
        assert (sink.connections, sink.commands[0]) == (1, "LHLO passerelle.example")


def _told(connection: socket.socket, heard: list[bytes], script: list[tuple[int, bytes]]) -> None:
    """Say the script: after so many lines heard, these octets."""
    with connection, connection.makefile("rb") as lines:
        for count, reply in script:
            heard += [lines.readline() for _ in range(count)]
            connection.sendall(reply)


@pytest.mark.parametrize("refused", [b"550 5.1.1 no such user", b"450 4.2.1 mailbox busy"])
def test_a_server_that_waits_for_a_message_nobody_gets_is_given_none(opened: Opener, refused: bytes) -> None:
    """RFC 2920 3.1: it may answer DATA with 354 though it took no recipient; the connection serves the next mail."""
    heard: list[bytes] = []
    body = MESSAGE.count(b"\r\n") + 1
    script = [
        (0, b"220 odd\r\n"),
        (1, b"250-odd\r\n250 PIPELINING\r\n"),
        (3, b"250 ok\r\n" + refused + b"\r\n354 go on\r\n"),
        (1, b"554 5.5.1 nobody\r\n"),
        (1, b"250 reset\r\n"),
        (3, b"250 ok\r\n250 ok\r\n354 go on\r\n"),
        (body, b"250 kept\r\n"),
        (1, b"221 bye\r\n"),
    ]
    with socket.create_server((HOST, ports.free())) as server:
        transport = opened(f"smtp://{HOST}:{server.getsockname()[1]}?starttls=never")
        serving = threading.Thread(target=lambda: _told(server.accept()[0], heard, script))
        serving.start()
        assert str(send(transport).reply) == refused.decode()
        assert send(transport).verdict is Verdict.SENT
        transport.close()
        serving.join(10)
    assert [line.split()[0] for line in heard[:6]] == [b"EHLO", b"MAIL", b"RCPT", b"DATA", b".", b"RSET"]
    assert b"".join(heard[9 : 9 + body]) == MESSAGE + b".\r\n"


def test_a_server_without_pipelining_hears_one_command_at_a_time(opened: Opener) -> None:
    with SmtpSink(features=("8BITMIME",)) as sink:
        sink.answer("mail", "451 4.3.0 later", times=1)
        transport = opened(sink.url)
        assert send(transport).verdict is Verdict.DEFERRED
        assert [line.split()[0] for line in sink.commands] == ["EHLO", "MAIL"]
        assert send(transport).verdict is Verdict.SENT
