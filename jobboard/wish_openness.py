"""What somebody leaves open: anything goes, one thing or the other, possibly this, too, or the same again as before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobboard.marks import Axis, Mark, Role, Said
from jobboard.wish_body import Body

_WORK = r"(?:travail|travaux|emplois?|postes?|jobs?|boulots?|taf|metiers?|domaines?|secteurs?|activites?|propositions?|missions?)"
_ANY_WORK = re.compile(
    r"\b(?:(?:prete? a|pour|sais|peux) tout faire|un peu de tout|tout,? meme"
    rf"|n'?importe (?:quoi\b|quel(?:le)?s? {_WORK}\b(?! (?:d[eu]\b|d'|en\b))|lequel|laquelle)"
    rf"|tou(?:te?|te?s|s) (?:les )?(?:types?|sortes?|genres?) (?:de |d')(?:petits? )?{_WORK}\b(?! d)"
    rf"|tou(?:te?|te?s|s) (?:mes |vos |les |autres? )?{_WORK}\b(?=[ ,.;:!()\n]|$)(?! (?:d[eu]\b|d'|en\b|dans\b|comme|sauf))"
    rf"|(?:peu|qu')? ?importe (?:le |la |l'|les )?{_WORK}\b|quel(?:le)?s? que soi(?:t|ent) (?:le |la |l'|les )?{_WORK}\b"
    r"|anything|any (?:job|work|kind of (?:job|work)))"
)
# "Tout" may be every place or contract, too: of the trades it speaks where several are named.
_ALL = re.compile(
    r"\b(?:je |j')?(?:veux|veut|prends|fais|accepte|peux faire|sais faire|ferais|prendrais|regarde|suis ouverte? a)"
    r"(?: bien| vraiment)? (?:de )?tout\b(?! (?:ce|type|contrat|poste d|mon|le|de suite|sauf))"
)
_INDIFFERENT = re.compile(
    r" ?[,(–-]? ?(?:c'est |cela m'est |ca m'est )?(?:indifferents?|indifferemment|egal\b|peu importe|qu'importe|sans preference|pas de preference"
    r"|n'importe lequel|les deux (?:me vont|m'interessent|me conviennent|vont))"
)
_INDIFFERENT_BEFORE = re.compile(
    r"\b(?:indifferemment|peu importe|qu'importe|que ce soit) ?:?,? ?(?:en |un |une |a )?$"
)
_VERB = r"(?:est |sont |serai(?:t|ent) |me semble |reste )?"
_POSSIBLE = (
    r"(?:possibles?|envisageables?|envisagee?s?|accepte?e?s?|acceptables?|bienvenue?s?|apprecie?e?s?|un plus|en option)"
)
_FACULTATIVE = re.compile(
    rf" ?[,(]? ?(?:{_VERB}(?:aussi |egalement |meme )?{_POSSIBLE}\b|(?:aussi|egalement) (?:si besoin|le cas echeant)"
    r"|(?:ne )?me? derange(?:rait)? pas|ne me fait pas peur|pourquoi pas|si besoin|le cas echeant|a la rigueur)"
)
_FACULTATIVE_BEFORE = re.compile(
    r"\b(?:pourquoi pas|eventuellement|le cas echeant|voire(?: meme)?|possibilite d[e']|ou meme) ?(?:en |un |une |le |la |l'|a |au |du |de )?$"
)
# "Auto-entrepreneur ou salarié": working for herself restricts nothing beside being employed.
_EMPLOYED = re.compile(
    r" ?(?:,|/|ou|comme|ou bien|et/ou|or) ?(?:en |comme |un poste )?(?:salarie\w*|salariat|employe\w*|employed)\b"
)
_EITHER = re.compile(r" ?(?:,|/|ou|et|comme|ou bien|et/ou|or) ?(?:(?:en|un|une|a|de|d') ?)?")
_AGAIN = re.compile(
    r"\b(?:la meme chose|le meme (?:poste|travail|metier|emploi|type|genre|job)|un (?:poste|emploi|travail) (?:similaire|equivalent|identique)"
    r"|(?:travail|emploi|poste|quelque chose de) (?:similaire|equivalent|semblable|pareil|identique)|pareil\b|idem\b|la suite\b|rester dans (?:ce|le meme) (?:metier|domaine)"
    r"|toujours (?:comme|dans ce metier|dans le meme)|continuer (?:dans|comme)|something similar|the same (?:job|work))"
)
_OPTIONAL = (Axis.CONTRACT, Axis.WORKING_TIME, Axis.PLACE)


def takes_everything(flat: str, *, several: bool) -> bool:
    """Return whether she takes whatever there is, so that the trades she names (`several`?) are but examples."""
    return bool(_ANY_WORK.search(flat) or (several and _ALL.search(flat)))


def as_left_open(said: tuple[Said, ...], body: Body) -> tuple[Said, ...]:
    """Return what was said without what only widens: "CDI ou CDD indifférent" restricts nothing, "alternance possible" alone neither."""
    said = tuple(_without_optional(said, body))
    return tuple(_with_the_same_again(said, body))


def _without_optional(said: Sequence[Said], body: Body) -> Iterator[Said]:
    open_ones = _indifferent(said, body)
    for one in said:
        if one.mark.axis not in _OPTIONAL or one.role is not Role.WANTED:
            yield one
            continue
        optional = _is_optional(one, body) and not any(
            other is not one
            and other.mark.axis is one.mark.axis
            and other.role is Role.WANTED
            and not _is_optional(other, body)
            and one.mark.axis is not Axis.PLACE
            for other in said
        )
        remote = one.mark.axis is not Axis.PLACE or _is_from_home(one, body)
        if id(one) in open_ones or (optional and remote):
            yield replace(one, mark=Mark(one.mark.start, one.mark.end, Axis.NEUTRAL))
        else:
            yield one


def _is_from_home(one: Said, body: Body) -> bool:
    return bool(re.search(r"tele|distan|remote", body.flat[one.mark.start : one.mark.end]))


def _is_optional(one: Said, body: Body) -> bool:
    before, after = body.flat[max(one.mark.start - 30, 0) : one.mark.start], one.mark.end
    if body.flat.startswith("formation", one.mark.start):
        return False
    if one.mark.axis is Axis.CONTRACT and _EMPLOYED.match(body.flat, after):
        return True
    return bool(_FACULTATIVE.match(body.flat, after) or _FACULTATIVE_BEFORE.search(before))


def _indifferent(said: Sequence[Said], body: Body) -> set[int]:
    """Return the members of lists of contracts or times to which she is indifferent."""
    found: set[int] = set()
    for axis in (Axis.CONTRACT, Axis.WORKING_TIME):
        group: list[Said] = []
        for one in [each for each in said if each.mark.axis is axis and each.role is not Role.EXCLUDED]:
            joined = group and _EITHER.fullmatch(body.flat, group[-1].mark.end, one.mark.start)
            group = [*group, one] if joined else [one]
            several = len(group) > 1 or len(one.mark.value) > 1
            before = body.flat[max(group[0].mark.start - 30, 0) : group[0].mark.start]
            if several and (_INDIFFERENT.match(body.flat, one.mark.end) or _INDIFFERENT_BEFORE.search(before)):
                found |= {id(each) for each in group}
    return found


def _with_the_same_again(said: Sequence[Said], body: Body) -> Iterator[Said]:
    """Read the trade she had as the one she wants, when she wants the same again and names no other."""
    wants = any(one.mark.axis is Axis.TRADE and one.role is Role.WANTED for one in said)
    again = None if wants else _AGAIN.search(body.flat)
    for one in said:
        same = again is not None and one.mark.axis is Axis.TRADE and one.role in (Role.PAST, Role.IDENTITY)
        yield replace(one, role=Role.WANTED) if same and again and one.mark.end <= again.start() else one
