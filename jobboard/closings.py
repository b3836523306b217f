"""The end of an offer: closed by its recruiter, the staff, its moment or its number of applications; prolonged before.

It ends for the door at once; those who waited are told after the time to change one's mind, and ANNULER takes it back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import acts, applications, job_interviews, offer_reports, offers, outbox, showing
from jobboard.acts import Act, ActKind
from jobboard.applications import Application, ApplicationState
from jobboard.db import settings_of
from jobboard.errors import Refused
from jobboard.letters.account import Noted
from jobboard.letters.applications import OfferClosedForCandidate
from jobboard.letters.recruiting import OfferClosed, OfferProlonged
from jobboard.letters.staff import Decided
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def close(session: Session, offer: Offer, recruiter: Person, *, filled: bool, key: str, at: datetime) -> None:
    """Close at the recruiter's word: at once for the door, with letters to those who still wait."""
    offers.lock(session, offer)
    offers.close(session, offer, by=recruiter, filled=filled, at=at)
    if filled:
        offer.filled_said_at = at
    act = acts.note(session, recruiter, ActKind.CLOSING, offer.id, at=at)
    # An offer that takes no more applications goes on to its interviews; a post that is filled has none to give.
    interviews = (
        _call_off(session, offer, recruiter, act, "filled", at=at) if filled else _coming(session, offer, at=at)
    )
    told = tell_applicants(session, offer, act=act, at=at)
    letter = OfferClosed(offer.title, filled, told, undo_minutes=_undo(session), interviews=interviews)
    _tell_recruiter(session, offer, letter, at=at)


def close_by_staff(session: Session, offer: Offer, member: Person, reason: str, *, key: str, at: datetime) -> None:
    """Close in the association's name; the recruiter reads why. Raises Refused "reason-missing", "offer-already-closed"."""
    if not reason.strip():
        raise Refused("reason-missing")
    offers.lock(session, offer)
    offers.close(session, offer, by=member, filled=False, at=at)
    offer_reports.settle(session, offer.id, at=at)
    act = acts.note(session, member, ActKind.CLOSING, offer.id, at=at)
    interviews = _call_off(session, offer, member, act, "closed", at=at)
    told = tell_applicants(session, offer, act=act, at=at)
    letter = OfferClosed(offer.title, False, told, reason=reason.strip()[:2000], interviews=interviews)
    _tell_recruiter(session, offer, letter, act=act, at=at)
    outbox.post(
        session,
        Decided("closed", offer.title, undo_minutes=_undo(session)),
        to=member,
        dedupe=f"decided:{offer.id}:{key}",
        reply=Reply(About.MODERATION, Role.STAFF, subject_id=offer.id),
        at=at,
    )


def _call_off(session: Session, offer: Offer, by: Person, act: Act, why: str, *, at: datetime) -> int:
    """Call the interviews off that are still to come, as long as the act stands; returns how many."""
    before = job_interviews.call_off_with_offer(session, offer, by, why, key=f"act{act.id}", at=at, act=act)
    act.payload = {**act.payload, "interviews": before}
    return len(before)


def _coming(session: Session, offer: Offer, *, at: datetime) -> int:
    return len(job_interviews.coming_of_offer(session, offer, at=at))


def _undo(session: Session) -> int:
    return settings_of(session).undo_minutes


def _tell_recruiter(
    session: Session, offer: Offer, letter: OfferClosed, *, at: datetime, act: Act | None = None
) -> None:
    """Post the recruiter's letter about a closing; `act`: it was another's decision, which may still be taken back."""
    moment = offer.closed_at or at
    outbox.post(
        session,
        letter,
        to=session.get_one(Person, offer.recruiter_id),
        dedupe=f"offer-closed:{offer.id}:{moment.isoformat()}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        not_before=act.until if act is not None else None,
        cause=act.cause if act is not None else None,
        at=at,
    )


