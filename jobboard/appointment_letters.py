"""Letters about appointments, each to its side: her short name to the staff, a first name of theirs to her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import outbox
from jobboard.appointments import Booking, Slot
from jobboard.db import settings_of
from jobboard.languages import gettext_for
from jobboard.letters.appointments import SlotLine
from jobboard.letters.base import Letter
from jobboard.letters.meetings import CANCEL, REQUEST, Meeting
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.slot_modes import MODE_LABELS
from jobboard.tickets import About, Reply


def line(slot: Slot, *, number: int | None = None, held: bool = False) -> SlotLine:
    """Return a slot as letters show it."""
    return SlotLine(slot.starts_at, slot.ends_at, slot.mode, slot.place, number, held)


def lines(slots: Sequence[Slot], *, held: frozenset[int] = frozenset()) -> tuple[SlotLine, ...]:
    """Return slots numbered from 1."""
    return tuple(line(slot, number=number, held=slot.id in held) for number, slot in enumerate(slots, 1))


def called(session: Session, person: Person, reader: Person) -> str:
    """Return what the staff call somebody: her short name, "une personne" when she never told it."""
    return person.short_name or gettext_for(reader.language)("Une personne")


def hers(session: Session, booking: Booking, slot: Slot, person: Person) -> Meeting:
    """Return the appointment as it stands in the candidate's calendar."""
    gettext = gettext_for(person.language)
    title = gettext("Rendez-vous avec %(site)s") % {"site": settings_of(session).site_name}
    return _meeting(booking, slot, "", title, gettext(MODE_LABELS[slot.mode]), "/moi")


def staffs(session: Session, booking: Booking, slot: Slot, person: Person, member: Person) -> Meeting:
    """Return the appointment as it stands in the calendar of the member of staff."""
    gettext = gettext_for(member.language)
    title = gettext("Rendez-vous : %(person)s") % {"person": called(session, person, member)}
    return _meeting(
        booking, slot, "-staff", title, gettext(MODE_LABELS[slot.mode]), f"/equipe/rendez-vous/{booking.id}"
    )


def _meeting(booking: Booking, slot: Slot, side: str, title: str, how: str, path: str) -> Meeting:
    place = slot.place or how
    return Meeting(f"appointment-{booking.id}{side}", 0, REQUEST, title, slot.starts_at, slot.ends_at, place, how, path)


def cancelled(meeting: Meeting) -> Meeting:
    """Return what takes a meeting out of a calendar again."""
    return replace(meeting, method=CANCEL, sequence=meeting.sequence + 1)


def to_staff(session: Session, letter: Letter, booking: Booking, member: Person, *, dedupe: str, at: datetime) -> None:
    """Post a letter about an appointment to the member of staff."""
    post(session, letter, member, Reply(About.APPOINTMENT, Role.STAFF, subject_id=booking.id), dedupe=dedupe, at=at)


def post(
    session: Session,
    letter: Letter,
    to: Person,
    reply: Reply,
    *,
    dedupe: str,
    at: datetime,
    thread: Thread | None = None,
) -> None:
    """Post a letter; answering it is about `reply`."""
    outbox.post(session, letter, to=to, dedupe=dedupe, reply=reply, thread=thread, at=at)


def to_candidate(
    session: Session, letter: Letter, booking: Booking, person: Person, *, dedupe: str, at: datetime
) -> None:
    """Post a letter about an appointment to the candidate."""
    reply = Reply(About.APPOINTMENT, Role.CANDIDATE, subject_id=booking.id)
    post(session, letter, person, reply, dedupe=dedupe, at=at)
