"""Expected failures of a command, as one sentence and exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import ProgrammingError

from jobboard.errors import Misconfigured, PermanentFailure, Refused, TemporaryFailure

UNDEFINED_TABLE = "42P01"


def one_sentence(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every expected failure of a command into one sentence that says what to do, and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (Misconfigured, TemporaryFailure, PermanentFailure) as failure:
            click.echo(f"passerelle: {failure}", err=True)
            sys.exit(1)
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != UNDEFINED_TABLE:
                raise
            click.echo("passerelle: the database has no tables of this version yet: passerelle db upgrade.", err=True)
            sys.exit(1)
        except Refused as refused:
            click.echo(f"passerelle: not done ({refused.reason}).", err=True)
            sys.exit(1)

    return run


def goes_on(command: Callable[..., None]) -> Callable[..., None]:
    """Say, when a command that may be started again is interrupted, that it goes on from there; exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            click.echo("passerelle: interrupted. What is done is done: the same command goes on from there.", err=True)
            sys.exit(1)

    return run
