"""A recruiter's desk: her offers, where they stand, and who applied; she acts by answering our mails."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from jobboard import offers, showing
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
        found = offers.of_recruiter(session, person)
        return render(
            "recruteur/desk.html",
            person=person,
            offers=[(offer, standing(offer, open=offer.is_open(at))) for offer in found],
            counts=_counts(session, person),
        )


def standing(offer: Offer, *, open: bool) -> str:
    """Return where an offer stands, as a name that the templates put into words; past its moment it is closed."""
    return "closed" if offer.state is OfferState.PUBLISHED and not open else str(offer.state)


def _counts(session: Session, recruiter: Person) -> dict[int, int]:
    query = (
        sa.select(Application.offer_id, sa.func.count())
        .join(Offer, Offer.id == Application.offer_id)
        .where(Offer.recruiter_id == recruiter.id, correspondences.handed_over())
        .group_by(Application.offer_id)
    )
    return dict(session.execute(query).all())


@blueprint.get("/recruteur/offres/<int:offer_id>")
def page(offer_id: int) -> Response:
    """One of her offers, and its applications with their messages."""
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
        if offer is None or offer.recruiter_id != person.id:
            abort(404)
        is_open = offer.is_open(at)
        return render(
            "recruteur/offer.html",
            offer=offer,
            standing=standing(offer, open=is_open),
            lines=showing.offer_lines(offer),
            apply_address=house().addresses.make(Purpose.OFFER, offer.id) if is_open else "",
            applications=correspondences.of_offer(session, offer, person),
        )
