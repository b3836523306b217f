"""What the people of a demonstration can do: years, diplomas, skills and languages drawn to fit what they look for."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from jobboard.contracts import Contract, Kind
from jobboard.criteria import Criteria
from jobboard.portraits import Portrait
from jobboard.study_levels import level_of

_TABLE = files("jobboard") / "data" / "seed_portraits.toml"
_TOLD = 0.85  # of people say more than what they look for
_LEARNING = frozenset({Kind.INTERNSHIP, Kind.APPRENTICESHIP, Kind.CIVIC_SERVICE})


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def portrait(criteria: Criteria, *, number: int, today: date) -> Portrait:
    """Return what somebody says of herself who looks for that; the same for the same number."""
    chance = random.Random(f"portrait {number}")
    wished = Portrait.of_wish(criteria)
    if chance.random() > _TOLD:
        return wished
    fields = [_field(code) for code in criteria.trades]
    learning = bool(_LEARNING & set(criteria.kinds)) or Contract.APPRENTISSAGE in criteria.contracts
    diplomas = _some(chance, [one for field in fields for one in field["diplomas"]], (0, 1, 1, 1, 2))
    skills = _some(chance, [one for field in fields for one in field["skills"]], (2, 3, 4, 5, 6))
    skills += _some(chance, _table()["everybody"], (0, 1, 2))
    levels = [level for one in diplomas if (level := level_of(one)) is not None]
    later = chance.choice((None, None, 20, 45, 90))
    return replace(
        wished,
        experience_years=chance.choice((0, 0, 1))
        if learning
        else chance.choice((0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 27)),
        diplomas=tuple(diplomas),
        diploma_level=max(levels, default=None),
        skills=tuple(dict.fromkeys(skills)),
        languages=tuple(dict.fromkeys(_some(chance, _table()["languages"], (0, 1, 1, 2)))),
        starts_on=today + timedelta(days=later) if later else None,
    )


def _field(code: str) -> dict[str, list[str]]:
    """Return what people of that trade know, or of its family."""
    found: dict[str, list[str]] = _table()["trades"].get(code) or _table()["families"][code[0]]
    return found


def _some(chance: random.Random, among: list[str], counts: tuple[int, ...]) -> list[str]:
    different = list(dict.fromkeys(among))
    return chance.sample(different, min(chance.choice(counts), len(different)))
