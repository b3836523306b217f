"""How well an offer answers a search, 0 to 1, and why: the one scale for alerts, shortlists and profiles.

The order of a list is this score, then the newest first. Trade weighs 0.5 (0.35 for a neighbour under the same ROME
sheet, 0.3 for another trade of a wanted family, 0.25 where none was asked), place 0.3 (whole at the centre, half at the
edge of the radius, 0.8 of it where an area was asked), contract 0.1, words 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

TRADE, NEAR_TRADE, FAMILY, NO_TRADE = 0.5, 0.35, 0.3, 0.25
PLACE, AREA_SHARE, EDGE_SHARE = 0.3, 0.8, 0.5
CONTRACT, WORDS = 0.1, 0.1


class Reason(IntFlag):
    """Why; several searches of one person add up. What SQL computes, and what is stored, are these bits."""

    TRADE = 1
    NEAR_TRADE = 2
    RADIUS = 4
    PLACE = 8
    CONTRACT = 16
    WORKING_TIME = 32
    WORDS = 64
    SECTOR = 128
    EXPERIENCE = 256  # of profiles only, like the next
    AVAILABLE = 512

    @property
    def codes(self) -> tuple[str, ...]:
        """The reasons as letters name them, the weaker of two of a kind left out: "trade", "working-time"…"""
        shown = self
        for better, weaker in ((Reason.TRADE, Reason.NEAR_TRADE), (Reason.RADIUS, Reason.PLACE)):
            if better in shown:
                shown &= ~weaker
        return tuple(_CODES[reason] for reason in shown)


_CODES = {reason: str(reason.name).lower().replace("_", "-") for reason in Reason}


@dataclass(frozen=True)
class Fit:
    """What an offer and a search share; `distance_km` None where no distance was asked or known."""

    trade: bool = False
    near_trade: bool = False  # same ROME sheet
    family: bool = False
    distance_km: float | None = None
    radius_km: float = 0.0
    contract: bool = False
    words: bool = False


def score(fit: Fit) -> float:
    """Return how well, 0 to 1."""
    trade = TRADE if fit.trade else NEAR_TRADE if fit.near_trade else FAMILY if fit.family else NO_TRADE
    share = AREA_SHARE
    if fit.distance_km is not None:
        share = 1 - (1 - EDGE_SHARE) * fit.distance_km / max(fit.radius_km, 1.0)
    return trade + PLACE * share + CONTRACT * fit.contract + WORDS * fit.words
