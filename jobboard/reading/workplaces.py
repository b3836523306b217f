"""Where the work is: places said to be its place, apart from those that are only passed by (head office, trips, addresses)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from jobboard import places
from jobboard.folding import fold
from jobboard.person_names import is_first_name, person_names
from jobboard.places import FoundPlace, Place, PlaceKind
from jobboard.readable import level
from jobboard.reading.nouns import is_establishment
from jobboard.reading.sentences import Part, Sentence

MOST_OPTIONS = 6

_REMOTE_ONLY = re.compile(
    r"\b(?:100 ?%|full|fully|entierement|totalement|integralement|exclusivement|uniquement|total|complet"
    r"|a temps plein|tout)"
    r" ?(?:en |a )?(?:tele-?travail|remote|distance|distanciel)|\b(?:tele-?travail|remote|a distance|distanciel)"
    r" (?:100 ?%|total|complet|integral|only|a temps plein|a 100 ?%|exclusif|permanent)|^(?:en )?(?:tele-?travail"
    r"|remote|a distance)[ .]*$"
    r"|\bposte (?:basee? )?en tele-?travail(?! partiel| possible| \d| un| deux)"
)
_REMOTE_NEVER = re.compile(
    r"\b(?:pas d[eu]|sans|aucun|non) ?(?:tele-?travail|teletravaillable|remote)|teletravail (?:impossible|non)"
    r"|\bno remote"
)
_PASSING = re.compile(
    r"\b(?:deplacements?|deplacer|siege|reunions?|antennes?|reseau|financee?s?|soutenue?s?|subventionn\w+|labellisee?s?|agreee?s?|partenariat|intervien\w+|interventions?(?! (?:sociale|educative))|partenaires?"
    r"|implantee?s? (?:a|dans|en)"
    r"|presente?s? (?:a|dans|en)|rayonn\w+|proche d\w|proximite d\w|pres d[eu]|entre|(?<!d')entretiens?|issue? d|origine"
    r"|courrier|postale?"
    r"|acces|trajets?|gare|mobilite|permanences?|ponctuel\w*|travel|headquarters?|based organi[sz]ation"
    r"|habitants? d|territoires? d|villes? d|diplome|universite|faculte)\b[^.;,]{0,50}$"
)
_INTRODUCED = re.compile(r"\b(?:[Jj]e suis|[Mm]oi,? c['’]est|[Cc]['’]est|[Ii]ci) (?P<name>[A-ZÀ-Ý][\w-]+)(?= ?[,.])")
_DENIED = re.compile(r"\b(?:et non\b|non pas\b|pas\b|plutot qu|au lieu d|hors\b|sauf\b)[^,.;]{0,20}$")
_IN_A_NAME = re.compile(r"(?<=[a-zà-ÿ] )[A-ZÀ-Ý][\w-]*")  # "l'association Entre Voisins à Libourne" is between nothing
_STREET = re.compile(
    r"\b(?:rue|avenue|av|boulevard|bd|place|allee|chemin|quai|route|cours|impasse|square)\b(?:(?! a )[^,;\n\d])*$"
)
_THERE = re.compile(
    r"\bpour (?:son|sa|ses|notre|nos|leurs?|l'une de ses|un de ses|une de ses) [a-z' -]{3,40}(?: (?:de|d'|du))? ?$"
)
_JOINED = re.compile(r"[ ,/()+&-]*(?:ou|et|or|and|puis|comme)?[ ,/()+&-]*(?:a |sur |en )?")
_NO_CODE = re.compile(
    r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?[ \u00a0\u202f]?(?:€|%|euros?\b|k\b|K\b|h\b"
    r"|heures?\b|mois\b|ans?\b|jours?\b|postes?\b)"
    r"|(?<!dans )(?<!sur )\b[Ll]e \d{1,2}\b|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?|(?<=[^\W\d], )\d{1,2}(?! ?(?:e|er"
    r"|ème|eme|ᵉ)\b)(?=\b)"
)
_CAPITALS = re.compile(r"[\w,)] (?:[dl]['’])?[A-ZÀ-Ý][a-zà-ÿ]|['’][A-ZÀ-Ý][a-zà-ÿ]")
_WITH_ARTICLE = re.compile(r"\b(?:l'|(?:du|des|de la|la|le|les|au|aux|un|une|notre|nos) )[a-z'-]* ?$")
_FAREWELL = re.compile(
    r"(?:un grand |mille )?(?:merci(?! (?:de|d'))|bonne (?:journee|soiree|semaine)|belle (?:journee|soiree)|bon week-?end|cordialement|bien (?:cordialement|a vous)|bises"
    r"|a bientot|salutations|thanks|thank you)(?: (?:a|de|d'|en|pour|par|avance|tous|toutes|vous|beaucoup|bien|votre|aide|tout|d'avance))*[ ,.!]*"
)
_SIGNING = 3  # words of a name
_PLAINLY_AT = re.compile(r"(?:^|[ ,(])(?:a|au|aux|basee?(?:\(e\))? a|situee? a) ?$")
_MANY_TIMES = 6  # more people than in its namesakes: the one that is rather meant
_SAINT = re.compile(r"Saint(?:e|s|es)?[- ]|Notre[- ]Dame")
_BEFORE_A_TOWN = re.compile(
    r"\b(?:de|d'|du|a|au|aux|sur|en|vers|pour|h/f|cd[id]|plein|partiel|ville|commune|lieu|secteur) ?$"
)
_POSTAL = re.compile(r"\d{5}\b")
_AT = re.compile(
    r"(?:(?<!-)\b(?:a|au|aux|sur|en|in|at|dans(?: le| la| les| l')?|basee?(?:\(e\))? (?:a|sur|en)|situee? (?:a|en)"
    r"|lieu(?: de travail)? ?:?|poste base"
    r"|localisation ?:?|secteur(?: de)?|bassin(?: de)?|vers|region|departement(?: de(?: la| l')?| du)?"
    r"|agglomeration)[ (]*|[(\[]|[-–—|/] ?)$"
)
_OF = re.compile(r"\b(?:de|d'|du|des|of)[ (]*$")


def _is_passed(before: str) -> bool:
    return bool(_PASSING.search(before) or _STREET.search(before) or _DENIED.search(before))


class _Standing(StrEnum):
    """What a mention says of the place of work."""

    AT = "at"  # the work is there
    BESIDE = "beside"  # the employer is there, and the work, when nothing else is said
    OF = "of"  # something is of that place ("agence de Valence"), and the work, when no other place is named
    NAMED = "named"  # the employer is called so
    PASSING = "passing"  # somebody goes there, or is called so
    DENIED = "denied"  # not there


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """The place of work; or those that it may be, `options`, when nothing says it surely; `remote`: all of it, or none."""

    place: Place | None = None
    options: tuple[Place, ...] = ()
    weak: bool = False  # the options were only mentioned in passing
    remote: bool | None = None


def mentioned(text: str) -> tuple[FoundPlace, ...]:
    """Return the places that a text mentions; amounts, dates, counts and names of people are none ("Lyon, 2 200 €")."""
    introduced = (
        (one.start("name"), one.end("name")) for one in _INTRODUCED.finditer(text) if is_first_name(one["name"])
    )
    for start, end in (*person_names(text), *introduced):
        text = text[:start] + "\x00" * (end - start) + text[end:]
    found = places.mentioned(_NO_CODE.sub(lambda match: "\x00" * len(match[0]), text))
    return tuple(one for one in found if not _is_a_common_word(text, one))


def _is_a_common_word(text: str, found: FoundPlace) -> bool:
    """Tell whether a place is but a word of the language: "un client du port" is no Le Port where towns have capitals."""
    written = text[found.start : found.end]
    if any(char.isupper() for char in written) or written[:1].isdigit():
        return False
    if not _CAPITALS.search(text) and not found.guessed:
        return False
    return _WITH_ARTICLE.search(level(text[: found.start] + written.split(" ")[0] + " ")) is not None


def labelled(text: str) -> ReadPlace:
    """Return the place that stands after "Lieu :" or answers our question."""
    remote = _remote(text)
    whole = places.named(text.strip(" .!,;")) or places.named(text.split(",")[0].strip(" .!;"))
    if whole and not _is_remote(whole[0]):
        best = places.dominant(whole)
        if best is not None:
            return ReadPlace(best, remote=remote)
    found = [one for one in mentioned(text) if not _is_remote(one.candidates[0])]
    inside = [one for one in found if not _is_passed(level(text[: one.start]))]
    named = [one for one in inside if not _OF.search(level(text[: one.start]))]
    inside = named or inside
    return _rather(inside or found, [], sure=bool(inside), remote=remote)


def in_sentences(sentences: Iterable[Sentence], *, employer: str | None = None) -> ReadPlace:
    """Return the place of work that sentences tell; a place in the employer's name or a passing one is only offered."""
    sorted_finds: dict[_Standing, list[FoundPlace]] = {standing: [] for standing in _Standing}
    remote: bool | None = None
    plainly: list[FoundPlace] = []  # "à Bourges", beside names that hold a place ("l'Élan Berrichon")
    for sentence in _without_farewell(sentences):
        if sentence.part in (Part.TERMS, Part.HOW):
            said = _remote(sentence.text)
            remote = said if said is not None else remote
        before: tuple[int, _Standing] | None = None
        for found in mentioned(sentence.text):
            if _is_remote(found.candidates[0]):
                continue
            listed = (
                before is not None
                and before[1] is not _Standing.NAMED
                and not _DENIED.search(level(sentence.text[: found.start]))
                and _JOINED.fullmatch(level(sentence.text[before[0] : found.start]))
            )
            standing = before[1] if before and listed else _standing(sentence, found, employer)
            sorted_finds[standing].append(found)
            together = listed and bool(plainly) and plainly[-1].end == (before or (0,))[0]
            plainly += [found] if together or _PLAINLY_AT.search(level(sentence.text[: found.start])) else []
            in_street = _STREET.search(level(sentence.text[: found.start]))
            before = None if in_street else (found.end, standing)
    if sorted_finds[_Standing.AT]:
        return _rather(sorted_finds[_Standing.AT], plainly, sure=True, remote=remote)
    beside, passing = sorted_finds[_Standing.BESIDE], sorted_finds[_Standing.PASSING]
    plainly = [one for one in plainly if not any(one is other for other in passing)]
    if not passing:
        beside = beside + sorted_finds[_Standing.OF]
    else:
        passing = [*sorted_finds[_Standing.OF], *passing]
    if not beside and not passing:
        passing = sorted_finds[_Standing.NAMED]
    read = _rather([*beside, *passing], plainly, sure=not passing, remote=remote)
    return replace(read, weak=read.place is None)


