"""`import offers`: a table of offers, or a job board's feed."""

from __future__ import annotations

from datetime import timedelta

import click

from jobboard.offer_imports import Outcome
from passerelle import import_reports, importing_offers, tables
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import goes_on, one_sentence
from passerelle.tables import BAD

WORDS = {
    Outcome.SUBMITTED: "wait for the staff's decision",
    Outcome.PUBLISHED: "are online",
    Outcome.DRAFT: "are drafts: something is missing",
    Outcome.IMPORTED_BEFORE: "came with an import before",
    Outcome.KNOWN: "are here already, deposited by somebody else",
    Outcome.EXPIRED: "have closed: not taken in",
    BAD: "could not be read",
}


@click.command("offers")
@click.argument("source", metavar="FILE_OR_URL")
@click.option(
    "--by", required=True, metavar="EMAIL", help="Who of the staff imports: offers without a recruiter are hers."
)
@click.option("--publish", is_flag=True, help="Validate each complete offer at once, in the name of --by.")
@click.option("--closes-in", default=30, show_default=True, type=click.IntRange(1, 365), metavar="DAYS",
              help="When an entry of a feed that names no closing date closes, after it appeared.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Tell what would come in, and keep nothing.")
@goes_on
@one_sentence
def offers(source: str, by: str, publish: bool, closes_in: int, dry_run: bool) -> None:
    """Take in offers from a CSV file, an Excel workbook, or the RSS or Atom feed of a job board.

    The first line of a table names the columns, in English or French: title, employer, siret, place, contract, duration,
    working_time, pay, closes_on, starts_on, duties, profile, how, recruiter (an address that we know), reference.

    Each offer comes in once. It waits for the staff's decision like any deposit. What an entry of a feed does not say is
    completed by hand: it is a draft until then. Offers that have closed are told and left out.
    """
    with (
        opened() as installation,
        measured("Reading" if dry_run else "Importing") as progress,
        importing_offers.opened_source(installation, source, closes_in=timedelta(days=closes_in)) as found,
    ):
        import_reports.unknown(found.sheet.unknown if found.sheet else ())
        done = importing_offers.offers(installation, found, by, publish=publish, rehearsal=dry_run, progress=progress)
        to_mend = None
        if found.sheet is not None and not tables.is_remote(source):
            to_mend = tables.write_to_mend(found.sheet, done.bad)
    import_reports.ended(WORDS, done.counts, done.told, ((to_mend, "the lines to mend"),), rehearsal=dry_run)
