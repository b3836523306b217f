"""Matching: every axis of a wish against offers, who is left out, the order of a shortlist."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, applications, matching, people, places, scoring, trades
from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.conversations import Words
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.ledger import LedgerRow
from jobboard.offers import Offer
from jobboard.places import FRANCE, REMOTE, PlaceKind
from jobboard.profiles import Visibility
from jobboard.scoring import Reason
from jobboard.wishes import read_wish
from tests.jobboard.records import (
    ACCOUNTANT,
    ASSISTANT,
    AT,
    CHOLET,
    NANTES,
    PAYROLL,
    RENNES,
    REZE,
    alert,
    candidate,
    near,
    profile,
    publish,
    recruiter,
)

LOIRE = places.named("Loire-Atlantique")[0]
PAYS_DE_LA_LOIRE = places.named("Pays de la Loire")[0]


def wanted(*found: places.Place, radius: int | None = None) -> tuple[PlaceWanted, ...]:
    return tuple(PlaceWanted.at(place, radius) for place in found)


def meets(session: Session, criteria: Criteria, offer: Offer) -> bool:
    """Whether someone new who looks for that is told of the offer."""
    person = candidate(session)
    alert(session, person, criteria)
    return person.id in matching.record(session, [offer.id], at=AT)


PLACES = (
    (NANTES, 0, NANTES, True),
    (NANTES, 0, REZE, False),
    (NANTES, 10, REZE, True),
    (NANTES, 30, CHOLET, False),
    (NANTES, 60, CHOLET, True),
    (NANTES, None, REZE, True),  # the usual radius
    (NANTES, None, RENNES, False),
    (LOIRE, None, REZE, True),
    (LOIRE, None, CHOLET, False),  # the neighbouring département
    (PAYS_DE_LA_LOIRE, None, CHOLET, True),
    (PAYS_DE_LA_LOIRE, None, RENNES, False),
    (FRANCE, None, RENNES, True),
    (RENNES, 10, FRANCE, True),  # an offer for the whole country concerns everybody
    (NANTES, 10, LOIRE, True),
    (NANTES, 10, PAYS_DE_LA_LOIRE, True),
    (RENNES, 10, LOIRE, False),
    (RENNES, 10, PAYS_DE_LA_LOIRE, False),
)


def test_place(database: Database) -> None:
    found = []
    with database.transaction() as session:
        by = recruiter(session)
        for place, radius, workplace, _ in PLACES:
            wish = Criteria(trades=(ACCOUNTANT,), places=wanted(place, radius=radius))
            found.append((place, radius, workplace, meets(session, wish, publish(session, by, place=workplace))))
    assert found == list(PLACES)


def test_remote_work_is_found_from_anywhere_by_those_who_want_it(database: Database) -> None:
    with database.transaction() as session:
        remote = publish(session, recruiter(session), place=RENNES, remote=True)
        here = publish(session, recruiter(session), place=RENNES, remote=False)
        from_home = Criteria(trades=(ACCOUNTANT,), places=wanted(REMOTE))
        assert meets(session, from_home, remote)
        assert not meets(session, from_home, here)
        assert not meets(session, near(NANTES), remote)


AXES: tuple[tuple[dict[str, Any], dict[str, Any], bool], ...] = (
    ({}, {}, True),
    ({"trades": (PAYROLL,)}, {}, True),  # its neighbour under the same ROME code
    ({"trades": (ASSISTANT,)}, {}, False),
    ({"trades": ()}, {"trade": None}, True),
    ({"contracts": (Contract.CDI,)}, {}, True),
    ({"contracts": (Contract.CDD, Contract.CDI)}, {}, True),
    ({"contracts": (Contract.CDD,)}, {}, False),
    ({"excluded_contracts": (Contract.CDI,)}, {}, False),
    ({"excluded_contracts": (Contract.CDD,)}, {}, True),
    ({"kinds": (Kind.JOB,)}, {}, True),
    ({"kinds": (Kind.INTERNSHIP,)}, {}, False),
    ({"kinds": (Kind.INTERNSHIP,)}, {"contract": Contract.STAGE}, True),
    ({"working_times": (WorkingTime.FULL,)}, {}, True),
    ({"working_times": (WorkingTime.PART,)}, {}, False),
    ({"working_times": (WorkingTime.PART,)}, {"working_time": None}, True),  # unknown excludes nobody
    ({"trades": (), "keywords": ("budgets",)}, {}, True),
    ({"trades": (), "keywords": ("BUDGÉTS",)}, {}, True),
    ({"trades": (), "keywords": ("budget",)}, {}, True),  # the same word in French
    ({"trades": (), "keywords": ("budgétaire",)}, {}, False),
    ({"trades": (), "keywords": ("le", "budgets")}, {}, True),  # what every text holds asks for nothing
    ({"trades": (), "keywords": ("tenue des comptes",)}, {}, True),
    ({"trades": (), "keywords": ("budgets des projets",)}, {}, True),
    ({"trades": (), "keywords": ("projets budgets",)}, {}, False),
    ({"trades": (), "keywords": ("voile", "budgets")}, {}, True),
    ({"keywords": ("voile",)}, {}, True),  # beside a trade, words only raise the score
    ({"excluded_keywords": ("budgets",)}, {}, False),
    ({"excluded_keywords": ("voile",)}, {}, True),
    ({"required_keywords": ("budgets", "comptes")}, {}, True),
    ({"required_keywords": ("budgets", "voile")}, {}, False),
    ({"trades": (), "families": ("M",)}, {}, True),
    ({"trades": (), "families": ("K",)}, {}, False),
    ({"trades": (ASSISTANT,), "families": ("M",)}, {}, True),
    ({"excluded_employers": ("Les Tilleuls",)}, {"employer": "Association des Tilleuls"}, True),
    ({"excluded_employers": ("les tilleuls",)}, {"employer": "Association Les Tilleuls"}, False),
    ({"excluded_employers": ("Tille",)}, {"employer": "Association Les Tilleuls"}, True),
)


def test_every_other_axis(database: Database) -> None:
    found = []
    with database.transaction() as session:
        by = recruiter(session)
        for wish, changed, _ in AXES:
            criteria = Criteria(**{"trades": (ACCOUNTANT,), "places": wanted(NANTES), **wish})
            found.append((wish, changed, meets(session, criteria, publish(session, by, **changed))))
    assert found == list(AXES)


def test_minimum_pay(database: Database) -> None:
    with database.transaction() as session:
        offer = publish(session, recruiter(session))
        for offered, least, found in ((None, 9000, True), (2400, 2000, True), (2400, 2400, True), (2400, 2500, False)):
            offer.pay_maximum = offered
            session.flush()
            wish = Criteria(trades=(ACCOUNTANT,), places=wanted(NANTES), minimum_pay=least)
            assert meets(session, wish, offer) is found, (offered, least)


def test_a_consultants_rate_is_compared_by_the_day(database: Database) -> None:
    with database.transaction() as session:
        offer = publish(session, recruiter(session), contract=Contract.MISSION, daily_rate=550)
        for rate, found in ((500, True), (550, True), (600, False)):
            wish = read_wish(f"Consultante comptable à Nantes, missions en freelance, TJM {rate} €", today=AT.date())
            assert f"tarif : au moins {rate} € par jour" in wish.criteria.describe()
            assert meets(session, replace(wish.criteria, trades=(ACCOUNTANT,)), offer) is found, rate


def test_only_what_is_open_is_found(database: Database) -> None:
    with database.transaction() as session:
        offer = publish(session, recruiter(session))
        assert offer.closes_at is not None
        alert(session, candidate(session))
        assert matching.record(session, [offer.id], at=offer.closes_at + timedelta(seconds=1)) == set()
        assert len(matching.record(session, [offer.id], at=offer.closes_at - timedelta(seconds=1))) == 1


def test_who_recruits_applied_left_or_stopped_is_not_told(database: Database) -> None:
    with database.transaction() as session:
        herself, applicant, gone, stopped, told = (candidate(session) for _ in range(5))
        for person in (herself, applicant, gone, stopped, told):
            alert(session, person)
        offer = publish(session, herself)
        applications.apply(session, offer, applicant, Words("Candidature", "Bonjour"), at=AT)
        [subscription] = people.subscriptions(session, gone)
        people.unsubscribe(session, subscription, how="test", at=AT)
        [one] = alerts.of_person(session, stopped)
        alerts.step(session, [one], "stop", by=stopped.id, at=AT)
        assert matching.record(session, [offer.id], at=AT) == {told.id}


def test_a_person_and_an_offer_meet_once_under_the_best_alert(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        wide = alert(session, person, Criteria(places=wanted(FRANCE)))
        close = alert(session, person)
        offer = publish(session, recruiter(session))
        assert matching.record(session, [offer.id], at=AT) == {person.id}
        [line] = session.scalars(sa.select(LedgerRow).where(LedgerRow.person_id == person.id))
        assert set(line.alert_ids) == {close.id, wide.id}
        assert matching.record(session, [offer.id], at=AT + timedelta(days=1)) == {person.id}, "it still waits"
        line.posted_at = AT
        session.flush()
        assert matching.record(session, [offer.id], at=AT + timedelta(days=1)) == set()
        assert session.scalar(sa.select(sa.func.count()).select_from(LedgerRow)) == 1
        assert Reason(line.reasons).codes == ("trade", "radius")
        assert line.distance_km == 0
        assert line.matched_at == AT


def test_reasons_say_every_axis_that_was_asked_for_and_met(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        alert(
            session,
            person,
            Criteria(
                trades=(PAYROLL,),
                places=wanted(LOIRE),
                contracts=(Contract.CDI,),
                working_times=(WorkingTime.FULL,),
                keywords=("budgets",),
            ),
        )
        matching.record(session, [publish(session, recruiter(session)).id], at=AT)
        [line] = session.scalars(sa.select(LedgerRow))
        assert Reason(line.reasons).codes == ("near-trade", "place", "contract", "working-time", "words")
        assert line.distance_km is None


def test_the_score_falls_with_distance_and_with_the_trade(database: Database) -> None:
    with database.transaction() as session:
        people_ = [candidate(session) for _ in range(4)]
        wishes = (near(NANTES), near(REZE), Criteria(trades=(PAYROLL,), places=wanted(NANTES, radius=30)))
        for person, wish in zip(people_, (*wishes, Criteria(places=wanted(NANTES, radius=30))), strict=True):
            alert(session, person, wish)
        matching.record(session, [publish(session, recruiter(session)).id], at=AT)
        scores = {line.person_id: line.score for line in session.scalars(sa.select(LedgerRow))}
        ordered = [scores[person.id] for person in people_]
        assert ordered == sorted(ordered, reverse=True)
        assert len(set(ordered)) == 4
        assert ordered[0] == pytest.approx(0.8)
        assert all(0 < score <= 1 for score in ordered)


def test_three_alerts_of_one_person_make_one_line_with_every_reason(database: Database) -> None:
    with database.transaction() as session:
        person = candidate(session)
        wishes = (
            Criteria(trades=(PAYROLL,), places=wanted(LOIRE), contracts=(Contract.CDI,)),
            Criteria(places=wanted(FRANCE), keywords=("budgets",)),
        )
        others = [alert(session, person, wish) for wish in wishes]
        best = alert(session, person, near(REZE))
        matching.record(session, [publish(session, recruiter(session)).id], at=AT)
        [line] = session.scalars(sa.select(LedgerRow))
        assert set(line.alert_ids) == {one.id for one in (*others, best)}
        assert Reason(line.reasons).codes == ("trade", "radius", "contract", "words")


def test_a_sector_excludes_only_what_is_known_to_be_of_another(database: Database) -> None:
    with database.transaction() as session:
        wish = Criteria(places=wanted(NANTES), sectors=("Santé",))
        for sector, expected in ((None, True), ("Santé", True), ("Commerce", False)):
            offer = publish(session, recruiter(session))
            offer.sector = sector
            session.flush()
            assert meets(session, wish, offer) == expected


def test_what_sql_scores_is_what_the_scale_says(database: Database) -> None:
    """Random searches and offers: every pair that SQL finds, with its score, and no other."""
    draw = random.Random(5)
    with database.transaction() as session:
        codes, towns = (ACCOUNTANT, PAYROLL, ASSISTANT, "K1201"), (NANTES, REZE, CHOLET, RENNES)
        searches = {}
        for _ in range(60):
            criteria = Criteria(
                trades=tuple(draw.sample(codes, draw.randrange(3))),
                families=tuple(draw.sample(("M", "K"), draw.choice((0, 0, 1)))),
                places=wanted(draw.choice((*towns, LOIRE, FRANCE)), radius=draw.choice((0, 10, 30, 80))),
                contracts=tuple(draw.sample((Contract.CDI, Contract.CDD), draw.randrange(3))),
                keywords=tuple(draw.sample(("budgets", "voile"), draw.randrange(3))),
            )
            searches[alert(session, candidate(session), criteria).id] = criteria
        by = recruiter(session)
        published = [
            publish(
                session,
                by,
                trade=draw.choice(codes),
                place=draw.choice(towns),
                contract=draw.choice(tuple(Contract)[:3]),
            )
            for _ in range(12)
        ]
        found = {
            (one.alert_id, one.offer_id): one.score for one in matching.found(session, [o.id for o in published], at=AT)
        }
        expected = {(n, o.id): said for n, c in searches.items() for o in published if (said := expected_score(c, o))}
    assert len(expected) > 50
    assert found == pytest.approx(expected)


def expected_score(wish: Criteria, offer: Offer) -> float | None:
    """The score of that offer for that search, None where it is no match: by the scale, without SQL."""
    [place] = wish.places
    town = places.by_code(PlaceKind.COMMUNE, offer.place_code or "")
    distance = radius = None
    if place.place_kind is PlaceKind.COMMUNE:
        radius = alerts.DEFAULT_RADIUS_KM if place.radius_km is None else place.radius_km
        distance = places.distance_km(places.by_code(place.place_kind, place.code), town)
        if distance > radius:
            return None
    elif place.place_kind is PlaceKind.DEPARTEMENT and place.code != offer.departement:
        return None
    words = "budgets" in wish.keywords
    fits = (
        offer.rome in {trades.by_code(code).rome for code in wish.trades}
        or (offer.rome or "")[:1] in wish.families
        or not (wish.trades or wish.families or (wish.keywords and not words))
    )
    if not fits or (wish.contracts and offer.contract not in wish.contracts):
        return None
    return scoring.score(
        scoring.Fit(
            trade=offer.trade in wish.trades,
            near_trade=offer.rome in {trades.by_code(code).rome for code in wish.trades},
            family=(offer.rome or "")[:1] in wish.families,
            distance_km=distance,
            radius_km=radius or 0,
            contract=bool(wish.contracts),
            words=words,
        )
    )


def test_no_statement_reads_all_alerts_or_all_postings(database: Database) -> None:
    with database.transaction() as session:
        for town in (NANTES, REZE, CHOLET, RENNES):
            alert(session, candidate(session), near(town))
        offer = publish(session, recruiter(session))
        session.execute(
            sa.text("SET LOCAL enable_seqscan = off")
        )  # the tables are small: only what has no index is read
        plans = matching.plans(session, [offer.id], at=AT)
    assert "pk_alert_posting" in plans
    assert not re.search(r"Seq Scan on (alert|alert_posting|alert_place|ledger|subscription)\b", plans)


def test_a_shortlist_holds_visible_profiles_only_best_first(database: Database) -> None:
    with database.transaction() as session:
        best, second, hidden, none = (candidate(session) for _ in range(4))
        for person, wish in ((best, near(NANTES)), (second, near(REZE)), (hidden, near(NANTES)), (none, near(NANTES))):
            alert(session, person, wish)
        profile(session, second, near(REZE), Visibility.EVERYONE)
        profile(session, best, near(NANTES), Visibility.RECRUITERS)
        profile(session, hidden, near(NANTES), Visibility.NOBODY)
        herself = candidate(session)
        alert(session, herself)
        profile(session, herself, near(NANTES), Visibility.EVERYONE)
        offer = publish(session, herself)
        found = matching.shortlist(session, offer.id, limit=10, at=AT)
        assert [match.person_id for match in found] == [best.id, second.id]
        assert found[0].distance_km == 0
        assert found[0].reasons == ("trade", "radius")
        assert [match.person_id for match in matching.shortlist(session, offer.id, limit=1, at=AT)] == [best.id]


def test_among_equals_the_last_sign_of_life_comes_first(database: Database) -> None:
    with database.transaction() as session:
        old = candidate(session, at=AT - timedelta(days=200))
        lively = candidate(session, at=AT - timedelta(days=1))
        for person in (old, lively):
            alert(session, person)
            profile(session, person, near(NANTES), Visibility.RECRUITERS)
        found = matching.shortlist(session, publish(session, recruiter(session)).id, limit=10, at=AT)
        assert [match.person_id for match in found] == [lively.id, old.id]


def test_a_new_alert_meets_what_is_open_already(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        mine, far, later = publish(session, by), publish(session, by, place=RENNES), publish(session, by)
        mine.announced_at = far.announced_at = AT
        person = candidate(session)
        alerts.meet(session, alert(session, person), at=AT)
        lines = session.scalars(sa.select(LedgerRow.offer_id).where(LedgerRow.person_id == person.id)).all()
        assert lines == [mine.id], "what is not yet announced meets her then"
        assert matching.record(session, [later.id], at=AT) == {person.id}
