"""The database stops while a mail comes in; the next hop is away for a while: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import smtplib
import time
from pathlib import Path

from jobboard import postgres
from jobboard.postgres import postmaster
from passerelle import story
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
