"""Depositing an offer: shown as read, completed, submitted, decided by staff, published."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import drafts, offers, outbox, people, showing
from jobboard.drafts import Draft, ReadDraft
from jobboard.errors import Refused
from jobboard.letters.cards import Choice
from jobboard.letters.recruiting import DraftShown, OfferRefused, OfferSubmitted
from jobboard.letters.staff import Decided, OfferToValidate
from jobboard.lifecycle import Transition
from jobboard.offers import Offer, OfferState
from jobboard.people import Person, Role
from jobboard.tickets import About, Reply


def deposit(
    session: Session,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> Offer:
    """Keep what was read as a draft offer and show it to its recruiter."""
    people.grant(session, recruiter, Role.RECRUITER, at=at)
    offer = offers.deposit(session, recruiter, read.draft, at=at)
    show(session, offer, recruiter, read, key=key, at=at, thread=thread)
    return offer


def show(
    session: Session,
    offer: Offer,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> None:
    """Post the draft with what is missing or doubtful."""
    offer.rounds += 1
    outbox.post(
        session,
        DraftShown(
            lines=showing.offer_lines(offer, checks=read.checks),
            missing=tuple(drafts.FIELD_LABELS[field] for field in read.missing),
            doubts=tuple(Choice(drafts.FIELD_LABELS[doubt.field], doubt.options) for doubt in read.doubts),
            title=offer.title,
        ),
        to=recruiter,
        dedupe=f"draft:{offer.id}:{key}",
        reply=Reply(About.DRAFT, Role.RECRUITER, subject_id=offer.id),
        thread=thread,
        at=at,
    )


def draft_of(offer: Offer) -> Draft:
    """Return the draft behind an offer."""
    return Draft.from_json(offer.draft)


def complete(
    session: Session,
    offer: Offer,
    recruiter: Person,
    read: ReadDraft,
    *,
    key: str,
    at: datetime,
    thread: outbox.Thread | None = None,
) -> None:
    """Put her reply into the draft and show it again."""
    offers.rewrite(session, offer, read.draft, recruiter, at=at)
    show(session, offer, recruiter, read, key=key, at=at, thread=thread)


def submit(session: Session, offer: Offer, recruiter: Person, *, key: str, at: datetime) -> None:
    """Hand a complete draft to every member of staff. Raises Refused("draft-incomplete") with what is missing."""
    missing = [drafts.FIELD_LABELS[field] for field in drafts.missing(draft_of(offer))]
    if missing:
        raise Refused("draft-incomplete", missing=", ".join(missing))
    if offer.closes_at is not None and offer.closes_at <= at:
        raise Refused("closing-date-past")
    offers.submit(session, offer, by=recruiter, at=at)
    round_key = submissions(session, offer)
    outbox.post(
        session,
        OfferSubmitted(offer.title),
        to=recruiter,
        dedupe=f"offer-submitted:{offer.id}:{round_key}",
        reply=Reply(About.OFFER, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )
    letter = OfferToValidate(
        title=offer.title,
        lines=showing.offer_lines(offer),
        depositor=showing.masked_address(recruiter),
        earlier_offers=earlier_offers(session, offer),
        path=f"/equipe/offres/{offer.id}",
    )
    for member in people.staff(session):
        outbox.post(
            session,
            letter,
            to=member,
            dedupe=f"offer-to-validate:{offer.id}:{round_key}:{member.id}",
            reply=Reply(About.MODERATION, Role.STAFF, subject_id=offer.id),
            at=at,
        )


def submissions(session: Session, offer: Offer) -> int:
    """Return how often the offer was submitted: each submission is announced anew."""
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Transition.subject == offers.LIFE.name, Transition.subject_id == offer.id, Transition.step == "submit"
        )
    )
    return count or 0


def earlier_offers(session: Session, offer: Offer) -> int:
    """Return how many offers of the same recruiter were published before."""
    count = session.scalar(
        sa.select(sa.func.count()).where(
            Offer.recruiter_id == offer.recruiter_id, Offer.id != offer.id, Offer.published_at.is_not(None)
        )
    )
    return count or 0


def validate(session: Session, offer: Offer, member: Person, *, key: str, at: datetime) -> None:
    """Publish at the word of a member of staff, who gets a receipt; matching follows by itself."""
    offers.validate(session, offer, by=member, at=at)
    _receipt(session, "validated", offer, member, key=key, at=at)


def refuse(session: Session, offer: Offer, member: Person, reason: str, *, key: str, at: datetime) -> None:
    """Send the offer back with a reason, to be corrected by answering. Raises Refused("reason-missing") without one."""
    if not reason.strip():
        raise Refused("reason-missing")
    offers.refuse(session, offer, by=member, at=at)
    recruiter = session.get_one(Person, offer.recruiter_id)
    outbox.post(
        session,
        OfferRefused(offer.title, reason.strip()[:2000]),
        to=recruiter,
        dedupe=f"offer-refused:{offer.id}:{submissions(session, offer)}",
        reply=Reply(About.DRAFT, Role.RECRUITER, subject_id=offer.id),
        at=at,
    )
    _receipt(session, "refused", offer, member, key=key, at=at)


def _receipt(session: Session, what: str, offer: Offer, member: Person, *, key: str, at: datetime) -> None:
    outbox.post(session, Decided(what, offer.title), to=member, dedupe=f"decided:{offer.id}:{key}", at=at)


def reopen(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> None:
    """Turn a submitted or published offer back into a draft, to be corrected and validated again."""
    if offer.state is not OfferState.DRAFT:
        offers.LIFE.step(offer, "correct", by=recruiter.id, at=at)
