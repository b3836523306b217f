"""Whom a recruiter looks for: the criteria that alerts use, with what only profiles tell, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from jobboard.contracts import Contract, WorkingTime
from jobboard.criteria import Criteria, Json

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Sought:
    """A search of profiles; an empty one asks for nothing.

    `words`: looked for in the profiles' own words, folded; they decide where no trade is asked for, else they only
    bring forward. `departement`: where somebody's first place must lie.
    """

    criteria: Criteria = field(default_factory=Criteria)
    words: tuple[str, ...] = ()
    experience_years: int | None = None
    departement: str | None = None

    @property
    def asks(self) -> bool:
        """Whether anything at all is asked for."""
        criteria = self.criteria
        return bool(
            criteria.has_criterion or criteria.places or self.words or self.departement or self.experience_years
        )

    def narrowed(
        self,
        *,
        trade: str | None = None,
        departement: str | None = None,
        contract: Contract | None = None,
        working_time: WorkingTime | None = None,
        experience_years: int | None = None,
    ) -> Self:
        """Return the search with one value instead of what it said on each axis that is given."""
        criteria = self.criteria
        if trade:
            criteria = replace(criteria, trades=(trade,), families=())
        if contract:
            criteria = replace(criteria, contracts=(contract,))
        if working_time:
            criteria = replace(criteria, working_times=(working_time,))
        return replace(
            self,
            criteria=criteria,
            departement=departement or self.departement,
            experience_years=self.experience_years if experience_years is None else experience_years,
        )

    def to_json(self) -> Json:
        """Return the search as plain JSON types."""
        return {
            "criteria": self.criteria.to_json(),
            "words": list(self.words),
            "experience_years": self.experience_years,
            "departement": self.departement,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the search that `to_json` stored, in this release or another."""
        return cls(
            Criteria.from_json(stored.get("criteria", {})),
            tuple(stored.get("words", ()))[:MOST_WORDS],
            stored.get("experience_years"),
            stored.get("departement"),
        )
