"""Her answers to our questions: "2", "la première", "le 93", "les deux", "non"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobboard.criteria import Criteria, PlaceWanted
from jobboard.doubts import Doubt, DoubtKind, Option
from jobboard.folding import fold
from jobboard.marks import Axis, Role
from jobboard.phrases import phrase_set, words_of
from jobboard.places import FoundPlace, Place, PlaceKind, named
from jobboard.places import by_code as place_by_code
from jobboard.trades import stem
from jobboard.wish_reading import Reading

_NUMBER = re.compile(
    r"(?:(?:le |la |l'|numero |n |option |choix |reponse |the |number )*)(\d{1,2})(?:e|er|ere|eme|ieme|st|nd|rd|th)?"
)
_ORDINALS = {
    "premier": 1, "premiere": 1, "first": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "third": 3,
    "quatrieme": 4, "fourth": 4, "cinquieme": 5, "fifth": 5, "sixieme": 6, "derniere": -1, "dernier": -1, "last": -1,
}  # fmt: skip
_ALL = phrase_set(
    "les deux, tous, toutes, tout, both, all, les trois, tous les deux, toutes les deux, l un ou l autre, les 2",
)
_YES = phrase_set(
    "oui, ok, d accord, c est ca, yes, exact, tout a fait, oui c est ca, bien sur, oui merci, parfait,",
    "c est bien ca",
)
_NO = phrase_set(
    "non, aucun, aucune, no, none, ni l un ni l autre, aucun des deux, aucune des deux, non merci, pas du tout",
)
_ALSO = re.compile(r"\b(?:aussi|egalement|ajoute[rz]?|en plus|also|add|rajoute[rz]?|et meme)\b")
_FEW_WORDS = 5
_ARTICLES = re.compile(r"^(?:(?:pas|le|la|les|l'|de|du|des|d'|un|une|sans|ni|tout|toute)(?: |(?<=')))+")
_POLITE = re.compile(
    r"\b(?:merci|bonjour|svp|stp|s'il vous plait|celui|celle|ceux|plutot|c'est|ce sera|je veux dire|bonsoir"
    r"|de|du|la|le|les)\b"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer decided: criteria to add, the doubts still open, the axes used for it, and nothing `only`?"""

    adds: tuple[Criteria, ...]
    open: tuple[Doubt, ...]
    axes: frozenset[str]
    only: bool  # the whole text was the answer: there is nothing else to read in it
    also: bool  # it adds to what was said before


def answer_of(reading: Reading, doubts: Sequence[Doubt]) -> Answer:
    """Return what the text decides of these doubts; a bare number or word decides the first that it fits."""
    short = _short(reading)
    adds: list[Criteria] = []
    still: list[Doubt] = []
    axes: set[str] = set()
    only = False
    for doubt in doubts:
        chosen = None if only else _by_word(short, doubt)
        if chosen is not None:
            only = True
        else:
            chosen, axis = _by_content(reading, doubt)
            axes.update(axis if chosen is not None else ())
        if chosen is None:
            still.append(doubt)
        adds += [option.adds for option in chosen or ()]
    also = bool(_ALSO.search(reading.body.flat))
    return Answer(tuple(adds), tuple(still), frozenset(axes), only, also)


def refused_words(reading: Reading, doubts: Sequence[Doubt]) -> tuple[str, ...]:
    """Return the words to leave out, when that was the question and a few words answer it: "le démarchage"."""
    asked = any(doubt.kind is DoubtKind.NEGATION for doubt in doubts)
    if not asked or not 1 <= reading.count <= _FEW_WORDS or _short(reading) in _YES | _NO:
        return ()
    words = _ARTICLES.sub("", reading.body.text.strip(" .!\n").lower())
    return (words,) if words else ()


def _short(reading: Reading) -> str:
    return fold(_POLITE.sub(" ", reading.body.flat)) or fold(reading.body.flat)


