"""`letter`: what the desk of letters does, from a terminal: begin, preview, check, test, approve, follow."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session

from jobboard import edition_contents, edition_reports, editions, letter_desk, letter_lists, newsletters, people
from jobboard.clock import now
from jobboard.editions import Edition, EditionState
from jobboard.errors import PermanentFailure
from jobboard.people import Person, Role
from jobboard.sections import Variant
from mailer.letter_checks import findings
from mailer.previews import Preview, preview
from passerelle.installation import Installation, opened
from passerelle.sentences import one_sentence

LOOK_SECONDS = 1.0
# What each count of a report is, for who reads a terminal.
COUNTS = {
    "sent": "taken by the next server",
    "waiting": "not tried yet",
    "deferred": "put off",
    "failed": "refused",
    "gone": "no such mailbox",
    "bounced": "came back later",
    "skipped": "left the list, or suspended",
    "complained": "reported as unwanted",
    "unsubscribed": "unsubscribed since",
}
# What each check found, for who reads a terminal; `{}` is what it is about.
FOUND = {
    "link-empty": "a link has no words: {}",
    "link-vague": "a link does not say where it leads: {}",
    "link-form": "a link is no web address: {}",
    "placeholder": "a word seems to wait for another: {}",
    "size": "the letter weighs {} kB: Gmail cuts it off above 100",
    "text": "the text part is almost empty",
    "subject": "the subject is empty or longer than 70 characters: {}",
    "alt": "pictures without a text that replaces them: {}",
    "heading-first": "the letter does not have one main heading, and only one",
    "heading-order": "a heading skips a level: {}",
    "heading-empty": "a heading is empty",
    "contrast": "words are hard to read on their ground: {}",
    "client": "some mail programs do not show this: {}",
}
PAUSED = {
    "gone": "it stopped by itself: too many of its mailboxes do not exist",
    "complaints": "it stopped by itself: too many report it as unwanted",
}
LIST = click.option("--list", "list_name", default=editions.WEEKLY, show_default=True, help="Which list of letters.")


@click.group()
def command() -> None:
    """Letters: prepare, look at, test, approve and follow them."""


@command.command("draft")
@LIST
@one_sentence
def draft(list_name: str) -> None:
    """Begin the next letter of a list, or tell which draft waits."""
    with opened() as installation, installation.database.transaction() as session:
        kind = letter_lists.lists(installation.settings).get(list_name)
        if kind is None:
            known = ", ".join(letter_lists.lists(installation.settings))
            raise PermanentFailure(f"There is no list “{list_name}”: the lists are {known}.")
        edition = letter_desk.begin(session, kind, at=now())
        click.echo(f"Letter {edition.number} of {list_name} is a draft: {_address(installation, edition)}")


@command.command("preview")
@LIST
@click.option("--number", type=int, help="Which letter of the list; the newest otherwise.")
@click.option("--html", "as_html", is_flag=True, help="The HTML part instead of the text.")
@click.option("--mail", "as_mail", is_flag=True, help="The whole mail, as it would go over the wire.")
@click.option("--variant", default="", metavar="KEY", help="What its reader chose, such as ess,salaries@44.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
@one_sentence
def preview_(
    list_name: str, number: int | None, as_html: bool, as_mail: bool, variant: str, output: Path | None
) -> None:
    """Show a letter as its readers will get it, and what the checks find in it."""
    try:
        key = Variant.read(variant).key
    except ValueError as error:
        raise click.BadParameter("no reader can choose that", param_hint="--variant") from error
    with opened() as installation, installation.database.transaction() as session:
        shown = _preview(session, installation, _find(session, list_name, number), key)
    out = shown.mail if as_mail else (shown.rendered.html if as_html else shown.rendered.text).encode()
    if output is not None:
        output.write_bytes(out)
    else:
        click.echo(out if as_mail or as_html else f"{shown.rendered.subject}\n\n{shown.rendered.text}")
    for one in findings(shown.rendered):
        click.echo(f"{'!' if one.grave else '-'} {FOUND[one.check].format(one.about)}", err=True)


@command.command("test")
@LIST
@click.option("--number", type=int, help="Which letter of the list; the newest otherwise.")
@click.option("--to", "address", metavar="EMAIL", help="Who of the staff gets it; the whole staff otherwise.")
@one_sentence
def test(list_name: str, number: int | None, address: str | None) -> None:
    """Send a copy of a letter to the staff, before anybody else has one."""
    at = now()
    with opened() as installation, installation.database.transaction() as session:
        to = [_member(session, address)] if address else list(people.staff(session))
        if not to:
            raise PermanentFailure("There is no staff yet: passerelle staff add EMAIL.")
        edition = _find(session, list_name, number)
        letter_desk.test(session, edition, to, by=to[0], key=f"cli:{at.isoformat()}", at=at)
    click.echo(f"Letter {edition.number} of {list_name} is on its way to {len(to)} of the staff.")


@command.command("approve")
@LIST
@click.option("--by", required=True, metavar="EMAIL", help="Who of the staff approves it.")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]), help="When it leaves.")
@one_sentence
def approve(list_name: str, by: str, moment: datetime | None) -> None:
    """Approve the draft of a list: it leaves at once, or at a moment on the installation's clock."""
    at = now()
    with opened() as installation, installation.database.transaction() as session:
        edition, member = _find(session, list_name, None), _member(session, by)
        send_at = moment.replace(tzinfo=installation.settings.zone).astimezone(UTC) if moment else None
        if send_at is not None and send_at <= at:
            raise PermanentFailure("That moment is over: give one to come.")
        gone = newsletters.approve(session, edition, member, key=f"cli:{at.isoformat()}", at=at, send_at=send_at)
    said = "is scheduled" if edition.state is EditionState.SCHEDULED else "is on its way"
    click.echo(f"Letter {edition.number} of {list_name} {said if gone else 'waits for the approval of somebody else'}.")


