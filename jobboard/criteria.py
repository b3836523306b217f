"""What someone looks for: the values that an alert stores and that matching compares with an offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self, TypeVar

from babel.dates import format_date

from jobboard.contracts import (
    CONTRACT_LABELS,
    DAYS_PER_MONTH,
    FREQUENCY_LABELS,
    KIND_LABELS,
    WORKING_TIME_LABELS,
    Contract,
    Frequency,
    Kind,
    WorkingTime,
)
from jobboard.places import Place, PlaceKind
from jobboard.trades import FAMILY_LABELS
from jobboard.trades import by_code as trade_by_code

Json = dict[str, Any]  # JSON's own types, nested
_Member = TypeVar("_Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PlaceWanted:
    """A place where someone wants to work; `radius_km` None: the place itself, without a distance said."""

    place_kind: PlaceKind
    code: str
    label: str
    radius_km: int | None = None
    lat: float | None = None
    lon: float | None = None

    @classmethod
    def at(cls, place: Place, radius_km: int | None = None) -> Self:
        """Return that place with that radius in kilometres; only a commune has one."""
        radius = radius_km if place.kind is PlaceKind.COMMUNE else None
        return cls(place.kind, place.code, place.label, radius, place.lat, place.lon)

    @property
    def described(self) -> str:
        """The place in words: "Nantes (44), 30 km autour"."""
        return f"{self.label}, {self.radius_km} km autour" if self.radius_km else self.label


@dataclass(frozen=True, slots=True)
class Criteria:
    """Every axis of a wish; an empty one asks for nothing. Pay in euros gross per month."""

    trades: tuple[str, ...] = ()
    places: tuple[PlaceWanted, ...] = ()
    kinds: tuple[Kind, ...] = ()
    contracts: tuple[Contract, ...] = ()
    working_times: tuple[WorkingTime, ...] = ()
    keywords: tuple[str, ...] = ()
    excluded_contracts: tuple[Contract, ...] = ()
    excluded_keywords: tuple[str, ...] = ()
    families: tuple[str, ...] = ()  # letters of ROME: every trade of a family
    sectors: tuple[str, ...] = ()  # names of jobboard.sectors
    required_keywords: tuple[str, ...] = ()
    excluded_employers: tuple[str, ...] = ()
    minimum_pay: int | None = None
    frequency: Frequency | None = None
    starts_on: date | None = None

    @property
    def for_missions(self) -> bool:
        """Whether nothing but missions is looked for, which are paid by the day."""
        return self.contracts == (Contract.MISSION,)

    @property
    def has_criterion(self) -> bool:
        """Whether something besides a place is asked for."""
        axes = (self.trades, self.families, self.sectors, self.kinds, self.contracts, self.working_times)
        return any((*axes, self.keywords, self.required_keywords))

    def to_json(self) -> Json:
        """Return the criteria as plain JSON types."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the criteria that `to_json` stored, in this release or another: what is unknown here is left out."""
        day, often = stored.get("starts_on"), stored.get("frequency")
        known = {field.name for field in fields(PlaceWanted)}
        places = (
            PlaceWanted(
                **{k: v for k, v in place.items() if k in known} | {"place_kind": PlaceKind(place["place_kind"])}
            )
            for place in stored.get("places", ())
            if place.get("place_kind") in set(PlaceKind)
        )
        return cls(
            trades=tuple(stored.get("trades", ())),
            places=tuple(places),
            kinds=_members(Kind, stored.get("kinds", ())),
            contracts=_members(Contract, stored.get("contracts", ())),
            working_times=_members(WorkingTime, stored.get("working_times", ())),
            keywords=tuple(stored.get("keywords", ())),
            excluded_contracts=_members(Contract, stored.get("excluded_contracts", ())),
            excluded_keywords=tuple(stored.get("excluded_keywords", ())),
            families=tuple(stored.get("families", ())),
            sectors=tuple(stored.get("sectors", ())),
            required_keywords=tuple(stored.get("required_keywords", ())),
            excluded_employers=tuple(stored.get("excluded_employers", ())),
            minimum_pay=stored.get("minimum_pay"),
            frequency=next(iter(_members(Frequency, (often,))), None),
            starts_on=date.fromisoformat(day) if day else None,
        )

    def describe(self) -> tuple[str, ...]:
        """Return one French line per axis, made of our own tables and of numbers only, of no word of the person's."""
        lines = (
            ("métier", ", ".join(trade_by_code(code).label for code in self.trades if _is_trade(code))),
            ("domaine", ", ".join(FAMILY_LABELS[letter] for letter in self.families if letter in FAMILY_LABELS)),
            ("secteur", ", ".join(self.sectors)),
            ("lieu", " ; ".join(place.described for place in self.places)),
            ("type", _listed(KIND_LABELS[kind] for kind in self.kinds if not self.contracts)),
            ("contrat", _listed(CONTRACT_LABELS[contract] for contract in self.contracts)),
            ("sans", _listed((CONTRACT_LABELS[contract] for contract in self.excluded_contracts), "ni")),
            ("temps de travail", _listed(WORKING_TIME_LABELS[time] for time in self.working_times)),
            ("salaire", f"au moins {monthly(self.minimum_pay)}" if self.minimum_pay and not self.for_missions else ""),
            ("tarif", f"au moins {daily(self.minimum_pay)}" if self.minimum_pay and self.for_missions else ""),
            ("à partir du", _day(self.starts_on) if self.starts_on else ""),
            ("envoi", FREQUENCY_LABELS[self.frequency] if self.frequency else ""),
        )
        return tuple(f"{name} : {value}" for name, value in lines if value)

    def describe_keywords(self) -> tuple[str, ...]:
        """Return French lines with the words that the person wrote: never shown to someone not verified."""
        lines = (
            ("mots-clés", ", ".join(self.keywords)),
            ("mots obligatoires", ", ".join(self.required_keywords)),
            ("mots exclus", ", ".join(self.excluded_keywords)),
            ("employeurs écartés", ", ".join(self.excluded_employers)),
        )
        return tuple(f"{name} : {value}" for name, value in lines if value)


def daily(per_month: int) -> str:
    """Return a rate in French words, from what it would make in a month: "500 € par jour"."""
    return f"{round(per_month / DAYS_PER_MONTH):,} € par jour".replace(",", "\u00a0")


def monthly(gross: int) -> str:
    """Return a pay in French words: "2 300 € brut par mois"."""
    return f"{gross:,} € brut par mois".replace(",", "\u00a0")


def _day(day: date) -> str:
    said = format_date(day, "d MMMM y", locale="fr")
    return f"{day.day}er{said[1:]}" if day.day == 1 else said


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return str(value) if isinstance(value, (StrEnum, date)) else value


def _listed(labels: Iterable[str], last: str = "ou") -> str:
    names = list(labels)
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _members(kind: type[_Member], values: Iterable[Any]) -> tuple[_Member, ...]:
    known = set(kind)
    return tuple(kind(value) for value in values if value in known)


def _is_trade(code: str) -> bool:
    try:
        trade_by_code(code)
    except KeyError:
        return False
    return True
