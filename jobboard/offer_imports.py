"""Taking in offers: each once, into moderation like any deposit, or published at the word of the staff who import it.

An offer is recognised by its reference, or by employer, title, contract and place; and by the item that it makes with one
that stands here already, whoever deposited that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import form_links, items, memberships, moderation, offers, people
from jobboard.clock import end_of_day
from jobboard.db import Base, settings_of
from jobboard.folding import fold
from jobboard.offer_rows import Entry
from jobboard.offers import Offer, OfferState
from jobboard.organisations import Organisation
from jobboard.people import Person, Role
from jobboard.row_values import Fault

_COMPARED = 60  # offers of one employer


class ImportedOffer(Base):
    """An offer that came with an import: by what it is recognised when it comes again."""

    __tablename__ = "imported_offer"
    __table_args__ = (sa.Index("ix_imported_offer_offer_id", "offer_id"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class Outcome(StrEnum):
    """What became of an offer."""

    SUBMITTED = "submitted"  # the staff decide upon it
    PUBLISHED = "published"
    DRAFT = "draft"  # something is missing: a human completes it
    IMPORTED_BEFORE = "imported-before"
    KNOWN = "known"  # somebody else's deposit is the same offer
    EXPIRED = "expired"


@dataclass(frozen=True)
class Done:
    """What became of an offer, and the record that it made or is."""

    outcome: Outcome
    offer_id: int = 0
    form_path: str = ""  # where a draft is completed


def take_in(session: Session, entry: Entry, by: Person, *, publish: bool, key: str, at: datetime) -> Done:
    """Take an offer in, in the caller's transaction; `publish`: a member of staff who imports it validates it, too.

    Raises Fault when it names a recruiter whom we do not know.
    """
    before = session.get(ImportedOffer, entry.key)
    if before is not None:
        return Done(Outcome.IMPORTED_BEFORE, before.offer_id)
    closes_on = entry.draft.closes_on
    if closes_on is not None and end_of_day(closes_on, settings_of(session).zone) <= at:
        return Done(Outcome.EXPIRED)
    recruiter = _recruiter(session, entry.recruiter) or by
    people.grant(session, recruiter, Role.RECRUITER, at=at)
    nested = session.begin_nested()
    offer = offers.deposit(session, recruiter, entry.draft, at=at)
    known = _same(session, offer, at=at)
    if known is not None:
        nested.rollback()
        return Done(Outcome.KNOWN, known)
    nested.commit()
    row = insert(ImportedOffer).values(key=entry.key, offer_id=offer.id, at=at)
    session.execute(row)
    if entry.missing:
        return Done(Outcome.DRAFT, offer.id, form_links.path(settings_of(session), offer.id))
    offers.submit(session, offer, by=by, at=at)
    if publish:
        offers.validate(session, offer, by=by, at=at)
        return Done(Outcome.PUBLISHED, offer.id)
    memberships.ask_members(session, offer, recruiter, at=at)
    moderation.ask_staff(session, offer, recruiter, at=at)
    return Done(Outcome.SUBMITTED, offer.id)


def _recruiter(session: Session, address: str) -> Person | None:
    person = people.find(session, address) if address else None
    if address and (person is None or person.erased_at is not None):
        raise Fault("its recruiter is nobody we know: she must have written to us once; without her the offer is yours")
    return person


def _same(session: Session, offer: Offer, *, at: datetime) -> int | None:
    """Return the offer that makes one item with this one, still waiting or published lately; None for none."""
    organisation = session.get_one(Organisation, offer.organisation_id) if offer.organisation_id else None
    if organisation is None:
        return None
    lately = sa.or_(Offer.published_at >= at - items.SAME_FOR, Offer.closes_at >= at)
    others = (
        sa.select(Offer)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.id != offer.id, Organisation.name_key == fold(organisation.name), lately)
        .where(Offer.place_code.is_not_distinct_from(offer.place_code))
        .where(sa.or_(Offer.state == OfferState.PENDING, Offer.published_at.is_not(None)))
        .order_by(Offer.id.desc())
        .limit(_COMPARED)
    )
    wanted = items.key_of(offer)
    return next((one.id for one in session.scalars(others) if items.key_of(one) == wanted), None)
