"""What every word about an event needs: which event, who speaks, what calendar came with the mail; STOP."""

from __future__ import annotations

from inbound.context import Context
from inbound.words import Said, Word
from jobboard import attendance
from jobboard.agenda import Event
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.people import Person, Role

_CALENDARS = ("text/calendar", "application/ics")


def calendars(context: Context) -> list[str]:
    """Return the calendars that came with the mail, as text."""
    files = context.incoming.attachments
    named = [file for file in files if file.content_type in _CALENDARS or file.filename.lower().endswith(".ics")]
    return [_decoded(file.content) for file in named]


def _decoded(content: bytes) -> str:
    """Return a calendar as text: UTF-8 by its standard (RFC 5545 3.1.4), else as Windows writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def event_of(context: Context) -> Event:
    """Return the event that the answered mail is about. Raises Refused("no-such-event")."""
    assert context.ticket is not None, "only said in answer to a mail about an event"
    found = context.session.get(Event, context.ticket.subject_id)
    if found is None:
        raise Refused("no-such-event")
    return found


def person_of(context: Context) -> Person:
    """Return who speaks."""
    person = context.person
    assert person is not None, "events are only for people we know"
    return person


def stop(context: Context, said: Said) -> str:
    """STOP in answer to a mail about an event: no more reminders of it."""
    event = event_of(context)
    if context.role() is Role.RECRUITER:
        event.reminders_stopped = True
        context.answer(Noted("event-stopped-organiser", event.title))
        return "stopped-event"
    if not attendance.stop_reminders_of(context.session, event, person_of(context)):
        raise Refused("not-a-participant", title=event.title)
    context.answer(Noted("event-stopped", event.title))
    return "stopped-event"


STOP = Word("STOP", "ne plus recevoir de rappels de cet événement", stop, also=("STOPPER", "ARRETER", "UNSUBSCRIBE"))
