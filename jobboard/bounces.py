"""Bounces and complaints: whatever way one reaches us, it is kept, counted, and told to whom it concerns, once.

What counts is the post (or an edition's copy): its own address, whatever address the report names (she may have mail forwarded), and once per
post and severity, however often the report comes. So whoever sees the envelope sender of a mail that she got can only
make up refusals of her own address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import applications, conversations, newsletters, outbox, people, recipients, signups, suppression
from jobboard.addresses import address_key
from jobboard.conversations import Conversation, Message
from jobboard.db import Base, named
from jobboard.letters.applications import MessageNotDelivered
from jobboard.letters.base import Stream
from jobboard.letters.staff import Alarm
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person, Role, Subscription
from jobboard.recipients import Recipient
from jobboard.suppression import Severity
from jobboard.tickets import About, Reply

EXCERPT_LENGTH = 300
DELAY_TOLD_AFTER = timedelta(days=1)

_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"']+@[^\s<>()\[\]\\,;:\"']+")


class Source(StrEnum):
    """The way a bounce came."""

    DSN = "dsn"  # a report by mail (RFC 3464, or plain words)
    SMTP = "smtp"  # the reply of the next server
    ARF = "arf"  # a feedback report (RFC 5965)


class Bounce(Base):
    """One thing that a server or a provider said of one post, or of one copy of an edition; append-only."""

    __tablename__ = "bounce"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "severity"),
        sa.UniqueConstraint("recipient_id", "severity"),
        sa.CheckConstraint("num_nonnulls(post_id, recipient_id) = 1", name="one_mail"),
        sa.Index("ix_bounce_at", "at"),
        sa.Index("ix_bounce_address_key", "address_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"))
    recipient_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition_recipient.id", ondelete="CASCADE"))
    address_key: Mapped[str]
    severity: Mapped[Severity] = mapped_column(named(Severity))
    status: Mapped[str | None]
    source: Mapped[Source] = mapped_column(named(Source))
    excerpt: Mapped[str]  # what the other side wrote, addresses taken out


@dataclass(frozen=True)
class News:
    """What came back about a post: `status` an enhanced status code (RFC 3463), `text` the other side's words."""

    severity: Severity
    source: Source
    status: str | None = None
    text: str = ""


# What is told to the author of a message, by a word of the letter's; the rest is no failure of delivery.
REASONS: dict[Severity, str] = {
    Severity.HARD: "gone",
    Severity.SOFT: "unreachable",
    Severity.FULL: "full",
    Severity.BLOCKED: "refused",
    Severity.SPAM: "refused",
    Severity.TOO_BIG: "too-big",
    Severity.DELAY: "delay",
    Severity.UNKNOWN: "unknown",
}
_ABOUT_US = frozenset({Severity.BLOCKED, Severity.SPAM})


def note(session: Session, post: Post, news: News, *, at: datetime) -> bool:
    """Keep what came back about a post and act upon it; False when the same was known already.

    A refusal counts against the post's address, a complaint stops the post's stream, what is about us rings the staff,
    and who wrote a message that was not delivered is told. Nobody who sent the news is ever answered.
    """
    person = session.get(Person, post.person_id) if post.person_id is not None else None
    address = person.address if person is not None else post.address
    if not address:
        return False
    made = _keep(session, address, news, at=at, post_id=post.id)
    if not made and news.severity is not Severity.DELAY:
        return False
    if made:
        _act(session, post.subscription_id, news, address, at=at)
    if post.stream is Stream.RELAY:  # a delay that was too young to be told may be old enough by now
        _tell_author(session, post, news.severity, at=at)
    return made


def note_copy(session: Session, recipient_id: int, news: News, *, at: datetime) -> bool:
    """Keep what came back about a copy of an edition and act upon it; False for what is known, or no copy of ours.

    What a report says of a copy that had left moves it; too much of it pauses the edition.
    """
    found = session.execute(
        sa.select(Recipient, Person.address)
        .join(Subscription, Subscription.id == Recipient.subscription_id)
        .join(Person, Person.id == Subscription.person_id)
        .where(Recipient.id == recipient_id)
    ).first()
    if found is None or not _keep(session, found[1], news, at=at, recipient_id=recipient_id):
        return False
    recipient = found[0]
    _act(session, recipient.subscription_id, news, found[1], at=at)
    if news.severity is Severity.COMPLAINT:
        recipients.count(session, recipient, complained=1)
    elif news.source is Source.DSN and news.severity in REASONS and news.severity is not Severity.DELAY:
        recipients.report_lost(session, recipient, gone=news.severity is Severity.HARD, reply=excerpt(news.text), at=at)
    newsletters.watch(session, recipient.edition_id, at=at)
    return True


