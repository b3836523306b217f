"""What a person has before her: her interview, the free slots, the events that she takes part in or organises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from jobboard import agenda, appointments, interviews, participations
from jobboard.agenda import Event
from jobboard.appointments import Booking, Slot
from jobboard.clock import now
from jobboard.errors import Refused
from jobboard.participations import Participation
from jobboard.people import Person
from webapp import fields
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import visitor

blueprint = Blueprint("my_agenda", __name__)

SHOWN = 12


@dataclass(frozen=True)
class Mine:
    """What stands on the page."""

    booking: Booking | None
    slot: Slot | None
    free: list[Slot]
    place: int
    events: list[tuple[Participation, Event]]
    organised: list[Event]


def mine(session: Session, person: Person, *, at: datetime) -> Mine:
    """Return everything that a person has before her."""
    booking = appointments.of_person(session, person)
    free = list(appointments.free(session, at=at, person=person, limit=SHOWN))
    ids = [one.person_id for one in appointments.queue(session)]
    return Mine(
        booking,
        session.get_one(Slot, booking.slot_id) if booking is not None else None,
        [slot for slot in free if booking is None or slot.id != booking.slot_id],
        ids.index(person.id) + 1 if person.id in ids else 0,
        participations.of_participant(session, person, at=at),
        list(agenda.of_proposer(session, person))[:SHOWN],
    )


@blueprint.get("/moi/agenda")
def page() -> Response:
    """Interviews and events on one page."""
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        return render("moi/agenda.html", mine=mine(session, person, at=at), at=at)


@blueprint.post("/moi/rendez-vous")
def book() -> Response:
    """Book a slot, or move the appointment to it."""
    at, chosen = now(), request.form.get("creneau", "")
    with house().transaction() as session:
        person = visitor(session)
        slot = session.get(Slot, int(chosen)) if chosen.isdecimal() and len(chosen) < 18 else None
        if slot is None:
            raise Refused("slot-taken")
        interviews.book(session, slot, person, words=fields.text("mots")[:2000], key=f"web:{at.isoformat()}", at=at)
    return see_other("/moi/agenda")


@blueprint.post("/moi/rendez-vous/attendre")
def wait() -> Response:
    """Wait for a slot: the mail says in which place."""
    at = now()
    with house().transaction() as session:
        interviews.show(session, visitor(session), key=f"web:{at.isoformat()}", at=at)
    return see_other("/moi/agenda")


@blueprint.post("/moi/rendez-vous/annuler")
def cancel() -> Response:
    """Give the appointment, or the place in the queue, back."""
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        booking = appointments.of_person(session, person)
        if booking is not None:
            interviews.cancel(session, booking, person, key=f"web:{at.isoformat()}", at=at)
        else:
            interviews.renounce(session, person, key=f"web:{at.isoformat()}", at=at)
    return see_other("/moi/agenda")
