"""Making, starting and stopping the one embedded server of a HOME; the caller holds the lock of its start."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from jobboard import ports
from jobboard.errors import Misconfigured, TemporaryFailure
from jobboard.postgres import postmaster
from jobboard.postgres.accounts import may_enter, run
from jobboard.postgres.binaries import programs
from jobboard.postgres.layout import Embedded, make_private, write_mark
from jobboard.postgres.postmaster import Note

NAME = "passerelle"  # the database, and the role that owns it: as on a server of one's own, no superuser

# Durable first, then small: a laptop and a demo share the machine with other things. `ALTER SYSTEM` overrides.
_SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "wal_level": "minimal",  # no replica here: backups are dumps
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # three processes fewer; the data fit in memory
    "dynamic_shared_memory_type": "mmap",  # containers have 64 MB of /dev/shm, and logging out may empty it
    "unix_socket_permissions": "0700",
    "TimeZone": "UTC",
    "lc_messages": "C",
    # Events without anybody's data: no statement, no detail, and no error of one session, which its caller logs.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    # One file for each day of the week, begun anew when its day comes.
    "logging_collector": "on",
    "log_filename": "server-%u.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}
# Whoever gets into the socket's private folder is the server's user or root, and may do anything anyhow.
_ACCESS = "local all all trust\nhost all passerelle 127.0.0.1/32 scram-sha-256\n"
# Upper and lower case, order: PostgreSQL's own C.UTF-8, the same everywhere. What is a letter for text search comes
# from the system: in plain C a no-break space and a typographic apostrophe are letters, hence the preferred ones.
_CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "C")
_FIRST_STATEMENTS = f"CREATE ROLE {NAME} LOGIN CREATEDB\nCREATE DATABASE {NAME} OWNER {NAME}\n"
_LOG_DAYS = 7
_START_LOG = "start.log"  # what the server says before it writes its own log
# Its parent is init, and it has the session that `run` made: it outlives us, and no terminal's Ctrl-C reaches it.
_LEAVE_ALONE = '"$@" < /dev/null >> "$0" 2>&1 &'
_TAIL_LINES = 8
_NO_SPACE = ("No space left on device", "Disk quota exceeded")


def ensure(embedded: Embedded, *, tcp: bool) -> Note:
    """Make the data when there are none, start the server when it does not run; return where it listens.

    Raises Misconfigured or TemporaryFailure with one sentence, then the end of the server's log if it tells more.
    """
    if not (embedded.data / "PG_VERSION").exists():
        _initialise(embedded)
    note = postmaster.running(embedded) or _launch(embedded, tcp=tcp)
    if note.data != embedded.data:
        raise TemporaryFailure(
            f"{embedded.home} was moved while its server ran in {note.data}: "
            "stop every program that uses it, then start again."
        )
    if tcp and not note.host:
        raise TemporaryFailure(
            f"The server of {embedded.home} runs without TCP: "
            "stop the programs that use it, then start first what needs TCP."
        )
    write_mark(embedded)
    if tcp:
        _set_password(embedded, note)
    return note


def stop(embedded: Embedded) -> None:
    """Stop the server, ending its sessions; nothing happens when it does not run."""
    note = postmaster.stop(embedded)
    if note and Path(note.sockets).parent != embedded.place:
        with suppress(OSError):
            Path(note.sockets).rmdir()


def password(embedded: Embedded) -> str:
    """Return the password for TCP, made at the first call and kept in HOME for its owner alone."""
    path = embedded.folder / "password"
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")


def _initialise(embedded: Embedded) -> None:
    """Make the data with their role and database in a draft, and give it its name when all of it is on the disk."""
    for left in embedded.place.glob("draft-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=embedded.place))
    if embedded.account:
        os.chown(draft, embedded.account.uid, embedded.account.gid)
    tools = programs(embedded.account)
    try:
        for ctype in _CHARACTER_TYPES:
            done = run(
                embedded.account, tools / "initdb", "-D", draft, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}",
                "--no-instructions",
            )  # fmt: skip
            if "invalid locale name" not in done.stderr:
                break
        if done.returncode == 0:
            single = (tools / "postgres", "--single", "-D", draft, "-c", "exit_on_error=on", "postgres")
            done = run(embedded.account, *single, text=_FIRST_STATEMENTS)
        if done.returncode:
            raise _failure(embedded, "its data could not be made", done.stderr)
        draft.rename(embedded.data)
        _sync(embedded.place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _launch(embedded: Embedded, *, tcp: bool) -> Note:
    """Start the server; a second try when a port was lost, or a starter that died had its own server coming up."""
    if not may_enter(embedded.account, embedded.place):
        raise Misconfigured(
            f"The server's user can no longer enter {embedded.place}: open the folders above it for passing through "
            "again (`chmod o+x`), or run Passerelle as an ordinary user with another PASSERELLE_HOME."
        )
    server = programs(embedded.account) / "postgres"
    for _ in range(2):
        postmaster.clear(embedded)
        _prepare(embedded)
        command = (embedded.log / _START_LOG, server, "-D", embedded.data)
        done = run(embedded.account, "/bin/sh", "-c", _LEAVE_ALONE, *command, *_options(embedded, tcp=tcp))
        if note := postmaster.launched(embedded):
            return note
    raise _failure(embedded, "the server does not start", done.stderr)


def _prepare(embedded: Embedded) -> None:
    """Write the server's configuration, make its private folders, forget old logs and the socket of a killed server."""
    make_private(embedded.sockets, embedded.account)
    make_private(embedded.log, embedded.account)
    for path in embedded.sockets.glob(".s.PGSQL.*"):  # its lock file is believed as wrongly as postmaster.pid
        path.unlink()
    week_ago = time.time() - _LOG_DAYS * 86400
    for path in embedded.log.glob("*.log"):
        if path.name == _START_LOG or path.lstat().st_mtime < week_ago:
            path.unlink()
    settings = _SETTINGS | {
        "hba_file": str(embedded.place / "pg_hba.conf"),
        "log_directory": str(embedded.log),
        "unix_socket_directories": _listed(embedded.sockets),
    }
    lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
    for name, text in (("postgresql.conf", "".join(lines)), ("pg_hba.conf", _ACCESS)):
        path = embedded.place / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)  # nothing secret, and the server's user reads it


