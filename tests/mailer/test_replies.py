"""Replies as servers word them, and what each means for the mail and for the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.replies import TEXT_LENGTH, Blame, Outcome, Reply, Stage, Verdict, judge

SENT, DEFERRED, REFUSED = Verdict.SENT, Verdict.DEFERRED, Verdict.REFUSED
RECIPIENT, US, NETWORK, CONTENT = Blame.RECIPIENT, Blame.US, Blame.NETWORK, Blame.CONTENT

ROWS: list[tuple[Stage, str, Verdict, Blame | None]] = [
    # Taken
    ("body", "250 2.0.0 Ok: queued as 4Xy7Qz", SENT, None),
    ("body", "250 OK id=1tFz9q-0000", SENT, None),
    ("body", "252 will try", SENT, None),
    # The mailbox does not exist
    (
        "rcpt",
        "550 5.1.1 <zoe@example.test>: Recipient address rejected: User unknown in local table",
        REFUSED,
        RECIPIENT,
    ),
    (
        "rcpt",
        "550 5.1.1 The account you wrote to does not exist. https://mail.example/policy?p=NoUser",
        REFUSED,
        RECIPIENT,
    ),
    (
        "rcpt",
        "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. XYZ_416 [416]",
        REFUSED,
        RECIPIENT,
    ),
    ("rcpt", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", REFUSED, RECIPIENT),
    ("rcpt", "550 5.1.0 Address rejected.", REFUSED, RECIPIENT),
    ("rcpt", "553 5.1.3 Bad recipient address syntax", REFUSED, RECIPIENT),
    ("rcpt", "556 5.1.10 Domain does not accept mail (null MX)", REFUSED, RECIPIENT),
    ("rcpt", "550 5.4.1 Recipient address rejected: Access denied.", REFUSED, RECIPIENT),
    ("rcpt", "550 5.5.0 Requested action not taken: mailbox unavailable", REFUSED, RECIPIENT),
    ("rcpt", "550 sorry, no mailbox here by that name (#5.1.1)", REFUSED, RECIPIENT),
    ("rcpt", "550 No such user here", REFUSED, RECIPIENT),
    ("rcpt", "550 unrouteable address", REFUSED, RECIPIENT),
    ("rcpt", "550 <zoe@example.test> unknown", REFUSED, RECIPIENT),
    (
        "rcpt",
        "554 delivery error: this user doesn't have a webmail.example account (zoe@example.test)",
        REFUSED,
        RECIPIENT,
    ),
    ("rcpt", "551 User not local; please try <lea@example.org>", REFUSED, RECIPIENT),
    ("rcpt", "550 5.1.1 destinataire inconnu", REFUSED, RECIPIENT),
    ("rcpt", "550 Utilisateur introuvable", REFUSED, RECIPIENT),
    ("rcpt", "550 Cette adresse n'existe pas", REFUSED, RECIPIENT),
    ("rcpt", "550 5.4.4 Domain not found: no MX or A record", REFUSED, RECIPIENT),
    ("data", "550 5.1.1 User unknown", REFUSED, RECIPIENT),
    ("body", "550 5.1.1 <zoe@example.test> User doesn't exist", REFUSED, RECIPIENT),
    # The mailbox is closed, or full
    ("rcpt", "550 5.2.1 This mailbox has been blocked due to inactivity", REFUSED, RECIPIENT),
    ("rcpt", "550 5.2.1 The account that you tried to reach is disabled.", REFUSED, RECIPIENT),
    ("rcpt", "550 5.5.0 Boite du destinataire archivee. Archived recipient. XYZ_417", REFUSED, RECIPIENT),
    ("rcpt", "554 5.7.17 mailbox owner has changed since 2024", REFUSED, RECIPIENT),
    ("rcpt", "552 5.2.2 The inbox of the person you write to is out of storage space", REFUSED, RECIPIENT),
    ("rcpt", "552 Requested mail action aborted: exceeded storage allocation", REFUSED, RECIPIENT),
    ("body", "552 5.2.2 <zoe@example.test> Quota exceeded (mailbox for user is full)", REFUSED, RECIPIENT),
    ("rcpt", "452 4.2.2 Mailbox full", DEFERRED, RECIPIENT),
    ("rcpt", "450 4.2.1 The user is receiving mail too quickly", DEFERRED, RECIPIENT),
    ("rcpt", "450 Requested mail action not taken: mailbox unavailable", DEFERRED, RECIPIENT),
    # We are not liked
    ("connect", "554 5.7.1 Service unavailable; client host [192.0.2.7] is on a block list", DEFERRED, US),
    ("connect", "554 No SMTP service here", DEFERRED, US),
    ("connect", "421 4.7.0 [AB12] All messages from 192.0.2.7 deferred due to complaints", DEFERRED, US),
    ("ehlo", "504 5.5.2 <localhost>: Helo command rejected: need a full name", DEFERRED, US),
    ("mail", "550 5.7.1 Message rejected due to the reputation of your network", REFUSED, US),
    ("mail", "550 5.1.8 Sender domain does not exist", REFUSED, US),
    ("mail", "553 5.1.7 bad sender address syntax", REFUSED, US),
    ("mail", "550 mailbox unknown", REFUSED, US),
    ("rcpt", "550 5.1.8 <v-abc@passerelle.example>: Sender address rejected: Domain not found", REFUSED, US),
    ("rcpt", "550 5.7.1 Service unavailable, Client host blocked using a DNSBL", REFUSED, US),
    ("rcpt", "554 5.7.1 <zoe@example.test>: Recipient address rejected: Rejected by policy", REFUSED, US),
    ("rcpt", "550 5.1.1 remote said: blocked, see spamhaus", REFUSED, US),
    ("rcpt", "550 Verification failed for your domain's return path", REFUSED, US),
    ("rcpt", "554 rejected", REFUSED, US),
    ("rcpt", "553 5.5.4 command not understood", REFUSED, US),
    ("rcpt", "451 4.7.1 Greylisting in action, please come back later", DEFERRED, US),
    ("rcpt", "450 4.7.1 Too many recipients from your host, slow down", DEFERRED, US),
    ("rcpt", "452 4.5.3 Too many recipients", DEFERRED, US),
    ("data", "503 5.5.1 Bad sequence of commands", REFUSED, US),
    ("body", "550 5.7.1 This message is likely unsolicited mail", REFUSED, US),
    ("body", "550 5.7.26 Unauthenticated mail from passerelle.example: DMARC policy says reject", REFUSED, US),
    ("body", "554 5.7.9 Message not accepted for policy reasons", REFUSED, US),
    ("body", "550 5.2.0 Mail rejete. Mail rejected. XYZ_506 [506]", REFUSED, US),
    ("body", "550 SPF check failed", REFUSED, US),
    ("body", "554 Transaction failed", REFUSED, US),
    ("body", "421 4.7.28 Unusual rate of mail from your IP", DEFERRED, US),
    # Our relay does not let us in: nothing is lost meanwhile
    ("auth", "535 5.7.8 Authentication credentials invalid", DEFERRED, US),
    ("auth", "454 4.7.0 Temporary authentication failure", DEFERRED, US),
    ("ehlo", "502 5.5.1 not implemented", DEFERRED, US),
    ("mail", "530 5.7.0 Must issue a STARTTLS command first", DEFERRED, US),
    ("mail", "530 5.7.0 Authentication required", DEFERRED, US),
    ("rcpt", "554 5.7.1 <zoe@example.test>: Relay access denied", DEFERRED, US),
    ("rcpt", "550 5.7.1 Unable to relay for zoe@example.test", DEFERRED, US),
    ("rcpt", "550 5.1.0 Authentification requise. Authentication Required. XYZ_402", DEFERRED, US),
    # This mail
    ("mail", "552 5.3.4 Message size exceeds fixed limit", REFUSED, CONTENT),
    ("body", "552 Message too large", REFUSED, CONTENT),
    ("body", "554 5.6.0 Message contains an invalid header", REFUSED, CONTENT),
    ("body", "550 5.6.1 media not supported", REFUSED, CONTENT),
    ("body", "550 virus found: Eicar", REFUSED, CONTENT),
    ("body", "552 5.2.3 longer than this mailbox allows", REFUSED, CONTENT),
    ("body", "554 piece jointe interdite", REFUSED, CONTENT),
    # The way there
    ("connect", "421 4.3.2 Service shutting down", DEFERRED, NETWORK),
    ("connect", "421 busy", DEFERRED, NETWORK),
    ("mail", "452 4.3.1 Insufficient system storage", DEFERRED, NETWORK),
    ("rcpt", "451 4.3.0 Temporary lookup failure", DEFERRED, NETWORK),
    ("rcpt", "450 4.4.3 DNS timed out", DEFERRED, NETWORK),
    ("rcpt", "554 5.4.6 Routing loop detected", REFUSED, NETWORK),
    ("rcpt", "451 local error in processing", DEFERRED, NETWORK),
    ("body", "451 4.4.2 Timeout waiting for data", DEFERRED, NETWORK),
    ("body", "421 4.3.0 Try again later", DEFERRED, NETWORK),
    # Out of turn
    ("rcpt", "354 go ahead", DEFERRED, NETWORK),
    ("data", "250 ok", DEFERRED, NETWORK),
]


def read(line: str) -> Reply:
    return Reply.from_lines(int(line[:3]), [line[4:]])


@pytest.mark.parametrize(
    ("stage", "line", "verdict", "blame"), ROWS, ids=[f"{stage} {line}" for stage, line, *_ in ROWS]
)
def test_a_reply_means(stage: Stage, line: str, verdict: Verdict, blame: Blame | None) -> None:
    outcome = judge(stage, read(line))
    assert (outcome.verdict, outcome.blame, outcome.stage) == (verdict, blame, stage)
    assert not outcome.ambiguous


@pytest.mark.parametrize(
    ("line", "lasting"),
    [
        ("550 5.1.1 User unknown", True),
        ("550 5.2.1 mailbox disabled", True),
        ("550 5.2.1 blocked due to inactivity", True),
        ("552 5.2.2 no room", False),
        ("552 user is over quota", False),
        ("552 boîte aux lettres pleine", False),
        ("450 4.2.1 mailbox busy", False),
        ("550 5.7.1 spam", False),
        ("552 5.3.4 too big", False),
    ],
)
def test_only_a_mailbox_that_is_gone_speaks_against_its_address_for_good(line: str, lasting: bool) -> None:
    assert judge("rcpt", read(line)).lasting is lasting


@given(
    stage=st.sampled_from(["connect", "ehlo", "auth", "mail", "rcpt", "data", "body"]),
    code=st.integers(200, 599),
    words=st.lists(st.sampled_from(sorted({word for _, line, *_ in ROWS for word in line.split()[1:]})), max_size=8),
)
def test_whatever_a_server_says_blame_keeps_to_its_place(stage: Stage, code: int, words: list[str]) -> None:
    outcome = judge(stage, Reply.from_lines(code, [" ".join(words)]))

    assert (outcome.verdict is SENT) is (stage == "body" and code < 300)
    assert outcome.verdict is not REFUSED or (code >= 500 and stage in ("mail", "rcpt", "data", "body"))
    assert outcome.blame is not RECIPIENT or stage in ("rcpt", "data", "body")
    assert (outcome.blame is None) is (outcome.verdict is SENT)


def test_words_inside_an_address_or_a_link_say_nothing() -> None:
    line = (
        "550 <policy-spam@relay.example>: no such user, see https://spam.example/policy or write to abuse@dnsbl.example"
    )
    outcome = judge("rcpt", read(line))
    assert (outcome.verdict, outcome.blame) == (REFUSED, RECIPIENT)


def test_a_reply_keeps_one_code_one_line_and_no_address() -> None:
    reply = Reply.from_lines(
        550,
        ["5.1.1 <Zoé.Martin+x@exämple.test>\x1b[31m nobody", "5.1.1\tby that name\r", "5.1.1 (zoe@example.test)", ""],
    )
    assert reply == Reply(550, "5.1.1", "<address> [31m nobody by that name (<address>)")
    assert str(reply) == "550 5.1.1 <address> [31m nobody by that name (<address>)"


def test_a_long_reply_is_cut() -> None:
    reply = Reply.from_lines(550, ["5.1.1 " + "so " * 200] * 3)
    assert len(reply.text) == TEXT_LENGTH
    assert str(Reply.from_lines(250, [""])) == "250"


def test_a_number_that_looks_like_a_code_is_none() -> None:
    assert Reply.from_lines(550, ["192.0.2.7 is not welcome"]).enhanced is None
    assert Reply.from_lines(550, ["5.1.1.7 is not welcome"]).enhanced is None
    assert Reply.from_lines(550, ["sorry (#5.1.1)"]).enhanced == "5.1.1"


def test_an_outcome_tells_itself_in_one_line() -> None:
    broken = Outcome(DEFERRED, None, NETWORK, "body", "the server hung up")
    assert str(broken) == "body: the server hung up"
    assert broken.ambiguous
    assert str(judge("rcpt", read("550 5.1.1 nobody"))) == "rcpt: 550 5.1.1 nobody"
