"""`backup DIR`: everything that an installation needs to stand again."""

from __future__ import annotations

from pathlib import Path

import click

from jobboard.clock import now
from passerelle import backups
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import one_sentence


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@one_sentence
def command(target: Path) -> None:
    """Write a backup into DIR, a new folder; Passerelle may go on running meanwhile."""
    with opened() as installation, measured("Backing up") as progress:
        manifest = backups.make(installation.database, installation.url, target, at=now(), progress=progress)
    rows = sum(manifest.counts.values())
    click.echo(f"{target} holds {rows:,} rows of {len(manifest.counts)} tables ({manifest.octets:,} octets).")
    if not (target / backups.KEY).exists():
        click.echo(
            "The secret is not in it: keep PASSERELLE_SECRET_KEY elsewhere, without it no address works any more."
        )
    click.echo("Keep it where this machine's disk is not, and try a restore now and then.")
