"""Rhythms on each person's own clock, one item whatever it is published as, corrections, the list behind a mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, items, offers, places, rhythms
from jobboard.contracts import Contract, Frequency, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.drafts import Draft, PlaceHeld
from jobboard.letters import from_params
from jobboard.letters.alerts import OfferAlert
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.places import Place
from jobboard.tickets import Ticket
from tests.conftest import make_settings
from tests.jobboard.records import (
    ACCOUNTANT,
    AT,
    NANTES,
    REZE,
    alert,
    candidate,
    digest,
    flush,
    publish,
    recruiter,
)

SAINT_DENIS = next(place for place in places.named("Saint-Denis") if place.departement == "974")
PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")


@pytest.fixture
def quiet(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The same database where nights are quiet."""
    url = database.engine.url.render_as_string(hide_password=False)
    made = Database(url, make_settings(tmp_path, quiet_hours="21-7"))
    yield made
    made.close()


def told(session: Session, person: Person) -> list[OfferAlert]:
    found = session.scalars(
        sa.select(Post).where(Post.person_id == person.id, Post.kind == OfferAlert.kind).order_by(Post.id)
    )
    return [cast(OfferAlert, from_params(post.kind, post.params)) for post in found]


def cards(session: Session, person: Person) -> list[int]:
    return [card.offer_id for letter in told(session, person) for card in letter.cards]


def wish(place: Place = NANTES, frequency: Frequency = Frequency.INSTANT, **more: object) -> Criteria:
    given = {"trades": (ACCOUNTANT,), "places": (PlaceWanted.at(place, 30),), "frequency": frequency, **more}
    return Criteria(**given)  # type: ignore[arg-type]


def announce(session: Session, by: Person, *, at: datetime = AT, **more: object) -> Offer:
    offer = publish(session, by, at=at, **more)  # type: ignore[arg-type]
    announcements.announce(session, offer.id, at=at)
    return offer


def correct(session: Session, offer: Offer, by: Person, *, at: datetime, **changed: object) -> None:
    """Have a published offer corrected and validated anew."""
    offers.LIFE.step(offer, "correct", by=by.id, at=at)
    given = {
        "title": offer.title,
        "trade": offer.trade,
        "place": PlaceHeld.of(NANTES),
        "contract": offer.contract,
        "working_time": offer.working_time,
        "employer": offer.employer,
        "duties": offer.duties,
        "closes_on": (AT + timedelta(days=30)).date(),
        **changed,
    }
    offers.rewrite(session, offer, Draft(**given), by, at=at)  # type: ignore[arg-type]
    offers.submit(session, offer, by=by, at=at)
    offers.validate(session, offer, by=by, at=at)
    announcements.announce(session, offer.id, at=at)


def test_overseas_the_night_and_the_digest_are_those_of_the_place(quiet: Database) -> None:
    evening = datetime(2026, 11, 23, 18, tzinfo=UTC)  # 19:00 in Paris, 22:00 in La Réunion
    with quiet.transaction() as session:
        by, here, there, daily = recruiter(session), *(candidate(session) for _ in range(3))
        alert(session, here)
        alert(session, there, wish(SAINT_DENIS))
        alert(session, daily, wish(SAINT_DENIS, Frequency.DAILY))
        assert rhythms.zone_of(session, there.id) == REUNION
        offer = announce(session, by, at=evening, place=SAINT_DENIS)
        near = announce(session, by, at=evening)
        assert (cards(session, here), cards(session, there)) == ([near.id], [])
        morning = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # 07:30 there, 04:30 in Paris
        assert digest(session, at=morning, zone=PARIS) == 0
        assert digest(session, at=morning, zone=REUNION) == 1
        assert cards(session, daily) == [offer.id]
        assert announcements.post_held_back(session, PARIS, after=0, limit=9, at=morning)[1] == 0
        assert announcements.post_held_back(session, REUNION, after=0, limit=9, at=morning)[1] == 1
        assert cards(session, there) == [offer.id]


