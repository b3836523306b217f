"""What a few words may name, as a place, before asking whether the text around them says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from jobboard.areas import AMBIGUOUS_DEPARTEMENTS, AROUND_WORDS, COMMON_WORDS, DEMONYMS
from jobboard.counting import UNITS, counts_something
from jobboard.gazetteer import (
    Place,
    PlaceKind,
    by_code,
    communes_named,
    communes_of_postal_code,
    departement_of,
    is_district,
    large_communes,
    some_key_starts_with,
    territories,
)
from jobboard.phrases import Word, one_slip_apart, word_set
from jobboard.territories import longest_territory

CITIES_IN_DISTRICTS = {"paris": ("751", 20), "lyon": ("6938", 9), "marseille": ("132", 16)}
_DISTRICT = re.compile(r"(\d{1,2})(?:e|er|eme|em|ieme|ier|nd|th|st|rd)?\Z")
_DISTRICT_WORDS = frozenset(("arrondissement", "arrondissements", "arr", "ardt", "arrt"))
CODE = re.compile(r"(?:\d\d|2[ab]|97[1-8]|98[678])\Z")
POSTAL = re.compile(r"\d{5}\Z")
_MOST_DISTRICTS = 12  # words of "10e, 11e, 12e ou le 20e arrondissement"
_ISLANDS = {"noirmoutier": "noirmoutier en l ile", "yeu": "l ile d yeu"}
_SAINTS = {"st": "saint", "ste": "sainte"}
ARTICLES = {"au": "le", "du": "le", "aux": "les", "des": "les"}
_AT = frozenset(("a", "sur", "vers", "near", "around", "in", "ds", "pres", "autour", "environs", "alentours"))
_AFTER_DE = word_set(
    "pres autour environs alentours proximite cote ville commune agglo agglomeration metropole region secteur",
    "bassin km kms kilometres rayon centre departement peripherie banlieue nord sud est ouest proche campus",
    "mairie",
)
_OF = frozenset(("de", "d", "du", "des"))
_INSIDE = frozenset(("dans", "en", "ds", "departement", "dept", "dep", "dpt", "dpmt"))
_BEFORE_WIDER = word_set("dans ds en a de d le la les l departement dept dep dpt dpmt")
MAX_WORDS = 9
_A_TOWN = 10_000  # people: a commune of this size may be called by the beginning of its name
_A_SMALL_TOWN = 5_000
_NEVER_LAST = word_set(
    "saint sainte le la les l de du d des en sur sous aux au et mont bois chateau bourg val pont port grand grande petit villers"
    " notre neuf fort vieux ville rives haute haut beau belle"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What `count` words from some position may be, before asking whether they are."""

    count: int
    candidates: tuple[Place, ...]
    together: bool = False
    around: bool = False
    guessed: bool = False
    certain: bool = False  # nothing else is written like this: no preposition or capital needed


def read_at(words: list[Word], at: int, *, bare_code: bool) -> Reading | None:
    """Return the longest reading that begins at this word."""
    readings = (
        _postal_code(words, at),
        _district(words, at),
        _district_of(words, at),
        _surroundings(words, at),
        _territory(words, at),
        _commune(words, at) or _shortened(words, at),
        _departement_code(words, at) if bare_code else None,
    )
    return max((reading for reading in readings if reading), key=lambda reading: reading.count, default=None)


def _postal_code(words: list[Word], at: int) -> Reading | None:
    word = words[at].folded
    if not POSTAL.match(word):
        return None
    served = communes_of_postal_code(word)
    if not served:
        departement = territories(PlaceKind.DEPARTEMENT).get(departement_of(word))
        return Reading(1, (departement,)) if departement and word.endswith("000") else None
    commune = _commune(words, at + 1) if at + 1 < len(words) else None
    if commune:
        cities = {place.code for place in commune.candidates}
        both = tuple(place for place in served if place.code in cities)
        if both:
            return Reading(1 + commune.count, both, certain=True)
        if is_district(served[0].code) and served[0].name.startswith(commune.candidates[0].name):
            return Reading(1 + commune.count, served, certain=True)
    return Reading(1, served, certain=True)


def _district(words: list[Word], at: int) -> Reading | None:
    city = CITIES_IN_DISTRICTS.get(words[at].folded)
    if city is None or at + 1 >= len(words):
        return None
    number = district_number(words, at + 1, city[1])
    if number is None or (words[at].folded, words[at + 1].folded) == ("marseille", "13"):
        return None  # "Marseille (13)" is in that département
    count = 2 + (at + 2 < len(words) and words[at + 2].folded in _DISTRICT_WORDS)
    return Reading(count, (district_place(city[0], number),), certain=True)


