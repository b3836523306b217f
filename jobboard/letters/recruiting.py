"""Letters to recruiters about their offers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import ChangedLine, Choice, Line, ProfileCard
from jobboard.letters.moderation import Alike, Remark

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
    wrong_numbers: tuple[str, ...] = ()  # SIRET or RNA that are none
    alike: tuple[Alike, ...] = ()  # offers that may be the same
    form_path: str = ""  # after three rounds: the same draft as a form
    unread_files: tuple[str, ...] = ()  # attached documents in which no text was found

    @classmethod
    def sample(cls) -> Self:
        like = Alike(
            "Comptable", "Nantes (44)", "published", datetime(2026, 11, 12, 9, tzinfo=UTC), "/offres/398-comptable"
        )
        return cls(
            DRAFT,
            ("date limite de candidature", "rémunération"),
            (),
            "Comptable (H/F)",
            ("123 456 789 00012",),
            (like,),
        )


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
    remarks: tuple[Remark, ...] = ()  # of the legal reading: how to mend

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", "La fourchette de rémunération manque.", Remark.samples())


@letter(stream=Stream.ACCOUNT)
class OfferCorrected(Letter):
    """The words of an offer changed: by the staff before they validate it, or at once at its recruiter's own word."""

    title: str
    changes: tuple[ChangedLine, ...]
    by_staff: bool = False

    @classmethod
    def sample(cls) -> Self:
        changes = (
            ChangedLine("Intitulé", "Comptable", "Comptable (H/F)"),
            ChangedLine("Missions", "Tenue des comptes.\nBonne présentation.", "Tenue des comptes."),
        )
        return cls("Comptable (H/F)", changes, by_staff=True)


@letter(stream=Stream.ACCOUNT)
class OfferClosed(Letter):
    """The offer closed: at the recruiter's word, its moment or number of applications, or by the staff, who say why."""

    title: str
    filled: bool
    told: int
    by_clock: bool = False
    full: int = 0  # how many had applied when it closed for that
    reason: str = ""  # the staff's
    undo_minutes: int = 0  # how long ANNULER takes it back
    interviews: int = 0  # still to come: they stand, unless the post is filled or the staff closed the offer

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", True, 3, undo_minutes=10, interviews=1)


@letter(stream=Stream.ACCOUNT)
class OfferProlonged(Letter):
    """The offer stays open until another day."""

    title: str
    closes_at: datetime

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", datetime(2027, 1, 15, 22, 59, 59, tzinfo=UTC))
