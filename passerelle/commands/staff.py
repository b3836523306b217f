"""`staff`: the people who run the job board."""

from __future__ import annotations

import click

from jobboard import people, schema
from jobboard.clock import now
from jobboard.errors import PermanentFailure
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


@command.command("list")
@one_sentence
def list_() -> None:
    """List the members of the staff."""
    with opened() as installation, installation.database.transaction() as session:
        for member in people.staff(session):
            click.echo(f"{member.address}  {member.name}".rstrip())


@command.command()
@click.argument("address")
@one_sentence
def remove(address: str) -> None:
    """Take ADDRESS off the staff; the person stays a person."""
    with opened() as installation, installation.database.transaction() as session:
        person = people.find(session, address)
        if person is None or not people.revoke(session, person, people.Role.STAFF):
            raise PermanentFailure(f"{address} is no member of the staff: passerelle staff list shows who is.")
    click.echo(f"{address} is no member of the staff any more.")
