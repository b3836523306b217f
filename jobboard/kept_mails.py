"""Mails kept until their person says that they are hers: one question a day, and nothing that ends without a trace.

A forger must not flood anybody's mailbox, so several such mails wait for each other. What waits a week without having
been asked about ends: the person whom we know is told how many, a stranger never is (her address may be forged), and
the staff see the figures in `passerelle status`.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import asking, outbox, people, questions
from jobboard.db import settings_of
from jobboard.letters.account import Noted
from jobboard.letters.questions import MailQuestion
from jobboard.lifecycle import Transition
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.questions import Question, QuestionState, Topic

log = logging.getLogger("passerelle.kept")

EVERY = timedelta(hours=23)  # a day, less what the clock may be early
_ASKED = sa.select(Post.id).where(Post.dedupe == sa.func.concat("question:", Question.id)).exists()
_WAITING = (Question.topic == Topic.MAIL, Question.state == QuestionState.OPEN)


@dataclass(frozen=True)
class Figures:
    """How many mails wait for their person's word, and how many ended lately without it, some never asked about."""

    waiting: int
    ended: int


def may_ask(session: Session, person: Person, *, at: datetime) -> bool:
    """Tell whether no such question left to that person within a day."""
    recent = sa.select(Post.id).where(
        Post.person_id == person.id, Post.kind == MailQuestion.kind, Post.created_at > at - EVERY
    )
    return session.scalar(recent.limit(1)) is None


def ask_about_next(session: Session, person: Person, *, at: datetime) -> bool:
    """Ask about the oldest mail in that person's name that was kept unasked; False when there is none.

    One OUI speaks for one mail. The time to answer counts from the question, not from the mail.
    """
    question = session.scalar(
        sa.select(Question)
        .where(*_WAITING, Question.address_key == person.address_key, Question.expires_at > at, ~_ASKED)
        .order_by(Question.id)
        .limit(1)
    )
    if question is None:
        return False
    question.expires_at = at + timedelta(days=settings_of(session).question_days)
    letter = MailQuestion(question.payload["what"], True, sender=question.payload.get("sender", ""))
    asking.post(session, question, letter, to=person, at=at)
    return True


def people_waiting(session: Session, *, after: int, limit: int, at: datetime) -> list[Person]:
    """Return people in whose name mails are kept unasked, by their ids from the one after `after` on."""
    keys = sa.select(Question.address_key).where(*_WAITING, Question.expires_at > at, ~_ASKED)
    query = sa.select(Person).where(Person.address_key.in_(keys), Person.id > after).order_by(Person.id).limit(limit)
    return list(session.scalars(query))


def end_expired(session: Session, *, limit: int, at: datetime) -> int:
    """End the questions about kept mails that nobody answered in time; returns how many.

    Whoever we know is told how many of her mails ended unasked; of those that she was asked about she knows.
    """
    asked = sa.case((_ASKED, True), else_=False)
    rows = session.execute(
        sa.select(Question, asked)
        .where(*_WAITING, Question.expires_at <= at)
        .order_by(Question.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    unasked: Counter[str] = Counter()
    for question, was_asked in rows:
        questions.LIFE.step(question, "expire", by=None, at=at)
        log.info("mail.unconfirmed id=%s asked=%s", question.mail_id, "yes" if was_asked else "no")
        if not was_asked:
            unasked[question.address] += 1
    for address, count in unasked.items():
        person = people.find(session, address)
        if person is not None:
            letter = Noted("mails-not-confirmed", str(count))
            outbox.post(session, letter, to=person, dedupe=f"unconfirmed:{person.id}:{at.isoformat()}", at=at)
    return len(rows)


def figures(session: Session, *, since: datetime) -> Figures:
    """Return how many kept mails wait for a word, and how many ended without one since that moment."""
    waiting = session.scalar(sa.select(sa.func.count()).select_from(Question).where(*_WAITING))
    ended = session.scalar(
        sa.select(sa.func.count())
        .select_from(Transition)
        .join(Question, Question.id == Transition.subject_id)
        .where(Transition.subject == "question", Transition.step == "expire", Transition.at > since)
    )
    return Figures(waiting or 0, ended or 0)
