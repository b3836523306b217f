"""`serve`: one supervisor, one child process per door; a door that dies is started again."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from jobboard import schema
from jobboard.errors import Misconfigured
from jobboard.settings import Settings, load
from passerelle import doors
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
    process: subprocess.Popen[bytes]
    started: float


def supervise(settings: Settings, stop: Callable[[], bool]) -> None:
    """Start every door, migrate while they load, and keep them running until `stop`."""
    with opened(settings) as installation:
        doors.forget_ready(settings.home)
        children = [_start(door) for door in doors.DOORS]
        try:
            schema.upgrade(installation.database)
            doors.say_ready(settings.home, doors.SCHEMA, schema.head())
            looked = time.monotonic()
            while not stop():
                children = [_revive(child, settings.home) for child in children]
                if time.monotonic() - looked > DATABASE_SECONDS:
                    installation.keep_database()
                    looked = time.monotonic()
                time.sleep(0.1)
        finally:
            _end(children)


def _start(door: str) -> Child:
    clock = ["--with-clock"] if door == "worker" else []
    arguments = [sys.executable, "-m", "passerelle", door, "--after-upgrade", *clock]
    # Own session: Ctrl-C reaches the supervisor only, which then stops its children in order.
    return Child(door, subprocess.Popen(arguments, start_new_session=True), time.monotonic())


def _revive(child: Child, home: Path) -> Child:
    """Return the child, started again if it ended. Raises Misconfigured for one that never was ready."""
    code = child.process.poll()
    if code is None:
        return child
    if code == 1 and not (home / doors.READY / child.door).exists():
        raise Misconfigured(f"The {child.door} door could not start: its message is above.")
    log.warning("door.ended door=%s code=%d", child.door, code)
    # A door that ends as soon as it starts is given time: whatever it misses may come back.
    time.sleep(RESTART_SECONDS if time.monotonic() - child.started > 10 else 2 * RESTART_SECONDS)
    return _start(child.door)


def _end(children: list[Child]) -> None:
    """Stop the doors: mail first stops coming in, then what is in hand is finished."""
    for child in sorted(children, key=lambda one: one.door != "inbound"):
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
