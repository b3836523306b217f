"""What came back about a post: kept once, counted against the right address, told to whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import announcements, applications, bounces, correspondence, outbox, people, suppression
from jobboard.applications import Event
from jobboard.bounces import Bounce, News, Source
from jobboard.conversations import Conversation, Words
from jobboard.db import Database
from jobboard.letters.account import Noted
from jobboard.letters.alerts import OfferAlert
from jobboard.letters.base import Stream
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.suppression import AddressHealth, Severity
from tests.jobboard.records import AT, alert, candidate, publish, recruiter, staff

LATER = AT + timedelta(hours=1)


def news(severity: Severity, source: Source = Source.DSN, text: str = "550 5.1.1 no such user") -> News:
    return News(severity, source, "5.1.1", text)


def posted(session: Session, kind: str) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def noted(session: Session, person: Person, key: str) -> Post:
    post = outbox.post(session, Noted("withdrawn"), to=person, dedupe=key, at=AT)
    assert post is not None
    return post


def correspond(session: Session, *, automatic: str | None = None) -> tuple[Person, Person, Post]:
    """An application that its recruiter has answered; returns candidate, recruiter and the post of the answer."""
    by, zoe = recruiter(session), candidate(session)
    offer = publish(session, by)
    application = correspondence.apply(session, offer, zoe, Words("Candidature", "Bonjour"), at=AT)
    conversation = session.get_one(Conversation, application.conversation_id)
    words = Words("Re", "Venez", message_id="<hers@horizon.example>", automatic=automatic)
    correspondence.relay(session, conversation, by, words, at=AT)
    return zoe, by, posted(session, "relayed_message")[-1]


def test_the_same_report_twice_counts_once(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        first, second = noted(session, person, "a"), noted(session, person, "b")
        assert bounces.note(session, first, news(Severity.HARD), at=LATER)
        assert not bounces.note(session, first, news(Severity.HARD), at=LATER)
        assert not suppression.is_suppressed(session, person.address, Stream.ALERTS)
        assert bounces.note(session, second, news(Severity.HARD), at=LATER)
        assert suppression.is_suppressed(session, person.address, Stream.ALERTS)
        assert bounces.count_since(session, AT) == {Severity.HARD: 2}
        assert bounces.count_since(session, LATER) == {}


def test_the_evidence_is_kept_without_addresses(database: Database) -> None:
    text = "550 <marie@ailleurs.example>: forwarded\r\nby x.y@relais.example said no\x00" + "z" * 5_000
    with database.transaction() as session:
        person = candidate(session)
        bounces.note(session, noted(session, person, "a"), news(Severity.HARD, text=text), at=LATER)
        (kept,) = session.scalars(sa.select(Bounce))
        assert kept.address_key == person.address
        assert (kept.source, kept.status, kept.at) == (Source.DSN, "5.1.1", LATER)
        assert kept.excerpt.startswith("550 <<address>>: forwarded by <address> said no")
        assert "@" not in kept.excerpt
        assert len(kept.excerpt) == bounces.EXCERPT_LENGTH


@pytest.mark.parametrize("severity", [Severity.BLOCKED, Severity.SPAM])
def test_what_is_about_us_rings_the_staff_and_spares_the_person(database: Database, severity: Severity) -> None:
    with database.transaction() as session:
        member, person = staff(session), candidate(session)
        for key in "abc":
            bounces.note(session, noted(session, person, key), news(severity), at=LATER)
        assert [alarm.person_id for alarm in posted(session, "alarm")] == [member.id]
        assert session.get(AddressHealth, person.address) is None


def test_a_complaint_stops_its_stream_alone_and_writes_to_nobody(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        people.subscribe(session, person, "letters:weekly", at=AT)
        alert(session, person)
        offer = publish(session, by)
        announcements.announce(session, offer.id, at=AT)
        (post,) = posted(session, OfferAlert.kind)
        before = session.scalar(sa.select(sa.func.count()).select_from(Post))
        assert bounces.note(session, post, news(Severity.COMPLAINT, Source.ARF), at=LATER)
        standing = {one.stream: one.stopped_how for one in session.scalars(sa.select(Subscription))}
        assert standing == {"alerts": "complaint", "letters:weekly": None}
        assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == before
        assert not suppression.is_suppressed(session, person.address, Stream.LETTERS)


def test_a_complaint_about_an_answer_stops_nothing(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        bounces.note(session, noted(session, person, "a"), news(Severity.COMPLAINT, Source.ARF), at=LATER)
        assert len(people.subscriptions(session, person)) == 1


@pytest.mark.parametrize(
    ("severity", "reason"),
    [
        (Severity.HARD, "gone"),
        (Severity.FULL, "full"),
        (Severity.TOO_BIG, "too-big"),
        (Severity.BLOCKED, "refused"),
        (Severity.SPAM, "refused"),
        (Severity.SOFT, "unreachable"),
        (Severity.UNKNOWN, "unknown"),
    ],
)
def test_the_author_is_told_once_and_the_timeline_keeps_it(database: Database, severity: Severity, reason: str) -> None:
    with database.transaction() as session:
        zoe, by, post = correspond(session)
        secret = f"550 {zoe.address} at mx.secret.example"
        bounces.note(session, post, news(severity, text=secret), at=LATER)
        bounces.note(session, post, news(Severity.UNKNOWN), at=LATER)
        (letter,) = posted(session, "message_not_delivered")
        assert letter.person_id == by.id
        assert letter.params == {"reason": reason, "title": "Comptable (H/F)"}
        assert letter.in_reply_to == "<hers@horizon.example>"
        (application,) = applications.of_person(session, zoe)
        events = [line.event for line in applications.timeline(session, application)]
        assert events == [Event.SENT, Event.RECRUITER_WROTE, Event.NOT_DELIVERED]
        (entry,) = correspondence.history_of(session, zoe, at=LATER)
        assert entry.moments[-1].event == "not_delivered"


def test_a_candidate_learns_that_her_application_did_not_arrive(database: Database) -> None:
    with database.transaction() as session:
        zoe, by = candidate(session), recruiter(session)
        correspondence.apply(session, publish(session, by), zoe, Words("Candidature", "Bonjour"), at=AT)
        (post,) = posted(session, "application_received")
        bounces.note(session, post, news(Severity.FULL), at=LATER)
        (letter,) = posted(session, "message_not_delivered")
        assert letter.person_id == zoe.id


def test_a_delay_is_told_from_the_second_day_on_and_the_end_after_it(database: Database) -> None:
    with database.transaction() as session:
        zoe, _, post = correspond(session)
        bounces.note(session, post, news(Severity.DELAY), at=AT + timedelta(hours=4))
        assert posted(session, "message_not_delivered") == []
        bounces.note(session, post, news(Severity.DELAY), at=AT + timedelta(hours=25))
        bounces.note(session, post, news(Severity.DELAY), at=AT + timedelta(hours=49))
        bounces.note(session, post, news(Severity.SOFT), at=AT + timedelta(days=5))
        letters = posted(session, "message_not_delivered")
        assert [one.params["reason"] for one in letters] == ["delay", "unreachable"]
        (application,) = applications.of_person(session, zoe)
        events = [line.event for line in applications.timeline(session, application)]
        assert events.count(Event.NOT_DELIVERED) == 1


@pytest.mark.parametrize("severity", [Severity.COMPLAINT, Severity.AUTO_REPLY])
def test_what_is_no_failure_tells_the_author_nothing(database: Database, severity: Severity) -> None:
    with database.transaction() as session:
        _, _, post = correspond(session)
        bounces.note(session, post, news(severity), at=LATER)
        assert posted(session, "message_not_delivered") == []


def test_an_answering_machine_is_told_nothing(database: Database) -> None:
    with database.transaction() as session:
        _, _, post = correspond(session, automatic="auto-replied")
        bounces.note(session, post, news(Severity.HARD), at=LATER)
        assert posted(session, "message_not_delivered") == []


def test_a_bounce_of_the_news_of_a_bounce_ends(database: Database) -> None:
    with database.transaction() as session:
        _, by, post = correspond(session)
        bounces.note(session, post, news(Severity.HARD), at=LATER)
        (letter,) = posted(session, "message_not_delivered")
        before = session.scalar(sa.select(sa.func.max(Post.id)))
        assert bounces.note(session, letter, news(Severity.HARD), at=LATER)
        assert session.scalar(sa.select(sa.func.max(Post.id))) == before
        assert session.get_one(AddressHealth, by.address).hard == 1
