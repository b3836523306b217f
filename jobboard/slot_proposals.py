"""What happens to slots by itself: held while somebody chooses, proposed to who waits, reminded of, over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import appointment_letters as letters
from jobboard import appointments
from jobboard.appointments import LIFE, Booking, BookingState, Slot, Waiting
from jobboard.db import settings_of
from jobboard.letters.appointments import AppointmentReminder, SlotProposed
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

HELD = 3  # slots for one person who chooses, and never more than a third of what is free
REMINDED_BEFORE = timedelta(hours=24)
LEAST_NOTICE = timedelta(hours=1)  # a slot nearer than this is proposed to nobody


def hold_some(
    session: Session, free: Sequence[Slot], person: Person, *, until: datetime, at: datetime
) -> frozenset[int]:
    """Hold the first slots for somebody who is choosing; where few are free, none: the first answer has them."""
    count = min(HELD, len(free) // 3)
    kept = {booking.slot_id for booking in appointments.held_for(session, person, at=at) if booking.proposed}
    for slot in free[:count]:
        if slot.id not in kept and appointments.hold(session, slot, person, until=until, at=at) is not None:
            kept.add(slot.id)
    return frozenset(kept)


def propose_free(session: Session, *, at: datetime) -> int:
    """Propose what is free to who waits, in order, one slot a person; returns how many proposals were posted."""
    appointments.take_turn(session)
    waiting = list(appointments.queue(session))
    posted = 0
    for slot in appointments.free(session, at=at + LEAST_NOTICE, limit=100) if waiting else ():
        taker = next((one for one in waiting if _may_be_proposed(session, one, slot, at=at)), None)
        if taker is not None and _propose(session, slot, session.get_one(Person, taker.person_id), at=at):
            waiting.remove(taker)
            posted += 1
    return posted


def _may_be_proposed(session: Session, waiting: Waiting, slot: Slot, *, at: datetime) -> bool:
    """Tell whether somebody may be asked about a slot: she has no other in hand, and did not let this one pass."""
    person = session.get_one(Person, waiting.person_id)
    if any(booking.proposed for booking in appointments.held_for(session, person, at=at)):
        return False
    return not appointments.had(session, slot, person)


def _propose(session: Session, slot: Slot, person: Person, *, at: datetime) -> bool:
    minutes = settings_of(session).appointment_proposal_minutes
    until = min(at + timedelta(minutes=minutes), slot.starts_at - LEAST_NOTICE / 2)
    booking = appointments.hold(session, slot, person, until=until, proposed=True, at=at)
    if booking is None:
        return False
    letters.post(
        session,
        SlotProposed(letters.line(slot), until),
        person,
        Reply(About.SLOTS, Role.CANDIDATE, listed=(slot.id,)),
        dedupe=f"slot-proposed:{booking.id}",
        at=at,
    )
    return True


def remind(session: Session, *, at: datetime, limit: int) -> int:
    """Remind both sides of appointments of the next day; returns how many were reminded of."""
    due = (
        sa.select(Booking, Slot)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.state == BookingState.BOOKED, Booking.reminded_at.is_(None))
        .where(Slot.starts_at > at, Slot.starts_at <= at + REMINDED_BEFORE)
        .order_by(Booking.id)
        .limit(limit)
        .with_for_update(of=Booking, skip_locked=True)
    )
    rows = session.execute(due).all()
    for booking, slot in rows:
        booking.reminded_at = at
        person, member = session.get_one(Person, booking.person_id), session.get_one(Person, slot.staff_id)
        if not booking.reminders_stopped:
            letters.post(
                session,
                AppointmentReminder(letters.line(slot), member.first_name),
                person,
                Reply(About.APPOINTMENT, Role.CANDIDATE, subject_id=booking.id),
                dedupe=f"appointment-reminder:{booking.id}:{person.id}",
                at=at,
            )
        letter = AppointmentReminder(letters.line(slot), letters.called(session, person, member), for_staff=True)
        letters.to_staff(session, letter, booking, member, dedupe=f"appointment-reminder:{booking.id}:staff", at=at)
    return len(rows)


def settle(session: Session, *, at: datetime, limit: int) -> int:
    """End what its time has ended: appointments that are over, holds that nobody took; then propose what is free."""
    appointments.take_turn(session)
    over = (
        sa.select(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(
            sa.or_(
                sa.and_(Booking.state == BookingState.BOOKED, Slot.ends_at <= at),
                sa.and_(Booking.state == BookingState.HELD, Booking.held_until <= at),
            )
        )
        .order_by(Booking.id)
        .limit(limit)
        .with_for_update(of=Booking, skip_locked=True)
    )
    bookings = session.scalars(over).all()
    for booking in bookings:
        LIFE.step(booking, "end" if booking.state is BookingState.BOOKED else "lapse", by=None, at=at)
    session.flush()
    if appointments.queue(session):
        propose_free(session, at=at)
    return len(bookings)
