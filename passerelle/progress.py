"""Long work, shown: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

TENTHS = 10


@contextmanager
def shown(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """Yield what long work calls with (done, of, what)."""
    if sys.stderr.isatty():
        with click.progressbar(length=100, label=label, file=sys.stderr) as bar:

            def advance(done: int, of: int, what: str) -> None:
                bar.update(100 * done // max(of, 1) - bar.pos)

            yield advance
            bar.update(100 - bar.pos)
        return
    said = -1

    def say(done: int, of: int, what: str) -> None:
        nonlocal said
        tenth = TENTHS * done // max(of, 1)
        if tenth > said:
            said = tenth
            click.echo(f"{label}: {done} of {of} tables ({what})", err=True)

    yield say
