"""`serve`: one supervisor, one child process per door; a door that dies is started again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gunicorn.app.base import BaseApplication
from webapp.app import create_app

from inbound.door import House
from inbound.limits import Limits
from inbound.server import Door
from jobboard import schema
from jobboard.errors import Misconfigured
from jobboard.settings import Settings
from passerelle import tasks
from passerelle.installation import Installation, log_events, opened
from scheduler.clock import Clock

log = logging.getLogger("passerelle.serve")

DOORS = ("web", "inbound", "worker")
RESTART_SECONDS, PATIENCE_SECONDS, DATABASE_SECONDS = 0.5, 25.0, 2.0
READY = "ready"  # folder under HOME where doors say that they listen


@dataclass
class Child:
    """A door that runs as a process."""

    door: str
    process: subprocess.Popen[bytes]
    started: float


def run_inbound(settings: Settings) -> None:
    """Run the mail door until SIGTERM; a DATA in progress is finished first."""
    with opened(settings) as installation:
        house = House(installation.database, installation.addresses)
        asyncio.run(_listen(installation, house))


async def _listen(installation: Installation, house: House) -> None:
    settings = installation.settings
    stop = _stop_event()
    door = Door(
        settings.inbound,
        check=house.check,
        store=house.store,
        domain=settings.mail_domain,
        limits=Limits(message_octets=settings.max_mail_octets),
    )
    await door.start()
    say_ready(settings.home, "inbound", door.url)
    try:
        await stop.wait()
    finally:
        await door.stop(grace=20.0)


def run_worker(settings: Settings, *, with_clock: bool) -> None:
    """Run the worker until SIGTERM, the clock inside it if asked."""
    with opened(settings, pool_size=12) as installation:
        clock = Clock(installation.database) if with_clock else None
        if clock is not None:
            clock.start()
        try:
            asyncio.run(_work(installation))
        finally:
            if clock is not None:
                clock.stop()


async def _work(installation: Installation) -> None:
    stop = _stop_event()
    say_ready(installation.settings.home, "worker", str(os.getpid()))
    await tasks.run(installation, stop=stop)


def run_clock(settings: Settings) -> None:
    """Run the clock alone until SIGTERM."""
    with opened(settings) as installation:
        clock = Clock(installation.database)
        clock.start()
        asyncio.run(_wait(_stop_event))
        clock.stop()


async def _wait(event: Callable[[], asyncio.Event]) -> None:
    await event().wait()


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our application and settings instead of a configuration file."""

    def __init__(self, installation: Installation, options: dict[str, object]) -> None:
        self._installation = installation
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        return create_app(self._installation.database, self._installation.addresses)


def run_web(settings: Settings) -> None:
    """Run the web application until SIGTERM."""
    with opened(settings) as installation:
        home = settings.home
        _Gunicorn(
            installation,
            {
                "bind": settings.web,
                "workers": 1,
                "worker_class": "gthread",
                "threads": 8,
                "timeout": 60,
                "graceful_timeout": 15,
                "loglevel": "warning",
                "proc_name": "passerelle-web",
                "control_socket_disable": True,
                "when_ready": lambda server: say_ready(home, "web", settings.web),
            },
        ).run()


def say_ready(home: Path, door: str, what: str) -> None:
    """Leave a note that a door listens."""
    folder = home / READY
    folder.mkdir(parents=True, exist_ok=True)
    (folder / door).write_text(what)


def is_ready(home: Path) -> bool:
    """Tell whether every door has said that it listens."""
    return all((home / READY / door).exists() for door in DOORS)


def supervise(settings: Settings, stop: Callable[[], bool]) -> None:
    """Migrate, then run every door until `stop`; ports that are taken are said before anything starts."""
    with opened(settings) as installation:
        schema.upgrade(installation.database)
        for door in DOORS:
            (settings.home / READY / door).unlink(missing_ok=True)
        children = [_start(door) for door in DOORS]
        try:
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
    arguments = [sys.executable, "-m", "passerelle", door, *(["--with-clock"] if door == "worker" else [])]
    # Own session: Ctrl-C reaches the supervisor only, which then stops its children in order.
    return Child(door, subprocess.Popen(arguments, start_new_session=True), time.monotonic())


def _revive(child: Child, home: Path) -> Child:
    """Return the child, started again if it ended. Raises Misconfigured for one that never was ready."""
    code = child.process.poll()
    if code is None:
        return child
    if code == 1 and not (home / READY / child.door).exists():
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


def serve(settings: Settings) -> None:
    """Run the supervisor until SIGTERM or Ctrl-C."""
    log_events()
    stopping: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    supervise(settings, lambda: bool(stopping))
