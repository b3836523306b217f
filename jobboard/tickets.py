"""Tickets: what one of our reply addresses carries: who answers, as what, about what, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named, settings_of
from jobboard.people import Person, Role


class About(StrEnum):
    """The purpose of a ticket: it decides the handler, and what `subject_id` names."""

    GENERAL = "general"  # commands only
    QUESTION = "question"  # a question of ours that waits for OUI
    OFFERS = "offers"  # an alert: answering is applying (the offers are in `offers`)
    DRAFT = "draft"  # a recruiter's draft
    OFFER = "offer"  # a recruiter's offer: closing, prolonging…
    FILLED = "filled"  # a closed offer whose recruiter is asked whether somebody was found
    MODERATION = "moderation"  # an offer that staff decide upon
    CONVERSATION = "conversation"  # a relayed correspondence
    EDITION = "edition"  # an edition that staff approve
    PROFILE = "profile"  # a candidate's own profile: OUI keeps it awake, a CV completes it
    HUNT = "hunt"  # a recruiter's search of profiles
    PROPOSAL = "proposal"  # an offer that a recruiter proposes to somebody
    CONTACT = "contact"  # a mail that staff answer (subject: the mail)
    SLOTS = "slots"  # free slots to choose from (in `listed`)
    OFFERED_SLOTS = "offered_slots"  # slots that a member of staff has published (in `listed`)
    APPOINTMENT = "appointment"  # a booking, towards either side
    EVENT_DRAFT = "event_draft"  # an event that its proposer completes
    EVENT = "event"  # an event, towards its organiser (in `listed`: the participations shown)
    EVENT_MODERATION = "event_moderation"  # an event that staff decide upon
    PARTICIPATION = "participation"  # an event, towards who takes part (subject: the event)
    EVENTS = "events"  # events to choose from (in `listed`)


class Ticket(Base):
    """One reply address: who may use it, and for what."""

    __tablename__ = "ticket"
    __table_args__ = (
        sa.Index(
            "ix_ticket_conversation", "subject_id", "person_id", postgresql_where=sa.text("about = 'conversation'")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    address: Mapped[str | None]  # of someone who is no person of ours yet
    role: Mapped[Role] = mapped_column(named(Role))
    about: Mapped[About] = mapped_column(named(About))
    subject_id: Mapped[int] = mapped_column(default=0)
    offers: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.BigInteger), default=list)
    listed: Mapped[list[int]] = mapped_column(  # what else its numbers mean: slots, events
        postgresql.ARRAY(sa.BigInteger), default=list, server_default="{}"
    )
    stream: Mapped[str | None]  # what a bare STOP stops: "alerts", "letters:weekly"
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Reply:
    """What an answer to a letter will be about."""

    about: About = About.GENERAL
    role: Role = Role.CANDIDATE
    subject_id: int = 0
    offers: tuple[int, ...] = ()
    stream: str | None = None
    listed: tuple[int, ...] = ()


def issue(session: Session, reply: Reply, to: Person | str, *, at: datetime) -> Ticket:
    """Return the ticket for that reader: one per mail, but one for the whole of a conversation."""
    if reply.about is About.CONVERSATION and isinstance(to, Person):
        standing = of_conversation(session, reply.subject_id, to)
        if standing is not None:
            return standing
    known = to.id if isinstance(to, Person) else None
    ticket = Ticket(**values(session, reply, known, at=at), address=None if isinstance(to, Person) else to)
    session.add(ticket)
    session.flush()
    return ticket


def values(session: Session, reply: Reply, person_id: int | None, *, at: datetime) -> dict[str, Any]:
    """Return the columns of a ticket for that person."""
    return {
        "person_id": person_id,
        "role": reply.role,
        "about": reply.about,
        "subject_id": reply.subject_id,
        "offers": list(reply.offers),
        "listed": list(reply.listed),
        "stream": reply.stream,
        "created_at": at,
        "expires_at": expiry(session, at),
    }


def issue_many(session: Session, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Write new tickets of `values` in one statement; returns their ids in the same order."""
    returning = sa.insert(Ticket).returning(Ticket.id, sort_by_parameter_order=True)
    return session.scalars(returning, rows).all()


def of_conversation(session: Session, conversation_id: int, person: Person) -> Ticket | None:
    """Return the ticket under which a person answers in a conversation, if she has one yet."""
    return session.scalar(
        sa.select(Ticket)
        .where(
            Ticket.about == About.CONVERSATION,
            Ticket.subject_id == conversation_id,
            Ticket.person_id == person.id,
        )
        .order_by(Ticket.id)
        .limit(1)
    )


def all_of_conversation(session: Session, conversation_id: int) -> Sequence[Ticket]:
    """Return the tickets of everybody who takes or has taken part in a conversation."""
    query = sa.select(Ticket).where(Ticket.about == About.CONVERSATION, Ticket.subject_id == conversation_id)
    return session.scalars(query.order_by(Ticket.id)).all()


def expiry(session: Session, at: datetime) -> datetime:
    """Return until when a ticket issued now is accepted."""
    return at + timedelta(days=settings_of(session).ticket_days)
