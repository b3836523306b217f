"""Diplomas, certificates and levels of study in a text: what somebody has or learns, which is not yet what she looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Abbreviations that need no more words; several stand for a trade, too.
_CERTIFICATES = (
    r"b\.?p\.?jeps(?: [a-z]{2,4}\b)?|dejeps|desjeps|beatep|beesan|bnssa|bafa|bafd|dees|deme|deaes|deavs|deas|deap|deamp"
    r"|deass|deeje|deets|detisf|decesf|caferuis|cafdes|caferius|cafetis?|staps|ssiap ?\d?|(?:cap|bep) ?aepe|aepe"
    r"|caces(?:(?: ?,? ?(?:et |r ?)?\d{1,3}[ab]?)*)|cqp|psc ?1|sst|haccp|toeic|toefl|crpe|capes|agregation"
    r"|permis (?:[a-e]1?e?|be|ce|ec)\b(?! de)"
)
# Kinds of diploma: what follows, up to a stop, says which.
_KINDS = (
    r"cap(?! (?:emploi|vers|sur|sud|nord))a?|bepa?|bac pro(?:fessionnel)?|bac techno\w*|bac ?\+ ?\d|bac(?! a\b)|baccalaureat|btsa?|dut"
    r"|deug|deust|licence(?: pro\w*)?|bachelor|master ?[12]?|mastere|m[12]|l3|diu|doctorat|vae|mention complementaire"
    r"|titre pro(?:fessionnel)?|diplomes?(?: d'etat| universitaire)?|certificats?|certifications?|certifiee?s?"
    r"|brevets?|habilitations?|diplomee?s?|habilitee?|niveau (?=bac|bts|cap|bep|licence|master|dut|dejeps)"
)
_IN_CAPITALS = re.compile(r"\b(?:DU|BUT|BP|TP|DE)\b(?! \d)(?: [^\W\d_][^,.;:!?\n()]{0,40})?")
_HELD = re.compile(
    rf"(?<![\w-])(?:(?:{_KINDS})\b(?: (?:et|ou|,) (?:{_KINDS})\b)*(?P<which>[^,.;:!?\n()\u2013|]{{0,60}})|(?:{_CERTIFICATES})(?![\w-]))"
)
_ABBREVIATED = re.compile(rf"(?:{_CERTIFICATES}|cap petite enfance)")
# Where the words that say which diploma end, and something else begins.
_END = re.compile(
    r" (?:(?:re)?cherche|souhait|voudr|aimer|veux|desir|je\b|j'|et je|et (?:re)?cherche|pour\b|sur\b|dans\b|avec\b|en poche|en poste"
    r"|en cours|obtenu|valide|passe|depuis\b|en (?:19|20)\d\d|a (?!la\b|l'|domicile)[a-z]|permis\b|aussi\b|poste\b|cdi\b|cdd\b|temps\b|mi-temps"
    r"|qui\b|dont\b|looking|seek|from\b|in [a-z]+)"
)
# Words before a diploma that make it the training looked for: "alternance BTS ESF", "formation CAP cuisine".
_LOOKED_FOR = re.compile(
    r"\b(?:alternance|apprentissage|contrat pro\w*|apprenti\w*|alternante?|stage|stagiaire|formation)\b[^.;\n]{0,30}$"
)


def diplomas(text: str, flat: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of diplomas in a text and its flat form, with the words that say which. Linear in its length."""
    shouting = not any(char.islower() for char in text)
    for match in (*_HELD.finditer(flat), *(() if shouting else _IN_CAPITALS.finditer(text))):
        if _LOOKED_FOR.search(flat[max(match.start() - 60, 0) : match.start()]):
            continue
        end = match.end()
        stop = _END.search(flat, match.start(), match.end())
        end = stop.start() if stop else end
        yield match.start(), end


def is_abbreviated(words: str) -> bool:
    """Return whether flat words are nothing but the abbreviation of a diploma: "bpjeps", "cap aepe"."""
    return _ABBREVIATED.fullmatch(words.strip()) is not None
