"""`held`: the messages that the last gate stopped, and what to do with them."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from jobboard import held as held_mails
from jobboard import people
from jobboard.clock import now
from jobboard.errors import PermanentFailure, Refused
from jobboard.held import Held, HeldState
from jobboard.people import Person, Role
from mailer.held_mails import shown
from passerelle.installation import opened
from passerelle.sentences import one_sentence

# Why a message is held, and what became of it, for who reads a terminal.
WHY = {
    "address": "an address that must stay hidden can be read in it",
    "document": "a hidden address can be read in a document",
    "closed": "a part of it cannot be opened",
    "too-much": "it is too much to look through",
}
STATES = {
    HeldState.WAITING: "waits",
    HeldState.RELEASED: "was released",
    HeldState.DROPPED: "was dropped",
    HeldState.EXPIRED: "was dropped: nobody decided in time",
}


@click.group()
def command() -> None:
    """The messages that the last gate stopped: look, let go, give up."""


@command.command("list")
@one_sentence
def list_() -> None:
    """List the messages that wait for a decision, oldest first."""
    with opened() as installation, installation.database.transaction() as session:
        found = held_mails.waiting(session)
        table = Table(box=None, pad_edge=False)
        for name in ("id", "since", "until", "from", "why"):
            table.add_column(name, no_wrap=True)
        for held in found:
            until = held.expires_at(installation.settings.held_days)
            author, _reader = held_mails.parties(session, held)
            row = (str(held.id), f"{held.at:%Y-%m-%d}", f"{until:%Y-%m-%d}", author or "–", ", ".join(held.why))
            table.add_row(*(escape(_printable(cell)) for cell in row))
    if not found:
        click.echo("No message is held.")
        return
    _console().print(table)


@command.command()
@click.argument("held_id", type=int, metavar="ID")
@one_sentence
def show(held_id: int) -> None:
    """Show why a message is held, and its words with what must stay hidden covered."""
    with opened() as installation, installation.database.transaction() as session:
        held = _find(session, held_id)
        message = held_mails.message_of(session, held)
        mail = shown(session, message) if message is not None else None
        author, reader = held_mails.parties(session, held)
        until = held.expires_at(installation.settings.held_days)
    lines = [f"Message {held.id} {STATES[held.state]}; held on {held.at:%Y-%m-%d %H:%M} UTC."]
    if held.state is HeldState.WAITING:
        lines.append(f"Without a decision it is dropped on {until:%Y-%m-%d}.")
    lines += ["", "Why:", *(f"  {WHY.get(one, one)}" for one in held.why)]
    lines += ["Where:", *(f"  {place}" for place in held.places)]
    if held.reason:
        lines.append(f"Reason given: {held.reason}")
    if mail is not None:
        lines += ["", f"From {author or '–'} to {reader or '–'}: {mail.subject}"]
        lines += [f"File: {name}" for name in mail.files]
        lines += ["", mail.text]
    click.echo(_printable("\n".join(lines)))


@command.command()
@click.argument("held_id", type=int, metavar="ID")
@click.option("--by", required=True, metavar="EMAIL", help="Who of the staff lets it leave.")
@one_sentence
def release(held_id: int, by: str) -> None:
    """Let a held message leave as it is; who did it is written down."""
    with opened() as installation, installation.database.transaction() as session:
        member = _member(session, by)
        try:
            held_mails.release(session, _find(session, held_id), member, at=now())
        except Refused as refused:
            raise _too_late(session, held_id) from refused
    click.echo(f"Message {held_id} leaves, at the word of {by}.")


@command.command()
@click.argument("held_id", type=int, metavar="ID")
@click.option("--by", default="", metavar="EMAIL", help="Who of the staff decides it.")
@click.option("--reason", default="", help="Why, for its author to read.")
@one_sentence
def drop(held_id: int, by: str, reason: str) -> None:
    """Give a held message up; its author is told, with the reason when there is one."""
    with opened() as installation, installation.database.transaction() as session:
        member = _member(session, by) if by else None
        try:
            held_mails.drop(session, _find(session, held_id), member, reason=reason, at=now())
        except Refused as refused:
            raise _too_late(session, held_id) from refused
    click.echo(f"Message {held_id} is dropped; its author is told.")


def _find(session: Session, held_id: int) -> Held:
    held = held_mails.find(session, held_id)
    if held is None:
        raise PermanentFailure(f"There is no held message {held_id}: passerelle held list shows those that wait.")
    return held


def _member(session: Session, address: str) -> Person:
    person = people.find(session, address)
    if person is None or Role.STAFF not in people.roles(session, person):
        raise PermanentFailure(f"{address} is no member of the staff: passerelle staff list shows who is.")
    return person


def _too_late(session: Session, held_id: int) -> PermanentFailure:
    return PermanentFailure(f"Message {held_id} {STATES[_find(session, held_id).state]} already: nothing was done.")


def _printable(text: str) -> str:
    """Return text that says nothing to a terminal but its words: somebody we do not know wrote it."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
