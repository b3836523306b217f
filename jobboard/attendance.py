"""Taking part in events: joining, leaving, moving up, being told and reminded; the organiser's list, without addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import agenda, conversations, outbox, participations, people, tickets
from jobboard.agenda import ONLINE, Event
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.event_drafts import EventDraft
from jobboard.gazetteer import Place
from jobboard.languages import gettext_for
from jobboard.letters.agenda import EventCard, EventsShown, ParticipantLine, ParticipantsShown, Participating
from jobboard.letters.meetings import CANCEL, REQUEST, Meeting
from jobboard.outbox import Thread
from jobboard.participations import Participation, ParticipationState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

REMINDED_BEFORE = timedelta(hours=24)
SOON = timedelta(hours=30)  # who joins this little ahead needs no reminder
MOST_LISTED = 500
NEXT_LISTED, MONTHS_LISTED = 10, 40  # events in one mail


def card(event: Event, *, number: int | None = None) -> EventCard:
    """Return an event as letters show it."""
    return EventCard(
        event_id=event.id,
        title=event.title,
        kind=str(event.kind),
        day=EventDraft.from_json(event.draft).day,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        place=event.where,
        online=event.online,
        link=event.link,
        organiser=event.organiser,
        description=event.description,
        seats=event.seats,
        path=event.path,
        number=number,
    )


def meeting(event: Event, *, sequence: int = 0, method: str = REQUEST) -> Meeting:
    """Return an event as it stands in calendars."""
    assert event.starts_at is not None, "only complete events are in calendars"
    assert event.ends_at is not None, "only complete events are in calendars"
    place = event.where or event.link
    text = event.description[:2000]
    uid, path = f"event-{event.id}", event.path
    return Meeting(uid, sequence, method, event.title, event.starts_at, event.ends_at, place, text, path)


def join(session: Session, event_id: int, person: Person, *, at: datetime, thread: Thread | None = None) -> str:
    """Have somebody take part; returns "registered" or "waiting". Asked twice, it is said again.

    Raises Refused "no-such-event", "event-cancelled" or "event-over".
    """
    event = agenda.locked(session, event_id)
    standing = participations.join(session, event, person, at=at)
    if event.starts_at is not None and event.starts_at - at < SOON:
        standing.reminded_at = at
    _tell(
        session,
        event,
        standing,
        person,
        str(standing.state),
        key=f"{standing.changes}:{at.date()}",
        thread=thread,
        at=at,
    )
    return str(standing.state)


def leave(session: Session, event_id: int, person: Person, *, at: datetime, thread: Thread | None = None) -> None:
    """Take somebody off; her seat goes to who waited first. Raises Refused "not-a-participant" or "event-over"."""
    event = agenda.locked(session, event_id)
    standing = participations.leave(session, event, person, at=at)
    _tell(session, event, standing, person, "left", key=str(standing.changes), thread=thread, at=at)
    promote(session, event, at=at)


def promote(session: Session, event: Event, *, at: datetime) -> int:
    """Give the free seats of a locked event to who waits, and say so; returns how many got one."""
    promoted = participations.promote(session, event, at=at)
    for standing in promoted:
        person = session.get_one(Person, standing.person_id)
        _tell(session, event, standing, person, "promoted", key=str(standing.changes), at=at)
    return len(promoted)


def tell_everybody(session: Session, event: Event, what: str, *, reason: str = "", at: datetime) -> int:
    """Tell who takes part, or waits, that an event has changed or is cancelled; returns how many."""
    told = 0
    for state in (ParticipationState.REGISTERED, ParticipationState.WAITING):
        for standing, person in participations.participants(session, event, state):
            standing.sequence += 1
            standing.reminded_at = None if what == "changed" else at
            key = f"{what}:{event.sequence}"
            _tell(session, event, standing, person, what, key=key, reason=reason, at=at)
            told += 1
    return told


def _tell(
    session: Session,
    event: Event,
    standing: Participation,
    person: Person,
    what: str,
    *,
    key: str,
    reason: str = "",
    at: datetime,
    thread: Thread | None = None,
) -> None:
    place = _place_in_queue(session, event, standing) if what == "waiting" else 0
    outbox.post(
        session,
        Participating(what, card(event), place, reason, _entry(event, standing, what)),
        to=person,
        dedupe=f"participating:{standing.id}:{what}:{key}",
        reply=Reply(About.PARTICIPATION, Role.CANDIDATE, subject_id=event.id),
        thread=thread,
        at=at,
    )


def _entry(event: Event, standing: Participation, what: str) -> Meeting | None:
    """Return what goes into her calendar; nothing for who waits, and for a mere reminder."""
    sequence = event.sequence + standing.sequence
    if what in ("left", "cancelled"):
        return meeting(event, sequence=sequence, method=CANCEL)
    if what == "reminder" or standing.state is not ParticipationState.REGISTERED:
        return None
    return meeting(event, sequence=sequence)


def _place_in_queue(session: Session, event: Event, standing: Participation) -> int:
    waiting = participations.participants(session, event, ParticipationState.WAITING)
    return [one.id for one, _ in waiting].index(standing.id) + 1


def remind(session: Session, *, at: datetime, limit: int) -> int:
    """Remind who takes part in an event of the next day, once; returns how many."""
    due = (
        sa.select(Participation, Event)
        .join(Event, Event.id == Participation.event_id)
        .where(Participation.state == ParticipationState.REGISTERED, Participation.reminded_at.is_(None))
        .where(Event.state.in_(ONLINE), Event.starts_at > at, Event.starts_at <= at + REMINDED_BEFORE)
        .order_by(Participation.id)
        .limit(limit)
        .with_for_update(of=Participation, skip_locked=True)
    )
    rows = session.execute(due).all()
    for standing, event in rows:
        standing.reminded_at = at
        if not standing.reminders_stopped:
            person = session.get_one(Person, standing.person_id)
            _tell(session, event, standing, person, "reminder", key=f"{standing.changes}:{event.sequence}", at=at)
    return len(rows)


def show_participants(session: Session, event: Event, organiser: Person, *, key: str, at: datetime) -> int:
    """Send the organiser who comes: short names, each with a relay address made for her; returns how many."""
    registered = participations.participants(session, event, ParticipationState.REGISTERED)[:MOST_LISTED]
    waiting = participations.participants(session, event, ParticipationState.WAITING)
    listed = [
        ParticipantLine(number, _name(person, organiser), _relay(session, event, one, person, organiser, at=at))
        for number, (one, person) in enumerate(registered, 1)
    ]
    outbox.post(
        session,
        ParticipantsShown(card(event), tuple(listed), len(waiting), event.is_over(at)),
        to=organiser,
        dedupe=f"participants:{event.id}:{key}",
        reply=Reply(About.EVENT, Role.RECRUITER, subject_id=event.id, listed=tuple(one.id for one, _ in registered)),
        at=at,
    )
    return len(listed)


def _name(person: Person, reader: Person) -> str:
    return person.short_name or gettext_for(reader.language)("Une personne")


def _relay(
    session: Session, event: Event, standing: Participation, person: Person, organiser: Person, *, at: datetime
) -> int:
    """Return the ticket by which the organiser writes to a participant; 0 where the two are one, or kept apart."""
    if person.id == organiser.id:
        return 0
    if standing.conversation_id is None:
        try:
            opened = conversations.open_between(session, person, organiser, offer_id=None, subject=event.title, at=at)
        except Refused:
            return 0
        standing.conversation_id = opened.id
    reply = Reply(About.CONVERSATION, Role.RECRUITER, subject_id=standing.conversation_id)
    return tickets.issue(session, reply, organiser, at=at).id


def report(session: Session, *, at: datetime, limit: int) -> int:
    """Ask the organisers of events that have ended who came, once; returns how many events."""
    over = (
        sa.select(Event)
        .where(Event.state.in_(ONLINE), Event.ends_at <= at, Event.reported_at.is_(None))
        .order_by(Event.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    events = session.scalars(over).all()
    for event in events:
        event.reported_at = at
        expected = participations.counts(session, [event.id]).get(event.id, 0)
        if expected and not event.reminders_stopped:
            show_participants(session, event, session.get_one(Person, event.proposer_id), key="report", at=at)
    return len(events)


def note_attendance(session: Session, ids: list[int], absent: set[int]) -> tuple[int, int]:
    """Keep who came of the participations that a list showed; returns how many came and how many did not."""
    for number, participation_id in enumerate(ids, 1):
        standing = session.get(Participation, participation_id)
        if standing is not None:
            standing.attended = number not in absent
    return len(ids) - len(absent), len(absent)


def stop_reminders_of(session: Session, event: Event, person: Person) -> bool:
    """Remind somebody of that event no more; False for who does not take part in it."""
    standing = participations.participation(session, event, person)
    if standing is not None:
        standing.reminders_stopped = True
    return standing is not None


def ids_of(session: Session, person: Person, *, at: datetime) -> list[int]:
    """Return the ids of the events to come that somebody takes part in."""
    return [event.id for _, event in participations.of_participant(session, person, at=at)]


def show_mine(session: Session, person: Person, *, key: str, at: datetime) -> int:
    """Send somebody the events that she takes part in; returns how many."""
    mine = [event for _, event in participations.of_participant(session, person, at=at)]
    return _show(session, person, mine, EventsShown((), mine=True), key=key, at=at)


def show_upcoming(
    session: Session,
    person: Person,
    *,
    span: tuple[date, date] | None = None,
    territory: Place | None = None,
    key: str,
    at: datetime,
) -> int:
    """Send somebody the next events of the agenda, numbered; returns how many.

    `span`: those of these days only, the first and the one after the last; `territory`: those there, and those online.
    """
    where = territory.label if territory is not None else ""
    if span is None:
        found = list(agenda.upcoming(session, at, territory=territory, limit=NEXT_LISTED))
        return _show(session, person, found, EventsShown((), where=where), key=key, at=at)
    zone = settings_of(session).zone
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in span)
    query = agenda.between(max(start, at), end, territory=territory).where(Event.starts_at > at)
    found = list(session.scalars(query.limit(MONTHS_LISTED + 1)))
    shown = EventsShown(
        (), since=span[0], until=span[1] - timedelta(days=1), where=where, more=len(found) > MONTHS_LISTED
    )
    return _show(session, person, found[:MONTHS_LISTED], shown, key=key, at=at)


def _show(session: Session, person: Person, events: list[Event], shown: EventsShown, *, key: str, at: datetime) -> int:
    cards = tuple(card(event, number=number) for number, event in enumerate(events, 1))
    outbox.post(
        session,
        replace(shown, cards=cards),
        to=person,
        dedupe=f"events-shown:{person.id}:{key}",
        reply=Reply(About.EVENTS, Role.CANDIDATE, listed=tuple(event.id for event in events)),
        at=at,
    )
    return len(events)


def welcome(
    session: Session, person: Person, event_id: int, *, how: str, evidence: dict[str, object], at: datetime
) -> str:
    """Have somebody who has just confirmed her address take part; returns "registered" or "waiting"."""
    people.consent(
        session, person, f"event:{event_id}", how=how, text="Participer à cet événement.", evidence=evidence, at=at
    )
    return join(session, event_id, person, at=at)