def tell_applicants(session: Session, offer: Offer, *, at: datetime, act: Act | None = None) -> int:
    """Tell those who still wait that the offer has closed; an act may be taken back first. Returns how many."""
    waiting = applications.end_with_offer(session, offer, at=at)
    cards = showing.near(session, offer, at=at)
    moment = offer.closed_at or at
    interviews = job_interviews.coming_of_offer(session, offer, at=at)
    for application in waiting:
        candidate = session.get_one(Person, application.person_id)
        letter = OfferClosedForCandidate(candidate.first_name, offer.title, offer.employer, offer.filled, cards)
        if (interview := interviews.get(application.id)) is not None:
            letter = replace(letter, interview_at=interview.starts_at, zone=interview.zone)
        outbox.post(
            session,
            letter,
            to=candidate,
            dedupe=f"offer-closed:{offer.id}:{moment.isoformat()}:{candidate.id}",
            reply=Reply(About.OFFERS, Role.CANDIDATE, offers=tuple(card.offer_id for card in cards)),
            not_before=act.until if act is not None else None,
            cause=act.cause if act is not None else None,
            at=at,
        )
    return len(waiting)


def reopen(session: Session, act: Act, by: Person, *, key: str, at: datetime) -> None:
    """Take a closing back while nobody has been told: the offer and its applications go on as if nothing had been.

    Raises Refused("undo-too-late") once the time for it is over.
    """
    offer = session.get_one(Offer, act.subject_id)
    offers.lock(session, offer)
    is_over = offer.closes_at is not None and offer.closes_at <= at
    if offer.state is not OfferState.CLOSED or at >= act.until or is_over:
        raise Refused("undo-too-late", what=str(act.kind), title=offer.title)
    outbox.take_back(session, act.cause, at=at)
    act.undone_at = at
    offers.LIFE.step(offer, "reopen", by=by.id, at=at)
    offer.closed_at, offer.filled, offer.filled_said_at = None, False, None
    applications.resume_with_offer(session, offer, at=at)
    job_interviews.restore(session, act.payload.get("interviews", {}), by, at=at)
    is_recruiter = by.id == offer.recruiter_id
    about = (
        Reply(About.OFFER, Role.RECRUITER, offer.id) if is_recruiter else Reply(About.MODERATION, Role.STAFF, offer.id)
    )
    outbox.post(session, Noted("offer-reopened", offer.title), to=by, dedupe=f"reopened:{key}", reply=about, at=at)


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


def limit(session: Session, offer: Offer, recruiter: Person, count: int, *, key: str, at: datetime) -> None:
    """Have the offer close by itself once that many people have applied; at once when they have already."""
    if offer.state is OfferState.CLOSED:
        raise Refused("offer-already-closed")
    offer.close_at_count = count
    offer.draft = {**offer.draft, "close_at_count": count}
    if close_if_full(session, offer, at=at):
        return
    outbox.post(
        session,
        Noted("offer-limited", f"{offer.title}, {count}"),
        to=recruiter,
        dedupe=f"offer-limited:{key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )


def close_if_full(session: Session, offer: Offer, *, at: datetime) -> bool:
    """Close an offer to which as many have applied as its recruiter asked for; tells whether it did."""
    if offer.close_at_count is None or offer.state is not OfferState.PUBLISHED:
        return False
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Application.offer_id == offer.id, Application.state != ApplicationState.WITHDRAWN
        )
    )
    if (count or 0) < offer.close_at_count:
        return False
    offers.LIFE.step(offer, "close", by=None, at=at)
    offer.closed_at = at
    told = tell_applicants(session, offer, at=at)
    letter = OfferClosed(offer.title, False, told, full=count or 0, interviews=_coming(session, offer, at=at))
    _tell_recruiter(session, offer, letter, at=at)
    return True


def close_expired(session: Session, *, at: datetime) -> int:
    """Close, in the caller's transaction, offers whose moment and grace have passed; returns how many."""
    over = offers.expired(session, at=at)
    for offer in over:
        offers.LIFE.step(offer, "expire", by=None, at=at)
        offer.closed_at = offer.closes_at
        told = tell_applicants(session, offer, at=at)
        letter = OfferClosed(offer.title, False, told, by_clock=True, interviews=_coming(session, offer, at=at))
        _tell_recruiter(session, offer, letter, at=at)
    return len(over)
