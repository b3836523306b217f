"""Letters about the life of an offer that is online, its end, and what became of those who answered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import OfferCard


@dataclass(frozen=True)
class OfferFigures:
    """One offer's month."""

    title: str
    views: int
    applications: int
    unanswered: int


@letter(stream=Stream.ACCOUNT)
class OfferClosingSoon(Letter):
    """The offer closes in a week, or tomorrow: PROLONGER or CLORE."""

    title: str
    closes_at: datetime
    applications: int
    unanswered: int

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC), 9, 4)


@letter(stream=Stream.ACCOUNT)
class OfferFilledQuestion(Letter):
    """Two weeks after the closing: was somebody found? OUI or NON, and nothing else is asked of her."""

    title: str
    unanswered: int

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", 2)


@letter(stream=Stream.ACCOUNT)
class OfferFilledNoted(Letter):
    """Thank you for saying whether somebody was found; who still waits for a word."""

    title: str
    filled: bool
    unanswered: int

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", True, 2)


@letter(stream=Stream.ACCOUNT)
class RecruiterFigures(Letter):
    """A recruiter's month: how often her offers were read, who applied, who was answered, how fast (hours)."""

    month: date  # its first day
    offers: tuple[OfferFigures, ...]
    views: int
    applications: int
    unanswered: int
    median_hours: int | None

    @classmethod
    def sample(cls) -> Self:
        rows = (OfferFigures("Comptable (H/F)", 128, 9, 2), OfferFigures("Animatrice ou animateur", 64, 5, 0))
        return cls(date(2026, 11, 1), rows, 192, 14, 2, 52)


@letter(stream=Stream.ACCOUNT)
class NeverAnswered(Letter):
    """Sixty days after the closing nobody has answered her: said honestly, without excuses, with what she can do."""

    first_name: str
    title: str
    employer: str
    applied_at: datetime
    cards: tuple[OfferCard, ...] = ()

    @classmethod
    def sample(cls) -> Self:
        applied = datetime(2026, 9, 14, 9, tzinfo=UTC)
        return cls("Léa", "Comptable (H/F)", "Association Horizon", applied, OfferCard.samples(2))
