"""Files that letters of ours carry, made when they leave: a post keeps parameters, never the octets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import exports, history_files
from jobboard.conversations import File
from jobboard.db import settings_of
from jobboard.languages import gettext_for
from jobboard.letters.account import DataExport, History
from jobboard.letters.base import Letter
from jobboard.people import Person


def files(session: Session, letter: Letter, person: Person | None, *, at: datetime) -> tuple[File, ...]:
    """Return the files of that letter to that person; most have none."""
    make = FILES.get(letter.kind)
    return make(session, letter, person, at) if make is not None and person is not None else ()


def _data(session: Session, letter: Letter, person: Person, at: datetime) -> tuple[File, ...]:
    assert isinstance(letter, DataExport)
    if letter.path:
        return ()
    return (File(f"mes-donnees-{at:%Y-%m-%d}.zip", "application/zip", exports.archive(session, person, at=at)),)


def _history(session: Session, letter: Letter, person: Person, at: datetime) -> tuple[File, ...]:
    assert isinstance(letter, History)
    if not letter.entries:
        return ()
    content = history_files.written(letter.entries, gettext_for(person.language), settings_of(session).zone)
    return (File(f"candidatures-{at:%Y-%m-%d}.csv", "text/csv", content),)


FILES: dict[str, Callable[[Session, Letter, Person, datetime], tuple[File, ...]]] = {
    DataExport.kind: _data,
    History.kind: _history,
}
