"""Pages for whoever passes by: the three doors, what we keep, who we are."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response

from jobboard import drafts, showing
from jobboard.addresses import Alias
from jobboard.clock import now
from jobboard.offers import open_offers
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render

blueprint = Blueprint("public", __name__)

NEWEST = 6
# Links that prepare a mail stay under 1,000 octets: some mail clients cut what is longer.
LONGEST_MAIL_LINK = 1000


@blueprint.get("/")
def home() -> Response:
    """What this is, and its three doors."""
    at = now()
    with house().transaction() as session:
        cards = [showing.card(offer) for offer in session.scalars(open_offers(at).limit(NEWEST))]
    return render("public/home.html", cards=cards, deposit_link=_deposit_link())


def _deposit_link() -> str:
    """Return the link that opens a mail with the form of an offer; without the form where it would be too long."""
    start = f"mailto:{house().addresses.alias(Alias.OFFRES)}?subject={quote(_('Déposer une offre'))}"
    link = f"{start}&body={quote(drafts.template().replace(chr(10), chr(13) + chr(10)))}"
    return link if len(link) < LONGEST_MAIL_LINK else start


@blueprint.get("/mentions")
def legal() -> Response:
    """Who publishes this site."""
    return render("public/legal.html")


@blueprint.get("/donnees")
def privacy() -> Response:
    """What we keep, for how long, and what everybody may ask."""
    return render("public/privacy.html", settings=house().settings)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines need not read."""
    closed = ("/moi", "/recruteur", "/equipe", "/connexion", "/desabonnement/", "/dev/", "/metrics")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
