from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from inbound.server import Limits
from jobboard.errors import Misconfigured
from tests.doors.front_door import House, Peer, front_door, take_all

MAIL = b"From: lea@example.org\r\nSubject: bonjour\r\n\r\nune ligne\r\n"
PATIENT = Limits(grace_seconds=20)
HASTY = Limits(grace_seconds=0)


def test_a_door_that_closes_finishes_the_mail_in_progress_and_sends_the_others_away():
    with front_door(limits=PATIENT) as door, Peer(door) as sending, Peer(door) as idle, Peer(door) as announcing:
        sending.announce()
        assert sending.ask("DATA").startswith("354")
        sending.send(MAIL)
        announcing.announce()
        door.begin_to_close()
        for other in (idle, announcing):
            assert other.reply().startswith("421 4.3.2")
            assert other.reply() == ""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", door.port), 5)
        sending.send(b"la suite\r\n.\r\nMAIL FROM:<>\r\n")
        assert [sending.reply()[:9] for _ in range(3)] == ["250 2.0.0", "421 4.3.2", ""]
        door.wait_closed()
        assert [mail.content for mail in door.house.mails] == [MAIL + b"la suite\r\n"]


def test_a_mail_that_is_being_stored_is_answered_before_the_door_closes():
    inside, go_on = threading.Event(), threading.Event()

    def slowly(envelope):
        inside.set()
        assert go_on.wait(20)
        return take_all(envelope)

    with front_door(House(react=slowly), limits=PATIENT) as door, Peer(door) as sending, Peer(door) as idle:
        sending.announce()
        sending.ask("DATA")
        sending.send(MAIL + b".\r\n")
        assert inside.wait(20)
        door.begin_to_close()
        assert idle.reply().startswith("421 4.3.2")
        go_on.set()
        assert [sending.reply()[:9] for _ in range(3)] == ["250 2.0.0", "421 4.3.2", ""]


def test_after_the_grace_an_unfinished_mail_is_refused_and_not_kept():
    with front_door(limits=HASTY) as door, Peer(door) as sending:
        sending.announce()
        sending.ask("DATA")
        sending.send(MAIL)
        door.begin_to_close()
        assert sending.reply().startswith("421 4.3.2")
        assert sending.reply() == ""
        door.wait_closed()
        assert door.house.mails == []


def test_what_is_being_stored_after_the_grace_is_stored_though_the_peer_hears_421():
    inside, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slowly(envelope):
        inside.set()
        assert go_on.wait(20)
        done.set()
        return take_all(envelope)

    with front_door(House(react=slowly), limits=HASTY) as door, Peer(door) as sending:
        sending.announce()
        sending.ask("DATA")
        sending.send(MAIL + b".\r\n")
        assert inside.wait(20)
        door.begin_to_close()
        assert sending.reply().startswith("421 4.3.2")
        door.wait_closed()
        go_on.set()
        assert done.wait(20)


def test_a_port_of_zero_is_any_free_one_and_ready_is_told_once():
    with front_door(url="smtp://127.0.0.1:0") as door:
        assert door.urls == [f"smtp://127.0.0.1:{door.port}"]
        assert door.port > 0
        assert door.door.url == door.url


def test_a_port_in_use_is_a_sentence_that_says_what_to_do():
    with front_door() as door:
        with pytest.raises(Misconfigured) as refused, front_door(url=door.url):
            pass
        assert str(refused.value) == (
            f"PASSERELLE_INBOUND={door.url}: port {door.port} of 127.0.0.1 is already in use: stop the other program,"
            f" or choose another place with PASSERELLE_INBOUND=smtp://127.0.0.1:{door.port + 1}"
        )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8025",
        "http://127.0.0.1:8025",
        "smtp://127.0.0.1",
        "smtp://:8025",
        "smtp://127.0.0.1:port",
        "smtp://127.0.0.1:99999",
        "smtp://127.0.0.1:8025/path",
        "smtp://user@127.0.0.1:8025",
        "lmtp+unix:relative",
        "lmtp+unix://host/path",
        "smtp://[::1:8025",
    ],
)
def test_a_place_that_is_none_is_a_sentence_that_names_the_setting(url):
    with pytest.raises(Misconfigured, match=r"^PASSERELLE_INBOUND=.* is not understood: write for example smtp://"):
        front_door(url=url).__enter__()


def test_a_host_that_is_not_ours_is_a_sentence_that_names_the_setting():
    with pytest.raises(Misconfigured, match=r"^PASSERELLE_INBOUND=smtp://192.0.2.1:0: cannot listen on port 0 of"):
        front_door(url="smtp://192.0.2.1:0").__enter__()


def test_a_socket_that_somebody_listens_on_is_not_taken_away(tmp_path: Path):
    url = f"lmtp+unix:{tmp_path / 'lmtp'}"
    with front_door(url=url) as door:
        with pytest.raises(Misconfigured, match=r"lmtp is already in use.*another.sock"), front_door(url=url):
            pass
        with Peer(door) as peer:
            assert peer.deliver(MAIL).startswith("250")


def test_a_socket_that_a_crash_left_behind_is_replaced(tmp_path: Path):
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    with front_door(url=f"lmtp+unix:{path}") as door, Peer(door) as peer:
        assert peer.deliver(MAIL).startswith("250")


def test_a_file_is_never_replaced_by_a_socket(tmp_path: Path):
    path = tmp_path / "lmtp"
    path.write_text("precious")
    with pytest.raises(Misconfigured, match="exists and is not a socket"):
        front_door(url=f"lmtp+unix:{path}").__enter__()
    assert path.read_text() == "precious"


def test_a_door_that_closes_does_not_begin_mails_that_wait_for_their_place():
    limits = replace(PATIENT, large_octets=1000, large_at_once=1)
    with front_door(limits=limits) as door, Peer(door) as one, Peer(door) as two, Peer(door) as idle:
        one.announce(parameters=" SIZE=2000")
        one.ask("DATA")
        two.announce(parameters=" SIZE=2000")
        two.send(b"NOOP\r\nDATA\r\n")
        assert two.reply().startswith("250")
        door.begin_to_close()
        assert idle.reply().startswith("421")
        one.send(b"x" * 2000 + b"\r\n.\r\n")
        assert one.reply().startswith("250")
        assert two.reply().startswith("421")
