"""A search of profiles as it stands in the address of its page: the words, what narrows them, and where the page begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar
from urllib.parse import urlencode

from jobboard import places, trades
from jobboard.contracts import CONTRACT_LABELS, WORKING_TIME_LABELS, Contract, WorkingTime
from jobboard.gazetteer import territories
from jobboard.places import PlaceKind
from jobboard.profile_search import EXPERIENCES
from jobboard.sought import Sought
from webapp.language import catalogue
from webapp.language import gettext as _

PATH = "/recruteur/profils"
LONGEST = 200
MOST_VALUES = 8  # of one facet
# The facets of jobboard.profile_search, and the field of the address that narrows by each.
FIELDS = {
    "trade": "metier",
    "departement": "departement",
    "contract": "contrat",
    "working_time": "temps",
    "experience": "experience",
}
V = TypeVar("V", Contract, WorkingTime)


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its words, how many profiles have it, and the page that it leads to."""

    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One axis to narrow by, its most frequent values first."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Filters:
    """What was typed, what narrows it, and after which profile the page begins (its rank and slug)."""

    words: str = ""
    trade: str = ""
    departement: str = ""
    contract: str = ""
    working_time: str = ""
    experience: str = ""
    after: tuple[int, str] | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """Return the search in an address or a form; a value that we do not know asks for nothing."""
        known: dict[str, set[str]] = {
            "trade": {trade.code for trade in trades.all_trades()},
            "departement": set(territories(PlaceKind.DEPARTEMENT)),
            "contract": {str(one) for one in Contract},
            "working_time": {str(one) for one in WorkingTime},
            "experience": {str(years) for years in EXPERIENCES},
        }
        given = {name: args.get(field, "") for name, field in FIELDS.items()}
        kept = {name: value if value in known[name] else "" for name, value in given.items()}
        return cls(args.get("q", "").strip()[:LONGEST], **kept, after=_after(args.get("suite", "")))

    def narrow(self, sought: Sought) -> Sought:
        """Return the search in the words, narrowed."""
        return sought.narrowed(
            trade=self.trade or None,
            departement=self.departement or None,
            contract=_member(Contract, self.contract),
            working_time=_member(WorkingTime, self.working_time),
            experience_years=int(self.experience) if self.experience else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows the words."""
        return any(getattr(self, name) for name in FIELDS)

    @property
    def name(self) -> str:
        """What the search is called: its words, and what narrows them."""
        return ", ".join(
            filter(None, (self.words, *(_said(name, getattr(self, name)) for name in FIELDS if getattr(self, name))))
        )

    @property
    def given(self) -> dict[str, str]:
        """The fields of the address that are filled, but for where the page begins."""
        filled = {"q": self.words, **{field: getattr(self, name) for name, field in FIELDS.items()}}
        return {name: value for name, value in filled.items() if value}

    def address(self, after: tuple[int, str] | None = None) -> str:
        """Return the address of this search, or of its page after that profile."""
        suite = {"suite": f"{after[0]}:{after[1]}"} if after else {}
        return f"{PATH}?{urlencode({**self.given, **suite})}"

    def facets(self, counts: Mapping[str, Mapping[str, int]]) -> tuple[Facet, ...]:
        """Return the facets with something to choose, each value with the page where it is chosen, or no more."""
        titles = {
            "trade": _("Métier"),
            "departement": _("Département"),
            "contract": _("Contrat"),
            "working_time": _("Temps de travail"),
            "experience": _("Expérience"),
        }
        made = (Facet(title, self._choices(name, counts.get(name, {}))) for name, title in titles.items())
        return tuple(facet for facet in made if len(facet.choices) > 1 or any(one.chosen for one in facet.choices))

    def _choices(self, name: str, counts: Mapping[str, int]) -> tuple[Choice, ...]:
        chosen: str = getattr(self, name)
        often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
        if name == "experience":
            often = sorted(((value, count) for value, count in often if value != "0"), key=lambda pair: int(pair[0]))
        return tuple(
            Choice(
                _said(name, value),
                count,
                replace(self, **{name: "" if value == chosen else value}, after=None).address(),
                value == chosen,
            )
            for value, count in often
        )


def _said(name: str, value: str) -> str:
    """Return a value of a facet in words."""
    if name == "trade":
        return trades.by_code(value).label
    if name == "departement":
        return places.by_code(PlaceKind.DEPARTEMENT, value).label
    if name == "contract":
        return catalogue().gettext(CONTRACT_LABELS[Contract(value)])
    if name == "working_time":
        return catalogue().gettext(WORKING_TIME_LABELS[WorkingTime(value)])
    return catalogue().ngettext("%(num)s an ou plus", "%(num)s ans ou plus", int(value)) % {"num": value}


def _member(names: type[V], value: str) -> V | None:
    return names(value) if value else None


def _after(value: str) -> tuple[int, str] | None:
    rank, _, slug = value.partition(":")
    if not rank.isascii() or not rank.isdigit() or len(rank) > 15 or not slug or len(slug) > LONGEST:
        return None
    return int(rank), slug.replace("\x00", "")
