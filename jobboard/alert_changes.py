"""What a word changes of a search: a radius, something wider, or what an offer that is not for her makes her avoid.

Pure: criteria in, criteria out. What changed is told line by line, as it was and as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from jobboard.contracts import CONTRACT_LABELS, WORKING_TIME_LABELS, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted, monthly
from jobboard.folding import fold
from jobboard.gazetteer import FRANCE, PlaceKind, by_code
from jobboard.offers import Offer
from jobboard.trades import by_code as trade_by_code

RADII = (10, 20, 30, 50, 100)
LARGEST_RADIUS_KM = 300


@dataclass(frozen=True)
class Option:
    """One way of not being told of such an offer again: a code, what it is about, and the search that it makes."""

    code: str  # "employer", "radius", "trade", "contract", "working-time", "pay"
    what: str
    criteria: Criteria


def with_radius(criteria: Criteria, radius_km: int) -> Criteria:
    """Return the search with that radius around each of its communes; the same search where there is none."""
    radius = min(radius_km, LARGEST_RADIUS_KM)
    places = (
        replace(place, radius_km=radius) if place.place_kind is PlaceKind.COMMUNE else place
        for place in criteria.places
    )
    return replace(criteria, places=tuple(places))


def next_radius(criteria: Criteria) -> int | None:
    """Return the radius to propose next, larger than those of its communes; None without communes, or past the largest."""
    radii = [place.radius_km or 0 for place in criteria.places if place.place_kind is PlaceKind.COMMUNE]
    return next((radius for radius in RADII if radius > max(radii)), None) if radii else None


def widened(criteria: Criteria) -> Criteria:
    """Return the search made wider by one step: places first, then what else limits it; itself when nothing does."""
    places = tuple(dict.fromkeys(_wider(place) for place in criteria.places))
    if places != criteria.places:
        return replace(criteria, places=places)
    for narrow in ({"working_times": ()}, {"minimum_pay": None}, {"required_keywords": ()}, {"contracts": ()}):
        wider = replace(criteria, **narrow)
        if wider != criteria and wider.has_criterion:
            return wider
    return criteria


def _wider(place: PlaceWanted) -> PlaceWanted:
    if place.place_kind is PlaceKind.COMMUNE:
        larger = next((radius for radius in RADII if radius > (place.radius_km or 0)), None)
        if larger is not None:
            return replace(place, radius_km=larger)
    if place.place_kind in (PlaceKind.COMMUNE, PlaceKind.DEPARTEMENT):
        region = by_code(place.place_kind, place.code).region
        return PlaceWanted.at(by_code(PlaceKind.REGION, region)) if region else place
    return PlaceWanted.at(FRANCE) if place.place_kind is PlaceKind.REGION else place


def options(criteria: Criteria, offer: Offer, distance_km: int | None) -> tuple[Option, ...]:
    """Return every way in which this search may stop finding such an offer, and still look for something."""
    found = (make(criteria, offer, distance_km) for make in _OPTIONS.values())
    return tuple(one for one in found if one and one.criteria != criteria and one.criteria.has_criterion)


def _employer(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    if not fold(offer.employer):
        return None
    return Option(
        "employer", offer.employer, replace(criteria, excluded_employers=(*criteria.excluded_employers, offer.employer))
    )


def _radius(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    smaller = [radius for radius in (5, *RADII) if distance_km is not None and radius < distance_km]
    return Option("radius", str(smaller[-1]), with_radius(criteria, smaller[-1])) if smaller else None


def _trade(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    if offer.trade is None:
        return None
    left = tuple(code for code in criteria.trades if code != offer.trade)
    families = tuple(letter for letter in criteria.families if letter != offer.trade[0])
    near = any(trade_by_code(code).rome == offer.rome for code in left)
    if near or (left == criteria.trades and families == criteria.families):
        # A neighbour of a trade that she wants: only its own name can be left out.
        word = trade_by_code(offer.trade).masculine
        return Option("trade", word, replace(criteria, excluded_keywords=(*criteria.excluded_keywords, word)))
    if not (left or families):
        return None  # nothing would be left to look for
    return Option("trade", trade_by_code(offer.trade).label, replace(criteria, trades=left, families=families))


def _contract(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    if offer.contract is None:
        return None
    left = tuple(one for one in criteria.contracts if one is not offer.contract)
    excluded = (*criteria.excluded_contracts, offer.contract)
    if criteria.contracts and not left:
        return None
    return Option(
        "contract", CONTRACT_LABELS[offer.contract], replace(criteria, contracts=left, excluded_contracts=excluded)
    )


def _working_time(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    if offer.working_time is None:
        return None
    other = WorkingTime.PART if offer.working_time is WorkingTime.FULL else WorkingTime.FULL
    if criteria.working_times == (offer.working_time,):
        return None
    return Option("working-time", WORKING_TIME_LABELS[other], replace(criteria, working_times=(other,)))


def _pay(criteria: Criteria, offer: Offer, distance_km: int | None) -> Option | None:
    if offer.pay_maximum is None:
        return None
    least = offer.pay_maximum // 50 * 50 + 50
    return Option("pay", monthly(least), replace(criteria, minimum_pay=least))


_OPTIONS: dict[str, Callable[[Criteria, Offer, int | None], Option | None]] = {
    "radius": _radius,
    "employer": _employer,
    "trade": _trade,
    "contract": _contract,
    "working-time": _working_time,
    "pay": _pay,
}
# What people write after PAS POUR MOI, folded; the first that is found is meant.
_WHY = {
    "radius": r"\b(loin|eloigne\w*|distance|trajet|km|route|transports?|far|commut\w+)\b",
    "pay": r"\b(salaire|paye?|payee?|paie|remuneration|remunere\w*|salary|argent|smic|brut)\b",
    "working-time": r"\b(temps (plein|partiel|complet)|mi temps|horaires?|heures|part time|full time|hours)\b",
    "contract": r"\b(contrats?|cdd|cdi|interim|stages?|alternance|apprentissage|benevolat|service civique|precaire|contract)\b",
    "trade": r"\b(metiers?|poste|fonction|missions?|profession|travail|job|trade|role|competences?|qualification)\b",
    "employer": r"\b(employeurs?|associations?|structures?|entreprises?|boite|organisme|employer|company|deja travaille)\b",
}


def reason(why: str) -> str | None:
    """Return which option these words mean, None when they mean none that we know."""
    folded = fold(why)
    return next((code for code, pattern in _WHY.items() if re.search(pattern, folded)), None)
