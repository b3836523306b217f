"""The command language: tables of words, and how the first line of a mail is read against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from jobboard.folding import fold

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
_SPELT = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "dix": 10,
}  # fmt: skip

Takes: TypeAlias = Callable[[str], bool]


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


def duration(rest: str) -> bool:
    """Accept nothing, or a length of time: "2 semaines"."""
    return not rest or days_in(rest) is not None


@dataclass(frozen=True)
class Word:
    """One command: its word, synonyms, what it takes, the help that AIDE shows, and the function that does it."""

    word: str
    help: str
    does: Callable[[Context, Said], str]
    also: tuple[str, ...] = ()
    takes: Takes = nothing
    shown: str = ""  # as AIDE writes it, with its argument


@dataclass(frozen=True)
class Said:
    """A command as a person said it: the word, what follows on the line (folded), and the lines below (as written)."""

    word: Word
    rest: str
    below: str
    whole: bool  # nothing but the command was written

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


def understand(own: str, table: Table) -> Said | None:
    """Return the command that the first written line is, or None.

    Case, accents, punctuation and polite words are ignored; the longest word wins ("STOP TOUT" before "STOP").
    A word that takes nothing must stand alone on its line: "Stop aux heures sup !" is no command.
    """
    lines = [line for line in own.splitlines() if line.strip()]
    while lines and not _bare(lines[0]):
        lines = lines[1:]
    if not lines:
        return None
    line = _bare(lines[0])
    spellings = {fold(name): word for word in table for name in (word.word, *word.also)}
    for spelling in sorted(spellings, key=len, reverse=True):
        if line != spelling and not line.startswith(spelling + " "):
            continue
        word, rest = spellings[spelling], line[len(spelling) :].strip()
        if word.takes(rest):
            below = "\n".join(lines[1:])
            return Said(word, rest, below, whole=not any(_bare(other) for other in lines[1:]))
    return None


def _bare(line: str) -> str:
    return " ".join(_POLITE.sub(" ", fold(line)).split())


def bare_number(own: str) -> int | None:
    """Return the number that is all a person wrote: "2", "le 2", "n° 2 merci"; None otherwise."""
    text = _bare(" ".join(own.split()))
    found = _NUMBER.search(text)
    return int(found[0]) if found and number(text) else None


def after_word(text: str, *spellings: str, number: bool = True) -> str:
    """Return the text without the command that begins it, nor (if `number`) the number after it."""
    words = "|".join("[ -]+".join(re.escape(part) for part in spelling.split()) for spelling in spellings)
    count = r"(?:n[°o]?[ \t]*)?\d*[ \t]*" if number else ""
    return re.sub(rf"\A\s*(?:{words})\b[ \t]*{count}[:,;.!–—-]*", "", text, flags=re.IGNORECASE).strip()


def sections(tables: Mapping[str, Table]) -> dict[str, list[tuple[str, str]]]:
    """Return, by section, each word with its help: what AIDE and docs/commands.md are made of."""
    return {name: [(word.shown or word.word, word.help) for word in table] for name, table in tables.items()}
