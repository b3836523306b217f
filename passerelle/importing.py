"""Taking in a table of subscribers from the command line: batch by batch, each in its own transaction, then the report.

What it never does: hold the file in memory, or lose what is committed when it is interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from jobboard import crashes, imports, sheets, subscriber_imports
from jobboard.clock import now
from jobboard.imports import ImportRun
from jobboard.sheets import Line, Sheet
from jobboard.subscriber_imports import KEPT_OUT, Outcome
from jobboard.subscriber_rows import COLUMNS, Reader
from passerelle import tables
from passerelle.installation import Installation
from passerelle.tables import Progress

BATCH = 2_000  # lines of a transaction
ASKED_AT_ONCE = 2_000
SHOWN = 10  # lines that could not be read, on the terminal


@dataclass
class Done:
    """What an import did, or would do: lines by outcome, and the files that say which."""

    counts: dict[str, int] = field(default_factory=dict)
    to_mend: Path | None = None
    kept_out: Path | None = None
    bad: list[tuple[int, str]] = field(default_factory=list)  # the first of them: line, why
    resumed_behind: int = 0
    last_question: datetime | None = None  # when the last of the questions leaves, where there are any


def open_subscribers(path: Path) -> Sheet:
    """Return the table in a file. Raises PermanentFailure with one sentence."""
    return sheets.open_sheet(path, COLUMNS, required=("address",))


def subscribers(
    installation: Installation, sheet: Sheet, *, default_list: str, rehearsal: bool, progress: Progress
) -> Done:
    """Take a table in; `rehearsal`: tell what would happen, and keep nothing.

    Started again after an interruption, it goes on behind the last batch that was committed.
    """
    reader = Reader(installation.settings, installation.addresses, default_list=default_list, at=now())
    # A rehearsal is no part of what it rehearses.
    told = f"{sheet.digest}:{default_list}{':rehearsal' if rehearsal else ''}"
    digest = hashlib.sha256(told.encode()).hexdigest()
    database = installation.database
    tables.check_schema(installation)
    with database.transaction() as session:
        if rehearsal:
            imports.drop(session, subscriber_imports.begin(session, digest, sheet.path.name, at=now()))
        run = subscriber_imports.begin(session, digest, sheet.path.name, at=now())
    done = Done(resumed_behind=run.line)
    reached = _Reached(progress)
    for batch in _batches(sheet, behind=run.line, reached=reached):
        with database.transaction() as session:
            run = imports.take(session, run.id, line=run.line, at=now())
            subscriber_imports.take_in(session, run, batch, reader, rehearsal=rehearsal, at=now())
            crashes.point("import:before-commit")
        crashes.point("import:after-commit")
        reached.tell(run.line)
    if not rehearsal:
        _ask(installation, run, progress)
    with database.transaction() as session:
        run = imports.take(session, run.id, line=run.line, at=now())
        done.counts = subscriber_imports.counts(session, run, rehearsal=rehearsal)
        done.last_question = subscriber_imports.last_question(session, done.counts, at=now())
        with closing(imports.with_outcome(session, run.id, (Outcome.BAD,))) as bad:
            done.bad = [(one.line, one.reason) for one in islice(bad, SHOWN)]
        done.to_mend = _write_bad(session, run, sheet)
        done.kept_out = _write_kept_out(session, run, sheet)
        if rehearsal:
            imports.drop(session, run)
        else:
            imports.finish(session, run, done.counts, at=now())
    return done


class _Reached:
    """How far the file has been read, told when a batch is committed."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self.done, self.of = progress, 0, 0

    def read(self, done: int, of: int) -> None:
        self.done, self.of = done, of

    def tell(self, line: int) -> None:
        self._progress(self.done, self.of, f"line {line}")


def _batches(sheet: Sheet, *, behind: int, reached: _Reached) -> Iterator[Sequence[Line]]:
    lines = (line for line in sheet.lines(reached.read) if line.number > behind)
    while batch := tuple(islice(lines, BATCH)):
        yield batch


def _ask(installation: Installation, run: ImportRun, progress: Progress) -> None:
    """Ask everybody whose consent nothing proves."""
    with installation.database.transaction() as session:
        so_far = subscriber_imports.ask_from(session, run, at=now())
    while True:
        with installation.database.transaction() as session:
            taken = imports.take(session, run.id, line=run.line, at=now())
            further = subscriber_imports.ask_next(session, taken, so_far, limit=ASKED_AT_ONCE, at=now())
            crashes.point("import:ask-before-commit")
        if further is None:
            return
        crashes.point("import:ask-after-commit")
        so_far = further
        progress(so_far.asked, so_far.of, f"{so_far.asked} questions")


def _write_bad(session: Session, run: ImportRun, sheet: Sheet) -> Path | None:
    """Write the lines that could not be read."""
    bad = imports.with_outcome(session, run.id, (Outcome.BAD,))
    return tables.write_to_mend(sheet, ((*one.cells, str(one.line), one.reason) for one in bad))


def _write_kept_out(session: Session, run: ImportRun, sheet: Sheet) -> Path | None:
    """Write who is on no list because she left it, said NON, was erased, or takes no mail."""
    lines = imports.with_outcome(session, run.id, KEPT_OUT)
    rows = ((str(one.line), one.address, one.list_name, one.outcome) for one in lines)
    return tables.write_beside(sheet, "kept-out", ("line", "address", "list", "why"), rows)
