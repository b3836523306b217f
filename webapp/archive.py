"""The letters that were sent, as anybody may read them: without anything about their readers."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from jobboard import showing
from jobboard.clock import now
from jobboard.editions import WEEKLY, Edition, EditionState
from jobboard.offers import Offer
from webapp import feeds
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render

blueprint = Blueprint("archive", __name__)

PER_PAGE = 52
PER_FEED = 20
# What is being sent is public: its first readers have it.
PUBLIC = (EditionState.SENDING, EditionState.SENT)


@blueprint.get("/lettres")
def listed() -> Response:
    """The letters of about a year, newest first."""
    with house().transaction() as session:
        found = _newest(session, PER_PAGE)
    return render("archive/list.html", editions=found)


@blueprint.get("/lettres.atom")
def feed() -> Response:
    """The same as a feed."""
    with house().transaction() as session:
        entries = [_entry(session, edition) for edition in _newest(session, PER_FEED)]
    return feeds.atom("/lettres.atom", "/lettres", _("La lettre de la semaine"), entries)


def _newest(session: Session, limit: int) -> list[Edition]:
    query = sa.select(Edition).where(Edition.list_name == WEEKLY, Edition.state.in_(PUBLIC))
    return list(session.scalars(query.order_by(Edition.number.desc()).limit(limit)))


def _entry(session: Session, edition: Edition) -> feeds.Entry:
    titles = [offer.title for offer in _offers(session, edition)]
    return feeds.Entry(
        path=f"/lettres/{edition.number}",
        name=f"lettre-{edition.number}",
        title=title_of(edition),
        summary="\n".join([*([edition.intro] if edition.intro else []), *titles]),
        published=edition.approved_at or edition.drafted_at,
        author=house().settings.site_name,
    )


def title_of(edition: Edition) -> str:
    """Return what an edition is called."""
    return edition.title or _("La lettre n° %(number)s", number=edition.number)


def _offers(session: Session, edition: Edition) -> list[Offer]:
    found = {one.id: one for one in session.scalars(sa.select(Offer).where(Offer.id.in_(edition.offers)))}
    return [found[one] for one in edition.offers if one in found and found[one].published_at is not None]


@blueprint.get("/lettres/<int:number>")
def page(number: int) -> Response:
    """One letter; offers that have closed since are named without a link."""
    at = now()
    with house().transaction() as session:
        query = sa.select(Edition).where(
            Edition.list_name == WEEKLY, Edition.number == min(number, 2**31), Edition.state.in_(PUBLIC)
        )
        edition = session.scalar(query)
        if edition is None:
            abort(404)
        offers = _offers(session, edition)
        opened = [showing.card(offer) for offer in offers if offer.is_open(at)]
        closed = [offer for offer in offers if not offer.is_open(at)]
    return render("archive/letter.html", edition=edition, title=title_of(edition), cards=opened, closed=closed)
