"""Newsletters: drafted, approved, served shard by shard, paused, resumed; each subscriber one copy, and a report."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import (
    destinations,
    edition_items,
    edition_reports,
    editions,
    newsletters,
    offers,
    people,
    shards,
    suppression,
)
from jobboard.db import Database
from jobboard.edition_reports import Report, Slow
from jobboard.editions import WEEKLY, Edition, EditionState
from jobboard.errors import Refused
from jobboard.letters.editions import EditionLetter
from jobboard.letters.staff import Alarm, EditionToApprove
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.recipients import Recipient, RecipientState, Shard
from jobboard.shards import Copy, Result
from jobboard.suppression import Severity
from jobboard.tickets import Ticket
from tests.jobboard.records import AT, publish, recruiter, staff, subscriber

SUBSCRIBERS = 2_500


def drafted(session: Session) -> tuple[Edition, Person]:
    """Return a draft with one offer, and the member of staff who was asked."""
    member = staff(session)
    publish(session, recruiter(session))
    edition = newsletters.draft(session, WEEKLY, at=AT)
    assert edition is not None
    return edition, member


def many_subscribers(session: Session, count: int) -> None:
    """Put that many people on the weekly letter, every other one at Gmail, in two statements."""
    rows = [
        {"address": address, "address_key": address, "created_at": AT, "life_at": AT}
        for address in (f"r{n}@{('courrier.example', 'gmail.com')[n % 2]}" for n in range(count))
    ]
    ids = session.scalars(insert(Person).returning(Person.id), rows).all()
    session.execute(insert(Subscription), [{"person_id": one, "stream": "letters:weekly", "since": AT} for one in ids])


def rows(session: Session, edition: Edition) -> list[Recipient]:
    return list(session.scalars(sa.select(Recipient).where(Recipient.edition_id == edition.id).order_by(Recipient.id)))


def approved(session: Session) -> tuple[Edition, Person]:
    """Return an edition that is leaving, and the member of staff who said so."""
    edition, member = drafted(session)
    newsletters.approve(session, edition, member, key="k", at=AT)
    return edition, member


def serve(session: Session, edition: Edition, state: RecipientState, *, at: datetime = AT) -> int:
    """Serve every shard that may be served: each copy becomes that; returns how many there were."""
    served = 0
    while (shard := shards.claim(session, 7, at=at)) is not None:
        after = 0
        while group := shards.next_group(session, shard, after=after, at=at):
            results = [Result(copy, RecipientState(copy.skip or state)) for copy in group]
            shards.confirm(session, shard, results, at=at)
            served, after = served + len(group), group[-1].id
        shards.release(session, shard, at=at)
    newsletters.keep_going(session, at=at)
    return served


def in_hand(session: Session) -> tuple[Shard, list[Copy]]:
    """Claim the next shard; return it with its first group."""
    shard = shards.claim(session, 7, at=AT)
    assert shard is not None
    return shard, shards.next_group(session, shard, after=0, at=AT)


def test_an_approval_fixes_everybody_once_in_shards_of_one_group(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, SUBSCRIBERS)
        edition, _ = approved(session)
    with database.transaction() as session:
        everyone = rows(session, edition)
        assert len({one.subscription_id for one in everyone}) == len(everyone) == SUBSCRIBERS
        assert {one.destination for one in everyone} == {"courrier.example", "gmail"}
        found = session.scalars(sa.select(Shard).order_by(Shard.id)).all()
        assert sorted((one.destination, one.total) for one in found) == [
            ("", 250), ("", 1000), ("gmail", 250), ("gmail", 1000)
        ]  # fmt: skip
        for shard in found:
            inside = [one for one in everyone if shard.first_id <= one.id <= shard.last_id]
            assert len(inside) == shard.total
            assert {one.destination == "gmail" for one in inside} == {shard.destination == "gmail"}
        tickets = sa.select(Ticket.person_id, Subscription.person_id).join(
            Subscription, Subscription.ticket_id == Ticket.id
        )
        pairs = session.execute(tickets).all()
        assert len(pairs) == SUBSCRIBERS
        assert all(of_ticket == of_subscription for of_ticket, of_subscription in pairs)


def test_who_leaves_meanwhile_gets_none_and_who_comes_later_waits_for_the_next(database: Database) -> None:
    with database.transaction() as session:
        stays, leaves, refuses = subscriber(session), subscriber(session), subscriber(session)
        edition, _ = approved(session)
        people.unsubscribe(session, leaves, how="test", at=AT)
        for _ in range(2):
            address = session.get_one(Person, refuses.person_id).address
            suppression.count(session, address, Severity.HARD, "no such user", at=AT)
        subscriber(session)
    with database.transaction() as session:
        assert serve(session, edition, RecipientState.SENT) == 3
        assert [(one.subscription_id, one.state, one.attempts) for one in rows(session, edition)] == [
            (stays.id, "sent", 1),
            (leaves.id, "left", 0),
            (refuses.id, "suppressed", 0),
        ]
        assert session.get_one(Edition, edition.id).state is EditionState.SENT
        told = edition_reports.report(session, edition)
        assert (told.sent, told.skipped, told.total, told.missing) == (1, 2, 3, 2)
        assert [(one.state, one.person_id) for one in edition_reports.missing(session, edition)] == [
            ("left", leaves.person_id),
            ("suppressed", refuses.person_id),
        ]


def test_nothing_leaves_before_it_is_approved_and_it_is_approved_once(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, member = drafted(session)
        assert serve(session, edition, RecipientState.SENT) == 0
        newsletters.approve(session, edition, member, key="k", at=AT)
        with pytest.raises(Refused, match="already-decided"):
            newsletters.approve(session, edition, member, key="k2", at=AT)


def test_a_paused_edition_rests_and_a_cancelled_one_may_go_to_the_missing(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 100)
        edition, member = approved(session)
        shard, group = in_hand(session)
        assert len(group) == shards.GROUP
        editions.pause(session, edition, by=member, at=AT)
        shards.confirm(session, shard, [Result(copy, RecipientState.SENT) for copy in group], at=AT)
        assert shards.next_group(session, shard, after=group[-1].id, at=AT) == [], "what was in hand was the last"
        shards.release(session, shard, at=AT)
        assert serve(session, edition, RecipientState.SENT) == 0
        editions.resume(session, edition, by=member, at=AT)
        stopped = edition_reports.progress(session, edition, at=AT + timedelta(seconds=10))
        assert (stopped.sent, stopped.total, stopped.percent, stopped.rate) == (32, 100, 32.0, 0.0)
        shard, group = in_hand(session)
        shards.confirm(session, shard, [Result(copy, RecipientState.GONE, "no") for copy in group[:2]], at=AT)
        going = edition_reports.progress(session, edition, at=AT + timedelta(seconds=1))
        assert (going.done, going.rate, going.seconds_left) == (34, 2.0, 33.0)
        editions.cancel(session, edition, by=member, at=AT)
        with pytest.raises(Refused, match="still-leaving"):
            editions.send_to_missing(session, edition, by=member, at=AT)
        shards.release(session, shard, at=AT)
        assert serve(session, edition, RecipientState.SENT) == 0
        assert editions.send_to_missing(session, edition, by=member, at=AT) == 66, "not to mailboxes that are gone"
        assert serve(session, edition, RecipientState.SENT) == 66
        assert edition_reports.report(session, edition) == Report(98, 0, 0, 0, 2, 0, 0, 0, 0)
        assert edition.state is EditionState.SENT


def test_a_scheduled_edition_starts_at_its_hour_or_waits_for_a_human(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, member = drafted(session)
        hour = AT + timedelta(days=1)
        editions.approve(session, edition, by=member, at=AT, send_at=hour)
        assert serve(session, edition, RecipientState.SENT, at=hour - timedelta(minutes=1)) == 0
        editions.withdraw(session, edition, by=member, at=AT)
        assert (edition.state, rows(session, edition)) == (EditionState.DRAFT, [])
        editions.approve(session, edition, by=member, at=AT, send_at=hour)
        newsletters.keep_going(session, at=hour + timedelta(hours=7))
        assert edition.state is EditionState.HELD_LATE
        alarms = session.scalars(sa.select(Post.params).where(Post.kind == Alarm.kind)).all()
        assert [alarm["what"] for alarm in alarms] == ["letter-late"]
        editions.resume(session, edition, by=member, at=hour + timedelta(hours=8))
        assert serve(session, edition, RecipientState.SENT, at=hour + timedelta(hours=8)) == 1


def test_an_edition_whose_workers_were_away_for_hours_waits_for_a_human(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, _ = approved(session)
        newsletters.keep_going(session, at=AT + timedelta(hours=5))
        assert edition.state is EditionState.SENDING
        newsletters.keep_going(session, at=AT + timedelta(hours=7))
        assert edition.state is EditionState.HELD_LATE


def test_nobody_guesses_how_long_while_what_remains_waits_for_a_slow_server(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 40)
        edition, _ = approved(session)
        shard, group = in_hand(session)
        done = AT + timedelta(seconds=2)
        shards.confirm(session, shard, [Result(copy, RecipientState.SENT) for copy in group[:20]], at=done)
        destinations.push_back(session, "courrier.example", "421 4.7.0 later", at=done)
        going = edition_reports.progress(session, edition, at=AT + timedelta(seconds=4))
        assert (going.waits, going.rate, going.seconds_left) == (False, 5.0, 4.0)
        going = edition_reports.progress(session, edition, at=AT + timedelta(seconds=40))
        assert (going.waits, going.rate, going.seconds_left) == (True, 10.0, None)
        assert [one.until for one in going.slow] == [done + timedelta(seconds=60)]


def test_copies_that_are_put_off_are_tried_again_when_they_are_due(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        edition, _ = approved(session)
        shard = shards.claim(session, 7, at=AT)
        assert shard is not None
        later = AT + timedelta(minutes=5)
        [copy] = shards.next_group(session, shard, after=0, at=AT)
        shards.confirm(session, shard, [Result(copy, RecipientState.DEFERRED, "later", later)], at=AT)
        shards.release(session, shard, at=AT)
        newsletters.keep_going(session, at=AT)
        assert edition.state is EditionState.SENT, "everyone's turn has come"
        assert edition_reports.progress(session, edition, at=AT).slow == (Slow("courrier.example", 1, later, "later"),)
        assert serve(session, edition, RecipientState.SENT, at=AT + timedelta(minutes=4)) == 0
        assert serve(session, edition, RecipientState.SENT, at=later) == 1
        assert edition_reports.report(session, edition) == Report(1, 0, 0, 0, 0, 0, 0, 0, 0)


def test_a_destination_that_pushes_back_waits_alone_and_comes_back_by_and_by(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 200)
        edition, _ = approved(session)
        destinations.push_back(session, "gmail", "421 slow down", at=AT)
        assert serve(session, edition, RecipientState.SENT) == 100
        assert {one.destination for one in rows(session, edition) if one.state == "queued"} == {"gmail"}
        [slow] = edition_reports.progress(session, edition, at=AT).slow
        assert (slow.destination, slow.deferred, slow.reply) == ("gmail", 0, "421 slow down")
        later = AT + timedelta(minutes=1)
        shard = shards.claim(session, 7, at=later)
        assert shard is not None
        assert len(shards.next_group(session, shard, after=0, at=later)) == destinations.WINDOW // 2
        destinations.push_back(session, "gmail", "421 slower", at=later)
        assert shards.next_group(session, shard, after=0, at=later + timedelta(seconds=119)) == []
        for expected in (8, 16, 32):
            much_later = later + timedelta(minutes=2)
            assert len(shards.next_group(session, shard, after=0, at=much_later)) == expected
            destinations.ease(session, {"gmail"}, at=much_later)
        assert destinations.slowed(session) == []


def test_too_many_mailboxes_that_do_not_exist_pause_a_letter(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 300)
        edition, member = approved(session)
        for shard in session.scalars(sa.select(Shard)):
            shard.sent, shard.gone = 120, 9
        newsletters.watch(session, edition.id, at=AT)
        assert (edition.state, edition.paused_why) == (EditionState.PAUSED, "gone")
        alarms = session.scalars(
            sa.select(Post.params).where(Post.kind == Alarm.kind, Post.person_id == member.id)
        ).all()
        assert [(alarm["what"], alarm["facts"]["count"]) for alarm in alarms] == [("letter-paused", 18)]
        asked = sa.select(Ticket.about, Ticket.subject_id).join(Post).where(Post.kind == Alarm.kind).distinct()
        assert session.execute(asked).all() == [("edition", edition.id)], "the answer to it decides"
        editions.resume(session, edition, by=member, at=AT)
        for gone, state in ((17, EditionState.SENDING), (26, EditionState.PAUSED)):  # 2 × 18 in 258: 13.95 %
            for shard in session.scalars(sa.select(Shard)):
                shard.sent, shard.gone = 140, gone
            session.flush()
            newsletters.watch(session, edition.id, at=AT + timedelta(minutes=1))
            assert edition.state is state, f"who let it go on had seen 7 %; now {gone} in {140 + gone}"


def test_complaints_that_came_early_pause_a_letter_once_enough_of_it_has_left(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 300)
        edition, _ = approved(session)
        for left, state in ((60, EditionState.SENDING), (120, EditionState.PAUSED)):
            for shard in session.scalars(sa.select(Shard)):
                shard.sent, shard.complained = left, 1
            session.flush()
            newsletters.keep_going(session, at=AT)
            assert edition.state is state
        assert edition.paused_why == "complaints"


def test_two_couriers_that_find_too_many_pause_a_letter_once(database: Database) -> None:
    with database.transaction() as session:
        many_subscribers(session, 300)
        edition, _ = approved(session)
        for shard in session.scalars(sa.select(Shard)):
            shard.sent, shard.gone = 120, 9
    with database.transaction() as slower:
        seen = slower.get_one(Edition, edition.id)
        assert seen.state is EditionState.SENDING
        with database.transaction() as faster:
            newsletters.watch(faster, edition.id, at=AT)
        newsletters.watch(slower, edition.id, at=AT)  # what it has sent must be written down all the same
        assert seen.state is EditionState.PAUSED
    with database.transaction() as session:
        assert session.get_one(Edition, edition.id).state is EditionState.PAUSED
        assert session.scalar(sa.select(sa.func.count()).where(Post.kind == Alarm.kind)) == 1


def test_people_who_are_forgotten_meanwhile_are_missing_from_nothing(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        gone = subscriber(session)
        edition, _ = approved(session)
        session.flush()
        session.execute(sa.delete(Person).where(Person.id == gone.person_id))
        assert serve(session, edition, RecipientState.SENT) == 1
        assert edition_reports.report(session, edition) == Report(1, 0, 0, 0, 0, 0, 1, 0, 0)
        assert edition.state is EditionState.SENT


def test_staff_are_asked_with_the_number_of_readers(database: Database) -> None:
    with database.transaction() as session:
        subscriber(session)
        subscriber(session)
        edition, member = drafted(session)
        [post] = session.scalars(sa.select(Post).where(Post.kind == EditionToApprove.kind))
        assert post.person_id == member.id
        assert (post.params["number"], post.params["recipients"]) == (1, 2)
        assert [one["title"].partition(",")[0] for one in post.params["entries"]] == ["Comptable (H/F)"]
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
        letter = newsletters.freshen(session, EditionLetter(edition.id), at=AT)
        assert isinstance(letter, EditionLetter)
        assert [card.offer_id for block in letter.blocks for card in block.cards] == [stays.id]
        assert letter.number == 1