def _district_of(words: list[Word], at: int) -> Reading | None:
    """Read "13e arrondissement de Paris", "le 11e ou le 20e arrondissement de Paris"; the word says that a number is none else."""
    shared = _shared_district(words, at)
    if shared is not None:
        return shared
    if at + 2 >= len(words) or words[at + 1].folded not in _DISTRICT_WORDS:
        return None
    linked = words[at + 2].folded in ("de", "a")
    city = CITIES_IN_DISTRICTS.get(words[at + 2 + linked].folded) if at + 2 + linked < len(words) else None
    number = district_number(words, at, city[1]) if city is not None else None
    if city is None or number is None:
        return None
    return Reading(3 + linked, (district_place(city[0], number),), certain=True)


def _shared_district(words: list[Word], at: int) -> Reading | None:
    """Read the first of "11e ou le 20e arrondissement de Paris", whose town stands only behind the last."""
    if not _DISTRICT.match(words[at].folded) or words[at].folded.isdigit():
        return None
    last = at + 1
    while last < min(at + _MOST_DISTRICTS, len(words)) and (
        words[last].folded in ("et", "ou", "le", "les", "dans") or _DISTRICT.match(words[last].folded)
    ):
        last += 1
    if last == at + 1 or last + 1 >= len(words) or words[last].folded not in _DISTRICT_WORDS:
        return None
    linked = words[last + 1].folded in ("de", "a")
    city = CITIES_IN_DISTRICTS.get(words[min(last + 1 + linked, len(words) - 1)].folded)
    number = district_number(words, at, city[1]) if city is not None else None
    return Reading(1, (district_place(city[0], number),), certain=True) if city and number else None


def district_number(words: list[Word], at: int, most: int) -> int | None:
    match = _DISTRICT.match(words[at].folded)
    bare = words[at].folded.isdigit()
    if not match or (at + 1 < len(words) and words[at + 1].folded in UNITS) or (bare and counts_something(words, at)):
        return None
    number = int(match[1])
    return number if 1 <= number <= most else None


def district_place(prefix: str, number: int) -> Place:
    width = 5 - len(prefix)
    return by_code(PlaceKind.COMMUNE, f"{prefix}{number:0{width}d}")


def _surroundings(words: list[Word], at: int) -> Reading | None:
    """Read "région nantaise", "agglo de Tours", "Grand Lyon", "Nantes métropole": a city with what lies around it."""
    word = words[at].folded
    if word in AROUND_WORDS and at + 1 < len(words):
        city = _demonym(words[at + 1].folded)
        if city:
            return Reading(2, (city,), around=True, certain=True)
        skipped = 2 if words[at + 1].folded in ("de", "d", "du") else 1
        if at + skipped < len(words):
            commune = _commune(words, at + skipped)
            if commune and commune.candidates[0].population >= 10_000 and word != "pays":
                return replace(commune, count=commune.count + skipped, around=True, certain=True)
    if word == "grand" and at + 1 < len(words):
        commune = _commune(words, at + 1)
        if commune and commune.count == 1 and commune.candidates[0].population >= 40_000:
            return replace(commune, count=2, around=True, certain=True)
    if at + 1 < len(words) and words[at + 1].folded in ("metropole", "agglo", "agglomeration"):
        commune = _commune(words[: at + 1], at)
        if commune and commune.candidates[0].population >= 10_000:
            return replace(commune, count=2, around=True, certain=True)
    return None


def _demonym(word: str) -> Place | None:
    stem = word.removesuffix("s")
    for form in (word, stem, stem.removesuffix("e"), stem.removesuffix("ne"), stem.removesuffix("le")):
        if form in DEMONYMS:
            return by_code(PlaceKind.COMMUNE, DEMONYMS[form])
    return None


def _territory(words: list[Word], at: int) -> Reading | None:
    match = longest_territory(_phrase(words, at, 6))
    if match is None:
        return None
    key, places = match
    if key == "nord" and at + 1 < len(words) and words[at + 1].folded in _OF:
        return None  # "au nord de Lyon"
    ambiguous = key in AMBIGUOUS_DEPARTEMENTS or key in ("france", "national", "partout", "teletravail", "remote")
    together = len(places) > 1
    return Reading(len(key.split()), places, together=together, certain=not ambiguous)


