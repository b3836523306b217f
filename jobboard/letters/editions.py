"""The letters that subscribers get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import OfferCard


@letter(stream=Stream.ACCOUNT)
class LetterWelcome(Letter):
    """The subscription is confirmed; when the next letter comes, and how to leave."""

    list_name: str

    @classmethod
    def sample(cls) -> Self:
        return cls("weekly")


@letter(stream=Stream.LETTERS)
class WeeklyLetter(Letter):
    """One edition for one subscriber; all but `edition_id` is filled from the edition when it leaves."""

    edition_id: int
    number: int = 0
    title: str = ""
    intro: str = ""
    drafted_at: datetime | None = None
    cards: tuple[OfferCard, ...] = ()

    @classmethod
    def sample(cls) -> Self:
        drafted = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
        return cls(1, 12, "", "Cette semaine, trois offres et un atelier.", drafted, OfferCard.samples(3))
