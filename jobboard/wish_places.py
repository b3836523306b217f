"""Where someone wants to work: the places of a letter, with their radius, and what has to be asked about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from jobboard.criteria import Criteria, PlaceWanted
from jobboard.doubts import Doubt, DoubtKind, Option
from jobboard.gazetteer import territories
from jobboard.marks import Axis, Mark, Role, Said
from jobboard.places import FoundPlace, Place, PlaceKind, distance_km
from jobboard.places import by_code as place_by_code
from jobboard.wish_reading import Leftover, Reading

_NEAR_KM = 40
_LARGEST = 10  # times the people of the next namesake
_MOST_OPTIONS = 5
_A_FEW_WORDS = 8
_HOURS = frozenset("10 12 15 18 20 21 22 24 25 26 28 30 32 35 37 39".split())
_AT = re.compile(r"\b(?:a|sur|vers|in|near|autour de|pres de) $")
_UNIT = re.compile(r"\d ?(?:h\b|heures?|ans\b|km|€|euros?|k\b|%|mois|jours?|/)|\b(?:bac|age|niveau|ans)\b")
_TO_NEXT = frozenset(
    ("", "de", "d'", "autour de", "autour d'", "autour du", "autour", "of", "around", "from", "du", "a")
)
_SPANNING = re.compile(
    r"(?:(?:en|dans|sur|a|au|aux|in|de|d'|of|du|des|le|la|les|l'|vers|autour|around|near|from|within|pres|proche|proximite"
    r"|alentours|environs|cote|departement|region|agglomeration|secteur|coin|bassin|rayon|ronde|partir|km|kms"
    r"|kilometres?|\d{1,3}|un|the|area|loin|pas|non|tout|all|ville|metropole|moins|max\w*)(?: +|(?<=')|$))*"
)
_TO_A_TOWN = re.compile(
    r" ?[,(:–-]? ?(?:plutot |surtout )?(?:a|au|vers|sur|pres d[eu]|autour d[eu]|du cote d[eu]|secteur|ville) "
)
_AROUND = frozenset(
    ("aux alentours de", "alentours de", "environ autour de", "de rayon autour de", "a la ronde autour de")
)


def places_of(reading: Reading) -> tuple[tuple[PlaceWanted, ...], list[Doubt]]:
    """Return the places wanted and the doubts about them; where she lives counts when she names no other place."""
    said = list(reading.on(Axis.PLACE, Role.WANTED))
    if not said:
        said = list(reading.on(Axis.PLACE, Role.RESIDENCE, Role.IDENTITY))
        past = list(reading.on(Axis.PLACE, Role.PAST))
        if said and past and past[-1].mark.start > said[-1].mark.start:
            return (), [_asked(one, DoubtKind.CONDITION) for one in (*said, *past)]  # where she was, or where she goes?
    said = [one for one in said if not _is_everywhere_in(reading, one)]
    doubts = [_asked(one, DoubtKind.EXCLUSION) for one in reading.on(Axis.PLACE, Role.EXCLUDED) if not is_remote(one)]
    doubts += [_asked(one, DoubtKind.CONDITION) for one in reading.on(Axis.PLACE, Role.UNSURE)]
    loose = [one for one in said if one.loose]
    doubts += [_asked(one, DoubtKind.EXCLUSION) for one in loose]
    said = [one for one in said if not one.loose]
    radii, unclear = _radii(reading, [one.mark for one in said])
    wanted: dict[tuple[PlaceKind, str], PlaceWanted] = {}
    sure = [place for one in said for place in _found(one).sure]
    for one in said:
        meant = _found(one).sure or _nearest(_found(one), sure) or _largest(reading, one)
        radius = radii.get(one.mark.start)
        if not meant:
            doubts.append(_homonyms(_found(one), radius))
        for place in meant:
            wanted.setdefault((place.kind, place.code), PlaceWanted.at(place, radius))
    for wider in _made_precise(reading, said):
        wanted.pop((wider.kind, wider.code), None)
    if not wanted and not doubts:
        wanted = {(place.place_kind, place.code): place for place in _terse_codes(reading)}
    if not doubts:
        doubts += _unknown(reading) if wanted else _bare_codes(reading)
    if unclear:
        doubts.append(_asked_radius(tuple(wanted.values())))
    if not unclear:
        doubts += _bare_numbers(reading, said)
    return tuple(wanted.values()), doubts


def is_remote(one: Said) -> bool:
    """Return whether the place said is one's own home."""
    return _found(one).candidates[0].kind is PlaceKind.REMOTE