def _phrase(words: list[Word], at: int, most: int) -> list[str]:
    """Return the folded words from here to the end of the phrase, `most` at most."""
    end = at + 1
    while end < min(at + most, len(words)) and not words[end].opens:
        end += 1
    return [word.folded for word in words[at:end]]


def with_homonym(words: list[Word], at: int, reading: Reading) -> Reading:
    """Tell "à Vienne" (the city) from "en Vienne" (the département); keep both when no preposition says."""
    city = _commune(words, at)
    if (
        reading.candidates[0].kind is not PlaceKind.DEPARTEMENT
        or reading.together
        or city is None
        or city.count != reading.count
        or city.candidates[0].population < 10_000
        or city.candidates[0].departement == reading.candidates[0].code == "977"  # an island of one commune
    ):
        return reading
    said = preposition(words, at)
    if said == "at":
        return city
    return reading if said == "in" else replace(reading, candidates=reading.candidates + city.candidates[:1])


def _commune(words: list[Word], at: int) -> Reading | None:
    """Return the longest commune name that begins here, "au Mans" and "du Mans" read as "Le Mans"."""
    folded = _phrase(words, at, MAX_WORDS)
    best = None if _is_a_departement(words, at) else _commune_of(folded)
    for article in ("l", "le", "la", "les") if best is None else ():
        full = _commune_of([article, *folded])
        if full and full.count > 3:  # "île d'Yeu", "Sables-d'Olonne"
            best = replace(full, count=full.count - 1)
    if best is None and folded[0] in _ISLANDS:
        return Reading(1, communes_named(_ISLANDS[folded[0]]), certain=True)
    contraction = ARTICLES.get(words[at].folded)
    if contraction:
        contracted = _commune_of([contraction, *folded[1:]])
        if contracted and contracted.count > 1 and (not best or contracted.count > best.count):
            best = contracted
    return best


def _is_a_departement(words: list[Word], at: int) -> bool:
    """Return whether "la Creuse" is the département, as "dans" before it says."""
    if at == 0 or words[at].folded not in ("la", "le", "les", "l") or words[at - 1].folded not in _INSIDE:
        return False
    wider = longest_territory(_phrase(words, at + 1, 6)) if at + 1 < len(words) else None
    return wider is not None and wider[1][0].kind is PlaceKind.DEPARTEMENT


def _commune_of(folded: list[str]) -> Reading | None:
    folded = [_SAINTS.get(word, word) for word in folded]
    best = None
    for count in range(1, len(folded) + 1):
        key = " ".join(folded[:count])
        if not some_key_starts_with(key):
            break
        candidates = communes_named(key)
        if candidates:
            best = Reading(count, _with_longer(key, candidates))
    return best


