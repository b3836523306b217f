"""Mail arrives octet for octet, on a connection that is kept, at servers of ours and of others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from jobboard import ports
from mailer.maildir import Mailbox
from mailer.replies import Blame, Verdict
from mailer.transport import open_transport
from tests.doors.certificates import Authority
from tests.doors.leaving import MESSAGE, SENDER, ZOE, Opener, facts, send
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


def test_a_mail_arrives_octet_for_octet(sink: SmtpSink, opened: Opener) -> None:
    outcome = send(opened(sink.url))

    assert facts(outcome) == (Verdict.SENT, None, "body")
    assert outcome.reply
    assert (outcome.reply.code, outcome.reply.enhanced, outcome.reply.text) == (250, "2.0.0", "kept")
    [mail] = sink.mails
    assert (mail.sender, mail.recipients, mail.data) == (SENDER, (ZOE,), MESSAGE)
    assert mail.hello == "passerelle.example"
    assert mail.parameters == (f"SIZE={len(MESSAGE)}",)


@pytest.mark.parametrize(
    "body",
    [
        b".\r\n",
        b".hidden\r\n..twice\r\n...\r\n",
        b"one\r\n.\r\ntwo\r\n",
        b"\r\n\r\n\r\n",
        b"",
        b"a" * 990 + b"\r\n" + b".b\r\n" * 100_000,
    ],
    ids=["dot", "dots", "a line of one dot", "blank lines", "nothing", "400 kB"],
)
def test_dots_and_blank_lines_come_through_as_they_are(sink: SmtpSink, opened: Opener, body: bytes) -> None:
    transport = opened(sink.url)
    message = b"From: a@b.example\r\n\r\n" + body

    assert send(transport, message=message).verdict is Verdict.SENT
    assert send(transport, message=b".first\r\n").verdict is Verdict.SENT
    assert [mail.data for mail in sink.mails] == [message, b".first\r\n"]


def test_a_last_line_without_its_end_gets_one(sink: SmtpSink, opened: Opener) -> None:
    send(opened(sink.url), message=b"From: a@b.example\r\n\r\nend")
    assert sink.mails[0].data.endswith(b"\r\nend\r\n")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n"])
def test_a_bare_cr_or_lf_never_leaves(sink: SmtpSink, opened: Opener, end: bytes) -> None:
    transport = opened(sink.url)
    with pytest.raises(ValueError, match="bare CR or LF"):
        send(transport, message=MESSAGE + b"text" + end + b"MAIL FROM:<evil@x.example>\r\n")
    assert sink.connections == 0


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example> SIZE=1", "a b@c.example", "<a@b.example>", "a\0@b"],
)
def test_an_address_cannot_be_a_command(sink: SmtpSink, opened: Opener, address: str) -> None:
    transport = opened(sink.url)
    with pytest.raises(ValueError, match="envelope"):
        send(transport, recipient=address)
    with pytest.raises(ValueError, match="envelope"):
        send(transport, sender=address)
    with pytest.raises(ValueError, match="envelope"):
        send(transport, recipient="")
    assert sink.connections == 0


def test_our_own_name_cannot_be_a_command(sink: SmtpSink, tmp_path: Path) -> None:
    transport = open_transport(sink.url, home=tmp_path, hello="x.example\r\nNOOP")
    with pytest.raises(ValueError, match="one line"):
        send(transport)
    transport.close()
    assert "NOOP" not in sink.commands


def test_a_bounce_leaves_with_an_empty_sender(sink: SmtpSink, opened: Opener) -> None:
    assert send(opened(sink.url), sender="").verdict is Verdict.SENT
    assert sink.mails[0].sender == ""


# One connection for many mails


def test_the_connection_is_kept_between_mails(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    for number in range(20):
        assert send(transport, recipient=f"p{number}@example.test").verdict is Verdict.SENT
    transport.close()

    assert len(sink.wait_for(20)) == 20
    assert sink.connections == 1
    assert [line for line in sink.commands if line.startswith(("EHLO", "RSET", "QUIT"))] == [
        "EHLO passerelle.example",
        "QUIT",
    ]


def test_a_refused_mail_leaves_no_trace_in_the_next(sink: SmtpSink, opened: Opener) -> None:
    sink.answer("rcpt", "550 5.1.1 no such user", recipient="gone@example.test")
    sink.answer("data", "451 4.3.0 later", recipient="later@example.test")
    transport = opened(sink.url)

    assert send(transport, recipient="gone@example.test").verdict is Verdict.REFUSED
    assert send(transport).verdict is Verdict.SENT
    assert send(transport, recipient="later@example.test").verdict is Verdict.DEFERRED
    assert send(transport).verdict is Verdict.SENT

    assert [mail.recipients for mail in sink.mails] == [(ZOE,), (ZOE,)]
    assert sink.connections == 1
    assert sink.commands.count("RSET") == 2


def test_a_connection_that_died_of_idleness_is_replaced_silently(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.drop_connections()

    assert send(transport).verdict is Verdict.SENT
    assert (len(sink.mails), sink.connections) == (2, 2)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_kept_connection_lost_before_the_body_is_replaced_once(sink: SmtpSink, opened: Opener, stage: str) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.hang_up(stage, times=1)

    assert send(transport).verdict is Verdict.SENT
    assert (len(sink.mails), sink.connections) == (2, 2)


def test_a_421_on_a_kept_connection_is_the_servers_good_bye(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.answer("mail", "421 4.4.2 idle for too long", times=1)

    assert send(transport).verdict is Verdict.SENT
    assert (len(sink.mails), sink.connections) == (2, 2)


def test_a_server_that_keeps_hanging_up_is_not_asked_for_ever(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.hang_up("rcpt")

    assert facts(send(transport)) == (Verdict.DEFERRED, Blame.NETWORK, "rcpt")
    assert sink.connections == 2


def test_a_connection_older_than_its_keep_is_not_used_again(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url, keep=0.0)
    send(transport)
    send(transport)

    assert (len(sink.mails), sink.connections) == (2, 2)
    assert sink.commands.count("QUIT") == 1


def test_a_server_that_goes_down_and_comes_up_again(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport)
    sink.down()
    down = send(transport)
    sink.up()

    assert facts(down) == (Verdict.DEFERRED, Blame.NETWORK, "connect")
    assert "refused" in down.detail
    assert send(transport).verdict is Verdict.SENT
    assert len(sink.mails) == 2


def test_a_closed_transport_opens_again(sink: SmtpSink, opened: Opener) -> None:
    transport = opened(sink.url)
    send(transport)
    transport.close()
    transport.close()
    assert send(transport).verdict is Verdict.SENT
    assert sink.connections == 2


# The development mailbox


@pytest.mark.parametrize("url", ["maildir:", "maildir:{home}/elsewhere%20there"])
def test_the_development_mailbox_is_a_transport(opened: Opener, tmp_path: Path, url: str) -> None:
    transport = opened(url.format(home=tmp_path))
    assert transport.check() is None
    outcome = send(transport, recipient="zoé@société.example")
    transport.close()

    assert facts(outcome) == (Verdict.SENT, None, "body")
    mailbox = Mailbox(tmp_path / ("mailbox" if url == "maildir:" else "elsewhere there"))
    [kept] = mailbox.messages()
    assert (kept.recipient, kept.sender) == ("zoé@société.example", SENDER)
    assert mailbox.read(kept.key).endswith(MESSAGE)
    with pytest.raises(ValueError, match="bare CR or LF"):
        send(transport, message=b"Subject: x\n\nbody\n")


def test_a_mailbox_that_cannot_be_written_defers(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file where the folder should be")
    transport = opened("maildir:")
    outcome, checked = send(transport), transport.check()
    assert facts(outcome) == (Verdict.DEFERRED, Blame.US, "data")
    assert checked
    assert facts(checked) == (Verdict.DEFERRED, Blame.US, "connect")


# Servers that others have written


class _Kept:
    """Keeps what aiosmtpd received."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 2.0.0 ok"


