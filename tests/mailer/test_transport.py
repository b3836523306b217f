"""Mail leaves through real sockets: to servers that behave, and to servers that do everything else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from jobboard.errors import Misconfigured
from mailer.maildir import Mailbox
from mailer.replies import Blame, Outcome, Verdict
from mailer.transport import Transport, open_transport
from tests.doors.certificates import Authority
from tests.doors.smtp_sink import HOST, SmtpSink

SENDER = "v-abc@passerelle.example"
ZOE = "zoe@example.test"
MESSAGE = b"From: bonjour@passerelle.example\r\nTo: zoe@example.test\r\nMessage-ID: <1@x.example>\r\n\r\nBonjour,\r\n"

Opener = Callable[..., Transport]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Open transports that are closed at the end."""
    transports: list[Transport] = []

    def open_(url: str, **options: Any) -> Transport:
        transports.append(open_transport(url, home=tmp_path, hello="passerelle.example", **options))
        return transports[-1]

    yield open_
    for transport in transports:
        transport.close()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def send(transport: Transport, recipient: str = ZOE, message: bytes = MESSAGE, sender: str = SENDER) -> Outcome:
    return transport.send(sender=sender, recipient=recipient, message=message)


def facts(outcome: Outcome) -> tuple[Verdict, Blame | None, str]:
    return outcome.verdict, outcome.blame, outcome.stage


# Mail that arrives


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


# Servers that refuse


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


# Servers that hang up, stall, or speak something else


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
    sink.answer("rcpt", b"zoe@example.test? never heard of\r\n")
    assert str(send(opened(sink.url))) == "rcpt: the server does not speak SMTP: <address>? never heard of"


def test_a_reply_too_many_is_not_taken_for_the_next_ones(sink: SmtpSink, opened: Opener) -> None:
    """Else the 250 that answers RCPT would be heard as an answer to the body, and a mail be lost."""
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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


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


# A server that others have written


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
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    return Controller(kept, hostname=HOST, port=port, enable_SMTPUTF8=True, **options)


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
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
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


# The development mailbox and the setting


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


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:25",
        "http://localhost",
        "smpt://localhost",
        "smtp:localhost",
        "smtp://",
        "smtp://:25",
        "smtp://localhost:port",
        "smtp://localhost:0",
        "smtp://localhost:70000",
        "smtp://[::1",
        "smtp://" + "a" * 70 + ".example",
        "smtp://lea@localhost",
        "smtp://:hunter2@localhost",
        "smtp://lea:hunter2@localhost/path",
        "smtp://lea:hunter2#1@localhost",
        "smtp://localhost?starttls=maybe",
        "smtp://localhost?startls=required",
        "smtp://localhost?starttls=never&starttls=required",
        "smtp://localhost?starttls=never&ca=/ca.pem",
        "smtp://localhost?ca=/does/not/exist.pem",
        "smtp://lea:hunter2@localhost?starttls=opportunistic",
        "smtps://localhost?starttls=required",
        "lmtp://localhost?starttls=required",
        "lmtp://lea:hunter2@localhost:24",
        "lmtp+unix:",
        "lmtp+unix:relative",
        "lmtp+unix://host/path",
        "maildir:relative",
        "maildir://host/path",
        "maildir:?x=1",
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PASSERELLE_SMTP_URL") as refused:
        open_transport(url, home=tmp_path, hello="x.example")
    assert "hunter2" not in str(refused.value)
