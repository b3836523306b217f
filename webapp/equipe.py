"""The staff's desk: what needs a human today, offers to decide upon, letters to approve, how mail flows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import (
    audit,
    deposits,
    editions,
    flow,
    held,
    offers,
    people,
    showing,
    suppression,
)
from jobboard.clock import now
from jobboard.editions import Edition
from jobboard.folding import fold
from jobboard.lifecycle import Transition
from jobboard.offers import Offer
from jobboard.people import Person
from webapp import fields
from webapp.archive import title_of
from webapp.house import house
from webapp.pages import render, see_other
from webapp.recruteur import standing
from webapp.traces import trace
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe", __name__)

LATE = timedelta(minutes=10)
SUSPENDED_SHOWN = 20


@blueprint.get("/equipe")
def desk() -> Response:
    """What needs a human today comes first."""
    at, wanted = now(), request.args.get("q", "").strip()[:100]
    with house().transaction() as session:
        person = member_of_staff(session)
        pending = offers.pending(session)
        found = [offer for offer in pending if fold(wanted) in offer.folded] if fold(wanted) else pending
        return render(
            "equipe/desk.html",
            person=person,
            offers=found,
            pending=len(pending),
            wanted=wanted,
            submitted=_submitted(session, found),
            drafts=_drafts(session),
            held=held.count_waiting(session),
            trays=[flow.mailbag(session), *flow.outbox(session, at=at)],
            stuck=flow.stuck(session),
            departures=flow.departures(session, at=at),
            late_before=at - LATE,
            suspended=_suspended(session),
            suspended_count=suppression.count_suppressed(session),
            trends=_trends(session, at=at),
        )


def _submitted(session: Session, found: Sequence[Offer]) -> dict[int, datetime]:
    """Return since when each offer waits."""
    query = (
        sa.select(Transition.subject_id, sa.func.max(Transition.at))
        .where(
            Transition.subject == offers.LIFE.name,
            Transition.subject_id.in_([offer.id for offer in found]),
            Transition.step == "submit",
        )
        .group_by(Transition.subject_id)
    )
    return dict(session.execute(query).all())


def _suspended(session: Session) -> list[tuple[suppression.AddressHealth, str]]:
    """Return the last addresses that were suspended, each with its person's name and the address masked."""
    found = suppression.suppressed(session, limit=SUSPENDED_SHOWN)
    persons = ((health, people.find(session, health.address_key)) for health in found)
    return [(health, _shown(person)) for health, person in persons]


def _shown(person: Person | None) -> str:
    return " ".join((person.short_name, showing.masked_address(person))).strip() if person is not None else "–"


def _drafts(session: Session) -> list[tuple[Edition, str]]:
    query = sa.select(Edition).where(Edition.state.in_(editions.OPEN)).order_by(Edition.id)
    return [(edition, title_of(edition)) for edition in session.scalars(query)]


def _trends(session: Session, *, at: datetime) -> dict[str, tuple[int, int]]:
    """Return, for a few figures, the last seven days and the seven before."""
    week = timedelta(days=7)

    def between(
        moment: sa.orm.InstrumentedAttribute[datetime | None] | sa.orm.InstrumentedAttribute[datetime],
    ) -> tuple[int, int]:
        counts = sa.select(
            sa.func.count().filter(moment > at - week), sa.func.count().filter(moment <= at - week)
        ).where(moment > at - 2 * week, moment <= at)
        last, before = session.execute(counts).one()
        return last, before

    return {"people": between(Person.created_at), "offers": between(Offer.published_at)}


@blueprint.get("/equipe/offres/<int:offer_id>")
def offer_page(offer_id: int) -> Response:
    """One offer with everything that a decision needs; the depositor's address is masked."""
    with house().transaction() as session:
        member_of_staff(session)
        return _offer_page(session, _offer(session, offer_id))


def _offer_page(
    session: Session, offer: Offer, *, status: int = 200, address: str = "", reason: str = "", error: str = ""
) -> Response:
    recruiter = session.get_one(Person, offer.recruiter_id)
    organisation = offers.organisation_of(session, offer)
    return render(
        "equipe/offer.html",
        status,
        offer=offer,
        standing=standing(offer, open=offer.is_open(now())),
        lines=showing.offer_lines(offer),
        depositor=recruiter.name,
        masked=showing.masked_address(recruiter),
        address=address,
        earlier=deposits.earlier_offers(session, offer),
        siret=organisation.siret or "" if organisation else "",
        log=trace(session, offers.LIFE.name, offer.id),
        views=len(audit.of_subject(session, Person.__tablename__, recruiter.id)),
        reason=reason,
        error=error,
    )


def _offer(session: Session, offer_id: int) -> Offer:
    offer = session.get(Offer, offer_id) if offer_id < 2**62 else None
    if offer is None:
        abort(404)
    return offer


@blueprint.post("/equipe/offres/<int:offer_id>/valider")
def validate(offer_id: int) -> Response:
    """Publish an offer."""
    at = now()
    with house().transaction() as session:
        member = member_of_staff(session)
        deposits.validate(session, _offer(session, offer_id), member, key=_key(at), at=at)
    flash("validated")
    return see_other("/equipe")


@blueprint.post("/equipe/offres/<int:offer_id>/refuser")
def refuse(offer_id: int) -> Response:
    """Send an offer back with a reason."""
    at, reason = now(), fields.text("raison")
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        if not reason:
            return _offer_page(session, offer, status=422, error="reason")
        deposits.refuse(session, offer, member, reason, key=_key(at), at=at)
    flash("refused")
    return see_other("/equipe")


@blueprint.post("/equipe/offres/<int:offer_id>/adresse")
def see_address(offer_id: int) -> Response:
    """Show the depositor's address, this once, and note who looked."""
    with house().transaction() as session:
        member, offer = member_of_staff(session), _offer(session, offer_id)
        recruiter = session.get_one(Person, offer.recruiter_id)
        subject = Person.__tablename__
        audit.note(session, member, audit.ADDRESS_SEEN, subject=subject, subject_id=recruiter.id, at=now())
        session.flush()
        return _offer_page(session, offer, address=recruiter.address)


def _key(at: datetime) -> str:
    """Return what tells this decision from another one upon the same record."""
    return f"web:{at.isoformat()}"
