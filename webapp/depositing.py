"""The form of an offer on the web: where a mail leads to that could not be read in three rounds, or a first deposit."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash
from sqlalchemy.orm import Session

from jobboard import deposits, form_links, offers, people
from jobboard.clock import now
from jobboard.contracts import CONTRACT_LABELS, KIND_OF_CONTRACT, WORKING_TIME_LABELS, Kind
from jobboard.drafts import Draft
from jobboard.offers import Offer, OfferState
from jobboard.people import Person
from webapp.house import house
from webapp.language import speak
from webapp.offer_form import OfferForm, posted_by_button
from webapp.pages import render, see_other
from webapp.security import by_client, without_session
from webapp.typesetting import civil
from webapp.visitors import visitor

blueprint = Blueprint("deposer", __name__)

SEND = "envoyer"


def shown(form: OfferForm, action: str, *, status: int = 200, sends: str = "team", back: str = "") -> Response:
    """Return the page of the form; `sends`: "team" hands it to the staff, "correction" changes an offer."""
    return render(
        "deposer/form.html",
        status,
        form=form,
        action=action,
        sends=sends,
        back=back,
        contracts=CONTRACT_LABELS,
        missions=[str(one) for one, kind in KIND_OF_CONTRACT.items() if kind is Kind.MISSION],
        times=WORKING_TIME_LABELS,
    )


@blueprint.get("/deposer")
def first() -> Response:
    """The empty form, for somebody who is signed in."""
    with house().transaction() as session:
        visitor(session)
    return shown(OfferForm.of(Draft()), "/deposer")


@blueprint.post("/deposer")
@by_client
def deposit() -> Response:
    """Keep a new offer of the person who is signed in, and hand it to the staff when it is complete."""
    at = now()
    form = OfferForm.posted(Draft(), today=civil(at))
    with house().transaction() as session:
        person = visitor(session)
        if form.errors:
            return shown(form, "/deposer", status=422)
        people.grant(session, person, people.Role.RECRUITER, at=at)
        offer = offers.deposit(session, person, form.draft, at=at)
        _send(session, offer, person, at=at)
    return see_other(f"/recruteur/offres/{offer.id}")


@blueprint.get("/deposer/<token>")
def form_page(token: str) -> Response:
    """The form of a draft, as its mail leads there."""
    with house().transaction() as session:
        offer = _offer(session, token)
        if offer.state is not OfferState.DRAFT:
            return render("deposer/done.html", offer=offer, standing=str(offer.state))
        return shown(OfferForm.of(deposits.draft_of(offer)), f"/deposer/{token}")


@blueprint.post("/deposer/<token>")
@without_session  # the token is the proof
@by_client
def send(token: str) -> Response:
    """Save the draft; hand it to the staff when it is complete and the button says so."""
    at = now()
    with house().transaction() as session:
        offer = _offer(session, token)
        offers.lock(session, offer)
        if offer.state is not OfferState.DRAFT:
            return render("deposer/done.html", 409, offer=offer, standing=str(offer.state))
        recruiter = session.get_one(Person, offer.recruiter_id)
        form = OfferForm.posted(deposits.draft_of(offer), today=civil(at))
        if form.errors and posted_by_button(SEND):
            return shown(form, f"/deposer/{token}", status=422)
        offers.rewrite(session, offer, form.draft, recruiter, at=at)
        if posted_by_button(SEND):
            _send(session, offer, recruiter, at=at)
    if not posted_by_button(SEND):
        flash("saved")
        return see_other(f"/deposer/{token}")
    return render("deposer/done.html", offer=offer, standing=str(offer.state))


def _send(session: Session, offer: Offer, recruiter: Person, *, at: datetime) -> None:
    deposits.submit(session, offer, recruiter, key=f"web:{at.isoformat()}", at=at)


def _offer(session: Session, token: str) -> Offer:
    """Return the offer that a link names, and speak its author's language from now on; 404 for a link not ours."""
    offer_id = form_links.read(house().settings, token)
    offer = session.get(Offer, offer_id) if offer_id is not None else None
    if offer is None:
        abort(404)
    speak(session.get_one(Person, offer.recruiter_id).language)
    return offer
