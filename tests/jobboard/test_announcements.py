"""Announcements: who is told of an offer, when, and how much of it in one mail; nobody twice, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, offers, people, signups, suggestions, zones
from jobboard.contracts import Contract, Frequency
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.ledger import LedgerRow
from jobboard.letters import from_params
from jobboard.letters.alerts import AlertCreated, OfferAlert
from jobboard.letters.base import Letter
from jobboard.letters.recruiting import OfferPublished
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.places import FRANCE
from jobboard.profiles import Visibility
from jobboard.shortlists import ShortlistEntry
from tests.conftest import make_settings
from tests.jobboard.records import (
    ACCOUNTANT,
    AT,
    NANTES,
    alert,
    candidate,
    digest,
    flush,
    near,
    profile,
    publish,
    recruiter,
)


@pytest.fixture
def quiet(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The same database where nights are quiet."""
    made = Database(
        database.engine.url.render_as_string(hide_password=False), make_settings(tmp_path, quiet_hours="21-7")
    )
    yield made
    made.close()


def told(session: Session, person: Person) -> list[OfferAlert]:
    """Return the alerts posted to that person, oldest first."""
    found = session.scalars(
        sa.select(Post).where(Post.person_id == person.id, Post.kind == OfferAlert.kind).order_by(Post.id)
    )
    return [cast(OfferAlert, from_params(post.kind, post.params)) for post in found]


def offers_told(session: Session, person: Person) -> list[int]:
    """Return the offers shown to that person in all her alerts."""
    return [card.offer_id for letter in told(session, person) for card in letter.cards]


def at_frequency(frequency: Frequency) -> Criteria:
    return Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(NANTES, 30),), frequency=frequency)


def announce(session: Session, by: Person, *, at: datetime = AT, **more: Any) -> Offer:
    """Publish an offer and announce it."""
    offer = publish(session, by, at=at, **more)
    announcements.announce(session, offer.id, at=at)
    suggestions.post_published(session, offer.id, at=at)
    return offer


