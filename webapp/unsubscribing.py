"""Leaving a stream by its link: GET shows, POST does (RFC 8058); the link works for ever."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from jobboard import signups
from jobboard.clock import now
from jobboard.people import Person, Subscription
from webapp.fields import unsubscribe_row
from webapp.house import house
from webapp.language import speak
from webapp.pages import render
from webapp.security import without_session

blueprint = Blueprint("desabonnement", __name__)


@blueprint.get("/desabonnement/<token>")
def show(token: str) -> Response:
    """Which stream it is, and the button."""
    row_id = _row(token)
    with house().transaction() as session:
        subscription = _subscription(session, row_id)
        if subscription is None or subscription.stopped_at is not None:
            return _stopped(subscription)
        return render("desabonnement/confirm.html", stream=subscription.stream, token=token)


@blueprint.post("/desabonnement/<token>")
@without_session  # RFC 8058 3.1: mail providers post without cookie; the token is the proof
def act(token: str) -> Response:
    """Stop the stream; a second time it is stopped already, which is as good."""
    row_id = _row(token)
    how = "one-click" if request.form.get("List-Unsubscribe") == "One-Click" else "web"
    with house().transaction() as session:
        subscription = _subscription(session, row_id, lock=True)
        if subscription is not None:
            signups.stop(session, subscription, how=how, at=now())
        return _stopped(subscription)


def _row(token: str) -> int:
    row_id = unsubscribe_row(token)
    if row_id is None:
        abort(404)
    return row_id


def _subscription(session: Session, row_id: int, *, lock: bool = False) -> Subscription | None:
    """Return the subscription, and speak its reader's language from now on; None once it is erased."""
    subscription = session.get(Subscription, row_id, with_for_update=lock)
    if subscription is not None:
        speak(session.get_one(Person, subscription.person_id).language)
    return subscription


def _stopped(subscription: Subscription | None) -> Response:
    """Return the page that says that nothing comes any more, also to someone whose data was erased since."""
    return render("desabonnement/done.html", stream=subscription.stream if subscription is not None else "")
