"""How two people meet for an interview."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How the two meet."""

    PHONE = "phone"
    VIDEO = "video"
    PLACE = "place"


MODE_LABELS: dict[Mode, str] = {
    Mode.PHONE: "par téléphone",
    Mode.VIDEO: "en visio",
    Mode.PLACE: "sur place",
}
