"""A letter as a row of recognised phrases, each with its role, and the words of substance that are left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from jobboard import places, trades
from jobboard.folding import fold
from jobboard.marks import Axis, Mark, Role, Said, without_overlap
from jobboard.phrases import Word, phrase_set, word_set, words_of
from jobboard.quantities import quantities
from jobboard.wish_body import Body, body_of, signed_places
from jobboard.wish_openness import as_left_open
from jobboard.wish_roles import Roles, roles_of
from jobboard.wish_terms import terms
from jobboard.wish_weighing import marks_of_diplomas, weighed
from jobboard.wish_words import EMPTY_WORDS

_CARE = re.compile(r"\b(?:ehpad|hopital|clinique|ssiad|usld|chu|ssr|maison de retraite|gerontologie|toilettes?)\b")
_LONGEST_WORD = 40
_LINKS = word_set("de d du des la le les l en et ou un une a au aux dans avec the of in and or an")
_LEADS = word_set(
    "poste postes emploi emplois job jobs travail metier metiers secteur secteurs domaine domaines milieu comme",
    "tant profil fonction fonctions aupres taf boulot cles cle offre offres annonces annonce contexte filiere",
    "branche univers",
)
_PLACE_LEADS = word_set("a sur vers near around in pres autour")
_INSIDE_NOUNS = word_set(
    "centre centres maison maisons structure structures lieu lieux foyer foyers association associations",
    "entreprise entreprises cabinet agence agences ecole institut pole famille familles bureau caisse salle",
    "salles point atelier ateliers chantier chantiers",
)
_STRUCTURES = phrase_set(
    "creche, ressourcerie, recyclerie, epicerie, epicerie solidaire, magasin bio, tiers lieu, tiers lieux, friperie,",
    "boutique solidaire, centre de loisirs, colo, garage solidaire, mutuelle, mutuelles, banque, incubateur, jeunesse,",
    "logement social, habitat social, bailleur social, atelier velo, jardins, batiment, enfance jeunesse, jeunes",
)
_JOINING = phrase_set(
    "ou, et, et ou, ou bien, soit, or, and, puis, voire, ou a, et a, ou sur, et sur, ou vers, ou en, et en",
)
_AND_A = re.compile(r"(?: \w+)?(?: ?/ ?| (?:ou|or) )(?:(?:bien|poste|d'|de|une?|la|le|en|comme) ?)*")
_APART = re.compile(r"[,;:./\n]|\b(?:ou|et|or|and|reconver\w*)\b")
_ANEW = re.compile(r"[,;]|\b(?:ou|et|ni|or|nor|pas|sans|sauf)\b")
_OR_OF = re.compile(r"[ ,/]*(?:ou|et|or|and|/) ?(?:(?:bien|poste|d'|de|une?|en|comme) ?)*")
_LABEL = re.compile(
    r"(?:^|(?<=[\n;|•,.-])|(?<=[,;.-] ))[ \t]*(?:lieux?(?: souhaites?| de travail| recherches?)?|villes?|localisation"
    r"|localite|secteur geographique|zone(?: geographique)?|location|place|ou|city|where)[ \t]*[:=][ \t]*"
    r"(?P<value>[^\n;|]{1,120})"
)
_NEXT_LABEL = re.compile(r"[,.]? *-? *\b[a-z' ]{3,22} ?[:=]|\. |\(| - ")
_DISTANCE = re.compile(r"[+,(]? ?(?:rayon|dans un|a |max|sur)? ?(?:de )?\d{1,3} ?(?:km|kms|kilometres?)\b.*")
_PLACE_LIST = re.compile(r" *(?:,|/|;| ou | et |&|\+| or | and ) *")


@dataclass(frozen=True, slots=True)
class Leftover:
    """Words of substance in a row that nothing recognised; `strong` where a criterion is expected."""

    start: int
    end: int
    text: str
    role: Role
    strong: bool
    place_expected: bool
    beside_trade: bool  # in one list with a trade that we know
    words: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was recognised in a letter."""

    body: Body
    said: tuple[Said, ...]
    leftovers: tuple[Leftover, ...]
    numbers: tuple[Word, ...]
    unknown_label: bool  # "Lieu : …" with a value that we do not know
    wants: bool  # some word of looking for something
    count: int  # words

    def on(self, axis: Axis, *roles: Role) -> Iterator[Said]:
        """Yield what was said on an axis in these roles, in order."""
        return (one for one in self.said if one.mark.axis is axis and one.role in roles)

    def gap(self, before: Mark, after: Mark) -> str:
        """Return the flat text between two marks; empty when they are far apart."""
        distance = after.start - before.end
        return self.body.flat[before.end : after.start] if 0 <= distance <= 80 else "…"


