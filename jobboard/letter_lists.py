"""The lists of letters of an installation: what each is called, when it is drafted, and by which rules it is filled.

Three lists need no configuration. A TOML file named by `PASSERELLE_LISTS` changes them and adds others:

    [weekly]
    when = "tue 14:00"

    [bretagne]
    title = "La lettre de Bretagne"
    when = "fri 08:00"
    sections = ["territoires", "ess"]
    territory = "r53"
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jobboard.errors import Misconfigured
from jobboard.sections import Section, territory_label
from jobboard.settings import Settings

WEEKLY = "weekly"
RECRUITERS = "recruteurs"
ESSENTIAL = "essentiel"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class LetterList(BaseModel):
    """One list: its words, its hours, its rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str  # "La lettre de la semaine"
    rhythm: str = ""  # "Une fois par semaine": said where one subscribes
    about: str = ""  # one sentence: what is in it
    when: str  # when it is drafted: a moment of the timetable
    sections: tuple[Section, ...] = ()  # whose articles go in; none: all
    territory: str = ""  # what it is about; a reader may choose for herself where it is ""
    articles: int = Field(default=12, ge=0, le=60)  # at most
    offers: int = Field(default=12, ge=0, le=60)  # at most; for a reader's territory, of there first
    agenda_days: int = Field(default=14, ge=0, le=120)  # how far ahead the agenda looks; 0: no agenda
    figures: bool = False  # each recruiter reads her own figures
    approvals: int | None = Field(default=None, ge=0, le=2)  # 0: leaves by itself; none: as the setting says

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError("a list is named in lower-case letters, digits and hyphens")
        return value

    @field_validator("territory")
    @classmethod
    def _somewhere(cls, value: str) -> str:
        if value and not territory_label(value):
            raise ValueError("is the code of no territory: 44 for a département, r53 for a région")
        return value

    @property
    def path(self) -> str:
        """Where its letters stand on the web, below the base URL."""
        return "/lettres" if self.name == WEEKLY else f"/lettres/{self.name}"


def lists(settings: Settings) -> dict[str, LetterList]:
    """Return the lists of an installation by name. Raises Misconfigured with one sentence that names what is wrong."""
    return _lists(settings.lists, settings.letter_draft_at)


def find(settings: Settings, name: str) -> LetterList:
    """Return a list; one that is configured no more keeps its name, its letters and its readers' right to leave."""
    return lists(settings).get(name) or LetterList(name=name, title=name, when="mon 09:00")


def listed(settings: Settings) -> tuple[LetterList, ...]:
    """Return the lists in their order."""
    return tuple(lists(settings).values())


@cache
def _lists(path: Path | None, weekly_at: str) -> dict[str, LetterList]:
    given = _read(path) if path else {}
    known = _known(weekly_at)
    return {name: _made(name, {**known.get(name, {}), **given.get(name, {})}) for name in {**known, **given}}


def _known(weekly_at: str) -> dict[str, dict[str, object]]:
    return {
        WEEKLY: {
            "title": "La lettre de la semaine",
            "rhythm": "Une fois par semaine",
            "about": "Les articles de la semaine, les nouvelles offres et ce qui se prépare.",
            "when": weekly_at,
        },
        RECRUITERS: {
            "title": "La lettre des recruteurs",
            "rhythm": "Une fois par mois",
            "about": "Recruter et travailler dans l’ESS, avec les chiffres de vos propres offres.",
            "when": "day 1 09:00",
            "sections": (Section.RECRUITERS,),
            "offers": 0,
            "agenda_days": 45,
            "figures": True,
        },
        ESSENTIAL: {
            "title": "L’essentiel",
            "rhythm": "Chaque jour",
            "about": "Ce qui a paru depuis hier, en deux minutes.",
            "when": "06:30",
            "articles": 6,
            "offers": 6,
            "agenda_days": 2,
        },
    }


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(f"PASSERELLE_LISTS: {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"PASSERELLE_LISTS: {path} is no TOML: {error}.") from error
    if wrong := next((name for name, values in found.items() if not isinstance(values, dict)), None):
        raise Misconfigured(f"PASSERELLE_LISTS: “{wrong}” stands outside of any [list].")
    return found


def _made(name: str, values: dict[str, object]) -> LetterList:
    try:
        return LetterList.model_validate({"name": name, **values})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "name"
        said = str(first["msg"]).removeprefix("Value error, ")
        raise Misconfigured(f"PASSERELLE_LISTS: [{name}] {place}: {said[0].lower()}{said[1:]}.") from error
