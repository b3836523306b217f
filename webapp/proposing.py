"""What recruiters propose to a candidate, on her own page: the offer, OUI or NON, as by mail."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash
from sqlalchemy.orm import Session

from jobboard import contacts, proposals, showing
from jobboard.clock import now
from jobboard.letters.cards import OfferCard
from jobboard.offers import Offer
from jobboard.people import Person
from webapp.house import house
from webapp.pages import see_other
from webapp.security import by_client
from webapp.visitors import visitor

blueprint = Blueprint("propositions", __name__)

ANSWERS = {"oui": "proposal-accepted", "non": "proposal-declined"}


def waiting(session: Session, person: Person, *, at: datetime) -> list[tuple[int, OfferCard]]:
    """Return the proposals that she may still answer, newest first, each with its offer."""
    found = ((one.id, session.get_one(Offer, one.offer_id)) for one in proposals.waiting_for(session, person, at=at))
    return [(proposal_id, showing.card(offer)) for proposal_id, offer in found if offer.is_open(at)]


@blueprint.post("/moi/propositions/<int:proposal_id>/<answer>")
@by_client
def answer(proposal_id: int, answer: str) -> Response:
    """Take her OUI or NON; it is final for that offer."""
    if answer not in ANSWERS:
        abort(404)
    at = now()
    with house().transaction() as session:
        person = visitor(session)
        proposal = proposals.open_proposal(session, min(proposal_id, 2**62), at=at)
        if proposal.person_id != person.id:
            abort(404)
        if answer == "oui":
            contacts.accept(session, proposal, None, how="web", at=at)
        else:
            contacts.decline(session, proposal, at=at)
    flash(ANSWERS[answer])
    return see_other("/moi")