def read(text: str, *, today: date) -> Reading:
    """Return what a letter says; never raises, linear in its length (the beginning of a very long one)."""
    body = body_of(text)
    words = words_of(body.text)
    labelled, unknown_label = _labelled_places(body)
    marks = without_overlap(
        [
            *quantities(body.flat, today=today),
            *labelled,
            *terms(body.text, words, today=today),
            *_trades(body),
            *_places(body),
        ]
    )
    marks = [mark for mark in marks if not _is_signed(mark, marks, body)]
    roles = roles_of(body.text, words, marks)
    number_of = {word.start: number for number, word in enumerate(words)}
    said = tuple(_said(mark, roles, words, number_of) for mark in marks)
    said = tuple(_as_scoped(one, n, said, body) for n, one in enumerate(said))
    said = tuple(_as_narrowed(one, said, body) for one in said)
    said = tuple(_as_cared_for(one, said, body) for one in said)
    said = tuple(_as_qualifier(one, n, said, body) for n, one in enumerate(said))
    said = as_left_open(weighed(said, words, body), body)
    free = _free_words(words, [*marks, *marks_of_diplomas(body)], roles)
    return Reading(
        body=body,
        said=said,
        leftovers=tuple(_leftovers(body, words, free, roles, said)),
        numbers=tuple(words[n] for n in range(len(words)) if words[n].folded.isdigit() and _is_free(words[n], marks)),
        unknown_label=unknown_label,
        wants=bool(roles.wants) or bool(_LABEL.search(body.flat)),
        count=len(words),
    )


def _said(mark: Mark, roles: Roles, words: list[Word], number_of: dict[int, int]) -> Said:
    at = number_of.get(mark.start)
    if at is None:
        at = next((n for n, word in enumerate(words) if word.start >= mark.start), len(words) - 1)
    if at < 0:
        return Said(mark, Role.WANTED, 0, False)
    return Said(mark, roles.of_word[at], roles.sentence[at], at in roles.loose)


def _trades(body: Body) -> Iterator[Mark]:
    for (start, end), found in groupby(trades.mentioned(body.text), key=lambda one: (one.start, one.end)):
        yield Mark(start, end, Axis.TRADE, tuple(found))


def _places(body: Body) -> Iterator[Mark]:
    return (Mark(found.start, found.end, Axis.PLACE, found) for found in places.mentioned(body.text))


def _labelled_places(body: Body) -> tuple[list[Mark], bool]:
    """Return the places of "Lieu : clisson, vertou", whatever their size, and whether one is unknown to us."""
    found: list[Mark] = []
    unknown = False
    for label in _LABEL.finditer(body.flat):
        value = label["value"]
        stop = _NEXT_LABEL.search(value)
        value = value[: stop.start()] if stop else value
        start = label.start("value")
        for item in _items(value):
            name = _DISTANCE.sub("", item[1]).strip(" ,()+")
            candidates = places.named(name) if name else ()
            if candidates:
                together = len({place.kind for place in candidates}) == 1 and _is_area(candidates)
                at = start + item[0]
                place = places.FoundPlace(at, at + len(name), candidates, together=together)
                found.append(Mark(at, at + len(name), Axis.PLACE, place))
            elif len(name) > 2 and not places.mentioned(body.text[start : start + len(value)]):
                unknown = True
    return found, unknown


def _is_area(candidates: tuple[places.Place, ...]) -> bool:
    return len(candidates) > 1 and all(place.kind is places.PlaceKind.DEPARTEMENT for place in candidates)


def _items(value: str) -> Iterator[tuple[int, str]]:
    at = 0
    for separator in (*_PLACE_LIST.finditer(value), None):
        end = separator.start() if separator else len(value)
        item = value[at:end]
        lead = len(item) - len(item.lstrip())
        if item.strip():
            yield at + lead, item.strip()
        at = separator.end() if separator else end


def _is_signed(mark: Mark, marks: Iterable[Mark], body: Body) -> bool:
    """Return whether the mark is a place on a line of its own under a name, and another place is said elsewhere."""
    if mark.axis is not Axis.PLACE:
        return False
    lines = [line for line in signed_places(body.flat) if line[0] > 0 and line[0] <= mark.start < line[1]]
    return bool(lines) and any(other.axis is Axis.PLACE and other.end < lines[0][0] for other in marks)


def _as_scoped(one: Said, number: int, said: tuple[Said, ...], body: Body) -> Said:
    """Ask how far an exclusion reaches: "pas de CDD à temps plein à Nantes" surely excludes the contract only."""
    previous = said[number - 1] if number else None
    if previous is None or previous.role is not Role.EXCLUDED or previous.sentence != one.sentence:
        return replace(one, loose=False)
    same = previous.mark.axis is one.mark.axis
    gap = body.flat[previous.mark.end : one.mark.start]
    if one.role is not Role.EXCLUDED:
        return replace(one, loose=one.loose and same)
    if _ANEW.search(gap):
        return one
    if same:
        return replace(one, role=Role.WANTED, loose=True)
    return replace(one, role=Role.WANTED if one.mark.axis is Axis.PLACE else Role.UNSURE)


