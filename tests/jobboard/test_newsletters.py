"""Newsletters: drafted, approved, posted shard by shard; each subscriber exactly one copy whatever is killed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import edition_items, editions, newsletters, offers, people
from jobboard.db import Database
from jobboard.editions import WEEKLY, Edition, EditionState
from jobboard.errors import Refused
from jobboard.letters.editions import WeeklyLetter
from jobboard.letters.staff import EditionToApprove
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.tickets import Ticket
from tests.jobboard.records import AT, publish, recruiter, staff, subscriber

SUBSCRIBERS = 2_500


class Killed(Exception):
    """What stands for a process that dies before its commit."""


def drafted(session: Session) -> tuple[Edition, Person]:
    """Return a draft with one offer, and the member of staff who was asked."""
    member = staff(session)
    publish(session, recruiter(session))
    edition = newsletters.draft(session, WEEKLY, at=AT)
    assert edition is not None
    return edition, member


def many_subscribers(session: Session, count: int) -> None:
    """Put that many people on the weekly letter, in two statements."""
    rows = [
        {"address": f"r{n}@courrier.example", "address_key": f"r{n}@courrier.example", "created_at": AT, "life_at": AT}
        for n in range(count)
    ]
    ids = session.scalars(insert(Person).returning(Person.id), rows).all()
    session.execute(insert(Subscription), [{"person_id": one, "stream": "letters:weekly", "since": AT} for one in ids])


def copies(session: Session) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == WeeklyLetter.kind).order_by(Post.id)))


def post_all(database: Database, edition_id: int) -> int:
    """Post every shard, a transaction each; returns how many there were."""
    shards = 0
    more = True
    while more:
        with database.transaction() as session:
            more = newsletters.post_shard(session, edition_id, at=AT)
        shards += more
    return shards


def post_and_die(database: Database, edition_id: int) -> None:
    """Post a shard and die before its commit."""
    with database.transaction() as session:
        assert newsletters.post_shard(session, edition_id, at=AT)
        raise Killed


def test_every_subscriber_has_one_copy_though_posting_is_killed_between_shards(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, SUBSCRIBERS)
        edition, member = drafted(session)
        newsletters.approve(session, edition, member, key="k", at=AT)
    with database.transaction() as session:
        assert newsletters.post_shard(session, edition.id, at=AT)
    with pytest.raises(Killed):
        post_and_die(database, edition.id)
    assert post_all(database, edition.id) == 2
    assert post_all(database, edition.id) == 0
    with database.transaction() as session:
        counted = Counter(post.subscription_id for post in copies(session))
        assert len(counted) == SUBSCRIBERS
        assert set(counted.values()) == {1}
        tickets = set(session.scalars(sa.select(Post.ticket_id).where(Post.edition_id == edition.id)))
        assert len(tickets) == SUBSCRIBERS
        wrong = sa.select(Post.id).join(Ticket, Ticket.id == Post.ticket_id).where(Ticket.person_id != Post.person_id)
        assert session.scalars(wrong).all() == []
        done = session.get_one(Edition, edition.id)
        assert (done.state, done.sent_at) == (EditionState.SENT, AT)
        assert list(editions.unfinished(session)) == []


def test_who_leaves_meanwhile_gets_none_and_who_comes_later_waits_for_the_next(database: Database) -> None:
    with database.transaction() as session:
        stays, leaves = subscriber(session), subscriber(session)
        edition, member = drafted(session)
        newsletters.approve(session, edition, member, key="k", at=AT)
        people.unsubscribe(session, leaves, how="test", at=AT)
        subscriber(session)
    post_all(database, edition.id)
    with database.transaction() as session:
        assert [post.subscription_id for post in copies(session)] == [stays.id]


def test_a_copy_that_is_there_already_is_not_made_again(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, member = drafted(session)
        newsletters.approve(session, edition, member, key="k", at=AT)
    with database.transaction() as session:
        newsletters.post_shard(session, edition.id, at=AT)
    with database.transaction() as session:
        session.get_one(Edition, edition.id).posted_to = 0
    post_all(database, edition.id)
    with database.transaction() as session:
        assert len(copies(session)) == 1


def test_nothing_leaves_before_it_is_approved_and_it_is_approved_once(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, member = drafted(session)
        assert not newsletters.post_shard(session, edition.id, at=AT)
        newsletters.approve(session, edition, member, key="k", at=AT)
        with pytest.raises(Refused, match="already-decided"):
            newsletters.approve(session, edition, member, key="k2", at=AT)


def test_staff_are_asked_with_the_number_of_readers(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        subscriber(session)
        edition, member = drafted(session)
        [post] = session.scalars(sa.select(Post).where(Post.kind == EditionToApprove.kind))
        assert post.person_id == member.id
        assert (post.params["number"], post.params["recipients"]) == (1, 2)
        assert [card["title"] for card in post.params["cards"]] == ["Comptable (H/F)"]
        assert newsletters.draft(session, WEEKLY, at=AT) is None, "one draft waits already"
        assert edition.number == 1


def test_there_is_no_empty_edition_and_none_for_nobody(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        publish(session, by)
        assert newsletters.draft(session, WEEKLY, at=AT) is None, "nobody subscribes"
        subscriber(session)
        first = newsletters.draft(session, WEEKLY, at=AT)
        assert first is not None
        editions.LIFE.step(first, "approve", by=None, at=AT)
        assert newsletters.draft(session, WEEKLY, at=AT + timedelta(days=7)) is None, "nothing is new"
        offer = publish(session, by, at=AT + timedelta(days=8))
        second = newsletters.draft(session, WEEKLY, at=AT + timedelta(days=9))
        assert second is not None
        assert (second.number, [one.subject_id for one in edition_items.of(session, second.id)]) == (2, [offer.id])


def test_an_offer_that_closed_is_left_out_of_the_copy(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        by = recruiter(session)
        gone, stays = publish(session, by), publish(session, by, title="Secrétaire")
        edition = newsletters.draft(session, WEEKLY, at=AT)
        assert edition is not None
        offers.close(session, gone, by=by, filled=True, at=AT)
        session.flush()
        letter = newsletters.freshen(session, WeeklyLetter(edition.id), at=AT)
        assert isinstance(letter, WeeklyLetter)
        assert [card.offer_id for block in letter.blocks for card in block.cards] == [stays.id]
        assert letter.number == 1
