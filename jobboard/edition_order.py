"""The order of lines that stand under headings: the lines of one heading stay together, so that it is said once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import chain
from typing import TypeVar

T = TypeVar("T")


def runs(lines: Iterable[tuple[T, Hashable]]) -> list[list[T]]:
    """Return the lines by heading, each where its first line stands."""
    found: dict[Hashable, list[T]] = {}
    for line, heading in lines:
        found.setdefault(heading, []).append(line)
    return list(found.values())


def moved(standing: list[list[T]], line: T, to: int) -> list[T]:
    """Return all lines with one at a place counted from 1; a place beyond either end is that end.

    Among the lines of its heading it goes alone. Beyond them it takes them along, and goes past all that stands under
    the heading at that place: it is then the first of its own on the way up, the last on the way down.
    """
    flat = list(chain(*standing))
    to = min(max(to - 1, 0), len(flat) - 1)
    own = next(run for run in standing if line in run)
    there = next(run for run in standing if flat[to] in run)
    rest = [one for one in own if one != line]
    if there is own:
        rest.insert(to - flat.index(own[0]), line)
        return list(chain(*(rest if run is own else run for run in standing)))
    down = to > flat.index(line)
    taken = [*rest, line] if down else [line, *rest]
    around = (there, taken) if down else (taken, there)
    return list(chain(*(chain(*around) if run is there else () if run is own else run for run in standing)))
