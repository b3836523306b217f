"""Crews: a courier that mostly waits gets help, one that keeps the processor busy does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.crews import IDLE, Crew
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


@pytest.mark.parametrize(("busy", "couriers"), [(0.01, 4), (IDLE / 2 - 0.01, 3), (IDLE, 1), (0.9, 1)])
def test_a_crew_grows_as_long_as_its_couriers_mostly_wait(busy: float, couriers: int) -> None:
    hired: list[Watched] = []

    def hire() -> Watched:
        hired.append(Watched(busy))
        return hired[-1]

    Crew(hire, most=4).drain()
    assert len(hired) == couriers
    assert all(one.came_home for one in hired)
