"""Letters of the tests' own, with every part in them, and what a test asks of the page that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, FileSystemLoader

from mailer.rendering import Frame, InliningLoader, Rendered, build_environment, render_with, templates_dir

SAMPLES = FileSystemLoader(Path(__file__).parent / "templates")
SHARED = FileSystemLoader(templates_dir())
ENVIRONMENTS = {
    language: build_environment(language, InliningLoader(ChoiceLoader([SAMPLES, SHARED]))) for language in ("fr", "en")
}
AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the 24th already where the reader lives
FRAME = Frame(
    language="fr",
    site_name="Passerelle",
    base_url="https://passerelle.example/",
    why="Vous recevez ce mail parce que vous avez créé une alerte le 3 novembre.",
    how_to_stop="Répondez PAUSE, HEBDO ou STOP à tout moment.",
    help_line="AIDE : tout ce que vous pouvez faire par mail.",
    timezone=ZoneInfo("Europe/Paris"),
    at=AT,
    unsubscribe_url="https://passerelle.example/desabonnement/abc?a=1&b=2",
    preheader="La suite du sujet.",
    reply_address="r-abc@passerelle.example",
)
URL = "https://passerelle.example/offres/412-comptable?a=1&b='2'"


@dataclass(frozen=True)
class Card:
    number: int | None = None
    title: str = "Comptable (H/F)"
    employer: str = "Association Horizon"
    place: str = "Nantes (44)"
    distance_km: int | None = 4
    contract: str = "CDI"
    working_time: str | None = "temps plein"
    pay: str | None = "2 300 à 2 600 € brut par mois"
    closes_at: datetime = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    reasons: tuple[str, ...] = ("votre métier", "votre rayon", "CDI")
    url: str = URL
    apply_address: str = "offre-abc@passerelle.example"
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offers:
    first_name: str = "Léa"
    city: str = "Nantes"
    search: str = "comptable, Nantes 30 km"
    cards: tuple[Card, ...] = (Card(),)


@dataclass(frozen=True)
class Everything:
    first_name: str = "Léa"
    subject_words: str = "un mot suffit"
    message: str = "Bonjour,\n\nC'est   possible ?\n  -- \nMarc : l'x"
    pairs: tuple[tuple[str, str | None], ...] = (("Lieu", "Nantes"), ("Contrat", None), ("Pay", ""))
    choices: tuple[str, ...] = ("Comptable", "Assistante")
    entries: tuple[tuple[datetime, str], ...] = ((AT, "Candidature envoyée"),)
    url: str = URL
    address: str = "aide@passerelle.example"


def rendered(letter: Offers | Everything, frame: Frame = FRAME, **changes: Any) -> Rendered:
    letter = replace(letter, **changes)
    values = {one.name: getattr(letter, one.name) for one in fields(letter)}
    return render_with(ENVIRONMENTS[frame.language], f"{type(letter).__name__.lower()}_sample", values, frame)


def render_sources(sources: dict[str, str], frame: Frame = FRAME, **values: object) -> Rendered:
    """Render a letter whose templates are written in the test."""
    missing = {"subject.txt": "x", "body.txt": "x", "body.html": "x"}
    loader: BaseLoader = DictLoader({f"k/{name}": source for name, source in (missing | sources).items()})
    environment = build_environment(frame.language, InliningLoader(ChoiceLoader([loader, SHARED])))
    return render_with(environment, "k", values, frame)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Page(HTMLParser):
    """What a test asks of a page: its tags with attributes, and the text that can be seen."""

    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    seen: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(re.sub(r"<(style|title)>.*?</\1>", "", self.source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.seen += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]
