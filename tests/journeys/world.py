"""A running installation with a mail server outside of it, and what journeys do there besides writing mails."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from jobboard import postgres
from jobboard.folding import strip_accents
from jobboard.settings import Settings
from passerelle import demo, story
from passerelle.correspondents import Got, Post, Someone
from tests.doors.smtp_sink import SmtpSink

_numbers = itertools.count(1)


class SinkMailboxes:
    """The mails that a server outside of us accepted, by recipient."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    def of(self, address: str) -> list[tuple[str, bytes]]:
        """Return the mails of one recipient, oldest first."""
        return [(f"{address}:{number}", mail.data) for number, mail in enumerate(self._sink.to(address))]


@contextmanager
def installation(home: Path, sink: SmtpSink, **more: str) -> Iterator[tuple[Settings, Post]]:
    """A running installation whose next hop is the sink, and the people of the story; its data go with it."""
    given = demo.environment(
        home,
        wished=(0, 0),
        **{
            "PASSERELLE_STRANGER_HOURS": "24",
            "PASSERELLE_SMTP_URL": f"{sink.url}?starttls=never",
            **more,
        },
    )
    try:
        with demo.installed(given) as settings:
            demo.prepare(settings, seeded=False)
            with demo.running(given, log=home / "events.log"):
                yield settings, Post(settings, demo.smtp_of(settings), SinkMailboxes(sink), patience_seconds=60)
    finally:
        postgres.erase(home)


def events(home: Path) -> str:
    """Return the log of the doors."""
    return (home / "events.log").read_text("utf-8", "replace")


class World:
    """One running installation: people come and go, offers are published, mails are waited for."""

    def __init__(self, settings: Settings, post: Post, sink: SmtpSink) -> None:
        self.settings = settings
        self.post = post
        self.sink = sink

    def someone(self, name: str) -> Someone:
        """Return a person whom nobody knows yet."""
        return Someone(name, f"{strip_accents(name.split()[0]).lower()}.{next(_numbers)}@courrier.example")

    def to(self, alias: str) -> str:
        """Return the address of an alias."""
        return f"{alias}@{self.settings.mail_domain}"

    def candidate(self, name: str, looks_for: str = "Je cherche un poste de comptable à Nantes, 30 km") -> Someone:
        """Return a person who has signed up, her first mail read."""
        person = self.someone(name)
        self.post.write(person, self.to("alertes"), looks_for)
        self.post.answer(person, self.post.wait_for(person, "alert_question"), "OUI")
        self.post.wait_for(person, "alert_created")
        return person

    def published_offer(self, recruiter: Someone, *, title: str = "Comptable (H/F)", employer: str = "") -> Got:
        """Have an offer deposited and validated by mail; returns the mail that says that it is online."""
        post, employer = self.post, employer or f"Association numéro {next(_numbers)}"
        labelled = {**story.FORM, "Titre du poste": title, "Employeur": employer, "Lieu": "Nantes"}
        text = "\n".join(f"{label} : {value}" for label, value in labelled.items())
        post.write(recruiter, self.to("offres"), text, subject="Offre")
        post.answer(recruiter, post.wait_for(recruiter, "mail_question"), "OUI")
        post.answer(recruiter, post.wait_for(recruiter, "draft_shown"), "OUI")
        post.answer(story.STAFF, post.wait_for(story.STAFF, "offer_to_validate", holding=employer), "VALIDER")
        return post.wait_for(recruiter, "offer_published")

    def raw(self, sender: str, to: str | list[str], message: bytes) -> None:
        """Hand octets to the mail door as they are."""
        for one in [to] if isinstance(to, str) else to:
            self.post.hand_over(sender, one, message)

    def settle(self) -> None:
        """Wait until every mail is dispatched and every letter that is due has left."""
        waiting = (
            "SELECT (SELECT count(*) FROM mail WHERE state = 'received')"
            " + (SELECT count(*) FROM post WHERE state = 'sending' OR (state = 'queued' AND due_at <= now()))"
        )
        deadline = time.monotonic() + 60
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < deadline, "the trays do not empty"
            quiet = quiet + 1 if self.ask(waiting) == [(0,)] else 0
            time.sleep(0.1)

    def outcomes(self, sender: str) -> list[str | None]:
        """Return the recorded outcomes of the mails of an envelope sender, in order."""
        return [row[0] for row in self.ask("SELECT outcome FROM mail WHERE sender = %s ORDER BY id", sender)]

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        with postgres.start(self.settings.home) as server, psycopg.connect(server.url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def kinds(self, reader: Someone) -> list[str]:
        """Return the kinds of mails that a person has got, in order."""
        return [got.kind for got in self.post.received(reader)]
