"""The offers: the list with its filters, the page of each, and the feed."""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup

from jobboard import figures, showing
from jobboard.addresses import Purpose
from jobboard.clock import now
from jobboard.contracts import CONTRACT_LABELS, KIND_LABELS
from jobboard.letters.cards import OfferCard
from jobboard.offers import Offer, OfferState
from mailer.finishing import keep
from webapp import feeds, offer_search
from webapp.house import house
from webapp.job_posting import job_posting
from webapp.language import gettext as _
from webapp.offer_search import Search
from webapp.pages import render
from webapp.security import is_robot
from webapp.typesetting import deadline

blueprint = Blueprint("offres", __name__)

# Programs that say what they are; whoever hides it is counted, and a count is all it is.
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|java/|headless", re.IGNORECASE)
PER_PAGE = 20
PER_FEED = 50


@blueprint.get("/offres")
def listed() -> Response:
    """The open offers, newest first."""
    search = Search.read(request.args)
    with house().transaction() as session:
        found = offer_search.find(session, search, limit=PER_PAGE + 1, at=now())
        cards = [showing.card(offer) for offer in found[:PER_PAGE]]
    return render(
        "offres/list.html",
        search=search,
        cards=cards,
        older=search.address("/offres", after=cards[-1].offer_id) if len(found) > PER_PAGE else "",
        newest=search.address("/offres"),
        feed=search.address("/offres.atom"),
        contracts=CONTRACT_LABELS,
        kinds=KIND_LABELS,
        around_km=offer_search.AROUND_KM,
    )


@blueprint.get("/offres.atom")
def feed() -> Response:
    """The same list as a feed."""
    search = Search.read(request.args)
    with house().transaction() as session:
        found = offer_search.find(session, search, limit=PER_FEED, at=now())
        entries = [_entry(offer) for offer in found]
    return feeds.atom(search.address("/offres.atom"), search.address("/offres"), _("Offres"), entries)


def _entry(offer: Offer) -> feeds.Entry:
    assert offer.published_at is not None, "only published offers are found"
    card = showing.card(offer)
    return feeds.Entry(
        path=offer.path,
        name=f"offre-{offer.id}",
        title=f"{offer.title}, {offer.place_label}" if offer.place_label else offer.title,
        summary=f"{_('Candidatures %(until)s', until=deadline(card.closes_at))}.\n\n{offer.duties}",
        published=offer.published_at,
        author=offer.employer,
    )


@blueprint.get("/offres/<int:offer_id>")
@blueprint.get("/offres/<int:offer_id>-<slug>")
def page(offer_id: int, slug: str = "") -> Response:
    """One offer, as long as it is open; afterwards what is near it."""
    at = now()
    with house().transaction() as session:
        offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
        if (
            offer is None
            or offer.published_at is None
            or offer.state in (OfferState.DRAFT, OfferState.PENDING, OfferState.HIDDEN)
        ):
            abort(404)
        if slug != offer.slug:
            return _moved(offer.path)
        if not offer.is_open(at):
            return render("offres/closed.html", 410, offer=offer, cards=showing.near(session, offer, at=at))
        if request.method == "GET" and not is_robot():
            figures.count_view(session, offer.id, at=at)
        return _open_page(offer, showing.card(offer), showing.near(session, offer, at=at))


def _moved(path: str) -> Response:
    answer = redirect(path, 301)
    assert isinstance(answer, Response)
    return answer


def _open_page(offer: Offer, card: OfferCard, near: tuple[OfferCard, ...]) -> Response:
    return render(
        "offres/offer.html",
        offer=offer,
        card=card,
        near=near,
        apply_address=house().addresses.make(Purpose.OFFER, offer.id),
        markup=_data_block(offer),
        telework=showing.telework(offer),
    )


def _data_block(offer: Offer) -> Markup:
    """Return the JSON-LD of the offer, safe inside a script element: no "<" is left in it."""
    posting = json.dumps(job_posting(offer, base_url=house().settings.base_url), ensure_ascii=False)
    return Markup(keep(posting.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")))
