"""Cells: where a search is posted and where an offer looks for searches, so that a match reads few rows.

A cell is a département ("d44"), a région ("r52"), the whole country ("fr") or anywhere ("remote"). A commune with a
radius lies in every département that its circle may touch; what is really near is asked of the points afterwards.
"""

from __future__ import annotations

from functools import cache, lru_cache

from jobboard.gazetteer import FRANCE, Place, PlaceKind, by_code, communes, distance_km, territories

FRANCE_CELL, REMOTE_CELL = "fr", "remote"
_SLACK_KM = 3.0  # the nearest point of a box on a sphere is not quite the one with clamped degrees
Box = tuple[float, float, float, float]


@lru_cache(maxsize=4096)
def touched(place: Place, radius_km: int = 0) -> tuple[str, ...]:
    """Return the cells of a wanted place; `radius_km` counts for a commune only."""
    if place.kind is PlaceKind.COMMUNE:
        boxes = _boxes() if radius_km else {}
        near = (code for code, box in boxes.items() if _distance_km(place, box) <= radius_km + _SLACK_KM)
        return tuple(sorted({f"d{place.departement}", *(f"d{code}" for code in near)}))
    return (_CELL_OF_KIND[place.kind].format(place.code),)


def looked_at(kind: PlaceKind | None, code: str | None, *, remote: bool = False) -> tuple[str, ...]:
    """Return the cells in which an offer at that place looks for searches: its own, all around it, all inside it."""
    cells = {FRANCE_CELL} | ({REMOTE_CELL} if remote else set())
    if kind in (None, PlaceKind.REMOTE) or code is None:
        return tuple(sorted(cells))
    place = by_code(PlaceKind(kind), code)
    if place.kind is PlaceKind.FRANCE:
        return tuple(sorted(cells | {REMOTE_CELL} | set(_all_cells())))
    if place.kind is PlaceKind.REGION:
        inside = (one for one in territories(PlaceKind.DEPARTEMENT).values() if one.region == place.code)
        return tuple(sorted(cells | {f"r{place.code}"} | {f"d{one.departement}" for one in inside}))
    return tuple(sorted(cells | {f"r{place.region}", f"d{place.departement}"}))


_CELL_OF_KIND = {
    PlaceKind.DEPARTEMENT: "d{}",
    PlaceKind.REGION: "r{}",
    PlaceKind.FRANCE: FRANCE_CELL,
    PlaceKind.REMOTE: REMOTE_CELL,
}


def _all_cells() -> tuple[str, ...]:
    regions, departements = territories(PlaceKind.REGION), territories(PlaceKind.DEPARTEMENT)
    return (*(f"r{code}" for code in regions), *(f"d{code}" for code in departements))


@cache
def _boxes() -> dict[str, Box]:
    """Return for each département the degrees between which its communes lie: south, north, west, east."""
    boxes: dict[str, Box] = {}
    for place in communes():
        assert place.departement is not None
        assert place.lat is not None
        assert place.lon is not None
        south, north, west, east = boxes.get(place.departement, (place.lat, place.lat, place.lon, place.lon))
        boxes[place.departement] = (
            min(south, place.lat), max(north, place.lat), min(west, place.lon), max(east, place.lon)
        )  # fmt: skip
    return boxes


def _distance_km(place: Place, box: Box) -> float:
    """Return about how far the nearest point of a box is."""
    assert place.lat is not None
    assert place.lon is not None
    south, north, west, east = box
    lat, lon = min(max(place.lat, south), north), min(max(place.lon, west), east)
    nearest = Place(FRANCE.kind, "", "", None, None, lat, lon, 0)
    return distance_km(place, nearest)
