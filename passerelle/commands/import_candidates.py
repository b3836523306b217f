"""`import candidates`: a table of candidates, with a folder of their CVs."""

from __future__ import annotations

from pathlib import Path

import click

from jobboard.candidate_imports import Outcome
from passerelle import import_reports, importing_candidates, tables
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import goes_on, one_sentence
from passerelle.tables import BAD

WORDS = {
    Outcome.ASKED: "are asked by mail; nothing of them is seen or used before their OUI",
    Outcome.ASKED_BEFORE: "were asked before: no second question",
    Outcome.PRESENT: "have an alert or a profile here",
    Outcome.LEFT: "stopped their alerts: not asked",
    Outcome.DECLINED: "said NON: not asked",
    Outcome.ERASED: "had everything erased: not asked",
    Outcome.SUPPRESSED: "have an address that refuses mail: not asked",
    BAD: "could not be read",
}


@click.command("candidates")
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cvs", "folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Where the files lie that the column cv names.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Tell what would happen to each line, and keep nothing.")
@goes_on
@one_sentence
def candidates(source: Path, folder: Path | None, dry_run: bool) -> None:
    """Ask existing candidates whether they want to be here.

    The first line of the table names the columns, in English or French: address, name (first_name), looking_for (or
    trade, place, contract), language, cv.

    Each gets one question by mail. Before her OUI nothing of her is seen, matched or used; without it in time all of it
    is erased. CVs are read now, their files are not kept.
    """
    sheet = importing_candidates.open_candidates(source)
    import_reports.unknown(sheet.unknown)
    with opened() as installation, measured("Reading" if dry_run else "Importing") as progress:
        done = importing_candidates.candidates(installation, sheet, folder, rehearsal=dry_run, progress=progress)
    to_mend = tables.write_to_mend(sheet, done.bad)
    told = [*import_reports.asked_until(installation.settings, done.last_question), *done.told]
    import_reports.ended(WORDS, done.counts, told, ((to_mend, "the lines to mend"),), rehearsal=dry_run)
