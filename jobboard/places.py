"""Places as people write them: what a text names, and the places mentioned inside a longer one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jobboard.areas import COMMON_WORDS
from jobboard.counting import UNITS, counts_something
from jobboard.gazetteer import FRANCE, REMOTE, Place, PlaceKind, by_code, departement_of, distance_km, is_district
from jobboard.phrases import Word, without_addresses, word_set, words_of
from jobboard.place_readings import (
    CITIES_IN_DISTRICTS,
    CODE,
    MAX_WORDS,
    POSTAL,
    Reading,
    district_number,
    district_place,
    followed_by_sign,
    mended,
    narrow,
    preposition,
    read_at,
    shortened_at,
    with_homonym,
)

__all__ = [
    "FRANCE",
    "REMOTE",
    "FoundPlace",
    "Place",
    "PlaceKind",
    "by_code",
    "distance_km",
    "dominant",
    "mentioned",
    "named",
]

_BEFORE_CODE = word_set("le du departement departements dept dep dpt lieu lieux zone secteur localisation")
_TOWN = PlaceKind.COMMUNE
_ROUND = word_set("10 15 25 30 35 40 45 50 60 70 75 80 90")
_BEFORE_ISLAND = word_set("a la sur")
_DWARFING = 7  # times more people than a namesake: nobody there would specify
_A_TOWN = 2_000  # people: a namesake of this size has job offers of its own …
_DWARFING_A_TOWN = 40  # … and is passed over in silence only beside a city: Valence (82), Saint-Nazaire (66) are not
_IN_NO_TOWN = 20_000  # people: "en Avignon" is said of few towns
_A_LISTED_TOWN = 5_000  # people
_LIVING = word_set("travailler bosser vivre installer rester exercer emmenager demenager")
_JOINING = word_set("ou et or and puis soit voire")


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place found between two offsets of a text.

    Several candidates are homonyms, most populous first, one of which is meant; when `together` they are the
    départements of one area ("Alsace"), all meant. `around`: its surroundings are meant ("région nantaise").
    `guessed`: a slip of the pen was mended.
    """

    start: int
    end: int
    candidates: tuple[Place, ...]
    together: bool = False
    around: bool = False
    guessed: bool = False

    @property
    def sure(self) -> tuple[Place, ...]:
        """What is meant beyond doubt: all of an area, the one candidate that dwarfs its homonyms; else empty."""
        if self.together:
            return self.candidates
        best = dominant(self.candidates)
        return (best,) if best else ()


def dominant(candidates: Sequence[Place]) -> Place | None:
    """Return the only candidate, or the one so much larger than its homonyms that nobody would specify; else None."""
    if not candidates:
        return None
    first = candidates[0]
    if len(candidates) == 1:
        return first
    if {place.kind for place in candidates} != {PlaceKind.COMMUNE}:
        return None
    second = candidates[1].population
    least = _DWARFING if second < _A_TOWN else _DWARFING_A_TOWN
    return first if first.population >= 5_000 and first.population >= least * second else None


def named(text: str) -> tuple[Place, ...]:
    """Return what the text as a whole names, most populous first; empty when it names no place or says more than that.

    A commune, a postal code, a département or its code, a région, an arrondissement, "toute la France",
    "télétravail". An area without a code of its own ("Alsace") gives its départements.
    """
    words = words_of(text)
    if not words or len(words) > 2 * MAX_WORDS:
        return ()
    reading = read_at(words, 0, bare_code=True)
    if reading is None:
        return ()
    reading = narrow(words, 0, with_homonym(words, 0, reading))
    return reading.candidates if reading.count == len(words) else ()


def mentioned(text: str) -> tuple[FoundPlace, ...]:
    """Return the places mentioned inside the text, in order, the longest reading first.

    A word that may be something else than a place needs a sign: a preposition, a capital, a postal code, a code of
    département. Linear in the length of the text.
    """
    text = without_addresses(text)
    words = words_of(text)
    shouting = not any(char.islower() for char in text)
    found: list[FoundPlace] = []
    at = 0
    while at < len(words):
        reading = _believed(text, words, at, found, shouting=shouting)
        if reading is None:
            at += 1
            continue
        reading = narrow(words, at, with_homonym(words, at, reading), text)
        end = words[at + reading.count - 1].end
        end += "(" in text[words[at].start : end] and text[end : end + 1] == ")"
        found.append(
            FoundPlace(words[at].start, end, reading.candidates, reading.together, reading.around, reading.guessed)
        )
        at += reading.count
        at += _other_districts(text, words, at, found)
    return tuple(found)


