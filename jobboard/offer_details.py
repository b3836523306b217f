"""What an offer says besides what every offer must: how to apply, an employer not to be named, a mission's own terms."""

from __future__ import annotations

import re
from typing import Any

from jobboard.readable import level

LONGEST = 1_000  # characters of how to apply, or of an expertise
MOST_DAYS = 400

_HIDDEN = re.compile(
    r"\b(?:employeur|structure|recruteur|annonce|offre|association) (?:(?:est|reste|doit rester|restera|souhaite rester) )?"
    r"(?:confidentiel(?:le)?|anonyme)\b|\b(?:ne pas|sans|merci de ne pas) (?:afficher|publier|mentionner|citer|faire apparaitre|montrer)"
    r" (?:(?:notre|le|son) )?(?:nom|employeur|nom de (?:l'employeur|la structure|l'association))\b"
    r"|\bsans (?:le )?nom de (?:l'employeur|la structure|l'association)\b|\bconfidential employer\b|\bemployeur\b[^\n]{0,80}\(confidentiel\)"
)
_SHOWN = re.compile(
    r"\b(?:afficher|montrer|publier|mentionner) (?:notre |le )nom\b(?! de famille)|\bemployeur (?:visible|affiche)\b"
)
_NOT = re.compile(r"\b(?:ne pas|sans|pas)\b[^.\n]{0,20}$")
_LIMIT = re.compile(
    r"\b(?:clo(?:re|se|ture|turer)|ferme[rz]?|fermer|arret(?:er|ez)?|stop(?:per)?|limit(?:er|ez|e)?|close)\b[^.\n\d]{0,50}?"
    r"\b(?:apres|a|au bout de|des|after|at) (?:la |reception de |avoir recu )?(?P<count>\d{1,4})(?:e|eme)? (?:candidatures?|cv|applications?)\b"
    r"|\b(?P<most>\d{1,4}) candidatures? (?:au )?(?:maximum|max|plus)\b"
)
_DAYS = re.compile(
    r"\b(?:(?:duree|volume|charge|mission|nombre de jours)[^.\n\d]{0,40}|(?:environ|estimee? a|sur|de) )?(?P<low>\d{1,3})"
    r"(?: ?(?:a|-|/|ou) ?(?P<high>\d{1,3}))? jours?\b(?P<after>[^.\n]{0,20})"
)
_RATE = re.compile(
    r"\b(?:tjm|tarif journalier|taux journalier|prix (?:de )?jour(?:nee)?|day rate|daily rate)\b[^\n\d]{0,30}(?P<rate>\d{2,4})"
    r"(?:[^\n\d]{1,12}(?P<to>\d{3,4}))?|(?P<per>\d{2,4}) ?(?:€|euros?)(?: ?ht)? ?(?:/|par|la|per|a) ?(?:jour|journee|day)\b"
)
# A rate from which on a day's pay is a consultant's, euros: who is employed is paid less, or by the month.
CONSULTANTS_RATE = 150
_ABOUT_A_MISSION = re.compile(r"\b(?:missions?|consultante?s?|prestations?|freelance|independante?s?|assignment)\b")
_FEW = {"un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4}
_COUNT = rf"(?P<count>[1-4]|{'|'.join(_FEW)})"
_TELEWORK = re.compile(
    r"\b(?:tele-?travail|remote(?: work)?|a distance|distanciel)\b[^.;,\n\d]{0,30}?\b"
    rf"{_COUNT} (?:jours?|j|days?)\b(?: ?(?:par|/|a|per) ?(?:semaine|week))?"
    rf"|\b{_COUNT.replace('count', 'more')} (?:jours?|j|days?)(?: ?(?:par|/|a|per) ?(?:semaine|week))? (?:de |en |a |of )?"
    r"(?:tele-?travail|distance|distanciel|remote)\b"
    r"|(?P<partly>\btele-?travail (?:partiel|ponctuel|occasionnel|en partie|partial)|\b(?:partly|partial(?:ly)?) remote)"
)
_EXPERTISE = re.compile(
    r"^[ \t*•-]*(?:expertises?|domaines? d'(?:expertise|intervention)|specialites?|competences? cles?|expertise attendue)"
    r"[ \t]*:[ \t]*(?P<what>[^\n]{3,500})",
    re.MULTILINE,
)
_WHERE = re.compile(
    r"[,;:]?\s*(?:\b(?:par (?:mail|courriel|e-mail|courrier electronique)|a l'adresse(?: suivante)?|a l'attention de [^,;.\n]{2,40}"
    r"|avant le [^,;.\n]{4,25}|jusqu'au [^,;.\n]{4,25}|a|sur|au|to|by (?:e-?mail))\s*:?\s*)*\[adresse masquee\]"
)
_UNTIL = re.compile(
    r"[,;]?\s*\b(?:avant|jusqu'au|pour|d'ici) (?:le |au )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b[^.;\n]*|\d{1,2}\b[^.;\n]*)"
)
# Only what is to be sent or done is kept: where and until when are said elsewhere.
_TO_DO = re.compile(
    r"\b(?:cv|curriculum|lettres?|motivation|portfolio|book|dossier|diplomes?|references?|extrait|casier|video|questionnaire"
    r"|test|entretiens?|formulaire|exemples?|travaux|realisations|disponibilites?|cover letter|resume)\b"
)


def read(text: str, how: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what was said, by the names of `jobboard.drafts.Draft`; what was not said is left out.

    `how`: what stood after "Comment postuler", addresses masked.
    """
    plain = level(text)
    found: dict[str, Any] = {
        "employer_hidden": _hidden(plain),
        "close_at_count": _count(plain),
        "daily_rate": _rate(plain),
        "expertise": _expertise(text, plain),
        "how": _how(how),
        "telework": _telework(plain),
    }
    return {name: value for name, value in found.items() if value is not None}


def _hidden(plain: str) -> bool | None:
    if _HIDDEN.search(plain):
        return True
    shown = _SHOWN.search(plain)
    return False if shown and not _NOT.search(plain[: shown.start()]) else None


def _count(plain: str) -> int | None:
    found = _LIMIT.search(plain)
    return int(found["count"] or found["most"]) or None if found else None


def _telework(plain: str) -> int | None:
    """Return how many days a week may be worked from home, 0 for some of the work; None for all of it, or none."""
    match = _TELEWORK.search(plain)
    if match is None or _NOT.search(plain[: match.start()]):
        return None
    if match["partly"]:
        return 0
    said = match["count"] or match["more"]
    return _FEW.get(said) or int(said)


def is_mission(text: str, daily_rate: int | None) -> bool:
    """Tell whether an offer that names no contract is a mission: it speaks of one, at a consultant's rate."""
    return (daily_rate or 0) >= CONSULTANTS_RATE and bool(_ABOUT_A_MISSION.search(level(text)))


def mission_days(text: str) -> int | None:
    """Return how many days of work a mission's text speaks of, the most of a range; None without a plain number."""
    plain = level(text)
    for match in _DAYS.finditer(plain):
        days = int(match["high"] or match["low"])
        if re.match(
            r" (?:de )?(?:conges|delai|ouvres? (?:de|pour)|apres|avant|plus tard|par (?:semaine|mois)|sur)",
            match["after"],
        ):
            continue
        if 0 < days <= MOST_DAYS:
            return days
    return None


def _rate(plain: str) -> int | None:
    match = _RATE.search(re.sub(r"(?<=\d) (?=\d{3}\b)", "", plain))
    if match is None:
        return None
    rate = int(match["to"] or match["rate"] or match["per"])
    return rate if 50 <= rate <= 3_000 else None


def _expertise(text: str, plain: str) -> str | None:
    match = _EXPERTISE.search(plain)
    return text[match.start("what") : match.end("what")].strip()[:LONGEST] if match else None


def _how(values: tuple[str, ...]) -> str | None:
    """Return what to send, without the address to send it to; None when nothing else was said."""
    said = "\n".join(value.strip() for value in values if value.strip())
    kept, reached = [], 0
    plain = level(said)
    for match in sorted((*_WHERE.finditer(plain), *_UNTIL.finditer(plain)), key=lambda one: one.start()):
        kept.append(said[reached : max(match.start(), reached)])
        reached = max(match.end(), reached)
    text = "".join([*kept, said[reached:]]).strip(" ,;:\n")
    return text[:LONGEST] if _TO_DO.search(level(text)) else None
