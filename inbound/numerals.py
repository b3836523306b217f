"""Numbers as people write them in an answer: figures, letters, ranks, lists and lengths of time."""

from __future__ import annotations

import re
from itertools import pairwise

from inbound.politeness import bare
from jobboard.readable import level

_UNITS = {
    "jour": 1, "jours": 1, "day": 1, "days": 1, "j": 1,
    "semaine": 7, "semaines": 7, "week": 7, "weeks": 7,
    "mois": 30, "month": 30, "months": 30,
}  # fmt: skip
_SPELT = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "a": 1,
}  # fmt: skip
_RANKS = {
    "premier": 1, "premiere": 1, "1er": 1, "1ere": 1, "second": 2, "seconde": 2, "deuxieme": 2, "troisieme": 3,
    "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
    "first": 1, "third": 3, "fourth": 4, "fifth": 5, "2e": 2, "2eme": 2, "3e": 3, "3eme": 3, "4e": 4, "4eme": 4,
    "5e": 5, "5eme": 5,
}  # fmt: skip
_BESIDE = re.compile(
    r"\b(n|no|nos|numero|number|l|la|le|les|offre|candidature|candidat|candidate|offer|application|a|au|pour|for|the)\b"
)
_ITEM = re.compile(
    r"(?:\s|[,;&/+#]|\b(?:et|and|puis|ainsi que)\b|\b(?:les?|la|l'|the)\b|\bn(?:°|o|os|um(?:ero)?s?)?\b\.?°?|°"
    r"|\bcandidat(?:ure|e)?s?\b|\bapplications?\b|\b(?:a|au|pour|for|to)\b)*(?P<upto>(?:\b(?:a|au|to)\b|-)\s*)?"
    rf"(?<![\w.])(?P<number>\d{{1,4}}|{'|'.join(sorted(set(_SPELT) - {'un', 'une', 'a'}, key=len, reverse=True))})(?![\w])"
)
# A number before one of these belongs to what is said: "2 ans d'expérience".
_MEASURES = re.compile(
    r"\s*(?:%|€|ans?\b|annees?\b|mois\b|jours?\b|heures?\b|h\b|km\b|kilo|euros?\b|ou\b|years?\b|months?\b)"
)
_MANY = 50


def counted(text: str) -> int | None:
    """Return the number that a folded text is, in figures or in letters: "2", "deux", "deuxieme"; None for anything else."""
    bare = _BESIDE.sub("", text).strip()
    if bare.isdecimal():
        return int(bare)
    return _RANKS.get(bare) or (_SPELT.get(bare) if bare != "a" else None)


def days_in(rest: str) -> int | None:
    """Return the length of time in a folded text: "2 semaines" -> 14, "deux jours" -> 2; None without one."""
    words = rest.split()
    for count, unit in pairwise(words):
        amount = int(count) if count.isdigit() else _SPELT.get(count)
        if amount and unit in _UNITS:
            return min(amount * _UNITS[unit], 366)
    return None


def numbered(text: str) -> tuple[tuple[int, ...], str]:
    """Return the numbers that a text begins with ("2, 3 et 5 : trop junior"), and what follows them, as written."""
    plain, end = level(text), 0
    found: list[int] = []
    while len(found) < _MANY and (item := _ITEM.match(plain, end)) and not _MEASURES.match(plain, item.end()):
        word = item["number"]
        value = int(word) if word.isdecimal() else _SPELT[word]
        between = plain[end : item.start("number")]
        ranged = (
            bool(found) and re.fullmatch(r"\s*(?:a|au|to|-)\s*", between) and found[-1] < value <= found[-1] + _MANY
        )
        found += range(found[-1] + 1, value + 1) if ranged else [value]
        end = item.end()
    rest = text[end:].strip().lstrip(":,;.!–—-").strip() if found else text.strip().lstrip(":,;.!–—-").strip()
    return tuple(dict.fromkeys(found)), rest if bare(rest) else ""


def bare_number(own: str) -> int | None:
    """Return the number that is all a person wrote: "2", "la deuxième", "n° 2 merci"; None otherwise."""
    return counted(bare(" ".join(own.split())))
