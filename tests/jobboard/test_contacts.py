"""Contacting: one proposal an offer and person, two a person and month, and nothing of her before her OUI."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    applications,
    blocks,
    contacts,
    conversations,
    hidden_employers,
    offers,
    proposals,
    suggestions,
)
from jobboard.applications import Event
from jobboard.contacts import Found
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.letters import from_params
from jobboard.letters.contacts import ProposalEnded, ProposalQuestion
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.profiles import Profile, Visibility
from jobboard.proposals import Proposal, ProposalState
from scheduler import rounds
from tests.jobboard.records import AT, NANTES, alert, candidate, near, profile, publish, recruiter


def seen(session: Session, name: str = "Léa Dubreuil") -> Person:
    person = candidate(session, name)
    alert(session, person)
    profile(session, person, near(NANTES), Visibility.RECRUITERS)
    return person


def propose(session: Session, offer: Offer, person: Person) -> Proposal:
    by = session.get_one(Person, offer.recruiter_id)
    return contacts.propose(session, offer, by, Found(person.id, 1, 4), at=AT)


def refusal(session: Session, offer: Offer, person: Person) -> str:
    with pytest.raises(Refused) as refused:
        propose(session, offer, person)
    return refused.value.reason


def kinds(session: Session, to: Person) -> list[str]:
    return list(session.scalars(sa.select(Post.kind).where(Post.person_id == to.id).order_by(Post.id)))


def test_a_proposal_names_the_offer_and_says_why_and_hides_both_addresses(database: Database) -> None:
    with database.transaction() as session:
        lea, by = seen(session), recruiter(session)
        offer = publish(session, by)
        propose(session, offer, lea)
        post = session.scalars(sa.select(Post).where(Post.person_id == lea.id)).one()
        question = cast(ProposalQuestion, from_params(post.kind, post.params))
        assert (question.card.offer_id, question.card.reasons, question.days) == (offer.id, ("trade",), 14)
        assert by.address not in str(post.params)
        told = session.scalars(sa.select(Post).where(Post.person_id == by.id)).one()
        assert told.kind == "proposal_sent"
        assert lea.address not in str(told.params)
        assert "Léa" not in str(told.params)


def test_yes_opens_one_conversation_with_names_and_is_an_application(database: Database) -> None:
    with database.transaction() as session:
        lea, by = seen(session), recruiter(session)
        offer = publish(session, by)
        proposal = propose(session, offer, lea)
        words = Words("Re: Comptable", "Oui, voici mon CV.")
        application = contacts.accept(session, proposal, words, how="mail", at=AT)
        assert kinds(session, by) == ["proposal_sent", "proposal_accepted", "relayed_message"]
        accepted = session.scalars(sa.select(Post).where(Post.kind == "proposal_accepted")).one()
        assert (accepted.params["name"], lea.address in str(accepted.params)) == ("Léa Dubreuil", False)
        assert [line.event for line in applications.timeline(session, application)] == [
            Event.PROPOSAL_ACCEPTED,
            Event.CANDIDATE_WROTE,
        ]
        with pytest.raises(Refused, match="proposal-over"):
            proposals.open_proposal(session, proposal.id, at=AT)
        with pytest.raises(Refused, match="already-applied"):
            applications.apply(session, offer, lea, words, at=AT)


def test_no_is_final_for_that_offer_and_costs_nothing(database: Database) -> None:
    with database.transaction() as session:
        lea, by = seen(session), recruiter(session)
        offer, other = publish(session, by), publish(session, by)
        contacts.decline(session, propose(session, offer, lea), at=AT)
        assert refusal(session, offer, lea) == "proposal-already-made"
        assert propose(session, other, lea).state is ProposalState.ASKED
        ended = session.scalars(sa.select(Post).where(Post.kind == "proposal_ended")).one()
        assert cast(ProposalEnded, from_params(ended.kind, ended.params)).declined
        assert "Léa" not in str(ended.params)
        # She still sees the offer, and may apply by herself.
        applications.apply(session, offer, lea, Words("Candidature", "Tout compte fait…"), at=AT)


def test_two_a_month_over_all_recruiters(database: Database) -> None:
    with database.transaction() as session:
        lea = seen(session)
        for _ in range(2):
            propose(session, publish(session, recruiter(session)), lea)
        third = publish(session, recruiter(session))
        assert refusal(session, third, lea) == "profile-later"
        session.execute(sa.update(Proposal).values(created_at=AT - proposals.PERIOD))
        assert propose(session, third, lea).state is ProposalState.ASKED


def test_what_stands_in_the_way_says_nothing_of_her(database: Database) -> None:
    with database.transaction() as session:
        by = recruiter(session)
        offer = publish(session, by, employer="Association Horizon")
        private, asleep, apart, applied, hiding = (seen(session) for _ in range(5))
        session.get_one(Profile, private.id).visibility = Visibility.NOBODY
        session.get_one(Profile, asleep.id).asleep_at = AT
        between = conversations.open_between(session, apart, by, offer_id=None, at=AT)
        blocks.put(session, apart.id, [by], conversation_id=between.id, at=AT)
        applications.apply(session, offer, applied, Words("Candidature", "Bonjour"), at=AT)
        hidden_employers.hide_from(session, hiding, "Horizon", at=AT)
        session.flush()
        reasons = {refusal(session, offer, one) for one in (private, asleep, apart, applied, hiding)}
        assert reasons == {"profile-gone"}


def test_silence_and_closing_end_a_proposal(database: Database) -> None:
    at = rounds.now()
    with database.transaction() as session:
        silent, late = seen(session), seen(session)
        by = recruiter(session)
        offer, closing = publish(session, by, at=at), publish(session, by, at=at)
        first, second = propose(session, offer, silent), propose(session, closing, late)
        first.expires_at = at - timedelta(minutes=1)
        second.expires_at = at + timedelta(days=1)
        offers.close(session, closing, by=by, filled=True, at=at)
        question = ProposalQuestion.sample()
        stale = ProposalQuestion(question.first_name, question.card, 14, second.id)
        assert contacts.freshen(session, stale, at=at) is None
    assert rounds.lapse_proposals(database, at) == "lapsed 2"
    assert rounds.lapse_proposals(database, at) == "lapsed 0"
    with database.transaction() as session:
        assert set(session.scalars(sa.select(Proposal.state))) == {ProposalState.LAPSED}
        assert kinds(session, by).count("proposal_ended") == 1  # that its offer closed she knows


def test_at_the_same_moment_no_cap_is_passed(database: Database) -> None:
    with database.transaction() as session:
        lea = seen(session)
        ids = [publish(session, recruiter(session)).id for _ in range(6)]

    def contact(offer_id: int) -> str:
        with database.session() as session:
            try:
                propose(session, session.get_one(Offer, offer_id), session.get_one(Person, lea.id))
                session.commit()
            except Refused as refused:
                return refused.reason
        return "proposed"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(contact, [*ids, *ids[:2]]))
    assert outcomes.count("proposed") == 2
    assert set(outcomes) <= {"proposed", "profile-later", "proposal-already-made"}
    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 2
        assert kinds(session, session.get_one(Person, lea.id)) == ["proposal_question"] * 2


def test_a_recruiter_asks_only_so_many_a_day(database: Database) -> None:
    with database.transaction() as session:
        offer = publish(session, recruiter(session))
        limit = database.settings.proposals_per_recruiter_per_day
        for _ in range(limit):
            propose(session, offer, seen(session))
        assert refusal(session, offer, seen(session)) == "too-many-proposals"
        suggestions.post_published(session, offer.id, at=AT)
