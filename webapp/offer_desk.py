"""The staff's desk for one offer: what a decision needs, and the buttons that take it; as the words do by mail."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash
from sqlalchemy.orm import Session

from jobboard import acts, audit, closings, deposits, drafts, memberships, moderation, offer_reports, offers, showing
from jobboard.acts import ActKind
from jobboard.clock import now
from jobboard.errors import Refused
from jobboard.lint_rules import DO, WHY
from jobboard.offers import Offer, OfferState
from jobboard.people import Person
from webapp import fields
from webapp.depositing import shown
from webapp.house import house
from webapp.offer_form import OfferForm
from webapp.pages import render, see_other
from webapp.recruteur import standing
from webapp.traces import trace
from webapp.typesetting import civil
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe_offres", __name__, url_prefix="/equipe/offres")


@blueprint.get("/<int:offer_id>")
def page(offer_id: int) -> Response:
    """One offer with everything that a decision needs; the depositor's address is masked."""
    with house().transaction() as session:
        member = member_of_staff(session)
        return _page(session, _offer(session, offer_id), member)


def _page(
    session: Session, offer: Offer, member: Person, *, status: int = 200, address: str = "", error: str = ""
) -> Response:
    at = now()
    recruiter = session.get_one(Person, offer.recruiter_id)
    act = acts.last_of(session, member)
    mine = act is not None and act.subject_id == offer.id and act.until > at
    return render(
        "equipe/offer.html",
        status,
        offer=offer,
        standing=standing(offer, open=offer.is_open(at)),
        lines=showing.offer_lines(offer),
        remarks=moderation.remarks(offer),
        why=WHY,
        do=DO,
        record=moderation.record(session, offer, at=at),
        alike=moderation.alike(session, offer, at=at),
        namesakes=memberships.namesakes(session, offer),
        reports=offer_reports.waiting(session, offer.id),
        undo=act if mine and act is not None and act.kind in _UNDOING else None,
        depositor=recruiter.name,
        masked=showing.masked_address(recruiter),
        address=address,
        log=trace(session, offers.LIFE.name, offer.id),
        views=len(audit.of_subject(session, Person.__tablename__, recruiter.id)),
        error=error,
    )


def _offer(session: Session, offer_id: int) -> Offer:
    offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
    if offer is None:
        abort(404)
    return offer


@blueprint.post("/<int:offer_id>/valider")
def validate(offer_id: int) -> Response:
    """Publish an offer."""
    at = now()
    with house().transaction() as session:
        member = member_of_staff(session)
        moderation.validate(session, _offer(session, offer_id), member, key=_key(at), at=at)
    flash("validated")
    return see_other("/equipe")


@blueprint.post("/<int:offer_id>/refuser")
def refuse(offer_id: int) -> Response:
    """Send an offer back with a reason."""
    at, reason = now(), fields.text("raison")
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        if not reason:
            return _page(session, offer, member, status=422, error="raison")
        moderation.refuse(session, offer, member, reason, key=_key(at), at=at)
    flash("refused")
    return see_other(f"/equipe/offres/{offer_id}")


@blueprint.get("/<int:offer_id>/corriger")
def correction(offer_id: int) -> Response:
    """The form of an offer that waits, for the staff to correct."""
    with house().transaction() as session:
        member_of_staff(session)
        offer = _offer(session, offer_id)
        if offer.state is not OfferState.PENDING:
            raise Refused("already-decided")
        return shown(OfferForm.of(deposits.draft_of(offer)), f"/equipe/offres/{offer_id}/corriger", sends="correction")


@blueprint.post("/<int:offer_id>/corriger")
def correct(offer_id: int) -> Response:
    """Take the staff's correction; its recruiter sees what changed."""
    at = now()
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        form = OfferForm.posted(deposits.draft_of(offer), today=civil(at))
        if form.errors:
            return shown(form, f"/equipe/offres/{offer_id}/corriger", status=422, sends="correction")
        read = drafts.ReadDraft(form.draft, (), ())
        moderation.correct(session, offer, member, read, key=_key(at), at=at)
    flash("corrected")
    return see_other(f"/equipe/offres/{offer_id}")


@blueprint.post("/<int:offer_id>/garder")
def keep(offer_id: int) -> Response:
    """Say that a reported offer is in order."""
    at = now()
    with house().transaction() as session:
        member = member_of_staff(session)
        moderation.keep(session, _offer(session, offer_id), member, key=_key(at), at=at)
    flash("kept")
    return see_other(f"/equipe/offres/{offer_id}")


@blueprint.post("/<int:offer_id>/clore")
def close(offer_id: int) -> Response:
    """Close an offer in the association's name."""
    at, reason = now(), fields.text("raison-cloture")
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        if not reason:
            return _page(session, offer, member, status=422, error="raison-cloture")
        closings.close_by_staff(session, offer, member, reason, key=_key(at), at=at)
    flash("closed")
    return see_other(f"/equipe/offres/{offer_id}")


_UNDOING = {ActKind.OFFER_REFUSAL: moderation.undo_refusal, ActKind.CLOSING: closings.reopen}


@blueprint.post("/<int:offer_id>/annuler")
def undo(offer_id: int) -> Response:
    """Take back a refusal or a closing that nobody has been told of."""
    at = now()
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        act = acts.last_of(session, member)
        if act is None or act.kind not in _UNDOING or act.subject_id != offer.id or act.until <= at:
            raise Refused("undo-too-late", what="offer", title=offer.title)
        _UNDOING[act.kind](session, act, member, key=_key(at), at=at)
    flash("undone")
    return see_other(f"/equipe/offres/{offer_id}")


@blueprint.post("/<int:offer_id>/reunir/<int:organisation_id>")
def join(offer_id: int, organisation_id: int) -> Response:
    """Let the depositor act for an organisation of the same name that others act for already."""
    at = now()
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        memberships.join_by_staff(session, offer, organisation_id, member, key=_key(at), at=at)
    flash("joined")
    return see_other(f"/equipe/offres/{offer_id}")


@blueprint.post("/<int:offer_id>/adresse")
def see_address(offer_id: int) -> Response:
    """Show the depositor's address, this once, and note who looked."""
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        recruiter = session.get_one(Person, offer.recruiter_id)
        subject = Person.__tablename__
        audit.note(session, member, audit.ADDRESS_SEEN, subject=subject, subject_id=recruiter.id, at=now())
        session.flush()
        return _page(session, offer, member, address=recruiter.address)


def _key(at: datetime) -> str:
    """Return what tells this decision from another one upon the same record."""
    return f"web:{at.isoformat()}"
