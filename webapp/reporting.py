"""Reporting an offer: a form with one optional field, for anybody; who reports is not asked, and not kept."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from jobboard import moderation
from jobboard.clock import now
from jobboard.offers import Offer
from webapp import fields
from webapp.house import house
from webapp.pages import render
from webapp.security import by_client, client_address, limiter, without_session
from webapp.visitors import signed_in

blueprint = Blueprint("signaler", __name__)

by_network = limiter.shared_limit("6 per day; 3 per hour", scope="reports", methods=["POST"])


@blueprint.get("/offres/<int:offer_id>/signaler")
def form(offer_id: int) -> Response:
    """The form."""
    with house().transaction() as session:
        return render("signaler/form.html", offer=_offer(session, offer_id))


@blueprint.post("/offres/<int:offer_id>/signaler")
@without_session  # acts for nobody who is signed in
@by_client
@by_network
def send(offer_id: int) -> Response:
    """Keep the report and tell the staff; the answer is the same whether it is the first or the tenth."""
    at, reason = now(), fields.text("raison")
    with house().transaction() as session:
        offer, person = _offer(session, offer_id), signed_in(session)
        reporter = f"person:{person.id}" if person is not None else f"network:{_network()}"
        moderation.report(session, offer, reporter, reason, person=person, at=at)
        return render("signaler/sent.html", offer=offer)


def _offer(session: Session, offer_id: int) -> Offer:
    offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
    if offer is None or not offer.is_open(now()):
        abort(404)
    return offer


def _network() -> str:
    """Return a keyed name of the network that asks: it tells two readers apart and leads back to nobody."""
    try:
        address = ipaddress.ip_address(client_address())
        network = str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))
    except ValueError:
        network = "unknown"
    key = house().settings.keys("reports")[0]
    return hmac.digest(key, network.encode(), "sha256").hex()[:24]
