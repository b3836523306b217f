"""What a recruiter decides upon an application, and a candidate about her own: a page that says it in words, then a button."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.orm import Session

from jobboard import chasing, colleagues, job_interviews, meeting_reading, verdicts
from jobboard.applications import LIFE, Application
from jobboard.clock import now
from jobboard.conversations import Words
from jobboard.errors import Refused
from jobboard.offers import Offer
from jobboard.people import Person
from jobboard.verdicts import MAX_REASON, Reason
from jobboard.zones import zone_of
from mailer import anonymise
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import visitor

blueprint = Blueprint("decisions", __name__)

# What may be asked here, by the step of the lifecycle that must be possible.
RECRUITERS = {"vu": "see", "retenir": "retain", "refuser": "decline", "entretien": "invite"}
CANDIDATES = {"retirer": "withdraw", "relancer": "answer"}


@blueprint.get("/recruteur/candidatures/<int:application_id>/<act>")
def ask(application_id: int, act: str) -> Response:
    """Say what the button will do, and to whom it will be told."""
    with house().transaction() as session:
        application, offer, _ = _of_recruiter(session, application_id, act)
        candidate = session.get_one(Person, application.person_id)
        return render("recruteur/decide.html", act=act, offer=offer, application=application, candidate=candidate)


@blueprint.post("/recruteur/candidatures/<int:application_id>/<act>")
def decide(application_id: int, act: str) -> Response:
    """Do it."""
    at = now()
    with house().transaction() as session:
        application, offer, person = _of_recruiter(session, application_id, act)
        key = f"web:{application.id}:{at.isoformat()}"
        if act == "vu":
            verdicts.see(session, [application], person, key=key, at=at)
        elif act == "retenir":
            verdicts.retain(session, [application], person, key=key, at=at)
        elif act == "refuser":
            verdicts.decline(session, [application], person, _reason(session, offer, person), key=key, at=at)
        else:
            _interview(session, application, offer, person, key=key, at=at)
    flash(f"decided-{act}")
    return see_other(f"/recruteur/offres/{offer.id}")


def _of_recruiter(session: Session, application_id: int, act: str) -> tuple[Application, Offer, Person]:
    """Return what is decided upon, for whoever may; for anybody else it does not exist."""
    person = visitor(session)
    found = session.get(Application, application_id, with_for_update=True) if application_id < 2**62 else None
    offer = session.get_one(Offer, found.offer_id) if found is not None else None
    if found is None or offer is None or act not in RECRUITERS or not verdicts.may_decide(session, offer, person):
        abort(404)
    if not LIFE.allows(found.state, RECRUITERS[act]) and act != "entretien":
        raise Refused("application-not-so", state=str(found.state), step=RECRUITERS[act])
    return found, offer, person


def _reason(session: Session, offer: Offer, person: Person) -> Reason:
    """Return why, as it was typed, without any address of hers."""
    text = request.form.get("raison", "").strip()[:MAX_REASON]
    if not text:
        return Reason()
    text = _without_addresses(session, offer, person, text)
    return Reason(text, Words(subject="", text=text) if request.form.get("dire") == "oui" else None)


def _without_addresses(session: Session, offer: Offer, person: Person, text: str) -> str:
    side = {one.address for one in (person, *colleagues.ever_of_offer(session, offer.id))}
    masks = anonymise.Masks(
        hidden=tuple(sorted(side)),
        replacement="",
        our_domain=house().settings.mail_domain,
        our_base_url=house().settings.base_url,
        domains=tuple(sorted({address.rpartition("@")[2].lower() for address in side})),
        hide_phones_in_signature=False,
        documents_untouched=True,
    )
    return anonymise.rebuild_text(text, masks)[0]


def _interview(
    session: Session, application: Application, offer: Offer, person: Person, *, key: str, at: datetime
) -> None:
    zone = zone_of(offer.departement, house().settings.zone)
    place = _without_addresses(session, offer, person, request.form.get("lieu", "").strip()[:300])
    written = f"{request.form.get('jour', '')} {request.form.get('heure', '')} {place}"
    read = meeting_reading.read(written, now=at, zone=zone)
    if read.starts_at is None:
        raise Refused("interview-when", why=str(read.unread), number="", options="")
    job_interviews.set_(session, application, person, read, zone.key, key=key, at=at)


@blueprint.get("/moi/candidatures/<int:application_id>/<act>")
def ask_own(application_id: int, act: str) -> Response:
    """Say what the candidate's button will do."""
    with house().transaction() as session:
        application, _ = _own(session, application_id, act)
        return render(
            "moi/decide.html", act=act, application=application, offer=session.get_one(Offer, application.offer_id)
        )


@blueprint.post("/moi/candidatures/<int:application_id>/<act>")
def decide_own(application_id: int, act: str) -> Response:
    """Take an application back, or ask for news of it."""
    at = now()
    with house().transaction() as session:
        application, person = _own(session, application_id, act)
        key = f"web:{application.id}:{at.isoformat()}"
        if act == "retirer":
            verdicts.withdraw(session, application, person, key=key, at=at)
        else:
            chasing.chase(session, application, person, key=key, at=at)
    flash(f"decided-{act}")
    return see_other("/moi#candidatures")


def _own(session: Session, application_id: int, act: str) -> tuple[Application, Person]:
    person = visitor(session)
    found = session.get(Application, application_id, with_for_update=True) if application_id < 2**62 else None
    if found is None or found.person_id != person.id or act not in CANDIDATES:
        abort(404)
    return found, person