def test_an_offer_is_announced_once_to_candidates_and_recruiter(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        profile(session, person, near(NANTES), Visibility.RECRUITERS)
        offer = announce(session, by)
        announcements.announce(session, offer.id, at=AT + timedelta(minutes=1))
        suggestions.post_published(session, offer.id, at=AT + timedelta(minutes=1))
        [letter] = told(session, person)
        assert [card.offer_id for card in letter.cards] == [offer.id]
        assert letter.cards[0].number is None
        assert letter.cards[0].reasons == ("trade", "radius")
        [post] = session.scalars(sa.select(Post).where(Post.person_id == by.id))
        published = cast(OfferPublished, from_params(post.kind, post.params))
        assert [card.headline for card in published.profiles] == ["comptable"]
        assert person.address not in str(post.params)
        assert person.first_name not in str(post.params)
        [entry] = session.scalars(sa.select(ShortlistEntry))
        assert (entry.number, entry.person_id) == (1, person.id)


def test_an_offer_that_closed_meanwhile_is_announced_to_nobody(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        offer = publish(session, by)
        offers.close(session, offer, by=by, filled=True, at=AT)
        announcements.announce(session, offer.id, at=AT)
        assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0


def test_three_instant_mails_a_day_then_the_rest_together(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        made = [announce(session, by, at=AT + timedelta(minutes=minute)).id for minute in range(5)]
        assert offers_told(session, person) == made[:3]
        evening = AT + timedelta(hours=8)
        assert flush(session, at=evening) == 1
        assert sorted(offers_told(session, person)) == made
        assert len(told(session, person)) == 4
        assert flush(session, at=evening) == 0
        tomorrow = announce(session, by, at=AT + timedelta(days=1))
        assert offers_told(session, person)[-1] == tomorrow.id


@pytest.mark.parametrize(
    ("hour", "leaves", "urgent"),
    [(19, True, True), (20, False, True), (23, False, False), (5, False, False), (6, True, True)],
)  # UTC; Paris is one hour ahead
def test_quiet_hours_hold_back_what_can_wait(quiet: Database, hour: int, leaves: bool, urgent: bool) -> None:
    at = datetime(2026, 11, 23, hour, tzinfo=UTC)
    with quiet.transaction() as session:
        person = candidate(session)
        alert(session, person)
        by = recruiter(session)
        offer = announce(session, by, at=at)
        assert offers_told(session, person) == ([offer.id] if leaves else [])
        today = announce(session, by, at=at, closes_on=at.astimezone(ZoneInfo("Europe/Paris")).date())
        assert (today.id in offers_told(session, person)) is urgent, "does it close before the morning?"
        flush(session, at=zones.next_moment(at, ZoneInfo("Europe/Paris"), time(7)))
        assert sorted(offers_told(session, person)) == [offer.id, today.id]


def test_the_first_mail_of_an_alert_ignores_quiet_hours(quiet: Database) -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=UTC)
    with quiet.transaction() as session:
        open_already = announce(session, recruiter(session))
        person = candidate(session)
        announcements.post_first(session, person, alert(session, person), profile_shown=True, at=night)
        [post] = session.scalars(sa.select(Post).where(Post.kind == AlertCreated.kind))
        letter = cast(AlertCreated, from_params(post.kind, post.params))
        assert [card.offer_id for card in letter.cards] == [open_already.id]
        assert post.due_at == night
        announcements.announce(session, open_already.id, at=night)
        flush(session, at=AT + timedelta(days=1))
        assert told(session, person) == []


def test_the_first_mail_says_that_nothing_is_open_yet(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        announcements.post_first(session, person, alert(session, person), profile_shown=False, at=AT)
        [post] = session.scalars(sa.select(Post))
        letter = cast(AlertCreated, from_params(post.kind, post.params))
        assert (letter.cards, letter.others, letter.profile_shown) == ((), 0, False)


@pytest.mark.parametrize(("frequency", "days"), [(Frequency.DAILY, 1), (Frequency.WEEKLY, 7)])
def test_a_digest_comes_once_and_never_empty(database: Database, frequency: Frequency, days: int) -> None:
    due = AT + timedelta(days=days)
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, at_frequency(frequency))
        assert digest(session, at=AT) == 0
        made = [announce(session, by).id for _ in range(2)]
        assert told(session, person) == []
        assert flush(session, at=due) == 0
        assert digest(session, at=due) == 1
        assert digest(session, at=due + timedelta(days=7)) == 0
        [letter] = told(session, person)
        assert sorted(card.offer_id for card in letter.cards) == made
        assert [card.number for card in letter.cards] == [1, 2]
        assert (letter.frequency, letter.others) == (frequency, 0)


def test_a_digest_whose_offers_all_closed_is_none(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, at_frequency(Frequency.DAILY))
        offer = announce(session, by)
        offers.close(session, offer, by=by, filled=True, at=AT)
        session.flush()
        assert digest(session) == 0


def test_ten_cards_and_two_an_employer_the_others_are_counted(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, at_frequency(Frequency.DAILY))
        for _ in range(9):
            announce(session, by)
        for place in ("siège", "Est", "Ouest", "Sud"):
            announce(session, by, employer="Association Horizon", title=f"Comptable, {place}")
        digest(session)
        [letter] = told(session, person)
        assert len(letter.cards) == 10
        assert sum(card.employer == "Association Horizon" for card in letter.cards) == 2
        assert letter.others == 3
        digest(session, at=AT + timedelta(days=1))
        assert len(told(session, person)) == 1


def test_two_alerts_that_overlap_tell_of_an_offer_once(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        alert(session, person)
        alert(session, person, Criteria(places=(PlaceWanted.at(FRANCE),)))
        alert(session, person, at_frequency(Frequency.DAILY))
        offer = announce(session, recruiter(session))
        flush(session, at=AT + timedelta(hours=1))
        digest(session, at=AT + timedelta(days=1))
        assert offers_told(session, person) == [offer.id]


def test_the_ledger_refuses_a_second_meeting(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        one = alert(session, person)
        offer = announce(session, recruiter(session))
        again = {
            "person_id": person.id,
            "item_id": offer.id,
            "offer_id": offer.id,
            "alert_ids": [one.id],
            "score": 1.0,
            "reasons": 0,
            "matched_at": AT,
        }
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.insert(LedgerRow).values(again))


def test_changing_the_rhythm_loses_and_repeats_nothing(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        made: list[int] = []
        rhythms = [Frequency.DAILY, Frequency.WEEKLY, Frequency.INSTANT, Frequency.WEEKLY, Frequency.DAILY]
        for day, frequency in enumerate(rhythms):
            at = AT + timedelta(days=day)
            made.append(announce(session, by, at=at).id)
            assert alerts.change_frequency(session, person, frequency, at=at) == 1
            session.flush()
            made.append(announce(session, by, at=at + timedelta(hours=1)).id)
        flush(session, at=AT + timedelta(days=9))
        digest(session, at=AT + timedelta(days=9))
        assert sorted(offers_told(session, person)) == made
        assert all(letter.others == 0 for letter in told(session, person))


def test_taking_back_a_change_of_the_search_keeps_the_rhythm_chosen_since(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        weekly = replace(near(NANTES), frequency=Frequency.WEEKLY)
        made = alert(session, person, weekly)
        alerts.rewrite(session, made, replace(weekly, contracts=(Contract.CDI,)), at=AT)
        alerts.change_frequency(session, person, Frequency.INSTANT, at=AT)
        assert alerts.restore(session, made, by=person.id, at=AT)
        assert (made.frequency, Criteria.from_json(made.criteria).frequency) == (Frequency.INSTANT,) * 2
        assert not Criteria.from_json(made.criteria).contracts


def test_a_pause_keeps_what_it_finds_and_waking_tells_it(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        until = alerts.pause(session, person, weeks=2, at=AT)
        assert until == AT + timedelta(weeks=2)
        offer = announce(session, by)
        flush(session, at=AT)
        assert told(session, person) == []
        assert alerts.wake(session, at=until - timedelta(seconds=1)) == set()
        assert alerts.wake(session, at=until) == {person.id}
        assert announcements.post_instant(session, [person.id], at=until) == [person.id]
        assert offers_told(session, person) == [offer.id]


def test_resuming_early_ends_the_pause(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        alert(session, person)
        alerts.pause(session, person, days=3, at=AT)
        offer = announce(session, recruiter(session))
        assert alerts.resume(session, person, at=AT + timedelta(days=1)) == 1
        session.flush()
        announcements.post_instant(session, [person.id], at=AT + timedelta(days=1))
        assert offers_told(session, person) == [offer.id]
        assert alerts.wake(session, at=AT + timedelta(days=3)) == set()


def test_after_stop_nothing_comes(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person)
        announce(session, by)
        waiting = [announce(session, by, at=AT + timedelta(minutes=n)) for n in range(4)]
        before = len(told(session, person))
        signups.stop_stream(session, person, people.ALERTS, how="test", key="k", at=AT)
        announce(session, by, at=AT + timedelta(days=1))
        flush(session, at=AT + timedelta(days=1))
        digest(session, at=AT + timedelta(days=7))
        assert waiting
        assert len(told(session, person)) == before


def freshened(session: Session, letter: Letter) -> Letter | None:
    return announcements.freshen(session, letter, announcements.open_among(session, [letter], at=AT))


def test_a_letter_is_freshened_of_what_closed(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, at_frequency(Frequency.DAILY))
        first, second = announce(session, by), announce(session, by)
        digest(session)
        [letter] = told(session, person)
        assert freshened(session, letter) == letter
        offers.close(session, first, by=by, filled=False, at=AT)
        session.flush()
        fresh = freshened(session, letter)
        assert isinstance(fresh, OfferAlert)
        assert [card.offer_id for card in fresh.cards] == [second.id]
        assert fresh.cards[0].number == next(card.number for card in letter.cards if card.offer_id == second.id)
        offers.close(session, second, by=by, filled=False, at=AT)
        session.flush()
        assert freshened(session, letter) is None


def test_an_announcement_that_was_interrupted_goes_on_and_repeats_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "BATCH", 2)
    with database.transaction() as session:
        found = [candidate(session) for _ in range(5)]
        for person in found:
            alert(session, person)
        offer = publish(session, recruiter(session))
    with database.transaction() as session:
        assert announcements.begin(session, offer.id, at=AT)
    with database.transaction() as session:
        assert announcements.tell(session, offer.id, after=0, at=AT) == found[1].id
    with database.transaction() as session:
        assert announcements.begin(session, offer.id, at=AT), "it was not ended: the sweep begins it again"
        after: int | None = 0
        while after is not None:
            after = announcements.tell(session, offer.id, after=after, at=AT)
        announcements.end(session, offer.id, at=AT)
    with database.transaction() as session:
        assert not announcements.begin(session, offer.id, at=AT)
        assert [offers_told(session, person) for person in found] == [[offer.id]] * 5
