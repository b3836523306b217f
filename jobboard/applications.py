"""Applications: one per person and offer, with an append-only timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import colleagues, conversations, subjects
from jobboard.conversations import Conversation, Words
from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.languages import gettext_for
from jobboard.lifecycle import Lifecycle
from jobboard.offers import Offer, OfferState
from jobboard.people import Person


class ApplicationState(StrEnum):
    """Where an application stands."""

    SENT = "sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # the offer closed without an answer


LIFE = Lifecycle(
    "application",
    ApplicationState,
    (
        (ApplicationState.SENT, "answer", ApplicationState.ANSWERED),
        (ApplicationState.ANSWERED, "answer", ApplicationState.ANSWERED),
        (ApplicationState.SENT, "decline", ApplicationState.DECLINED),
        (ApplicationState.ANSWERED, "decline", ApplicationState.DECLINED),
        (ApplicationState.SENT, "withdraw", ApplicationState.WITHDRAWN),
        (ApplicationState.ANSWERED, "withdraw", ApplicationState.WITHDRAWN),
        (ApplicationState.SENT, "end", ApplicationState.ENDED),
        (ApplicationState.ENDED, "answer", ApplicationState.ANSWERED),
        (ApplicationState.ENDED, "resume", ApplicationState.SENT),
    ),
    refusal="application-not-so",
)

# Those who still wait for the recruiter's word when an offer closes.
WAITING = (ApplicationState.SENT, ApplicationState.ANSWERED)


class Event(StrEnum):
    """What a timeline is made of."""

    SENT = "sent"
    CANDIDATE_WROTE = "candidate_wrote"
    RECRUITER_WROTE = "recruiter_wrote"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OFFER_CLOSED = "offer_closed"
    OFFER_REOPENED = "offer_reopened"
    NOT_DELIVERED = "not_delivered"


class Application(Base):
    """A candidate's answer to an offer."""

    __tablename__ = "application"
    __table_args__ = (
        sa.UniqueConstraint("offer_id", "person_id"),
        sa.UniqueConstraint("offer_id", "number"),
        sa.Index("ix_application_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]  # the recruiter's numbering within the offer
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id"))
    state: Mapped[ApplicationState] = mapped_column(named(ApplicationState))
    created_at: Mapped[datetime]


class ApplicationEvent(Base):
    """One line of a timeline; never changed."""

    __tablename__ = "application_event"
    __table_args__ = (sa.Index("ix_application_event_application_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id", ondelete="CASCADE"))
    event: Mapped[Event] = mapped_column(named(Event))
    message_id: Mapped[int | None]
    at: Mapped[datetime]


def check_open(session: Session, offer: Offer, *, at: datetime) -> None:
    """Raise Refused("offer-closed") unless one may still apply to that offer by mail at that moment."""
    grace = timedelta(minutes=settings_of(session).closing_grace_minutes)
    if not offer.is_open(at, grace=grace):
        raise Refused(
            "offer-closed", title=offer.title, employer=offer.employer, closed=offer.state == OfferState.CLOSED
        )


def apply(
    session: Session, offer: Offer, candidate: Person, words: Words, *, at: datetime
) -> tuple[Application, conversations.Message]:
    """Make an application with its conversation and first message, in the caller's transaction.

    Raises Refused "offer-closed", "already-applied", "own-offer", "too-many-applications" or "blocked".
    """
    check_open(session, offer, at=at)
    if candidate.id == offer.recruiter_id or colleagues.shares(session, offer.id, candidate.id):
        raise Refused("own-offer", title=offer.title)
    # One at a time per offer: numbers follow each other, and a second mail finds the first one's application.
    session.execute(sa.select(Offer.id).where(Offer.id == offer.id).with_for_update())
    if of_person_and_offer(session, candidate, offer) is not None:
        raise Refused("already-applied", title=offer.title)
    _check_daily(session, candidate, at=at)
    recruiter = session.get_one(Person, offer.recruiter_id)
    conversation = conversations.open_between(
        session, candidate, recruiter, offer_id=offer.id, at=at, subject=_subject(candidate, recruiter, offer)
    )
    last = session.scalar(sa.select(sa.func.max(Application.number)).where(Application.offer_id == offer.id))
    application = Application(
        offer_id=offer.id,
        person_id=candidate.id,
        number=(last or 0) + 1,
        conversation_id=conversation.id,
        state=ApplicationState.SENT,
        created_at=at,
    )
    session.add(application)
    session.flush()
    message = conversations.keep(session, conversation, candidate, words, at=at)
    note(session, application, Event.SENT, at=at, message_id=message.id)
    return application, message


def _subject(candidate: Person, recruiter: Person, offer: Offer) -> str:
    """Return the one subject of the correspondence, in its recruiter's language: she has many to tell apart."""
    name = candidate.short_name or "Une personne"
    sentence = gettext_for(recruiter.language)("Candidature de %(name)s : %(title)s")
    sentence = sentence.replace(" :", "\u00a0:")
    return sentence % {"name": subjects.shorten(name, 24), "title": subjects.shorten(offer.title, 28)}


def _check_daily(session: Session, candidate: Person, *, at: datetime) -> None:
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Application.person_id == candidate.id, Application.created_at > at - timedelta(days=1)
        )
    )
    limit = settings_of(session).applications_per_day
    if (count or 0) >= limit:
        raise Refused("too-many-applications", limit=limit)


