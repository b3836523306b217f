"""What the rows of the timetable do: digests in batches, closings, pauses, drafts, retention."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobboard import alerts, announcements, closings
from jobboard.clock import now
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.letters.alerts import OfferAlert
from jobboard.outbox import Post
from jobboard.people import Person
from scheduler import rounds
from tests.jobboard.records import ACCOUNTANT, NANTES, alert, candidate, publish, recruiter, staff, subscriber


def waiting(database: Database, count: int, frequency: Frequency) -> list[Person]:
    """Return people for whom an offer waits at that frequency."""
    at = now()
    wish = Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(NANTES, 30),), frequency=frequency)
    with database.transaction() as session:
        found = [candidate(session, at=at) for _ in range(count)]
        for person in found:
            alert(session, person, wish, at=at)
        announcements.announce(session, publish(session, recruiter(session, at=at), at=at).id, at=at)
        return found


def told(database: Database) -> list[int | None]:
    with database.transaction() as session:
        return list(session.scalars(sa.select(Post.person_id).where(Post.kind == OfferAlert.kind).order_by(Post.id)))


def test_digests_reach_everybody_once_batch_after_batch(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SIZE", 3)
    found = waiting(database, 8, Frequency.DAILY)
    zone = database.settings.zone
    assert rounds.flush_instant(database, now(), zone) == "posted 0"
    assert rounds.digest(database, now(), zone) == "posted 8"
    assert rounds.digest(database, now(), zone) == "posted 0"
    assert told(database) == [person.id for person in found]


def test_the_flush_lets_go_what_a_full_day_held_back(database: Database) -> None:
    [person] = waiting(database, 1, Frequency.INSTANT)
    for _ in range(4):
        with database.transaction() as session:
            at = now()
            announcements.announce(session, publish(session, recruiter(session, at=at), at=at).id, at=at)
    assert told(database) == [person.id] * 3
    assert rounds.flush_instant(database, now(), database.settings.zone) == "posted 1"
    assert rounds.flush_instant(database, now(), database.settings.zone) == "posted 0"


def test_a_pause_that_is_over_ends_with_what_it_found(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session, at=now())
        alert(session, person, at=now())
        alerts.pause(session, person, days=1, at=now() - timedelta(days=2))
        announcements.announce(session, publish(session, recruiter(session), at=now()).id, at=now())
    assert told(database) == []
    assert rounds.end_pauses(database, now()) == "woken 1"
    assert told(database) == [person.id]
    assert rounds.end_pauses(database, now()) == "woken 0"


def test_offers_whose_moment_has_passed_are_closed(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer = publish(session, by, at=now())
        closings.prolong(session, offer, by, now() - timedelta(hours=1), key="k", at=now() - timedelta(hours=2))
    assert rounds.close_expired(database, now()) == "closed 1"
    assert rounds.close_expired(database, now()) == "closed 0"


def test_the_weekly_letter_is_drafted_once(database: Database) -> None:
    assert rounds.letter_draft(database, now(), list_name="weekly") == "nothing to draft"
    with database.transaction() as session:
        staff(session)
        subscriber(session)
        publish(session, recruiter(session), at=now())
    assert rounds.letter_draft(database, now(), list_name="weekly") == "drafted 1"
    assert rounds.letter_draft(database, now(), list_name="weekly") == "nothing to draft"
