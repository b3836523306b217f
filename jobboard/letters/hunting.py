"""Letters to recruiters who search profiles: what was found, what is new, which searches they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from jobboard.contracts import Frequency
from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Line, ProfileCard

_UNDERSTOOD = (
    Line("Métier", "comptable"),
    Line("Lieu", "Nantes (44), 30 km autour"),
    Line("Contrat", "CDI"),
)


@dataclass(frozen=True)
class FollowedHunt:
    """A hunt in a list: its number, its words, its rhythm."""

    number: int
    words: str
    frequency: Frequency
    since: datetime


@letter(stream=Stream.ACCOUNT)
class HuntResults(Letter):
    """The profiles that a search found, or its next ones (`more`); none is said plainly, with how to widen.

    `total`: how many answer it; `bounded`: there are more than are counted. `left`: some were not shown yet.
    """

    words: str
    understood: tuple[Line, ...]
    profiles: tuple[ProfileCard, ...]
    total: int
    hunt_id: int
    more: bool = False
    left: bool = False
    bounded: bool = False
    followed: bool = False
    experience_years: int | None = None
    sought_words: tuple[str, ...] = ()

    @classmethod
    def sample(cls) -> Self:
        profiles = (ProfileCard.sample(1), ProfileCard.sample(2))
        return cls(
            "comptable Nantes 30 km CDI",
            _UNDERSTOOD,
            profiles,
            17,
            5,
            left=True,
            experience_years=3,
            sought_words=("associatif",),
        )


@letter(stream=Stream.ALERTS)
class HuntDigest(Letter):
    """What is new in a hunt that she follows; never empty, nobody twice."""

    words: str
    number: int
    profiles: tuple[ProfileCard, ...]
    hunt_id: int
    frequency: Frequency
    since: datetime  # when she began to follow it

    @classmethod
    def sample(cls) -> Self:
        since = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
        profiles = (ProfileCard.sample(11), ProfileCard.sample(12))
        return cls("comptable Nantes 30 km CDI", 5, profiles, 5, Frequency.WEEKLY, since)


@letter(stream=Stream.ACCOUNT)
class HuntFollowed(Letter):
    """She follows a hunt from now on, at that rhythm."""

    words: str
    number: int
    frequency: Frequency

    @classmethod
    def sample(cls) -> Self:
        return cls("comptable Nantes 30 km CDI", 5, Frequency.WEEKLY)


@letter(stream=Stream.ACCOUNT)
class HuntList(Letter):
    """The hunts that she follows; none is said plainly."""

    hunts: tuple[FollowedHunt, ...]

    @classmethod
    def sample(cls) -> Self:
        since = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
        return cls(
            (
                FollowedHunt(5, "comptable Nantes 30 km CDI", Frequency.WEEKLY, since),
                FollowedHunt(8, "infirmière Bretagne", Frequency.DAILY, since),
            )
        )
