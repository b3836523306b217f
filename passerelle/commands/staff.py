"""`staff`: the people who run the job board."""

from __future__ import annotations

import click

from jobboard import people, schema
from jobboard.clock import now
from passerelle.installation import opened
from passerelle.sentences import one_sentence


@click.group()
def command() -> None:
    """The people who run the job board."""


@command.command()
@click.argument("address")
@click.option("--name", default="", help="How letters call this person.")
@one_sentence
def add(address: str, name: str) -> None:
    """Make ADDRESS a member of the staff."""
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise click.BadParameter(f"{address!r} is not a mail address.", param_hint="ADDRESS")
    with opened() as installation:
        schema.upgrade(installation.database)
        with installation.database.transaction() as session:
            person = people.admit(session, address, name=name, at=now())
            people.grant(session, person, people.Role.STAFF, at=now())
    click.echo(f"{address} is a member of the staff.")
