"""The table of French places: communes, départements, régions, and the two that are everywhere."""

from __future__ import annotations

import gzip
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from jobboard.folding import fold

_DATA = files("jobboard") / "data"
_SAINTS = {"st": "saint", "ste": "sainte"}
_EARTH_KM = 6371.0


class PlaceKind(StrEnum):
    """How large a place is."""

    COMMUNE = "commune"
    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its official code; `lat` and `lon` in degrees, population in people."""

    kind: PlaceKind
    code: str
    name: str
    departement: str | None
    region: str | None
    lat: float | None
    lon: float | None
    population: int

    @property
    def label(self) -> str:
        """The name as people read it: "Nantes (44)", "Loire-Atlantique (44)", "Bretagne"."""
        if self.kind in (PlaceKind.COMMUNE, PlaceKind.DEPARTEMENT):
            return f"{self.name} ({self.departement})"
        return self.name


FRANCE = Place(PlaceKind.FRANCE, "FR", "toute la France", None, None, None, None, 0)
REMOTE = Place(PlaceKind.REMOTE, "remote", "télétravail", None, None, None, None, 0)


def key_of(name: str) -> str:
    """Return the form under which a name is looked up: folded, with "St" and "Ste" written out."""
    return " ".join(_SAINTS.get(word, word) for word in fold(name).split())


def departement_of(code: str) -> str:
    """Return the code of the département that an INSEE commune code belongs to."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def is_district(code: str) -> bool:
    """Return whether an INSEE code is that of an arrondissement of Paris, Lyon or Marseille."""
    return code.startswith(("751", "6938", "132")) and len(code) == 5


class _Communes:
    """The rows as read, sorted by key; a Place is made only when asked for, so that the table stays small in memory."""

    def __init__(self) -> None:
        packed = (_DATA / "communes.csv.gz").read_bytes()
        self.rows = gzip.decompress(packed).decode().splitlines()
        self.postal: dict[str, array[int]] = {}
        codes: list[tuple[str, int]] = []
        for number, row in enumerate(self.rows):
            fields = row.split(";", 5)
            if len(fields) > 2:
                codes.append((fields[1], number))
                for postal in fields[4].split():
                    self.postal.setdefault(postal, array("H")).append(number)
        codes.sort()
        self.row_of_code = array("H", [number for _, number in codes])

    def key(self, number: int) -> str:
        return self.rows[number].partition(";")[0]

    def code(self, number: int) -> str:
        return self.rows[number].split(";", 2)[1]

    def place(self, number: int) -> Place:
        _, code, name, population, _, lat, lon, _ = self.rows[number].split(";")
        departement = departement_of(code)
        region = _departements()[departement].region
        return Place(PlaceKind.COMMUNE, code, name, departement, region, float(lat), float(lon), int(population))

    def first(self, key: str) -> int:
        return bisect_left(self.rows, key + ";")

    def named(self, key: str) -> Iterator[Place]:
        number = self.first(key)
        while number < len(self.rows) and self.rows[number].startswith(key + ";"):
            yield self.by_code(self.code(number))
            number += 1

    def by_code(self, code: str) -> Place:
        at = bisect_left(self.row_of_code, code, key=self.code)
        if at == len(self.row_of_code) or self.code(self.row_of_code[at]) != code:
            raise KeyError(code)
        return self.place(self.row_of_code[at])


@cache
def _communes() -> _Communes:
    return _Communes()


@cache
def _territories() -> dict[PlaceKind, dict[str, Place]]:
    found: dict[PlaceKind, dict[str, Place]] = {PlaceKind.REGION: {}, PlaceKind.DEPARTEMENT: {}}
    for row in (_DATA / "territories.csv").read_text(encoding="utf-8").splitlines():
        kind, code, name, region, population, lat, lon = row.split(";")
        departement = code if kind == PlaceKind.DEPARTEMENT else None
        place = Place(PlaceKind(kind), code, name, departement, region, float(lat), float(lon), int(population))
        found[place.kind][code] = place
    return found


def _departements() -> dict[str, Place]:
    return _territories()[PlaceKind.DEPARTEMENT]


def territories(kind: PlaceKind) -> dict[str, Place]:
    """Return the régions or the départements by code."""
    return _territories()[kind]


def by_code(kind: PlaceKind, code: str) -> Place:
    """Return the place of that kind and official code; KeyError if there is none."""
    if kind is PlaceKind.COMMUNE:
        return _communes().by_code(code)
    if kind in (PlaceKind.REGION, PlaceKind.DEPARTEMENT):
        return _territories()[kind][code]
    place = FRANCE if kind is PlaceKind.FRANCE else REMOTE
    if code != place.code:
        raise KeyError(code)
    return place


def communes() -> Iterator[Place]:
    """Yield every commune of the table, in the order of its keys; a name given twice comes twice."""
    table = _communes()
    return (table.place(number) for number, row in enumerate(table.rows) if row.count(";") > 2)


def communes_named(key: str) -> tuple[Place, ...]:
    """Return the communes with exactly that key (see `key_of`), most populous first."""
    return _by_population(_communes().named(key))


def communes_of_postal_code(postal: str) -> tuple[Place, ...]:
    """Return the communes that a postal code serves, most populous first, an arrondissement before its city."""
    found = _by_population(_communes().place(number) for number in _communes().postal.get(postal, ()))
    return tuple(place for place in found if is_district(place.code)) or found


def some_key_starts_with(words: str) -> bool:
    """Return whether some commune's key is, or goes on after, these words: whether reading one more word may help."""
    table = _communes()
    at = bisect_left(table.rows, words)
    return at < len(table.rows) and table.rows[at].startswith((words + " ", words + ";"))


@cache
def large_communes(population: int) -> dict[str, tuple[Place, ...]]:
    """Return the communes of at least that many people, by key."""
    table = _communes()
    found: dict[str, tuple[Place, ...]] = {}
    for number, row in enumerate(table.rows):
        fields = row.split(";", 4)
        if len(fields) > 2 and int(fields[3]) >= population and not is_district(fields[1]):
            found[fields[0]] = (*found.get(fields[0], ()), table.place(number))
    return found


def _by_population(places: Iterator[Place]) -> tuple[Place, ...]:
    unique = {place.code: place for place in places}
    return tuple(sorted(unique.values(), key=lambda place: -place.population))


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance in kilometres; infinity when one of them has no point (France, remote)."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return math.inf
    lat1, lat2, turn = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(turn / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))
