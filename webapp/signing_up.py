"""Signing up for alerts: the form, then the page with the button that the mail leads to; only the button confirms."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from jobboard import people, showing, signups, suppression
from jobboard.clock import now
from jobboard.criteria import Criteria
from jobboard.questions import Question, Topic
from webapp import confirming, fields, links
from webapp.house import house
from webapp.language import language
from webapp.pages import render
from webapp.security import by_address, by_client, without_session
from webapp.typesetting import civil
from webapp.wish_form import PRIVATE, SHOWN, WishForm

blueprint = Blueprint("inscription", __name__)


@blueprint.get("/inscription")
def form() -> Response:
    """The form."""
    return render("inscription/form.html", form=WishForm.empty(), errors={})


@blueprint.post("/inscription")
@without_session  # acts for nobody who is signed in
@by_client
@by_address
def send() -> Response:
    """Ask by mail whether the search was understood; the page says the same whoever the address belongs to."""
    at = now()
    typed = WishForm.read(today=civil(at))
    errors = typed.errors()
    if errors:
        return render("inscription/form.html", 422, form=typed, errors=errors)
    with house().transaction() as session:
        _ask(session, typed, at=at)
    return render("inscription/sent.html", form=typed)


def _ask(session: Session, typed: WishForm, *, at: datetime) -> None:
    """Post the question; an address that we do not know gets one a day."""
    known = people.find(session, typed.address)
    if known is None and not suppression.may_answer_stranger(session, typed.address, at=at):
        return
    signups.ask_sign_up(
        session,
        known.address if known else typed.address,
        typed.wish(),
        name=typed.name,
        language=known.language if known else language(),
        private=typed.profile == PRIVATE,
        confirm_path=lambda row_id: f"/inscription/confirmer/{links.sign(links.SIGN_UP, row_id)}",
        at=at,
    )


@blueprint.get("/inscription/confirmer/<token>")
def confirmation(token: str) -> Response:
    """Show what is about to be created."""
    return confirming.show(links.SIGN_UP, Topic.SIGN_UP, token, lambda question: _ask_for_button(question, token))


def _ask_for_button(question: Question, token: str, *, status: int = 200) -> Response:
    criteria = Criteria.from_json(question.payload["criteria"])
    return render(
        "inscription/confirm.html",
        status,
        lines=showing.wish_lines(criteria, own_words=False),
        address=question.address,
        token=token,
        profile=PRIVATE if question.payload.get("private") else SHOWN,
        unchosen=status != 200,
    )


@blueprint.post("/inscription/confirmer/<token>")
@without_session  # the token is the proof
@by_client
def confirm(token: str) -> Response:
    """Create person, profile and alert."""
    return confirming.decide(
        links.SIGN_UP, Topic.SIGN_UP, token, lambda session, question, at: _sign_up(session, question, token, at=at)
    )


def _sign_up(session: Session, question: Question, token: str, *, at: datetime) -> Response:
    profile = fields.line("profil")
    if profile not in (SHOWN, PRIVATE):
        return _ask_for_button(question, token, status=422)
    suppression.forgive_stranger(session, question.address)
    private = profile == PRIVATE
    signups.choose_profile(question, private=private)  # her last word, whatever the form said
    evidence = {"page": "/inscription/confirmer", "profile": profile}
    signups.sign_up(session, question, private=private, how="web", evidence=evidence, at=at)
    return render("inscription/done.html", private=private)
