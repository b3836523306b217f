"""Reading what a recruiter hunts for: the language of alerts, from the other side. It searches, and never asks first.

Towns that share a name are all searched, and so are trades that a word may mean: what was understood is said, and
saying it better is another search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from jobboard import trades, wishes
from jobboard.contracts import CONTRACT_LABELS, KIND_LABELS, WORKING_TIME_LABELS
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.doubts import Doubt, DoubtKind
from jobboard.folding import fold
from jobboard.phrases import word_set
from jobboard.places import PlaceKind
from jobboard.sought import MOST_WORDS, Sought
from jobboard.wish_words import EMPTY_WORDS

LONGEST = 1_000  # characters that are read
USUAL_RADIUS_KM = 30

# How recruiters begin: without it the rest reads as a search of somebody for herself.
_OPENING = re.compile(
    r"\A\s*(?:(?:bonjour|bonsoir|madame|monsieur)[\s,.!]*)*(?:(?:je|nous|on|notre association|notre structure)\s+)?"
    r"(?:(?:voudr\w+|souhait\w+|aimer\w+)\s+)?(?:re)?cherch(?:e|ons|er|ent|ant)?\b\s*(?:à recruter\s+)?"
    r"(?:(?:des?|les?|tou[ts]\w*)\s+(?:profils?|candidate?s?)\s+(?:de\s+|d['’]\s*)?)?"
    r"(?:quelqu['’]un|(?:une?\s+(?:personne|profil|ou\s+un))|une?|des|de|d['’])?\s*(?:pour\s+|qui\s+)?",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?P<before>\d{1,2})\s*(?:ans?|années?)\s*(?:minimum\s*|au moins\s*|et plus\s*)?d['’ ]\s*(?:une\s+)?exp[ée]rience"
    r"|exp[ée]rience\s*(?:\w+\s+){0,3}?(?P<after>\d{1,2})\s*(?:ans?|années?)"
    r"|(?P<english>\d{1,2})\+?\s*years?(?:\s+of)?\s+experience",
    re.IGNORECASE,
)
_MOST_YEARS = 40
_SAYS_NOTHING = word_set(
    "cherche cherchons recherche recherchons recrute recrutons recruter profil profils candidat candidate candidats personne poste",
    "emploi experience experimente experimentee ans an annees annee minimum moins plus km autour environ disponible dispo",
    "disponibilite partir janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre immediate",
    "immediatement rapidement confirme confirmee debutant debutante accepte acceptee temps plein partiel mi rayon region",
    "departement ville teletravail distance association structure svp merci bonjour pour avec sans chez vers pres sur dans",
    "looking for years experience available from full part time within around",
)


def read(text: str, *, today: date) -> Sought:
    """Return the search in a recruiter's words; never raises, and an empty one where nothing says anything."""
    text = text[:LONGEST]
    years = _YEARS.search(text)
    rest = f"{text[: years.start()]} {text[years.end() :]}" if years else text
    said = _OPENING.sub("", rest, count=1)
    understood = wishes.read_wish(said, today=today)
    criteria = _widened(understood.criteria, understood.doubts)
    places = tuple(_with_radius(place) for place in criteria.places)
    criteria = replace(criteria, places=places, keywords=(), frequency=None, excluded_employers=())
    return Sought(criteria, _words(said, criteria), _years(years))


def name_of(text: str) -> str:
    """Return what a search is called: its words without how the recruiter began."""
    return " ".join(_OPENING.sub("", text[:LONGEST], count=1).split()) or " ".join(text.split())


def _with_radius(place: PlaceWanted) -> PlaceWanted:
    """Return the place; a commune without a radius gets the usual one."""
    if place.place_kind is not PlaceKind.COMMUNE or place.radius_km is not None:
        return place
    return replace(place, radius_km=USUAL_RADIUS_KM)


def _years(found: re.Match[str] | None) -> int | None:
    return min(int(next(filter(None, found.groups()))), _MOST_YEARS) if found else None


def _widened(criteria: Criteria, doubts: Iterable[Doubt]) -> Criteria:
    """Return the criteria with every place and every trade that may be meant."""
    places: list[PlaceWanted] = list(criteria.places)
    codes = list(criteria.trades)
    for doubt in doubts:
        for option in doubt.options:
            if doubt.kind is DoubtKind.PLACE:
                places += option.adds.places
            elif doubt.kind is DoubtKind.TRADE:
                codes += option.adds.trades
    return replace(criteria, places=tuple(dict.fromkeys(places)), trades=tuple(dict.fromkeys(codes)))


def _words(text: str, criteria: Criteria) -> tuple[str, ...]:
    """Return the words of substance that no criterion says already: what is looked for in the profiles' own words."""
    said = _stems(_names_of(criteria))
    words = (word for word in fold(text).split() if len(word) > 2 and not word.isdecimal())
    kept = (word for word in words if word not in EMPTY_WORDS and word not in _SAYS_NOTHING)
    left = (word for word in kept if word[:5] not in said)
    excluded = set(fold(" ".join(criteria.excluded_keywords)).split())
    return tuple(dict.fromkeys(word for word in left if word not in excluded))[:MOST_WORDS]


def _names_of(criteria: Criteria) -> Iterable[str]:
    for code in criteria.trades:
        trade = trades.by_code(code)
        yield from (trade.masculine, trade.feminine)
    yield from (place.label for place in criteria.places)
    yield from (CONTRACT_LABELS[contract] for contract in (*criteria.contracts, *criteria.excluded_contracts))
    yield from (KIND_LABELS[kind] for kind in criteria.kinds)
    yield from (WORKING_TIME_LABELS[time] for time in criteria.working_times)
    yield from (str(contract) for contract in criteria.contracts)


def _stems(names: Iterable[str]) -> frozenset[str]:
    """Return the beginnings by which the words of these names are recognised in another gender or number."""
    words: Sequence[str] = [word for name in names for word in fold(name).split()]
    return frozenset(word[:5] for word in words)
