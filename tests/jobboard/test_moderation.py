"""Deciding upon offers: what the staff read, who is first, what may be taken back, what readers report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import acts, deposits, drafts, likenesses, moderation, morning, offer_reports, offers
from jobboard.contracts import Contract
from jobboard.db import Database, settings_of
from jobboard.drafts import Draft, PlaceHeld, ReadDraft
from jobboard.errors import Refused
from jobboard.letters.recruiting import DraftShown, OfferCorrected, OfferRefused
from jobboard.letters.staff import Decided, OfferReported, OfferToValidate, StaffMorning
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post, PostState
from jobboard.pay import Pay, PayPeriod
from jobboard.people import Person
from tests.jobboard.records import ACCOUNTANT, AT, NANTES, candidate, publish, recruiter, staff

DRAFT = Draft(
    title="Comptable",
    trade=ACCOUNTANT,
    place=PlaceHeld.of(NANTES),
    contract=Contract.CDI,
    employer="Association Horizon",
    pay=Pay(2100, 2300, PayPeriod.MONTH, True),
    duties="Tenue des comptes. Bonne présentation exigée.",
    closes_on=(AT + timedelta(days=30)).date(),
)


def posted(session: Session, kind: str) -> list[Post]:
    return list(session.scalars(sa.select(Post).where(Post.kind == kind).order_by(Post.id)))


def submitted(session: Session, by: Person, draft: Draft = DRAFT) -> Offer:
    offer = deposits.deposit(session, by, ReadDraft(draft, (), ()), key="d", at=AT)
    deposits.submit(session, offer, by, key="s", at=AT)
    return offer


def test_the_staff_read_remarks_record_and_likes(database: Database) -> None:
    with database.transaction() as session:
        by, member = recruiter(session), staff(session)
        earlier = publish(session, by, title="Comptable H/F", employer="Association Horizon")
        offer = submitted(session, by)
        [asked] = posted(session, OfferToValidate.kind)
        assert asked.person_id == member.id
        assert [one["code"] for one in asked.params["remarks"]] == ["looks"]
        assert asked.params["record"]["offers"] == 1
        assert [one["path"] for one in asked.params["alike"]] == [f"/equipe/offres/{earlier.id}"]
        [shown] = posted(session, DraftShown.kind)
        assert [one["path"] for one in shown.params["alike"]] == [f"/recruteur/offres/{earlier.id}"]
        assert offer.state is OfferState.PENDING


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Comptable (H/F)", "COMPTABLE", True),
        ("Chargé(e) de mission habitat", "Chargée de mission habitat", True),
        ("Coordinateur ou coordinatrice", "Coordinatrice", True),
        ("Chargé de mission habitat", "Chargé de mission culture", False),
        ("Aide-comptable", "Comptable", False),
        ("Comptable", "", False),
    ],
)
def test_two_titles_of_one_job_are_recognised(one: str, other: str, same: bool) -> None:
    assert likenesses._alike(likenesses.title_key(one), likenesses.title_key(other)) is same


def test_likes_are_of_one_employer_and_place_and_not_long_closed(database: Database) -> None:
    with database.transaction() as session:
        by, other = recruiter(session), recruiter(session)
        same = publish(session, by, employer="Association Horizon")
        of_name = publish(session, other, employer="ASSOCIATION HORIZON")
        publish(session, other, employer="Une autre")
        publish(session, by, employer="Association Horizon", title="Cuisinier (H/F)")
        closed = publish(session, by, employer="Association Horizon")
        offers.close(session, closed, by=by, filled=False, at=AT)
        offer = submitted(session, by)
        assert likenesses.find(session, offer, at=AT) == [closed, of_name, same]
        assert likenesses.find(session, offer, at=AT + timedelta(days=40)) == [of_name, same]


def test_the_first_who_decides_wins_and_the_second_reads_who(database: Database) -> None:
    with database.transaction() as session:
        by, first, second = recruiter(session), staff(session), staff(session)
        offer = submitted(session, by)
        moderation.validate(session, offer, first, key="a", at=AT)
        with pytest.raises(Refused, match="already-decided") as refused:
            moderation.refuse(session, offer, second, "Trop court.", key="b", at=AT)
        assert (refused.value.facts["who"], refused.value.facts["step"]) == (first.name, "validate")
        with pytest.raises(Refused, match="already-decided") as refused:
            moderation.validate(session, offer, first, key="c", at=AT)
        assert refused.value.facts["step"] == "", "she knows"
        assert offer.state is OfferState.PUBLISHED


def test_a_refusal_is_taken_back_before_its_recruiter_reads_it(database: Database) -> None:
    with database.transaction() as session:
        session.info["settings"] = settings_of(session).model_copy(update={"undo_minutes": 10})
        by, member = recruiter(session), staff(session)
        offer = submitted(session, by)
        moderation.refuse(session, offer, member, "Il manque la durée.", key="a", at=AT)
        assert offer.state is OfferState.DRAFT
        [told] = posted(session, OfferRefused.kind)
        assert told.due_at == AT + timedelta(minutes=10)
        assert [one["code"] for one in told.params["remarks"]] == ["looks"]
        act = acts.last_of(session, member)
        assert act is not None
        moderation.undo_refusal(session, act, member, key="u", at=AT)
        session.expire_all()
        assert (offer.state, posted(session, OfferRefused.kind)[0].state) == (OfferState.PENDING, PostState.DROPPED)
        moderation.validate(session, offer, member, key="v", at=AT)
        with pytest.raises(Refused, match="undo-too-late"):
            moderation.undo_refusal(session, act, member, key="u2", at=AT)
        assert [one.params["what"] for one in posted(session, Decided.kind)] == [
            "refused",
            "refusal-undone",
            "validated",
        ]


def test_the_staff_correct_in_place_and_the_recruiter_sees_it(database: Database) -> None:
    with database.transaction() as session:
        by, member, _ = recruiter(session), staff(session), staff(session)
        offer = submitted(session, by)
        read = drafts.complete_offer(
            DRAFT, (), "Intitulé : Comptable (H/F)\nMissions : Tenue des comptes.", today=AT.date()
        )
        moderation.correct(session, offer, member, read, key="c", at=AT)
        assert (offer.state, offer.title, offer.duties) == (OfferState.PENDING, "Comptable (H/F)", "Tenue des comptes.")
        [told] = posted(session, OfferCorrected.kind)
        assert (told.person_id, told.params["by_staff"]) == (by.id, True)
        assert [one["label"] for one in told.params["changes"]] == ["Intitulé", "Missions"]
        again = posted(session, OfferToValidate.kind)[-1]
        assert (again.person_id, again.params["corrected"], again.params["remarks"]) == (member.id, True, [])
        with pytest.raises(Refused, match="nothing-changed"):
            moderation.correct(session, offer, member, ReadDraft(deposits.draft_of(offer), (), ()), key="d", at=AT)
        with pytest.raises(Refused, match="draft-incomplete"):
            moderation.correct(session, offer, member, ReadDraft(replace(DRAFT, duties=None), (), ()), key="e", at=AT)
        moderation.validate(session, offer, member, key="v", at=AT)
        with pytest.raises(Refused, match="already-decided"):
            moderation.correct(session, offer, member, read, key="f", at=AT)


def test_an_edit_goes_back_only_if_it_changes_what_was_validated(database: Database) -> None:
    with database.transaction() as session:
        by, member = recruiter(session), staff(session)
        offer = submitted(session, by)
        moderation.validate(session, offer, member, key="v", at=AT)
        later = replace(
            DRAFT, closes_on=(AT + timedelta(days=45)).date(), duties="Tenue des comptes, bonne présentation exigée."
        )
        assert deposits.correct(session, offer, by, ReadDraft(later, (), ()), key="a", at=AT)
        assert (offer.state, offer.duties) == (OfferState.PUBLISHED, later.duties)
        assert [one["label"] for one in posted(session, OfferCorrected.kind)[0].params["changes"]] == [
            "Candidatures jusqu’au",
            "Missions",
        ]
        with pytest.raises(Refused, match="nothing-changed"):
            deposits.correct(session, offer, by, ReadDraft(later, (), ()), key="b", at=AT)
        past = replace(later, closes_on=(AT - timedelta(days=1)).date())
        with pytest.raises(Refused, match="date-past"), session.begin_nested():
            deposits.correct(session, offer, by, ReadDraft(past, (), ()), key="c", at=AT)
        session.refresh(offer)
        other = replace(later, duties="Tenue des comptes et vente.")
        assert not deposits.correct(session, offer, by, ReadDraft(other, (), ()), key="d", at=AT)
        assert offer.state is OfferState.DRAFT


def test_three_readers_hide_an_offer_until_somebody_looks(database: Database) -> None:
    with database.transaction() as session:
        by, member = recruiter(session), staff(session)
        offer = publish(session, by)
        lea = candidate(session)
        assert moderation.report(session, offer, f"person:{lea.id}", "On demande 40 €.", person=lea, at=AT)
        assert not moderation.report(session, offer, f"person:{lea.id}", "Encore", person=lea, at=AT)
        assert moderation.report(session, offer, "network:a", "", at=AT)
        assert (offer.state, offer.is_open(AT)) == (OfferState.PUBLISHED, True)
        assert moderation.report(session, offer, "network:b", "Le poste n’existe pas.", at=AT)
        assert (offer.state, offer.is_open(AT)) == (OfferState.HIDDEN, False)
        told = posted(session, OfferReported.kind)
        assert [(one.params["readers"], one.params["hidden"]) for one in told] == [(1, False), (2, False), (3, True)]
        assert moderation.reported(session) == [offer]
        moderation.keep(session, offer, member, key="k", at=AT)
        assert (offer.state, moderation.reported(session)) == (OfferState.PUBLISHED, [])
        with pytest.raises(Refused, match="nothing-reported"):
            moderation.keep(session, offer, member, key="k2", at=AT)
        assert not moderation.report(session, offer, "network:b", "", at=AT), "looked at already"
        offers.close(session, offer, by=by, filled=False, at=AT)
        with pytest.raises(Refused, match="not-reportable"):
            moderation.report(session, offer, "network:c", "", at=AT)


def test_a_hidden_offer_still_closes_at_its_moment(database: Database) -> None:
    with database.transaction() as session:
        offer = publish(session, recruiter(session))
        offers.LIFE.step(offer, "hide", by=None, at=AT)
        session.flush()
        assert offers.expired(session, at=AT + timedelta(days=40)) == [offer]


def test_the_morning_tells_what_waits_once_a_day_and_nothing_when_nothing_does(database: Database) -> None:
    with database.transaction() as session:
        by, _ = recruiter(session), staff(session)
        assert morning.tell(session, at=AT) == 0
        submitted(session, by)
        moderation.report(session, publish(session, by), "network:a", "", at=AT)
        assert morning.tell(session, at=AT) == 1
        assert morning.tell(session, at=AT + timedelta(hours=2)) == 0
        [told] = posted(session, StaffMorning.kind)
        assert (told.params["pending_count"], told.params["reported_count"]) == (1, 1)
        assert told.params["reported"][0]["readers"] == 1
        assert morning.tell(session, at=AT + timedelta(days=1)) == 1
        assert offer_reports.LONGEST == 1_000


def test_the_employer_is_kept_when_the_page_does_not_name_it(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer = submitted(session, by, replace(DRAFT, employer_hidden=True, siret="73282932000074", rna="W751234567"))
        assert (offer.employer, offer.employer_hidden) == (offers.UNNAMED, True)
        organisation = offers.organisation_of(session, offer)
        assert organisation is not None
        assert (organisation.name, organisation.siret, organisation.rna) == (
            "Association Horizon",
            "73282932000074",
            "W751234567",
        )
        assert "horizon" not in offer.folded
        [shown] = posted(session, DraftShown.kind)
        assert {"Employeur": "Association Horizon"}.items() <= {
            line["label"]: line["value"] for line in shown.params["lines"]
        }.items()
