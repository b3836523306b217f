"""Alerts that find nothing, mails that are hours late, a flow that has stopped: who is told, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, late_mails, offers, outbox, people, signups, silences
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.ledger import LedgerRow
from jobboard.letters import from_params
from jobboard.letters.alerts import AlertSilent, OfferAlert
from jobboard.letters.staff import Alarm, DeadAlerts
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from tests.jobboard.records import (
    ACCOUNTANT,
    AT,
    NANTES,
    RENNES,
    alert,
    candidate,
    digest,
    near,
    publish,
    recruiter,
    staff,
)

WEEK = timedelta(weeks=1)


def posted(session: Session, kind: str) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def tell(session: Session, at: datetime) -> int:
    """Do what the clock does each night."""
    silences.freshen(session, since=at - 8 * timedelta(days=1))
    return silences.tell(session, after=0, limit=100, at=at)[1]


def announce(session: Session, by: Person, *, at: datetime = AT) -> int:
    offer = publish(session, by, at=at)
    announcements.announce(session, offer.id, at=at)
    return offer.id


def test_four_weeks_of_silence_are_told_once(database: Database) -> None:
    with database.transaction() as session:
        person, gone, by = candidate(session), candidate(session), recruiter(session)
        mine = alert(session, person)
        alert(session, gone)
        signups.stop_stream(session, gone, people.ALERTS, how="test", key="k", at=AT)
        announce(session, by, at=AT + WEEK)
        told = [tell(session, AT + timedelta(days=n)) for n in range(1, 80)]
        assert [n for n, count in enumerate(told, 1) if count] == [36], (
            "four weeks after the last offer, and never again"
        )
        [post] = posted(session, AlertSilent.kind)
        assert (post.person_id, post.params["radius_km"]) == (person.id, 30)
        assert post.due_at > AT + timedelta(days=36)
        announce(session, by, at=AT + timedelta(days=80))
        told = [tell(session, AT + timedelta(days=n)) for n in range(81, 120)]
        assert sum(told) == 1, "another silence"
        alerts.rewrite(session, mine, near(RENNES), at=AT + timedelta(days=120))
        assert mine.silence_told_at is None


def test_dead_alerts_are_reported_without_anybody_s_words(database: Database) -> None:
    with database.transaction() as session:
        member = staff(session)
        for place in (RENNES, RENNES, NANTES):
            wish = Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(place, 30),), keywords=("secret",))
            alert(session, candidate(session), wish)
        assert silences.report(session, at=AT + 7 * WEEK) == 0
        assert silences.report(session, at=AT + 9 * WEEK) == 3
        assert silences.count_dead(session, at=AT + 9 * WEEK) == 3
        [post] = posted(session, DeadAlerts.kind)
        assert post.person_id == member.id
        assert [(line["label"], line["value"]) for line in post.params["wanted"]] == [
            ("comptable, Rennes (35), 30 km autour", "2"),
            ("comptable, Nantes (44), 30 km autour", "1"),
        ]
        assert "secret" not in str(post.params)


def test_a_flow_that_has_stopped_rings_once_a_day(database: Database) -> None:
    with database.transaction() as session:
        staff(session)
        by, daily = recruiter(session), candidate(session)
        alert(session, daily, Criteria(trades=(ACCOUNTANT,), places=near(NANTES).places, frequency=Frequency.DAILY))
        announce(session, by)
        assert not silences.ring(session, at=AT + timedelta(hours=29))
        stopped = silences.ring(session, at=AT + timedelta(hours=31))
        assert (stopped.lines, stopped.oldest) == (1, AT)
        silences.ring(session, at=AT + timedelta(hours=32))
        [alarm] = posted(session, Alarm.kind)
        assert alarm.params["what"] == "alerts-stopped"
        figures = silences.figures(session, at=AT + timedelta(hours=1))
        assert (figures.matches, figures.waiting["daily"], figures.last_match) == (1, 1, AT)
        digest(session, at=AT + timedelta(days=1))
        assert not silences.stopped(session, at=AT + timedelta(hours=32))
        publish(session, by, at=AT + timedelta(days=2))
        assert silences.stopped(session, at=AT + timedelta(days=2, hours=1)).offers == 1


def waiting(session: Session, person: Person) -> list[Post]:
    query = sa.select(Post).where(Post.person_id == person.id, Post.kind == OfferAlert.kind)
    session.expire_all()
    return [post for post in session.scalars(query.order_by(Post.id)) if post.state is PostState.QUEUED]


def test_late_mails_of_one_person_become_one_of_what_is_open(database: Database) -> None:
    with database.transaction() as session:
        staff(session)
        person, other, by = candidate(session), candidate(session), recruiter(session)
        alert(session, person)
        made = [announce(session, by, at=AT + timedelta(minutes=n)) for n in range(3)]
        alert(session, other, near(NANTES), at=AT)
        assert late_mails.tidy(session, after=0, limit=9, at=AT + timedelta(hours=1)) == (None, 0)
        assert not late_mails.ring(session, at=AT + timedelta(hours=1))
        offers.close(session, session.get_one(offers.Offer, made[1]), by=by, filled=True, at=AT)
        session.flush()
        late = AT + timedelta(hours=5)
        assert late_mails.ring(session, at=late)
        assert late_mails.ring(session, at=late)
        assert [alarm.params["facts"] for alarm in posted(session, Alarm.kind)] == [{"count": 3, "hours": 5}]
        assert late_mails.tidy(session, after=0, limit=9, at=late) == (person.id, 2)
        [post] = waiting(session, person)
        letter = cast(OfferAlert, from_params(post.kind, post.params))
        assert [(card.offer_id, card.number) for card in letter.cards] == [(made[0], 1), (made[2], 2)]
        assert letter.cards[0].reasons == ("trade", "radius")
        assert late_mails.tidy(session, after=0, limit=9, at=late) == (None, 0)


def test_what_may_have_arrived_is_left_alone(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        for n in range(2):
            announce(session, by, at=AT + timedelta(minutes=n))
        for post in waiting(session, person):
            session.execute(sa.update(Post).where(Post.id == post.id).values(reply="body: no reply"))
        assert late_mails.tidy(session, after=0, limit=9, at=AT + timedelta(hours=5)) == (None, 0)
        assert len(waiting(session, person)) == 2


def test_a_late_mail_to_somebody_who_paused_is_told_after_the_pause(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        offer_id = announce(session, by)
        alerts.pause(session, person, weeks=1, at=AT + timedelta(hours=1))
        assert late_mails.tidy(session, after=0, limit=9, at=AT + timedelta(hours=5)) == (person.id, 1)
        assert waiting(session, person) == []
        assert session.scalars(sa.select(LedgerRow.posted_at)).all() == [None]
        alerts.resume(session, person, at=AT + timedelta(days=1))
        session.flush()
        announcements.post_instant(session, [person.id], at=AT + timedelta(days=1))
        [post] = waiting(session, person)
        assert [card["offer_id"] for card in post.params["cards"]] == [offer_id]
        assert outbox.LIFE.allows(PostState.QUEUED, "drop")
