"""Letters as they leave an installation that never changes: the same words, addresses and dates at every run."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jobboard.addresses import Addresses
from jobboard.conversations import File
from jobboard.letters import LETTERS, Letter, Stream
from jobboard.outbox import Post
from jobboard.people import Subscription
from jobboard.subjects import bare
from mailer.compose import Composer
from mailer.relayed import Relayed
from mailer.rendering import Rendered, templates_dir
from tests.conftest import make_settings

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = (
    "Bonjour,\n\nCe poste m’intéresse beaucoup : j’ai tenu cinq ans la comptabilité d’une association.\n\n"
    "Bien à vous,\nLéa"
)
RELAYED = ("application_received", "relayed_message", "application_declined")
STREAMS = {Stream.ALERTS: "alerts", Stream.LETTERS: "letters:weekly"}


@cache
def composer() -> Composer:
    """Return the composer of that installation; nothing of its environment is read, nothing is written."""
    settings = make_settings(
        Path("unused"),
        mail_domain="passerelle.example",
        base_url="https://passerelle.example",
        site_name="Passerelle",
        site_sender=None,
        secret_key="a secret that everybody may know",
        language="fr",
        timezone="Europe/Paris",
        dkim_selector=None,
        dkim_key=None,
    )
    return Composer(settings, Addresses(settings))


def render(letter: Letter, *, text: str = WORDS, html: str | None = None, subject: str = "Re: Comptable") -> Rendered:
    """Return the letter in words; `text`, `html` and `subject` are the message that a relayed letter carries."""
    stream = STREAMS.get(letter.stream)
    subscription = Subscription(id=3, stream=stream) if stream else None
    frame = composer().frame(Post(ticket_id=7), letter, None, subscription, at=AT)
    files = (File("CV Léa.pdf", "application/pdf", b"%PDF-1.7"),)
    relayed = (
        Relayed(text, html, files, bare(subject) if letter.kind == "relayed_message" else "")
        if letter.kind in RELAYED
        else None
    )
    return composer().render(letter, frame, relayed)


def written() -> list[str]:
    """Return the kinds of letters that have templates."""
    return sorted(kind for kind in LETTERS if (templates_dir() / kind).is_dir())
