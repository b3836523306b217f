"""The desk's table of subscribers: their addresses and the proof of their consent, for the staff, each download noted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from flask import Blueprint, Response, abort, request

from jobboard import audit, csv_rows, letter_lists, subscriber_exports
from jobboard.clock import now
from jobboard.db import Database
from webapp.house import house
from webapp.typesetting import civil
from webapp.visitors import member_of_staff

blueprint = Blueprint("equipe_abonnes", __name__)

EXPORTED = "subscribers-exported"
AT_ONCE = 500  # lines sent together


@blueprint.post("/equipe/abonnes.csv")
def download() -> Response:
    """The subscribers of one list, or of all, read a few at a time while they are sent."""
    at, wanted = now(), request.form.get("liste", "")
    names = tuple(letter_lists.lists(house().settings))
    if wanted and wanted not in names:
        abort(404)
    with house().transaction() as session:
        # The number of the list, from 1; 0 for all of them.
        number = names.index(wanted) + 1 if wanted else 0
        audit.note(session, member_of_staff(session), EXPORTED, subject="subscription", subject_id=number, at=at)
    answer = Response(_table(house().database, wanted), mimetype="text/csv")
    name = f"abonnes-{wanted or 'tous'}-{civil(at):%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(database: Database, wanted: str) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    with database.transaction() as session:
        pieces = csv_rows.pieces(chain([subscriber_exports.header()], subscriber_exports.lines(session, wanted)))
        while part := "".join(islice(pieces, AT_ONCE)):
            yield part.encode()
