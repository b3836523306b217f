"""The part of a letter that says what someone looks for: without signature, quotation, names, addresses and numbers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from jobboard.person_names import is_first_name, name_lines, person_names
from jobboard.phrases import flat, without_addresses

MOST_CHARACTERS = 6_000

_STREET = re.compile(
    r"\b\d{1,4} ?(?:bis|ter|quater|[a-d])?,? (?:rue|avenue|av|bd|bld|boulevard|place|chemin|allee|impasse|route|quai"
    r"|cours|square|residence|lotissement|passage|sentier|faubourg|hameau|lieu[- ]dit|street|road)\b(?:(?! (?:re)?cherche| je | a [a-z])[^\n—–;]){0,120}"
    r"(?:\n[ \t]*\d{5}[^\n]{0,60})?"
)
_QUOTED = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
_LABELLED = re.compile(
    r"^[ \t]*(?:nom|prenom|noms? et prenoms?|tel|telephone|portable|mobile|e?-?mail|courriel"
    r"|adresse(?: mail| postale)?|age|date de naissance|ne\(?e?\)? le|objet|subject|de|a|date|envoye)[ \t]*:[^\n]*",
    re.MULTILINE,
)
_INTRODUCED = re.compile(
    r"\b(?:je m'appelle|je me nomme|mon nom est|my name is|moi c'est|moi, c'est|mon prenom est)"
    r"(?:[ \t]+[a-z][a-z'-]{1,25}){1,2}(?=[ \t]*(?:[,.;:!\n]|et\b|and\b|je\b|j'|$))"
)
# "pas dinterim", "poste dassistante": the apostrophe that was not typed.
_GLUED = re.compile(
    r"\b([dl])(?=(?:int[eé]rim|alternance|assistante?s?|aides?|[eé]ducat\w+|animat\w+|infirmi\w+|accueil|emploi|une?)\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!?,;])|(?<=[.!?,;] ))[ \t]*(?:"
    r"(?:tres |bien |mes |sinceres )*(?:cordialement|cordiales salutations|salutations|respectueusement)"
    r"|cdlt|cdt|bien a (?:vous|toi)|a bientot|a (?:vous|te) lire|au plaisir de|sincerement|amicalement|solidairement|best(?: regards)?|kind regards"
    r"|regards|(?:yours )?sincerely|cheers|veuillez (?:agreer|recevoir)|je vous prie (?:d'agreer|de recevoir|de croire)"
    r"|dans l'attente d|en vous remerciant|en vous souhaitant|envoye de(?:puis)? mon|envoye a partir d|sent from my"
    r"|-- ?\n|_{4,}|envoye avec|telecharger outlook|obtenir outlook|get outlook"
    r")"
)
_POSTSCRIPT = re.compile(r"(?:^|\n)[ \t]*p\.? ?s\.?[ \t]*[:,. ]")
_LOOKS = re.compile(r"\b(?:re)?cherch\w*|\bsouhait\w*|\bvoudrai\w*|\baimerai\w*|\blooking for\b")
# "Expérience : AS de secteur à Arras."
_TOLD_OF_HER = re.compile(
    r"\b(?:experiences?(?: professionnelles?)?|parcours|dernier poste|poste actuel|poste occupe|references?|employeurs? actuel)"
    r" ?: [^.;\n]{0,200}"
)
# "… à Agen. Céline, ergo à Auch": who she is, at the end.
_SIGNED_WITH = re.compile(
    r"(?:[.!?\n] {0,3})(?:(?i:merci[^,.!?\n]{0,20}|cordialement|bien à vous|salutations|cdlt)[ ,]{1,3})?(?P<name>[A-ZÀ-Ý][a-zà-ÿ-]+)(?:,[^.!?\n]{0,60})?[.! \n]*$"
)
# "Bonne journée, Lison": a wish of politeness, with who signs behind it; neither is a place nor a word to search by.
_POLITE = (
    r"(?:très |une |passez une? )?(?:bonne|belle|excellente|douce) (?:fin de )?(?:journée|journee|soirée|soiree|semaine|matinée|matinee"
    r"|continuation|réception|reception|lecture|année|annee|fêtes|fetes)|(?:un |passez un )?(?:bon|excellent) (?:week-?end|dimanche|courage|après-midi)"
    r"|have a (?:nice|good|great) (?:day|evening|week|weekend)"
)
_THANKS = (
    r"merci(?: (?:bien|beaucoup|infiniment|mille fois))?(?: (?:d['’]avance|par avance|à vous|à tous|pour tout|pour votre (?:aide|retour|réponse)))*"
    r"|d['’]avance merci|mille mercis|thanks(?: a lot| in advance| so much)?|thank you|many thanks"
)
_WISHED_WELL = re.compile(
    rf"(?<![\w-])(?i:(?P<polite>{_POLITE})|{_THANKS})(?![\w-])"
    r"(?P<name>[ \t,.!:;)–—-]{0,4}\n{0,2}[ \t]*[A-ZÀ-Ý][\w'’-]*\.?(?: [A-ZÀ-Ý][\w'’-]*\.?){0,2}[ \t.!:;()-]*\Z)?"
)
_SEARCHED = re.compile(
    r"\b(?:cdi|cdd|stage|alternance|interim|temps plein|temps partiel|mi-temps|p\.?s\.?|pas de|km)\b"
)
_LONGEST_SIGNATURE = 200  # characters below the name
_MOST_SIGNED_LINES = 6
_DATELINE = re.compile(
    r"^[ \t]*(?:fait a [a-z' -]{2,40},?|(?:a )?[a-z][a-z' -]{1,40},) (?:le )?(?:\d{1,2}(?:er)? (?:janvier|fevrier|mars|avril|mai|juin|juillet"
    r"|aout|septembre|octobre|novembre|decembre)(?: \d{4})?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})[ \t.,]*$",
    re.MULTILINE,
)
_LAST_LINE_PLACE = re.compile(r"^[ \t]*\d{5} [a-z' -]{2,40}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Body:
    """The text to read, its flat form with the same offsets, and whether more was cut off."""

    text: str
    flat: str
    cut: bool


def body_of(text: str) -> Body:
    """Return what is to be read of a letter, with what is no search blanked; linear in its length."""
    whole = unicodedata.normalize("NFC", text[: 2 * MOST_CHARACTERS].replace("\r\n", "\n").replace("\x00", " "))
    cut = len(whole.strip()) > MOST_CHARACTERS or len(text) > 2 * MOST_CHARACTERS
    kept = without_addresses(whole[:MOST_CHARACTERS])
    kept = _GLUED.sub(r"\1'", kept)
    low = flat(kept)
    low, kept = _without_wishes(low, kept)
    for pattern in (_QUOTED, _LABELLED, _STREET, _DATELINE, _TOLD_OF_HER):
        low, kept = _blank(low, kept, pattern)
    low, kept = _without_names(low, kept)
    low, kept = _without_signature(low, kept)
    return Body(kept, low, cut)


def _blank(low: str, kept: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    for match in pattern.finditer(low):
        low, kept = (_blanked(one, match.start(), match.end()) for one in (low, kept))
    return low, kept


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _without_wishes(low: str, kept: str) -> tuple[str, str]:
    """Blank wishes of politeness, and who signs behind one, or behind thanks, at the end of the letter."""
    kept_end = len(kept.rstrip())
    for wish in _WISHED_WELL.finditer(kept[:kept_end]):
        signs = wish["name"] and not _SEARCHED.search(low, wish.start("name"))
        start = wish.start() if wish["polite"] else wish.start("name") if signs else wish.end()
        end = wish.end() if signs or not wish["name"] else wish.start("name")
        if start < end:
            low, kept = _blanked(low, start, end), _blanked(kept, start, end)
    return low, kept


def _without_names(low: str, kept: str) -> tuple[str, str]:
    low, kept = _blank(low, kept, _INTRODUCED)
    signed = next((end for start, end in name_lines(kept) if _is_signature(low, start, end)), None)
    if signed is not None:
        low, kept = _blanked(low, signed, len(low)), _blanked(kept, signed, len(kept))
    last = _SIGNED_WITH.search(kept)
    if last and is_first_name(last["name"]) and not _SEARCHED.search(low, last.start()):
        low, kept = _blanked(low, last.start("name"), len(low)), _blanked(kept, last.start("name"), len(kept))
    for start, end in person_names(kept):
        low, kept = _blanked(low, start, end), _blanked(kept, start, end)
    return low, kept


def _is_signature(low: str, start: int, end: int) -> bool:
    """Return whether a line with a name begins the signature: a letter stands above it, some short lines below."""
    tail = low[end:]
    short = len(tail) <= _LONGEST_SIGNATURE and tail.count("\n") <= _MOST_SIGNED_LINES
    return short and len(low[:start].split()) >= 3 and not _LOOKS.search(tail) and not _SEARCHED.search(tail)


def _without_signature(low: str, kept: str) -> tuple[str, str]:
    """Blank what follows a closing formula, a postscript excepted, unless the search itself comes only then."""
    for closing in _CLOSING.finditer(low):
        tail = low[closing.end() :]
        if len(tail) > 700 or _LOOKS.search(tail) or len(low[: closing.start()].split()) < 2:
            continue
        postscript = _POSTSCRIPT.search(low, closing.end())
        end = postscript.start() if postscript else len(low)
        return _blanked(low, closing.start(), end), _blanked(kept, closing.start(), end)
    return low, kept


def signed_places(flat_text: str) -> list[tuple[int, int]]:
    """Return the offsets of lines that are only a postal code and a town, as under a name: where someone lives."""
    return [(match.start(), match.end()) for match in _LAST_LINE_PLACE.finditer(flat_text)]
