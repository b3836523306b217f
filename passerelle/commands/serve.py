"""`serve`: one supervisor, one child process per door; a door that dies is started again."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import click
from rich.console import Console

from jobboard import schema
from jobboard.errors import Misconfigured
from jobboard.settings import Settings, load
from passerelle import doors, nursery
from passerelle.installation import log_events, opened
from passerelle.sentences import one_sentence

log = logging.getLogger("passerelle.serve")

RESTART_SECONDS, PATIENCE_SECONDS, DATABASE_SECONDS = 0.5, 25.0, 2.0


@click.command()
@one_sentence
def command() -> None:
    """Run everything: web, inbound mail, worker and clock, one process each."""
    settings = load()
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"Web: {settings.base_url} (listening on {settings.web})", style="bold")
    out.print(f"Mail in: {settings.inbound}, for *@{settings.mail_domain}")
    out.print("Stop with Ctrl-C.")
    log_events()
    stopping: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    supervise(settings, lambda: bool(stopping))


@dataclass
class Child:
    """A door that runs as a process."""

    door: str
    arguments: tuple[str, ...]
    process: BaseProcess
    started: float


def supervise(settings: Settings, stop: Callable[[], bool]) -> None:
    """Start every door, migrate while they load, and keep them running until `stop`."""
    with opened(settings) as installation:
        doors.forget_ready(settings.home)
        children = _children(settings)
        try:
            schema.upgrade(installation.database)
            doors.say_ready(settings.home, doors.SCHEMA)
            looked = time.monotonic()
            while not stop():
                children = [_revive(child, settings.home) for child in children]
                if time.monotonic() - looked > DATABASE_SECONDS:
                    installation.keep_database()
                    looked = time.monotonic()
                time.sleep(0.1)
        finally:
            _end(children)


def _children(settings: Settings) -> list[Child]:
    """Start one process for each door, more workers where the settings ask for them; the clock is in the first."""
    workers = [("worker", ("--with-clock",)), *[("worker", ())] * (settings.workers - 1)]
    return [_start(door, ("--after-upgrade", *more)) for door, more in (("web", ()), ("inbound", ()), *workers)]


def _start(door: str, arguments: tuple[str, ...]) -> Child:
    return Child(door, arguments, nursery.start(door, *arguments), time.monotonic())


def _revive(child: Child, home: Path) -> Child:
    """Return the child, started again if it ended. Raises Misconfigured for one that never was ready."""
    code = child.process.exitcode
    if code is None:
        return child
    nursery.bury(child.process)
    if code == 1 and not (home / doors.READY / child.door).exists():
        raise Misconfigured(f"The {child.door} door could not start: its message is above.")
    log.warning("door.ended door=%s code=%d", child.door, code)
    # A door that ends as soon as it starts is given time: whatever it misses may come back.
    time.sleep(RESTART_SECONDS if time.monotonic() - child.started > 10 else 2 * RESTART_SECONDS)
    return _start(child.door, child.arguments)


def _end(children: list[Child]) -> None:
    """Stop the doors: mail first stops coming in, then what is in hand is finished."""
    for child in sorted(children, key=lambda one: one.door != "inbound"):
        child.process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        child.process.join(max(0.1, deadline - time.monotonic()))
        if child.process.exitcode is None:
            child.process.kill()
            child.process.join()