def _with_longer(key: str, exact: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return a small commune with the larger ones whose name goes on: "Charleville" is rather Charleville-Mézières."""
    if exact[0].population >= _A_TOWN:
        return exact
    longer = tuple(place for place in shortened().get(key, ()) if place not in exact)
    return tuple(sorted((*exact, *longer), key=lambda place: -place.population)) if longer else exact


@cache
def shortened() -> dict[str, tuple[Place, ...]]:
    """Return the communes of some size by each beginning of their name that may stand for it: "la roche", "villefranche"."""
    found: dict[str, tuple[Place, ...]] = {}
    for key, communes in large_communes(_A_SMALL_TOWN).items():
        words = key.split()
        for count in range(1, len(words)):
            if words[count - 1] not in _NEVER_LAST:
                start = " ".join(words[:count])
                found[start] = (*found.get(start, ()), *communes)
    return found


def _shortened(words: list[Word], at: int) -> Reading | None:
    """Read the beginning of a town's name where a place must stand: "à La Roche"; which one, may have to be asked."""
    listed = at > 0 and words[at - 1].folded in ("ou", "et")
    reading = shortened_at(words, at)
    if reading is None or preposition(words, at) or listed or (reading.count > 1 and words[at].opens):
        return reading
    return None


def shortened_at(words: list[Word], at: int) -> Reading | None:
    """Read the beginning of a town's name written with capitals; the caller says that a place must stand there."""
    folded = _phrase(words, at, MAX_WORDS)
    for count in range(min(len(folded), 3), 0, -1):
        found = shortened().get(" ".join(folded[:count]))
        if found and all(word.capital for word in words[at : at + count]):
            return Reading(count, tuple(sorted(found, key=lambda place: -place.population)))
    return None


def _departement_code(words: list[Word], at: int) -> Reading | None:
    place = territories(PlaceKind.DEPARTEMENT).get(words[at].folded.upper())
    return Reading(1, (place,), certain=True) if place else None


def preposition(words: list[Word], at: int) -> str:
    """Return "at" or "in" when the words before say that a place follows, else the empty string."""
    if words[at].folded in ARTICLES:
        return "at"
    before = [word.folded for word in words[max(at - 3, 0) : at]]
    if not before:
        return ""
    if before[-1] in ("le", "la", "les", "l") and len(before) > 1:
        before = before[:-1]
    if before[-1] in _INSIDE:
        return "in"
    if before[-1] in _AT:
        return "at"
    if before[-1] in ("de", "d", "du", "of") and len(before) > 1 and before[-2] in _AFTER_DE:
        return "at"
    return ""


def narrow(words: list[Word], at: int, reading: Reading, text: str | None = None) -> Reading:
    """Take in what follows when it only says which: "Valence (26)", "Saint-Denis, La Réunion", "Nantes 44000"."""
    after = at + reading.count
    narrowed = (PlaceKind.COMMUNE, PlaceKind.DEPARTEMENT)
    if after >= len(words) or reading.candidates[0].kind not in narrowed or reading.together:
        return reading
    gap = "" if text is None else text[words[after - 1].end : words[after].start].strip(" \u00a0")
    if gap not in ("", "(", ",", "-", "- ", "\u2013", "/"):
        return reading
    if text is not None and (
        followed_by_sign(text, words[after])
        or words[min(after + 1, len(words) - 1)].folded in UNITS
        or (CODE.match(words[after].folded) and counts_something(words, after))
    ):
        return reading
    skipped = 0
    while after + skipped < len(words) - 1 and words[after + skipped].folded in _BEFORE_WIDER:
        skipped += 1
    outer = _postal_code(words, after) or _departement_code(words, after) or _territory(words, after + skipped)
    outer = outer or _territory(words, after) or _code_within(words, after, skipped)
    if outer is None or (outer.together and gap == "/"):
        return reading
    if outer.count == 1 and is_district(outer.candidates[0].code) and POSTAL.match(words[after].folded):
        if outer.candidates[0].name.startswith(f"{reading.candidates[0].name} "):
            return replace(reading, count=reading.count + 1, candidates=outer.candidates)
        return reading
    kept = tuple(place for place in reading.candidates if any(_lies_in(place, wider) for wider in outer.candidates))
    if not kept:
        return reading
    took = after + (skipped if outer.candidates[0].kind is not PlaceKind.COMMUNE else 0)
    return replace(reading, count=took + outer.count - at, candidates=kept)


def _code_within(words: list[Word], after: int, skipped: int) -> Reading | None:
    """Read the code of "Saint-Denis dans le 93"; "Rennes, le 14" is a day."""
    at = after + skipped
    counts = counts_something(words, at) or words[min(at + 1, len(words) - 1)].folded in UNITS
    if not skipped or words[after].folded not in _INSIDE or counts:
        return None
    return _departement_code(words, at)


def _lies_in(place: Place, wider: Place) -> bool:
    if wider.kind is PlaceKind.COMMUNE:
        return place.code == wider.code
    if place.kind is PlaceKind.DEPARTEMENT and wider.kind is not PlaceKind.DEPARTEMENT:
        return False
    if wider.kind is PlaceKind.DEPARTEMENT:
        return place.departement == wider.code
    return wider.kind is PlaceKind.FRANCE or place.region == wider.code


def mended(words: list[Word], at: int) -> Reading | None:
    """Read a city of some size with one slip of the pen, after a preposition that calls for a place."""
    word = words[at].folded
    if len(word) < 5 or not word.isalpha() or not preposition(words, at) or word in COMMON_WORDS:
        return None
    near = [places for key, places in large_communes(20_000).items() if key[0] == word[0] and one_slip_apart(word, key)]
    return Reading(1, near[0], guessed=True) if len(near) == 1 else None


def followed_by_sign(text: str, word: Word) -> bool:
    """Return whether a sign or more digits make the number something else than a code: "30 %", "2 000 €", "12/05"."""
    rest = text[word.end : word.end + 4].lstrip(" \u00a0\u202f")
    if rest[:1] in ("%", "€", "$", "°", "'", "\u2019"):
        return True
    return text[word.end : word.end + 1] in ("/", ",", ".", "-", ":") and text[word.end + 1 : word.end + 2].isdigit()
