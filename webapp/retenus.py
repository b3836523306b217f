"""The staff's desk for held messages: what the last gate stopped, one of them, and the two decisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, flash
from sqlalchemy.orm import Session

from jobboard import held
from jobboard.clock import now
from jobboard.held import Held
from mailer.held_mails import shown
from webapp import fields
from webapp.house import house
from webapp.language import gettext as _
from webapp.pages import render, see_other
from webapp.traces import trace
from webapp.visitors import member_of_staff

blueprint = Blueprint("retenus", __name__)

_PART = re.compile(r"part (\d+) \(([^)]*)\)")


@dataclass(frozen=True)
class Row:
    """A held message in a list."""

    held: Held
    author: str
    reader: str
    expires_at: datetime


@blueprint.get("/equipe/retenus")
def held_list() -> Response:
    """What waits for a decision, oldest first, and what was decided last."""
    with house().transaction() as session:
        member_of_staff(session)
        waiting, decided = _rows(session, held.waiting(session)), _rows(session, held.decided(session))
        return render("equipe/retenus.html", waiting=waiting, decided=decided, days=house().settings.held_days)


@blueprint.get("/equipe/retenus/<int:held_id>")
def held_page(held_id: int) -> Response:
    """One held message: why, where, and its words with what must stay hidden covered."""
    with house().transaction() as session:
        member_of_staff(session)
        found = _find(session, held_id)
        message = held.message_of(session, found)
        return render(
            "equipe/retenu.html",
            row=_rows(session, [found])[0],
            mail=shown(session, message) if message is not None else None,
            places=_places(found.places),
            log=trace(session, held.LIFE.name, found.id),
            longest=held.MAX_REASON,
        )


@blueprint.post("/equipe/retenus/<int:held_id>/laisser-partir")
def release(held_id: int) -> Response:
    """Let a held message leave as it is."""
    with house().transaction() as session:
        member = member_of_staff(session)
        held.release(session, _find(session, held_id), member, at=now())
    flash("held-released")
    return see_other("/equipe/retenus")


@blueprint.post("/equipe/retenus/<int:held_id>/abandonner")
def drop(held_id: int) -> Response:
    """Give a held message up; its author reads the reason, when there is one."""
    with house().transaction() as session:
        member = member_of_staff(session)
        held.drop(session, _find(session, held_id), member, reason=fields.text("raison"), at=now())
    flash("held-dropped")
    return see_other("/equipe/retenus")


def _find(session: Session, held_id: int) -> Held:
    found = held.find(session, held_id)
    if found is None:
        abort(404)
    return found


def _rows(session: Session, found: Sequence[Held]) -> list[Row]:
    days = house().settings.held_days
    return [Row(one, *held.parties(session, one), one.expires_at(days)) for one in found]


def _places(places: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return where secrets were found, in words, each with the codes of how they are written there."""
    split = [place.rpartition(": ") for place in places]
    return [(" › ".join(map(_step, where.split(" > "))), how.split(", ")) for where, _colon, how in split]


def _step(name: str) -> str:
    """Return one step of a place in words; names of members and of headers stay."""
    words = {"mail": _("le mail"), "headers": _("les en-têtes"), "name": _("le nom")}
    found = _PART.fullmatch(name)
    return (
        _("partie %(number)s (%(kind)s)") % {"number": found[1], "kind": found[2]} if found else words.get(name, name)
    )
