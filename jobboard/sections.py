"""The sections of the magazine, and a reader's choice among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Self

from jobboard.folding import fold
from jobboard.gazetteer import Place, PlaceKind, territories


class Section(StrEnum):
    """Where an article stands; the value is its name in our addresses."""

    ESS = "ess"
    RECRUITERS = "recruteurs"
    WORKERS = "salaries"
    TERRITORIES = "territoires"


SECTION_LABELS: dict[Section, str] = {
    Section.ESS: "ESS",
    Section.RECRUITERS: "Recruteurs",
    Section.WORKERS: "Salariés",
    Section.TERRITORIES: "Territoires",
}
# What else people and feeds call them, folded.
_ALSO: dict[str, Section] = {
    "economie sociale et solidaire": Section.ESS,
    "economie sociale": Section.ESS,
    "recruteur": Section.RECRUITERS,
    "recruter": Section.RECRUITERS,
    "recruiters": Section.RECRUITERS,
    "employeurs": Section.RECRUITERS,
    "salarie": Section.WORKERS,
    "workers": Section.WORKERS,
    "employees": Section.WORKERS,
    "territoire": Section.TERRITORIES,
    "territories": Section.TERRITORIES,
    "regions": Section.TERRITORIES,
    **{fold(label): section for section, label in SECTION_LABELS.items()},
}
LONGEST_NAME = 4  # words


def section_named(text: str) -> Section | None:
    """Return the section of that name, whatever its case and accents."""
    return _ALSO.get(fold(text))


def sections_in(text: str) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return the sections named in a list ("ESS, Territoires"; "ess et salariés"), and the words that name none."""
    words, found, unknown = fold(text).split(), list[Section](), list[str]()
    while words:
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            section = _ALSO.get(" ".join(words[:count]))
            if section is not None:
                found.append(section)
                words = words[count:]
                break
        else:
            word = words.pop(0)
            if word not in ("et", "and", "ou", "or", "la", "les", "le", "the"):
                unknown.append(word)
    return in_order(found), tuple(unknown)


def in_order(chosen: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections once each, in the magazine's order."""
    found = set(chosen)
    return tuple(section for section in Section if section in found)


# --- territories: "44" is a département, "r52" a région -----------------------------------------------------------


def territory_label(territory: str) -> str:
    """Return the name of a territory's code, "" for none: "Loire-Atlantique (44)", "Bretagne"."""
    if not territory:
        return ""
    kind = PlaceKind.REGION if territory.startswith("r") else PlaceKind.DEPARTEMENT
    place = territories(kind).get(territory.removeprefix("r"))
    return place.label if place is not None else ""


def territory_of(places: Iterable[Place]) -> str:
    """Return the code of the first of some places that is a territory, or lies in one; "" for none."""
    for place in places:
        if place.kind is PlaceKind.REGION:
            return f"r{place.code}"
        if place.departement:
            return place.departement
    return ""


@cache
def departements_of(territory: str) -> frozenset[str]:
    """Return the codes of the départements that lie in a territory; empty for no territory."""
    if territory.startswith("r"):
        inside = territories(PlaceKind.DEPARTEMENT).values()
        return frozenset(place.code for place in inside if place.region == territory.removeprefix("r"))
    return frozenset({territory}) if territory else frozenset()


def meet(one: str, other: str) -> bool:
    """Tell whether two territories share ground; nowhere in particular is everywhere."""
    return not one or not other or bool(departements_of(one) & departements_of(other))


@dataclass(frozen=True)
class Variant:
    """What a reader chose to read: which sections (none: all of them), which territory ("": everywhere).

    `own`: the person whose own figures the letter shows, for lists that show any. Readers with one key get one text.
    """

    sections: tuple[Section, ...] = ()
    territory: str = ""
    own: int | None = None

    @property
    def key(self) -> str:
        """Its name: "ess,salaries@44#12"; "" for whoever reads everything."""
        own = f"#{self.own}" if self.own is not None else ""
        territory = f"@{self.territory}" if self.territory else ""
        return ",".join(self.sections) + territory + own

    @classmethod
    def read(cls, key: str) -> Self:
        """Return the variant of that key; ValueError for one that no variant has."""
        rest, _, own = key.partition("#")
        names, _, territory = rest.partition("@")
        sections = in_order(Section(name) for name in names.split(",") if name)
        return cls(sections, territory, int(own) if own else None)

    def wants(self, section: Section | None, territory: str = "") -> bool:
        """Tell whether something of that section and territory is for this reader."""
        chosen = not self.sections or section is None or section in self.sections
        return chosen and meet(self.territory, territory)
