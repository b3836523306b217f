"""A letter only names words that an answer to it may hold: every word shown is in the tables that read answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inbound.handlers.tables import ANYONE, APPOINTMENTS, BY_ROLE, CONVERSATION, EDITION, EVENTS, NO, YES
from inbound.words import Word, understand
from jobboard.contracts import Frequency
from jobboard.letters import LETTERS, Letter
from jobboard.letters.account import AlertsChanged, Refusal, Stopped
from jobboard.letters.cards import Choice
from jobboard.letters.questions import UNDERSTOOD, AlertQuestion
from mailer.rendering import templates_dir
from tests.mailer import samples

EVERY_WORD: tuple[Word, ...] = (
    YES,
    NO,
    *CONVERSATION,
    *EDITION,
    *APPOINTMENTS,
    *EVENTS,
    *ANYONE,
    *(word for table in BY_ROLE.values() for word in table),
)
FACTS: dict[str, str | int] = {
    "title": "Comptable",
    "employer": "Horizon",
    "count": 3,
    "limit": 20,
    "missing": "lieu",
    "names": "weekly",
}
FACTS |= {"days": 2, "size": 31, "files": 18, "words": "RETENIR, REPRENDRE"}
REASONS = sorted((templates_dir() / "refusal" / "_reasons").glob("*.html"))


def _facts(path: Path) -> dict[str, str | int]:
    """Return what the words of a reason tell, whatever its place told."""
    return dict.fromkeys(re.findall(r"\bfacts\.(\w+)", path.read_text("utf-8")), "Comptable") | FACTS


LETTERS_SHOWN: list[Letter] = [
    *(LETTERS[kind].sample() for kind in samples.written()),
    *(Refusal(path.stem, _facts(path)) for path in REASONS),
    AlertQuestion(UNDERSTOOD, ("place",), (Choice("trade", ("comptable",)),)),
    AlertsChanged(frequency=Frequency.INSTANT),
    Stopped((), (), everything=True),
    Stopped(("offer",), (), title="Comptable"),
]


@pytest.mark.parametrize("letter", LETTERS_SHOWN, ids=lambda letter: f"{letter.kind}-{getattr(letter, 'reason', '')}")
def test_every_word_shown_is_understood(letter: Letter) -> None:
    page = samples.render(letter).html
    shown = {word.replace("\u00a0", " ") for word in re.findall(r'<strong class="word"[^>]*>([^<]*)</strong>', page)}
    shown = {word for word in shown if not word.isdecimal()}  # a number of a list is an answer to it
    assert {word for word in shown if understand(word, EVERY_WORD) is None} == set()


def test_the_words_of_the_foot_are_understood() -> None:
    for kind in samples.written():
        foot = samples.render(LETTERS[kind].sample()).text.partition("\n-- \n")[2]
        for word in re.findall(r"\b[A-Z]{3,}(?: [A-Z]{2,})*\b", foot):
            assert understand(word, EVERY_WORD) is not None, f"{kind}: {word}"
