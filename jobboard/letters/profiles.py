"""Letters about a candidate's own profile: what it says, who sees it, who saw it, when it falls asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Line


@dataclass(frozen=True)
class SeenBy:
    """An organisation that was shown her profile: where ("shortlist", "search", "hunt", "page"), for which offer, when."""

    organisation: str
    where: str
    title: str
    at: datetime
    times: int = 1


@letter(stream=Stream.ACCOUNT)
class ProfileShown(Letter):
    """Her profile as others read it, who sees it now, and what she can change; `done`: what she just did, "" to look.

    `visibility`: "everyone", "recruiters", "nobody"; `withheld`: "asleep", "held", "stopped" or "".
    """

    done: str
    headline: str
    sentences: tuple[str, ...]
    visibility: str
    path: str
    indexable: bool = False
    name_shown: bool = False
    hidden: tuple[str, ...] = ()  # employers, as she wrote them
    employer: str = ""  # the one that `done` is about
    withheld: str = ""

    @classmethod
    def sample(cls) -> Self:
        said = (
            "Je cherche un poste de comptable, en CDI ou en CDD.",
            "Mon périmètre : Nantes (44), 30 km autour.",
            "J’ai 8 ans d’expérience.",
        )
        path = "/profils/comptable-k7x2q9m4ab"
        return cls("hidden", "comptable", said, "recruiters", path, hidden=("La Traverse",), employer="La Traverse")


@letter(stream=Stream.ACCOUNT)
class ProfileSeen(Letter):
    """Who was shown her profile, the latest first; empty when nobody was yet."""

    seen: tuple[SeenBy, ...]
    visibility: str

    @classmethod
    def sample(cls) -> Self:
        at = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
        by = SeenBy("Association Horizon", "shortlist", "Comptable (H/F)", at)
        return cls((by, SeenBy("Les Tilleuls", "search", "", at, times=3)), "recruiters")


@letter(stream=Stream.ACCOUNT)
class ProfileProposal(Letter):
    """What we read in her CV, line by line: OUI writes it into the profile, corrected lines change it first.

    `first`: the CV came with an application, and this is the only time that we ask so.
    """

    lines: tuple[Line, ...]
    filename: str
    first: bool = False
    visibility: str = "recruiters"

    @classmethod
    def sample(cls) -> Self:
        lines = (
            Line("Métiers", "comptable"),
            Line("Lieu", "Nantes (44)"),
            Line("Expérience", "8 ans"),
            Line("Diplômes", "BTS comptabilité et gestion"),
            Line("Compétences", "paie, Sage, Excel"),
            Line("Langues", "anglais"),
        )
        return cls(lines, "CV.pdf")


@letter(stream=Stream.ACCOUNT)
class ProfileSleeping(Letter):
    """No sign of life for months: the profile falls asleep on that day (`asleep`: has done so); OUI keeps it awake."""

    headline: str
    sleeps_at: datetime
    asleep: bool = False
    last: bool = False  # the second warning

    @classmethod
    def sample(cls) -> Self:
        return cls("comptable", datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
