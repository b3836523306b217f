"""A recruiter's desk: her offers, where they stand, and who applied; she acts by answering our mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from jobboard import acts, applications, colleagues, figures, hunting, offers, showing
from jobboard.acts import ActKind
from jobboard.addresses import Purpose
from jobboard.applications import Application
from jobboard.clock import now
from jobboard.offers import Offer, OfferState
from jobboard.people import Person
from webapp import correspondences
from webapp.house import house
from webapp.pages import render
from webapp.visitors import visitor

blueprint = Blueprint("recruteur", __name__)


@blueprint.get("/recruteur")
def desk() -> Response:
    """Her offers, newest first, with how many applied."""
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        found = [*offers.of_recruiter(session, person), *_shared(session, person)]
        return render(
            "recruteur/desk.html",
            person=person,
            offers=[(offer, standing(offer, open=offer.is_open(at))) for offer in found],
            counts=_counts(session, found, person),
            may_hunt=hunting.is_allowed(session, person),
            figures=figures.by_offer(session, [one.id for one in found], since=at - _EVER, until=at + _DAY),
        )


_EVER, _DAY = timedelta(days=3650), timedelta(days=1)


def standing(offer: Offer, *, open: bool) -> str:
    """Return where an offer stands, as a name that the templates put into words; past its moment it is closed."""
    return "closed" if offer.state is OfferState.PUBLISHED and not open else str(offer.state)


def _shared(session: Session, person: Person) -> list[Offer]:
    """Return the offers of others whose conversations she shares, newest first."""
    found = (session.get(Offer, offer_id) for offer_id in colleagues.shared_offers(session, person))
    return [offer for offer in found if offer is not None]


def _counts(session: Session, found: Sequence[Offer], reader: Person) -> dict[int, int]:
    query = (
        sa.select(Application.offer_id, sa.func.count())
        .where(
            Application.offer_id.in_([offer.id for offer in found]),
            applications.handed_over(),
            correspondences.not_apart(reader),
        )
        .group_by(Application.offer_id)
    )
    return dict(session.execute(query).all())


@blueprint.get("/recruteur/offres/<int:offer_id>")
def page(offer_id: int) -> Response:
    """One of her offers, or one that she shares, and its applications with their messages."""
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
        if offer is None or (offer.recruiter_id != person.id and not colleagues.shares(session, offer.id, person.id)):
            abort(404)
        is_open = offer.is_open(at)
        return render(
            "recruteur/offer.html",
            offer=offer,
            standing=standing(offer, open=is_open),
            lines=showing.offer_lines(offer),
            apply_address=house().addresses.make(Purpose.OFFER, offer.id) if is_open else "",
            own=offer.recruiter_id == person.id,
            undo=_may_undo(session, offer, person, at=at),
            figures=figures.by_offer(session, [offer.id], since=at - _EVER, until=at + _DAY).get(offer.id),
            applications=correspondences.of_offer(session, offer, person, at=at),
        )


def _may_undo(session: Session, offer: Offer, person: Person, *, at: datetime) -> bool:
    """Tell whether she may still take the closing of the offer back."""
    act = acts.last_of(session, person)
    return act is not None and act.kind is ActKind.CLOSING and act.subject_id == offer.id and act.until > at
