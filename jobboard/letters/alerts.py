"""Letters about offers that match what someone looks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.contracts import Frequency
from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import AlertEntry, AlertOption, Change, ChangedLine, Line, OfferCard
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


@letter(stream=Stream.ACCOUNT)
class AlertRewritten(Letter):
    """An alert looks for something else from now on: what changed, and the open offers that it has found by it.

    `what`: "radius", "widened", "narrowed", "changed", "restored". RETABLIR undoes it. Answering is applying.
    """

    first_name: str
    name: str
    what: str
    changed: tuple[ChangedLine, ...]
    understood: tuple[Line, ...]
    cards: tuple[OfferCard, ...] = ()
    others: int = 0
    rest: tuple[int, ...] = ()
    next_radius_km: int | None = None  # a larger one than it has, None where a radius says nothing more

    @classmethod
    def sample(cls) -> Self:
        changed = (ChangedLine("Lieu", "Nantes (44), 20 km autour", "Nantes (44), 50 km autour"),)
        understood = (Line("Métier", "comptable"), Line("Lieu", "Nantes (44), 50 km autour"))
        cards = (OfferCard.sample(),)
        return cls("Zoé", "comptable, Nantes (44) 50 km", "widened", changed, understood, cards, next_radius_km=100)


@letter(stream=Stream.ACCOUNT)
class AlertChangeProposed(Letter):
    """PAS POUR MOI: which change would spare her such an offer. OUI to the only one, or a number; nothing before it."""

    title: str
    employer: str
    options: tuple[AlertOption, ...]
    names: tuple[str, ...]  # of the alerts that found it

    @classmethod
    def sample(cls) -> Self:
        options = (
            AlertOption("radius", "30"),
            AlertOption("employer", "Association Horizon"),
            AlertOption("contract", "CDD"),
        )
        return cls("Comptable (H/F)", "Association Horizon", options, ("comptable, Nantes (44) 50 km",))


@letter(stream=Stream.ACCOUNT)
class AlertList(Letter):
    """Every alert of a person, by number.

    `done`: what she just did to the alert `name` ("renamed", "removed"). `word`: what she said without telling which.
    """

    entries: tuple[AlertEntry, ...]
    word: str = ""
    done: str = ""
    name: str = ""

    @classmethod
    def sample(cls) -> Self:
        lines = (Line("Métier", "comptable"), Line("Lieu", "Nantes (44), 30 km autour"), Line("Contrat", "CDI"))
        first = AlertEntry(1, "comptable, Nantes (44) 30 km", "active", Frequency.INSTANT, lines)
        other = (Line("Métier", "coordinateur ou coordinatrice"), Line("Lieu", "Bretagne"))
        return cls((first, AlertEntry(2, "coordination en Bretagne", "paused", Frequency.WEEKLY, other)))


@letter(stream=Stream.ALERTS)
class AlertSilent(Letter):
    """An alert has found nothing for four weeks: told once, with how to widen it by one word."""

    first_name: str
    name: str
    understood: tuple[Line, ...]
    radius_km: int | None  # that of its communes, None where it has none
    weeks: int = 4

    @classmethod
    def sample(cls) -> Self:
        return cls("Zoé", "comptable, Nantes (44) 30 km", UNDERSTOOD, 30)
