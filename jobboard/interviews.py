"""Interviews with the association: slots published and shown, booked, moved, given up, proposed to who waits.

A candidate's address never stands in what the staff get: they read her short name and answer through us.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import appointment_letters as letters
from jobboard import appointments, outbox, people, slot_proposals
from jobboard.appointments import LIFE, Booking, BookingState, Slot
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentGiven,
    AppointmentWords,
    SlotLine,
    SlotsOffered,
    SlotsPublished,
)
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.slot_reading import ReadSlots
from jobboard.tickets import About, Reply, Ticket

SHOWN = 8  # slots in one mail
SOON = timedelta(hours=30)  # a booking made this little ahead needs no reminder


def publish(session: Session, member: Person, read: ReadSlots, *, key: str, at: datetime) -> Sequence[Slot]:
    """Put slots online, propose them to who waits, and show them to the member of staff, numbered."""
    appointments.take_turn(session)
    made = [
        appointments.publish(session, member, one.starts_at, one.ends_at, read.mode, read.place, at=at)
        for one in read.slots
    ]
    slots = [slot for slot in made if slot is not None]
    slot_proposals.propose_free(session, at=at)
    outbox.post(
        session,
        SlotsPublished(letters.lines(slots), overlapping=len(made) - len(slots)),
        to=member,
        dedupe=f"slots-published:{member.id}:{key}",
        reply=Reply(About.OFFERED_SLOTS, Role.STAFF, listed=tuple(slot.id for slot in slots)),
        at=at,
    )
    return slots


def read_lines(read: ReadSlots) -> tuple[SlotLine, ...]:
    """Return slots that were read and wait for OUI, numbered from 1."""
    return tuple(
        SlotLine(one.starts_at, one.ends_at, read.mode, read.place, number) for number, one in enumerate(read.slots, 1)
    )


def last_shown(session: Session, person: Person) -> list[int]:
    """Return the slots of the last list that somebody was sent, in its order; none where she got no list."""
    query = sa.select(Ticket.listed).where(Ticket.person_id == person.id, Ticket.about == About.SLOTS)
    return list(session.scalar(query.order_by(Ticket.id.desc()).limit(1)) or ())


def withdraw(session: Session, slot: Slot, member: Person, *, reason: str = "", key: str, at: datetime) -> None:
    """Take a slot back; who had booked it is told at once, with others to choose from."""
    appointments.take_turn(session)
    appointments.SLOT_LIFE.step(slot, "withdraw", by=member.id, at=at)
    for booking in appointments.standing_on(session, slot):
        person = session.get_one(Person, booking.person_id)
        if booking.state is BookingState.BOOKED:
            _cancel_for_us(session, booking, slot, person, member, reason=reason, key=key, at=at)
        else:
            LIFE.step(booking, "lapse", by=member.id, at=at)
    session.flush()


def show(
    session: Session, person: Person, *, why: str = "asked", key: str, at: datetime, thread: Thread | None = None
) -> Sequence[Slot]:
    """Send somebody the free slots, some of them held for her a while; without any, a place in the queue."""
    appointments.take_turn(session)
    people.grant(session, person, Role.CANDIDATE, at=at)
    free = appointments.free(session, at=at, person=person, limit=SHOWN * 3)
    until = at + timedelta(minutes=settings_of(session).appointment_hold_minutes)
    booked = appointments.of_person(session, person)
    held = frozenset() if booked else slot_proposals.hold_some(session, free, person, until=until, at=at)
    shown = free[:SHOWN]
    place = 0 if shown or booked else appointments.wait(session, person, at=at)
    current = letters.line(session.get_one(Slot, booked.slot_id)) if booked is not None else None
    letters.post(
        session,
        SlotsOffered(letters.lines(shown, held=held), until if held else None, why, current, place),
        person,
        Reply(About.SLOTS, Role.CANDIDATE, listed=tuple(slot.id for slot in shown)),
        dedupe=f"slots-offered:{person.id}:{key}",
        thread=thread,
        at=at,
    )
    return shown


def book(
    session: Session,
    slot: Slot,
    person: Person,
    *,
    words: str = "",
    key: str,
    at: datetime,
    thread: Thread | None = None,
) -> Booking:
    """Book a slot for somebody and invite both; an appointment that she has already is moved to it.

    Raises Refused "slot-taken" or "slot-over", and then nothing has changed.
    """
    appointments.take_turn(session)
    people.grant(session, person, Role.CANDIDATE, at=at)
    with session.begin_nested():
        old = appointments.of_person(session, person)
        if old is not None and old.slot_id == slot.id:
            raise Refused("already-booked")
        freed = _give_up_quietly(session, old, person, key=key, at=at) if old is not None else None
        booking = appointments.book(session, slot, person, words=words, at=at)
    if slot.starts_at - at < SOON:
        booking.reminded_at = at
    member = session.get_one(Person, slot.staff_id)
    letters.post(
        session,
        AppointmentBooked(
            letters.line(slot), member.first_name, freed is not None, letters.hers(session, booking, slot, person)
        ),
        person,
        Reply(About.APPOINTMENT, Role.CANDIDATE, subject_id=booking.id),
        dedupe=f"appointment-booked:{booking.id}",
        thread=thread,
        at=at,
    )
    path = f"/equipe/rendez-vous/{booking.id}"
    meeting = letters.staffs(session, booking, slot, person, member)
    given = AppointmentGiven(letters.line(slot), letters.called(session, person, member), words, path, meeting)
    letters.to_staff(session, given, booking, member, dedupe=f"appointment-given:{booking.id}", at=at)
    slot_proposals.propose_free(session, at=at)
    return booking


def _give_up_quietly(session: Session, booking: Booking, person: Person, *, key: str, at: datetime) -> Slot | None:
    """Give an appointment back because another is chosen: only the member of staff is told."""
    slot = session.get_one(Slot, booking.slot_id)
    if slot.starts_at <= at:
        LIFE.step(booking, "end", by=None, at=at)
        session.flush()
        return None
    appointments.cancel(session, booking, by=person, at=at)
    _tell_staff_of_cancellation(session, booking, slot, person, key=key, at=at)
    return slot


def cancel(session: Session, booking: Booking, person: Person, *, key: str, at: datetime) -> None:
    """Give up an appointment at the candidate's word; the slot goes to who waits. Raises Refused("booking-not-so")."""
    appointments.take_turn(session)
    slot = appointments.cancel(session, booking, by=person, at=at)
    meeting = letters.cancelled(letters.hers(session, booking, slot, person))
    letters.post(
        session,
        AppointmentCancelled(letters.line(slot), "me", meeting=meeting),
        person,
        Reply(About.SLOTS, Role.CANDIDATE),
        dedupe=f"appointment-cancelled:{booking.id}:{person.id}",
        at=at,
    )
    _tell_staff_of_cancellation(session, booking, slot, person, key=key, at=at)
    slot_proposals.propose_free(session, at=at)


