"""What goes into the agenda: proposed, completed, submitted, decided by the staff, changed, cancelled."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import agenda, attendance, outbox, people, showing
from jobboard.agenda import LIFE, Event, EventState
from jobboard.attendance import card
from jobboard.errors import Refused
from jobboard.event_drafts import EVENT_FIELD_LABELS, EventDraft, missing
from jobboard.event_reading import ReadEvent
from jobboard.letters.agenda import EventCard, EventDecided, EventDraftShown, EventNews, EventToValidate
from jobboard.lifecycle import Transition
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply

MOST_ROUNDS = 3  # by mail; then the form is offered
_TELLING = ("day", "last_day", "start", "end", "place_code", "venue", "online", "link")


def propose(
    session: Session, proposer: Person, read: ReadEvent, *, key: str, at: datetime, thread: Thread | None = None
) -> Event:
    """Keep what was read as a draft and show it to its proposer."""
    people.grant(session, proposer, Role.RECRUITER, at=at)
    draft = read.draft
    event = agenda.propose(session, proposer, draft, at=at)
    show(session, event, proposer, read, key=key, at=at, thread=thread)
    return event


def show(
    session: Session,
    event: Event,
    proposer: Person,
    read: ReadEvent,
    *,
    key: str,
    at: datetime,
    thread: Thread | None = None,
) -> None:
    """Post the draft with what is missing or not sure."""
    event.rounds += 1
    wanting = tuple(str(field) for field in missing(read.draft))
    letter = EventDraftShown(
        card(event),
        wanting,
        read.days if "day" in wanting else (),
        read.towns if "place" in wanting else (),
        read.repeats,
        "/agenda/proposer" if event.rounds > MOST_ROUNDS and wanting else "",
    )
    reply = Reply(About.EVENT_DRAFT, Role.RECRUITER, subject_id=event.id)
    outbox.post(session, letter, to=proposer, dedupe=f"event-draft:{event.id}:{key}", reply=reply, thread=thread, at=at)


def complete(
    session: Session,
    event: Event,
    proposer: Person,
    read: ReadEvent,
    *,
    key: str,
    at: datetime,
    thread: Thread | None = None,
) -> None:
    """Put an answer into the draft and show it again. Raises Refused("event-draft-gone") for one that is no draft."""
    if event.state is not EventState.DRAFT:
        raise Refused("event-draft-gone")
    agenda.write(session, event, read.draft)
    show(session, event, proposer, read, key=key, at=at, thread=thread)


def submit(session: Session, event: Event, proposer: Person, *, at: datetime) -> None:
    """Hand a complete draft to the staff. Raises Refused "event-incomplete" with what is missing, or "event-past"."""
    _check(event, EventDraft.from_json(event.draft), at=at)
    LIFE.step(event, "submit", by=proposer.id, at=at)
    _news(session, event, "submitted", at=at)
    _ask_staff(session, event, proposer, at=at)


def _check(event: Event, draft: EventDraft, *, at: datetime) -> None:
    wanting = missing(draft)
    if wanting:
        raise Refused("event-incomplete", missing=", ".join(EVENT_FIELD_LABELS[field] for field in wanting))
    if event.starts_at is not None and event.starts_at <= at:
        raise Refused("event-past", title=event.title)


def _ask_staff(session: Session, event: Event, proposer: Person, *, at: datetime) -> None:
    shown = card(event)
    if event.revision is not None:
        shown = _revised_card(event)
    letter = EventToValidate(
        shown,
        showing.masked_address(proposer),
        _earlier(session, event),
        f"/equipe/agenda/{event.id}",
        card(event) if event.revision is not None else None,
    )
    turn = _moves(session, event, "submit", "revise")
    for member in people.staff(session):
        outbox.post(
            session,
            letter,
            to=member,
            dedupe=f"event-to-validate:{event.id}:{turn}:{member.id}",
            reply=Reply(About.EVENT_MODERATION, Role.STAFF, subject_id=event.id),
            at=at,
        )


def revised(event: Event) -> Event:
    """Return the event as its waiting change would make it; it belongs to no session."""
    assert event.revision is not None, "no change waits"
    made = Event(id=event.id, state=event.state, proposer_id=event.proposer_id, draft=event.revision)
    agenda.fill(made, EventDraft.from_json(event.revision), zone=event.zone)
    return made


def _revised_card(event: Event) -> EventCard:
    return card(revised(event))


def _moves(session: Session, event: Event, *steps: str) -> int:
    count = sa.select(sa.func.count()).where(
        Transition.subject == LIFE.name, Transition.subject_id == event.id, Transition.step.in_(steps)
    )
    return session.scalar(count) or 0


def _earlier(session: Session, event: Event) -> int:
    """Return how many events of the same person were published before."""
    count = sa.select(sa.func.count()).where(
        Event.proposer_id == event.proposer_id, Event.id != event.id, Event.published_at.is_not(None)
    )
    return session.scalar(count) or 0


def validate(session: Session, event_id: int, member: Person, *, key: str, at: datetime) -> None:
    """Publish an event, or its change, at the word of a member of staff; the first who decides wins."""
    event = agenda.locked(session, event_id)
    revising = event.state is EventState.REVISED and event.revision is not None
    if event.state is EventState.PENDING:
        _check(event, EventDraft.from_json(event.draft), at=at)
    LIFE.step(event, "validate", by=member.id, at=at)
    if revising and event.revision is not None:
        _apply(session, event, EventDraft.from_json(event.revision), at=at)
    else:
        event.published_at = at
    _news(session, event, "changed" if revising else "published", at=at)
    _receipt(session, "validated", event, member, key=key, at=at)


def _apply(session: Session, event: Event, draft: EventDraft, *, at: datetime) -> None:
    """Put a validated change online; who takes part is told where the hour or the place is another one."""
    before = EventDraft.from_json(event.draft)
    agenda.write(session, event, draft)
    event.revision, event.changed_at, event.sequence = None, at, event.sequence + 1
    session.flush()
    if any(getattr(before, name) != getattr(draft, name) for name in _TELLING):
        attendance.tell_everybody(session, event, "changed", at=at)
    attendance.promote(session, event, at=at)  # there may be more seats


def refuse(session: Session, event_id: int, member: Person, reason: str, *, key: str, at: datetime) -> None:
    """Send an event, or its change, back with a reason. Raises Refused("reason-missing") without one."""
    if not reason.strip():
        raise Refused("reason-missing")
    event = agenda.locked(session, event_id)
    revising = event.state is EventState.REVISED
    LIFE.step(event, "refuse", by=member.id, at=at)
    event.revision = None
    _news(session, event, "change-refused" if revising else "refused", reason=reason.strip()[:2000], at=at)
    _receipt(session, "refused", event, member, key=key, at=at)


def correct(session: Session, event_id: int, member: Person, read: ReadEvent, *, key: str, at: datetime) -> None:
    """Put a correction of the staff into what waits; the organiser reads it, the staff decide upon the corrected text."""
    event = agenda.locked(session, event_id)
    if event.state not in (EventState.PENDING, EventState.REVISED):
        raise Refused("event-already-decided", state=str(event.state), step="correct")
    if event.state is EventState.REVISED:
        event.revision = read.draft.to_json()
    else:
        agenda.write(session, event, read.draft)
    session.flush()
    _news(session, event, "corrected", key=key, at=at)
    outbox.post(
        session,
        EventToValidate(
            _revised_card(event) if event.revision is not None else card(event),
            showing.masked_address(session.get_one(Person, event.proposer_id)),
            _earlier(session, event),
            f"/equipe/agenda/{event.id}",
        ),
        to=member,
        dedupe=f"event-corrected:{event.id}:{key}",
        reply=Reply(About.EVENT_MODERATION, Role.STAFF, subject_id=event.id),
        at=at,
    )


def standing_draft(event: Event) -> EventDraft:
    """Return the draft that a correction starts from: the change that waits, or the event itself."""
    return EventDraft.from_json(event.revision if event.revision is not None else event.draft)


def revise(session: Session, event_id: int, organiser: Person, read: ReadEvent, *, key: str, at: datetime) -> None:
    """Take a change by the organiser: of a draft at once, of what is online after the staff have read it."""
    event = agenda.locked(session, event_id)
    if event.state is EventState.PENDING:
        LIFE.step(event, "correct", by=organiser.id, at=at)
    if event.state is EventState.DRAFT:
        complete(session, event, organiser, read, key=key, at=at)
        return
    event.revision = read.draft.to_json()
    LIFE.step(event, "revise", by=organiser.id, at=at)
    _news(session, event, "revised", key=key, at=at)
    _ask_staff(session, event, organiser, at=at)


def cancel(session: Session, event_id: int, by: Person, *, reason: str = "", key: str, at: datetime) -> int:
    """Cancel an event, by its organiser or the staff; who takes part is told. Returns how many were told."""
    event = agenda.locked(session, event_id)
    was_online = event.is_online
    LIFE.step(event, "cancel", by=by.id, at=at)
    event.sequence, event.revision = event.sequence + 1, None
    told = attendance.tell_everybody(session, event, "cancelled", reason=reason, at=at) if was_online else 0
    _news(session, event, "cancelled", reason=reason, at=at)
    if by.id != event.proposer_id:
        _receipt(session, "cancelled", event, by, key=key, at=at)
    return told


def _news(session: Session, event: Event, what: str, *, reason: str = "", key: str = "", at: datetime) -> None:
    turn = key or _moves(session, event, "submit", "validate", "refuse", "revise", "cancel")
    about = About.EVENT_DRAFT if what in ("refused",) else About.EVENT
    outbox.post(
        session,
        EventNews(what, card(event), reason),
        to=session.get_one(Person, event.proposer_id),
        dedupe=f"event-news:{event.id}:{what}:{turn}",
        reply=Reply(about, Role.RECRUITER, subject_id=event.id),
        at=at,
    )


def _receipt(session: Session, what: str, event: Event, member: Person, *, key: str, at: datetime) -> None:
    reply = Reply(About.EVENT_MODERATION, Role.STAFF, subject_id=event.id)
    outbox.post(
        session,
        EventDecided(what, event.title),
        to=member,
        dedupe=f"event-decided:{event.id}:{key}",
        reply=reply,
        at=at,
    )
