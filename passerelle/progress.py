"""Long work, shown: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

TENTHS = 10
UNKNOWN = 10_000  # where nobody knows how much there is, so many make a line


@contextmanager
def measured(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """Yield what long work calls with (done, of, what it has done so far); `of` is 0 where nobody knows how much there is."""
    if sys.stderr.isatty():
        columns = (
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(label, total=None, what="")
            yield lambda done, of, what: bar.update(task, completed=done, total=of or None, what=what)
            bar.update(task, completed=bar.tasks[0].total)  # whatever was the last thing told: it is done
        return
    said = 0

    def say(done: int, of: int, what: str) -> None:
        nonlocal said
        step = TENTHS * done // of if of else done // UNKNOWN
        if step != said:  # another part of the work begins anew
            said = step
            click.echo(f"{label}: {f'{10 * step} %' if of else done}{f' ({what})' if what else ''}", err=True)

    yield say
