"""Scoring replies against what they mean: right, asked back, or misread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from inbound.handlers.tables import ANYONE, BY_ROLE, NO, YES
from inbound.numerals import numbered
from inbound.own_words import split
from inbound.words import Said, Word, duration, numbers, understand_all
from jobboard.people import Role

RIGHT, ASKED, MISREAD = "right", "asked back", "misread"
NOTHING = "-"


def table(role: Role) -> tuple[Word, ...]:
    """Return the words that count for a role, with the answers to a question."""
    return (*BY_ROLE[role], *ANYONE, YES, NO)


def meaning(role: Role, text: str) -> str:
    """Return what a reply is taken for, in the form of the table: "RETIRER 1 + PAUSE 14j"."""
    own = split(text).own
    return " + ".join(_told(said) for said, _ in understand_all(own, table(role))) or NOTHING


def _told(said: Said) -> str:
    word = said.word.word
    if said.word.takes is duration:
        return f"{word} {said.days}j" if said.days else word
    if said.word.takes is numbers or word in ("REFUSER", "ENTRETIEN"):
        found = numbered(said.written)[0]
        return f"{word} {','.join(map(str, found))}" if found else word
    free = word in ("CHASSE", "PROLONGER", "CORRIGER", "AJOUTER", "RAYON", "APPROUVER", "CRENEAUX")
    return f"{word} {said.number}" if said.number is not None and not free and "@" not in said.written else word


def judge(role: Role, text: str, expected: str) -> str:
    """Return whether a reply is understood as meant; nothing done where something was meant is asked back."""
    got = meaning(role, text)
    if got == expected:
        return RIGHT
    return ASKED if got == NOTHING else MISREAD


def score(role: Role, replies: Iterable[tuple[str, str]]) -> tuple[Counter[str], list[tuple[str, str, str, str]]]:
    """Return the counts and what was not right: (judgement, text, expected, got)."""
    counts: Counter[str] = Counter()
    failed = []
    for text, expected in replies:
        judgement = judge(role, text, expected)
        counts[judgement] += 1
        if judgement != RIGHT:
            failed.append((judgement, text, expected, meaning(role, text)))
    return counts, failed
