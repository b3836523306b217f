"""Signing in without a password: a link by mail, used with a button by the browser that asked, or with its code."""

from __future__ import annotations

from flask import Blueprint, Response, request, session
from sqlalchemy.orm import Session

from jobboard import logins, people
from jobboard.clock import now
from jobboard.logins import Login
from jobboard.people import Person, Role
from webapp import fields
from webapp.house import house
from webapp.language import speak
from webapp.pages import SIGNED_IN, render, see_other
from webapp.security import by_address, by_client, without_session
from webapp.visitors import afterwards

blueprint = Blueprint("connexion", __name__)

BROWSER, AFTERWARDS = "browser", "suite"  # keys of the browser's session


@blueprint.get("/connexion")
def form() -> Response:
    """The form; it leads back to the page that asked for a signed-in visitor."""
    return render("connexion/form.html", address="", errors={}, back=afterwards(request.args.get("suite")) or "")


@blueprint.post("/connexion")
@without_session  # acts for nobody who is signed in
@by_client
@by_address
def send() -> Response:
    """Send a link if the address is known, and say the same if it is not; here the browser gets its secret."""
    typed, back = fields.address(), afterwards(request.form.get("suite")) or ""
    error = fields.address_error(typed)
    if error:
        return render("connexion/form.html", 422, address=typed, errors={"adresse": error}, back=back)
    asked = logins.new_asking()
    with house().transaction() as db:
        person = people.find(db, typed)
        if person is not None:
            logins.send_link(db, person, asked, at=now())
    session.permanent = True
    session[BROWSER], session[AFTERWARDS] = asked.browser_secret, back
    return render("connexion/sent.html", address=typed, code=asked.code, minutes=logins.LINK_MINUTES)


@blueprint.get("/connexion/<token>")
def link(token: str) -> Response:
    """Show the button to the browser that asked, and ask any other for the code; looking uses nothing up."""
    with house().transaction() as db:
        login = logins.find(db, token, at=now())
        return _ask(db, login, token)


def _ask(db: Session, login: Login, token: str, *, status: int = 200) -> Response:
    speak(db.get_one(Person, login.person_id).language)
    asking = logins.is_asking_browser(login, session.get(BROWSER))
    tries = logins.CODE_TRIES - login.tries
    return render("connexion/confirm.html", status, token=token, asking=asking, wrong=status != 200, tries=tries)


@blueprint.post("/connexion/<token>")
@without_session  # the token with the browser's secret, or the code, is the proof
@by_client
def use(token: str) -> Response:
    """Use the link up and open a session of ours; a wrong code counts."""
    at = now()
    with house().transaction() as db:
        login = logins.find(db, token, at=at)
        opened = logins.sign_in(db, login, browser_secret=session.get(BROWSER), code=request.form.get("code"), at=at)
        if opened is None:
            return _wrong_code(db, login, token)
        back = session.get(AFTERWARDS) or _desk(db, db.get_one(Person, login.person_id))
    session.clear()
    session.permanent = True
    session[SIGNED_IN] = opened
    return see_other(back)


def _wrong_code(db: Session, login: Login, token: str) -> Response:
    db.flush()
    return _ask(db, login, token, status=422)


def _desk(db: Session, person: Person) -> str:
    """Return the page where a person begins."""
    found = people.roles(db, person)
    if Role.STAFF in found:
        return "/equipe"
    return "/recruteur" if Role.RECRUITER in found and Role.CANDIDATE not in found else "/moi"


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """End the session, here and in the database."""
    token = session.get(SIGNED_IN)
    if token is not None:
        with house().transaction() as db:
            logins.sign_out(db, token, at=now())
    session.clear()
    return see_other("/")
