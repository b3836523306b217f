"""`db`: the database."""

from __future__ import annotations

import click

from jobboard import schema
from passerelle.installation import opened
from passerelle.sentences import one_sentence


@click.group()
def command() -> None:
    """The database."""


@command.command()
@one_sentence
def upgrade() -> None:
    """Bring the schema up to this version; safe to repeat."""
    with opened() as installation:
        done = schema.upgrade(installation.database)
    click.echo("The database was upgraded." if done else "The database was up to date.")
