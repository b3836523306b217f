"""Interviews with the association: slots that staff offer, each booked once; those who wait for one, in order.

A slot has at most one booking that counts (held or booked), and a person one appointment to come: two indexes of
PostgreSQL say so, whatever happens at the same time. One member of staff has no two slots at once: a constraint, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person
from jobboard.slot_modes import Mode


class SlotState(StrEnum):
    """Whether a slot is offered."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


SLOT_LIFE = Lifecycle(
    "slot", SlotState, ((SlotState.OPEN, "withdraw", SlotState.WITHDRAWN),), refusal="slot-already-withdrawn"
)

_NO_TWO_AT_ONCE = postgresql.ExcludeConstraint(
    # A range of one number: an ordinary server has no other operator class for "the same member of staff".
    (sa.text("int8range(staff_id, staff_id, '[]')"), "&&"),
    (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
    where=sa.text("state = 'open'"),
    using="gist",
    name="ex_slot_one_at_a_time",
)


class Slot(Base):
    """A time at which a member of staff listens to somebody."""

    __tablename__ = "slot"
    __table_args__ = (
        _NO_TWO_AT_ONCE,
        sa.CheckConstraint("ends_at > starts_at", name="lasts"),
        sa.Index("ix_slot_open", "starts_at", postgresql_where=sa.text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[Mode] = mapped_column(named(Mode))
    place: Mapped[str] = mapped_column(default="")  # an address, or the link of a video room
    state: Mapped[SlotState] = mapped_column(named(SlotState))
    created_at: Mapped[datetime]


class BookingState(StrEnum):
    """What became of a slot in somebody's hands."""

    HELD = "held"  # kept for her until `held_until`
    BOOKED = "booked"
    LAPSED = "lapsed"  # not taken in time
    CANCELLED = "cancelled"
    ENDED = "ended"  # its time has passed
    KEPT = "kept"  # she came
    MISSED = "missed"


LIFE = Lifecycle(
    "booking",
    BookingState,
    (
        (BookingState.HELD, "confirm", BookingState.BOOKED),
        (BookingState.HELD, "lapse", BookingState.LAPSED),
        (BookingState.BOOKED, "cancel", BookingState.CANCELLED),
        (BookingState.BOOKED, "end", BookingState.ENDED),
        (BookingState.ENDED, "keep", BookingState.KEPT),
        (BookingState.ENDED, "miss", BookingState.MISSED),
        (BookingState.KEPT, "miss", BookingState.MISSED),
        (BookingState.MISSED, "keep", BookingState.KEPT),
    ),
    refusal="booking-not-so",
)
_COUNTS = sa.text("state IN ('held', 'booked')")


class Booking(Base):
    """A slot in somebody's hands."""

    __tablename__ = "booking"
    __table_args__ = (
        sa.Index("uq_booking_slot_once", "slot_id", unique=True, postgresql_where=_COUNTS),
        sa.Index("uq_booking_person_once", "person_id", unique=True, postgresql_where=sa.text("state = 'booked'")),
        sa.Index("ix_booking_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[BookingState] = mapped_column(named(BookingState))
    held_until: Mapped[datetime | None]
    proposed: Mapped[bool] = mapped_column(default=False)  # we proposed it to her, who waited
    words: Mapped[str] = mapped_column(default="")  # what she wrote with her choice
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reminders_stopped: Mapped[bool] = mapped_column(default=False)


class BookingNote(Base):
    """What a member of staff notes of an interview; forgotten with the retention rules."""

    __tablename__ = "booking_note"
    __table_args__ = (sa.Index("ix_booking_note_booking_id", "booking_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("booking.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str]
    at: Mapped[datetime]


class Waiting(Base):
    """Somebody who waits for a slot; the first who came is the first who is asked."""

    __tablename__ = "slot_waiting"
    __table_args__ = (
        sa.Index("uq_slot_waiting_once", "person_id", unique=True, postgresql_where=sa.text("left_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]


_TURN = 0x9A55_0019


def take_turn(session: Session) -> None:
    """Wait for the others who change appointments, until this transaction ends.

    The constraints keep what is true; the turn keeps two who hold several slots from waiting for each other.
    """
    session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TURN})


def publish(
    session: Session, member: Person, starts_at: datetime, ends_at: datetime, mode: Mode, place: str, *, at: datetime
) -> Slot | None:
    """Offer a slot; None when that member of staff has another one at the same time."""
    slot = Slot(
        staff_id=member.id,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        place=place,
        state=SlotState.OPEN,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(slot)
            session.flush()
    except IntegrityError as error:
        if "ex_slot_one_at_a_time" not in str(error.orig):
            raise
        return None
    return slot


def _taken(at: datetime, *, also_for: int | None = None) -> sa.Exists:
    """Return the condition that a slot is booked, or held for somebody else than that person."""
    held = sa.and_(Booking.state == BookingState.HELD, Booking.held_until > at)
    if also_for is not None:
        held = sa.and_(held, Booking.person_id != also_for)
    return sa.exists().where(Booking.slot_id == Slot.id, sa.or_(Booking.state == BookingState.BOOKED, held))


def free(session: Session, *, at: datetime, person: Person | None = None, limit: int = 10) -> Sequence[Slot]:
    """Return the slots to come that somebody may take, soonest first; those held for her are free for her."""
    query = (
        sa.select(Slot)
        .where(Slot.state == SlotState.OPEN, Slot.starts_at > at, ~_taken(at, also_for=person.id if person else None))
        .order_by(Slot.starts_at, Slot.id)
    )
    return session.scalars(query.limit(limit)).all()


def held_for(session: Session, person: Person, *, at: datetime) -> Sequence[Booking]:
    """Return what is held for somebody now, soonest first."""
    query = (
        sa.select(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.person_id == person.id, Booking.state == BookingState.HELD, Booking.held_until > at)
        .order_by(Slot.starts_at)
    )
    return session.scalars(query).all()


def hold(
    session: Session, slot: Slot, person: Person, *, until: datetime, proposed: bool = False, at: datetime
) -> Booking | None:
    """Keep a slot for somebody until a moment; None when it is in other hands."""
    _let_lapse(session, slot, person, at=at)
    booking = Booking(
        slot_id=slot.id,
        person_id=person.id,
        state=BookingState.HELD,
        held_until=until,
        proposed=proposed,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(booking)
            session.flush()
    except IntegrityError as error:
        if "uq_booking_slot_once" not in str(error.orig):
            raise
        return None
    return booking


def _let_lapse(session: Session, slot: Slot, person: Person, *, at: datetime) -> None:
    """End what is held of a slot and no longer counts: its time is over, or it was held for the same person."""
    old = session.scalars(
        sa.select(Booking)
        .where(Booking.slot_id == slot.id, Booking.state == BookingState.HELD)
        .where(sa.or_(Booking.held_until <= at, Booking.person_id == person.id))
        .with_for_update()
    ).all()
    for booking in old:
        LIFE.step(booking, "lapse", by=None, at=at)
    session.flush()


def book(session: Session, slot: Slot, person: Person, *, words: str = "", at: datetime) -> Booking:
    """Give a slot to somebody, once. Raises Refused "slot-taken", "slot-over" or "already-booked"."""
    if slot.state is not SlotState.OPEN:
        raise Refused("slot-taken")
    if slot.starts_at <= at:
        raise Refused("slot-over")
    standing = of_person(session, person)
    if standing is not None:
        raise Refused("already-booked")
    booking = hold(session, slot, person, until=at + timedelta(minutes=1), at=at)
    if booking is None:
        raise Refused("slot-taken")
    try:
        with session.begin_nested():
            LIFE.step(booking, "confirm", by=person.id, at=at)
            booking.booked_at, booking.words = at, words
            session.flush()
    except IntegrityError as error:
        if "uq_booking_person_once" not in str(error.orig):
            raise
        raise Refused("already-booked") from error
    release(session, person, at=at)
    leave_queue(session, person, at=at)
    return booking


def release(session: Session, person: Person, *, at: datetime) -> list[Slot]:
    """Let go what is held for somebody; returns the slots, for who waits."""
    slots = []
    for booking in held_for(session, person, at=at):
        LIFE.step(booking, "lapse", by=person.id, at=at)
        slots.append(session.get_one(Slot, booking.slot_id))
    session.flush()
    return slots


def of_person(session: Session, person: Person) -> Booking | None:
    """Return somebody's appointment to come."""
    return session.scalar(
        sa.select(Booking).where(Booking.person_id == person.id, Booking.state == BookingState.BOOKED)
    )


def of_slot(session: Session, slot: Slot) -> Booking | None:
    """Return the booking of a slot, as it stands or as it ended; None when nobody has it."""
    dead = (BookingState.HELD, BookingState.LAPSED, BookingState.CANCELLED)
    return session.scalar(sa.select(Booking).where(Booking.slot_id == slot.id, Booking.state.not_in(dead)))


def standing_on(session: Session, slot: Slot) -> Sequence[Booking]:
    """Return, locked, the bookings of a slot that count: the one that is booked, or held."""
    counting = sa.select(Booking).where(
        Booking.slot_id == slot.id, Booking.state.in_((BookingState.HELD, BookingState.BOOKED))
    )
    return session.scalars(counting.with_for_update()).all()


def had(session: Session, slot: Slot, person: Person) -> bool:
    """Tell whether a slot was in somebody's hands before: it is not proposed to her again."""
    query = sa.select(Booking.id).where(Booking.slot_id == slot.id, Booking.person_id == person.id)
    return session.scalar(query.limit(1)) is not None


def cancel(session: Session, booking: Booking, *, by: Person, at: datetime) -> Slot:
    """Give up an appointment; returns its slot. Raises Refused("booking-not-so") or Refused("slot-over")."""
    slot = session.get_one(Slot, booking.slot_id)
    if slot.starts_at <= at:
        raise Refused("slot-over")
    session.refresh(booking, with_for_update=True)
    LIFE.step(booking, "cancel", by=by.id, at=at)
    session.flush()
    return slot


def wait(session: Session, person: Person, *, at: datetime) -> int:
    """Put somebody into the queue, once; returns her place in it, from 1 on."""
    standing = sa.select(Waiting).where(Waiting.person_id == person.id, Waiting.left_at.is_(None))
    if session.scalar(standing) is None:
        row = postgresql.insert(Waiting).values(person_id=person.id, since=at)
        session.execute(row.on_conflict_do_nothing())
    ids = [one.person_id for one in queue(session)]
    return ids.index(person.id) + 1


def queue(session: Session) -> Sequence[Waiting]:
    """Return who waits, the first who came first."""
    return session.scalars(
        sa.select(Waiting).where(Waiting.left_at.is_(None)).order_by(Waiting.since, Waiting.id)
    ).all()


def leave_queue(session: Session, person: Person, *, at: datetime) -> bool:
    """Take somebody out of the queue; False when she was not there."""
    gone = session.execute(
        sa.update(Waiting)
        .where(Waiting.person_id == person.id, Waiting.left_at.is_(None))
        .values(left_at=at)
        .returning(Waiting.id)
    )
    return gone.first() is not None


def stop_reminders(session: Session, person: Person) -> None:
    """Remind somebody of no appointment: she wants no mail any more."""
    session.execute(sa.update(Booking).where(Booking.person_id == person.id).values(reminders_stopped=True))
