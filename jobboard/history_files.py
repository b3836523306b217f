"""The history of a candidate as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

from jobboard.application_words import EVENTS, STATES
from jobboard.applications import ApplicationState, Event
from jobboard.letters.cards import HistoryEntry

# What makes a formula of a cell in some spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def written(entries: tuple[HistoryEntry, ...], gettext: Callable[[str], str], zone: ZoneInfo) -> bytes:
    """Return one line for each moment of each application: UTF-8 with its mark, semicolons, CRLF (RFC 4180)."""
    _ = gettext
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Numéro"), _("Offre"), _("Employeur"), _("Où elle en est"), _("Offre ouverte"), _("Date"), _("Fait")]
    )
    yes, no = _("oui"), _("non")
    for entry in entries:
        state = _(STATES[ApplicationState(entry.state)])
        for moment in entry.moments:
            when = f"{moment.at.astimezone(zone):%Y-%m-%d %H:%M}"
            row = [str(entry.number), entry.title, entry.employer, state, yes if entry.open else no, when]
            writer.writerow([_safe(cell) for cell in (*row, _(EVENTS[Event(moment.event)]))])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
