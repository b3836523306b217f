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
from jobboard.outbox import Post, PostState
from jobboard.people import Person


class ApplicationState(StrEnum):
    """Where an application stands."""

    SENT = "sent"
    SEEN = "seen"  # the recruiter said so
    ANSWERED = "answered"
    INTERVIEW = "interview"  # an interview is set
    RETAINED = "retained"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # the offer closed without an answer


# Where an application stands as long as nobody has decided.
PENDING = (ApplicationState.SENT, ApplicationState.SEEN, ApplicationState.ANSWERED, ApplicationState.INTERVIEW)
_DECIDABLE = (*PENDING, ApplicationState.ENDED)

LIFE = Lifecycle(
    "application",
    ApplicationState,
    (
        (ApplicationState.SENT, "see", ApplicationState.SEEN),
        (ApplicationState.SENT, "answer", ApplicationState.ANSWERED),
        (ApplicationState.SEEN, "answer", ApplicationState.ANSWERED),
        (ApplicationState.ANSWERED, "answer", ApplicationState.ANSWERED),
        (ApplicationState.ENDED, "answer", ApplicationState.ANSWERED),
        (ApplicationState.ENDED, "resume", ApplicationState.SENT),
        *((state, "invite", ApplicationState.INTERVIEW) for state in (*_DECIDABLE, ApplicationState.RETAINED)),
        (ApplicationState.DECLINED, "invite", ApplicationState.INTERVIEW),
        (ApplicationState.INTERVIEW, "uninvite", ApplicationState.ANSWERED),
        *((state, "retain", ApplicationState.RETAINED) for state in (*_DECIDABLE, ApplicationState.DECLINED)),
        *((state, "decline", ApplicationState.DECLINED) for state in (*_DECIDABLE, ApplicationState.RETAINED)),
        # ANNULER: a refusal that has not left is as if it had not been.
        *((ApplicationState.DECLINED, f"back-to-{state}", state) for state in (*_DECIDABLE, ApplicationState.RETAINED)),
        *((state, "withdraw", ApplicationState.WITHDRAWN) for state in (*PENDING, ApplicationState.RETAINED)),
        (ApplicationState.WITHDRAWN, "resend", ApplicationState.SENT),
        (ApplicationState.SENT, "end", ApplicationState.ENDED),
        (ApplicationState.SEEN, "end", ApplicationState.ENDED),
    ),
    refusal="application-not-so",
)

# Those who still wait for the recruiter's word when an offer closes.
WAITING = PENDING
# What HISTORIQUE EN COURS shows.
RUNNING = frozenset(map(str, (*PENDING, ApplicationState.RETAINED)))


