"""The development mailbox keeps what we send, whole, for everyone who looks."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from jobboard import clock
from mailer.maildir import Mailbox

MESSAGE = b"Subject: Bonjour\r\n\r\nL\xe9a\r\n\x00\r\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "var" / "mailbox")


def test_a_mail_is_kept_with_its_envelope_in_front(mailbox: Mailbox) -> None:
    before = clock.now()
    key = mailbox.deliver("zoé@example.test", "v-abc@passerelle.example", MESSAGE)

    octets = mailbox.read(key)
    envelope = "Return-Path: <v-abc@passerelle.example>\r\nDelivered-To: zoé@example.test\r\n".encode()
    assert octets == envelope + MESSAGE
    [kept] = mailbox.messages()
    assert (kept.key, kept.recipient, kept.sender) == (key, "zoé@example.test", "v-abc@passerelle.example")
    assert kept.size == len(octets)
    assert before - timedelta(milliseconds=1) <= kept.received_at <= clock.now()
    assert kept.received_at.utcoffset() == timedelta(0)


def test_an_empty_sender_stays_empty(mailbox: Mailbox) -> None:
    mailbox.deliver("zoe@example.test", "", MESSAGE)
    assert mailbox.messages()[0].sender == ""


def test_an_empty_mailbox_has_no_mails_and_makes_no_folder(mailbox: Mailbox) -> None:
    assert mailbox.messages() == []
    assert not mailbox.root.exists()
    with pytest.raises(KeyError):
        mailbox.read("0000000000000000.P1R0000000000000000")


def test_pages_run_from_the_newest_to_the_oldest(mailbox: Mailbox) -> None:
    keys = [mailbox.deliver(f"p{number % 2}@example.test", "", b"%d\r\n" % number) for number in range(7)]
    newest = keys[::-1]

    assert [kept.key for kept in mailbox.messages(limit=3)] == newest[:3]
    assert [kept.key for kept in mailbox.messages(limit=3, offset=6)] == newest[6:]
    assert mailbox.messages(offset=7) == []
    assert [kept.key for kept in mailbox.messages(recipient="P1@example.test")] == newest[1::2]
    assert [kept.key for kept in mailbox.messages(recipient="p1@example.test", limit=1, offset=1)] == newest[3:4]


def test_a_mail_that_a_mail_client_has_seen_is_still_there(mailbox: Mailbox) -> None:
    key = mailbox.deliver("zoe@example.test", "", MESSAGE)
    (mailbox.root / "new" / key).rename(mailbox.root / "cur" / f"{key}:2,S")

    assert [kept.key for kept in mailbox.messages()] == [key]
    assert mailbox.read(key).endswith(MESSAGE)


@pytest.mark.parametrize(
    "key", ["../../secret_key", "", ".", "tmp", "x:2,S", "0000000000000000.P1R0000000000000000/.."]
)
def test_a_key_is_no_path(mailbox: Mailbox, key: str) -> None:
    mailbox.deliver("zoe@example.test", "", MESSAGE)
    (mailbox.root.parent / "secret_key").write_text("secret")
    with pytest.raises(KeyError):
        mailbox.read(key)


def test_what_is_no_mail_of_ours_is_passed_over(mailbox: Mailbox) -> None:
    key = mailbox.deliver("zoe@example.test", "", MESSAGE)
    (mailbox.root / "new" / ".hidden").write_text("x")
    (mailbox.root / "new" / "1700000000.M1P2.host").write_text("x")
    (mailbox.root / "tmp" / key).write_text("half a mail")
    assert [kept.key for kept in mailbox.messages()] == [key]


@pytest.mark.parametrize("address", ["a@b.example\r\nSubject: x", "a\n@b.example"])
def test_an_address_is_one_line(mailbox: Mailbox, address: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        mailbox.deliver(address, "", MESSAGE)
    with pytest.raises(ValueError, match="one line"):
        mailbox.deliver("zoe@example.test", address, MESSAGE)


def test_nobody_else_on_the_machine_reads_it(mailbox: Mailbox) -> None:
    mailbox.deliver("zoe@example.test", "", MESSAGE)
    for name in ("tmp", "new", "cur"):
        assert (mailbox.root / name).stat().st_mode & 0o077 == 0


def test_processes_deliver_at_the_same_time(mailbox: Mailbox) -> None:
    code = (
        "import sys; from pathlib import Path; from mailer.maildir import Mailbox\n"
        "body = b'x\\r\\n' * 500_000 + b'end\\r\\n'\n"
        "for n in range(20): Mailbox(Path(sys.argv[1])).deliver(f'{sys.argv[2]}-{n}@x.example', '', body)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(mailbox.root), str(number)]) for number in range(3)]
    while any(process.poll() is None for process in running):
        assert all(mailbox.read(kept.key).endswith(b"end\r\n") for kept in mailbox.messages(limit=2))

    assert [process.returncode for process in running] == [0, 0, 0]
    mails = mailbox.messages(limit=200)
    assert {kept.recipient for kept in mails} == {f"{one}-{two}@x.example" for one in range(3) for two in range(20)}
    assert {kept.size - len(kept.recipient) for kept in mails} == {1_500_005 + len("Return-Path: <>Delivered-To: ") + 4}
    assert list((mailbox.root / "tmp").iterdir()) == []
