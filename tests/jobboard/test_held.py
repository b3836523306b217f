"""Held mails: decided once, by somebody with a name, and expired when nobody decides; the author is told each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import applications, audit, conversations, correspondence, held, outbox
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.held import Held, HeldState
from jobboard.letters import from_params
from jobboard.letters.applications import MessageHeld
from jobboard.letters.base import Stream
from jobboard.lifecycle import Transition
from jobboard.outbox import Post, PostState
from scheduler import rounds
from tests.jobboard.records import AT, candidate, publish, recruiter, staff

LATER = AT + timedelta(hours=1)


def make_held(session: Session) -> Held:
    """Return a message from a recruiter to a candidate that the gate has stopped."""
    lea, helene = candidate(session, "Léa Dubreuil"), recruiter(session)
    conversation = conversations.open_between(session, lea, helene, offer_id=None, at=AT)
    correspondence.relay(session, conversation, helene, Words("Sujet", "Bonjour", message_id="<1@x.example>"), at=AT)
    [post] = outbox.claim(session, Stream.RELAY, worker=1, limit=1, at=AT)
    return held.hold(session, post, why=["address"], places=["mail > part 1 (text/plain): plain"], at=AT)


def told(session: Session) -> list[str]:
    """Return what the author was told, oldest first."""
    posts = session.scalars(sa.select(Post).where(Post.kind == MessageHeld.kind).order_by(Post.id))
    letters = [from_params(post.kind, post.params) for post in posts]
    return [letter.what for letter in letters if isinstance(letter, MessageHeld)]


def test_a_held_mail_waits_and_everybody_concerned_is_told(database: Database) -> None:
    with database.transaction() as session:
        members = [staff(session), staff(session)]
        one = make_held(session)
        post = session.get_one(Post, one.post_id, populate_existing=True)
        assert post.state is PostState.HELD
        alarms = session.scalars(sa.select(Post).where(Post.kind == "alarm")).all()
        assert sorted(alarm.person_id or 0 for alarm in alarms) == [member.id for member in members]
        assert alarms[0].params["facts"]["path"] == f"/equipe/retenus/{one.id}"
        letter = session.scalars(sa.select(Post).where(Post.kind == MessageHeld.kind)).one()
        assert letter.in_reply_to == "<1@x.example>"
        assert held.parties(session, one) == ("Hélène M.", "Léa D.")
        assert held.count_waiting(session) == 1


def test_a_release_names_who_did_it(database: Database) -> None:
    with database.transaction() as session:
        one, by = make_held(session), staff(session)
        held.release(session, one, by, at=LATER)
        post = session.get_one(Post, one.post_id, populate_existing=True)
        assert (one.state, post.state, post.due_at) == (HeldState.RELEASED, PostState.QUEUED, LATER)
        [entry] = audit.of_subject(session, "held", one.id)
        assert (entry.act, entry.by_person_id) == ("held-released", by.id)
        move = session.scalars(sa.select(Transition).where(Transition.subject == "held")).one()
        assert move.by_person_id == by.id
        assert told(session) == ["held", "released"]
        assert held.is_released(session, post)


@pytest.mark.parametrize("decision", [held.release, held.drop])
def test_who_is_not_of_the_staff_decides_nothing(database: Database, decision: Callable[..., None]) -> None:
    with database.transaction() as session:
        one = make_held(session)
        with pytest.raises(Refused, match="staff-only"):
            decision(session, one, recruiter(session), at=LATER)
        assert one.state is HeldState.WAITING
        assert told(session) == ["held"]


@pytest.mark.parametrize("first", [held.release, held.drop])
@pytest.mark.parametrize("second", [held.release, held.drop])
def test_what_is_decided_is_decided_once(
    database: Database, first: Callable[..., None], second: Callable[..., None]
) -> None:
    with database.transaction() as session:
        one, by = make_held(session), staff(session)
        first(session, one, by, at=LATER)
    with database.transaction() as session, pytest.raises(Refused, match="already-decided"):
        second(session, session.get_one(Held, one.id), by, at=LATER)
    with database.transaction() as session:
        assert len(told(session)) == 2


def test_a_drop_carries_its_reason_and_stands_in_the_timeline(database: Database) -> None:
    with database.transaction() as session:
        by, lea = staff(session), candidate(session)
        application = correspondence.apply(session, publish(session, recruiter(session)), lea, Words("x", "y"), at=AT)
        [post] = outbox.claim(session, Stream.RELAY, worker=1, limit=1, at=LATER)
        one = held.hold(session, post, why=["closed"], places=["mail: unopenable"], at=AT)
        held.drop(session, one, by, reason="  Envoyez-le en PDF.  ", at=LATER)
        assert one.reason == "Envoyez-le en PDF."
        assert applications.timeline(session, application)[-1].event is applications.Event.NOT_DELIVERED
        letter = session.scalars(sa.select(Post).where(Post.kind == MessageHeld.kind).order_by(Post.id.desc())).first()
        assert letter is not None
        assert letter.params["reason"] == "Envoyez-le en PDF."
        assert [entry.act for entry in audit.of_subject(session, "held", one.id)] == ["held-dropped"]


def test_what_nobody_decides_upon_expires_and_its_author_is_told(database: Database) -> None:
    with database.transaction() as session:
        young, old = make_held(session), make_held(session)
        old.at = AT - timedelta(days=database.settings.held_days)
    with database.transaction() as session:
        assert held.expire(session, at=AT + timedelta(minutes=1)) == 1
        assert held.expire(session, at=AT + timedelta(minutes=1)) == 0
        assert session.get_one(Held, young.id).state is HeldState.WAITING
        assert session.get_one(Held, old.id, populate_existing=True).state is HeldState.EXPIRED
        assert session.get_one(Post, old.post_id, populate_existing=True).state is PostState.DROPPED
        assert told(session) == ["held", "held", "expired"]


def test_the_clock_expires_them_day_by_day(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(3):
            make_held(session).at = AT - timedelta(days=365)
    assert rounds.expire_held(database, AT) == "expired 3"
    assert rounds.expire_held(database, AT) == "expired 0"


def test_there_is_no_held_mail_of_a_number_that_is_none(database: Database) -> None:
    with database.transaction() as session:
        assert [held.find(session, number) for number in (-1, 0, 7, 2**80)] == [None] * 4