def _without_farewell(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return the sentences without the name that signs at the end behind thanks or a wish: "Merci ! Jarnac", "Merci, Agde"."""
    listed = list(sentences)
    last, before = (level(one.text) for one in (listed[-1], listed[-2])) if len(listed) > 1 else ("", "")
    signs = _FAREWELL.match(last) or (_FAREWELL.fullmatch(before) and len(last.split()) <= _SIGNING)
    return listed[:-1] if signs and len(last.split()) <= _SIGNING + 4 and not re.search(r"\d", last) else listed


def _standing(sentence: Sentence, found: FoundPlace, employer: str | None) -> _Standing:
    """Tell from what stands before a place whether the work is there."""
    text = sentence.text
    before = level(text[: found.start])
    named_before = before.rstrip(" (").endswith(level(employer or "\x00")[-12:]) and before.endswith("(")
    before = level(_IN_A_NAME.sub(lambda match: "x" * len(match[0]), text[: found.start]))
    if _DENIED.search(before):
        return _Standing.DENIED
    if sentence.part is Part.ABOUT and _AT.search(before) and not _is_passed(before):
        return _Standing.BESIDE
    if sentence.part is not Part.TERMS or _STREET.search(before):
        return _Standing.PASSING
    if _THERE.search(before):
        return _Standing.AT
    if _PASSING.search(before):
        return _Standing.PASSING
    named = employer is not None and text[found.start : found.end] in employer
    at = bool(_AT.search(before) or _POSTAL.match(text, found.start))
    if employer is not None and _goes_on_in(employer, text, found):
        return _Standing.NAMED
    if _SAINT.match(text, found.start) and re.search(r"[\w'’] $", before) and not _BEFORE_A_TOWN.search(before):
        return _Standing.NAMED  # "l'EHPAD Saint-Joseph de Lisieux"
    if _before_recruiting(text, found):
        return _Standing.NAMED if named and not at else _Standing.BESIDE
    if named_before:
        return _Standing.BESIDE  # "l'association X (Vannes)"
    if at or not before.strip(" -–—*•("):
        return _Standing.AT
    if named:
        local = _OF.search(before) is not None and _LOCAL.match(level(employer or "")) is not None
        return _Standing.OF if local or (_OF.search(before) and is_establishment(employer or "")) else _Standing.NAMED
    if _OF.search(before):
        return _Standing.NAMED if _in_a_name(text, found) else _Standing.OF
    if before.endswith(" pour "):
        return _Standing.OF
    return _Standing.AT if _stands_alone(text, found, before) else _Standing.PASSING


# Who is called after a town works there: "Mairie de Lunéville", unlike "Les Amis de Grenoble".
_LOCAL = re.compile(r"(?:mairie|ville|mjc|maison|mission locale|ccas|centre|office de tourisme|commune)\b")


def _goes_on_in(employer: str, text: str, found: FoundPlace) -> bool:
    """Tell whether the place only goes on the employer's name: "Agir en Anjou", unlike "l'IME de Chartres"."""
    name, plain = level(employer), level(text)
    start = plain.find(name)
    if start < 0:
        start = plain.find(name := name.partition(" ")[2]) if " " in name else -1
    inside = start >= 0 and start < found.start and found.end <= start + len(name)
    return (
        inside and re.search(r"\b(?:en|sur|a|dans|pour|sous) ?(?:la |le |les |l')?$", plain[: found.start]) is not None
    )


_RECRUITS = re.compile(
    r"\b(?:recherche(?:nt)?|recrute(?:nt)?|cherche(?:nt)?|embauche(?:nt)?|propose(?:nt)?|accueille(?:nt)?"
    r"|souhaite(?:nt)?|engage(?:nt)?"
    r"|is (?:looking|hiring|seeking|recruiting)|seeks)\b"
)


def _before_recruiting(text: str, found: FoundPlace) -> bool:
    """Tell whether the place stands with the employer: before the verb of "… à Rennes recrute …"."""
    match = _RECRUITS.search(level(text))
    return match is not None and found.end <= match.start()


def _in_a_name(text: str, found: FoundPlace) -> bool:
    """Tell whether "de X" ends a proper name: "Les Amis de Grenoble", unlike "agence de Valence", "MECS de Périgueux"."""
    words = re.sub(r"\W*(?:de|d['’]|du|des|of)\W*$", "", text[: found.start]).split()
    last = words[-1].strip("«»\"'(") if words else ""
    return len(words) > 1 and last[:1].isupper() and not last.isupper()


def _stands_alone(text: str, found: FoundPlace, before: str) -> bool:
    """Tell whether the place is no part of a longer name: ", Nantes,", "comptable Nantes CDI", not "Radio Nantes Sud"."""
    if before.rstrip().endswith((",", ":")):
        return True
    last = text[: found.start].split()[-1:]
    following = text[found.end :].split()[:1]
    return not any(word[:1].isupper() and not word.isupper() for word in (*last, *following))


def _chosen(found: list[FoundPlace], *, sure: bool, remote: bool | None) -> ReadPlace:
    """Return the one place of all that was found, the smallest when each lies within the next; else what to choose from."""
    if not found:
        everywhere = places.REMOTE if remote else None
        return ReadPlace(everywhere, remote=remote)
    meant: list[Place] = []
    certain = sure
    for one in found:
        certain = certain and len(one.sure) == 1 and not one.guessed
        meant += [place for place in one.sure or one.candidates if place not in meant]
    smallest = _within(meant)
    if certain and smallest is not None:
        return ReadPlace(smallest, remote=remote)
    if smallest is not None and all(one.sure for one in found):
        return ReadPlace(options=(smallest,), remote=remote)
    return ReadPlace(options=tuple(meant[:MOST_OPTIONS]), remote=remote)


def _rather(found: list[FoundPlace], plainly: list[FoundPlace], *, sure: bool, remote: bool | None) -> ReadPlace:
    """Return the place of all that was found; where there are several, those that "à" stands before, or the largest namesake."""
    read = _chosen(found, sure=sure, remote=remote)
    if len(read.options) > 1 and (told := [one for one in found if any(one is other for other in plainly)]):
        read = _chosen(told, sure=False, remote=remote)
    first, *others = read.options or (None,)
    if (
        first is not None
        and others
        and all(other.kind is PlaceKind.COMMUNE and fold(other.name) == fold(first.name) for other in read.options)
        and first.population >= _MANY_TIMES * others[0].population
    ):
        return replace(read, options=(first,))
    return read


_SIZES = {PlaceKind.COMMUNE: 0, PlaceKind.DEPARTEMENT: 1, PlaceKind.REGION: 2, PlaceKind.FRANCE: 3}


def _within(meant: list[Place]) -> Place | None:
    """Return the smallest place when all the others contain it."""
    first = min(meant, key=lambda place: _SIZES.get(place.kind, 4))
    for other in meant:
        contains = {
            PlaceKind.DEPARTEMENT: first.departement == other.code,
            PlaceKind.REGION: first.region == other.code,
            PlaceKind.FRANCE: True,
        }
        if other != first and not contains.get(other.kind, False):
            return None
    return first


def _is_remote(place: Place) -> bool:
    return place.kind is PlaceKind.REMOTE


def _remote(text: str) -> bool | None:
    plain = level(text)
    if _REMOTE_NEVER.search(plain):
        return False
    return True if _REMOTE_ONLY.search(plain) else None