def _as_narrowed(one: Said, said: tuple[Said, ...], body: Body) -> Said:
    """Keep of a name of several trades the one that a word near it names: "animatrice, colo" is no other animator."""
    if one.mark.axis is not Axis.TRADE or len(one.mark.value) < 2 or _is_field(one):
        return one
    for other in said:
        start, end = min(one.mark.end, other.mark.end), max(one.mark.start, other.mark.start)
        if other is one or other.mark.axis is not Axis.TRADE or other.role is not one.role or not 0 <= end - start < 40:
            continue
        codes = {found.trade.code for found in other.mark.value}
        kept = tuple(replace(found, vague=False) for found in one.mark.value if found.trade.code in codes)
        if len(kept) == 1 and not re.search(r"[.;\n]|\b(?:ou|et|or|and)\b", body.flat[start:end]):
            return replace(one, mark=replace(one.mark, value=kept))
    return one


def _as_cared_for(one: Said, said: tuple[Said, ...], body: Body) -> Said:
    """Keep of "AS" the trade of care beside another one, or in a house of care: "AS ou ASH", "AS en EHPAD"."""
    if one.mark.axis is not Axis.TRADE or len(one.mark.value) < 2 or _is_field(one):
        return one
    kept = tuple(replace(found, vague=False) for found in one.mark.value if found.trade.family == "J")
    beside = any(
        other is not one
        and other.mark.axis is Axis.TRADE
        and all(found.trade.family == "J" for found in other.mark.value)
        for other in said
    )
    return (
        replace(one, mark=replace(one.mark, value=kept))
        if len(kept) == 1 and (beside or _CARE.search(body.flat))
        else one
    )


def _as_qualifier(one: Said, number: int, said: tuple[Said, ...], body: Body) -> Said:
    """Read a field as a word to search by where it only says which: "comptable dans la culture", "centre d'accueil"."""
    if not _is_field(one):
        return one
    if _names_a_structure(one, body) and any(_names_a_trade(other) for other in said):
        return _as_keyword(one, body)
    if any(_is_listed_with(one, other, body) for other in said[max(number - 1, 0) : number + 2]):
        return _as_keyword(one, body)
    before = body.flat[max(one.mark.start - 24, 0) : one.mark.start].split()
    before = [word.strip("'").split("'")[-1] for word in before]
    noun = next((word for word in reversed(before) if word not in _LINKS), "")
    if noun not in _INSIDE_NOUNS:
        previous = said[number - 1].mark if number else None
        if previous is None or previous.axis is not Axis.TRADE or _is_field(said[number - 1]):
            return one
        gap = body.flat[previous.end : one.mark.start]
        if len(gap) > 40 or said[number - 1].role is not one.role or _APART.search(gap):
            return one
    return _as_keyword(one, body)


def _is_field(one: Said) -> bool:
    return one.mark.axis is Axis.TRADE and all(found.domain for found in one.mark.value)


def _names_a_trade(one: Said) -> bool:
    return one.mark.axis is Axis.TRADE and one.role is Role.WANTED and not _is_field(one)


def _names_a_structure(one: Said, body: Body) -> bool:
    """Return whether the field is rather where the work is done: "auxiliaire de puériculture, crèche associative"."""
    return fold(body.text[one.mark.start : one.mark.end]) in _STRUCTURES


def _is_listed_with(one: Said, other: Said, body: Body) -> bool:
    """Return whether the field stands in one list with a word to search by: "le sport ou la culture"."""
    if other.mark.axis is not Axis.KEYWORD:
        return False
    start, end = min(one.mark.end, other.mark.end), max(one.mark.start, other.mark.start)
    return end - start < 20 and bool(re.search(r"\b(?:ou|et|or|and)\b|/", body.flat[start:end]))


def _as_keyword(one: Said, body: Body) -> Said:
    text = body.text[one.mark.start : one.mark.end].lower()
    return replace(one, mark=Mark(one.mark.start, one.mark.end, Axis.KEYWORD, text))


def _is_free(word: Word, marks: list[Mark]) -> bool:
    return not any(mark.start <= word.start < mark.end for mark in marks)


def _free_words(words: list[Word], marks: list[Mark], roles: Roles) -> list[int]:
    """Return the numbers of the words that no mark and no cue holds."""
    taken = {at for mark in marks for at in range(mark.start, mark.end)}
    return [n for n, word in enumerate(words) if word.start not in taken and n not in roles.cues]


