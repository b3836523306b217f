"""Contacting: a recruiter proposes her offer to somebody whose profile she saw, who alone decides what follows.

Nobody's name or address passes before her OUI. NON is final for that offer, silence ends it, and whatever stands in the
way of a proposal is told to the recruiter in words that say nothing of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import applications, conversations, correspondence, ledger, outbox, people, proposals, showing, visibility
from jobboard.applications import Application
from jobboard.conversations import Conversation, Words
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.base import Letter
from jobboard.letters.cards import OfferCard
from jobboard.letters.contacts import (
    ConversationOpened,
    ProposalAccepted,
    ProposalEnded,
    ProposalQuestion,
    ProposalSent,
)
from jobboard.offers import Offer
from jobboard.outbox import Thread
from jobboard.people import Person, Role
from jobboard.profiles import Profile
from jobboard.proposals import Proposal, ProposalState
from jobboard.scoring import Reason
from jobboard.tickets import About, Reply

CONTACT = "contact"  # the purpose of the agreement that OUI is


@dataclass(frozen=True)
class Found:
    """A profile as it was shown to the recruiter: whose it is, why, and how far (km)."""

    person_id: int
    reasons: int
    distance_km: int | None


def check_visible(session: Session, recruiter: Person, person_id: int) -> Profile:
    """Return the profile that the recruiter may still see. Raises Refused("profile-gone")."""
    profile = session.get(Profile, person_id)
    if profile is None or not visibility.may_see(session, visibility.of_recruiter(session, recruiter.id), person_id):
        raise Refused("profile-gone")
    return profile


def propose(
    session: Session,
    offer: Offer,
    recruiter: Person,
    found: Found,
    *,
    thread: Thread | None = None,
    at: datetime,
) -> Proposal:
    """Ask somebody, once for ever, whether she wants to hear of an offer.

    Raises Refused "offer-already-closed", "profile-gone", "proposal-already-made", "profile-later" or
    "too-many-proposals".
    """
    if not offer.is_open(at):
        raise Refused("offer-already-closed", title=offer.title)
    profile = check_visible(session, recruiter, found.person_id)
    person = session.get_one(Person, found.person_id)
    if applications.of_person_and_offer(session, person, offer) is not None:
        raise Refused("profile-gone")  # to say that she applied would tell who the profile is
    if people.has_stopped(session, person, people.PROPOSALS):
        raise Refused("profile-gone")
    proposal = proposals.make(session, offer, person.id, recruiter, headline=profile.headline, at=at)
    _ask(session, proposal, offer, person, found, at=at)
    days = (proposal.expires_at - at).days
    outbox.post(
        session,
        ProposalSent(offer.title, profile.headline, days),
        to=recruiter,
        dedupe=f"proposal-sent:{proposal.id}",
        reply=_about(offer),
        thread=thread,
        at=at,
    )
    return proposal


def _ask(session: Session, proposal: Proposal, offer: Offer, person: Person, found: Found, *, at: datetime) -> None:
    """Post the question; it stops with her stream of proposals, and with everything."""
    stream = people.subscribe(session, person, people.PROPOSALS, at=at)
    outbox.post(
        session,
        ProposalQuestion(
            person.first_name,
            _card(session, offer, person, found),
            (proposal.expires_at - at).days,
            proposal.id,
            person.shown_name,
        ),
        to=person,
        dedupe=f"proposal:{proposal.id}",
        reply=Reply(About.PROPOSAL, Role.CANDIDATE, subject_id=proposal.id, stream=people.PROPOSALS),
        subscription_id=stream.id,
        at=at,
    )


def _card(session: Session, offer: Offer, person: Person, found: Found) -> OfferCard:
    """Return the offer with why it concerns her: what her own alert says, else why the recruiter found her."""
    met = ledger.met(session, person.id, offer.id)
    if met is not None:
        return showing.card(offer, met=met)
    return showing.card(offer, reasons=Reason(found.reasons).codes, distance_km=found.distance_km)


def _about(offer: Offer) -> Reply:
    return Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id)


def accept(session: Session, proposal: Proposal, words: Words | None, *, how: str, at: datetime) -> Application:
    """Open the conversation at her OUI: her name is given, no address is; `words` that came with it are passed on.

    Raises Refused "offer-closed", "already-applied", "own-offer" or "blocked".
    """
    offer, person = session.get_one(Offer, proposal.offer_id), session.get_one(Person, proposal.person_id)
    people.grant(session, person, Role.CANDIDATE, at=at)
    application = applications.open_at_proposal(session, offer, person, at=at)
    proposals.answer(session, proposal, "accept", at=at)
    text = f"Donner mon nom à l’employeur {offer.employer} et ouvrir une conversation sur « {offer.title} »."
    evidence = {"proposal": proposal.id}
    people.consent(session, person, CONTACT, how=how, text=text, evidence=evidence, at=at)
    conversation = session.get_one(Conversation, application.conversation_id)
    for reader in conversations.recruiters(session, conversation):
        outbox.post(
            session,
            ProposalAccepted(offer.title, proposal.headline, person.shown_name, application.number),
            to=reader,
            dedupe=f"proposal-accepted:{proposal.id}:{reader.id}",
            reply=Reply(About.CONVERSATION, Role.RECRUITER, subject_id=conversation.id),
            at=at,
        )
    outbox.post(
        session,
        ConversationOpened(person.first_name, offer.title, offer.employer, words is not None),
        to=person,
        dedupe=f"conversation-opened:{proposal.id}",
        reply=Reply(About.CONVERSATION, Role.CANDIDATE, subject_id=conversation.id),
        at=at,
    )
    if words is not None:
        correspondence.relay(session, conversation, person, words, at=at)
    return application


def decline(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """End a proposal at her NON: final for that offer, and nothing else changes."""
    proposals.answer(session, proposal, "decline", at=at)
    offer = session.get_one(Offer, proposal.offer_id)
    outbox.post(
        session,
        Noted("proposal-declined", offer.title),
        to=session.get_one(Person, proposal.person_id),
        dedupe=f"proposal-declined:{proposal.id}",
        reply=Reply(About.GENERAL, Role.CANDIDATE),
        at=at,
    )
    _tell_ended(session, proposal, offer, at=at)


def _tell_ended(session: Session, proposal: Proposal, offer: Offer, *, at: datetime) -> None:
    declined = proposal.state is ProposalState.DECLINED
    outbox.post(
        session,
        ProposalEnded(offer.title, proposal.headline, declined, offer.is_open(at)),
        to=session.get_one(Person, proposal.recruiter_id),
        dedupe=f"proposal-ended:{proposal.id}",
        reply=_about(offer),
        at=at,
    )


def lapse(session: Session, *, limit: int, at: datetime) -> int:
    """End proposals that had no answer in time, or whose offer closed; returns how many.

    The recruiter is told of the first kind only, and not where she said STOP to mail about that offer.
    """
    over = proposals.silent(session, limit=limit, at=at)
    for proposal in over:
        proposals.LIFE.step(proposal, "lapse", by=None, at=at)
        offer = session.get_one(Offer, proposal.offer_id)
        if offer.is_open(at) and not offer.reminders_stopped:
            _tell_ended(session, proposal, offer, at=at)
    return len(over)


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return the question while it may still be answered: not after its offer has closed, or its time is over."""
    if not isinstance(letter, ProposalQuestion) or not letter.proposal_id:
        return letter
    proposal = session.get(Proposal, letter.proposal_id)
    if proposal is None or proposal.state is not ProposalState.ASKED or proposal.expires_at <= at:
        return None
    return letter if session.get_one(Offer, proposal.offer_id).is_open(at) else None
