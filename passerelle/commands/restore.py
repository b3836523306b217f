"""`restore DIR`: an installation as a backup holds it, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from jobboard.clock import now
from jobboard.settings import load
from passerelle import backups
from passerelle.installation import opened
from passerelle.progress import measured
from passerelle.sentences import one_sentence


@click.command()
@click.argument("source", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what is in the database, whatever it is.")
@one_sentence
def command(source: Path, *, overwrite: bool) -> None:
    """Restore the backup in DIR; who was erased since it was made is erased again."""
    manifest = backups.read(source)
    settings = load()
    backups.bring_key(settings, source, manifest)
    if manifest.mail_domain != settings.mail_domain:
        click.echo(f"Note: the backup is of {manifest.mail_domain}, this installation of {settings.mail_domain}.")
    with opened(settings) as installation, measured("Restoring") as progress:
        backups.check_empty(installation.database, overwrite=overwrite)
        done = backups.restore(installation.database, installation.url, source, manifest, at=now(), progress=progress)
    click.echo(f"{done.rows:,} rows of {manifest.made_at} are back; all counts agree.")
    if done.erased:
        click.echo(f"{done.erased} people who were erased since are erased again.")
    if done.waiting:
        click.echo(
            f"{done.waiting} letters were on their way when the backup was made: they leave at the next start, "
            "under the same Message-IDs as those that may have left since."
        )
    click.echo("Start it again with passerelle serve; passerelle doctor checks the rest.")
