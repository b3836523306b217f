"""Numbers that count or date something, and so name no département and no arrondissement: days, hours, ages, lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobboard.phrases import Word, word_set

_MONTHS = word_set(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fevr juil sept oct nov",
    "dec january february march april june july august september october november december",
)
UNITS = _MONTHS | word_set(
    "km kms kilometre kilometres k h heure heures hrs jour jours j mois an ans annee annees semaine semaines sem",
    "minute minutes min mn euro euros eur brut net fois personnes enfants lits places hours hour day days weeks",
    "months years miles pourcent soir soirs matin matins nuit nuits apres midi inclus compris etp points pouces",
)
# What is numbered: "semaine 49 ou 50", "BP 44", "convention 66", "lundi 14", "ligne 13".
_NUMBERED = word_set(
    "semaine semaines bp cs cedex batiment bat bt appartement appt apt numero no n ligne lignes bus tram tramway metro",
    "rer sortie nationale autoroute convention conventions ccn cc cct coefficient coef indice echelon groupe age gir",
    "promo promotion annee lundi mardi mercredi jeudi vendredi samedi dimanche page ref reference article loi porte",
    "etage lot boite chambre taille pointure classe bac niveau arret bretelle dossier annonce code version option",
    "entre monday tuesday wednesday thursday friday saturday sunday week caces ssiap psc grille nee",
)
# "le 14" behind these is a day: "entretien le 14", "libre le 14".
_DATED = word_set(
    "partir avant apres disponible dispo disponibles des depuis libre libres entretien rendez rdv jusqu reunion absent",
    "absente vacances conge conges debut debute commence commencer demarre demarrer termine finit fini fin joindre",
    "appelez appeler rappeler rappelez contacter revenir reviens recontacter voir venir compter pourvoir jours jour",
    "lettre mail cv candidature message courrier examen concours formation session",
)
_BEFORE_A_TERRITORY = word_set("dans sur vers ds departement departements dept dep dpt zone secteur tout pour et ou")
_BETWEEN = word_set("au a et ou le les du to and or puis")
_DAY = re.compile(r"(?:\d{1,2}|1er|\d{1,2}h(?:\d\d)?)\Z")
_LAST_DAY = 31
_FARTHEST = 6
_NEAR = 4


def counts_something(words: Sequence[Word], at: int) -> bool:
    """Return whether the number at this word, with those linked to it, is a count or a date of something."""
    return _has_a_unit(words, at) or _is_a_span(words, at) or _is_numbered(words, at) or _is_a_day(words, at)


def _has_a_unit(words: Sequence[Word], at: int) -> bool:
    """Return whether a unit or a month ends the row of numbers: "14 au 18 décembre", "9 à 17 heures"."""
    listed = False
    for n in range(at + 1, min(at + 1 + _FARTHEST, len(words))):
        folded = words[n].folded
        listed = listed or words[n].opens  # "Paris 20, 2 soirs": only a month reaches back over a comma
        if folded in UNITS:
            return folded in _MONTHS or not listed
        if folded not in _BETWEEN and not _DAY.match(folded):
            return False
    return False


def _is_a_span(words: Sequence[Word], at: int) -> bool:
    """Return whether two numbers are the ends of a span: "du 14 au 18", "de 9 à 17", "entre 12 et 14"."""
    ahead = [word.folded for word in words[at + 1 : at + 3]]
    behind = [word.folded for word in words[max(at - 3, 0) : at]]
    opens = behind[-1:] in (["du"], ["de"]) and ahead[:1] in (["au"], ["a"]) and _is_number(ahead[1:2])
    closes = behind[:1] in (["du"], ["de"]) and behind[-1:] in (["au"], ["a"]) and _is_number(behind[1:2])
    return opens or closes


def _is_number(one: Sequence[str]) -> bool:
    return bool(one) and bool(_DAY.match(one[0]))


def _is_numbered(words: Sequence[Word], at: int) -> bool:
    """Return whether something that is numbered stands before the row of numbers."""
    for n in range(at - 1, max(at - 1 - _FARTHEST, -1), -1):
        folded = words[n].folded
        if folded in _NUMBERED:
            return True
        if words[n + 1].opens and not _DAY.match(folded):
            return False
        if folded not in _BETWEEN and folded != "en" and not _DAY.match(folded):
            return False
    return False


def _is_a_day(words: Sequence[Word], at: int) -> bool:
    """Return whether "le 14" may be a day of the month: nothing says "dans" or "sur" before it."""
    number = words[at].folded
    if not number.isdigit() or int(number) > _LAST_DAY or at == 0 or words[at - 1].folded not in ("le", "les", "du"):
        return False
    near = [word.folded for word in words[max(at - 1 - _NEAR, 0) : at - 1]]
    if _DATED & set(near):
        return not (near and near[-1] in ("dans", "sur"))
    return words[at - 1].folded == "les" and not (near and near[-1] in _BEFORE_A_TERRITORY)
