"""The board of the demonstration: as large and as weighted as said, open, matchable, silent, and the same each time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from jobboard import matching, offers, people
from jobboard.alerts import Alert, AlertPlace
from jobboard.clock import PARIS
from jobboard.contracts import Contract, Frequency, Kind
from jobboard.db import Base, Database
from jobboard.drafts import Draft
from jobboard.invention import Invention, sectors
from jobboard.ledger import LedgerRow
from jobboard.offers import Offer
from jobboard.organisations import Membership, Organisation
from jobboard.outbox import Post
from jobboard.people import Consent, Person, PersonRole, Role, Subscription
from jobboard.portrait_lines import may_stand
from jobboard.postings import AlertPosting
from jobboard.profiles import Profile, Visibility
from jobboard.seed import Planted, plant

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
NEAR_NANTES = {"44109", "44162", "44143", "44114", "44215", "44026"}
OVERSEAS = {"01", "02", "03", "04", "06"}


@pytest.fixture
def planted(database: Database) -> Database:
    """A database with the whole board."""
    assert plant(database, at=AT) == Planted(60, 250, 400)
    return database


def _count(database: Database, model: type[Base]) -> int:
    with database.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _offers(database: Database) -> list[Offer]:
    with database.session() as session:
        return list(session.scalars(sa.select(Offer).order_by(Offer.id)))


def test_every_record_is_there(planted: Database) -> None:
    expected = {
        Organisation: 60, Membership: 60, Offer: 250, Person: 460, PersonRole: 460, Subscription: 400, Profile: 400,
        Alert: 400, AlertPlace: 400, LedgerRow: 0, Post: 0,
    }  # fmt: skip
    assert {model: _count(planted, model) for model in expected} == expected
    assert _count(planted, AlertPosting) >= 400


def test_a_second_planting_does_nothing(planted: Database) -> None:
    assert plant(planted, at=AT + timedelta(days=3), random_seed=7) == Planted()
    assert (_count(planted, Person), _count(planted, Offer)) == (460, 250)


def test_fewer_may_be_asked_for(database: Database) -> None:
    assert plant(database, at=AT, organisations=3, offers=5, candidates=2) == Planted(3, 5, 2)
    assert _count(database, Offer) == 5


def test_more_organisations_than_names_stay_apart() -> None:
    employers = Invention(2002, at=AT, zone=PARIS).employers(200)
    assert len({one.address for one in employers}) == len({one.name for one in employers}) == 200


def test_the_same_number_invents_the_same_board() -> None:
    def board(number: int) -> tuple[Any, ...]:
        invention = Invention(number, at=AT, zone=PARIS)
        employers = invention.employers(60)
        return employers, invention.vacancies(250, employers), invention.seekers(400)

    assert board(2002) == board(2002)
    assert board(2002) != board(2003)


def test_sectors_weigh_what_the_survey_says(planted: Database) -> None:
    with planted.session() as session:
        found = Counter(session.scalars(sa.select(Organisation.sector).join(Offer)))
    whole = sum(sectors().values())
    for sector, weight in sectors().items():
        assert found[sector] == pytest.approx(250 * weight / whole, abs=1), sector


def test_the_west_weighs_most_and_overseas_is_present(planted: Database) -> None:
    found = Counter(offer.region for offer in _offers(planted))
    assert {region for region, _ in found.most_common(3)} == {"52", "53", "11"}
    assert 0.4 < sum(found[region] for region in ("52", "53", "11")) / 250 < 0.75
    assert len(found) >= 12
    assert OVERSEAS & set(found)
    with planted.session() as session:
        wanted = set(session.scalars(sa.select(AlertPlace.region)))
    assert wanted >= OVERSEAS - {"06"}


def test_every_kind_and_contract_is_offered(planted: Database) -> None:
    found = _offers(planted)
    assert {offer.kind for offer in found} == set(Kind)
    assert {offer.contract for offer in found} == set(Contract)
    assert Counter(offer.contract for offer in found).most_common(1)[0][0] is Contract.CDI


def test_every_offer_is_open_for_five_to_sixty_days_and_announced(planted: Database) -> None:
    with planted.session() as session:
        assert len(session.scalars(offers.open_offers(AT)).all()) == 250
        assert not offers.unannounced(session)
        assert not offers.expired(session, at=AT)
    for offer in _offers(planted):
        assert offer.closes_at is not None
        assert offer.published_at is not None
        assert timedelta(days=5) <= offer.closes_at - AT <= timedelta(days=60)
        assert offer.closes_at.astimezone(PARIS).strftime("%H:%M:%S") == "23:59:59"
        assert timedelta(0) < AT - offer.published_at <= timedelta(days=30)


def test_offers_are_as_a_rewriting_would_leave_them(planted: Database) -> None:
    derived = ("kind", "rome", "region", "departement", "lat", "lon", "pay_text", "pay_minimum", "folded", "cells")
    columns = (*derived, "place_code", "place_kind", "place_label", "closes_at", "pay_maximum", "remote", "draft")
    with planted.session() as session:
        for offer in session.scalars(sa.select(Offer).order_by(Offer.id).limit(60)):
            recruiter = session.get_one(Person, offer.recruiter_id)
            again = offers.deposit(session, recruiter, Draft.from_json(offer.draft), at=AT)
            session.flush()
            assert {name: getattr(again, name) for name in columns} == {name: getattr(offer, name) for name in columns}
            assert again.organisation_id == offer.organisation_id
        session.rollback()


def test_texts_are_complete_inclusive_and_hardly_repeat(planted: Database) -> None:
    found = _offers(planted)
    for offer in found:
        assert offer.title.endswith("(H/F)")
        assert offer.pay_text
        assert offer.profile
        assert len(offer.duties) > 120
        assert not re.search(r"[{}]|  | ,|[àÀ] Les? ", offer.title + offer.duties + offer.profile)
    assert len({offer.duties for offer in found}) == 250
    assert len({offer.title for offer in found}) >= 60
    assert max(Counter(offer.title for offer in found).values()) <= 12


def test_pay_is_plausible(planted: Database) -> None:
    paid = [offer for offer in _offers(planted) if offer.pay_minimum is not None]
    assert len(paid) > 150
    for offer in paid:
        assert offer.pay_minimum is not None
        assert offer.pay_maximum is not None
        assert 1_800 <= offer.pay_minimum <= offer.pay_maximum <= 4_000


def test_the_board_can_be_matched(planted: Database) -> None:
    with planted.session() as session:
        ids = session.scalars(sa.select(Offer.id)).all()
        told = matching.record(session, ids, at=AT)
        rows = session.scalar(sa.select(sa.func.count()).select_from(LedgerRow)) or 0
        session.rollback()
    assert rows >= 300
    assert len(told) >= 100


def test_the_story_has_its_offers_and_its_profiles(planted: Database) -> None:
    told = [
        offer for offer in _offers(planted)
        if offer.place_code in NEAR_NANTES and offer.trade in ("M1203", "M1608")
        and offer.contract in (Contract.CDI, Contract.CDD)
    ]  # fmt: skip
    assert len(told) >= 4
    with planted.session() as session:
        shown = session.scalars(
            sa.select(Profile)
            .join(Alert, Alert.person_id == Profile.person_id)
            .join(AlertPlace, AlertPlace.alert_id == Alert.id)
            .where(
                AlertPlace.code.in_(NEAR_NANTES),
                Alert.trades.overlap(["M1203", "M1608"]),
                Profile.visibility != Visibility.NOBODY,
            )
        ).all()
        shortlist = matching.shortlist(session, told[0].id, limit=10, at=AT)
    assert len(shown) >= 6
    assert len(shortlist) >= 3


def test_candidates_agreed_to_what_happens_to_them_and_to_no_letter(planted: Database) -> None:
    with planted.session() as session:
        agreed = Counter(session.scalars(sa.select(Consent.purpose).where(Consent.how == "seed")))
        hidden = session.scalars(sa.select(Profile.person_id).where(Profile.visibility == Visibility.NOBODY)).all()
        streams = set(session.scalars(sa.select(Subscription.stream)))
        wary = session.scalars(
            sa.select(Consent.person_id).where(Consent.purpose == "profile-recruiters", Consent.person_id.in_(hidden))
        ).all()
        frequencies = Counter(session.scalars(sa.select(Alert.frequency)))
        roles = Counter(session.scalars(sa.select(PersonRole.role)))
    assert agreed == {"alerts": 400, "profile-recruiters": 400 - len(hidden), "profile-public": 60}
    assert 40 <= len(hidden) <= 120
    assert not wary
    assert streams == {people.ALERTS}
    assert frequencies == {Frequency.DAILY: 200, Frequency.WEEKLY: 120, Frequency.INSTANT: 80}
    assert roles == {Role.CANDIDATE: 400, Role.RECRUITER: 60}


def test_profiles_say_what_people_can_do(planted: Database) -> None:
    with planted.session() as session:
        made = session.scalars(sa.select(Profile)).all()
    experienced = [one for one in made if one.experience_years is not None]
    assert 300 <= len(experienced) <= 380
    assert sum(bool(one.skills) for one in made) >= 300
    assert 150 <= sum(one.diploma_level is not None for one in made) <= 350
    assert all(may_stand(skill) for one in made for skill in one.skills)
    assert all(one.indexable is False for one in made if one.visibility is not Visibility.EVERYONE)
    assert len({one.slug for one in made}) == 400
    assert all(one.summary.startswith("Je cherche ") for one in made)


def test_addresses_lead_nowhere(planted: Database) -> None:
    with planted.session() as session:
        addresses = session.scalars(sa.select(Person.address)).all()
        texts = session.execute(sa.select(Offer.duties, Offer.profile, Offer.title)).all()
    for address in addresses:
        assert re.fullmatch(r"[a-z0-9.-]{1,64}@[a-z0-9-]{1,63}\.example", address), address
    assert not any("@" in text or "http" in text for row in texts for text in row)
