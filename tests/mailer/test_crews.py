"""Crews: two couriers take turns; where they mostly wait they get help, where they keep the processor busy they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.crews import FIRST, IDLE, Crew
from mailer.letter_courier import LetterCourier


class Watched(LetterCourier):
    """A courier of which only the part of the time matters that it computes."""

    def __init__(self, busy: float) -> None:
        self.busy = busy
        self.came_home = False

    def drain(self, look: Callable[[float], None] = lambda busy: None) -> int:
        """Serve ten groups."""
        for _ in range(10):
            look(self.busy)
        return 1

    def close(self) -> None:
        """Note the end."""
        self.came_home = True


@pytest.mark.parametrize(
    ("busy", "most", "couriers"),
    [(0.01, 4, 4), (IDLE / 2 - 0.01, 4, 3), (IDLE, 4, FIRST), (0.9, 4, FIRST), (0.01, 1, 1), (0.9, 1, 1)],
)
def test_a_crew_grows_as_long_as_its_couriers_mostly_wait(busy: float, most: int, couriers: int) -> None:
    hired: list[Watched] = []

    def hire() -> Watched:
        hired.append(Watched(busy))
        return hired[-1]

    Crew(hire, most=most).drain()
    assert len(hired) == couriers
    assert all(one.came_home for one in hired)
