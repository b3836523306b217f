"""What an import of a table tells on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from jobboard.settings import Settings

SHOWN = 40  # lines that need a look


def unknown(columns: Iterable[str]) -> None:
    """Tell which columns mean nothing to us."""
    for name in columns:
        click.echo(f"The column “{name}” means nothing to us and is left out.", err=True)


def asked_until(settings: Settings, last: datetime | None) -> list[str]:
    """Return the sentence that tells how fast the questions leave, and until when; none where there are none."""
    if last is None:
        return []
    pace, until = settings.import_questions_per_hour, f"{last.astimezone(settings.zone):%Y-%m-%d at %H:%M}"
    return [f"The questions leave at {pace:,} an hour (IMPORT_QUESTIONS_PER_HOUR), the last one on {until}."]


def ended(
    words: Mapping[str, str],
    counts: Mapping[str, int],
    told: Sequence[str],
    files: Iterable[tuple[Path | None, str]],
    *,
    rehearsal: bool,
) -> None:
    """Tell what became of the lines: how many of each outcome, which need a look, which files say more."""
    if not counts:
        click.echo("There is nothing in it to take in.")
        return
    for outcome, said in words.items():
        if count := counts.get(outcome, 0):
            click.echo(f"{count:>8,}  {said}")
    for line in told[:SHOWN]:
        click.echo(line)
    if len(told) > SHOWN:
        click.echo(f"… and {len(told) - SHOWN} more.")
    for path, said in files:
        if path is not None:
            click.echo(f"{path}: {said}.")
    if rehearsal:
        click.echo("Nothing was kept: without --dry-run it is done.")