def _leftovers(
    body: Body, words: list[Word], free: list[int], roles: Roles, said: tuple[Said, ...]
) -> Iterator[Leftover]:
    substance = [n for n in free if _has_substance(words[n])]
    holding = set(substance)
    marked = set(range(len(words))) - set(free)
    at = 0
    while at < len(substance):
        first = last = substance[at]
        while at + 1 < len(substance) and _goes_on(words, last, substance[at + 1], holding):
            at += 1
            last = substance[at]
        at += 1
        start, end = words[first].start, words[last].end
        expected = _place_is_expected(body, words, first, said)
        beside = _is_beside_a_trade(body, start, end, said)
        strong = not expected and (beside or _is_strong(words, first, last, marked))
        count = sum(1 for n in range(first, last + 1) if n in holding)
        yield Leftover(start, end, body.text[start:end].lower(), roles.of_word[first], strong, expected, beside, count)


def _has_substance(word: Word) -> bool:
    if word.folded in EMPTY_WORDS or word.folded[0].isdigit() or word.folded.rstrip("s") in EMPTY_WORDS:
        return False
    return 2 < len(word.folded) < _LONGEST_WORD or (len(word.folded) == 2 and word.written.isupper())


def _goes_on(words: list[Word], last: int, following: int, holding: set[int]) -> bool:
    """Return whether the phrase goes on to that word: nothing but articles between, no punctuation."""
    if following - last > 3:
        return False
    between = range(last + 1, following + 1)
    return all(
        not words[n].opens and (n in holding or words[n].folded in _LINKS - {"ou", "et", "or", "and"}) for n in between
    )


def _is_strong(words: list[Word], first: int, last: int, marked: set[int]) -> bool:
    """Return whether the phrase stands where a criterion is expected: after "poste de", or alone between commas."""
    before = first - 1
    while before >= 0 and not words[before + 1].opens and words[before].folded in _LINKS:
        before -= 1
    if before >= 0 and not words[before + 1].opens and words[before].folded in _LEADS:
        return True
    return _is_alone(words, first, last, marked) and not _is_a_name(words, first, last)


def _is_beside_a_trade(body: Body, start: int, end: int, said: tuple[Said, ...]) -> bool:
    """Return whether the phrase stands in one list with a trade: "comptable ou …", "… ou petite enfance"."""
    following = next((one.mark for one in said if one.mark.start >= end), None)
    ahead = body.flat[end : following.start] if following and following.start - end < 24 else "…"
    if following and following.axis is Axis.TRADE and _AND_A.fullmatch(ahead):
        return True
    previous = max((one.mark for one in said if one.mark.end <= start), key=lambda mark: mark.end, default=None)
    if previous is None or previous.axis is not Axis.TRADE or start - previous.end > 24:
        return False
    return bool(_OR_OF.fullmatch(body.flat[previous.end : start]))


def _is_alone(words: list[Word], first: int, last: int, marked: set[int]) -> bool:
    """Return whether its phrase holds nothing else but what we recognised: "soudeur à Nantes"."""
    start, end = first, last
    while start > 0 and not words[start].opens:
        start -= 1
    while end + 1 < len(words) and not words[end + 1].opens:
        end += 1
    rest = (n for n in (*range(start, first), *range(last + 1, end + 1)) if n not in marked)
    return last - first < 4 and all(words[n].folded in _LINKS or words[n].folded in _PLACE_LEADS for n in rest)


def _is_a_name(words: list[Word], first: int, last: int) -> bool:
    """Return whether these words look like someone's name: capitals at the very end, or the very beginning."""
    capitals = all(word.capital for word in words[first : last + 1] if word.folded not in _LINKS)
    return capitals and (last >= len(words) - 1 or (first == 0 and last > 0))


def _place_is_expected(body: Body, words: list[Word], first: int, said: tuple[Said, ...]) -> bool:
    """Return whether an unknown word stands where a place would: "à Trifouillis", "Nantes ou Trifouillis"."""
    word = words[first]
    capital = word.capital and any(char.islower() for char in body.text)
    previous = max((one.mark for one in said if one.mark.end <= word.start), key=lambda mark: mark.end, default=None)
    if previous and previous.axis is Axis.PLACE:
        gap = body.flat[previous.end : word.start].strip(" ,/()")
        if (gap in _JOINING and gap) or (capital and not gap and not _is_a_name(words, first, first)):
            return True
    before = first - 1
    if before >= 0 and words[before].folded in ("de", "d", "du", "la", "le", "les", "l") and not words[first].opens:
        before -= 1
    return capital and before >= 0 and not word.opens and words[before].folded in _PLACE_LEADS
