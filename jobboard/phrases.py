"""Free text as a row of folded words that remember where they stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobboard.folding import fold, strip_accents

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")

_STOP = re.compile(r"[,;:!?()…\u2022|]|\.(?!\w)|\n\s*(?:\n|[-*\u2022\u2013])")
_ADDRESS = re.compile(
    r"[^\s@<>]{1,80}@[^\s@<>]{1,120}"  # mail
    r"|(?:https?://|www\.)\S{1,300}"  # link
    r"|(?<![\w+])(?:\+33|0033|0)[ .-]{0,2}(?:\(0\) ?)?[1-9](?:[ .-]{0,2}\d\d){4}(?!\d)"  # French phone number
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its offsets there, the word as written, and as it is compared (lower-case ASCII).

    `opens`: it begins a phrase, as punctuation stands before it (or nothing at all).
    """

    start: int
    end: int
    written: str
    folded: str
    opens: bool = False

    @property
    def capital(self) -> bool:
        """Whether the word begins with a capital letter."""
        return self.written[0].isupper()


def words_of(text: str) -> list[Word]:
    """Return the words of the text in order, without those that fold to nothing (other alphabets). Linear."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        folded = fold(match[0]).replace(" ", "")
        if folded:
            before = found[-1] if found else None
            gap = text[before.end : match.start()] if before else "."
            opens = bool(_STOP.search(gap)) and not (before and before.folded in ("st", "ste") and gap in (".", ". "))
            found.append(Word(match.start(), match.end(), match[0], folded, opens))
    return found


def flat(text: str) -> str:
    """Return the text in lower case and without accents, every character at its offset: what patterns are tried on."""
    return "".join(_flat_character(char) for char in text)


@lru_cache(maxsize=512)
def _flat_character(char: str) -> str:
    if char in "\u2019\u2018\u02bc":
        return "'"
    if char in "\u00a0\u202f\u2009":
        return " "
    base = strip_accents(char).lower()
    return base[0] if base else char


def joined(words: Sequence[Word]) -> str:
    """Return the folded words separated by single spaces."""
    return " ".join(word.folded for word in words)


def one_slip_apart(a: str, b: str) -> bool:
    """Return whether one letter added, dropped, changed, or two neighbours swapped, turn `a` into `b`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    if a[start + 1 :] == b[start + 1 :]:
        return True
    return a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of these lines as a set: how the vocabularies in our modules are written."""
    return frozenset(word for line in lines for word in line.split())


def phrase_set(*lines: str) -> frozenset[str]:
    """Return the phrases of these lines, separated by commas, as a set; a phrase may go on over two lines."""
    return frozenset(phrase.strip() for phrase in " ".join(lines).split(",") if phrase.strip())


def without_addresses(text: str) -> str:
    """Return the text with mail addresses, links and phone numbers blanked, every other character at its offset."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)
