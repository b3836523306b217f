"""Letters to recruiters about their offers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Choice, Line, ProfileCard

DRAFT = (
    Line("Intitulé", "Comptable (H/F)"),
    Line("Employeur", "Association Horizon"),
    Line("Lieu", "Nantes (44)"),
    Line("Contrat", "CDI, temps plein"),
    Line("Missions", "Tenue de la comptabilité générale, paies de 12 personnes, budgets des projets."),
)


@letter(stream=Stream.ACCOUNT)
class OfferTemplate(Letter):
    """The form that an empty mail to `offres@` gets: fill in, send back."""

    form: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Intitulé :\nEmployeur :\nLieu :\n")


@letter(stream=Stream.ACCOUNT)
class DraftShown(Letter):
    """A draft as it was read, with what is missing or doubtful; complete, OUI submits it."""

    lines: tuple[Line, ...]
    missing: tuple[str, ...]  # labels
    doubts: tuple[Choice, ...]
    title: str

    @classmethod
    def sample(cls) -> Self:
        return cls(DRAFT, ("date de clôture", "rémunération"), (), "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class OfferSubmitted(Letter):
    """The offer waits for staff."""

    title: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class OfferPublished(Letter):
    """The offer is online, and these anonymous profiles match; none is said plainly, never padded."""

    title: str
    path: str
    closes_at: datetime
    profiles: tuple[ProfileCard, ...]
    offer_id: int = 0

    @classmethod
    def sample(cls) -> Self:
        closes = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
        profiles = (ProfileCard.sample(1), ProfileCard.sample(2))
        return cls("Comptable (H/F)", "/offres/412-comptable", closes, profiles)


@letter(stream=Stream.ACCOUNT)
class OfferRefused(Letter):
    """Staff sent the offer back: why, in their words, and how to mend it."""

    title: str
    reason: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", "La fourchette de rémunération manque.")


@letter(stream=Stream.ACCOUNT)
class OfferClosed(Letter):
    """The offer closed, at the recruiter's word or at its moment; how many applicants were told."""

    title: str
    filled: bool
    told: int
    by_clock: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", True, 3)


@letter(stream=Stream.ACCOUNT)
class OfferProlonged(Letter):
    """The offer stays open until another day."""

    title: str
    closes_at: datetime

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", datetime(2027, 1, 15, 22, 59, 59, tzinfo=UTC))
