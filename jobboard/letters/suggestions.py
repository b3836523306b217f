"""Letters that show a recruiter the profiles that match her offer, beyond those of the day it was validated."""

from __future__ import annotations

from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import ProfileCard


@letter(stream=Stream.ACCOUNT)
class ProfilesShown(Letter):
    """What PROFILS (`again`: those that she was shown already) or PLUS DE PROFILS brings; none is said plainly."""

    title: str
    offer_id: int
    profiles: tuple[ProfileCard, ...]
    again: bool = False
    gone: int = 0  # numbers whose profile is not visible any more

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", 412, (ProfileCard.sample(11), ProfileCard.sample(12)))


@letter(stream=Stream.ACCOUNT)
class NewProfiles(Letter):
    """Once a week, the profiles that have come to match an open offer since the last time; never empty."""

    title: str
    offer_id: int
    profiles: tuple[ProfileCard, ...]

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", 412, (ProfileCard.sample(13), ProfileCard.sample(14)))
