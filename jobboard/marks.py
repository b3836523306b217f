"""What a reader has recognised in a text: where, on which axis of a search, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Axis(StrEnum):
    """What a recognised phrase is about."""

    TRADE = "trade"  # tuple of FoundTrade with the same offsets
    PLACE = "place"  # FoundPlace
    CONTRACT = "contract"  # tuple of Contract
    WORKING_TIME = "working-time"  # tuple of WorkingTime
    FREQUENCY = "frequency"  # Frequency, or None: one that we do not offer
    START = "start"  # date
    PAY = "pay"  # MinimumPay
    RADIUS = "radius"  # int, km; or None: told in minutes
    KEYWORD = "keyword"  # str
    WIDE = "wide"  # str: a word with several meanings, the axis on which to ask
    NEUTRAL = "neutral"  # understood, says nothing that we search by


class Role(IntEnum):
    """How the words around a phrase mean it."""

    WANTED = 0
    IDENTITY = 1  # what she is now
    PAST = 2  # what she was, knows, or leaves
    RESIDENCE = 3  # where she lives
    EXCLUDED = 4
    UNSURE = 5  # behind "si", "plutôt que": asked back


@dataclass(frozen=True, slots=True)
class Mark:
    """One recognised phrase between two offsets."""

    start: int
    end: int
    axis: Axis
    value: Any = None


@dataclass(frozen=True, slots=True)
class Said:
    """A recognised phrase, how it is meant, and where it stands."""

    mark: Mark
    role: Role
    sentence: int
    loose: bool  # behind a bare comma after an exclusion: excluded, too, or not?


def without_overlap(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks in order, of those that overlap the longest, of equals the one given first."""
    kept: list[Mark] = []
    taken: set[int] = set()
    for mark in sorted(marks, key=lambda mark: mark.start - mark.end):
        span = range(mark.start, mark.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)
