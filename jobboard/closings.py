"""The end of an offer: closed by its recruiter or by its moment, prolonged before; who waited is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from jobboard import applications, offers, outbox, showing
from jobboard.db import settings_of
from jobboard.letters.applications import OfferClosedForCandidate
from jobboard.letters.recruiting import OfferClosed, OfferProlonged
from jobboard.offers import Offer
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def close(session: Session, offer: Offer, recruiter: Person, *, filled: bool, key: str, at: datetime) -> None:
    """Close at the recruiter's word: at once for the door, with letters to those who still wait."""
    offers.close(session, offer, by=recruiter, filled=filled, at=at)
    told = tell_applicants(session, offer, at=at)
    outbox.post(
        session,
        OfferClosed(offer.title, filled, told),
        to=recruiter,
        dedupe=f"offer-closed:{offer.id}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )


def tell_applicants(session: Session, offer: Offer, *, at: datetime) -> int:
    """Tell those who still wait that the offer has closed, after the time to change one's mind; returns how many."""
    waiting = applications.end_with_offer(session, offer, at=at)
    cards = showing.near(session, offer, at=at)
    for application in waiting:
        candidate = session.get_one(Person, application.person_id)
        outbox.post(
            session,
            OfferClosedForCandidate(candidate.first_name, offer.title, offer.employer, offer.filled, cards),
            to=candidate,
            dedupe=f"offer-closed:{offer.id}:{candidate.id}",
            reply=Reply(About.OFFERS, Role.CANDIDATE, offers=tuple(card.offer_id for card in cards)),
            not_before=at + timedelta(minutes=settings_of(session).undo_minutes),
            cause=f"closing:{offer.id}",
            at=at,
        )
    return len(waiting)


def prolong(session: Session, offer: Offer, recruiter: Person, until: datetime, *, key: str, at: datetime) -> None:
    """Keep an offer open until another moment, at the recruiter's word."""
    offers.prolong(session, offer, until, at=at)
    outbox.post(
        session,
        OfferProlonged(offer.title, until),
        to=recruiter,
        dedupe=f"offer-prolonged:{offer.id}:{key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )


def close_expired(session: Session, *, at: datetime) -> int:
    """Close, in the caller's transaction, offers whose moment and grace have passed; returns how many."""
    over = offers.expired(session, at=at)
    for offer in over:
        offers.LIFE.step(offer, "expire", by=None, at=at)
        offer.closed_at = offer.closes_at
        told = tell_applicants(session, offer, at=at)
        outbox.post(
            session,
            OfferClosed(offer.title, False, told, by_clock=True),
            to=session.get_one(Person, offer.recruiter_id),
            dedupe=f"offer-closed:{offer.id}",
            reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
            at=at,
        )
    return len(over)