def _believed(text: str, words: list[Word], at: int, found: list[FoundPlace], *, shouting: bool) -> Reading | None:
    listed = bool(found) and (
        _joined(text, found[-1].end, words[at].start) or _is_next_code(text, words[at], found[-1])
    )
    # "Nantes, 30" means kilometres as well as the Gard: only a word, or another code, makes it a list.
    doubtful = listed and words[at].opens and words[at].folded in _ROUND and found[-1].candidates[0].kind is _TOWN
    reading = read_at(words, at, bare_code=_code_is_meant(text, words, at, listed=listed and not doubtful))
    if words[at].written.lower() in ("maçon", "maçons"):
        return None  # the trade; the town has no cedilla
    if reading is None:
        return (shortened_at(words, at) if listed else None) or mended(words, at)
    if _hides_a_territory(words, at, reading):
        return None
    if reading.certain or _is_believed(text, words, at, reading, listed=listed, shouting=shouting):
        return reading
    if _is_made_precise(text, words, at, reading) or _is_flanked(text, words, at, reading, found):
        return reading
    return None


def _hides_a_territory(words: list[Word], at: int, reading: Reading) -> bool:
    """Return whether an article of a longer name was taken for a town's: "le Pas-de-Calais" is not Le Pas."""
    if words[at].folded not in ("le", "la", "les") or at + 1 >= len(words):
        return False
    wider = read_at(words, at + 1, bare_code=False)
    territory = wider is not None and wider.candidates[0].kind in (PlaceKind.DEPARTEMENT, PlaceKind.REGION)
    return bool(territory and wider and wider.count + 1 > reading.count)


def _is_flanked(text: str, words: list[Word], at: int, reading: Reading, found: list[FoundPlace]) -> bool:
    """Return whether a town with the name of a common word stands between two places of a list: "fougeres vitre rennes"."""
    after = at + reading.count
    if not found or after >= len(words) or reading.candidates[0].kind is not _TOWN:
        return False
    gaps = (text[found[-1].end : words[at].start], text[words[after - 1].end : words[after].start])
    if any(gap.strip(" ,/") or "\n" in gap for gap in gaps) or reading.candidates[0].population < _A_LISTED_TOWN:
        return False
    following = read_at(words, after, bare_code=False)
    return following is not None and following.candidates[0].population >= _A_LISTED_TOWN


def _is_made_precise(text: str, words: list[Word], at: int, reading: Reading) -> bool:
    """Return whether what follows says in which département: "Vienne (Isère)", "Sens, Yonne", "(Die, Drôme)"."""
    after = at + reading.count
    if after >= len(words) or reading.candidates[0].kind not in (_TOWN, PlaceKind.DEPARTEMENT):
        return False
    bracket = (
        "(" in text[words[after - 1].end : words[after].start]
        or text[max(words[at].start - 1, 0) : words[at].start] == "("
    )
    key = " ".join(word.folded for word in words[at:after])
    if not bracket and not (words[at].capital and words[after].opens and key not in COMMON_WORDS):
        return False
    return narrow(words, at, with_homonym(words, at, reading), text).count > reading.count


def _is_next_code(text: str, word: Word, before: FoundPlace) -> bool:
    """Return whether the word is the next of codes without a comma between: "dept 67 68"."""
    return text[before.end : word.start] == " " and text[before.start : before.end].isdigit() and word.folded.isdigit()


def _other_districts(text: str, words: list[Word], at: int, found: list[FoundPlace]) -> int:
    """Read on in "Paris 11e, 12e et 20e"; append what is found and return how many words that took."""
    taken = 0
    code = found[-1].candidates[0].code
    city = next((c for c in CITIES_IN_DISTRICTS.values() if is_district(code) and code.startswith(c[0])), None)
    while city and at + taken < len(words):
        word = words[at + taken]
        if word.folded in ("et", "ou", "and", "or"):
            taken += 1
            continue
        number = district_number(words, at + taken, city[1])
        joined = _joined(text, found[-1].end, word.start) or not word.folded.isdigit()
        if number is None or not joined or (word.folded.isdigit() and followed_by_sign(text, word)):
            break
        found.append(FoundPlace(word.start, word.end, (district_place(city[0], number),)))
        taken += 1
    return taken


