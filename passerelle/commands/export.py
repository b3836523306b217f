"""`export`: what is here, as a table for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from jobboard import csv_rows, letter_lists, subscriber_exports
from jobboard.errors import PermanentFailure
from passerelle import tables
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import one_sentence

TOLD_EVERY = 1_000  # lines


@click.group()
def command() -> None:
    """Give what is here to other programs."""


@command.command("subscribers")
@click.argument("target", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--list", "list_name", default="", metavar="NAME", help="Of this list of letters only.")
@one_sentence
def subscribers(target: Path | None, list_name: str) -> None:
    """Write the subscribers and the proof of their consent to FILE, or to the standard output.

    A FILE that ends in .xlsx is an Excel workbook, any other a CSV file in UTF-8. It holds addresses: only you can read
    it. `passerelle import subscribers` takes it back.
    """
    with opened() as installation, measured("Exporting") as progress:
        known = letter_lists.lists(installation.settings)
        if list_name and list_name not in known:
            raise PermanentFailure(f"There is no list “{list_name}”: the lists are {', '.join(known)}.")
        with installation.database.transaction() as session:
            of = subscriber_exports.count(session, list_name)

            def told(lines: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
                yield subscriber_exports.header()
                for number, line in enumerate(lines, 1):
                    if number % TOLD_EVERY == 0:
                        progress(number, of, f"{number:,} lines")
                    yield line

            lines = told(subscriber_exports.lines(session, list_name))
            if target is None:
                sys.stdout.writelines(csv_rows.pieces(lines))
                return
            tables.write_private(target, lines)
    click.echo(f"{of:,} lines are in {target}.", err=True)
