"""The command language: tables of words, and how the first line of a mail is read against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from jobboard.folding import fold
from jobboard.readable import level

if TYPE_CHECKING:
    from inbound.context import Context

# Said around a word, they change nothing.
_POLITE = re.compile(
    r"\b(bonjour|bonsoir|salut|hello|madame|monsieur|svp|stp|s il (vous|te) plait|please|thanks?( you)?"
    r"|merci( beaucoup| bien| d avance)?|cordialement|bien a vous|bonne (journee|soiree)"
    r"|je (veux|voudrais|souhaite)|i (want|would like) to)\b"
)
_NUMBER = re.compile(r"\d{1,6}")
_UNITS = {
    "jour": 1, "jours": 1, "day": 1, "days": 1, "j": 1,
    "semaine": 7, "semaines": 7, "week": 7, "weeks": 7,
    "mois": 30, "month": 30, "months": 30,
}  # fmt: skip
ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@[^\s<>()\[\]\\,;:\"@]{1,250}[^\s<>()\[\]\\,;:\"@.!?]")
_DATE = re.compile(
    r"(jusqu )?((au|a|le|de) )?(\d{1,3} (jours?|days?|semaines?|weeks?|mois|months?)|((lun|mar|mer|jeu|ven|same)[a-z]*di "
    r"|dimanche )?\d{1,2}(er)?( ([a-z]{3,9}|\d{1,2}))?( \d{2,4})?|\d{4} \d{2} \d{2})"
)
_SPELT = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "dix": 10,
}  # fmt: skip

Takes: TypeAlias = Callable[[str], bool]
Fits: TypeAlias = "Callable[[Said], bool]"


def nothing(rest: str) -> bool:
    """Accept a word that stands alone on its line."""
    return not rest


def anything(rest: str) -> bool:
    """Accept whatever follows the word."""
    return True


def number(rest: str) -> bool:
    """Accept nothing, or one number: "2", "n° 2", "l'offre 2"; two of them leave it open which one is meant."""
    rest = re.sub(r"\b(n|no|numero|number|l|la|le|offre|candidature|offer|a|au|pour)\b", "", rest).strip()
    return not rest or rest.isdecimal()


def numbers(rest: str) -> bool:
    """Accept nothing, or a list of numbers: "2", "2, 3 et 5", "les candidatures 2 à 4"."""
    return not numbered(rest)[1]


def duration(rest: str) -> bool:
    """Accept nothing, or a length of time: "2 semaines"."""
    return not rest or days_in(rest) is not None


def closed(said: Said) -> bool:
    """Accept, between the lines of a correspondence, a word with what it takes, but not one that takes anything."""
    return said.word.takes is not anything or not said.rest


def a_date(said: Said) -> bool:
    """Accept the word with a date or a length of time and nothing else: "jusqu'au 15 janvier", "2 semaines"."""
    return not said.rest or _DATE.fullmatch(said.rest) is not None


def only_addresses(said: Said) -> bool:
    """Accept the word alone, or with mail addresses and nothing else."""
    return not said.rest or not _bare(ADDRESS.sub(" ", said.written)).replace("mailto", "").strip()


@dataclass(frozen=True)
class Word:
    """One command: its word, synonyms, what it takes, the help that AIDE shows, and the function that does it."""

    word: str
    help: str
    does: Callable[[Context, Said], str]
    also: tuple[str, ...] = ()
    takes: Takes = nothing
    shown: str = ""  # as AIDE writes it, with its argument
    meant: Fits = closed  # in a correspondence, where anything else is a message
    secret: bool = False  # what follows the word must not reach the other side of a correspondence
    speech: bool = False  # it takes the lines below it, too


@dataclass(frozen=True)
class Said:
    """A command as a person said it: the word, what follows on the line (folded), and the lines below (as written)."""

    word: Word
    rest: str
    below: str
    whole: bool  # nothing but the command was written
    written: str = ""  # what follows the word on the line, as written
    shouted: bool = False  # the word was written in capitals

    @property
    def speech(self) -> str:
        """What follows the word, on its line and below, as written."""
        return f"{self.written}\n{self.below}".strip()

    @property
    def number(self) -> int | None:
        """The number that was said, if any."""
        found = _NUMBER.search(self.rest)
        return int(found[0]) if found else None

    @property
    def days(self) -> int | None:
        """The length of time that was said, in days."""
        return days_in(self.rest)


Table: TypeAlias = Iterable[Word]


def days_in(rest: str) -> int | None:
    """Return the length of time in a folded text: "2 semaines" -> 14, "deux jours" -> 2; None without one."""
    words = rest.split()
    for count, unit in pairwise(words):
        amount = int(count) if count.isdigit() else _SPELT.get(count)
        if amount and unit in _UNITS:
            return min(amount * _UNITS[unit], 366)
    return None


def after_word(text: str, *spellings: str, number: bool = True) -> str:
    """Return the text without the command that begins it, nor (if `number`) the number after it."""
    words = "|".join("[ -]+".join(re.escape(part) for part in spelling.split()) for spelling in spellings)
    count = r"(?:n[°o]?[ \t]*)?\d*[ \t]*" if number else ""
    return re.sub(rf"\A\s*(?:{words})\b[ \t]*{count}[:,;.!–—-]*", "", text, flags=re.IGNORECASE).strip()


def understand(own: str, table: Table) -> Said | None:
    """Return the command that the first written line is, or None.

    Case, accents, punctuation and polite words are ignored; the longest word wins ("STOP TOUT" before "STOP"), and of
    two words with one spelling the first that takes what follows.
    A word that takes nothing must stand alone on its line: "Stop aux heures sup !" is no command.
    """
    lines = [line for line in own.splitlines() if line.strip()]
    while lines and not _bare(lines[0]):
        lines = lines[1:]
    if not lines:
        return None
    line = _bare(lines[0])
    spellings = [(fold(name), word) for word in table for name in (word.word, *word.also)]
    for spelling, word in sorted(spellings, key=lambda pair: len(pair[0]), reverse=True):
        if line != spelling and not line.startswith(spelling + " "):
            continue
        rest = line[len(spelling) :].strip()
        if word.takes(rest):
            below = "\n".join(lines[1:])
            written, shouted = _written(lines[0], word)
            whole = word.speech or not any(_bare(other) for other in lines[1:])
            return Said(word, rest, below, whole, written, shouted)
    return None


def _written(line: str, word: Word) -> tuple[str, bool]:
    """Return what follows the word on the line as it was written, and whether the word stands there in capitals."""
    spellings = sorted((word.word, *word.also), key=len, reverse=True)
    words = "|".join("[ _-]+".join(re.escape(part) for part in spelling.split()) for spelling in spellings)
    levelled = level(line)
    found = re.search(rf"(?<!\w)(?:{words})(?!\w)[ \t]*[:,;.!–—-]*", levelled, flags=re.IGNORECASE)
    if found is None:
        return after_word(line, *spellings, number=False), False
    return line[found.end() :].strip(), line[found.start() : found.end()].isupper()


_ITEM = re.compile(
    r"(?:\s|[,;&/+#]|\b(?:et|and|puis|ainsi que)\b|\b(?:les?|la|l'|the)\b|\bn(?:°|o|os|um(?:ero)?s?)?\b\.?°?|°"
    r"|\bcandidat(?:ure|e)?s?\b|\bapplications?\b|\b(?:a|au|pour|for|to)\b)*(?P<upto>(?:\b(?:a|au|to)\b|-)\s*)?"
    rf"(?<![\w.])(?P<number>\d{{1,4}}|{'|'.join(sorted(set(_SPELT) - {'un', 'une'}, key=len, reverse=True))})(?![\w])"
)
# A number before one of these belongs to what is said: "2 ans d'expérience".
_COUNTED = re.compile(
    r"\s*(?:%|€|ans?\b|annees?\b|mois\b|jours?\b|heures?\b|h\b|km\b|kilo|euros?\b|ou\b|years?\b|months?\b)"
)
_MANY = 50


def numbered(text: str) -> tuple[tuple[int, ...], str]:
    """Return the numbers that a text begins with ("2, 3 et 5 : trop junior"), and what follows them, as written."""
    plain, end = level(text), 0
    found: list[int] = []
    while len(found) < _MANY and (item := _ITEM.match(plain, end)) and not _COUNTED.match(plain, item.end()):
        word = item["number"]
        value = int(word) if word.isdecimal() else _SPELT[word]
        between = plain[end : item.start("number")]
        ranged = (
            bool(found) and re.fullmatch(r"\s*(?:a|au|to|-)\s*", between) and found[-1] < value <= found[-1] + _MANY
        )
        found += range(found[-1] + 1, value + 1) if ranged else [value]
        end = item.end()
    rest = text[end:].strip().lstrip(":,;.!–—-").strip() if found else text.strip().lstrip(":,;.!–—-").strip()
    return tuple(dict.fromkeys(found)), rest if _bare(rest) else ""


def _bare(line: str) -> str:
    return " ".join(_POLITE.sub(" ", fold(line)).split())


def bare_number(own: str) -> int | None:
    """Return the number that is all a person wrote: "2", "le 2", "n° 2 merci"; None otherwise."""
    text = _bare(" ".join(own.split()))
    found = _NUMBER.search(text)
    return int(found[0]) if found and number(text) else None


def sections(tables: Mapping[str, Table]) -> dict[str, list[tuple[str, str]]]:
    """Return, by section, each word with its help: what AIDE and docs/commands.md are made of."""
    return {name: [(word.shown or word.word, word.help) for word in table] for name, table in tables.items()}