def note(
    session: Session, application: Application, event: Event, *, at: datetime, message_id: int | None = None
) -> None:
    """Add a line to the timeline."""
    session.add(ApplicationEvent(application_id=application.id, event=event, message_id=message_id, at=at))


def wrote(
    session: Session, conversation: Conversation, author: Person, message: conversations.Message, *, at: datetime
) -> None:
    """Note a relayed message in the timeline of the application that the conversation belongs to, if any."""
    application = of_conversation(session, conversation)
    if application is None:
        return
    if author.id == application.person_id:
        note(session, application, Event.CANDIDATE_WROTE, at=at, message_id=message.id)
        return
    if LIFE.allows(application.state, "answer"):
        LIFE.step(application, "answer", by=author.id, at=at)
    note(session, application, Event.RECRUITER_WROTE, at=at, message_id=message.id)


def withdraw(session: Session, application: Application, *, by: Person, at: datetime) -> None:
    """Take an application back at the candidate's word."""
    LIFE.step(application, "withdraw", by=by.id, at=at)
    note(session, application, Event.WITHDRAWN, at=at)


def end_with_offer(session: Session, offer: Offer, *, at: datetime) -> list[Application]:
    """Note the closing in the timelines of those who still wait; returns their applications."""
    waiting = session.scalars(
        sa.select(Application)
        .where(Application.offer_id == offer.id, Application.state.in_(WAITING))
        .order_by(Application.id)
        .with_for_update()
    ).all()
    for application in waiting:
        if LIFE.allows(application.state, "end"):
            LIFE.step(application, "end", by=None, at=at)
        note(session, application, Event.OFFER_CLOSED, at=at)
    return list(waiting)


def resume_with_offer(session: Session, offer: Offer, *, at: datetime) -> None:
    """Undo in the timelines what the closing of an offer ended."""
    ended = session.scalars(
        sa.select(Application)
        .where(Application.offer_id == offer.id, Application.state.in_((ApplicationState.ENDED, *WAITING)))
        .order_by(Application.id)
        .with_for_update()
    ).all()
    for application in ended:
        if application.state is ApplicationState.ENDED:
            LIFE.step(application, "resume", by=None, at=at)
        note(session, application, Event.OFFER_REOPENED, at=at)


def of_conversation(session: Session, conversation: Conversation) -> Application | None:
    """Return the application that a conversation belongs to."""
    return session.scalar(sa.select(Application).where(Application.conversation_id == conversation.id))


def of_person_and_offer(session: Session, person: Person, offer: Offer) -> Application | None:
    """Return the application of that person to that offer."""
    return session.scalar(
        sa.select(Application).where(Application.offer_id == offer.id, Application.person_id == person.id)
    )


def of_person(session: Session, person: Person) -> Sequence[Application]:
    """Return the applications of a person, newest first."""
    query = sa.select(Application).where(Application.person_id == person.id).order_by(Application.id.desc())
    return session.scalars(query).all()


def timeline(session: Session, application: Application) -> Sequence[ApplicationEvent]:
    """Return the timeline of an application, oldest first."""
    return session.scalars(
        sa.select(ApplicationEvent)
        .where(ApplicationEvent.application_id == application.id)
        .order_by(ApplicationEvent.id)
    ).all()


def of_offer(session: Session, offer: Offer) -> Sequence[Application]:
    """Return the applications to an offer in the order of their numbers."""
    return session.scalars(
        sa.select(Application).where(Application.offer_id == offer.id).order_by(Application.number)
    ).all()