def _options(embedded: Embedded, *, tcp: bool) -> tuple[str, ...]:
    """Return the server's arguments; its name is among them to be seen in the list of processes."""
    values = {
        "config_file": embedded.place / "postgresql.conf",
        "cluster_name": embedded.name,
        "listen_addresses": "127.0.0.1" if tcp else "",
        "port": ports.free() if tcp else 5432,
    }
    return tuple(word for name, value in values.items() for word in ("-c", f"{name}={value}"))


def _set_password(embedded: Embedded, note: Note) -> None:
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(NAME), sql.Literal(password(embedded)))
    with psycopg.connect(host=note.sockets, port=note.port, user="postgres", dbname="postgres") as connection:
        connection.execute(statement)


def _failure(embedded: Embedded, what: str, errors: str) -> Misconfigured | TemporaryFailure:
    """Return what fits a step that failed: TemporaryFailure for a full disk, else Misconfigured."""
    tail = _tail(embedded, errors)
    if any(sign in tail for sign in _NO_SPACE):
        return TemporaryFailure(f"The disk of {embedded.place} is full: make room, then start again.{tail}")
    return Misconfigured(
        f"The embedded PostgreSQL of {embedded.home} cannot run, {what}: mend what is said below, "
        f"or set PASSERELLE_DATABASE_URL to a server of your own.{tail}"
    )


def _tail(embedded: Embedded, errors: str) -> str:
    """Return the last lines that the server or its tools wrote, each on a line of its own after the sentence."""
    lines = errors.splitlines()
    for path in sorted(embedded.log.glob("*.log"), key=lambda path: path.lstat().st_mtime):
        lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
    return "".join(f"\n  {line}" for line in lines[-_TAIL_LINES:])


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _listed(folder: Path) -> str:
    """Return one path as an entry of a list of paths, where a comma or a space would end it."""
    return '"' + str(folder).replace('"', '""') + '"'


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(embedded: Embedded) -> None:
    """Delete the data of a server that is stopped, with all that was made for it, the locks apart."""
    embedded.mark.unlink(missing_ok=True)
    (embedded.folder / "password").unlink(missing_ok=True)
    for path in (embedded.data, embedded.log, embedded.place / "run"):
        shutil.rmtree(path, ignore_errors=True)
    for name in ("postgresql.conf", "pg_hba.conf"):
        (embedded.place / name).unlink(missing_ok=True)
    if embedded.place != embedded.folder:
        shutil.rmtree(embedded.place)
