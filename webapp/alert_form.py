"""The form of one alert: each axis of its search in a field of its own, and a search in free words to begin anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self, TypeVar

from flask import request

from jobboard import signups, wishes
from jobboard.alert_changes import LARGEST_RADIUS_KM, with_radius
from jobboard.alerts import NAME_LENGTH
from jobboard.contracts import Contract, Frequency, WorkingTime
from jobboard.criteria import Criteria
from jobboard.places import PlaceKind
from jobboard.trades import FAMILY_LABELS
from webapp import fields
from webapp.language import gettext as _

_MOST_WORDS, _LONGEST_WORDS = 20, 80  # of a list that somebody types
_HIGHEST_PAY = 20_000
V = TypeVar("V", bound=StrEnum)


@dataclass(frozen=True)
class AlertForm:
    """What was typed; lists are one entry a line or between commas."""

    name: str
    search: str
    radius: str
    pay: str
    contracts: tuple[str, ...]
    working_times: tuple[str, ...]
    families: tuple[str, ...]
    sectors: tuple[str, ...]
    required: str
    excluded: str
    employers: str
    frequency: str

    @classmethod
    def of(cls, name: str, criteria: Criteria, frequency: Frequency) -> Self:
        """Return the form as an alert fills it."""
        radii = [place.radius_km for place in criteria.places if place.radius_km is not None]
        return cls(
            name=name,
            search="",
            radius=str(max(radii)) if radii else "",
            pay=str(criteria.minimum_pay or ""),
            contracts=tuple(map(str, criteria.contracts)),
            working_times=tuple(map(str, criteria.working_times)),
            families=criteria.families,
            sectors=criteria.sectors,
            required=_joined(criteria.required_keywords),
            excluded=_joined(criteria.excluded_keywords),
            employers=_joined(criteria.excluded_employers),
            frequency=str(frequency),
        )

    @classmethod
    def read(cls) -> Self:
        """Return the form as it was sent."""
        return cls(
            name=fields.line("nom")[:NAME_LENGTH],
            search=fields.text("recherche"),
            radius=fields.line("rayon"),
            pay=fields.line("salaire"),
            contracts=tuple(request.form.getlist("contrat")),
            working_times=tuple(request.form.getlist("temps")),
            families=tuple(request.form.getlist("domaine")),
            sectors=tuple(one[:_LONGEST_WORDS] for one in request.form.getlist("secteur")[:_MOST_WORDS]),
            required=fields.text("obligatoires"),
            excluded=fields.text("exclus"),
            employers=fields.text("employeurs"),
            frequency=fields.line("frequence"),
        )

    def changed(self, before: Criteria, *, today: date) -> tuple[Criteria, dict[str, str]]:
        """Return the search that the form makes of the earlier one, and what stands against it, in words, by field."""
        errors: dict[str, str] = {}
        criteria = self._from_words(before, errors, today=today) if self.search else before
        radius = _number(self.radius, LARGEST_RADIUS_KM)
        has_commune = any(place.place_kind is PlaceKind.COMMUNE for place in criteria.places)
        if self.radius and radius is None:
            errors["rayon"] = _("Un nombre de kilomètres, %(most)s au plus.", most=LARGEST_RADIUS_KM)
        elif radius is not None and has_commune and not self.search:
            criteria = with_radius(criteria, radius)
        pay = _number(self.pay, _HIGHEST_PAY)
        if self.pay and pay is None:
            errors["salaire"] = _("Un montant brut par mois, en euros.")
        criteria = replace(
            criteria,
            contracts=_known(Contract, self.contracts),
            working_times=_known(WorkingTime, self.working_times),
            families=tuple(one for one in self.families if one in FAMILY_LABELS),
            sectors=self.sectors,
            required_keywords=_listed(self.required),
            excluded_keywords=_listed(self.excluded),
            excluded_employers=_listed(self.employers),
            minimum_pay=pay or None,
            frequency=next(iter(_known(Frequency, (self.frequency,))), before.frequency),
        )
        if not errors and not criteria.has_criterion:
            errors["recherche"] = _("Il manque ce que vous cherchez : un métier, un contrat ou des mots-clés.")
        return criteria, errors

    def _from_words(self, before: Criteria, errors: dict[str, str], *, today: date) -> Criteria:
        wish = signups.wish_of(wishes.read_wish(self.search, today=today), own_words=True)
        if "place" in wish.missing:
            errors["recherche"] = _("Il manque le lieu : une commune, un département, une région, ou « télétravail ».")
        elif wish.doubts:
            errors["recherche"] = _("Un point de votre texte se lit de plusieurs façons : dites-le autrement.")
        found = wish.criteria
        return replace(before, trades=found.trades, places=found.places, kinds=found.kinds, keywords=found.keywords)


def _known(values: type[V], typed: Iterable[str]) -> tuple[V, ...]:
    return tuple(value for value in values if str(value) in set(typed))


def _number(typed: str, most: int) -> int | None:
    digits = "".join(typed.replace("€", "").replace("km", "").split())
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 and int(digits) <= most else None


def _joined(words: Iterable[str]) -> str:
    return "\n".join(words)


def _listed(typed: str) -> tuple[str, ...]:
    entries = (" ".join(part.split())[:_LONGEST_WORDS] for part in typed.replace(",", "\n").splitlines())
    return tuple(dict.fromkeys(entry for entry in entries if entry))[:_MOST_WORDS]
