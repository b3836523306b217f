"""What a recruiter does with one of her offers by buttons: correct it, prolong it, close it; as the words do by mail."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import acts, closings, deposits, drafts, offers
from jobboard.acts import ActKind
from jobboard.clock import end_of_day, now
from jobboard.errors import Refused
from jobboard.offers import Offer, OfferState
from jobboard.people import Person
from webapp import fields
from webapp.depositing import SEND, shown
from webapp.house import house
from webapp.offer_form import OfferForm, posted_by_button
from webapp.pages import see_other
from webapp.typesetting import civil
from webapp.visitors import visitor

blueprint = Blueprint("recruteur_offres", __name__, url_prefix="/recruteur/offres/<int:offer_id>")


def _own(session: Session, offer_id: int) -> tuple[Person, Offer]:
    """Return who is signed in and her own offer; for anybody else it does not exist."""
    person = visitor(session)
    offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
    if offer is None or offer.recruiter_id != person.id:
        abort(404)
    return person, offer


def _page(offer_id: int) -> str:
    return f"/recruteur/offres/{offer_id}"


@blueprint.get("/modifier")
def form(offer_id: int) -> Response:
    """The form of her offer as it stands."""
    with house().transaction() as session:
        _, offer = _own(session, offer_id)
        if offer.state is OfferState.CLOSED:
            raise Refused("offer-already-closed", title=offer.title)
        return _form(OfferForm.of(deposits.draft_of(offer)), offer)


def _form(filled: OfferForm, offer: Offer, *, status: int = 200) -> Response:
    sends = "team" if offer.state is OfferState.DRAFT else "recruiter"
    return shown(filled, f"{_page(offer.id)}/modifier", status=status, sends=sends, back=_page(offer.id))


@blueprint.post("/modifier")
def change(offer_id: int) -> Response:
    """Take what she changed: a draft is kept or sent, a published offer corrected at once or validated again."""
    at = now()
    with house().transaction() as session:
        person, offer = _own(session, offer_id)
        filled = OfferForm.posted(deposits.draft_of(offer), today=civil(at))
        if filled.errors and (posted_by_button(SEND) or offer.state is not OfferState.DRAFT):
            return _form(filled, offer, status=422)
        key = f"web:{at.isoformat()}"
        if offer.state is OfferState.DRAFT:
            offers.rewrite(session, offer, filled.draft, person, at=at)
            said = "saved"
            if posted_by_button(SEND):
                deposits.submit(session, offer, person, key=key, at=at)
                said = "submitted"
        else:
            said = _correct(session, offer, person, filled, key)
    flash(said)
    return see_other(_page(offer_id))


def _correct(session: Session, offer: Offer, person: Person, filled: OfferForm, key: str) -> str:
    at = now()
    read = drafts.ReadDraft(filled.draft, (), ())
    if deposits.correct(session, offer, person, read, key=key, at=at):
        return "correction-applied"
    deposits.submit(session, offer, person, key=key, at=at)  # she has just read it in the form
    return "submitted"


@blueprint.post("/clore")
def close(offer_id: int) -> Response:
    """Close it at once."""
    at = now()
    with house().transaction() as session:
        person, offer = _own(session, offer_id)
        filled = request.form.get("pourvu") == "oui"
        closings.close(session, offer, person, filled=filled, key=f"web:{at.isoformat()}", at=at)
    flash("offer-closed")
    return see_other(_page(offer_id))


@blueprint.post("/prolonger")
def prolong(offer_id: int) -> Response:
    """Keep it open until another day."""
    at = now()
    with house().transaction() as session:
        person, offer = _own(session, offer_id)
        try:
            day = date.fromisoformat(fields.line("jusqu-au"))
        except ValueError:
            raise Refused("date-not-understood") from None
        until = end_of_day(day, house().settings.zone)
        closings.prolong(session, offer, person, until, key=f"web:{at.isoformat()}", at=at)
    flash("prolonged")
    return see_other(_page(offer_id))


@blueprint.post("/annuler")
def undo(offer_id: int) -> Response:
    """Take a closing back that nobody has been told of."""
    at = now()
    with house().transaction() as session:
        person, offer = _own(session, offer_id)
        act = acts.last_of(session, person)
        if act is None or act.kind is not ActKind.CLOSING or act.subject_id != offer.id:
            raise Refused("undo-too-late", what="closing", title=offer.title)
        closings.reopen(session, act, person, key=f"web:{at.isoformat()}", at=at)
    flash("undone")
    return see_other(_page(offer_id))
