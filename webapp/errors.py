"""What a visitor reads when something is not there, not possible, or broken."""

from __future__ import annotations

import logging

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from jobboard.errors import Refused, TemporaryFailure
from webapp.pages import render

log = logging.getLogger("passerelle.web")

# What the status of a refusal is, when it is not 409: the page no longer fits what has happened meanwhile.
STATUS = {
    "link-expired": 410,
    "reason-missing": 422,
    "staff-only": 404,
    "hunt-not-allowed": 403,
    "hunt-empty": 422,
    "no-such-choice": 422,
}
# What a form of the profile could not take: its page leads back there.
OF_A_PROFILE = frozenset(
    (
        *(
            "profile-not-public",
            "employer-missing",
            "employer-not-understood",
            "employer-not-hidden",
            "too-many-employers",
        ),
        *("correction-not-understood", "cv-missing", "cv-too-large", "cv-wrong-type", "cv-encrypted", "cv-no-words"),
        "cv-unreadable",
    )
)
WITH_A_PAGE = frozenset({400, 403, 404, 405, 410, 413, 429, 500, 503})


def set_up(app: Flask) -> None:
    """Give every failure its page."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(TemporaryFailure, _temporary)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _refused(refused: Refused) -> Response:
    reason = refused.reason
    status = 422 if reason in OF_A_PROFILE else STATUS.get(reason, 409)
    back = "/moi#profil" if reason in OF_A_PROFILE else "/"
    return render("errors/refused.html", status, reason=reason, facts=refused.facts, back=back)


def _temporary(failure: TemporaryFailure) -> Response:
    log.warning("request.postponed reason=%s", failure)
    answer = render("errors/error.html", 503, code=503)
    answer.headers["Retry-After"] = "60"
    return answer


def _http(error: HTTPException) -> Response:
    """Return the page for that status; an answer that was raised (a redirect) is the answer."""
    if isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    answer = render("errors/error.html", status, code=status if status in WITH_A_PAGE else 400)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _bug(error: Exception) -> Response:
    """Say that it is our fault; the traceback goes to the log, where operators look."""
    log.error("request.failed", exc_info=error)
    return render("errors/error.html", 500, code=500)