def test_moving_overseas_and_back_moves_the_clock(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        first = alert(session, person, wish(SAINT_DENIS))
        assert rhythms.zone_of(session, person.id) == REUNION
        second = alert(session, person)
        assert rhythms.zone_of(session, person.id) == PARIS, "one here, one there: at home"
        alerts.remove(session, second, by=person.id, at=AT)
        assert rhythms.zone_of(session, person.id) == REUNION
        alerts.rewrite(session, first, wish(NANTES), at=AT)
        assert rhythms.zone_of(session, person.id) == PARIS
        everywhere = places.named("La Réunion")[0]
        alerts.rewrite(session, first, Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(everywhere),)), at=AT)
        assert rhythms.zone_of(session, person.id) == REUNION


def test_a_weekly_digest_leaves_on_the_chosen_day(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.WEEKLY))
        first = announce(session, by)  # a Monday, after the digest
        assert [digest(session, at=AT + timedelta(days=n)) for n in range(1, 8)] == [0, 0, 0, 0, 0, 0, 1]
        assert cards(session, person) == [first.id]
        monday = AT + timedelta(days=7)
        second = announce(session, by, at=monday)
        alerts.change_frequency(session, person, Frequency.WEEKLY, weekday=3, at=monday + timedelta(days=1))
        assert [digest(session, at=monday + timedelta(days=n)) for n in range(1, 5)] == [0, 0, 1, 0]
        assert cards(session, person) == [first.id, second.id]


def test_a_change_of_day_waits_for_that_day_and_a_missed_run_is_made_up_for(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.WEEKLY))
        announce(session, by)
        friday = AT + timedelta(days=4)
        alerts.change_frequency(session, person, Frequency.WEEKLY, weekday=3, at=friday)
        assert digest(session, at=friday + timedelta(days=1)) == 0, "the Thursday that has passed does not count"
        # No run on Thursday: Saturday's catches up.
        assert digest(session, at=friday + timedelta(days=8)) == 1


def test_one_mail_for_daily_and_weekly_alerts_of_a_morning(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.DAILY))
        alert(
            session,
            person,
            Criteria(trades=("M1608",), places=(PlaceWanted.at(NANTES, 30),), frequency=Frequency.WEEKLY),
        )
        made = [announce(session, by).id, announce(session, by, trade="M1608", title="Assistante de gestion").id]
        assert digest(session, at=AT + timedelta(days=7)) == 1
        [letter] = told(session, person)
        assert sorted(card.offer_id for card in letter.cards) == made
        assert len(letter.searches) == 2


def test_the_fastest_alert_that_found_it_decides(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.WEEKLY))
        quick = alert(session, person, Criteria(trades=(ACCOUNTANT,), places=(PlaceWanted.at(places.FRANCE),)))
        offer = announce(session, by)
        assert cards(session, person) == [offer.id]
        alerts.remove(session, quick, by=person.id, at=AT)
        later = announce(session, by)
        assert cards(session, person) == [offer.id]
        digest(session, at=AT + timedelta(days=7))
        assert cards(session, person) == [offer.id, later.id]


def test_what_closes_before_the_next_digest_does_not_wait_for_it(database: Database) -> None:
    with database.transaction() as session:
        daily, weekly, by = candidate(session), candidate(session), recruiter(session)
        alert(session, daily, wish(frequency=Frequency.DAILY))
        alert(session, weekly, wish(frequency=Frequency.WEEKLY))
        today = announce(session, by, closes_on=AT.date())
        assert (cards(session, daily), cards(session, weekly)) == ([today.id], [today.id])
        thursday = announce(session, by, closes_on=date(2026, 11, 26))
        later = announce(session, by)
        assert cards(session, weekly) == [today.id]
        assert digest(session, at=AT + timedelta(days=1)) == 2
        assert sorted(cards(session, daily)) == [today.id, thursday.id, later.id]
        assert cards(session, weekly) == [today.id, thursday.id]


