"""How each word of a letter means what it says: wanted, excluded, lived in, already done, or depending on something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jobboard.marks import Axis, Mark, Role
from jobboard.phrases import Word, phrase_set, word_set
from jobboard.wish_cues import AFTER_EXCLUDED, AFTER_IDENTITY, CHANGING, CUES, LONGEST

_POSSESSIVE = frozenset(("mon", "ma", "mes", "notre", "nos"))
_FOR = word_set("pour avec a de d garder aider accompagner rejoindre suivre")
_SMALL = word_set("pas de d du des un une en a le la les dans sur jamais plus non")
_BEING = word_set("suis ai est etais avais sommes avons ont sont sais connais")
_COMPARING = frozenset(("plutot", "prefere", "prefererais", "mieux", "rather"))
_LONE_NOT = word_set("pas plus jamais non rien aucun aucune guere point")
_NEXT_STEP = word_set("puis ensuite")
_ELSEWHERE = word_set("pour chez puis ensuite")
_ENDING = phrase_set("jusqu en, jusqu a, jusqu au, until, till, pendant, durant")
_LASTING = word_set("an ans annees mois dernier derniere recemment years months last")
_GOES_ON = frozenset(("ni", "ou", "et", "nor", "or", "and"))


@dataclass(frozen=True, slots=True)
class Roles:
    """The role and the sentence of every word, and which words are cues."""

    of_word: list[Role]
    cues: set[int]
    sentence: list[int]
    wants: set[int]
    loose: set[int]  # words that follow an exclusion behind a bare comma: excluded, too, or not?


def roles_of(text: str, words: Sequence[Word], marks: Sequence[Mark]) -> Roles:
    """Return the role of every word. Linear in their number."""
    found = Roles([], set(), [], set(), set())
    inside = _mark_at(words, marks)
    role, sentence, at, loose = Role.WANTED, 0, 0, False
    while at < len(words):
        stop = _stop_before(text, words, at)
        sentence += stop == "sentence"
        if stop == "sentence" or stop == "close":
            role, loose = Role.WANTED, False
        elif stop == "comma" and not _goes_on(role, words, at, inside):
            loose = role is Role.EXCLUDED
            role = Role.WANTED
        count, cue = (1, None) if at in inside else _cue_at(words, at, inside)
        if cue is Role.EXCLUDED and count == 1 and _is_a_prefix(words, at, inside):
            count, cue = 2, None  # "non rémunéré"
            found.cues.update((at, at + 1))
        elif _tells_the_past(words, at, count, cue, inside):
            cue = Role.PAST
        elif words[at].folded in ("que", "qu") and _is_compared(words, found, at, inside):
            cue = Role.UNSURE
        if cue is not None:
            if cue is Role.WANTED:
                found.wants.update(range(at, at + count))
                _look_back(words, found, inside, at)
            anew = role is Role.PAST and at > 0 and words[at - 1].folded == "et"  # "quitter … et trouver …"
            if cue is not Role.WANTED or anew or _changes(words[at : at + count], role):
                role, loose = cue, False
            found.cues.update(range(at, at + count))
        found.of_word.extend([role] * count)
        found.sentence.extend([sentence] * count)
        if loose:
            found.loose.add(at)
        at += count
    _exclude_backwards(words, found, inside)
    _doubt_backwards(words, found, inside)
    _end_backwards(words, found, inside)
    return found


def _mark_at(words: Sequence[Word], marks: Sequence[Mark]) -> dict[int, Mark]:
    """Return the mark that each marked word belongs to."""
    found: dict[int, Mark] = {}
    at = 0
    for mark in marks:
        while at < len(words) and words[at].start < mark.start:
            at += 1
        while at < len(words) and words[at].start < mark.end:
            found[at] = mark
            at += 1
    return found


def _cue_at(words: Sequence[Word], at: int, inside: Collection[int]) -> tuple[int, Role | None]:
    most = 1
    while most < LONGEST and at + most < len(words) and not words[at + most].opens and at + most not in inside:
        most += 1
    for count in range(most, 0, -1):
        cue = CUES.get(tuple(word.folded for word in words[at : at + count]))
        if (
            cue is Role.PAST
            and words[at].folded in _POSSESSIVE
            and not words[at].opens
            and words[at - 1].folded in _FOR
        ):
            cue = None  # "je cherche pour mon fils"
        if cue is not None:
            return count, cue
    return 1, None


def _changes(cue: Sequence[Word], role: Role) -> bool:
    """Return whether a word of wanting takes back what was said before: "travailler" does not after "pas"."""
    return role in (Role.RESIDENCE, Role.IDENTITY) or tuple(word.folded for word in cue) in CHANGING


def _states_a_fact(words: Sequence[Word], at: int, count: int) -> bool:
    """Return whether the negation tells what she is or has, not what she refuses: "je ne suis pas difficile"."""
    small = all(word.folded in _SMALL for word in words[at : at + count])
    said = [word.folded for word in words[max(at - 3, 0) : at]]
    of_something = said == ["ce", "n", "est"]  # "du moment que ce n'est pas à Bordeaux"
    return small and at > 0 and not words[at].opens and said[-1] in _BEING and not of_something


def _is_a_prefix(words: Sequence[Word], at: int, inside: Collection[int]) -> bool:
    """Return whether "non" only turns the word behind it round, and that word is nothing that we know."""
    near = range(at + 1, min(at + 4, len(words)))
    follows = at + 1 < len(words) and not words[at + 1].opens
    return words[at].folded == "non" and follows and not any(n in inside for n in near)


def _tells_the_past(words: Sequence[Word], at: int, count: int, cue: Role | None, inside: dict[int, Mark]) -> bool:
    """Return whether the words only tell what she is not, or open a time that is over."""
    if cue is Role.EXCLUDED:
        return _states_a_fact(words, at, count)
    after = cue is None and words[at].folded in ("apres", "after")
    place = inside.get(at + 1)
    return after and (_follows_a_time(words, at, inside) or (place is not None and place.axis is Axis.PLACE))


def _follows_a_time(words: Sequence[Word], at: int, inside: dict[int, Mark]) -> bool:
    """Return whether "après" closes a time of her life: "après 5 ans à Paris"."""
    near = range(at + 2, min(at + 5, len(words)))
    dated = at + 1 < len(words) and words[at + 1].folded in ("le", "la", "les", "the")
    return at not in inside and not dated and any(words[n].folded in _LASTING and not words[n].opens for n in near)


def _is_compared(words: Sequence[Word], found: Roles, at: int, inside: Collection[int]) -> bool:
    """Return whether "que" opens the worse part of a comparison: "plutôt CDI que CDD"."""
    follows = any(n in inside for n in range(at + 1, min(at + 4, len(words))))
    before = range(max(at - 8, 0), at)
    return follows and any(words[n].folded in _COMPARING and found.sentence[n] == found.sentence[-1] for n in before)


def _stop_before(text: str, words: Sequence[Word], at: int) -> str:
    """Return "sentence", "close", "comma" or the empty string: what separates this word from the one before."""
    if at == 0:
        return "sentence"
    gap = text[words[at - 1].end : words[at].start]
    if any(char in gap for char in ".;!?\u2026\u2022|") or "\n" in gap:
        dotted = gap == "." or (gap.strip() == "" and "\n" in gap and _is_wrapped(text, words[at]))
        return "" if dotted else "sentence"
    if ")" in gap:
        return "close"
    return "comma" if any(char in gap for char in ",(:—–") or " - " in gap or " / " in gap else ""


def _is_wrapped(text: str, word: Word) -> bool:
    """Return whether the line break before this word only wraps a long line: the next one goes on in lower case."""
    start = text.rfind("\n", 0, word.start)
    line = text[text.rfind("\n", 0, start) + 1 : start] if start > 0 else ""
    return len(line) > 55 and word.written[0].islower()


def _goes_on(role: Role, words: Sequence[Word], at: int, inside: dict[int, Mark]) -> bool:
    """Return whether a comma here does not end what the role says."""
    if role is Role.EXCLUDED:
        return words[at].folded in _GOES_ON
    if role in (Role.PAST, Role.IDENTITY):
        near = next((inside[n] for n in range(at, at + 5) if n in inside), None)
        if role is Role.PAST and words[at].folded in _ELSEWHERE and near is not None and near.axis is Axis.PLACE:
            return True  # "j'ai travaillé pour la ville de Colmar, pour celle de Sélestat"
        mark = inside.get(at) or (inside.get(at + 1) if words[at].folded in ("et", "puis", "ou") else None)
        if mark and mark.axis is Axis.PLACE and role is Role.PAST:
            return words[at].folded in _NEXT_STEP or inside.get(at - 1, mark).axis is Axis.PLACE
        return bool(mark and mark.axis is Axis.TRADE) or (role is Role.PAST and words[at].folded in _NEXT_STEP)
    return False


def _look_back(words: Sequence[Word], found: Roles, inside: dict[int, Mark], at: int) -> None:
    """Before "cherche", a trade that opens the sentence is who she is: "Éducatrice spécialisée cherche…"."""
    if any(word.folded in ("aussi", "egalement", "also") for word in words[at : at + 4]):
        return
    before = [n for n in range(len(found.of_word)) if found.sentence[n] == found.sentence[-1]] if found.of_word else []
    opening = [n for n in before[-12:] if n in inside]
    if len(before) <= 12 and opening and all(inside[n].axis is Axis.TRADE for n in opening):
        for n in opening:
            if found.of_word[n] is Role.WANTED:
                found.of_word[n] = Role.IDENTITY


def _exclude_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Read "intérim exclu", "CDD : non", "Comptable de formation": what stands before is meant so."""
    for at in range(1, len(words)):
        if at in inside:
            continue
        for count in range(min(LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(word.folded for word in words[at : at + count])
            ends = at + count >= len(words) or words[at + count].opens
            clear = (
                at - 1 in inside
                or _is_terse(words, at)
                or (phrase.startswith(("exclu", "ne m ", "a exclure", "interdit")) and not words[at].opens)
            )
            if phrase in AFTER_EXCLUDED and ends and clear and not (words[at].opens and count > 1):
                _set_back(words, found, inside, at, Role.EXCLUDED)
                found.cues.update(range(at, at + count))
                break
            if phrase in AFTER_IDENTITY and at - 1 in inside and inside[at - 1].axis is Axis.TRADE:
                _set_back(words, found, inside, at, Role.IDENTITY)
                found.cues.update(range(at, at + count))
                break


def _doubt_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Ask about what stands before a lone "pas" that ends its phrase: "le CDD ne me convient guère pas"."""
    for at, word in enumerate(words):
        ends = at + 1 >= len(words) or words[at + 1].opens
        if (
            word.folded not in _LONE_NOT
            or not ends
            or at in inside
            or word.opens
            or found.of_word[at] is not Role.EXCLUDED
        ):
            continue
        before = at - 1
        while before >= 0:
            if before in inside and found.of_word[before] is Role.WANTED:
                found.of_word[before] = Role.UNSURE
            if words[before].opens:
                break
            before -= 1


def _end_backwards(words: Sequence[Word], found: Roles, inside: dict[int, Mark]) -> None:
    """Read as past what stood before its end and before she says what she wants: "vendeuse à Lyon jusqu'en 2024, je…"."""
    for at in range(1, len(words) - 1):
        ended = " ".join(word.folded for word in words[at : at + 2]) in _ENDING or words[at].folded in _ENDING
        following = words[at + 1 : at + 6]
        mark = inside.get(at)
        dated = any(word.folded.isdigit() or word.folded in _LASTING for word in following)
        dated = dated or (mark is not None and mark.axis is Axis.NEUTRAL)
        wanted_later = any(n > at for n in found.wants)
        if not ended or not dated or not wanted_later or words[at].opens:
            continue
        start = at
        while start > 0 and found.sentence[start - 1] == found.sentence[at]:
            start -= 1
        if found.wants.isdisjoint(range(start, at)):
            for n in range(start, at):
                if found.of_word[n] in (Role.WANTED, Role.IDENTITY, Role.RESIDENCE) and n in inside:
                    found.of_word[n] = Role.PAST


def _is_terse(words: Sequence[Word], at: int) -> bool:
    """Return whether the phrase before is but a word or two: "internat non"."""
    return not words[at].opens and (words[at - 1].opens or (at > 1 and words[at - 2].opens))


def _set_back(words: Sequence[Word], found: Roles, inside: dict[int, Mark], at: int, role: Role) -> None:
    before = at - 1
    reach = at - 3 if at - 1 not in inside else 0
    while before >= reach and (before in inside or reach or words[before].folded in ("et", "ou", "ni")):
        found.of_word[before] = role
        if words[before].opens:
            break
        before -= 1
