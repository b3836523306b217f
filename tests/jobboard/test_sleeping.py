"""Profiles fall asleep after six months without a sign of life, warned twice, told once; anything wakes them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import sleeping, suppression, visibility
from jobboard.db import Database
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.profiles import Profile, Visibility
from jobboard.suppression import Severity
from jobboard.visibility import PUBLIC
from scheduler import rounds
from tests.jobboard.records import AT, NANTES, candidate, near, profile

SEEN = AT - timedelta(days=200)


def somebody(session: Session, since: datetime = SEEN, visibility: Visibility = Visibility.EVERYONE) -> Person:
    person = candidate(session, at=since)
    profile(session, person, near(NANTES), visibility)
    return person


def walk(session: Session, start: datetime, days: int) -> None:
    """Let the daily round happen on each of these days, twice."""
    for day in range(days):
        while sleeping.step(session, limit=100, at=start + timedelta(days=day)):
            pass


def told(session: Session) -> list[tuple[bool, bool]]:
    posts = session.scalars(sa.select(Post).where(Post.kind == "profile_sleeping").order_by(Post.id))
    return [(post.params["asleep"], post.params["last"]) for post in posts]


def test_two_warnings_and_then_asleep_each_told_once(database: Database) -> None:
    with database.session() as session:
        person = somebody(session)
        walk(session, SEEN + timedelta(days=140), 80)
        made = session.get_one(Profile, person.id, populate_existing=True)
        assert told(session) == [(False, False), (False, True), (True, False)]
        assert made.warned_at is not None
        assert made.warned_again_at is not None
        assert made.asleep_at is not None
        # From 24 April on: five months, five and a half, six.
        assert [(moment - SEEN).days for moment in (made.warned_at, made.warned_again_at, made.asleep_at)] == [
            153,
            168,
            184,
        ]
        assert not visibility.may_see(session, PUBLIC, person.id)


def test_after_a_long_standstill_nobody_falls_asleep_unwarned(database: Database) -> None:
    with database.session() as session:
        person = somebody(session, AT - timedelta(days=700))
        walk(session, AT, 10)
        assert told(session) == [(False, False)]
        walk(session, AT + timedelta(days=10), 15)
        assert told(session) == [(False, False), (False, True), (True, False)]
        assert session.get_one(Profile, person.id, populate_existing=True).asleep_at == AT + timedelta(days=20)


def test_a_sign_of_life_between_two_warnings_begins_anew(database: Database) -> None:
    with database.session() as session:
        person = somebody(session)
        walk(session, SEEN + timedelta(days=150), 10)
        person.life_at = SEEN + timedelta(days=160)
        session.flush()
        walk(session, SEEN + timedelta(days=160), 60)
        assert told(session) == [(False, False)]
        assert visibility.may_see(session, PUBLIC, person.id)


def test_who_is_shown_to_nobody_or_held_is_left_in_peace(database: Database) -> None:
    with database.session() as session:
        somebody(session, visibility=Visibility.NOBODY)
        session.get_one(Profile, somebody(session).id).held_at = AT
        session.flush()
        walk(session, AT, 40)
        assert told(session) == []


def test_where_no_mail_arrives_the_profile_sleeps_without_a_word(database: Database) -> None:
    with database.session() as session:
        person = somebody(session)
        for _ in range(2):
            suppression.count(session, person.address, Severity.HARD, "gone", at=AT)
        walk(session, AT, 40)
        assert told(session) == []
        assert session.get_one(Profile, person.id, populate_existing=True).asleep_at is not None


def test_the_round_of_the_clock_moves_everybody(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(3):
            somebody(session, AT - timedelta(days=2000))
    assert rounds.sleeping_profiles(database, AT) == "moved 3"
    assert rounds.sleeping_profiles(database, AT) == "moved 0"
