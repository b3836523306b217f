"""Signing up for alerts: the form, then the page with the button that the mail leads to; only the button confirms."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from jobboard import people, questions, showing, signups, suppression
from jobboard.clock import now
from jobboard.criteria import Criteria
from jobboard.questions import Question, QuestionState, Topic
from webapp import fields, links
from webapp.house import house
from webapp.language import language, speak
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
    """Show what is about to be created; looking changes nothing, so that link scanners do nothing."""
    with house().transaction() as session:
        question = question_of(session, links.SIGN_UP, Topic.SIGN_UP, token)
        if not may_answer(question, at=now()):
            return answered_already(question)
        return _ask_for_button(question, token)


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
    """Create person, profile and alert, or nothing when she says that it was not her."""
    at = now()
    with house().transaction() as session:
        question = question_of(session, links.SIGN_UP, Topic.SIGN_UP, token)
        standing = questions.open_question(session, question.id, at=at)
        if standing is None:
            return answered_already(question)
        if request.form.get("reponse") == "non":
            questions.LIFE.step(standing, "decline", by=None, at=at)
            return render("inscription/declined.html")
        profile = fields.line("profil")
        if profile not in (SHOWN, PRIVATE):
            return _ask_for_button(standing, token, status=422)
        suppression.forgive_stranger(session, standing.address)
        private = profile == PRIVATE
        signups.choose_profile(standing, private=private)  # her last word, whatever the form said
        evidence = {"page": "/inscription/confirmer", "profile": profile}
        signups.sign_up(session, standing, private=private, how="web", evidence=evidence, at=at)
        return render("inscription/done.html", private=private)


def question_of(session: Session, purpose: str, topic: Topic, token: str) -> Question:
    """Return the question that a link names, and speak its language from now on; 404 for a link that is not ours."""
    question_id = links.read(purpose, token)
    question = session.get(Question, question_id) if question_id is not None else None
    if question is None or question.topic is not topic:
        abort(404)
    speak(str(question.payload.get("language", "")))
    return question


def may_answer(question: Question, *, at: datetime) -> bool:
    """Tell whether the question still waits for its answer."""
    return question.state is QuestionState.OPEN and question.expires_at > at


def answered_already(question: Question) -> Response:
    """Return the page for a link that was used, or waited too long."""
    accepted = question.state is QuestionState.ACCEPTED
    again = "/inscription" if question.topic is Topic.SIGN_UP else "/lettre"
    return render("inscription/over.html", 200 if accepted else 410, accepted=accepted, again=again)
