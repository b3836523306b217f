"""What reading a search leaves open: what is missing, and what the person has to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from jobboard.criteria import Criteria


class Missing(StrEnum):
    """What an alert cannot do without."""

    PLACE = "place"
    CRITERION = "criterion"


class DoubtKind(StrEnum):
    """What a question is about."""

    PLACE = "place"  # homonyms; or, without options, a place that we do not know
    TRADE = "trade"  # too wide a word, or one that she may only have exercised before
    CONTRACT = "contract"
    WORKING_TIME = "working-time"
    RADIUS = "radius"  # a time of travel, or a bare number
    PAY = "pay"  # a net pay: its gross is the option
    FREQUENCY = "frequency"  # one that we do not offer, or days of work
    START = "start"
    EXCLUSION = "exclusion"  # a place to leave out, which no alert can do; the option is that place
    NEGATION = "negation"  # something is not wanted, and we do not know what
    CONDITION = "condition"  # "if", "rather than"
    INTENT = "intent"  # is it a search of hers at all?
    LENGTH = "length"  # too long: only the beginning was read


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a doubt: its label, of our own tables and numbers only, and the criteria that choosing it adds."""

    label: str
    adds: Criteria = field(default_factory=Criteria)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question that only the person can answer; without options she says it again in other words."""

    kind: DoubtKind
    options: tuple[Option, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The options' labels, in the order of the numbers that she may answer."""
        return tuple(option.label for option in self.options)

    def to_json(self) -> dict[str, Any]:
        """Return the doubt as plain JSON types."""
        options = [{"label": option.label, "adds": option.adds.to_json()} for option in self.options]
        return {"kind": str(self.kind), "options": options}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the doubt that `to_json` stored; ValueError for a kind that this release does not know."""
        options = (Option(one["label"], Criteria.from_json(one["adds"])) for one in stored["options"])
        return cls(DoubtKind(stored["kind"]), tuple(options))


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a text: the criteria so far, and what stands between them and an alert.

    `checks`: fields of the criteria that were kept from few words, to be shown as such; OUI accepts them.
    """

    criteria: Criteria
    missing: tuple[Missing, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    ignored: tuple[str, ...] = ()  # words of substance that say nothing to us, as she wrote them
    checks: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether her OUI alone makes an alert of it."""
        return not self.missing and not self.doubts
