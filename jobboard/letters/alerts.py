"""Letters about offers that match what someone looks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.contracts import Frequency
from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Change, Line, OfferCard
from jobboard.letters.questions import UNDERSTOOD


@letter(stream=Stream.ACCOUNT)
class AlertCreated(Letter):
    """The first mail after sign-up: the alert exists, and here are the offers already open, if any.

    Answering it is applying to the only card, or to card n with POSTULER n.
    """

    first_name: str
    understood: tuple[Line, ...]
    cards: tuple[OfferCard, ...]
    others: int
    profile_shown: bool
    rest: tuple[int, ...] = ()  # the offers that are not shown

    @classmethod
    def sample(cls) -> Self:
        return cls("Zoé", UNDERSTOOD, OfferCard.samples(2), 1, True, (414,))


@letter(stream=Stream.ALERTS)
class OfferAlert(Letter):
    """New offers for one person, best first; 1 to 10 cards, never empty.

    Posted by `jobboard.announcements`; answering it is applying to the only card, or to card n with POSTULER n.
    """

    first_name: str
    cards: tuple[OfferCard, ...]
    others: int  # matching offers that are not shown
    frequency: Frequency
    since: datetime  # when the alert was created
    searches: tuple[str, ...] = ()  # names of the alerts that found them
    rest: tuple[int, ...] = ()  # the offers that are not shown

    @classmethod
    def sample(cls) -> Self:
        changes = (Change("contract", "CDD"),)
        cards = (
            OfferCard.sample(number=1, changes=changes),
            OfferCard.sample(number=2, place="L’Haÿ-les-Roses (94)", distance_km=12),
        )
        since = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
        return cls("Zoé", cards, 3, Frequency.INSTANT, since, ("comptable, Nantes (44) 30 km",), (414, 415, 416))
