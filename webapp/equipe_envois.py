"""The desk of sending: how a letter leaves, what stops it, and afterwards who has it, who has not, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from jobboard import edition_reports, editions, showing
from jobboard.clock import now
from jobboard.editions import Edition, EditionState
from jobboard.people import Person
from webapp.archive import title_of
from webapp.equipe_lettres import edition_of
from webapp.house import house
from webapp.pages import render, see_other
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe_envois", __name__, url_prefix="/equipe/lettres/<int:edition_id>")

PER_PAGE = 100
REFRESH_SECONDS = 3
# Where there is no sending to look at: an approval may still want another one.
NOTHING_LEAVES = frozenset((*editions.OPEN, EditionState.DROPPED))


@blueprint.get("/envoi")
def progress(edition_id: int) -> Response:
    """How the sending goes; the page comes anew every three seconds while it does, unless asked not to."""
    at = now()
    with house().transaction() as session:
        member_of_staff(session)
        edition = edition_of(session, edition_id)
        if edition.state in NOTHING_LEAVES:
            return see_other(f"/equipe/lettres/{edition.id}")
        going = edition_reports.progress(session, edition, at=at)
        found = edition_reports.report(session, edition)
    moving = edition.state is EditionState.SENDING and "fige" not in request.args
    answer = render(
        "equipe/lettres/sending.html",
        edition=edition,
        title=title_of(edition),
        going=going,
        found=found,
        moving=moving,
    )
    if moving:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@blueprint.get("/rapport")
def report(edition_id: int) -> Response:
    """What came of a letter: the counts, and each person without a copy, her address masked."""
    after = request.args.get("apres", "0")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else 0
    with house().transaction() as session:
        member_of_staff(session)
        edition = edition_of(session, edition_id)
        found = edition_reports.report(session, edition)
        rows = list(edition_reports.missing(session, edition, after=start, limit=PER_PAGE + 1))
    shown = [(one, showing.masked(one.address)) for one in rows[:PER_PAGE]]
    return render(
        "equipe/lettres/report.html",
        edition=edition,
        title=title_of(edition),
        found=found,
        missing=shown,
        next_after=shown[-1][0].recipient_id if len(rows) > PER_PAGE else 0,
        resend=editions.LIFE.allows(edition.state, "resend"),
    )


Step = Callable[..., object]
# What each button does, and what is said afterwards.
STEPS: dict[str, tuple[Step, str]] = {
    "pause": (editions.pause, "letter-paused"),
    "continuer": (editions.resume, "letter-resumed"),
    "arreter": (editions.cancel, "letter-cancelled"),
    "renvoyer": (editions.send_to_missing, "letter-resent"),
}


def _add(name: str, step: Step, said: str) -> None:
    def act(edition_id: int) -> Response:
        at: datetime = now()
        with house().transaction() as session:
            _do(session, edition_of(session, edition_id), member_of_staff(session), step, at=at)
        flash(said)
        return see_other(f"/equipe/lettres/{edition_id}/envoi")

    blueprint.add_url_rule(f"/{name}", name, act, methods=["POST"])


def _do(session: Session, edition: Edition, person: Person, step: Step, *, at: datetime) -> None:
    step(session, edition, by=person, at=at)


for _name, (_step, _said) in STEPS.items():
    _add(_name, _step, _said)
