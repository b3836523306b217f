"""Replies of all kinds, in all styles of mail programs: none is misread, few are asked back; the scores are printed."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

from jobboard.people import Role
from tests.inbound.replies import ASKED, MISREAD, score

TABLE = tomllib.loads((Path(__file__).parent / "replies.toml").read_text("utf-8"))
HELD_OUT = Path(__file__).parents[1] / "held_out" / "replies.json"


def total(replies: dict[str, list[list[str]]]) -> tuple[Counter[str], list[tuple[str, str, str, str]]]:
    """Score the replies of every role together."""
    counts: Counter[str] = Counter()
    failed = []
    for role, rows in replies.items():
        found, wrong = score(Role(role), [(text, expected) for text, expected in rows])
        counts += found
        failed += wrong
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return counts, failed


def test_no_reply_of_the_table_is_misread_and_few_are_asked_back() -> None:
    counts, failed = total(TABLE)
    assert counts.total() >= 400
    assert [one for one in failed if one[0] == MISREAD] == []
    assert counts[ASKED] < 0.05 * counts.total(), failed


def test_no_unread_reply_is_misread_and_few_are_asked_back() -> None:
    counts, failed = total(json.loads(HELD_OUT.read_text("utf-8")))
    assert counts.total() >= 150
    assert [one for one in failed if one[0] == MISREAD] == []
    assert counts[ASKED] < 0.1 * counts.total(), failed
