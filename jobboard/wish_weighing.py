"""Which of the places and trades of a letter are hers to claim: what only stands in a diploma, a name or a story is not.

Roles come from the words near a phrase. Here the phrases are weighed against each other: where two compete, and one
stands where she says what she looks for, the other is left out when its words tell the past, and asked about when not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from jobboard.contracts import Contract
from jobboard.diplomas import diplomas, is_abbreviated
from jobboard.marks import Axis, Mark, Role, Said
from jobboard.phrases import Word, word_set
from jobboard.wish_body import Body
from jobboard.wish_words import EMPTY_WORDS

_SEEKING = (
    r"(?:re)?cherch\w*|souhait\w*|voudrai\w*|j'aimerai\w*|veux|veut|voulons|vise\b|recherch\w*|a la recherche|en quete|looking for"
    r"|m'install\w*|emmenag\w*|m'etabli\w*|rapprocher|postule\w*|seeking"
)
_SEEKS = re.compile(rf"\b(?:{_SEEKING})\b")
# Words that make a clause speak of work wanted, or of where it is wanted.
_WANTING = re.compile(
    rf"\b(?:{_SEEKING}|poste|emplois?|(?<!france )travail|job|taf|boulot|mobile|mobilite|dispo\w*|accept\w*|interess\w*|prefer\w*|idealement|ok pour"
    r"|ouverte?|elarg\w*|secteur|lieu|ville|offres?|alertes?|deplacer|envisag\w*|rayon|km|stage|alternance|missions?(?! locale)|apprentissage"
    r"|service civique|benevol\w*|vivre|habite\w*|reside\w*|vis\b|domicilie\w*|demenag\w*|loge\w*|base\w*)\b"
)
# Words that make a clause tell a story: of herself, her family, her studies, her journeys.
_TELLING = re.compile(
    r"\b(?:je|j'|nous|on|m'|mon|ma|mes|notre|nos|il|elle|ils|elles|inscrite?s?|suivie?s?|vue?s?|nee?s?|originaire|diplomee?s?|ancien\w*"
    r"|etude\w*|ecole|universite|fac|lycee|formation|voyages?|vacances|lignes?|trains?|gare|ex|dont \d|experiences?|exp|hopital|chu|salon|forum|my|i)\b"
)
_CLAUSE = re.compile(
    r"[.;!?:\n\u2026,()]|\b(?:mais|donc|car|puis|ensuite|but|so)\b|\bet (?=je\b|j'|(?:re)?cherche|souhaite|veux|voudrais)|\bpour (?=m'|y )|\bou (?=je\b|j'|vi[tv]|habit)"
)
_LIST = re.compile(
    r"(?:[ ,/;&+\n-]|\b(?:et|ou|ou bien|soit|puis|voire|or|and|a|sur|en|dans|vers|le|la|les|l'|de|du|d'|aussi|meme|bien|pres|autour"
    r"|alentours?|environs?|secteur|region|departements?|ville|cote|proche|banlieue|peripherie|agglo\w*|metropole|rayon|max\w*"
    r"|ses|leurs|aux?|\d{1,3} ?(?:km|kms|kilometres)|eventuellement|sinon|idealement|plutot|in|near)\b)*"
)
_TO = re.compile(r",? ?(?:pour|vers|a|jusqu'a|for|to) ?(?:l'|la |le |les )?")
_MOVING = re.compile(
    r"\b(?:quitt\w+|demenag\w+|pass(?:e|ons|er)|mut(?:e|ee|ation)\w*|viens|venons|venant|pars|partons|partir|arriv\w+|vend\w*|chang\w+|moving)\b"
    r"[^.;\n]{0,40}$"
)
_PART_OF_TOWN = word_set(
    "nord sud est ouest centre ville metropole part gare plage bourg port agglo agglomeration banlieue intra rive saint"
    " sainte sur sous en les le la de du d l et aux"
)
_PARTICLES = word_set("de du d des la le l van von el ben")
_OWN = re.compile(r"\b(?:ma|mon|mes|notre|nos|my|our) (?:ancienn?e? |future? )?$")
_NAMED_SO = re.compile(
    r"\b(?:itep|ime|mecs|esat|chrs|sessad|chu|ch|mjc|creche|mas|fam|hospitalier|scolaire|maternelle|quartier|residence|clinique|hopital|lycee|college|ecole|ehpad|foyer|institut|fondation|eglise|paroisse|gare|rue|avenue|place"
    r"|square|lotissement|hameau|cite|stade|station|arret|campus|parc|domaine|chateau|groupe|villa|maison|centre|association|residences)"
    r" $"
)
_BOUND = re.compile(r"\b(?:plus loin que|au[ -]dela d[eu]) ?(?:la |le |l')?$")
_SAID_AFTER = re.compile(
    r" ?(?:effectuee?s?|realisee?s?|terminee?s?|achevee?s?|obtenue?s?|validee?s?|en poche|fini\w*)\b"
)
_PERSONS = re.compile(r"(?:benevoles?|stagiaires?|alternante?s?|apprentie?s?|interimaires?|saisonni\w+|volontaires?)")
_A_JOB = re.compile(r"[^.;\n]{0,30}\b(?:postes?|emplois?|job|travail|cdi|cdd)\b")
_PLACEMENTS = frozenset((Contract.STAGE, Contract.APPRENTISSAGE, Contract.PROFESSIONNALISATION))
# A diploma that is yet to be had tells even less of the work wanted.
_LEARNING = re.compile(
    r"\b(?:prepar\w+|passe|passer|je valide|valider|en cours|(?:1ere|2e|2eme|3e|3eme|premiere|deuxieme|troisieme|derniere) annee|concours|poche)\b"
)
_OTHER_SENSES = re.compile(
    r"\brestauration (?:de |du |d'|des |de la )?(?:patrimoine|meubles?|monuments?|arts?\b|oeuvres?|tableaux?|milieux?|habitats?|livres?|bati\b|peintures?"
    r"|batiments?|ecologique|documents?|zones?|cours d)|\b(?:cinema|film|studio)s? d'animation|\banimation (?:3d|2d|commerciale)"
    r"|\bpose(?:ur)? de cuisines?|\bcuisines? (?:equipees?|sur mesure)|\bcommunication non violente|\bjardin d'enfants|\bcouture (?:d'|de )?(?:plaie|chirurg)"
    r"|\b(?:un|mon|notre|son|ce|le|du|prochain|futur) demenagement|\b(?:votre|bon|leur|son|l'|d') ?accueil (?:que|et votre|de vos|chaleureux)"
    r"|\b(?:ma|la|une|cette|en) (?:formation|vente) (?:de ma maison|de mon|qui|que|termin)|\b(?:la|une|de|mode de) garde (?:de mes|de mon|de ma|pour mes|alternee|partagee)"
)
_IF = re.compile(
    r",? ?\(?(?:seulement |uniquement |mais )?(?:si|s'ils?|a condition|sous reserve)\b(?! ?(?:possible|besoin|jamais|vous|tu|c'est possible|il vous|plait))"
)
_FEW_OTHERS = 2  # words beside a mark that is still a bare item of a list
_LONGEST_OPENING = 90  # characters between who she is and "cherche"


def weighed(said: tuple[Said, ...], words: Sequence[Word], body: Body) -> tuple[Said, ...]:
    """Return what was said with the roles that the whole letter gives them."""
    said = tuple(
        one for one in said if not _is_in_a_name(one, said, words, body) and not _is_of_another_field(one, body)
    )
    said = tuple(_as_held(said, body))
    said = tuple(_as_moved(said, body))
    said = tuple(_as_opening(said, body))
    return tuple(_as_told(said, body))


def _wanted(said: Sequence[Said], axis: Axis) -> list[Said]:
    return [one for one in said if one.mark.axis is axis and one.role is Role.WANTED]


def _is_in_a_name(one: Said, said: Sequence[Said], words: Sequence[Word], body: Body) -> bool:
    """Return whether a place or a trade is but a part of somebody's or something's name: "Delmas-Roquebrun", "Croix-Rouge"."""
    if one.mark.axis not in (Axis.PLACE, Axis.TRADE):
        return False
    start, end = one.mark.start, one.mark.end
    if one.mark.axis is Axis.PLACE:
        if body.flat.startswith("saint", start) and _NAMED_SO.search(body.flat[max(start - 14, 0) : start]):
            return True
        for word in words:
            beside = (word.end == start - 1 and body.text[start - 1] == "-") or (
                word.start == end + 1 and body.text[end] == "-"
            )
            if beside and not _belongs(word, said):
                return True
    return _signs(one, said, words, body)


def _is_of_another_field(one: Said, body: Body) -> bool:
    """Return whether the words around a field give it another sense: "restauration du patrimoine", "cinéma d'animation"."""
    if one.mark.axis is not Axis.TRADE or not all(found.domain for found in one.mark.value):
        return False
    around = body.flat[max(one.mark.start - 14, 0) : one.mark.end + 30]
    return _OTHER_SENSES.search(around) is not None


def _belongs(word: Word, said: Sequence[Said]) -> bool:
    """Return whether a word joined to a place by a hyphen is one, too, or a part of a town: "Paris-Rennes", "Lyon-Est"."""
    if word.folded in _PART_OF_TOWN or word.folded.isdigit() or not word.capital:
        return True
    return any(one.mark.start <= word.start < one.mark.end for one in said)


def _signs(one: Said, said: Sequence[Said], words: Sequence[Word], body: Body) -> bool:
    """Return whether the mark ends a letter behind words with capitals that say nothing: a name that we do not know."""
    if one.mark.axis is Axis.TRADE and not any(other is not one and other.mark.axis is Axis.TRADE for other in said):
        return False
    if body.text[one.mark.end :].strip(" .!\n"):
        return False
    start = max(body.text.rfind(stop, 0, one.mark.start) for stop in ("\n", ".", "!", ","))
    before = [word for word in words if start < word.start < one.mark.start]
    capitals = all(word.capital and word.folded not in EMPTY_WORDS for word in before if word.folded not in _PARTICLES)
    marked = any(other.mark.start < one.mark.start and other.mark.end > start + 1 for other in said)
    shouting = not any(char.islower() for char in body.text)
    return 0 < len(before) <= 3 and capitals and not marked and not shouting and bool(body.text[: start + 1].strip())


def _as_held(said: Sequence[Said], body: Body) -> Iterator[Said]:
    """Read the trade of a diploma as what she has learnt: it is no second trade beside one that she names."""
    spans = list(diplomas(body.text, body.flat))
    held = {id(one) for start, end in spans for one in _first_trade(said, start, end)}
    others = any(
        one.mark.axis is Axis.TRADE and one.role in (Role.WANTED, Role.IDENTITY, Role.RESIDENCE) and id(one) not in held
        for one in said
    )
    for one in said:
        if id(one) in held and one.role in (Role.WANTED, Role.IDENTITY, Role.RESIDENCE):
            told = one.role is not Role.WANTED or _LEARNING.search(
                body.flat[max(one.mark.start - 40, 0) : one.mark.end]
            )
            weak = told and is_abbreviated(body.flat[one.mark.start : one.mark.end])
            yield replace(one, role=Role.PAST if others or weak else Role.IDENTITY)
        else:
            yield one


def _first_trade(said: Sequence[Said], start: int, end: int) -> list[Said]:
    """Return the trade that a diploma names; one that begins with the diploma, too ("CAP petite enfance")."""
    return [one for one in said if one.mark.axis is Axis.TRADE and start <= one.mark.start < end][:1]


def _as_moved(said: Sequence[Said], body: Body) -> Iterator[Said]:
    """Read "de Paris à Rennes" behind a verb of moving: the first is left, the second is where she goes."""
    places = [one for one in said if one.mark.axis is Axis.PLACE]
    left: set[int] = set()
    reached: set[int] = set()
    for one, following in pairwise(places):
        gap = body.flat[one.mark.end : following.mark.start]
        before = body.flat[max(one.mark.start - 60, 0) : one.mark.start]
        if len(gap) < 14 and _TO.fullmatch(gap) and _MOVING.search(before) and following.role is not Role.EXCLUDED:
            left.add(id(one))
            reached.add(id(following))
    for one in said:
        yield (
            replace(one, role=Role.PAST)
            if id(one) in left
            else replace(one, role=Role.WANTED)
            if id(one) in reached
            else one
        )


def _as_opening(said: Sequence[Said], body: Body) -> Iterator[Said]:
    """Read what stands before "cherche" in its sentence as what she is, where she names the same thing behind it."""
    for one in said:
        after = _SEEKS.search(body.flat, one.mark.end, one.mark.end + _LONGEST_OPENING)
        between = body.flat[one.mark.end : after.start()] if after else "."
        if one.role is not Role.WANTED or after is None or re.search(r"[.;!?\n]", between):
            yield one
            continue
        behind = [other for other in said if other.mark.start >= after.end() and other.sentence == one.sentence]
        again = any(other.mark.axis is one.mark.axis and other.role is Role.WANTED for other in behind)
        if one.mark.axis is Axis.PLACE and again:
            yield replace(one, role=Role.RESIDENCE)
        elif (one.mark.axis is Axis.CONTRACT and again) or (
            _is_a_person(one, body) and _A_JOB.match(body.flat, after.end())
        ):
            yield replace(one, role=Role.IDENTITY)
        else:
            yield one


def _is_a_person(one: Said, body: Body) -> bool:
    return one.mark.axis is Axis.CONTRACT and bool(_PERSONS.fullmatch(body.flat[one.mark.start : one.mark.end]))


def _as_told(said: Sequence[Said], body: Body) -> Iterator[Said]:
    """Ask about places and trades of a story beside those of a search; leave out what is said to be done."""
    doubtful: set[int] = set()
    for axis in (Axis.PLACE, Axis.TRADE):
        groups = _groups(_wanted(said, axis), body)
        if len(groups) > 1:
            weights = [_weight(group, body) for group in groups]
            bare = 1 in weights  # beside what is surely looked for, a word in passing is asked about
            doubtful |= {
                id(one)
                for group, weight in zip(groups, weights, strict=True)
                if weight < 0
                or (
                    bare and weight == 0 and (_is_in_passing(group, body) or _is_before_the_search(group, groups, body))
                )
                for one in group
            }
    for one in said:
        bound = one.mark.axis is Axis.PLACE and _BOUND.search(body.flat[max(one.mark.start - 20, 0) : one.mark.start])
        done = one.mark.axis is Axis.CONTRACT and _SAID_AFTER.match(body.flat, one.mark.end)
        if done and one.role is Role.WANTED:
            yield replace(one, role=Role.PAST)
        else:
            conditional = one.mark.axis is Axis.PLACE and _IF.match(body.flat, one.mark.end)
            asked = id(one) in doubtful or ((bound or conditional) and one.role is Role.WANTED)
            yield replace(one, role=Role.UNSURE) if asked else one


def _groups(wanted: Sequence[Said], body: Body) -> list[list[Said]]:
    """Return the marks in their lists: "Rennes, Vitré ou Fougères" is one."""
    groups: list[list[Said]] = []
    for one in wanted:
        gap = body.flat[groups[-1][-1].mark.end : one.mark.start] if groups else "…"
        if groups and len(gap) <= 60 and _LIST.fullmatch(gap):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _is_before_the_search(group: Sequence[Said], groups: Sequence[Sequence[Said]], body: Body) -> bool:
    """Return whether a place stands in a sentence before the one that looks for another: "cuisinier à X. Je cherche à Y"."""
    last = group[-1]
    return last.mark.axis is Axis.PLACE and any(
        later[0].sentence > last.sentence
        and _SEEKS.search(re.split(r"[.;!?\n]", body.flat[last.mark.end : later[0].mark.start])[-1])
        for later in groups
    )


def _is_in_passing(group: Sequence[Said], body: Body) -> bool:
    """Return whether the marks stand among other words of their clause, neither alone nor joined to what comes before."""
    start, end = group[0].mark.start, group[-1].mark.end
    before = [match.end() for match in _CLAUSE.finditer(body.flat, max(start - 200, 0), start)]
    begin = before[-1] if before else max(start - 200, 0)
    after = _CLAUSE.search(body.flat, end, end + 200)
    rest = f"{body.flat[begin:start]} {body.flat[end : after.start() if after else end + 200]}"
    others = [word for word in re.findall(r"[a-z]{3,}", rest) if word not in EMPTY_WORDS]
    joined = re.search(
        r"\b(?:et|ou|ou bien|soit|aussi|egalement|sinon|voire|or|and) (?:\w+ ){0,2}$|[/&+] ?$", body.flat[begin:start]
    )
    return len(others) > _FEW_OTHERS and joined is None


def _weight(group: Sequence[Said], body: Body) -> int:
    """Return 1 for a clause that says what is looked for, -1 for one that tells a story, 0 for bare words."""
    start, end = group[0].mark.start, group[-1].mark.end
    if _OWN.search(body.flat[max(start - 20, 0) : start]):
        return -1
    before = [match.end() for match in _CLAUSE.finditer(body.flat, max(start - 200, 0), start)]
    begin = before[-1] if before else max(start - 200, 0)
    after = _CLAUSE.search(body.flat, end, end + 200)
    clause = body.flat[begin : after.start() if after else end + 200]
    if _WANTING.search(clause):
        return 1
    return -1 if _TELLING.search(clause) else 0


def marks_of_diplomas(body: Body) -> list[Mark]:
    """Return the diplomas as phrases that say nothing to search by, so that no word of theirs becomes a keyword."""
    return [Mark(start, end, Axis.NEUTRAL) for start, end in diplomas(body.text, body.flat)]