def _is_everywhere_in(reading: Reading, one: Said) -> bool:
    """Return whether "partout" or "n'importe où" only spans the place that follows: "n'importe où en Bretagne"."""
    if _found(one).candidates[0].kind is not PlaceKind.FRANCE:
        return False
    following = (other.mark for other in reading.on(Axis.PLACE, Role.WANTED) if other.mark.start > one.mark.end)
    return any(_SPANNING.fullmatch(reading.gap(one.mark, mark).strip()) for mark in following)


def _made_precise(reading: Reading, said: Sequence[Said]) -> list[Place]:
    """Return the places that a town right behind them makes precise: the Mayenne of "dans la Mayenne, à Laval"."""
    precise = []
    for wider, town in pairwise(said):
        outer, inner = _found(wider).sure, _found(town).sure
        if len(outer) != 1 or len(inner) != 1 or not _TO_A_TOWN.fullmatch(reading.gap(wider.mark, town.mark)):
            continue
        held = inner[0].departement if outer[0].kind is PlaceKind.DEPARTEMENT else inner[0].region
        wide = outer[0].kind in (PlaceKind.DEPARTEMENT, PlaceKind.REGION)
        if wide and inner[0].kind is PlaceKind.COMMUNE and held == outer[0].code:
            precise.append(outer[0])
    return precise


def _found(one: Said) -> FoundPlace:
    found: FoundPlace = one.mark.value
    return found


def _asked(one: Said, kind: DoubtKind) -> Doubt:
    places = _found(one).sure or _found(one).candidates[:1]
    adds = (
        Criteria(places=tuple(PlaceWanted.at(place) for place in places)) if kind is DoubtKind.CONDITION else Criteria()
    )
    return Doubt(kind, (Option(", ".join(place.label for place in places[:_MOST_OPTIONS]), adds),))


def _homonyms(found: FoundPlace, radius: int | None) -> Doubt:
    options = (
        Option(place.label, Criteria(places=(PlaceWanted.at(place, radius),)))
        for place in found.candidates[:_MOST_OPTIONS]
    )
    return Doubt(DoubtKind.PLACE, tuple(options))


def _nearest(found: FoundPlace, others: Sequence[Place]) -> tuple[Place, ...]:
    """Return the one homonym that lies near, or inside, another place of the same letter; else nothing."""
    near = [
        place
        for place in found.candidates
        if any(
            distance_km(place, other) <= _NEAR_KM or place.departement == other.departement
            if other.kind is PlaceKind.COMMUNE
            else other.code == (place.departement if other.kind is PlaceKind.DEPARTEMENT else place.region)
            for other in others
        )
    ]
    return (near[0],) if len(near) == 1 else ()


def _largest(reading: Reading, one: Said) -> tuple[Place, ...]:
    """Return the namesake with ten times the people of the next, where "à" says a town; it is marked (`wish_checks`)."""
    found = _found(one)
    if not _AT.search(reading.body.flat[max(one.mark.start - 12, 0) : one.mark.start]):
        return ()
    first, *others = found.candidates
    towns = all(place.kind is PlaceKind.COMMUNE and place.name == first.name for place in found.candidates)
    dwarfs = bool(others) and first.population >= _LARGEST * others[0].population
    return (first,) if towns and dwarfs else ()