def test_an_offer_published_again_is_the_same_item(database: Database) -> None:
    with database.transaction() as session:
        person, new, by = candidate(session), candidate(session), recruiter(session)
        alert(session, person)
        first = announce(session, by, employer="Association Horizon")
        again = announce(
            session, by, at=AT + timedelta(days=9), employer="association HORIZON", title="COMPTABLE F/H en CDI"
        )
        assert cards(session, person) == [first.id]
        other = announce(session, by, at=AT + timedelta(days=9), employer="Association Horizon", place=REZE)
        assert cards(session, person) == [first.id, other.id]
        announcements.post_first(session, new, alert(session, new), profile_shown=False, at=AT + timedelta(days=9))
        [post] = session.scalars(sa.select(Post).where(Post.person_id == new.id))
        assert sorted(card["offer_id"] for card in post.params["cards"]) == [again.id, other.id], "once, the newest"
        far = announce(session, by, at=AT + timedelta(days=120), employer="Association Horizon")
        assert cards(session, person)[-1] == far.id, "another recruitment, months later"


def test_what_waits_is_told_as_published_again(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.DAILY))
        first = announce(session, by, employer="Association Horizon")
        offers.close(session, first, by=by, filled=False, at=AT)
        again = announce(session, by, employer="Association Horizon")
        assert digest(session, at=AT + timedelta(days=1)) == 1
        assert cards(session, person) == [again.id]


def test_what_waits_as_published_again_is_told_as_it_was_first_where_the_other_closes_before(
    database: Database,
) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.DAILY))
        first = announce(session, by, employer="Association Horizon")
        again = announce(session, by, employer="Association Horizon")
        offers.close(session, again, by=by, filled=False, at=AT + timedelta(hours=1))
        session.flush()
        items.take_over(session, at=AT + timedelta(hours=2))
        assert list(offers.unannounced(session)) == [first.id]
        session.refresh(first)
        announcements.announce(session, first.id, at=AT + timedelta(hours=2))
        session.flush()
        items.take_over(session, at=AT + timedelta(hours=3))
        assert not offers.unannounced(session), "once is enough"
        assert digest(session, at=AT + timedelta(days=1)) == 1
        assert cards(session, person) == [first.id]


CORRECTIONS = (
    ({"contracts": (Contract.CDI, Contract.CDD)}, {"contract": Contract.CDD}, ["contract"]),
    ({}, {"contract": Contract.CDD}, []),  # no matter to that alert
    ({}, {"duties": "Tenue des comptes, dans nos nouveaux locaux."}, []),
    ({}, {"place": PlaceHeld.of(REZE)}, ["place"]),
    ({"contracts": (Contract.CDI,)}, {"contract": Contract.CDD}, []),  # it is not for her any more
    ({"working_times": (WorkingTime.FULL,)}, {"working_time": None}, ["working-time"]),
)


def test_a_correction_is_told_again_only_where_it_matters(database: Database) -> None:
    found = []
    with database.transaction() as session:
        by = recruiter(session)
        for more, changed, _ in CORRECTIONS:
            person = candidate(session)
            kept = alert(session, person, wish(**more))
            offer = announce(session, by)
            assert cards(session, person) == [offer.id]
            correct(session, offer, by, at=AT + timedelta(days=1), **changed)
            correct(session, offer, by, at=AT + timedelta(days=1, hours=1), **changed)
            found.append([change.axis for letter in told(session, person)[1:] for change in letter.cards[0].changes])
            alerts.remove(session, kept, by=person.id, at=AT)
    assert found == [axes for _, _, axes in CORRECTIONS]


