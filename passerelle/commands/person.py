"""`person`: what is kept of somebody, taken out or erased, at her own request."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from jobboard import erasing, erasures, exports, people
from jobboard.clock import now
from jobboard.erasures import Cause
from jobboard.errors import PermanentFailure
from jobboard.people import Person, Role
from passerelle.installation import opened
from passerelle.sentences import one_sentence


@click.group()
def command() -> None:
    """What is kept of somebody: export it, erase it."""


@command.command()
@click.argument("email")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The archive to write; personne-<id>.zip."
)
@one_sentence
def export(email: str, target: Path | None) -> None:
    """Write everything that is kept of EMAIL into an archive."""
    with opened() as installation, installation.database.transaction() as session:
        person = _find(session, email)
        path = target or Path(f"personne-{person.id}.zip")
        if path.exists():
            raise PermanentFailure(f"{path} is there already: name another file with --to.")
        path.write_bytes(exports.archive(session, person, at=now()))
        path.chmod(0o600)
    click.echo(f"{path} holds everything that is kept of {email} ({path.stat().st_size:,} octets).")


@command.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask to type the address again.")
@one_sentence
def erase(email: str, *, yes: bool) -> None:
    """Erase EMAIL everywhere, at once and for good."""
    with opened() as installation:
        with installation.database.transaction() as session:
            person = _find(session, email)
            if Role.STAFF in people.roles(session, person):
                raise PermanentFailure(f"{email} is of the staff: passerelle staff remove {email}, then erase.")
            if not yes and click.prompt("There is no way back. Type the address again").strip() != email:
                raise PermanentFailure("Nothing was erased: the two addresses differ.")
            erasure = erasing.erase(session, person, Cause.STAFF, at=now())
        erasures.keep_outside(installation.settings, [erasure])
    click.echo(f"{email} is erased. A backup made before is erased again when it is restored.")


def _find(session: Session, email: str) -> Person:
    person = people.find(session, email)
    if person is None:
        raise PermanentFailure(f"{email} is nobody whom this installation knows.")
    return person
