"""Portraits: what a profile says of somebody, as values: what she looks for, and what she can do.

No name, address, birth, family nor picture has a place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self, TypeVar

from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted

Json = dict[str, Any]  # JSON's own types, nested
_Value = TypeVar("_Value")

MOST_TRADES = 6
MOST_PLACES = 6
MOST_SKILLS = 24
_WISHES = ("trades", "families", "sectors", "places", "kinds", "contracts", "working_times")


@dataclass(frozen=True, slots=True)
class Portrait:
    """Every fact of a profile; an empty one says nothing. `diploma_level`: of the French framework, 3 (CAP) to 8."""

    trades: tuple[str, ...] = ()
    families: tuple[str, ...] = ()  # letters of ROME
    sectors: tuple[str, ...] = ()
    places: tuple[PlaceWanted, ...] = ()
    kinds: tuple[Kind, ...] = ()
    contracts: tuple[Contract, ...] = ()
    working_times: tuple[WorkingTime, ...] = ()
    starts_on: date | None = None
    experience_years: int | None = None
    diplomas: tuple[str, ...] = ()
    diploma_level: int | None = None
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @classmethod
    def of_wish(cls, criteria: Criteria) -> Self:
        """Return what a search says of who makes it; words of her own, limits of pay and refusals are left out."""
        wishes = {name: getattr(criteria, name) for name in _WISHES}
        return cls(**wishes, starts_on=criteria.starts_on)

    def with_wish(self, criteria: Criteria) -> Self:
        """Return the portrait with one search more, which comes first; what was said before stays."""
        wish = type(self).of_wish(criteria)
        joined: dict[str, Any] = {name: _joined(getattr(wish, name), getattr(self, name)) for name in _WISHES}
        joined["trades"], joined["places"] = joined["trades"][:MOST_TRADES], joined["places"][:MOST_PLACES]
        return replace(self, **joined, starts_on=wish.starts_on or self.starts_on)

    def with_cv(self, cv: Portrait) -> Self:
        """Return the portrait with what a CV says more; what she looks for and where stays first."""
        return replace(
            self,
            trades=_joined(self.trades, cv.trades)[:MOST_TRADES],
            places=self.places or cv.places,
            experience_years=self.experience_years if cv.experience_years is None else cv.experience_years,
            diplomas=cv.diplomas or self.diplomas,
            diploma_level=cv.diploma_level if cv.diplomas else self.diploma_level,
            skills=_joined(cv.skills, self.skills)[:MOST_SKILLS],
            languages=_joined(cv.languages, self.languages),
        )

    def to_json(self) -> Json:
        """Return the portrait as plain JSON types."""
        # Criteria know how to write what the two share.
        shared = Criteria(**{name: getattr(self, name) for name in _WISHES}, starts_on=self.starts_on).to_json()
        kept = {name: shared[name] for name in (*_WISHES, "starts_on")}
        own = {
            "experience_years": self.experience_years,
            "diplomas": list(self.diplomas),
            "diploma_level": self.diploma_level,
            "skills": list(self.skills),
            "languages": list(self.languages),
        }
        return {**kept, **own}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the portrait that `to_json` stored, or that a search stored as criteria says."""
        return replace(
            cls.of_wish(Criteria.from_json(stored)),
            experience_years=stored.get("experience_years"),
            diplomas=tuple(stored.get("diplomas", ())),
            diploma_level=stored.get("diploma_level"),
            skills=tuple(stored.get("skills", ()))[:MOST_SKILLS],
            languages=tuple(stored.get("languages", ())),
        )

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not any(getattr(self, field.name) for field in fields(self))


def _joined(first: Iterable[_Value], second: Iterable[_Value]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys((*first, *second)))
