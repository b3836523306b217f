"""Doing the commands of a mail: one, or several in order, each with its own answer and outcome."""

from __future__ import annotations

from dataclasses import replace

from inbound.context import Context
from inbound.handlers import answering
from inbound.words import Said, Table, nearly, understand_all
from jobboard.errors import Refused

_AND = " + "
_MOST = 8  # commands of one mail; what follows is left alone and the first eight are reported


def said_in(text: str, table: Table) -> tuple[tuple[Said, str], ...]:
    """Return the commands of a text with the words of each, at most eight."""
    return understand_all(text, table)[:_MOST]


def require_clear(text: str, table: Table) -> None:
    """Raise Refused("which-word") where only words count and the text may be one, or several, with a letter amiss."""
    choices = nearly(text, table)
    if choices:
        raise Refused("which-word", words=", ".join(word.word for word in choices))


def do(context: Context, found: tuple[tuple[Said, str], ...]) -> str:
    """Do the commands in order; returns their outcomes. What one of several is refused for undoes no other."""
    if len(found) == 1:
        said, _ = found[0]
        return said.word.does(context, said)
    return _AND.join(_one_of(context, number, *one) for number, one in enumerate(found, 1))


def _one_of(context: Context, number: int, said: Said, text: str) -> str:
    """Do one of several commands as if it were a mail of its own."""
    received = replace(context.received, own=replace(context.received.own, own=text))
    part = replace(context, received=received, part=number)
    savepoint = context.session.begin_nested()
    try:
        outcome = said.word.does(part, said)
    except Refused as refused:
        savepoint.rollback()
        return answering.refuse(part, refused)
    savepoint.commit()
    return outcome