def _radii(reading: Reading, marks: Sequence[Mark]) -> tuple[dict[int, int], bool]:
    """Return the radius in km of each place by its offset, and whether one was told in a way that we cannot reckon.

    A radius belongs to the place behind it ("30 km autour de Nantes"), else to those before it that have none yet,
    else to all.
    """
    said = [one.mark for one in reading.on(Axis.RADIUS, *Role)]
    found: dict[int, int] = {}
    for radius in said:
        if radius.value is None:
            continue
        following = [mark for mark in marks if mark.start >= radius.end][:1]
        before = [mark for mark in marks if mark.end <= radius.start and mark.start not in found]
        gap = reading.gap(radius, following[0]).strip(" ,:") if following else "…"
        near = bool(following) and (
            gap in _TO_NEXT or gap in _AROUND or gap.startswith(("autour", "alentour", "aux alent"))
        )
        if near and gap == "" and before and "," not in reading.gap(before[-1], radius):
            near = False
        mine = following if near else before or [mark for mark in marks if mark.start not in found]
        if near and len(said) == 1:
            mine = [mark for mark in marks if mark.start >= radius.end]
        found.update({mark.start: radius.value for mark in mine})
    return found, any(mark.value is None for mark in said)


def _asked_radius(wanted: tuple[PlaceWanted, ...]) -> Doubt:
    communes = [place for place in wanted if place.place_kind is PlaceKind.COMMUNE]
    return Doubt(DoubtKind.RADIUS, tuple(_radius_option(communes, km) for km in (10, 20, 30, 50)))


def _radius_option(communes: Sequence[PlaceWanted], km: int) -> Option:
    around = (PlaceWanted.at(place_by_code(place.place_kind, place.code), km) for place in communes)
    return Option(f"{km} km", Criteria(places=tuple(around)))


def _bare_numbers(reading: Reading, said: Sequence[Said]) -> list[Doubt]:
    """Return the doubt about a number right behind a place: "Nantes 30", kilometres or département?"""
    for number in reading.numbers:
        for one in said:
            gap = reading.body.flat[one.mark.end : number.start] if number.start >= one.mark.end else "…"
            if len(gap) <= 3 and not gap.strip(" ,;(+/") and 1 <= len(number.folded) <= 3 and int(number.folded) > 0:
                km = int(number.folded)
                communes = [PlaceWanted.at(place) for place in _found(one).sure if place.kind is PlaceKind.COMMUNE]
                return [Doubt(DoubtKind.RADIUS, (_radius_option(communes, km),) if communes and km <= 200 else ())]
    return []


def _terse_codes(reading: Reading) -> tuple[PlaceWanted, ...]:
    """Return the départements of a few words beside a trade: "tisf 91", "chauffeur livreur 35 44 56".

    A number that may count hours is only one in a list of them.
    """
    codes = territories(PlaceKind.DEPARTEMENT)
    numbers = [number.folded for number in reading.numbers]
    terse = reading.count <= _A_FEW_WORDS and any(reading.on(Axis.TRADE, Role.WANTED))
    if not terse or not numbers or not all(number in codes for number in numbers) or _UNIT.search(reading.body.flat):
        return ()
    if len(numbers) == 1 and numbers[0] in _HOURS:
        return ()
    return tuple(PlaceWanted.at(codes[number]) for number in dict.fromkeys(numbers))


def _bare_codes(reading: Reading) -> list[Doubt]:
    """Return the doubt about the only number of a letter without a place: "cuisinier 69", a département?"""
    codes = territories(PlaceKind.DEPARTEMENT)
    found = [codes[number.folded] for number in reading.numbers if number.folded in codes]
    options = (Option(place.label, Criteria(places=(PlaceWanted.at(place),))) for place in found[:_MOST_OPTIONS])
    return [Doubt(DoubtKind.PLACE, tuple(options))] if found else []


def _unknown(reading: Reading) -> list[Doubt]:
    """Return a doubt without options when a place is named that we do not know, or that is none we can search by."""
    wide = [one for one in reading.on(Axis.WIDE, Role.WANTED) if one.mark.value == "place"]
    wide = [one for one in wide if not _is_side_of_a_place(reading, one)]
    unknown = [left for left in reading.leftovers if _is_unknown_place(left)]
    return [Doubt(DoubtKind.PLACE)] if wide or unknown or reading.unknown_label else []


def _is_unknown_place(left: Leftover) -> bool:
    return left.place_expected and left.role is Role.WANTED


def _is_side_of_a_place(reading: Reading, one: Said) -> bool:
    """Return whether the direction only precises a place that follows: "dans le sud de la Vendée"."""
    return any(
        reading.gap(one.mark, other.mark).strip() in ("de", "d'", "du", "de la", "de l'", "des")
        for other in reading.on(Axis.PLACE, Role.WANTED)
    )
