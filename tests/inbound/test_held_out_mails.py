"""Mails written by somebody who has not read the code, in the style of real clients: scored, and never acted on wrongly.

What was written by hand is judged by the words alone, however the lines were wrapped; the outcome is a command done, a
message passed on, a question asked back, or nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inbound.own_words import split
from inbound.parse import read
from inbound.reports import read_report
from jobboard.addresses import Addresses
from jobboard.db import Database
from tests.inbound.test_corpus_outcomes import outcome_of

MAILS = Path(__file__).parents[1] / "held_out" / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))

# What the outcomes that we record mean in the words of whoever wrote the mails.
MEANING = {
    "subscribed": "confirmed",
    "stopped-stream": "command:STOP",
    "stopped-everything": "command:STOP",
    "asked-stop-what": "command:STOP",
    "history-sent": "command:HISTORIQUE",
    "offer-validated": "command:VALIDER",
    "offer-refused": "command:REFUSER",
    "offer-closed": "command:CLORE",
    "offer-prolonged": "command:PROLONGER",
    "helped": "command:AIDE",
    "paused": "command:PAUSE",
    "frequency-weekly": "command:HEBDO",
    "frequency-daily": "command:QUOTIDIEN",
    "conversation-ended": "command:FIN",
    "conversation-blocked": "command:BLOQUER",
    "withdrawn": "command:RETIRER",
    "not-for-me": "command:PAS POUR MOI",
    "refused:empty-mail": "refused:empty",
    "bounce-complaint": "complaint",
    "relayed-automatic": "nothing-automatic",  # passed on as what it is, answered by nobody
}


def expected_of(name: str) -> dict[str, Any]:
    return json.loads((MAILS / f"{name}.json").read_text("utf-8"))


def meaning_of(outcome: str) -> str:
    """Return an outcome in the words of the held-out files."""
    if outcome in MEANING:
        return MEANING[outcome]
    if outcome.startswith("automatic"):
        return "nothing-automatic"
    return "bounce" if outcome.startswith("bounce-") else outcome


def collapsed(text: str) -> str:
    return " ".join(text.split())


def test_there_is_a_third_as_many_as_in_the_corpus() -> None:
    assert len(NAMES) * 3 >= 150
    assert {path.stem for path in MAILS.glob("*.json")} == set(NAMES)


def test_the_words_that_she_wrote_herself_are_found() -> None:
    wrong, judged = [], 0
    for name in NAMES:
        expected = expected_of(name)
        if expected["own"] is None:
            continue
        incoming = read((MAILS / f"{name}.eml").read_bytes(), envelope_sender=expected["envelope_sender"])
        judged += 1
        if collapsed(split(incoming.text, incoming.html).own) != collapsed(expected["own"]):
            wrong.append(name)
    print(f"own words: {judged - len(wrong)} of {judged} right; differing: {', '.join(wrong) or 'none'}")
    assert len(wrong) <= judged * 0.1


def test_who_wrote_and_what_is_attached() -> None:
    for name in NAMES:
        expected = expected_of(name)
        incoming = read((MAILS / f"{name}.eml").read_bytes(), envelope_sender=expected["envelope_sender"])
        assert (incoming.sender or "").lower() == (expected["sender"] or "").lower(), name
        assert incoming.subject == expected["subject"], name
        assert incoming.in_reply_to == expected["in_reply_to"], name


def test_bounces_are_read() -> None:
    wrong = []
    for name in NAMES:
        expected, report = expected_of(name)["report"], read_report((MAILS / f"{name}.eml").read_bytes())
        if expected and (report is None or (report.severity == "hard") != (expected["severity"] == "hard")):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_ends_as_expected(name: str, database: Database, addresses: Addresses) -> None:
    expected = expected_of(name)
    outcome = outcome_of((MAILS / f"{name}.eml").read_bytes(), expected, database, addresses)
    assert outcome is not None
    assert meaning_of(outcome) == expected["outcome"]
