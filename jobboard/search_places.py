"""Where a search of profiles looks: each of its places as a condition that indexes serve, and the distance from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

from jobboard import places
from jobboard.criteria import PlaceWanted
from jobboard.matching import EARTH_KM
from jobboard.places import Place, PlaceKind

WIDEST_KM = 60  # how far somebody's own mobility reaches, at most
KM_PER_DEGREE = 111.0


@dataclass(frozen=True)
class Around:
    """One place of a search: who wants to work there, as a condition that indexes serve, and how far they are."""

    condition: str
    km: str
    given: dict[str, Any]

    @classmethod
    def of(cls, number: int, wanted: PlaceWanted) -> Self:
        """Return it for the place of that number.

        Somebody wants to work in a town when her own circle or the searched one reaches the other's centre; when its
        département is another of her places, or all that she says; or a territory around it.
        """
        place = places.by_code(wanted.place_kind, wanted.code)
        if place.kind is not PlaceKind.COMMUNE or place.lat is None or place.lon is None:
            return cls(f"f.cells && CAST(:cells{number} AS text[])", "", {f"cells{number}": cells_of(place)})
        radius = float(wanted.radius_km or 0)
        north = max(radius, WIDEST_KM) / KM_PER_DEGREE
        east = north / max(math.cos(math.radians(place.lat)), 0.1)
        # The haversine written out: PostgreSQL does not inline our function, and a call of it costs ten times as much.
        distance = (
            f"{2 * EARTH_KM} * asin(sqrt(power(sin(radians(f.lat - :lat{number}) / 2), 2)"
            f" + :cosine{number} * cos(radians(f.lat)) * power(sin(radians(f.lon - :lon{number}) / 2), 2)))"
        )
        reach = f"greatest(CAST(:radius{number} AS float8), least(f.mobility_km, {WIDEST_KM}))"
        is_near = f"f.mobility_km IS NOT NULL AND {distance} <= {reach}"
        condition = (
            f"(f.lat BETWEEN :south{number} AND :north{number} AND f.lon BETWEEN :west{number} AND :east{number}"
            f" AND {is_near}) OR (f.cells && CAST(:cells{number} AS text[])"
            f" AND (f.mobility_km IS NULL OR f.anywhere OR f.departement IS DISTINCT FROM :departement{number}))"
        )
        given = {
            "lat": place.lat,
            "lon": place.lon,
            "cosine": math.cos(math.radians(place.lat)),
            "radius": radius,
            "south": place.lat - north,
            "north": place.lat + north,
            "west": place.lon - east,
            "east": place.lon + east,
            "departement": place.departement,
            "cells": cells_of(place),
        }
        km = f"CASE WHEN {is_near} THEN {distance} END"
        return cls(condition, km, {f"{name}{number}": value for name, value in given.items()})


def cells_of(place: Place) -> list[str]:
    """Return the cells (SQL: profile_cells) of those who name that place, or a territory around it."""
    if place.kind is PlaceKind.REMOTE:
        return ["remote"]
    if place.kind is PlaceKind.REGION:
        return [f"r{place.code}", "fr"]
    return [f"d{place.departement}", f"R{place.region}", "fr"]
