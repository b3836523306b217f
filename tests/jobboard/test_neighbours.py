"""Phrasings beside the classes of errors once made: nearly all understood, none silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobboard.score import RIGHT, WRONG, score

NEIGHBOURS = Path(__file__).parent / "neighbours"


@pytest.mark.parametrize(
    ("name", "least"),
    [("wishes.txt", 250), ("wishes_everyday.txt", 100), ("deposits.txt", 100), ("deposits_everyday.txt", 50)],
)
def test_neighbours_of_known_errors_are_understood_or_asked_about(name: str, least: int) -> None:
    counts, failed = score(NEIGHBOURS / name)
    assert [entry["text"] for outcome, entry in failed if outcome == WRONG] == []
    assert counts.total() > least
    assert counts[RIGHT] >= 0.85 * counts.total()
