"""The database stops while a mail comes in; the next hop is away for a while: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import time
from contextlib import suppress
from pathlib import Path

from jobboard import postgres
from jobboard.postgres import postmaster
from passerelle import doors, story
from tests.doors.smtp_sink import SmtpSink
from tests.journeys.world import World, installation


def stop_database(home: Path) -> None:
    """Stop the database server of a HOME as an operator would: fast, while it is in use."""
    with postgres.start(home) as server:
        note = postmaster.read(server.embedded)
    assert note is not None
    os.kill(note.pid, signal.SIGINT)


def test_a_mail_that_meets_no_database_is_deferred_and_then_gets_through(tmp_path: Path) -> None:
    with SmtpSink() as sink, installation(tmp_path, sink, PASSERELLE_SWEEP_SECONDS="1") as (settings, post):
        stop_database(tmp_path)
        with smtplib.SMTP(*post.smtp, timeout=20) as server:
            server.ehlo()
            server.mail(story.LEA.address)
            code, words = server.rcpt(f"alertes@{settings.mail_domain}")
        assert code == 451
        assert b"4.3.0" in words
        post.write(story.LEA, f"alertes@{settings.mail_domain}", "Je cherche un poste de comptable à Nantes")
        post.wait_for(story.LEA, "alert_question")


def test_a_next_hop_that_is_away_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with SmtpSink() as sink, installation(tmp_path, sink, PASSERELLE_SWEEP_SECONDS="1") as (settings, post):
        world = World(settings, post, sink)
        sink.down()
        for person in (story.LEA, story.SAMIR, story.NADIA):
            post.write(person, world.to("lettre"), "la lettre, merci")
        deadline = time.monotonic() + 30
        while world.ask("SELECT count(*) FROM post WHERE state = 'deferred'") != [(3,)]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        sink.up()
        world.ask("UPDATE post SET due_at = now() RETURNING id")  # the back-off is minutes long
        for person in (story.LEA, story.SAMIR, story.NADIA):
            post.wait_for(person, "subscription_question")
        world.settle()
        assert len(sink.mails) == 3


def children_of(mother: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == mother and state != "Z":
                found.append(int(status.parent.name))
    return found


def numbers(home: Path) -> dict[str, int]:
    """Return the process of each door that has said that it is ready."""
    notes = {door: home / doors.READY / door for door in doors.DOORS}
    return {door: int(note.read_text()) for door, note in notes.items() if note.exists() and note.read_text()}


def until_replaced(home: Path, before: dict[str, int], *also: int) -> None:
    """Wait until other processes have taken the place of those doors, and they and those others are gone."""
    deadline = time.monotonic() + 60
    while True:
        after = numbers(home)
        gone = not any(Path(f"/proc/{number}/cwd").exists() for number in (*before.values(), *also))
        if gone and all(after.get(door, number) != number for door, number in before.items()):
            return
        assert time.monotonic() < deadline, (before, after)
        time.sleep(0.1)


def test_doors_that_are_killed_and_the_nursery_that_they_come_from_are_there_again(tmp_path: Path) -> None:
    with (
        SmtpSink() as sink,
        installation(tmp_path, sink, PASSERELLE_SWEEP_SECONDS="1", PASSERELLE_WORKERS="2") as (settings, post),
    ):
        world, first = World(settings, post, sink), numbers(tmp_path)
        nursery = int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{first['inbound']}/status").read_text())[1])
        titles = [Path(f"/proc/{one}/cmdline").read_bytes().rstrip(b"\0") for one in children_of(nursery)]
        assert titles.count(b"passerelle worker") == 2
        os.kill(first["inbound"], signal.SIGKILL)
        until_replaced(tmp_path, {"inbound": first["inbound"]})
        before, all_doors = numbers(tmp_path), children_of(nursery)
        os.kill(nursery, signal.SIGKILL)
        until_replaced(tmp_path, before, *all_doors)
        post.write(story.LEA, world.to("alertes"), "Je cherche un poste de comptable à Nantes")
        post.wait_for(story.LEA, "alert_question")
