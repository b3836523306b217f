"""Letters about interviews with the association: slots to choose from, what was booked, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.meetings import CANCEL, Meeting
from jobboard.slot_modes import Mode


@dataclass(frozen=True)
class SlotLine:
    """A slot as a mail shows it; `place` is an address or the link of a video room, "" where nobody said."""

    starts_at: datetime
    ends_at: datetime
    mode: Mode
    place: str = ""
    number: int | None = None
    held: bool = False  # kept for the reader until the moment that the letter names

    @classmethod
    def sample(cls, number: int | None = None, *, held: bool = False) -> Self:
        """Return an example."""
        start = datetime(2026, 12, 1, 8, 30, tzinfo=UTC) + timedelta(minutes=30 * ((number or 1) - 1))
        return cls(start, start + timedelta(minutes=30), Mode.PHONE, number=number, held=held)


@letter(stream=Stream.ACCOUNT)
class SlotsOffered(Letter):
    """The free slots, numbered; or none, and the reader's place in the queue.

    `why`: "asked", "taken" (what she chose was gone) or "left" (she renounced). `current`: what she has booked already.
    """

    slots: tuple[SlotLine, ...]
    held_until: datetime | None = None
    why: str = "asked"
    current: SlotLine | None = None
    place_in_queue: int = 0

    @classmethod
    def sample(cls) -> Self:
        slots = tuple(SlotLine.sample(n, held=n == 1) for n in (1, 2, 3))
        return cls(slots, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


@letter(stream=Stream.ACCOUNT)
class SlotProposed(Letter):
    """A slot has come free for somebody who waits: hers until a moment, then the next one's."""

    slot: SlotLine
    until: datetime

    @classmethod
    def sample(cls) -> Self:
        return cls(SlotLine.sample(), datetime(2026, 11, 23, 21, 0, tzinfo=UTC))


@letter(stream=Stream.ACCOUNT)
class AppointmentBooked(Letter):
    """Her interview is booked; `moved`: in the place of another one. `member`: the first name of who listens."""

    slot: SlotLine
    member: str
    moved: bool = False
    meeting: Meeting | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls(SlotLine.sample(), "Paul", meeting=Meeting.sample())


@letter(stream=Stream.ACCOUNT)
class AppointmentGiven(Letter):
    """To the member of staff: who has booked a slot, what she wrote with it; her address is not in it."""

    slot: SlotLine
    person: str
    words: str
    path: str
    meeting: Meeting | None = None

    @classmethod
    def sample(cls) -> Self:
        meeting = Meeting.sample(title="Entretien avec Léa D.", path="/equipe/rendez-vous/12")
        return cls(
            SlotLine.sample(), "Léa D.", "Je voudrais parler d’une reconversion.", "/equipe/rendez-vous/12", meeting
        )


@letter(stream=Stream.ACCOUNT)
class AppointmentCancelled(Letter):
    """An interview does not take place. `by`: "me" (the reader), "her" (to the staff) or "us" (the staff, with a reason).

    `slots`: others that are free, numbered, for the reader who has lost hers.
    """

    slot: SlotLine
    by: str
    other: str = ""
    reason: str = ""
    slots: tuple[SlotLine, ...] = ()
    meeting: Meeting | None = None

    @classmethod
    def sample(cls) -> Self:
        slots = (SlotLine.sample(1), SlotLine.sample(2))
        return cls(
            SlotLine.sample(), "us", "Paul", "Je suis souffrant.", slots, Meeting.sample(method=CANCEL, sequence=1)
        )


@letter(stream=Stream.ACCOUNT)
class AppointmentReminder(Letter):
    """The day before, to either side."""

    slot: SlotLine
    other: str
    for_staff: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(SlotLine.sample(), "Paul")


@letter(stream=Stream.ACCOUNT)
class AppointmentWords(Letter):
    """What one side wrote about the interview, passed on to the other without an address."""

    slot: SlotLine
    author: str
    text: str
    for_staff: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(SlotLine.sample(), "Léa D.", "Vous pouvez m’appeler au 06 12 34 56 78.\nMerci.", for_staff=True)


@letter(stream=Stream.ACCOUNT)
class SlotsPublished(Letter):
    """To the member of staff: her slots as they were read, numbered; `doubtful`: nothing is published before OUI.

    `overlapping`: how many were left out, because she has others at the same time.
    """

    slots: tuple[SlotLine, ...]
    doubtful: bool = False
    overlapping: int = 0

    @classmethod
    def sample(cls) -> Self:
        return cls(tuple(SlotLine.sample(n) for n in (1, 2, 3)), overlapping=1)