class Event(StrEnum):
    """What a timeline is made of."""

    SENT = "sent"
    CANDIDATE_WROTE = "candidate_wrote"
    RECRUITER_WROTE = "recruiter_wrote"
    SEEN = "seen"
    INTERVIEW_SET = "interview_set"
    INTERVIEW_MOVED = "interview_moved"
    INTERVIEW_ACCEPTED = "interview_accepted"
    INTERVIEW_DECLINED = "interview_declined"
    INTERVIEW_CANCELLED = "interview_cancelled"
    INTERVIEW_STANDS = "interview_stands"  # what called it off was taken back before anybody knew
    RETAINED = "retained"
    DECLINED = "declined"
    UNDECLINED = "undeclined"  # the refusal was taken back before it left
    CHASED = "chased"
    WITHDRAWN = "withdrawn"
    PROPOSAL_ACCEPTED = "proposal_accepted"  # the employer asked, she said OUI
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
    reason: Mapped[str] = mapped_column(default="", server_default="")  # why it was declined, for the recruiter's eyes
    reminded: Mapped[int] = mapped_column(default=0, server_default="0")  # how often its recruiter was reminded
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

    One that was withdrawn may be sent again. Raises Refused "offer-closed", "already-applied", "own-offer",
    "too-many-applications", "too-many-for-offer" or "blocked".
    """
    earlier = _earlier(session, offer, candidate, at=at)
    _check_daily(session, candidate, at=at)
    application, conversation = _begin(session, earlier, offer, candidate, at=at)
    message = conversations.keep(session, conversation, candidate, words, at=at)
    note(session, application, Event.SENT, at=at, message_id=message.id)
    return application, message


def open_at_proposal(session: Session, offer: Offer, candidate: Person, *, at: datetime) -> Application:
    """Make an application of the candidate's OUI to a proposal: its conversation is open, nothing is said in it yet.

    Raises Refused "offer-closed", "already-applied", "own-offer", "too-many-for-offer" or "blocked".
    """
    earlier = _earlier(session, offer, candidate, at=at)
    application, _ = _begin(session, earlier, offer, candidate, at=at)
    note(session, application, Event.PROPOSAL_ACCEPTED, at=at)
    return application


def _earlier(session: Session, offer: Offer, candidate: Person, *, at: datetime) -> Application | None:
    """Return the application that she has withdrawn, if any; refuse where she may not apply. Locks the offer."""
    check_open(session, offer, at=at)
    if candidate.id == offer.recruiter_id or colleagues.shares(session, offer.id, candidate.id):
        raise Refused("own-offer", title=offer.title)
    # One at a time per offer: numbers follow each other, and a second mail finds the first one's application.
    session.execute(sa.select(Offer.id).where(Offer.id == offer.id).with_for_update(key_share=True))
    earlier = of_person_and_offer(session, candidate, offer)
    if earlier is not None and earlier.state is not ApplicationState.WITHDRAWN:
        raise Refused("already-applied", title=offer.title)
    return earlier


def _begin(
    session: Session, earlier: Application | None, offer: Offer, candidate: Person, *, at: datetime
) -> tuple[Application, Conversation]:
    if earlier is not None:
        return _send_again(session, earlier, offer, candidate, at=at)
    return _open(session, offer, candidate, at=at)


def _open(session: Session, offer: Offer, candidate: Person, *, at: datetime) -> tuple[Application, Conversation]:
    """Make a first application with its conversation."""
    conversation = _converse(session, offer, candidate, at=at)
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
    return application, conversation


def _send_again(
    session: Session, application: Application, offer: Offer, candidate: Person, *, at: datetime
) -> tuple[Application, Conversation]:
    """Send a withdrawn application once more, under its number; a recruiter is not to be flooded this way either."""
    limit = settings_of(session).applications_per_offer
    sent = sa.select(sa.func.count()).where(
        ApplicationEvent.application_id == application.id, ApplicationEvent.event == Event.SENT
    )
    if (session.scalar(sent) or 0) >= limit:
        raise Refused("too-many-for-offer", title=offer.title, limit=limit)
    conversation = session.get_one(Conversation, application.conversation_id)
    if conversation.state is not conversations.ConversationState.OPEN:
        conversation = _converse(session, offer, candidate, at=at)
        application.conversation_id = conversation.id
    LIFE.step(application, "resend", by=candidate.id, at=at)
    application.created_at, application.reminded = at, 0
    return application, conversation


def _converse(session: Session, offer: Offer, candidate: Person, *, at: datetime) -> Conversation:
    recruiter = session.get_one(Person, offer.recruiter_id)
    subject = _subject(candidate, recruiter, offer)
    return conversations.open_between(session, candidate, recruiter, offer_id=offer.id, at=at, subject=subject)


def _subject(candidate: Person, recruiter: Person, offer: Offer) -> str:
    """Return the one subject of the correspondence, in its recruiter's language: she has many to tell apart."""
    name = candidate.short_name or "Une personne"
    sentence = gettext_for(recruiter.language)("Candidature de %(name)s : %(title)s")
    shown = {"name": subjects.shorten(name, 24), "title": subjects.shorten(offer.title, 28)}
    return subjects.elided(sentence.replace(" :", "\u00a0:") % shown, name)


def _check_daily(session: Session, candidate: Person, *, at: datetime) -> None:
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(ApplicationEvent)
        .join(Application, Application.id == ApplicationEvent.application_id)
        .where(
            Application.person_id == candidate.id,
            ApplicationEvent.event == Event.SENT,
            ApplicationEvent.at > at - timedelta(days=1),
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


def handed_over() -> sa.ColumnElement[bool]:
    """Return the condition that an application has left: before, its candidate may still take it back unread."""
    cause = sa.literal("application:").concat(sa.cast(Application.id, sa.Text))
    letters = sa.select(Post.id).where(Post.cause == cause)
    waits = letters.where(Post.state.in_((PostState.QUEUED, PostState.DROPPED))).exists()
    left = letters.where(Post.state.not_in((PostState.QUEUED, PostState.DROPPED))).exists()
    return sa.or_(left, ~waits)


def of_numbers(session: Session, offer_id: int, numbers: Sequence[int]) -> Sequence[Application]:
    """Return, locked, the applications to an offer with these numbers that have reached its recruiter."""
    query = sa.select(Application).where(
        Application.offer_id == offer_id, Application.number.in_(numbers), handed_over()
    )
    return session.scalars(query.order_by(Application.number).with_for_update()).all()


def pending_of_offer(session: Session, offer_id: int) -> Sequence[Application]:
    """Return, locked, the applications to an offer upon which its recruiter has not decided."""
    query = sa.select(Application).where(
        Application.offer_id == offer_id, Application.state.in_(PENDING), handed_over()
    )
    return session.scalars(query.order_by(Application.number).with_for_update()).all()


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


def timelines(session: Session, ids: Sequence[int]) -> dict[int, list[ApplicationEvent]]:
    """Return the timelines of several applications, each oldest first, in one query."""
    found: dict[int, list[ApplicationEvent]] = {}
    query = sa.select(ApplicationEvent).where(ApplicationEvent.application_id.in_(ids)).order_by(ApplicationEvent.id)
    for line in session.scalars(query):
        found.setdefault(line.application_id, []).append(line)
    return found


def of_offer(session: Session, offer: Offer) -> Sequence[Application]:
    """Return the applications to an offer in the order of their numbers."""
    return session.scalars(
        sa.select(Application).where(Application.offer_id == offer.id).order_by(Application.number)
    ).all()