@command.command("status")
@LIST
@click.option("--number", type=int, help="Which letter of the list; the newest otherwise.")
@click.option("--follow", is_flag=True, help="Stay until it has left.")
@one_sentence
def status(list_name: str, number: int | None, follow: bool) -> None:
    """Tell where a letter stands: how much of it has left, and what came of it."""
    with opened() as installation:
        if follow:
            _follow(installation, list_name, number)
        with installation.database.transaction() as session:
            edition = _find(session, list_name, number)
            going = edition_reports.progress(session, edition, at=now())
            found = edition_reports.report(session, edition)
        click.echo(f"Letter {edition.number} of {list_name}: {edition.state}.")
        if edition.started_at is None:
            return
        click.echo(f"{going.percent:.1f} % of {going.total}, {_pace(edition, going)}.")
        for name, words in COUNTS.items():
            click.echo(f"{getattr(found, name):>8}  {words}")
        for one in going.slow:
            until = one.until.astimezone(installation.settings.zone) if one.until else None
            again = f", tried again from {until:%H:%M:%S}" if until else ""
            click.echo(f"{one.deferred:>8}  put off by {one.destination}{again}: {one.reply}")


def _pace(edition: Edition, going: edition_reports.Progress) -> str:
    """Return how fast a letter leaves, or why it does not."""
    if edition.state is EditionState.PAUSED and edition.paused_why:
        return PAUSED[edition.paused_why]
    if going.waits:
        return "the rest waits for the servers below"
    pace = f"{going.rate:.0f} a second"
    return pace if edition.state in (EditionState.SENDING, EditionState.SENT) else f"it left at {pace}"


def _follow(installation: Installation, list_name: str, number: int | None) -> None:
    """Show how a letter leaves until it does not any more: a bar on a terminal, nothing elsewhere."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task(list_name, total=None)
        while True:
            with installation.database.transaction() as session:
                edition = _find(session, list_name, number)
                going = edition_reports.progress(session, edition, at=now())
            bar.update(task, total=going.total, completed=going.done)
            if edition.state not in (EditionState.SENDING, EditionState.SCHEDULED):
                return
            time.sleep(LOOK_SECONDS)


def _find(session: Session, list_name: str, number: int | None) -> Edition:
    query = sa.select(Edition).where(Edition.list_name == list_name).order_by(Edition.number.desc()).limit(1)
    edition = session.scalar(query if number is None else query.where(Edition.number == number))
    if edition is None:
        raise PermanentFailure(f"There is no such letter of {list_name}: passerelle letter draft begins one.")
    return edition


def _preview(session: Session, installation: Installation, edition: Edition, key: str) -> Preview:
    at = now()
    letter = edition_contents.letter_for(session, edition, key, at=at)
    return preview(installation.settings, installation.addresses, letter, at=at)


def _member(session: Session, address: str) -> Person:
    person = people.find(session, address)
    if person is None or Role.STAFF not in people.roles(session, person):
        raise PermanentFailure(f"{address} is no member of the staff: passerelle staff list shows who is.")
    return person


def _address(installation: Installation, edition: Edition) -> str:
    return f"{installation.settings.base_url}/equipe/lettres/{edition.id}"