def _keep(
    session: Session,
    address: str,
    news: News,
    *,
    at: datetime,
    post_id: int | None = None,
    recipient_id: int | None = None,
) -> bool:
    """Keep one piece of news of one mail; False when the same was known already."""
    row = insert(Bounce).values(
        at=at,
        post_id=post_id,
        recipient_id=recipient_id,
        address_key=address_key(address),
        severity=news.severity,
        status=news.status,
        source=news.source,
        excerpt=excerpt(news.text),
    )
    return session.scalar(row.on_conflict_do_nothing().returning(Bounce.id)) is not None


def _act(session: Session, subscription_id: int | None, news: News, address: str, *, at: datetime) -> None:
    """Do for the address, the stream and the staff what follows from news that is new."""
    reported, text = news.source is not Source.SMTP, excerpt(news.text)
    suppression.count(session, address, news.severity, text[:200], by_report=reported, at=at)
    if news.severity is Severity.COMPLAINT:
        _stop_stream(session, subscription_id, at=at)
    if news.severity in _ABOUT_US:
        tell_staff(session, text, at=at)


def excerpt(text: str) -> str:
    """Return what the other side wrote as one printable line without addresses."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 10 * EXCERPT_LENGTH])
    return _ADDRESS.sub("<address>", " ".join(printable.split()))[:EXCERPT_LENGTH]


def _stop_stream(session: Session, subscription_id: int | None, *, at: datetime) -> None:
    """Stop the stream that the person complains about, and no other; she is not written to about it."""
    if subscription_id is None:
        return
    subscription = session.get(Subscription, subscription_id)
    if subscription is not None:
        signups.stop(session, subscription, how="complaint", at=at)


def tell_staff(session: Session, said: str, *, at: datetime) -> None:
    """Tell the staff, once an hour, that servers refuse mail because of us: a block list, a policy, our settings."""
    for member in people.staff(session):
        outbox.post(
            session,
            Alarm("refused-by-us-policy", {"reply": said}),
            to=member,
            dedupe=f"refused-us:{at:%Y-%m-%dT%H}:{member.id}",
            at=at,
        )


def _tell_author(session: Session, post: Post, severity: Severity, *, at: datetime) -> None:
    """Tell who wrote a relayed message, in our own words, that it did not arrive, and note it in the timeline.

    A delay is told from the second day on; each of the two once. An answering machine is told nothing.
    """
    reason, message = REASONS.get(severity), session.get(Message, post.params.get("message_id") or 0)
    late = severity is Severity.DELAY
    if reason is None or message is None or message.automatic is not None:
        return
    if late and at - post.created_at < DELAY_TOLD_AFTER:
        return
    author = session.get_one(Person, message.author_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    if post.person_id != conversations.other_side(session, conversation, author).id:
        return  # a copy for one of several: her message has reached whom she wrote to
    role = Role.CANDIDATE if author.id == conversation.candidate_id else Role.RECRUITER
    offer = session.get(Offer, conversation.offer_id) if conversation.offer_id else None
    told = outbox.post(
        session,
        MessageNotDelivered(reason, offer.title if offer is not None else ""),
        to=author,
        dedupe=f"not-delivered:{'delay:' if late else ''}{post.id}",
        reply=Reply(About.CONVERSATION, role, subject_id=conversation.id),
        thread=conversations.own_thread(session, message),
        at=at,
    )
    if told is not None:  # she may answer it as if it were her own message
        conversations.remember(session, message, author.id, told.message_id)
    application = applications.of_conversation(session, conversation)
    if told is not None and not late and application is not None:
        applications.note(session, application, applications.Event.NOT_DELIVERED, at=at, message_id=message.id)


def count_since(session: Session, moment: datetime) -> dict[Severity, int]:
    """Return how many bounces and complaints came since that moment, by severity; what did not come is left out."""
    rows = session.execute(
        sa.select(Bounce.severity, sa.func.count()).where(Bounce.at > moment).group_by(Bounce.severity)
    )
    return dict(rows.all())
