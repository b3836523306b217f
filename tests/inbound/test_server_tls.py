"""STARTTLS at the door: offered where there is a certificate, and nothing said in the clear survives it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbound.server import tls_context
from jobboard.errors import Misconfigured
from tests.doors.certificates import Authority
from tests.doors.front_door import PATIENCE, FrontDoor, Peer, front_door

MAIL = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\nune ligne\r\n"
HOST = "127.0.0.1"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def door(authority: Authority) -> Iterator[FrontDoor]:
    with front_door(tls=authority.context(HOST)) as opened:
        yield opened


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.file))


def test_mails_small_and_large_come_in_by_tls(door: FrontDoor, authority: Authority) -> None:
    large = MAIL + b"0123456789abcdef" * 4 + b"\r\n" + (b"x" * 70 + b"\r\n") * 50_000
    with smtplib.SMTP(HOST, door.port, timeout=PATIENCE) as client:
        client.starttls(context=trusting(authority))
        client.ehlo()
        assert not client.has_extn("starttls")
        for raw in (MAIL, large):
            client.sendmail("lea@example.org", ["aide@passerelle.test"], raw)
    assert [len(mail.content) for mail in door.house.mails] == [len(MAIL), len(large)]


def test_what_was_said_before_is_forgotten(door: FrontDoor, authority: Authority) -> None:
    with smtplib.SMTP(HOST, door.port, timeout=PATIENCE) as client:
        client.ehlo()
        client.mail("lea@example.org")
        client.starttls(context=trusting(authority))
        assert client.docmd("MAIL", "FROM:<lea@example.org>")[0] == 503
        client.ehlo()
        assert client.docmd("RCPT", "TO:<aide@passerelle.test>")[0] == 503


def test_commands_sent_ahead_in_the_clear_are_not_obeyed_in_tls(door: FrontDoor, authority: Authority) -> None:
    with Peer(door) as peer:
        peer.send(b"STARTTLS\r\nMAIL FROM:<mallory@example.org>\r\nRCPT TO:<stop@passerelle.test>\r\n")
        assert peer.reply().startswith("220")
        with trusting(authority).wrap_socket(peer.sock, server_hostname=HOST) as secure:
            secure.sendall(b"EHLO peer.example\r\nNOOP\r\nQUIT\r\n")
            said = b"".join(iter(lambda: secure.recv(4096), b""))
    assert [line[:4] for line in said.split(b"\r\n") if line[3:4] == b" "] == [b"250 ", b"250 ", b"221 "]
    assert door.house.asked == []


def test_a_peer_that_speaks_no_tls_after_all_costs_nothing(door: FrontDoor) -> None:
    with Peer(door) as peer:
        assert peer.ask("STARTTLS").startswith("220")
        peer.send(b"EHLO peer.example\r\n" * 10)
        peer.sock.shutdown(socket.SHUT_WR)
    with Peer(door) as other:
        assert other.deliver(MAIL).startswith("250")


def test_starttls_once_and_without_argument(door: FrontDoor, authority: Authority) -> None:
    with smtplib.SMTP(HOST, door.port, timeout=PATIENCE) as client:
        client.ehlo()
        assert client.docmd("STARTTLS", "now")[0] == 501
        client.starttls(context=trusting(authority))
        assert client.docmd("STARTTLS")[0] == 502


def test_without_a_certificate_it_is_not_offered() -> None:
    with front_door() as plain, Peer(plain) as peer:
        assert "STARTTLS" not in peer.extensions
        assert peer.ask("STARTTLS").startswith("502")


def test_files_that_are_no_certificate_are_named_at_start(tmp_path: Path) -> None:
    wrong = tmp_path / "cert.pem"
    wrong.write_text("nothing")
    for path in (wrong, tmp_path / "absent.pem"):
        with pytest.raises(Misconfigured, match="PASSERELLE_INBOUND_TLS_CERT"):
            tls_context(path, path)
