"""What we keep of the visitor: to be downloaded, or erased after two questions by mail."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, send_file

from jobboard import erasures, exports, people, persons
from jobboard.clock import now
from jobboard.people import Role
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import visitor

blueprint = Blueprint("donnees", __name__)


@blueprint.get("/moi/donnees")
def page() -> Response:
    """What can be asked here, and whether an erasure waits."""
    with house().transaction() as session:
        person = visitor(session)
        return render(
            "moi/own_data.html",
            person=person,
            erasure=erasures.waiting(session, person),
            is_staff=Role.STAFF in people.roles(session, person),
            days=house().settings.erasure_days,
        )


@blueprint.post("/moi/donnees/archive")
def download() -> Response:
    """Everything, as one archive."""
    at = now()
    with house().transaction() as session:
        archive = exports.archive(session, visitor(session), at=at)
    answer = send_file(
        io.BytesIO(archive), "application/zip", as_attachment=True, download_name=f"mes-donnees-{at:%Y-%m-%d}.zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/moi/donnees/effacer")
def erase() -> Response:
    """Have the question put by mail: only an answer from her mailbox erases."""
    with house().transaction() as session:
        persons.ask_erasure(session, visitor(session), at=now())
    flash("erasure-asked")
    return see_other("/moi/donnees")


@blueprint.post("/moi/donnees/garder")
def keep() -> Response:
    """Call an erasure off."""
    at = now()
    with house().transaction() as session:
        persons.call_off_erasure(session, visitor(session), key=f"web:{at.isoformat()}", at=at)
    flash("erasure-called-off")
    return see_other("/moi/donnees")
