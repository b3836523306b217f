"""Questions that wait for an OUI: what was asked, of whom, and what her OUI will do."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.addresses import address_key
from jobboard.db import Base, named, settings_of
from jobboard.lifecycle import Lifecycle


class QuestionState(StrEnum):
    """Whether the answer has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"  # nobody answered in time


class Topic(StrEnum):
    """What an OUI does."""

    SIGN_UP = "sign_up"  # create person, profile and alert
    SUBSCRIBE = "subscribe"  # join a list of letters
    MAIL = "mail"  # do what a kept mail asked: its writer was unknown, or not surely herself
    SHORT_APPLICATION = "short_application"  # send to a recruiter a message of a few words
    CV = "cv"  # write into the profile what was read in a CV
    COLLEAGUE = "colleague"  # share the conversations of an offer
    MEMBERSHIP = "membership"  # let somebody else act for one's organisation
    ALERT_CHANGE = "alert_change"  # change a search so that such an offer is not told again
    DATA = "data"  # send everything that we keep of her
    ERASE = "erase"  # erase everything: asked a first time
    ERASE_SURELY = "erase_surely"  # and a second time
    ADDRESS = "address"  # change her address: asked at the old one and at the new one
    OFFER_TO_PROPOSE = "offer_to_propose"  # CONTACTER from a hunt: for which of her offers
    WHICH_OFFER = "which_offer"  # an application without a number: which one
    PARTICIPATION = "participation"  # take part in an event, from its page
    SLOTS = "slots"  # publish slots that were not surely read


LIFE = Lifecycle(
    "question",
    QuestionState,
    (
        (QuestionState.OPEN, "accept", QuestionState.ACCEPTED),
        (QuestionState.OPEN, "decline", QuestionState.DECLINED),
        (QuestionState.OPEN, "expire", QuestionState.EXPIRED),
    ),
    refusal="question-already-answered",
)


class Question(Base):
    """A question of ours; its fresh token alone is the proof, once, until it expires."""

    __tablename__ = "question"
    __table_args__ = (
        sa.Index("ix_question_address_key", "address_key", "topic"),
        sa.Index("ix_question_imported", "expires_at", postgresql_where=sa.text("payload ? 'import'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(named(Topic))
    address: Mapped[str]  # of the person asked: where every answer goes
    address_key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"))  # the mail that waits for this OUI
    text_shown: Mapped[str] = mapped_column(default="")  # the proof of what was agreed to
    state: Mapped[QuestionState] = mapped_column(named(QuestionState))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def ask(
    session: Session,
    topic: Topic,
    address: str,
    *,
    at: datetime,
    mail_id: int | None = None,
    text: str = "",
    **payload: object,
) -> Question:
    """Keep a question; the caller posts the letter that asks it."""
    question = Question(
        topic=topic,
        address=address,
        address_key=address_key(address),
        payload=payload,
        mail_id=mail_id,
        text_shown=text,
        state=QuestionState.OPEN,
        created_at=at,
        expires_at=at + timedelta(days=settings_of(session).question_days),
    )
    session.add(question)
    session.flush()
    return question


def open_question(session: Session, question_id: int, *, at: datetime) -> Question | None:
    """Return the question, locked, while it may still be answered; None once answered or expired."""
    return session.scalar(
        sa.select(Question)
        .where(Question.id == question_id, Question.state == QuestionState.OPEN, Question.expires_at > at)
        .with_for_update()
    )


def standing(session: Session, address: str, topic: Topic, *, at: datetime) -> Question | None:
    """Return the newest open question of that topic to that address."""
    return session.scalar(
        sa.select(Question)
        .where(
            Question.address_key == address_key(address),
            Question.topic == topic,
            Question.state == QuestionState.OPEN,
            Question.expires_at > at,
        )
        .order_by(Question.id.desc())
        .limit(1)
    )
