"""The embedded PostgreSQL: one server for each HOME, shared by every process that needs it.

The first process that needs the server starts it, the last one out stops it. Two files in HOME/postgres say who is
who: `users.lock` is held, shared, by each user; `start.lock` is held, alone, by the one that is starting or stopping.
A user that is killed lets go like any other, by the kernel; the server it leaves is found again by the next user. A
forked child is not a user: it calls `start` itself or lives shorter than its parent.
"""

from __future__ import annotations

import atexit
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from jobboard.errors import Misconfigured, TemporaryFailure
from jobboard.postgres import cluster, locks
from jobboard.postgres.layout import Embedded, folder_of, open_home, settle
from jobboard.postgres.postmaster import Note

__all__ = ["Embedded", "Server", "erase", "start"]

# Longer than a recovery after a crash; s.
_PATIENCE_SECONDS = 180.0


class Server:
    """A running embedded server, kept alive for this process until `release`; use it as a context manager."""

    def __init__(self, embedded: Embedded, note: Note, users: int, *, tcp: bool) -> None:
        self.embedded = embedded
        self._note = note
        self._users = users
        self._tcp = tcp
        self._process = os.getpid()  # in a forked child the number of our lock may mean another one
        atexit.register(self.release)

    @property
    def url(self) -> str:
        """The URL of the database `passerelle`; over TCP it holds the password."""
        return self.url_of(cluster.NAME)

    def url_of(self, database: str) -> str:
        """Return the URL of one database of this server."""
        name = quote(database, safe="")
        if self._tcp:
            secret = cluster.password(self.embedded)
            return f"postgresql://{cluster.NAME}:{secret}@127.0.0.1:{self._note.port}/{name}"
        folder = quote(self._note.sockets, safe="")
        return f"postgresql://{cluster.NAME}@/{name}?host={folder}&port={self._note.port}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database, a copy of `template`, when there is none of that name; return its URL.

        Raises psycopg.errors.ObjectInUse while somebody is connected to the template.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.url, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(statement)
        return self.url_of(name)

    def ensure(self) -> None:
        """Start the server again if it was killed under us; connections have to be opened anew.

        Raises as `start` does.
        """
        with _in_words(self.embedded.home), _alone(self.embedded.folder):
            self._note = cluster.ensure(self.embedded, tcp=self._tcp)

    def release(self) -> None:
        """Use the server no more, and stop it when nobody else does; a second call, or one in a fork, does nothing."""
        atexit.unregister(self.release)
        if self._process != os.getpid() or self._users < 0:
            return
        with _in_words(self.embedded.home), _alone(self.embedded.folder):
            users, self._users = self._users, -1
            _leave(self.embedded, users)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def start(home: Path, *, tcp: bool = False) -> Server:
    """Return the running server of this HOME, made and started when need be; release it when done.

    It listens on a socket in a folder that only its user enters; with `tcp` also on a free port of the loopback, with
    a password kept in HOME. Raises Misconfigured or TemporaryFailure with one sentence that says what to do.
    """
    with _in_words(home):
        home = open_home(home)
        with _alone(folder_of(home)):
            users = _join(home)
            try:
                embedded = settle(home)
            except BaseException:  # whatever ends us, Ctrl-C too: give back what is held, then let it pass
                locks.drop(users)
                raise
            try:
                note = cluster.ensure(embedded, tcp=tcp)
            except BaseException:  # whatever ends us, Ctrl-C too: give back what is held, then let it pass
                _leave(embedded, users)
                raise
        return Server(embedded, note, users, tcp=tcp)


def erase(home: Path) -> None:
    """Stop the server of this HOME and delete its data for ever, wherever they are.

    Raises TemporaryFailure while somebody uses the server.
    """
    with _in_words(home):
        home = open_home(home)
        with _alone(folder_of(home)):
            users = locks.take(_users_lock(home), shared=False)
            if users is None:
                raise TemporaryFailure(
                    f"The database of {home} is in use: stop the programs that use it, then try again."
                )
            try:
                embedded = settle(home)
                if embedded.data.exists():
                    cluster.stop(embedded)
                cluster.remove(embedded)
            finally:
                locks.drop(users)


def _join(home: Path) -> int:
    users = locks.take(_users_lock(home), shared=True)
    if users is None:  # it is only ever held alone under the lock of the start, which is ours
        raise TemporaryFailure(f"{_users_lock(home)} is held by another program: end it, then try again.")
    return users


def _leave(embedded: Embedded, users: int) -> None:
    """Give back our place among the users; whoever then finds nobody left stops the server."""
    locks.drop(users)
    last = locks.take(_users_lock(embedded.home), shared=False)
    if last is not None:
        try:
            if embedded.data.exists():
                cluster.stop(embedded)
        finally:
            locks.drop(last)


def _users_lock(home: Path) -> Path:
    return folder_of(home) / "users.lock"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one that starts or stops this server."""
    lock = locks.take(folder / "start.lock", shared=False, patience=_PATIENCE_SECONDS)
    if lock is None:
        raise TemporaryFailure(
            f"Another program has been starting or stopping the server of {folder} for {_PATIENCE_SECONDS:.0f} s: "
            "see its log, end it if it hangs, then try again."
        )
    try:
        yield
    finally:
        locks.drop(lock)


@contextmanager
def _in_words(home: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        where = error.filename or home
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TemporaryFailure(f"The disk of {where} is full: make room, then start again.") from error
        raise Misconfigured(
            f"The embedded PostgreSQL of {home} cannot use {where} ({error.strerror}): "
            "run Passerelle as the user who owns it, or set PASSERELLE_HOME to another folder."
        ) from error