def _tell_staff_of_cancellation(
    session: Session, booking: Booking, slot: Slot, person: Person, *, key: str, at: datetime
) -> None:
    member = session.get_one(Person, slot.staff_id)
    meeting = letters.cancelled(letters.staffs(session, booking, slot, person, member))
    letter = AppointmentCancelled(letters.line(slot), "her", letters.called(session, person, member), meeting=meeting)
    letters.to_staff(session, letter, booking, member, dedupe=f"appointment-cancelled:{booking.id}:staff", at=at)


def _cancel_for_us(
    session: Session,
    booking: Booking,
    slot: Slot,
    person: Person,
    member: Person,
    *,
    reason: str,
    key: str,
    at: datetime,
) -> None:
    """Cancel at the word of the staff: she is told, with other slots, or put at the head of the queue."""
    appointments.cancel(session, booking, by=member, at=at)
    others = appointments.free(session, at=at, person=person, limit=SHOWN)
    if not others:
        appointments.wait(session, person, at=booking.created_at)
    letters.post(
        session,
        AppointmentCancelled(
            letters.line(slot),
            "us",
            member.first_name,
            reason,
            letters.lines(others),
            letters.cancelled(letters.hers(session, booking, slot, person)),
        ),
        person,
        Reply(About.SLOTS, Role.CANDIDATE, listed=tuple(one.id for one in others)),
        dedupe=f"appointment-cancelled:{booking.id}:{person.id}",
        at=at,
    )
    mine = letters.cancelled(letters.staffs(session, booking, slot, person, member))
    letter = AppointmentCancelled(
        letters.line(slot), "me", letters.called(session, person, member), reason, meeting=mine
    )
    letters.to_staff(session, letter, booking, member, dedupe=f"appointment-cancelled:{booking.id}:staff", at=at)


def decline(session: Session, person: Person, *, at: datetime) -> None:
    """Let go what is held for somebody: it goes to the next one, she stays in the queue."""
    appointments.take_turn(session)
    appointments.release(session, person, at=at)
    slot_proposals.propose_free(session, at=at)


def renounce(session: Session, person: Person, *, key: str, at: datetime) -> bool:
    """Take somebody out of the queue and let go what is held for her; False when there was nothing."""
    appointments.take_turn(session)
    left = appointments.leave_queue(session, person, at=at)
    released = appointments.release(session, person, at=at)
    if released:
        slot_proposals.propose_free(session, at=at)
    if left:
        letters.post(
            session, Noted("queue-left"), person, Reply(About.SLOTS), dedupe=f"queue-left:{person.id}:{key}", at=at
        )
    return left or bool(released)


def pass_words(session: Session, booking: Booking, author: Person, text: str, *, key: str, at: datetime) -> None:
    """Pass on what one side of an appointment wrote to the other, without an address."""
    slot = session.get_one(Slot, booking.slot_id)
    person, member = session.get_one(Person, booking.person_id), session.get_one(Person, slot.staff_id)
    if author.id == person.id:
        letter = AppointmentWords(letters.line(slot), letters.called(session, person, member), text, for_staff=True)
        letters.to_staff(session, letter, booking, member, dedupe=f"appointment-words:{booking.id}:{key}", at=at)
        return
    name = author.first_name or settings_of(session).site_name
    letters.post(
        session,
        AppointmentWords(letters.line(slot), name, text),
        person,
        Reply(About.APPOINTMENT, Role.CANDIDATE, subject_id=booking.id),
        dedupe=f"appointment-words:{booking.id}:{key}",
        at=at,
    )
