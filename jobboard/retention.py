"""What is kept, and for how long: one table, which the clock goes through every night and the page /donnees shows.

What a person may have erased at her word is in `erasing`; who gives no sign of life is erased on notice (`persons`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import hunts
from jobboard.acts import Act
from jobboard.agenda import Event
from jobboard.appointments import Booking, BookingNote
from jobboard.audit import AuditEntry
from jobboard.db import Base, settings_of
from jobboard.hunts import Hunt
from jobboard.imports import Asked
from jobboard.logins import Login, WebSession
from jobboard.mailbag import Mail, MailState, RawMail
from jobboard.outbox import Post, PostState
from jobboard.participations import Participation
from jobboard.questions import Question, QuestionState
from jobboard.runs import ClockRun
from jobboard.sightings import Sighting
from jobboard.suppression import Stranger
from jobboard.tickets import Ticket

# (session, the moment before which things are forgotten, the last id of the batch before, how many at most) -> the last
# id of this batch, None at the end, and how many rows it was
Forget = Callable[[Session, datetime, int, int], tuple[int | None, int]]
Old = Callable[[datetime], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Rule:
    """One kind of thing, the setting that says for how many days it is kept, and how it is forgotten."""

    name: str
    setting: str
    forget: Forget


def forget(session: Session, rule: Rule, *, after: int, limit: int, at: datetime) -> tuple[int | None, int]:
    """Forget, in the caller's transaction, a batch of what a rule no longer lets us keep, in the order of ids.

    Returns the last id, None once there is nothing more, and how many rows it was.
    """
    days = getattr(settings_of(session), rule.setting)
    return rule.forget(session, at - timedelta(days=days), after, limit)


def _removed(model: type[Base], old: Old) -> Forget:
    """Return how rows of a table are deleted once they are old."""
    (key,) = sa.inspect(model).primary_key
    return _batch(key, old, lambda ids: sa.delete(model).where(key.in_(ids)).returning(key))


def _emptied(model: type[Base], old: Old, **values: Any) -> Forget:
    """Return how columns of old rows are emptied, where the row itself must stay; `old` says that they are not yet."""
    (key,) = sa.inspect(model).primary_key
    return _batch(key, old, lambda ids: sa.update(model).where(key.in_(ids)).values(values).returning(key))


def _batch(key: sa.ColumnElement[Any], old: Old, change: Callable[[sa.Select[Any]], Any]) -> Forget:
    """Walk by id, so that a night reads each table once, however many batches it takes."""

    def act(session: Session, before: datetime, after: int, limit: int) -> tuple[int | None, int]:
        ids = sa.select(key).where(old(before)).order_by(key).limit(limit).with_for_update(skip_locked=True)
        if after:
            ids = ids.where(key > after)
        done = session.scalars(change(ids).execution_options(synchronize_session=False)).all()
        return (max(done) if done else None), len(done)

    return act


def _deleted(model: type[Base], old: Old) -> Forget:
    """Return how old rows are deleted that have no id to walk by: an index finds them."""
    keys = sa.inspect(model).primary_key

    def act(session: Session, before: datetime, after: int, limit: int) -> tuple[int | None, int]:
        chosen = sa.select(*keys).where(old(before)).limit(limit).with_for_update(skip_locked=True)
        gone = sa.delete(model).where(sa.tuple_(*keys).in_(chosen)).returning(keys[0])
        done = len(session.execute(gone.execution_options(synchronize_session=False)).all())
        return (after + done if done == limit else None), done

    return act


_WAITS = sa.select(Mail.id).where(Mail.raw_id == RawMail.id, Mail.state != MailState.DONE).exists()
_LEFT = (PostState.SENT, PostState.FAILED, PostState.DROPPED)
_ENDED = sa.func.coalesce(WebSession.ended_at, WebSession.expires_at)

RULES: tuple[Rule, ...] = (
    Rule(
        "received mails, as they came",
        "raw_mail_days",
        _emptied(RawMail, lambda t: sa.and_(RawMail.kept_at < t, RawMail.content.is_not(None), ~_WAITS), content=None),
    ),
    Rule(
        "who sent a mail, and from where",
        "trace_days",
        _emptied(
            Mail,
            lambda t: sa.and_(Mail.finished_at < t, Mail.state == MailState.DONE, Mail.sender + Mail.peer != ""),
            sender="",
            peer="",
            helo="",
            authentication=None,
        ),
    ),
    Rule(
        "what our letters said",
        "trace_days",
        _emptied(
            Post,
            lambda t: sa.and_(Post.finished_at < t, Post.state.in_(_LEFT), Post.params != {}),
            params={},
            address=None,
        ),
    ),
    Rule(
        "addresses of people who never confirmed",
        "unanswered_days",
        _emptied(Ticket, lambda t: sa.and_(Ticket.created_at < t, Ticket.address != ""), address=""),
    ),
    Rule(
        "questions that got no OUI, with what they were about",
        "unanswered_days",
        _removed(Question, lambda t: sa.and_(Question.expires_at < t, Question.state != QuestionState.ACCEPTED)),
    ),
    Rule("that we wrote to a stranger", "unanswered_days", _removed(Stranger, lambda t: Stranger.answered_at < t)),
    Rule("used and unused links to sign in", "login_days", _removed(Login, lambda t: Login.expires_at < t)),
    Rule("sessions that have ended", "login_days", _removed(WebSession, lambda t: t > _ENDED)),
    Rule("what could be taken back with ANNULER", "act_days", _removed(Act, lambda t: Act.until < t)),
    Rule("what the staff looked at", "audit_days", _removed(AuditEntry, lambda t: AuditEntry.at < t)),
    Rule(
        "notes of the staff about interviews",
        "appointment_notes_days",
        _removed(BookingNote, lambda t: BookingNote.at < t),
    ),
    Rule(
        "what people wrote when they booked an interview",
        "appointment_notes_days",
        _emptied(Booking, lambda t: sa.and_(Booking.created_at < t, Booking.words != ""), words=""),
    ),
    Rule(
        "who took part in an event",
        "participation_days",
        _removed(Participation, lambda t: Participation.event_id.in_(sa.select(Event.id).where(Event.ends_at < t))),
    ),
    Rule(
        "searches of profiles that nobody follows",
        "hunt_days",
        _removed(Hunt, lambda t: sa.and_(Hunt.created_at < t, Hunt.id.not_in(hunts.followed_ids()))),
    ),
    Rule("which organisation saw a profile", "sighting_days", _removed(Sighting, lambda t: Sighting.last_at < t)),
    # As long as files bring it: or the next one would have its person asked once more.
    Rule("that an import asked an address", "import_asked_days", _deleted(Asked, lambda t: Asked.brought_at < t)),
    Rule("runs of the clock", "trace_days", _removed(ClockRun, lambda t: ClockRun.started_at < t)),
)
