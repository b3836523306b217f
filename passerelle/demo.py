"""`demo`: plays the whole story through the running doors, prints it, and stays up."""

from __future__ import annotations

import contextlib
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from jobboard import people, ports, postgres, schema, seed
from jobboard.clock import now
from jobboard.people import Role
from jobboard.settings import Settings, load
from mailer.maildir import Mailbox
from passerelle import doors, story
from passerelle.correspondents import KeptMailboxes, Post, StoryFailed
from passerelle.installation import opened

READY_SECONDS = 60.0
# The clock's rows that the story waits for come round every few seconds instead of once a day.
HASTE = {
    "PASSERELLE_ENV": "development",
    "PASSERELLE_QUIET_HOURS": "",
    "PASSERELLE_UNDO_MINUTES": "0",
    "PASSERELLE_DIGEST_AT": "every 3 s",
    "PASSERELLE_LETTER_DRAFT_AT": "every 3 s",
    "PASSERELLE_STRANGER_HOURS": "0",
    "PASSERELLE_MAILS_PER_SENDER_PER_HOUR": "1000",
}


def environment(home: Path, *, wished: tuple[int, int] = (8000, 8025), **more: str) -> dict[str, str]:
    """Return the environment of an installation of its own, on these ports (web, mail) if nobody listens there.

    For the demo and the journeys; port 0 is any free one.
    """
    web, smtp = (_port(port) for port in wished)
    given = {
        "PASSERELLE_HOME": str(home),
        "PASSERELLE_WEB": f"127.0.0.1:{web}",
        "PASSERELLE_BASE_URL": f"http://127.0.0.1:{web}",
        "PASSERELLE_INBOUND": f"smtp://127.0.0.1:{smtp}",
        **HASTE,
        **more,
    }
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}, **given}


def _port(wished: int) -> int:
    """Return the wished port if nobody listens there, else any free one."""
    return wished if wished and ports.is_free(wished) else ports.free()


@contextmanager
def installed(given: dict[str, str]) -> Iterator[Settings]:
    """Give the settings of that environment, which is this process's only while they are read."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(given)
    try:
        settings = load()
    finally:
        os.environ.clear()
        os.environ.update(before)
    yield settings


@contextmanager
def running(
    given: dict[str, str], *, log: Path | None = None, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `serve` in that environment, from `folder`, until the end of the block; its events go to `log` if given."""
    home = Path(given["PASSERELLE_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    doors.forget_ready(home)
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(log.open("ab")) if log else None
        process = subprocess.Popen(
            [sys.executable, "-m", "passerelle", "serve"],
            env=given,
            cwd=folder,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, home)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not doors.is_ready(home):
        if process.poll() is not None:
            raise StoryFailed("The doors could not start: their message is above, or in the log under HOME.")
        if time.monotonic() > deadline:
            raise StoryFailed(f"The doors were not ready after {READY_SECONDS:.0f} seconds.")
        time.sleep(0.05)


def prepare(settings: Settings, *, seeded: bool) -> None:
    """Make the database, the member of staff of the story, and the believable board around it."""
    with opened(settings) as installation:
        schema.upgrade(installation.database)
        with installation.database.transaction() as session:
            member = people.admit(session, story.STAFF.address, name=story.STAFF.name, at=now())
            people.grant(session, member, Role.STAFF, at=now())
        if seeded:
            seed.plant(installation.database, at=now())


def smtp_of(settings: Settings) -> tuple[str, int]:
    """Return where the mail door listens."""
    parts = urlsplit(settings.inbound)
    return parts.hostname or "127.0.0.1", parts.port or 25


def play(*, once: bool) -> int:
    """Play the story on an installation of its own under HOME/demo; returns the exit code."""
    out = Console(highlight=False, soft_wrap=True)
    home = Path(os.environ.get("PASSERELLE_HOME", "./var")).absolute() / "demo"
    _clear(home)
    started = time.monotonic()
    out.print("[bold]Passerelle[/bold] : toute l’histoire, par mail, sur cette machine.")
    with installed(environment(home)) as settings, contextlib.ExitStack() as doors_open:
        prepare(settings, seeded=True)
        try:
            settings = doors_open.enter_context(_on_free_ports(home))
        except StoryFailed as failed:
            out.print(
                f"[bold red]Les portes n’ont pas pu s’ouvrir[/bold red] : voyez {home / 'events.log'}. ({failed})"
            )
            return 1
        else:
            out.print(
                f"Les portes sont ouvertes après {time.monotonic() - started:.1f} s : {settings.base_url}/dev/mailbox"
            )
            number = random.randrange(1_000_000)
            mailboxes = KeptMailboxes(Mailbox(home / "mailbox"))
            post = Post(settings, smtp_of(settings), mailboxes, echo=lambda line: out.print(line, markup=False))
            try:
                story.Story(post, story.draw(number)).play()
            except StoryFailed as failed:
                out.print(f"[bold red]L’histoire s’est arrêtée[/bold red] : {failed}")
                out.print(f"Événements : {home / 'events.log'} (tirage {number})")
                return 1
            out.print(
                f"\n[bold green]Tout est arrivé[/bold green], en {time.monotonic() - started:.0f} s (tirage {number})."
            )
            if not once:
                _stay(out, settings)
    return 0


@contextmanager
def _on_free_ports(home: Path) -> Iterator[Settings]:
    """Open the doors until the end of the block; where somebody else took the ports meanwhile, on others."""
    with contextlib.ExitStack() as stack:
        for wished in ((8000, 8025), (0, 0), (0, 0)):
            given = environment(home, wished=wished)
            try:
                stack.enter_context(running(given, log=home / "events.log"))
                break
            except StoryFailed:
                if "already in use" not in (home / "events.log").read_text("utf-8", "replace"):
                    raise
        else:
            raise StoryFailed("The ports were taken three times over by other programs.")
        yield stack.enter_context(installed(given))


def _clear(home: Path) -> None:
    """Start from nothing: the demo of last time is forgotten."""
    postgres.erase(home)
    if home.exists():
        for path in sorted(home.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def command_line(settings: Settings, *words: str, folder: Path) -> str:
    """Return what a shell, wherever it stands, runs as a command of this installation: its database, its links."""
    given = {
        "PASSERELLE_HOME": str(settings.home),
        "PASSERELLE_ENV": "development",
        "PASSERELLE_BASE_URL": settings.base_url,
    }
    names = " ".join(f"{name}={shlex.quote(value)}" for name, value in given.items())
    return f"cd {shlex.quote(str(folder))} && {names} {shlex.join((sys.executable, '-m', 'passerelle', *words))}"


def _stay(out: Console, settings: Settings) -> None:
    """Stay up until Ctrl-C."""
    host, port = smtp_of(settings)
    out.print(f"\nÀ vous : le site {settings.base_url}, les mails {settings.base_url}/dev/mailbox")
    out.print(
        f"Un mail : swaks --server {host}:{port} --from vous@maison.example --to alertes@{settings.mail_domain} --body 'comptable à Nantes, CDI'"
    )
    out.print("Les commandes, dans un autre terminal :")
    out.print(f"  {command_line(settings, 'status', folder=Path.cwd())}", markup=False)
    out.print("Ctrl-C pour arrêter.")
    stopping: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    while not stopping:
        time.sleep(0.2)
