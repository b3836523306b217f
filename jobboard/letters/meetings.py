"""A meeting at a moment, as letters carry it: from its fields the mail out makes a calendar that clients can answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

REQUEST, CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True)
class Meeting:
    """One appointment or event towards one reader (RFC 5546): who organizes and who is invited is known when it leaves.

    `uid` stays for its whole life; `sequence` grows with each change that the reader's client must take over.
    """

    uid: str  # our own part of it, without the domain
    sequence: int
    method: str  # REQUEST or CANCEL
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    text: str = ""
    path: str = ""  # a page of ours about it

    @classmethod
    def sample(cls, **changed: object) -> Self:
        """Return an example."""
        meeting = cls(
            "appointment-12",
            0,
            REQUEST,
            "Entretien avec l’association",
            datetime(2026, 12, 1, 8, 30, tzinfo=UTC),
            datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
            "par téléphone",
        )
        return replace(meeting, **changed)  # type: ignore[arg-type]  # names of fields, checked by dataclasses
