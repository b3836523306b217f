"""Who is looking at a page: nobody we know, a person signed in, a member of staff."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote

from flask import abort, request, session
from sqlalchemy.orm import Session

from jobboard import logins, people
from jobboard.clock import now
from jobboard.people import Person, Role
from webapp.language import remember
from webapp.pages import SIGNED_IN, see_other

# Where signing in may lead: pages of ours only.
_AFTERWARDS = ("/moi", "/recruteur", "/equipe", "/deposer")


def signed_in(db: Session) -> Person | None:
    """Return the person of this browser's session; a session that has ended is forgotten."""
    token = session.get(SIGNED_IN)
    if token is None:
        return None
    person = logins.person_of(db, token, at=now())
    if person is None:
        session.clear()
        return None
    remember(person.language)
    return person


def visitor(db: Session) -> Person:
    """Return the person who is signed in; anybody else is led to the page where one signs in.

    What she does on her pages is a sign of life.
    """
    person = signed_in(db) or _ask_to_sign_in()
    if request.method == "POST":
        person.life_at = now()
    return person


def member_of_staff(db: Session) -> Person:
    """Return the member of staff who is signed in; for everybody else who is, the page does not exist."""
    person = visitor(db)
    if Role.STAFF not in people.roles(db, person):
        abort(404)
    return person


def _ask_to_sign_in() -> NoReturn:
    """Lead to the page where one signs in, and from there back to a page that was asked for with GET."""
    back = f"?suite={quote(request.path)}" if request.method == "GET" and afterwards(request.path) else ""
    abort(see_other(f"/connexion{back}"))


def afterwards(path: str | None) -> str | None:
    """Return the path if it is a page of ours that one may be led to after signing in."""
    known = path is not None and any(path == one or path.startswith(f"{one}/") for one in _AFTERWARDS)
    return path if known else None
