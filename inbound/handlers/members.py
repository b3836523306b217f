"""Who of the staff speaks in a mail, and about what."""

from __future__ import annotations

from typing import TypeVar

from inbound.context import Context
from jobboard import people
from jobboard.errors import Refused
from jobboard.people import Person, Role
from jobboard.tickets import About

R = TypeVar("R")


def subject(context: Context, about: About, record: type[R]) -> R:
    """Return what the answered mail is about. Raises Refused("answer-the-mail") where it is about something else."""
    ticket = context.ticket
    found = context.session.get(record, ticket.subject_id) if ticket is not None and ticket.about is about else None
    if found is None:
        raise Refused("answer-the-mail")
    return found


def member(context: Context) -> Person:
    """Return the member of staff who speaks. Raises Refused("staff-only") for one who is none any more."""
    person = context.person
    if person is None or Role.STAFF not in people.roles(context.session, person):
        raise Refused("staff-only")
    return person
