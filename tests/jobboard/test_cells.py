"""Cells: an offer looks wherever a search that it answers is posted."""

from __future__ import annotations

import random

import pytest

from jobboard import cells, places
from jobboard.gazetteer import FRANCE, REMOTE, Place, PlaceKind, communes, distance_km

NANTES, LOIRE, PAYS = (places.named(name)[0] for name in ("Nantes", "Loire-Atlantique", "Pays de la Loire"))


def test_a_circle_is_posted_wherever_it_may_find_something() -> None:
    everywhere = list(communes())
    draw = random.Random(3)
    for centre in draw.sample(everywhere, 25):
        radius = draw.choice((5, 20, 50, 100))
        posted = set(cells.touched(centre, radius))
        near = {f"d{town.departement}" for town in everywhere if distance_km(centre, town) <= radius}
        assert near <= posted


@pytest.mark.parametrize(
    ("place", "radius", "expected"),
    [
        (NANTES, 0, {"d44"}),
        (NANTES, 30, {"d44", "d49", "d85"}),
        (LOIRE, 0, {"d44"}),
        (PAYS, 0, {"r52"}),
        (FRANCE, 0, {"fr"}),
        (REMOTE, 0, {"remote"}),
    ],
)
def test_where_a_search_is_posted(place: Place, radius: int, expected: set[str]) -> None:
    assert set(cells.touched(place, radius)) == expected


@pytest.mark.parametrize(
    ("place", "remote", "expected"),
    [
        (NANTES, False, {"d44", "r52", "fr"}),
        (NANTES, True, {"d44", "r52", "fr", "remote"}),
        (LOIRE, False, {"d44", "r52", "fr"}),
        (PAYS, False, {"d44", "d49", "d53", "d72", "d85", "r52", "fr"}),
    ],
)
def test_where_an_offer_looks(place: Place, remote: bool, expected: set[str]) -> None:
    assert set(cells.looked_at(place.kind, place.code, remote=remote)) == expected


def test_an_offer_for_the_whole_country_looks_everywhere_and_one_without_a_place_in_the_country_only() -> None:
    assert {"d44", "d2A", "d974", "r52", "fr", "remote"} <= set(cells.looked_at(PlaceKind.FRANCE, "FR"))
    assert cells.looked_at(None, None) == ("fr",)