def test_who_was_told_hears_of_it_again_only_as_it_differs_from_what_she_was_told(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        kept = alert(session, person, wish(frequency=Frequency.DAILY, contracts=(Contract.CDI,)))
        offer = announce(session, by)
        assert digest(session, at=AT + timedelta(days=1)) == 1

        def corrected(days: float, **changed: object) -> int:
            at = AT + timedelta(days=days)
            correct(session, offer, by, at=at, **{"contract": Contract.CDI, **changed})
            return digest(session, at=at + timedelta(hours=1))

        correct(session, offer, by, at=AT + timedelta(days=1.5), place=PlaceHeld.of(REZE))
        assert corrected(2, contract=Contract.CDD) == 0, "it waited for its mail, and is not for her any more"
        assert corrected(3) == 0, "all is as she was told"
        correct(session, offer, by, at=AT + timedelta(days=3.5), contract=Contract.CDI, place=PlaceHeld.of(REZE))
        alerts.remove(session, kept, by=person.id, at=AT + timedelta(days=3.6))
        other = alert(session, person, wish(frequency=Frequency.DAILY, contracts=(Contract.CDI,)))
        announcements.post_first(session, person, other, profile_shown=False, at=AT + timedelta(days=3.7))
        assert cards(session, person) == [offer.id], "no other search of hers finds it as if it were new"
        assert corrected(4) == 0
        assert corrected(5, place=PlaceHeld.of(REZE)) == 1
        assert [(one.axis, one.was) for one in told(session, person)[-1].cards[0].changes] == [("place", "Nantes (44)")]


def test_a_correction_while_it_waits(database: Database) -> None:
    with database.transaction() as session:
        gone, stays, by = candidate(session), candidate(session), recruiter(session)
        alert(session, gone, wish(frequency=Frequency.DAILY, contracts=(Contract.CDI,)))
        alert(session, stays, wish(frequency=Frequency.DAILY))
        offer = announce(session, by)
        offers.LIFE.step(offer, "correct", by=by.id, at=AT)
        session.flush()
        assert digest(session, at=AT + timedelta(days=1)) == 0, "it is being corrected: it waits"
        offers.LIFE.step(offer, "submit", by=by.id, at=AT)
        offers.validate(session, offer, by=by, at=AT)
        announcements.announce(session, offer.id, at=AT)
        correct(session, offer, by, at=AT + timedelta(hours=30), contract=Contract.CDD)
        digest(session, at=AT + timedelta(days=2))
        assert cards(session, gone) == []
        assert cards(session, stays) == [offer.id]
        assert told(session, stays)[0].cards[0].changes == (), "she never read what it was before"


def test_the_mail_and_its_list_hold_the_same_offers_in_one_order(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        alert(session, person, wish(frequency=Frequency.DAILY))
        made = [announce(session, by).id for _ in range(13)]
        digest(session, at=AT + timedelta(days=1))
        [letter] = told(session, person)
        [ticket] = session.scalars(sa.select(Ticket).where(Ticket.person_id == person.id))
        assert sorted(ticket.offers) == made
        assert ticket.offers == [*(card.offer_id for card in letter.cards), *letter.rest]
        assert (len(letter.cards), letter.others) == (10, 3)
        closed = session.get_one(Offer, letter.cards[2].offer_id)
        offers.close(session, closed, by=by, filled=True, at=AT)
        session.flush()
        alive = announcements.open_among(session, [letter], at=AT + timedelta(days=1))
        fresh = announcements.freshen(session, letter, alive)
        assert isinstance(fresh, OfferAlert)
        assert [card.number for card in fresh.cards] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11], "the next takes its place"
        assert (fresh.cards[-1].offer_id, fresh.others) == (ticket.offers[10], 2)


def test_an_alert_that_ends_takes_what_only_it_found_with_it(database: Database) -> None:
    with database.transaction() as session:
        person, by = candidate(session), recruiter(session)
        daily = alert(session, person, wish(frequency=Frequency.DAILY))
        announce(session, by)
        alerts.remove(session, daily, by=person.id, at=AT)
        assert digest(session, at=AT + timedelta(days=1)) == 0
        assert alerts.restore(session, daily, by=person.id, at=AT + timedelta(days=1))
        assert digest(session, at=AT + timedelta(days=2)) == 1
        assert flush(session, at=AT + timedelta(days=2)) == 0
