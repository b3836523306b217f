"""Names of what is larger than a commune: départements, régions, old régions, all of France, anywhere."""

from __future__ import annotations

from functools import cache

from jobboard.areas import AREAS, AT_HOME, DEPARTEMENT_NAMES, EVERYWHERE, REGION_NAMES
from jobboard.folding import fold
from jobboard.gazetteer import FRANCE, REMOTE, Place, PlaceKind, territories

_LONGEST = 6


@cache
def _by_name() -> dict[str, tuple[Place, ...]]:
    departements, regions = territories(PlaceKind.DEPARTEMENT), territories(PlaceKind.REGION)
    found: dict[str, tuple[Place, ...]] = {}
    found.update((fold(place.name), (place,)) for place in regions.values())
    found.update((f"region {fold(place.name)}", (place,)) for place in regions.values())
    found.update((fold(place.name), (place,)) for place in departements.values())
    found.update((name, (departements[code],)) for name, code in DEPARTEMENT_NAMES.items())
    found.update((name, (regions[code],)) for name, code in REGION_NAMES.items())
    found.update((name, tuple(departements[code] for code in codes)) for name, codes in AREAS.items())
    found.update((name, (FRANCE,)) for name in EVERYWHERE)
    found.update((name, (REMOTE,)) for name in AT_HOME)
    del found["paris"]  # the city, which has the same limits
    return found


def longest_territory(folded: list[str]) -> tuple[str, tuple[Place, ...]] | None:
    """Return the longest name that these words begin with, and the places that it means, all together; else None."""
    names = _by_name()
    for count in range(min(len(folded), _LONGEST), 0, -1):
        key = " ".join(folded[:count])
        if key in names:
            return key, names[key]
    return None
