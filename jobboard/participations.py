"""Who takes part in which event: a seat each while there are any, then a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.agenda import ONLINE, Event
from jobboard.db import Base, named
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person


class ParticipationState(StrEnum):
    """Whether somebody comes."""

    WAITING = "waiting"  # every seat is taken
    REGISTERED = "registered"
    LEFT = "left"


LIFE = Lifecycle(
    "participation",
    ParticipationState,
    (
        (ParticipationState.WAITING, "promote", ParticipationState.REGISTERED),
        (ParticipationState.WAITING, "leave", ParticipationState.LEFT),
        (ParticipationState.REGISTERED, "leave", ParticipationState.LEFT),
        (ParticipationState.LEFT, "join", ParticipationState.REGISTERED),
        (ParticipationState.LEFT, "wait", ParticipationState.WAITING),
    ),
    refusal="participation-not-so",
)


class Participation(Base):
    """One person at one event; a seat is given once, whatever happens at the same time."""

    __tablename__ = "participation"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "person_id"),
        sa.UniqueConstraint("event_id", "seat"),
        sa.CheckConstraint("(state = 'registered') = (seat IS NOT NULL)", name="seat_of_registered"),
        sa.Index("ix_participation_person_id", "person_id"),
        sa.Index("ix_participation_waiting", "event_id", "since", "id", postgresql_where=sa.text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[ParticipationState] = mapped_column(named(ParticipationState))
    seat: Mapped[int | None]  # from 1 on; only of who is registered
    since: Mapped[datetime]  # her place in the queue
    changes: Mapped[int] = mapped_column(default=0)  # how often she came and went: letters about each are others
    sequence: Mapped[int] = mapped_column(default=0)  # of the entry in her calendar
    conversation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conversation.id", ondelete="SET NULL"))
    reminded_at: Mapped[datetime | None]
    reminders_stopped: Mapped[bool] = mapped_column(default=False)
    attended: Mapped[bool | None]  # as the organiser says afterwards


def participation(session: Session, event: Event, person: Person) -> Participation | None:
    """Return how somebody stands to an event, None when she never said."""
    return session.scalar(
        sa.select(Participation).where(Participation.event_id == event.id, Participation.person_id == person.id)
    )


def participants(session: Session, event: Event, state: ParticipationState) -> list[tuple[Participation, Person]]:
    """Return who stands so to an event: the registered by their seats, those who wait in their order."""
    query = (
        sa.select(Participation, Person)
        .join(Person, Person.id == Participation.person_id)
        .where(Participation.event_id == event.id, Participation.state == state)
        .order_by(Participation.seat, Participation.since, Participation.id)
    )
    return [(one, person) for one, person in session.execute(query)]


def counts(session: Session, event_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people come to each event."""
    query = (
        sa.select(Participation.event_id, sa.func.count())
        .where(Participation.event_id.in_(event_ids), Participation.state == ParticipationState.REGISTERED)
        .group_by(Participation.event_id)
    )
    return dict(session.execute(query).all())


def of_participant(session: Session, person: Person, *, at: datetime) -> list[tuple[Participation, Event]]:
    """Return the events to come at which somebody is registered, or waits for a seat, soonest first."""
    query = (
        sa.select(Participation, Event)
        .join(Event, Event.id == Participation.event_id)
        .where(
            Participation.person_id == person.id,
            Participation.state != ParticipationState.LEFT,
            Event.state.in_(ONLINE),
            Event.ends_at > at,
        )
        .order_by(Event.starts_at, Event.id)
    )
    return [(one, event) for one, event in session.execute(query)]


def join(session: Session, event: Event, person: Person, *, at: datetime) -> Participation:
    """Give somebody a seat at a locked event, or a place in the queue when all are taken; once, however often asked.

    Raises Refused "event-over" or "event-cancelled".
    """
    if not event.is_online:
        raise Refused("event-cancelled", title=event.title)
    if event.has_begun(at):
        raise Refused("event-over", title=event.title)
    standing = participation(session, event, person)
    if standing is not None and standing.state is not ParticipationState.LEFT:
        return standing
    seat = free_seat(session, event)
    if standing is None:
        state = ParticipationState.REGISTERED if seat else ParticipationState.WAITING
        standing = Participation(event_id=event.id, person_id=person.id, state=state, seat=seat, since=at, changes=1)
        session.add(standing)
    else:
        standing.seat, standing.since, standing.reminded_at = seat, at, None
        standing.changes, standing.sequence = standing.changes + 1, standing.sequence + 1
        LIFE.step(standing, "join" if seat else "wait", by=person.id, at=at)
    session.flush()
    return standing


def leave(session: Session, event: Event, person: Person, *, at: datetime) -> Participation:
    """Take somebody off a locked event. Raises Refused "not-a-participant" or "event-over"."""
    standing = participation(session, event, person)
    if standing is None or standing.state is ParticipationState.LEFT:
        raise Refused("not-a-participant", title=event.title)
    if event.has_begun(at):
        raise Refused("event-over", title=event.title)
    standing.seat = None
    standing.changes, standing.sequence = standing.changes + 1, standing.sequence + 1
    LIFE.step(standing, "leave", by=person.id, at=at)
    session.flush()
    return standing


def promote(session: Session, event: Event, *, at: datetime) -> list[Participation]:
    """Give the free seats of a locked event to who waits, in order; returns who got one."""
    promoted: list[Participation] = []
    if event.has_begun(at) or not event.is_online:
        return promoted
    waiting = participants(session, event, ParticipationState.WAITING)
    for standing, _person in waiting:
        seat = free_seat(session, event)
        if seat is None:
            break
        standing.seat = seat
        standing.changes += 1
        LIFE.step(standing, "promote", by=None, at=at)
        session.flush()
        promoted.append(standing)
    return promoted


def free_seat(session: Session, event: Event) -> int | None:
    """Return the lowest free seat of a locked event, None when all are taken."""
    taken = sa.select(Participation.seat).where(Participation.event_id == event.id, Participation.seat.is_not(None))
    numbers = set(session.scalars(taken))
    seat = next(number for number in range(1, len(numbers) + 2) if number not in numbers)
    return seat if event.seats is None or seat <= event.seats else None


def stop_reminders(session: Session, person: Person) -> None:
    """Remind somebody of nothing that she takes part in: she wants no mail any more."""
    session.execute(sa.update(Participation).where(Participation.person_id == person.id).values(reminders_stopped=True))
