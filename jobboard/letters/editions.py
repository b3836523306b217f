"""The letters that subscribers get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import OfferCard


@letter(stream=Stream.ACCOUNT)
class LetterWelcome(Letter):
    """The subscription is confirmed; when the next letter comes, and how to leave."""

    list_name: str
    others: tuple[str, ...] = ()  # further lists that the same OUI confirmed

    @classmethod
    def sample(cls) -> Self:
        return cls("weekly")


@dataclass(frozen=True)
class ArticleCard:
    """An article as a letter shows it; `text` is Markdown of the editors, said instead of its summary."""

    title: str
    summary: str
    url: str = ""  # where it stands, when not on our own pages
    path: str = ""
    author: str = ""
    text: str = ""


@dataclass(frozen=True)
class EventCard:
    """Something of the agenda; `ends_at` only where it lasts for more than a day."""

    title: str
    starts_at: datetime
    place: str
    path: str
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Block:
    """Lines of one kind that stand together under one heading: a section, a text, the offers, the agenda."""

    kind: str  # "articles", "text", "offers", "offers-near", "offers-elsewhere", "events"
    title: str = ""  # a section's code, or the editors' own heading
    text: str = ""  # Markdown
    articles: tuple[ArticleCard, ...] = ()
    cards: tuple[OfferCard, ...] = ()
    events: tuple[EventCard, ...] = ()


@dataclass(frozen=True)
class OfferFigures:
    """What became of one offer since the letter before: pages opened, nobody followed."""

    title: str
    path: str
    open: bool
    views: int
    applications: int
    unanswered: int
    median_hours: int | None  # until the first answer; None: none was answered

    @classmethod
    def sample(cls) -> Self:
        """Return an example."""
        return cls("Comptable (H/F)", "/offres/412-comptable", True, 214, 9, 2, 52)


@letter(stream=Stream.LETTERS)
class EditionLetter(Letter):
    """One edition of a list for readers of one variant; all but `edition_id` is filled from the edition when it leaves."""

    edition_id: int
    number: int = 0
    title: str = ""
    intro: str = ""  # Markdown
    drafted_at: datetime | None = None
    cards: tuple[OfferCard, ...] = ()  # of letters stored before there were blocks
    list_name: str = "weekly"
    list_title: str = ""
    path: str = ""  # its page of the archive
    blocks: tuple[Block, ...] = ()
    territory: str = ""  # the name of the reader's territory
    figures: tuple[OfferFigures, ...] | None = None  # of a list that shows them; empty: no offer of hers
    test: bool = False  # a copy for staff, before anybody else's

    @classmethod
    def sample(cls) -> Self:
        drafted = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
        return cls(
            1,
            12,
            "",
            "Cette semaine, **trois offres** et un atelier.\n\nBonne lecture, et à [bientôt](https://exemple.fr/agenda).",
            drafted,
            list_title="La lettre de la semaine",
            path="/lettres/12",
            blocks=sample_blocks(),
            territory="Loire-Atlantique (44)",
        )


def sample_blocks() -> tuple[Block, ...]:
    """Return one block of each kind."""
    articles = (
        ArticleCard(
            "Budget 2027 : ce que les associations peuvent attendre",
            "Les crédits de la vie associative baissent de 4 %. Trois fédérations racontent comment elles s’y préparent.",
            url="https://magazine.exemple.fr/budget-2027",
            author="Zoé Martin",
        ),
        ArticleCard(
            "Une coopérative de livreurs fête ses cinq ans",
            "",
            path="/magazine/7-une-cooperative-de-livreurs",
            text="À lire avec un café : *cinq ans* de vélo, de comptes et de votes.",
        ),
    )
    events = (
        EventCard(
            "Atelier : relire son CV à plusieurs",
            datetime(2026, 12, 3, 17, 30, tzinfo=UTC),
            "Nantes (44)",
            "/agenda/31-atelier-cv",
        ),
    )
    return (
        Block("articles", "ess", articles=articles),
        Block("text", "Un mot de l’équipe", "Nous cherchons deux bénévoles pour l’accueil. *Écrivez-nous !*"),
        Block("offers-near", cards=OfferCard.samples(2)),
        Block("offers-elsewhere", cards=OfferCard.samples(3)[2:]),
        Block("events", events=events),
    )
