"""Letters about an interview between a recruiter and a candidate; `zone` says on whose clocks it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.meetings import Meeting

_AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
_PLACE = "12 rue des Lilas, Nantes"
# How an interview is called off: alone, or because its application was declined or withdrawn, the post filled, the offer closed.
ENDINGS = ("cancelled", "ended", "withdrawn", "filled", "closed")


@letter(stream=Stream.ACCOUNT)
class InterviewProposed(Letter):
    """An interview for the candidate: "set", "moved", or one of `ENDINGS`; her calendar answers it.

    `conversation_id`: of whose other side nothing may be read in it, for the place is in the recruiter's words.
    """

    what: str
    first_name: str
    title: str
    employer: str
    recruiter: str
    starts_at: datetime
    zone: str
    place: str
    link: str
    before: datetime | None
    meeting: Meeting
    conversation_id: int

    @classmethod
    def sample(cls) -> Self:
        meeting = Meeting.sample(
            uid="interview-3", title="Entretien : Comptable (H/F), Association Horizon", place=_PLACE
        )
        parties = ("Léa", "Comptable (H/F)", "Association Horizon", "Hélène M.")
        return cls("set", *parties, _AT, "Europe/Paris", _PLACE, "", None, meeting, 0)


@letter(stream=Stream.ACCOUNT)
class InterviewSet(Letter):
    """The same for whoever receives the candidate."""

    what: str
    title: str
    candidate: str
    number: int
    starts_at: datetime
    zone: str
    place: str
    link: str
    before: datetime | None
    meeting: Meeting

    @classmethod
    def sample(cls) -> Self:
        meeting = Meeting.sample(uid="interview-3", title="Entretien avec Léa D. : Comptable (H/F)", place=_PLACE)
        return cls("set", "Comptable (H/F)", "Léa D.", 2, _AT, "Europe/Paris", _PLACE, "", None, meeting)


@letter(stream=Stream.ACCOUNT)
class InterviewAnswered(Letter):
    """The candidate comes, or not: for the recruiter (`candidate`), and noted for herself ("")."""

    comes: bool
    title: str
    candidate: str
    number: int
    starts_at: datetime
    zone: str

    @classmethod
    def sample(cls) -> Self:
        return cls(True, "Comptable (H/F)", "Léa D.", 2, _AT, "Europe/Paris")


@letter(stream=Stream.ACCOUNT)
class InterviewRecalled(Letter):
    """An interview is tomorrow: for the candidate (`employer`), or for whoever receives her (`candidate`).

    `waits`: the candidate has not answered.
    """

    first_name: str
    title: str
    employer: str
    candidate: str
    starts_at: datetime
    zone: str
    place: str
    link: str
    waits: bool

    @classmethod
    def sample(cls) -> Self:
        return cls(
            "Léa",
            "Comptable (H/F)",
            "Association Horizon",
            "",
            _AT,
            "Europe/Paris",
            _PLACE,
            "https://visio.example/3",
            True,
        )