def _code_is_meant(text: str, words: list[Word], at: int, *, listed: bool) -> bool:
    """Return whether two digits are a département: "dans le 44", "(44)", "Rennes ou 35"; not "30 km", "le 12 mai"."""
    word = words[at]
    if not CODE.match(word.folded) or followed_by_sign(text, word):
        return False
    if (at + 1 < len(words) and words[at + 1].folded in UNITS) or counts_something(words, at):
        return False
    before = words[at - 1].folded if at else ""
    after = at + 1 + (at + 1 < len(words) and words[at + 1].folded in _JOINING)
    if after < len(words) and CODE.match(words[after].folded) and _joined(text, word.end, words[after].start):
        listed = listed or not followed_by_sign(text, words[after])
    if text[max(word.start - 1, 0) : word.start] == "(" and text[word.end : word.end + 1] == ")":
        return True
    overseas = len(word.folded) == 3 and word.folded.startswith(("97", "98"))
    return overseas or listed or before in _BEFORE_CODE


def _joined(text: str, start: int, end: int) -> bool:
    """Return whether the text between two places puts them in a list; without looking at a long one."""
    gap = text[start:end].lower() if end - start < 16 else "far"
    bare = gap.strip(" \t\r\n,/;+&|-()\u00a0")
    return bare in _JOINING if bare else bool(gap.strip(" \t()\u00a0") or "\n" in gap)


def _is_believed(text: str, words: list[Word], at: int, reading: Reading, *, listed: bool, shouting: bool) -> bool:
    """Return whether something says that these words are a place, rather than words like any other."""
    key = " ".join(word.folded for word in words[at : at + reading.count])
    first, last = words[at], words[at + reading.count - 1]
    capital = not shouting and last.capital and (first.capital or reading.count > 1)
    opens = at == 0 or text[words[at - 1].end : first.start].strip(" \u00a0") in (".", "!", "?", "\n", "...")
    strong = preposition(words, at)
    place = reading.candidates[0]
    common = key in COMMON_WORDS
    if _is_qualified(text, words, at, reading):
        return True
    if key.endswith("reunion") and place.kind is not _TOWN and _is_the_island(words, at, reading.count):
        return True
    overseas = place.kind is PlaceKind.DEPARTEMENT and place.code.startswith("97")
    if overseas and reading.count > 1 and not key.endswith("reunion"):
        return True
    if place.kind is PlaceKind.DEPARTEMENT:
        return listed or (capital and not opens) or (strong == "in" and not (common and words[at - 1].folded == "en"))
    if place.kind is PlaceKind.FRANCE:
        return strong == "in" or reading.count > 1 or key == "partout"
    if place.kind is PlaceKind.REMOTE:
        return True
    if at and words[at - 1].folded == "en" and place.population < _IN_NO_TOWN:
        return False  # one is "à Chemin", but "en chemin"
    return place.population >= _least_population(
        strong=bool(strong) or (common and listed),
        capital=capital,
        opens=opens,
        common=common,
        many=reading.count > 1 or listed,
    )


def _is_the_island(words: list[Word], at: int, count: int) -> bool:
    """Return whether "la réunion" ends its phrase and is no meeting: "secrétaire à la réunion", not "animer la réunion"."""
    after = at + count
    ends = after == len(words) or words[after].opens or words[after].folded in _JOINING
    if words[at].opens:
        return ends
    before = [word.folded for word in words[max(at - 3, 0) : at]]
    verb = next((word for word in reversed(before) if word not in _BEFORE_ISLAND), "")
    if verb in _LIVING:
        return True
    article = words[at].folded == "la" or before[-1] in _BEFORE_ISLAND
    return ends and article and not verb.endswith(("er", "ir", "dre", "vre", "de", "pour", "en"))


def _least_population(*, strong: bool, capital: bool, opens: bool, common: bool, many: bool) -> float:
    """Return how large a commune must be to be meant: the weaker the signs, the larger; infinite: never."""
    if common:
        return 0 if strong and capital else 50_000 if capital and not opens else math.inf
    if strong:
        return 0 if capital else 300 if many else 1_200
    if capital:
        return 2_000 if opens else 400
    return 4_000 if many else 9_000


def _is_qualified(text: str, words: list[Word], at: int, reading: Reading) -> bool:
    """Return whether a code of the place's own département follows ("Clisson (44)", "Clisson 44190")."""
    after = at + reading.count
    if after >= len(words) or reading.candidates[0].departement is None:
        return False
    code = words[after].folded.upper()
    if after + 1 < len(words) and words[after + 1].folded in UNITS:
        return False
    short = departement_of(code) if POSTAL.match(code) else code
    gap = text[words[after - 1].end : words[after].start].strip(" (,-\u00a0")
    return not gap and any(place.departement == short for place in reading.candidates)
