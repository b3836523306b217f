"""Mails kept until a OUI: the clock asks about one a day, and what ends without a word leaves a trace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from jobboard import kept_mails, questions
from jobboard.clock import now
from jobboard.db import Database
from jobboard.letters.account import Noted
from jobboard.letters.questions import MailQuestion
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.questions import Question, QuestionState, Topic
from scheduler import rounds
from tests.jobboard.records import candidate

STRANGER = "inconnue@courrier.example"


def keep(database: Database, address: str, count: int, *, days_ago: float = 1.0) -> None:
    """Keep mails in somebody's name, unasked, since some days."""
    with database.transaction() as session:
        for _ in range(count):
            at = now() - timedelta(days=days_ago)
            questions.ask(session, Topic.MAIL, address, what="message", name="", sender="", at=at)


def lea(database: Database) -> Person:
    with database.transaction() as session:
        return candidate(session, at=now())


def posts(database: Database, kind: str) -> list[Post]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def a_day_later(database: Database) -> None:
    with database.transaction() as session:
        session.execute(sa.text("UPDATE post SET created_at = created_at - interval '1 day'"))


def test_each_person_is_asked_about_one_mail_a_day_until_all_are_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SIZE", 2)
    people = [lea(database) for _ in range(3)]
    for person in people:
        keep(database, person.address, 2)
    assert rounds.kept_mails_asked(database, now()) == "asked 3, ended 0"
    assert rounds.kept_mails_asked(database, now()) == "asked 0, ended 0"
    a_day_later(database)
    assert rounds.kept_mails_asked(database, now()) == "asked 3, ended 0"
    a_day_later(database)
    assert rounds.kept_mails_asked(database, now()) == "asked 0, ended 0"
    asked = posts(database, MailQuestion.kind)
    assert [post.person_id for post in asked] == [person.id for person in people] * 2


def test_the_time_to_answer_counts_from_the_question(database: Database) -> None:
    keep(database, lea(database).address, 1, days_ago=6.9)
    rounds.kept_mails_asked(database, now())
    with database.transaction() as session:
        [question] = session.scalars(sa.select(Question))
        assert question.expires_at > now() + timedelta(days=6)


def test_what_ends_unasked_is_told_to_whom_we_know_and_counted(database: Database) -> None:
    person = lea(database)
    keep(database, person.address, 3, days_ago=8)
    keep(database, STRANGER, 2, days_ago=8)
    assert rounds.kept_mails_asked(database, now()) == "asked 0, ended 5"
    [told] = posts(database, Noted.kind)
    assert (told.person_id, told.params["what"], told.params["title"]) == (person.id, "mails-not-confirmed", "3")
    with database.transaction() as session:
        assert set(session.scalars(sa.select(Question.state))) == {QuestionState.EXPIRED}
        assert kept_mails.figures(session, since=now() - timedelta(days=7)) == kept_mails.Figures(0, 5)
    assert rounds.kept_mails_asked(database, now()) == "asked 0, ended 0"


def test_what_she_was_asked_about_ends_without_another_mail(database: Database) -> None:
    keep(database, lea(database).address, 1)
    rounds.kept_mails_asked(database, now())
    later: datetime = now() + timedelta(days=8)
    with database.transaction() as session:
        assert kept_mails.end_expired(session, limit=10, at=later) == 1
    assert posts(database, Noted.kind) == []


def test_a_stranger_is_not_asked_by_the_clock(database: Database) -> None:
    keep(database, STRANGER, 1)
    assert rounds.kept_mails_asked(database, now()) == "asked 0, ended 0"
    assert posts(database, MailQuestion.kind) == []
