"""What the staff read of an offer before they decide: remarks of the legal reading, its employer's record, its likes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self


@dataclass(frozen=True)
class Remark:
    """One remark of `jobboard.lint`: a code of its tables, the recruiter's words, the words proposed."""

    code: str
    quote: str
    words: str = ""
    grave: bool = True

    @classmethod
    def samples(cls) -> tuple[Self, ...]:
        """Return one of each weight."""
        return (
            cls("title", "Comptable et coordinateur", "Comptable et coordinateur (H/F)"),
            cls("contact", "appelez Marie au 06 12 34 56 78", grave=False),
        )


@dataclass(frozen=True)
class Alike:
    """An offer that may be the same; `state` is a name of jobboard.offers.OfferState, `path` its page for its reader."""

    title: str
    place: str
    state: str
    since: datetime
    path: str

    @classmethod
    def sample(cls) -> Self:
        """Return an example."""
        return cls("Comptable", "Nantes (44)", "published", datetime(2026, 11, 12, 9, tzinfo=UTC), "/equipe/offres/398")


@dataclass(frozen=True)
class Record:
    """What we know of an employer: since when, how many offers, how applications were answered (delays in hours)."""

    since: datetime | None = None
    offers: int = 0
    sent_back: int = 0
    applications: int = 0
    answered: int = 0
    median_hours: int | None = None

    @classmethod
    def sample(cls) -> Self:
        """Return an example."""
        return cls(datetime(2025, 3, 3, 9, tzinfo=UTC), 2, 1, 14, 11, 52)
