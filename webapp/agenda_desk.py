"""The staff's desk for interviews and the agenda: slots, who comes, notes; events to decide upon."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import (
    agenda,
    appointment_letters,
    appointments,
    interviews,
    participations,
    people,
    programming,
    showing,
    slot_reading,
)
from jobboard.agenda import Event, EventState
from jobboard.appointments import Booking, BookingNote, BookingState, Slot, SlotState
from jobboard.clock import now
from jobboard.errors import Refused
from jobboard.participations import ParticipationState
from jobboard.people import Person
from webapp import fields
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render, see_other
from webapp.traces import trace
from webapp.visitors import member_of_staff

blueprint = Blueprint("agenda_desk", __name__)

PAST_SHOWN = timedelta(days=60)
MOST = 300


@blueprint.get("/equipe/creneaux")
def slots() -> Response:
    """Slots to come with who has booked them, and the interviews of the last weeks."""
    with house().transaction() as session:
        return _slots(session, member_of_staff(session))


def _slots(session: Session, member: Person, *, status: int = 200, typed: str = "", error: str = "") -> Response:
    at = now()
    query = (
        sa.select(Slot)
        .where(Slot.starts_at > at - PAST_SHOWN, Slot.state == SlotState.OPEN)
        .order_by(Slot.starts_at)
        .limit(MOST)
    )
    found = [(slot, appointments.of_slot(session, slot)) for slot in session.scalars(query)]
    rows = [(slot, booking, _called(session, booking, member)) for slot, booking in found]
    members = {person.id: person.first_name for person in people.staff(session)}
    return render(
        "equipe/slots.html",
        status,
        coming=[row for row in rows if row[0].ends_at > at],
        past=[row for row in reversed(rows) if row[0].ends_at <= at and row[1] is not None],
        members=members,
        waiting=len(appointments.queue(session)),
        typed=typed,
        error=error,
    )


def _called(session: Session, booking: Booking | None, member: Person) -> str:
    if booking is None:
        return ""
    return appointment_letters.called(session, session.get_one(Person, booking.person_id), member)


@blueprint.post("/equipe/creneaux")
def publish() -> Response:
    """Read what was written as a mail would be, and publish it; what is not sure is asked on the same page."""
    at, typed = now(), fields.text("creneaux")
    with house().transaction() as session:
        member = member_of_staff(session)
        read = slot_reading.read(typed, at=at, zone=house().settings.zone)
        error = ""
        if read is None:
            error = _(
                "Il nous faut un jour et des heures, par exemple « mardi 1er décembre 9h-12h, 30 min, téléphone »."
            )
        elif len(read.slots) > slot_reading.MAX_SLOTS:
            error = _("Cela ferait trop de créneaux d’un coup : vérifiez la durée.")
        elif not read.sure:
            error = _("Nous hésitons sur le jour ou la manière : écrivez la date, et téléphone, visio ou une adresse.")
        if error or read is None:
            return _slots(session, member, status=422, typed=typed, error=error)
        interviews.publish(session, member, read, key=f"web:{at.isoformat()}", at=at)
    return see_other("/equipe/creneaux")


@blueprint.post("/equipe/creneaux/<int:slot_id>/retirer")
def withdraw(slot_id: int) -> Response:
    """Take a slot back; who had booked it is told, with others to choose from."""
    at = now()
    with house().transaction() as session:
        member = member_of_staff(session)
        slot = session.get(Slot, slot_id) if slot_id < 2**62 else None
        if slot is None:
            abort(404)
        interviews.withdraw(session, slot, member, reason=fields.text("raison"), key=f"web:{at.isoformat()}", at=at)
    return see_other("/equipe/creneaux")


def _booking(session: Session, booking_id: int) -> Booking:
    booking = session.get(Booking, booking_id) if booking_id < 2**62 else None
    if booking is None or booking.state in (BookingState.HELD, BookingState.LAPSED):
        abort(404)
    return booking


@blueprint.get("/equipe/rendez-vous/<int:booking_id>")
def booking_page(booking_id: int) -> Response:
    """One interview: when, with whom, what was noted; her address is not shown."""
    with house().transaction() as session:
        member = member_of_staff(session)
        booking = _booking(session, booking_id)
        notes = session.scalars(
            sa.select(BookingNote).where(BookingNote.booking_id == booking.id).order_by(BookingNote.id)
        ).all()
        slot = session.get_one(Slot, booking.slot_id)
        return render(
            "equipe/booking.html",
            booking=booking,
            slot=slot,
            over=slot.ends_at <= now(),
            person=_called(session, booking, member),
            notes=[(note, _author(session, note)) for note in notes],
            days=house().settings.appointment_notes_days,
            log=trace(session, appointments.LIFE.name, booking.id),
        )


def _author(session: Session, note: BookingNote) -> str:
    author = session.get(Person, note.author_id) if note.author_id else None
    return author.first_name if author is not None else ""


@blueprint.post("/equipe/rendez-vous/<int:booking_id>/note")
def note(booking_id: int) -> Response:
    """Keep a note; it is forgotten with the retention rules."""
    text = fields.text("note")
    with house().transaction() as session:
        member, booking = member_of_staff(session), _booking(session, booking_id)
        if text:
            session.add(BookingNote(booking_id=booking.id, author_id=member.id, text=text, at=now()))
    return see_other(f"/equipe/rendez-vous/{booking_id}")


@blueprint.post("/equipe/rendez-vous/<int:booking_id>/venue")
def attended(booking_id: int) -> Response:
    """Say whether she came."""
    step, at = "keep" if request.form.get("venue") == "oui" else "miss", now()
    with house().transaction() as session:
        member, booking = member_of_staff(session), _booking(session, booking_id)
        if booking.state is BookingState.BOOKED and session.get_one(Slot, booking.slot_id).ends_at <= at:
            appointments.LIFE.step(booking, "end", by=member.id, at=at)
        appointments.LIFE.step(booking, step, by=member.id, at=at)
    return see_other(f"/equipe/rendez-vous/{booking_id}")


@blueprint.get("/equipe/agenda")
def events() -> Response:
    """Events that wait, then those to come."""
    with house().transaction() as session:
        member_of_staff(session)
        coming = agenda.upcoming(session, now(), limit=MOST)
        return render(
            "equipe/events.html",
            pending=agenda.pending(session),
            coming=coming,
            taken=participations.counts(session, [event.id for event in coming]),
        )


def _event(session: Session, event_id: int) -> Event:
    event = session.get(Event, event_id) if event_id < 2**62 else None
    if event is None:
        abort(404)
    return event


@blueprint.get("/equipe/agenda/<int:event_id>")
def event_page(event_id: int) -> Response:
    """One event with what a decision needs."""
    with house().transaction() as session:
        member_of_staff(session)
        return _event_page(session, _event(session, event_id))


def _event_page(session: Session, event: Event, *, status: int = 200, reason: str = "", error: str = "") -> Response:
    revised = programming.revised(event) if event.revision is not None else None
    proposer = session.get_one(Person, event.proposer_id)
    registered = participations.participants(session, event, ParticipationState.REGISTERED)
    waiting = participations.participants(session, event, ParticipationState.WAITING)
    return render(
        "equipe/event.html",
        status,
        event=event,
        revised=revised,
        proposer=proposer.shown_name,
        masked=showing.masked_address(proposer),
        decides=event.state in (EventState.PENDING, EventState.REVISED),
        registered=[person.short_name or _("Une personne") for _one, person in registered],
        waiting=len(waiting),
        log=trace(session, agenda.LIFE.name, event.id),
        reason=reason,
        error=error,
    )


@blueprint.post("/equipe/agenda/<int:event_id>/<decision>")
def decide(event_id: int, decision: str) -> Response:
    """Validate, refuse or cancel an event."""
    at, reason = now(), fields.text("raison")
    key = f"web:{at.isoformat()}"
    with house().transaction() as session:
        member, event = member_of_staff(session), _event(session, event_id)
        try:
            if decision == "valider":
                programming.validate(session, event.id, member, key=key, at=at)
            elif decision == "refuser":
                programming.refuse(session, event.id, member, reason, key=key, at=at)
            elif decision == "annuler":
                programming.cancel(session, event.id, member, reason=reason, key=key, at=at)
            else:
                abort(404)
        except Refused as refused:
            if refused.reason != "reason-missing":
                raise
            return _event_page(session, event, status=422, error="reason")
    flash("event-decided")
    return see_other("/equipe/agenda")
