"""Whatever happens in whatever order, every matching open offer reaches every entitled person once; never after STOP.

People sign up, change, pause, stop and come back; offers open, are corrected and close; transactions die before or after
their commit; the clock jumps over runs, days of daylight saving included. A plain reading of the same searches in Python
says who should know what; the outbox says who was told.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from jobboard import alerts, announcements, choices, closings, items, offers, people, places, signups, zones
from jobboard.alerts import Alert, AlertState
from jobboard.contracts import Contract, Frequency
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.drafts import Draft, PlaceHeld
from jobboard.gazetteer import FRANCE, Place, distance_km
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post
from jobboard.people import Person
from tests.jobboard import records

FULL = os.environ.get("PROOF") == "full"
START = datetime(2026, 10, 23, 9, tzinfo=UTC)  # a Friday, two days before the clocks go back
SAINT_DENIS = next(place for place in places.named("Saint-Denis") if place.departement == "974")
TOWNS = (records.NANTES, records.REZE, records.CHOLET, SAINT_DENIS)
HOME, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
TOLD = ("offer_alert", "alert_created", "alert_rewritten")
WISHES: tuple[tuple[Place, int | None, tuple[Contract, ...]], ...] = (
    (records.NANTES, 30, ()),
    (records.NANTES, 5, (Contract.CDI,)),
    (records.CHOLET, 60, (Contract.CDD,)),
    (SAINT_DENIS, 20, ()),
    (FRANCE, None, (Contract.CDI,)),
)


class Died(Exception):
    """A process was killed at this point of its transaction."""


@dataclass
class Known:
    """What the model knows of a person: whether she wants mails, and what she was told."""

    person_id: int
    stopped: bool = False
    told: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # item -> how often


def wish(number: int, frequency: Frequency) -> Criteria:
    place, radius, contracts = WISHES[number]
    return Criteria(
        trades=(records.ACCOUNTANT,), places=(PlaceWanted.at(place, radius),), contracts=contracts, frequency=frequency
    )


def fits(alert: Alert, offer: Offer) -> bool:
    """Whether a search of this test finds an offer of this test: the oracle."""
    criteria = Criteria.from_json(alert.criteria)
    if criteria.contracts and offer.contract not in criteria.contracts:
        return False
    wanted, town = criteria.places[0], next(town for town in TOWNS if town.code == offer.place_code)
    if wanted.code == FRANCE.code:
        return True
    return distance_km(next(one for one in TOWNS if one.code == wanted.code), town) <= (wanted.radius_km or 20)


class Alerts(RuleBasedStateMachine):
    """Rules are what people do; each may die and be done again."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.at = START
        self.known: list[Known] = []
        self.corrected: dict[int, int] = defaultdict(int)  # item -> corrections
        self.seen = 0
        self.count = 0
        with self.database.transaction() as session:
            for table in reversed(people.Base.metadata.sorted_tables):
                session.execute(sa.delete(table))
        with self.database.transaction() as session:
            self.recruiter_id = records.recruiter(session, at=self.at).id

    def do(self, act: Callable[[Session], object], *, dies: bool = False) -> None:
        """Do something in one transaction; where it dies before the commit it is done once more, as any retry is."""
        if dies:
            try:
                with self.database.transaction() as session:
                    act(session)
                    raise Died
            except Died:
                pass
        with self.database.transaction() as session:
            act(session)

    @initialize(number=st.integers(0, 4), frequency=st.sampled_from(Frequency))
    def begin(self, number: int, frequency: Frequency) -> None:
        """Three people, two of whom wait for what has just opened."""
        self._sign_up(0, Frequency.DAILY, dies=False)
        self._sign_up(4, Frequency.WEEKLY, dies=False)
        self._sign_up(number, frequency, dies=False)
        self._publish(records.NANTES, Contract.CDI, 25)

    @precondition(lambda self: len(self.known) < 4)
    @rule(number=st.integers(0, 4), frequency=st.sampled_from(Frequency), dies=st.booleans())
    def sign_up(self, number: int, frequency: Frequency, dies: bool) -> None:
        self._sign_up(number, frequency, dies=dies)

    def _sign_up(self, number: int, frequency: Frequency, *, dies: bool) -> None:
        self.count += 1
        address = f"p{self.count}@courrier.example"

        def act(session: Session) -> None:
            person = people.admit(session, address, name="Zoé", at=self.at)
            made = alerts.create(session, person, wish(number, frequency), at=self.at)
            announcements.post_first(session, person, made, profile_shown=False, at=self.at)

        self.do(act, dies=dies)
        with self.database.transaction() as session:
            found = people.find(session, address)
            assert found is not None
            self.known.append(Known(found.id))

    def _one(self, session: Session, who: int) -> tuple[Known, Person]:
        known = self.known[who % len(self.known)]
        return known, session.get_one(Person, known.person_id)

    @rule(who=st.integers(0, 3), number=st.integers(0, 4), frequency=st.sampled_from(Frequency), dies=st.booleans())
    def one_more_alert(self, who: int, number: int, frequency: Frequency, dies: bool) -> None:
        def act(session: Session) -> None:
            known, person = self._one(session, who)
            if len(alerts.of_person(session, person)) < 3 and not known.stopped:
                made = alerts.create(session, person, wish(number, frequency), at=self.at)
                announcements.post_first(session, person, made, profile_shown=False, at=self.at)

        self.do(act, dies=dies)

    @rule(who=st.integers(0, 3), number=st.integers(0, 4), dies=st.booleans())
    def another_search(self, who: int, number: int, dies: bool) -> None:
        def act(session: Session) -> None:
            standing = alerts.of_person(session, self._one(session, who)[1], AlertState.ACTIVE)
            if standing:
                alerts.rewrite(session, standing[0], wish(number, standing[0].frequency), at=self.at)
                announcements.post_instant(session, [standing[0].person_id], at=self.at)

        self.do(act, dies=dies)

    @rule(who=st.integers(0, 3))
    def one_alert_less(self, who: int) -> None:
        def act(session: Session) -> None:
            standing = alerts.of_person(session, self._one(session, who)[1])
            if len(standing) > 1:
                alerts.remove(session, standing[-1], by=standing[-1].person_id, at=self.at)

        self.do(act)

    @rule(who=st.integers(0, 3), frequency=st.sampled_from(Frequency), weekday=st.integers(0, 6), dies=st.booleans())
    def other_rhythm(self, who: int, frequency: Frequency, weekday: int, dies: bool) -> None:
        def act(session: Session) -> None:
            person = self._one(session, who)[1]
            if alerts.of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED):
                choices.change_rhythm(session, person, frequency, weekday=weekday, at=self.at)

        self.do(act, dies=dies)

    @rule(who=st.integers(0, 3), days=st.integers(1, 9))
    def pause(self, who: int, days: int) -> None:
        self.do(lambda session: alerts.pause(session, self._one(session, who)[1], days=days, at=self.at))

    @rule(who=st.integers(0, 3))
    def stop(self, who: int) -> None:
        self.count += 1

        def act(session: Session) -> None:
            known, person = self._one(session, who)
            signups.stop_stream(session, person, people.ALERTS, how="test", key=f"stop{self.count}", at=self.at)
            known.stopped = True

        self.do(act)

    @rule(who=st.integers(0, 3), dies=st.booleans())
    def come_back(self, who: int, dies: bool) -> None:
        self.count += 1

        def act(session: Session) -> None:
            known, person = self._one(session, who)
            if alerts.of_person(session, person, AlertState.PAUSED, AlertState.STOPPED):
                signups.resume(session, person, key=f"resume{self.count}", at=self.at)
                known.stopped = False

        self.do(act, dies=dies)

    @rule(
        town=st.sampled_from(TOWNS), contract=st.sampled_from((Contract.CDI, Contract.CDD)), days=st.integers(0, 25),
        again=st.booleans(), dies=st.sampled_from(("no", "before", "after", "told")),
    )  # fmt: skip
    def publish(self, town: Place, contract: Contract, days: int, again: bool, dies: str) -> None:
        self._publish(town, contract, days, again=again, dies=dies)

    def _publish(self, town: Place, contract: Contract, days: int, *, again: bool = False, dies: str = "no") -> None:
        self.count += 0 if again else 1
        made: list[int] = []

        def act(session: Session) -> None:
            by = session.get_one(Person, self.recruiter_id)
            closes = (self.at.astimezone(REUNION) + timedelta(days=days)).date()  # today or later wherever it is
            employer = f"Association {self.count}"
            made[:] = [
                records.publish(
                    session, by, place=town, contract=contract, employer=employer, closes_on=closes, at=self.at
                ).id
            ]

        self.do(act)
        self._announce(made[0], dies)

    def _announce(self, offer_id: int, dies: str) -> None:
        """Announce as the worker does, batch after batch; where it dies, the sweep comes back to it with the clock."""
        if dies == "before":
            return
        with self.database.transaction() as session:
            begun = announcements.begin(session, offer_id, at=self.at)
        if not begun or dies == "after":
            return
        after: int | None = 0
        while after is not None:
            with self.database.transaction() as session:
                after = announcements.tell(session, offer_id, after=after, at=self.at)
            if dies == "told":
                return
        with self.database.transaction() as session:
            announcements.end(session, offer_id, at=self.at)

    @rule(which=st.integers(0, 20))
    def close(self, which: int) -> None:
        def act(session: Session) -> None:
            if open_ones := self._open(session):
                offer = open_ones[which % len(open_ones)]
                offers.close(session, offer, by=session.get_one(Person, self.recruiter_id), filled=False, at=self.at)

        self.do(act)

    @rule(which=st.integers(0, 20), contract=st.sampled_from((Contract.CDI, Contract.CDD)), town=st.sampled_from(TOWNS))
    def correct(self, which: int, contract: Contract, town: Place) -> None:
        ids: list[int] = []
        self.at += timedelta(seconds=1)  # no two corrections of an offer are validated in the same instant

        def act(session: Session) -> None:
            ids.clear()
            if not (open_ones := self._open(session)):
                return
            offer, by = open_ones[which % len(open_ones)], session.get_one(Person, self.recruiter_id)
            closes = offer.closes_at
            offers.LIFE.step(offer, "correct", by=by.id, at=self.at)
            draft = Draft(
                title=offer.title, trade=offer.trade, place=PlaceHeld.of(town), contract=contract,
                working_time=offer.working_time, employer=offer.employer, duties=offer.duties,
                closes_on=closes.astimezone(HOME).date() if closes else None,
            )  # fmt: skip
            offers.rewrite(session, offer, draft, by, at=self.at)
            offers.submit(session, offer, by=by, at=self.at)
            offers.validate(session, offer, by=by, at=self.at)
            self.corrected[offer.item_id or offer.id] += 1
            ids.append(offer.id)

        self.do(act)
        for offer_id in ids:
            self._announce(offer_id, "no")

    def _open(self, session: Session) -> list[Offer]:
        query = (
            sa.select(Offer).where(Offer.state == OfferState.PUBLISHED, Offer.closes_at > self.at).order_by(Offer.id)
        )
        return list(session.scalars(query))

    @rule(hours=st.integers(1, 70), down=st.booleans())
    def time_passes(self, hours: int, down: bool) -> None:
        """The clock runs every hour, or was down: then only the newest of each run is made up for, at the end."""
        before, until = self.at, self.at + timedelta(hours=hours)
        if down:
            self.at = until
            self._tick(before)
            return
        while self.at < until:
            before, self.at = self.at, min(self.at + timedelta(hours=1), until)
            self._tick(before)

    def _tick(self, before: datetime) -> None:
        """Do what the timetable does between two looks: the sweep, closings, pauses, flushes and digests."""
        with self.database.transaction() as session:
            items.take_over(session, at=self.at)
            waiting = offers.unannounced(session)
        for offer_id in waiting:
            self._announce(offer_id, "no")

        def act(session: Session) -> None:
            closings.close_expired(session, at=self.at)
            session.flush()
            announcements.post_instant(session, sorted(alerts.wake(session, at=self.at)), at=self.at)
            session.flush()
            for zone in (HOME, REUNION):
                if any(zones.last_moment(self.at, zone, one) > before for one in (time(7), time(18, 30))):
                    announcements.post_held_back(session, zone, after=0, limit=99, at=self.at)
                slot = zones.last_moment(self.at, zone, time(7, 30))
                if slot > before:
                    announcements.post_digests(session, zone, slot, after=0, limit=99, at=self.at)

        self.do(act, dies=self.count % 3 == 0)

    @invariant()
    def what_was_told_was_right(self) -> None:
        """Read the new mails: nothing after STOP, nothing closed, nothing twice but what a correction changed."""
        with self.database.transaction() as session:
            query = sa.select(Post).where(Post.id > self.seen, Post.kind.in_(TOLD)).order_by(Post.id)
            for post in session.scalars(query):
                self.seen = post.id
                known = next(one for one in self.known if one.person_id == post.person_id)
                assert not known.stopped, "a mail after STOP"
                changes = {card["offer_id"]: card["changes"] for card in post.params["cards"]}
                for offer_id in (*changes, *post.params["rest"]):
                    offer = session.get_one(Offer, offer_id)
                    item = offer.item_id or offer.id
                    assert offer.closes_at is not None
                    assert offer.closes_at >= post.created_at, "a closed offer"
                    assert offer.closed_at is None or offer.closed_at >= post.created_at, "a closed offer"
                    known.told[item] += 1
                    assert known.told[item] <= 1 + self.corrected[item], "told twice"
                    if known.told[item] > 1 and offer_id in changes:
                        assert changes[offer_id], "told again without a change"

    def teardown(self) -> None:
        """Let nine days pass by the clock: then whoever speaks and wants it knows every open offer that fits."""
        if not self.known:
            return
        for _ in range(9):
            before, self.at = self.at, self.at + timedelta(days=1)
            self._tick(before)
        self.what_was_told_was_right()
        with self.database.transaction() as session:
            for known in self.known:
                person = session.get_one(Person, known.person_id)
                speaking = [] if known.stopped else alerts.of_person(session, person, AlertState.ACTIVE)
                for offer in self._open(session):
                    if any(fits(alert, offer) for alert in speaking):
                        assert known.told[offer.item_id or offer.id], f"{person.id} never heard of offer {offer.id}"


def test_nobody_misses_an_offer_and_nobody_gets_one_twice(database: Database) -> None:
    class Here(Alerts):
        pass

    Here.database = database
    chosen = hypothesis.settings(
        max_examples=150 if FULL else 6, stateful_step_count=60 if FULL else 22, deadline=None,
        derandomize=not FULL, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Here, settings=chosen)
