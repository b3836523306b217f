"""The agenda: events proposed, decided upon, shown until they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.event_drafts import EventDraft, EventKind
from jobboard.folding import fold
from jobboard.gazetteer import Place, PlaceKind
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person


class EventState(StrEnum):
    """Where an event stands; whether it is over is computed from its end when asked."""

    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    REVISED = "revised"  # published, and a change of it waits for the staff
    CANCELLED = "cancelled"


LIFE = Lifecycle(
    "event",
    EventState,
    (
        (EventState.DRAFT, "submit", EventState.PENDING),
        (EventState.DRAFT, "cancel", EventState.CANCELLED),
        (EventState.PENDING, "validate", EventState.PUBLISHED),
        (EventState.PENDING, "refuse", EventState.DRAFT),
        (EventState.PENDING, "correct", EventState.DRAFT),
        (EventState.PENDING, "cancel", EventState.CANCELLED),
        (EventState.PUBLISHED, "revise", EventState.REVISED),
        (EventState.PUBLISHED, "cancel", EventState.CANCELLED),
        (EventState.REVISED, "revise", EventState.REVISED),
        (EventState.REVISED, "validate", EventState.PUBLISHED),
        (EventState.REVISED, "refuse", EventState.PUBLISHED),
        (EventState.REVISED, "cancel", EventState.CANCELLED),
    ),
    refusal="event-already-decided",
)
ONLINE = (EventState.PUBLISHED, EventState.REVISED)


class Event(Base):
    """Something that people may come to."""

    __tablename__ = "agenda_event"
    __table_args__ = (
        sa.Index(
            "ix_agenda_event_starts_at", "starts_at", postgresql_where=sa.text("state IN ('published', 'revised')")
        ),
        sa.Index("ix_agenda_event_proposer_id", "proposer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[EventState] = mapped_column(named(EventState))
    draft: Mapped[dict[str, Any]]  # as it was read
    revision: Mapped[dict[str, Any] | None] = mapped_column(postgresql.JSONB)  # the change that waits for the staff
    rounds: Mapped[int] = mapped_column(default=0)  # how often we asked for what is missing

    title: Mapped[str] = mapped_column(default="")
    kind: Mapped[EventKind] = mapped_column(named(EventKind), default=EventKind.OTHER)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    timezone: Mapped[str] = mapped_column(default="Europe/Paris")  # of the clocks where it takes place
    place_label: Mapped[str] = mapped_column(default="")
    venue: Mapped[str] = mapped_column(default="")
    departement: Mapped[str | None]
    region: Mapped[str | None]
    online: Mapped[bool] = mapped_column(default=False)
    link: Mapped[str] = mapped_column(default="")
    seats: Mapped[int | None]  # None: as many as come
    organiser: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")

    sequence: Mapped[int] = mapped_column(default=0)  # of its calendar entry
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]  # its organiser was asked who came
    reminders_stopped: Mapped[bool] = mapped_column(default=False)  # the organiser said STOP

    @property
    def slug(self) -> str:
        """The readable end of its page's address."""
        return fold(self.title).replace(" ", "-")[:60].strip("-") or "evenement"

    @property
    def path(self) -> str:
        """Its page, below the base URL."""
        return f"/agenda/{self.id}-{self.slug}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clocks where it takes place."""
        return ZoneInfo(self.timezone)

    @property
    def where(self) -> str:
        """Where it takes place, on one line; "" for what is online only."""
        return ", ".join(part for part in (self.venue, self.place_label) if part)

    @property
    def is_online(self) -> bool:
        """Whether its page is public."""
        return self.state in ONLINE

    def is_over(self, at: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends_at is not None and self.ends_at <= at

    def has_begun(self, at: datetime) -> bool:
        """Tell whether it is too late to join or to leave."""
        return self.starts_at is not None and self.starts_at <= at


def propose(session: Session, proposer: Person, draft: EventDraft, *, at: datetime) -> Event:
    """Keep a draft of an event, in the caller's transaction."""
    event = Event(proposer_id=proposer.id, state=EventState.DRAFT, draft={}, created_at=at)
    session.add(event)
    write(session, event, draft)
    session.flush()
    return event


def write(session: Session, event: Event, draft: EventDraft) -> None:
    """Put what was read into the event."""
    fill(event, draft, zone=settings_of(session).zone)


def fill(event: Event, draft: EventDraft, *, zone: ZoneInfo) -> None:
    """Put a draft into the event; `zone` is that of who names no place."""
    event.draft = draft.to_json()
    event.title, event.kind = draft.title or "", draft.kind or EventKind.OTHER
    moments, place = draft.moments(zone), draft.place()
    event.starts_at, event.ends_at = moments if moments else (None, None)
    event.timezone = draft.zone(zone).key
    event.place_label = place.label if place is not None else ""
    event.departement = place.departement if place is not None else None
    event.region = place.region if place is not None else None
    event.venue, event.online, event.link = draft.venue or "", bool(draft.online), draft.link or ""
    event.seats, event.organiser = draft.seats, draft.organiser or ""
    event.description = draft.description or ""


def locked(session: Session, event_id: int) -> Event:
    """Return the event, locked: who decides upon it, joins or leaves is one after the other."""
    found = session.get(Event, event_id, with_for_update=True, populate_existing=True) if event_id < 2**62 else None
    if found is None:
        raise Refused("no-such-event")
    return found


def of_territory(territory: Place | None) -> sa.ColumnElement[bool]:
    """Return the condition of what somebody there can come to: there, or online from anywhere."""
    if territory is None or territory.kind in (PlaceKind.FRANCE, PlaceKind.REMOTE):
        return sa.true()
    if territory.kind is PlaceKind.REGION:
        return sa.or_(Event.region == territory.code, Event.online)
    return sa.or_(Event.departement == territory.departement, Event.online)


def between(
    start: datetime, end: datetime | None, *, territory: Place | None = None, kind: EventKind | None = None
) -> sa.Select[Event]:
    """Return the query of published events that go on at some moment of that time, the first to begin first."""
    query = sa.select(Event).where(Event.state.in_(ONLINE), Event.ends_at > start, of_territory(territory))
    if end is not None:
        query = query.where(Event.starts_at < end)
    if kind is not None:
        query = query.where(Event.kind == kind)
    return query.order_by(Event.starts_at, Event.id)


def upcoming(
    session: Session, at: datetime, *, territory: Place | None = None, limit: int = 10, within: timedelta | None = None
) -> Sequence[Event]:
    """Return the published events that have not begun, soonest first; in a territory, with those that are online."""
    query = between(at, at + within if within is not None else None, territory=territory).where(Event.starts_at > at)
    return session.scalars(query.limit(limit)).all()


def of_proposer(session: Session, person: Person) -> Sequence[Event]:
    """Return the events that somebody proposed, the latest first."""
    return session.scalars(sa.select(Event).where(Event.proposer_id == person.id).order_by(Event.id.desc())).all()


def pending(session: Session) -> Sequence[Event]:
    """Return what waits for the staff, oldest first."""
    waiting = sa.select(Event).where(Event.state.in_((EventState.PENDING, EventState.REVISED)))
    return session.scalars(waiting.order_by(Event.id)).all()
