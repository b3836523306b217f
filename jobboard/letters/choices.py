"""What a reader of letters chose, said back to her."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from jobboard.letters.base import Letter, Stream, letter


@dataclass(frozen=True)
class Chosen:
    """What she reads of one stream: sections by their codes (none: all), a territory by its name ("": everywhere)."""

    stream: str
    sections: tuple[str, ...]
    territory: str


@letter(stream=Stream.ACCOUNT)
class ReadingChosen(Letter):
    """What she reads of her letters from now on, and how to change it."""

    chosen: tuple[Chosen, ...]

    @classmethod
    def sample(cls) -> Self:
        return cls((Chosen("letters:weekly", ("ess", "territoires"), "Loire-Atlantique (44)"),))