def _authenticator(server: SMTP, session: object, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"lea", b"secret")
    return AuthResult(success=right)


def _running(kept: _Kept, **options: Any) -> Controller:
    return Controller(kept, hostname=HOST, port=ports.free(), enable_SMTPUTF8=True, **options)


def test_aiosmtpd_understands_us(authority: Authority, opened: Opener) -> None:
    kept = _Kept()
    controller = _running(
        kept,
        tls_context=authority.context("localhost"),
        require_starttls=True,
        auth_required=True,
        authenticator=_authenticator,
    )
    controller.start()
    try:
        transport = opened(f"smtp://lea:secret@localhost:{controller.port}?ca={authority.file}")
        message = MESSAGE + "..été\r\n.\r\n".encode()
        assert send(transport, recipient="zoé@example.test", message=message).verdict is Verdict.SENT
        assert send(transport).verdict is Verdict.SENT
        transport.close()
    finally:
        controller.stop()
    assert [envelope.rcpt_tos for envelope in kept.envelopes] == [["zoé@example.test"], [ZOE]]
    assert [envelope.content for envelope in kept.envelopes] == [message, MESSAGE]


def test_aiosmtpds_lmtp_understands_us(opened: Opener) -> None:
    class LmtpController(Controller):
        def factory(self) -> SMTP:
            return LMTP(self.handler, enable_SMTPUTF8=True)

    kept = _Kept()
    port = ports.free()
    controller = LmtpController(kept, hostname=HOST, port=port)
    controller.start()
    try:
        transport = opened(f"lmtp://{HOST}:{port}")
        assert send(transport).verdict is Verdict.SENT
        transport.close()
    finally:
        controller.stop()
    assert kept.envelopes[0].content == MESSAGE


def test_transports_of_several_threads_do_not_mix(sink: SmtpSink, opened: Opener) -> None:
    transports = [opened(sink.url) for _ in range(4)]

    def work(lane: int) -> None:
        for number in range(25):
            recipient = f"p{lane}-{number}@example.test"
            send(transports[lane], recipient=recipient, message=f"To: {recipient}\r\n\r\nx\r\n".encode())

    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {mail.recipients[0] for mail in sink.mails} == {mail.parsed["To"] for mail in sink.mails}
    assert (len(sink.mails), sink.connections) == (100, 4)
