"""`import`: what stands elsewhere, taken in once."""

from __future__ import annotations

from pathlib import Path

import click

from jobboard import articles, editions, feeds, letter_lists, subscriber_rows
from jobboard.clock import now
from jobboard.errors import PermanentFailure
from jobboard.sections import Section
from jobboard.settings import Settings
from jobboard.sheets import Sheet
from jobboard.subscriber_imports import Outcome
from passerelle import import_reports, importing, tables
from passerelle.commands import import_candidates, import_offers
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import goes_on, one_sentence
from scheduler import feeds as reading
from scheduler.egress import Unreachable


@click.group()
def command() -> None:
    """Take in what stands elsewhere."""


command.add_command(import_offers.offers)
command.add_command(import_candidates.candidates)

# What became of the lines, for who reads a terminal.
SUBSCRIBERS: dict[str, str] = {
    Outcome.SUBSCRIBED: "are subscribers now, with the proof of their consent",
    Outcome.ASKED: "get a question by mail, and are on no list before their OUI",
    Outcome.TO_ASK: "get a question by mail, and are on no list before their OUI",
    Outcome.ASKED_BEFORE: "were asked before: no second question",
    Outcome.PRESENT: "are on that list already",
    Outcome.DUPLICATE: "say again what a line above says",
    Outcome.LEFT: "left that list: not put back",
    Outcome.DECLINED: "said NON to that list: not put on it",
    Outcome.ERASED: "had everything erased: not taken in",
    Outcome.SUPPRESSED: "have an address that refuses mail: not taken in",
    Outcome.BAD: "could not be read",
}
FILE = click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@command.command("subscribers")
@FILE
@click.option("--list", "list_name", default=editions.WEEKLY, show_default=True, help="Of lines that name no list.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen to each line, and keep nothing.")
@goes_on
@one_sentence
def subscribers(source: Path, list_name: str, dry_run: bool) -> None:
    """Take in subscribers from a CSV file or an Excel workbook (.xlsx).

    The first line names the columns, in English or French: address, name (first_name), lists, sections, territory,
    language, consent_at, consent_how, consent_text, consent_proof. Only address is needed.

    A line that says when, how and to which words she consented makes a subscriber. Anybody else gets one question by
    mail, and is on a list only after her OUI. Who left a list, said NON, was erased or takes no mail is not put on it.

    Interrupted, the same command goes on where it was. Lines that cannot be read are written to FILE-to-mend.csv.
    """
    sheet = importing.open_subscribers(source)
    import_reports.unknown(sheet.unknown)
    _tell_half_a_proof(sheet)
    with opened() as installation, measured("Reading" if dry_run else "Importing") as progress:
        _check_list(installation.settings, list_name)
        done = importing.subscribers(installation, sheet, default_list=list_name, rehearsal=dry_run, progress=progress)
    if done.resumed_behind and not dry_run:
        click.echo(
            f"This goes on behind line {done.resumed_behind}, where it was interrupted; the counts are of all lines."
        )
    told = import_reports.asked_until(installation.settings, done.last_question)
    told += [f"line {number}: {why}" for number, why in done.bad]
    files = ((done.to_mend, "the lines to mend"), (done.kept_out, "who was left out, and why"))
    import_reports.ended(SUBSCRIBERS, done.counts, told, files, rehearsal=dry_run)


def _tell_half_a_proof(sheet: Sheet) -> None:
    """Tell that nobody is subscribed at once where a column is missing that a proof needs."""
    missing = [name for name in subscriber_rows.PROOF if name not in sheet.columns]
    if 0 < len(missing) < len(subscriber_rows.PROOF):
        names = " and ".join(f"“{name}”" for name in missing)
        click.echo(f"Without the column {names} no consent is proved: everybody in it gets a question.", err=True)


def _check_list(settings: Settings, list_name: str) -> None:
    known = letter_lists.lists(settings)
    if list_name not in known:
        raise PermanentFailure(f"There is no list “{list_name}”: the lists are {', '.join(known)}.")


@command.command("articles")
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--section", type=click.Choice([str(one) for one in Section]), help="Of articles whose tags name none.")
@click.option("--follow", is_flag=True, help="Read this feed from now on, too.")
@click.option("--dry-run", is_flag=True, help="Tell what would come in, and keep nothing.")
@one_sentence
def articles_(source: str, section: str | None, follow: bool, dry_run: bool) -> None:
    """Take in the articles of an RSS or Atom feed; those that we have already stay as they are."""
    wanted = Section(section) if section else None
    remote = tables.is_remote(source)
    if follow and not remote:
        raise click.UsageError("Only a feed on the web can be followed: give its address.")
    with opened() as installation:
        try:
            if remote:
                read = reading.read_at(installation.database, source, section=wanted, most=None)
                title, found = read.title, read.found or ()
            else:
                title, found = reading.parse(tables.feed_in(Path(source)), section=wanted, most=None, at=now())
        except Unreachable as unreachable:
            raise PermanentFailure(f"{source} cannot be read as a feed: {unreachable.told('en')}.") from unreachable
        if dry_run:
            for one in found:
                click.echo(f"{one.published_at:%Y-%m-%d}  {one.section or '-':<12} {one.title}")
            click.echo(
                f"Nothing was kept: without --dry-run it is done. In {title or source}: {len(found)} to take in."
            )
            return
        with installation.database.transaction() as session:
            kept = articles.take_in(session, found, source="import", at=now())
            if follow:
                feeds.follow(session, source, section=wanted, at=now())
    click.echo(f"{title or source}: {len(found)} found, {kept} of them new and taken in.")
