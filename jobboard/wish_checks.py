"""What was understood of a search from too few words: kept, shown as to be checked, and accepted by her OUI.

What lets a value stand unmarked is evidence of its own, in words that are no hedge ("idéalement", "à défaut"):

| field | evidence |
|---|---|
| trades | the trade's own name in our table, as what she looks for, in a letter that tells little besides |
| places | behind a preposition of place or a label, with its postal code or département, or in a list that so began |
| radius | shown with its place: a number of kilometres; a time of travel is asked |
| kinds, contracts | the plain name of the contract, as what she looks for, not as what she has |
| excluded contracts | the plain name of the contract behind a plain refusal ("pas de", "sauf") |
| working times | "temps plein", "temps partiel", "mi-temps", "35 h" and their like; hours and days are reckoned, so marked |
| keywords | one word or two beside a trade that we know |
| frequency | how often, in one sentence with the mails, alerts or offers that she wants |
| pay | an amount with "€", "euros", "k€" or "SMIC", gross |
| start | a day or a month behind "à partir de", "dès", "disponible" and their like |

Everything else is marked, or asked (`wish_places`, `wish_criteria`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jobboard import places
from jobboard.areas import COMMON_WORDS
from jobboard.criteria import Criteria
from jobboard.folding import fold
from jobboard.marks import Axis, Role, Said
from jobboard.phrases import phrase_set
from jobboard.trades import stem
from jobboard.wish_reading import Reading

# Contracts and times said by their plain names leave nothing to check.
_PLAIN_CONTRACTS = phrase_set(
    "cdi, cdd, stage, stages, stagiaire, interim, alternance, apprentissage, apprenti, apprentie, service civique,",
    "benevole, benevolat, mission, missions, vsi, cddi, saisonnier, saison, contrat de professionnalisation,",
    "contrat d apprentissage, contrat pro, permanent contract, fixed term contract, internship, contrat aide,",
    "cdi ou cdd, duree indeterminee, duree determinee, contrat a duree indeterminee, contrat a duree determinee,",
)
_PLAIN_TIMES = phrase_set(
    "temps plein, temps complet, temps partiel, mi temps, full time, part time, plein temps, a temps plein, tps plein,",
    "a temps partiel, a mi temps, tps partiel, a temps complet, 35h, 35 h, 35 heures, partiel, 80, half time,",
)
# Words that make what they stand by less than a plain wish.
_HEDGES = re.compile(
    r"\b(?:ideal\w*|plutot|pourquoi pas|eventuel\w*|envisag\w*|formation|reconversion|projet|peut[- ]etre|si (?!possible)|a terme|un jour|plus tard|en attendant|sinon"
    r"|a defaut|au pire|rather|maybe|perhaps|prefer\w*|mieux|surtout|avant|apres|depuis|actuel\w*|termin\w*|fini\w*|ancien\w*|venir|futur\w*|reve\w*|j'ai|etais|avais|suis)\b"
)
# What she has today may be told in the same words as what she wants.
_OWN_POST = re.compile(
    r"\b(?:en poste|en activite|actuellement|je travaille|je suis en (?:cd[id]|interim|stage|contrat|alternance))\b"
)
_PARTLY = re.compile(
    r"\b(?:tele-?travail|remote|distanciel) (?:\d|une?\b|deux|trois|partiel|possible|occasionnel|ponctuel)"
)
# Before a place that is said to be one, and between those of a list.
_AT = re.compile(
    r"(?:^|[\s,;:('’./+-])(?:a|au|aux|en|dans|ds|sur|vers|near|around|in|at|pres d[eu]|autour d[eu]|environs? d[eu]|alentours? d[eu]|proximite d[eu]|proche d[eu]"
    r"|cote d[eu]|(?:ville|commune|region|departement|dept|dep|dpt|secteur|bassin|agglo|agglomeration|metropole|rayon|centre|nord|sud|est|ouest)(?: d[eu])?"
    r"|(?:km|kms|kilometres) d[eu]|(?:autour|environs|alentours|pres|proximite|cote|departement|region|km|kms) d'|lieux?(?: souhaites?| de travail)? ?:|villes? ?:|secteur ?:|localisation ?:|zone ?:|location ?:)"
    r"(?:[ \t]*(?:\b(?:le|la|les|tou(?:te|t) l[ae]|departement|region|ville|d[eu]|de la)\b|l['’]|d['’])){0,3}[ \t(]*$"
)
_LISTED = re.compile(
    r"[ ,/;+&()-]*(?:(?:ou|et|or|and|puis|soit|voire|bien)\b[ ,]*)*(?:(?:a|au|aux|en|dans|sur|vers|le|la|les)\b ?|l['’]|d['’])*[ (]*"
)
_ARTICLE = re.compile(r"^(?:au|aux|du|des) ")
_CONTRACTED = re.compile(r"(?:au|aux|du|des) |\d{5}|.*\d")
_MAILS = re.compile(
    r"\b(?:e?-?mails?|courriels?|alertes?|recevoir|recois|envo[iy]\w*|offres?|notif\w*|messages?|recap\w*|digest|preven\w*|annonces?|nouvelles|alerts?|send|updates?|frequence)\b"
)
_MONEY = re.compile(r"€|euros?\b|\beur\b|\dk|\d ?k€|\bsmic\b")
_FROM_THEN = re.compile(
    r"(?:a partir d\w*|a compter d\w*|des|dispo\w*|libre|debut\w*|commenc\w*|pour|from|starting|available|pas avant|prise de poste|immediat\w*|suite|possible|asap|vite|tot|available|rapidement|present|right away|as of)\b[^.;\n]{0,40}$"
)
_NEAR = 40  # characters around a mark in which a hedge concerns it
_LONG = 45  # words: a letter that tells more than a search
_A_FEW = 3  # words of substance that nothing recognised


def checks_of(reading: Reading, criteria: Criteria) -> tuple[str, ...]:
    """Return the fields of `Criteria` whose value should be read twice, in their order; never one that is empty."""
    return tuple(name for name, weak in _WEAK.items() if getattr(criteria, name) and weak(reading, criteria))


def _places(reading: Reading, criteria: Criteria) -> bool:
    said = list(reading.on(Axis.PLACE, *Role))
    named = [one for one in places.mentioned(reading.body.text) if one.candidates]
    if _PARTLY.search(reading.body.flat) or len(named) > len(said) or any(one.role is not Role.WANTED for one in said):
        return True
    return (
        any(
            one.mark.value.guessed
            or _key(reading, one) in COMMON_WORDS
            or _ARTICLE.sub("", _key(reading, one)) not in fold(one.mark.value.candidates[0].label)
            or _is_hedged(reading, one)
            for one in said
        )
        or _tells_more(reading)
        or not all(_is_placed(reading, said[: number + 1]) for number in range(len(said)))
    )


def _is_placed(reading: Reading, said: list[Said]) -> bool:
    """Return whether words say that the last of these is a place: a preposition, a label, its code, or a list that so began."""
    flat, mark = reading.body.flat, said[-1].mark
    if mark.value.candidates[0].kind in (places.PlaceKind.REMOTE, places.PlaceKind.FRANCE):
        return True
    if _CONTRACTED.match(flat[mark.start : mark.end]) or _AT.search(flat[max(mark.start - 60, 0) : mark.start]):
        return True
    listed = len(said) > 1 and _LISTED.fullmatch(flat, said[-2].mark.end, mark.start)
    return bool(listed) and _is_placed(reading, said[:-1])


def _trades(reading: Reading, criteria: Criteria) -> bool:
    said = list(reading.on(Axis.TRADE, *Role))
    if len(said) > 1 and any(one.role is not Role.WANTED for one in said):
        return True
    if any(left.beside_trade for left in reading.leftovers):
        return True
    return any(_is_translated(reading, one) or _is_hedged(reading, one) for one in said) or _tells_more(reading)


def _is_translated(reading: Reading, one: Said) -> bool:
    """Return whether she named the trade by other words than those of our table."""
    found = one.mark.value[0]
    written = [stem(word) for word in fold(_words(reading, one)).split()]
    labels = fold(f"{found.trade.masculine} {found.trade.feminine}").split()
    return (
        found.domain or found.mended or len(one.mark.value) > 1 or not set(written) <= {stem(word) for word in labels}
    )


def _contracts(reading: Reading, criteria: Criteria) -> bool:
    if _OWN_POST.search(reading.body.flat):
        return True
    said = list(reading.on(Axis.CONTRACT, *Role))
    if any(one.role not in (Role.WANTED, Role.EXCLUDED) for one in said):
        return True
    return any(_key(reading, one) not in _PLAIN_CONTRACTS or _is_hedged(reading, one) for one in said)


def _times(reading: Reading, criteria: Criteria) -> bool:
    said = list(reading.on(Axis.WORKING_TIME, *Role))
    return any(
        one.role is not Role.WANTED or _key(reading, one) not in _PLAIN_TIMES or _is_hedged(reading, one)
        for one in said
    )


def _keywords(reading: Reading, criteria: Criteria) -> bool:
    return not criteria.trades or len(criteria.keywords) > 1 or len(reading.leftovers) >= _A_FEW


def _pay(reading: Reading, criteria: Criteria) -> bool:
    return any(
        not _MONEY.search(_sentence(reading, one)) or _is_hedged(reading, one) for one in reading.on(Axis.PAY, *Role)
    )


def _start(reading: Reading, criteria: Criteria) -> bool:
    """Return whether the day is said without a word that makes it a beginning, inside the mark or before it."""
    flat = reading.body.flat
    return any(
        not _FROM_THEN.search(flat[max(one.mark.start - 40, 0) : one.mark.end].rstrip(".; "))
        for one in reading.on(Axis.START, *Role)
    )


def _frequency(reading: Reading, criteria: Criteria) -> bool:
    if any(not _MAILS.search(_sentence(reading, one)) for one in reading.on(Axis.FREQUENCY, *Role)):
        return True
    return any(_is_hedged(reading, one) for one in reading.on(Axis.FREQUENCY, *Role)) or _tells_more(reading)


def _tells_more(reading: Reading) -> bool:
    return reading.count > _LONG or len(reading.leftovers) >= _A_FEW


def _sentence(reading: Reading, one: Said) -> str:
    flat = reading.body.flat
    start = max(flat.rfind(stop, 0, one.mark.start) for stop in ".;!?\n") + 1
    ends = [at for stop in ".;!?\n" if (at := flat.find(stop, one.mark.end)) >= 0]
    return flat[start : min(ends, default=len(flat))]


def _is_hedged(reading: Reading, one: Said) -> bool:
    flat = reading.body.flat
    start = max(flat.rfind(stop, 0, one.mark.start) for stop in ".;!?\n") + 1
    ends = [at for stop in ".;!?\n" if (at := flat.find(stop, one.mark.end)) >= 0]
    around = flat[max(start, one.mark.start - _NEAR) : one.mark.start]
    after = flat[one.mark.end : min([*ends, one.mark.end + _NEAR])]
    return bool(_HEDGES.search(around) or _HEDGES.search(after))


def _words(reading: Reading, one: Said) -> str:
    return reading.body.text[one.mark.start : one.mark.end]


def _key(reading: Reading, one: Said) -> str:
    return fold(_words(reading, one))


_WEAK: dict[str, Callable[[Reading, Criteria], bool]] = {
    "trades": _trades,
    "places": _places,
    "kinds": _contracts,
    "contracts": _contracts,
    "excluded_contracts": _contracts,
    "working_times": _times,
    "keywords": _keywords,
    "frequency": _frequency,
    "minimum_pay": _pay,
    "starts_on": _start,
}
