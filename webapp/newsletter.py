"""Subscribing to the weekly letter: the form, then the page with the button that the mail leads to."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from jobboard import editions, letter_lists, people, signups, suppression
from jobboard.clock import now
from jobboard.letter_lists import LetterList
from jobboard.questions import Question, Topic
from webapp import confirming, fields, links
from webapp.house import house
from webapp.language import language
from webapp.pages import render
from webapp.security import by_address, by_client, without_session

blueprint = Blueprint("lettre", __name__)


@blueprint.get("/lettre")
def form() -> Response:
    """The form."""
    return render(
        "lettre/form.html", address="", errors={}, kinds=_kinds(), chosen=_chosen(request.args.get("liste", ""))
    )


@blueprint.post("/lettre")
@without_session  # acts for nobody who is signed in
@by_client
@by_address
def send() -> Response:
    """Ask by mail whether this mailbox wants the letter; the page says the same whoever the address belongs to."""
    typed, chosen = fields.address(), _chosen(request.form.get("liste", ""))
    error = fields.address_error(typed)
    if error:
        return render("lettre/form.html", 422, address=typed, errors={"adresse": error}, kinds=_kinds(), chosen=chosen)
    with house().transaction() as session:
        _ask(session, typed, chosen, at=now())
    return render("lettre/sent.html", address=typed)


def _kinds() -> tuple[LetterList, ...]:
    return letter_lists.listed(house().settings)


def _chosen(name: str) -> str:
    """Return the list of that name, the weekly letter for a name of none."""
    return name if name in letter_lists.lists(house().settings) else editions.WEEKLY


def _ask(session: Session, typed: str, list_name: str, *, at: datetime) -> None:
    """Post the question; an address that we do not know gets one a day."""
    known = people.find(session, typed)
    if known is None and not suppression.may_answer_stranger(session, typed, at=at):
        return
    signups.ask_subscription(
        session,
        known.address if known else typed,
        list_name,
        name="",
        language=known.language if known else language(),
        confirm_path=lambda row_id: f"/lettre/confirmer/{links.sign(links.SUBSCRIBE, row_id)}",
        at=at,
    )


@blueprint.get("/lettre/confirmer/<token>")
def confirmation(token: str) -> Response:
    """Show what the button will do."""
    return confirming.show(
        links.SUBSCRIBE,
        Topic.SUBSCRIBE,
        token,
        lambda question: render(
            "lettre/confirm.html",
            address=question.address,
            token=token,
            kind=letter_lists.find(house().settings, str(question.payload["list_name"])),
        ),
    )


@blueprint.post("/lettre/confirmer/<token>")
@without_session  # the token is the proof
@by_client
def confirm(token: str) -> Response:
    """Put her on the list."""
    return confirming.decide(links.SUBSCRIBE, Topic.SUBSCRIBE, token, _subscribe)


def _subscribe(session: Session, question: Question, at: datetime) -> Response:
    suppression.forgive_stranger(session, question.address)
    signups.subscribe(session, question, how="web", evidence={"page": "/lettre/confirmer"}, at=at)
    return render("lettre/done.html")
