"""Criteria are stored as plain JSON, read back by any release, and described in words of our own."""

from __future__ import annotations

import json
from datetime import date

from jobboard.contracts import Contract, Frequency, Kind, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.places import named

NANTES = PlaceWanted.at(named("Nantes")[0], 30)
FULL = Criteria(
    trades=("M1203", "M1608"),
    places=(NANTES, PlaceWanted.at(named("Bretagne")[0], 30)),
    kinds=(Kind.JOB, Kind.INTERNSHIP),
    contracts=(Contract.CDI, Contract.CDD, Contract.STAGE),
    working_times=(WorkingTime.PART,),
    keywords=("handicap",),
    excluded_contracts=(Contract.INTERIM, Contract.SAISONNIER),
    excluded_keywords=("nuit",),
    minimum_pay=2_300,
    frequency=Frequency.WEEKLY,
    starts_on=date(2027, 3, 1),
)


def test_criteria_come_back_from_json() -> None:
    assert Criteria.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert Criteria.from_json({}) == Criteria()


def test_what_another_release_added_is_left_out() -> None:
    stored = FULL.to_json() | {"distance_by_bike": 3, "contracts": ["cdi", "contrat-2031"], "frequency": "hourly"}
    stored["places"] = [{**stored["places"][0], "altitude": 12}, {"place_kind": "canton", "code": "1"}]
    read = Criteria.from_json(stored)
    assert read.contracts == (Contract.CDI,)
    assert read.frequency is None
    assert read.places == (NANTES,)


def test_the_description_holds_no_word_of_the_person() -> None:
    assert FULL.describe() == (
        "métier : comptable, assistant ou assistante de gestion",
        "lieu : Nantes (44), 30 km autour ; Bretagne",
        "contrat : CDI, CDD ou stage",
        "sans : intérim ni saisonnier",
        "temps de travail : temps partiel",
        "salaire : au moins 2\u00a0300 € brut par mois",
        "à partir du : 1er mars 2027",
        "envoi : une fois par semaine",
    )
    assert FULL.describe_keywords() == ("mots-clés : handicap", "mots exclus : nuit")


def test_kinds_are_told_where_no_contract_tells_them() -> None:
    assert Criteria(kinds=(Kind.JOB, Kind.INTERNSHIP)).describe() == ("type : emploi ou stage",)
    assert Criteria(trades=("Z9999",)).describe() == ()


def test_a_place_alone_is_no_criterion() -> None:
    assert not Criteria(places=(NANTES,), minimum_pay=2_000).has_criterion
    assert Criteria(keywords=("handicap",)).has_criterion


def test_only_a_commune_has_a_radius() -> None:
    assert PlaceWanted.at(named("44")[0], 30).radius_km is None
    assert NANTES.described == "Nantes (44), 30 km autour"