def _by_word(short: str, doubt: Doubt) -> tuple[Option, ...] | None:
    """Return what a number, an ordinal, "oui", "non" or "les deux" chooses as the whole answer, else None."""
    whole = short.removesuffix(" option").removesuffix(" choix").strip()
    numbers = _numbers(whole)
    count = len(doubt.options)
    if numbers and all(-1 <= number <= count for number in numbers) and count:
        return tuple(doubt.options[number - 1 if number > 0 else -1] for number in numbers)
    if len(numbers) == 1:
        same = tuple(option for option in doubt.options if fold(option.label).split()[:1] == [str(numbers[0])])
        return same or None
    if whole in _ALL and doubt.options:
        return doubt.options
    if whole in _YES and (len(doubt.options) == 1 or (doubt.kind is DoubtKind.CONDITION and not doubt.options)):
        return doubt.options
    if whole in _NO:
        return ()
    return None


def _numbers(whole: str) -> list[int]:
    """Return the numbers that are the whole answer: "2", "la deuxième", "1 et 3", "les deux premiers"; else nothing."""
    if whole in ("deux premiers", "deux premieres", "2 premiers", "2 premieres", "first two"):
        return [1, 2]
    found: list[int] = []
    for part in re.split(r" (?:et|ou|and|or) | ", whole):
        number = _NUMBER.fullmatch(part)
        said = int(number[1]) if number else _ORDINALS.get(part, 0)
        if not said:
            return [int(number[1])] if (number := _NUMBER.fullmatch(whole)) else []
        found.append(said)
    return found


def _by_label(reading: Reading, doubt: Doubt) -> tuple[Option, ...]:
    """Return the one option whose label holds a word of substance of the answer: "spécialisé"."""
    words = {stem(word.folded) for word in words_of(reading.body.text) if len(word.folded) > 4}
    labels = [{stem(word) for word in fold(option.label).split()} for option in doubt.options]
    shared = labels[0].intersection(*labels[1:]) if len(labels) > 1 else words
    fitting = tuple(option for option, own in zip(doubt.options, labels, strict=True) if words & (own - shared))
    return fitting if len(fitting) == 1 else ()


def _by_content(reading: Reading, doubt: Doubt) -> tuple[tuple[Option, ...] | None, tuple[str, ...]]:
    """Return the options that what she names fits, and the axes that naming it used."""
    if doubt.kind in (DoubtKind.PLACE, DoubtKind.CONDITION):
        named_places = _places(reading)
        fitting = tuple(option for option in doubt.options if any(_fits(option, place) for place in named_places))
        if fitting and len(fitting) < max(len(doubt.options), 2):
            return fitting, ("places",)
    if doubt.kind in (DoubtKind.TRADE, DoubtKind.CONDITION):
        codes = {
            found.trade.code for one in reading.on(Axis.TRADE, *Role) for found in one.mark.value if not found.vague
        }
        fitting = tuple(option for option in doubt.options if codes & set(option.adds.trades))
        fitting = fitting or (_by_label(reading, doubt) if doubt.kind is DoubtKind.TRADE else ())
        if fitting:
            return fitting, ("trades",)
    if doubt.kind is DoubtKind.RADIUS:
        return _by_radius(reading, doubt)
    return None, ()


def _by_radius(reading: Reading, doubt: Doubt) -> tuple[tuple[Option, ...] | None, tuple[str, ...]]:
    """Return the distance that she gives, whether or not it was among the options."""
    said = next((one.mark.value for one in reading.on(Axis.RADIUS, Role.WANTED) if one.mark.value), None)
    if said is None or not doubt.options:
        return None, ()
    around = (
        PlaceWanted.at(place_by_code(place.place_kind, place.code), said) for place in doubt.options[0].adds.places
    )
    return (Option(f"{said} km", Criteria(places=tuple(around))),), ()


def _places(reading: Reading) -> list[Place]:
    """Return the places that the answer names: as a whole, however it is written, else those found inside."""
    whole = named(reading.body.text.strip(" .!\n"))
    if whole:
        return list(whole)
    found: list[FoundPlace] = [one.mark.value for one in reading.on(Axis.PLACE, *Role)]
    return [place for one in found for place in one.candidates]


def _fits(option: Option, place: Place) -> bool:
    """Return whether an option's place is this one, or lies in it."""
    for wanted in option.adds.places:
        own = place_by_code(wanted.place_kind, wanted.code)
        inside = {PlaceKind.DEPARTEMENT: own.departement, PlaceKind.REGION: own.region}.get(place.kind)
        if (own.kind, own.code) == (place.kind, place.code) or (inside is not None and inside == place.code):
            return True
    return False
