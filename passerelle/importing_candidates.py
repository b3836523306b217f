"""Taking in candidates and their CVs from the command line: one a transaction, each asked before anything else."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from jobboard import candidate_imports, candidate_rows, cv_documents, import_questions, sheets, signups
from jobboard.addresses import address_key
from jobboard.candidate_imports import Outcome
from jobboard.candidate_rows import Candidate
from jobboard.clock import now
from jobboard.cv_documents import CvRead
from jobboard.errors import PermanentFailure
from jobboard.imports import Kind
from jobboard.row_values import Fault
from jobboard.sheets import Line, Sheet
from passerelle import tables
from passerelle.installation import Installation
from passerelle.tables import Done, Progress

_UNREAD = "cannot be read (a picture, broken or locked): she is asked without it"


def open_candidates(path: Path) -> Sheet:
    """Return the table in a file. Raises PermanentFailure with one sentence, for one of subscribers, too: nobody in it is one."""
    sheet = sheets.open_sheet(path, candidate_rows.COLUMNS, required=("address",))
    if not set(sheet.columns) & set(candidate_rows.SOUGHT):
        raise PermanentFailure(
            f"{path} has no column that says what they look for ({', '.join(candidate_rows.SOUGHT)}). "
            "If these are readers of a letter: passerelle import subscribers."
        )
    return sheet


class _Import:
    """One file being taken in."""

    def __init__(self, installation: Installation, folder: Path | None, *, rehearsal: bool) -> None:
        self._installation, self._folder, self._rehearsal = installation, folder, rehearsal
        self._today: date = now().astimezone(installation.settings.zone).date()
        self._seen: set[str] = set()
        self.done = Done()
        with installation.database.transaction() as session:
            self._next: datetime = import_questions.next_moment(session, at=now())
            self._pace = import_questions.pace(session)

    def take(self, line: Line) -> None:
        """Take one line in. Raises Fault."""
        if line.fault:
            raise Fault(line.fault)
        settings = self._installation.settings
        domain = self._installation.addresses.domain
        candidate = candidate_rows.read(line.values, self._folder, domain=domain, language=settings.language)
        key = address_key(candidate.address)
        if key in self._seen:
            self.done.counts[Outcome.ASKED_BEFORE] += 1
            return
        self._seen.add(key)
        with self._installation.database.transaction() as session:
            outcome = candidate_imports.standing(session, candidate.address, at=now())
            if outcome is not None and not self._rehearsal:
                import_questions.brought(session, Kind.CANDIDATES, candidate.address, at=now())
        if outcome is None:
            outcome = self._ask(candidate, line)
        self.done.counts[outcome] += 1

    def _ask(self, candidate: Candidate, line: Line) -> Outcome:
        """Ask her; the CV is read outside of any transaction."""
        cv = self._read(candidate)
        if cv is not None and cv.portrait is None:
            self.done.tell(line.number, f"the CV {cv.filename[:80]} {_UNREAD}")
        found = candidate_imports.understood(candidate, cv, today=self._today)
        wish = signups.wish_of(found, own_words=False)
        moment = max(self._next, now())
        if not self._rehearsal:
            with self._installation.database.transaction() as session:
                candidate_imports.ask(session, candidate, wish, cv, moment=moment, at=now())
        self._next, self.done.last_question = moment + self._pace, moment
        return Outcome.ASKED

    def _read(self, candidate: Candidate) -> CvRead | None:
        if candidate.cv is None:
            return None
        name, content = candidate.cv
        return cv_documents.read(content, name, today=self._today)


def candidates(
    installation: Installation, sheet: Sheet, folder: Path | None, *, rehearsal: bool, progress: Progress
) -> Done:
    """Ask every candidate of a table who is not known and was not asked before."""
    tables.check_schema(installation)
    work = _Import(installation, folder, rehearsal=rehearsal)
    for line in sheet.lines(lambda done, of: progress(done, of, "")):
        try:
            work.take(line)
        except Fault as fault:
            work.done.refuse(line.number, line.cells, fault)
    return work.done
