"""The command line: `passerelle`. Every failure is one sentence that says what to do; exit codes 0, 1, 2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from rich.console import Console

from jobboard import mailbag, people, schema
from jobboard.clock import now
from jobboard.errors import Misconfigured, PermanentFailure, Refused, TemporaryFailure
from jobboard.settings import Settings, load
from passerelle import demo, doctor, serve, status
from passerelle.installation import log_events, opened

out = Console(highlight=False, soft_wrap=True)


def one_sentence(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every expected failure of a command into one sentence and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (Misconfigured, TemporaryFailure, PermanentFailure) as failure:
            click.echo(f"passerelle: {failure}", err=True)
            sys.exit(1)
        except Refused as refused:
            click.echo(f"passerelle: not done ({refused.reason}).", err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="passerelle")
def main() -> None:
    """An email-first notification and digest system for a job board."""


@main.command("serve")
@one_sentence
def serve_() -> None:
    """Run everything: web, inbound mail, worker and clock, one process each."""
    settings = load()
    out.print(f"Web: {settings.base_url} (listening on {settings.web})", style="bold")
    out.print(f"Mail in: {settings.inbound}, for *@{settings.mail_domain}")
    out.print("Stop with Ctrl-C.")
    serve.serve(settings)


def _door(run: Callable[[Settings], None]) -> None:
    log_events()
    settings = load()
    run(settings)


@main.command()
@one_sentence
def web() -> None:
    """Run the web application alone."""
    _door(serve.run_web)


@main.command()
@one_sentence
def inbound() -> None:
    """Run the door of incoming mail alone."""
    _door(serve.run_inbound)


@main.command()
@click.option("--with-clock", is_flag=True, help="Run the clock in the same process.")
@one_sentence
def worker(with_clock: bool) -> None:
    """Run a worker alone: dispatch, matching, delivery."""
    _door(lambda settings: serve.run_worker(settings, with_clock=with_clock))


@main.command()
@one_sentence
def clock() -> None:
    """Run the clock alone."""
    _door(serve.run_clock)


@main.command("demo")
@click.option("--once", is_flag=True, help="Stop after the story, with exit code 0 if every step was right.")
@one_sentence
def demo_(once: bool) -> None:
    """Play the whole story through real SMTP on this machine, then stay up."""
    sys.exit(demo.play(once=once))


@main.group("db")
def db() -> None:
    """The database."""


@db.command("upgrade")
@one_sentence
def db_upgrade() -> None:
    """Bring the schema up to this version; safe to repeat."""
    with opened() as installation:
        done = schema.upgrade(installation.database)
    click.echo("The database was upgraded." if done else "The database was up to date.")


@main.group("staff")
def staff() -> None:
    """The people who run the job board."""


@staff.command("add")
@click.argument("address")
@click.option("--name", default="", help="How letters call this person.")
@one_sentence
def staff_add(address: str, name: str) -> None:
    """Make ADDRESS a member of the staff."""
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise click.BadParameter(f"{address!r} is not a mail address.", param_hint="ADDRESS")
    with opened() as installation:
        schema.upgrade(installation.database)
        with installation.database.transaction() as session:
            person = people.admit(session, address, name=name, at=now())
            people.grant(session, person, people.Role.STAFF, at=now())
    click.echo(f"{address} is a member of the staff.")


@main.command("replay")
@click.argument("mail_id", type=int)
@one_sentence
def replay(mail_id: int) -> None:
    """Run again a received mail that a bug had stopped."""
    with opened() as installation, installation.database.transaction() as session:
        mail = session.get(mailbag.Mail, mail_id)
        if mail is None:
            raise PermanentFailure(f"There is no mail {mail_id}: passerelle status lists those that are stuck.")
        try:
            mailbag.replay(session, mail, at=now())
        except Refused as refused:
            raise PermanentFailure(f"Mail {mail_id} is not stuck (its outcome: {mail.outcome}).") from refused
    click.echo(f"Mail {mail_id} is back in the mailbag.")


@main.command("doctor")
@one_sentence
def doctor_() -> None:
    """Check configuration, database, outgoing mail and DNS records; say how to mend."""
    sys.exit(doctor.examine(out))


@main.command("status")
@one_sentence
def status_() -> None:
    """Tell whether mail is flowing: what waits, how long, what left last."""
    with opened() as installation:
        sys.exit(status.show(installation, out))
