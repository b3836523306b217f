"""Lines under headings: what moves takes its heading along, and no heading is said twice."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.edition_order import moved, runs


def by_heading(lines: str) -> list[list[str]]:
    """Return lines such as "a1 a2 b1" by heading, which is their letter."""
    return runs((one, one[0]) for one in lines.split())


@pytest.mark.parametrize(
    ("lines", "line", "to", "after"),
    [
        ("a1 a2 b1 c1", "a2", 1, "a2 a1 b1 c1"),
        ("a1 a2 b1 c1", "b1", 2, "b1 a1 a2 c1"),
        ("a1 a2 b1 c1", "b1", 4, "a1 a2 c1 b1"),
        ("a1 a2 b1 b2", "b2", 1, "b2 b1 a1 a2"),
        ("a1 a2 b1 b2", "a1", 3, "b1 b2 a2 a1"),
        ("a1 a2 b1 b2", "a2", 99, "b1 b2 a1 a2"),
        ("a1 a2 a3", "a3", -1, "a3 a1 a2"),
        ("a1 b1 a2", "b1", 2, "b1 a1 a2"),
        ("a1", "a1", 7, "a1"),
    ],
)
def test_a_line_goes_alone_among_its_own_and_with_them_beyond(lines: str, line: str, to: int, after: str) -> None:
    assert " ".join(moved(by_heading(lines), line, to)) == after


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.data())
def test_nothing_is_lost_no_heading_comes_twice_and_no_step_is_in_vain(
    headings: list[str], data: st.DataObject
) -> None:
    standing = runs((f"{one}{number}", one) for number, one in enumerate(headings))
    before = [line for run in standing for line in run]
    line = data.draw(st.sampled_from(before))
    step = data.draw(st.sampled_from((-1, 1)))
    after = moved(standing, line, before.index(line) + 1 + step)
    assert sorted(after) == sorted(before)
    met = [heading for heading, _ in groupby(after, key=lambda one: one[0])]
    assert len(met) == len(set(met))
    at_the_end = line == (before[0] if step < 0 else before[-1])
    assert (after != before) == (not at_the_end), "an arrow of the desk always does something"
