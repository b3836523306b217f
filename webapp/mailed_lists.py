"""The list of one mail, as it was made: the exact offers in the order of their numbers, with what has closed since.

The link is in a mail and knows nothing of its reader but her language: no name, no search, no address is on the page.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort

from jobboard import links as purposes
from jobboard import showing
from jobboard.clock import now
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.tickets import About, Ticket
from webapp import links
from webapp.house import house
from webapp.language import speak
from webapp.pages import render

blueprint = Blueprint("listes", __name__)


@blueprint.get("/listes/<token>")
def show(token: str) -> Response:
    """Every offer of that mail; 404 for a link that is not ours, 410 once it is too old."""
    at, ticket_id = now(), links.read(purposes.LIST, token)
    with house().transaction() as session:
        ticket = session.get(Ticket, ticket_id) if ticket_id is not None else None
        if ticket is None or ticket.about is not About.OFFERS:
            abort(404)
        if ticket.expires_at <= at:
            abort(410)
        if ticket.person_id is not None:
            speak(session.get_one(Person, ticket.person_id).language)
        found = {offer.id: offer for offer in session.scalars(sa.select(Offer).where(Offer.id.in_(ticket.offers)))}
        listed = [(number, found[one]) for number, one in enumerate(ticket.offers, 1) if one in found]
        entries = [(number, showing.card(offer), offer.is_open(at)) for number, offer in listed if offer.closes_at]
        return render("offres/mailed.html", entries=entries, made=ticket.created_at)
