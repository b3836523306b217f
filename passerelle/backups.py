"""Backups: the database as PostgreSQL dumps it, the keys, the list of erasures, and a manifest that a restore checks.

A backup is a folder that only its owner reads:
database.dump (custom format), manifest.json, erasures, and secret_key where this installation made its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jobboard import erasing, erasures, schema
from jobboard.db import Database
from jobboard.erasures import Cause
from jobboard.errors import PermanentFailure
from jobboard.people import Person
from jobboard.postgres import binaries
from jobboard.settings import Settings
from passerelle import __version__

DUMP, MANIFEST, ERASURES, KEY = "database.dump", "manifest.json", "erasures", "secret_key"
_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
          "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
Progress = Callable[[int, int, str], None]  # done, of, what


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    passerelle: str
    revision: str
    mail_domain: str
    key: str  # a fingerprint of the secret that its addresses and links are made with
    sha256: str
    octets: int
    counts: dict[str, int]


def fingerprint(settings: Settings) -> str:
    """Return by what the secret of an installation is recognised; nothing can be derived from it."""
    return settings.keys("backup-fingerprint")[0].hex()[:16]


def make(database: Database, url: str, target: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Write a backup into a folder that is new or empty, while the installation runs.

    Every table is read as of one moment. Raises PermanentFailure with one sentence.
    """
    if target.exists() and any(target.iterdir()):
        raise PermanentFailure(f"{target} is not empty: name a new folder, for example backup-{at:%Y-%m-%d}.")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    settings = database.settings
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        counts = _counts(connection)
        revision = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())
        arguments = [
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            "--verbose",
        ]
        _run([*arguments, f"--file={target / DUMP}"], url, counts, "dumping contents of table", progress)
        with database.session() as session:
            erasures.write(target / ERASURES, _latest(erasures.listed(session), _outside(settings)))
    (target / DUMP).chmod(0o600)
    if settings.secret_key is None:
        shutil.copyfile(settings.home / KEY, target / KEY)
        (target / KEY).chmod(0o600)
    manifest = Manifest(
        at.isoformat(),
        __version__,
        revision,
        settings.mail_domain,
        fingerprint(settings),
        _digest(target / DUMP),
        (target / DUMP).stat().st_size,
        counts,
    )
    (target / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    return manifest


def read(source: Path) -> Manifest:
    """Return the manifest of a backup that is whole. Raises PermanentFailure with one sentence."""
    try:
        manifest = Manifest(**json.loads((source / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise PermanentFailure(f"{source} is no backup: there is no {MANIFEST} in it that can be read.") from error
    if not (source / DUMP).exists() or _digest(source / DUMP) != manifest.sha256:
        raise PermanentFailure(f"{source / DUMP} is not what the backup wrote: it is missing, cut short or changed.")
    if manifest.revision not in schema.revisions():
        raise PermanentFailure(
            f"This backup was made by version {manifest.passerelle}, which is newer: install that version first."
        )
    return manifest


def bring_key(settings: Settings, source: Path, manifest: Manifest) -> None:
    """Put the backup's own secret into a HOME that has none. Raises PermanentFailure where another one is in use.

    Without its secret no address or link that ever left works any more.
    """
    own = settings.home / KEY
    if settings.secret_key is None and not own.exists() and (source / KEY).exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / KEY, own)
        own.chmod(0o600)
    if fingerprint(settings) != manifest.key:
        raise PermanentFailure(
            "The secret of this installation is not the one that the backup was made with: set PASSERELLE_SECRET_KEY to that "
            f"one, or put the backup's {KEY} into {settings.home}."
        )


def check_empty(database: Database, *, overwrite: bool) -> None:
    """Raise PermanentFailure unless the database is empty, or may be overwritten and nobody else uses it."""
    with database.engine.connect() as connection:
        others = connection.execute(
            sa.text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND application_name = 'passerelle'"
            )
        ).scalar_one()
        if others:
            raise PermanentFailure("Passerelle is running on this database: stop it, then restore.")
        if not sa.inspect(connection).has_table("person"):
            return
        found = connection.execute(sa.text("SELECT count(*) FROM person")).scalar_one()
    if found and not overwrite:
        raise PermanentFailure(
            f"The database is not empty: {found} people are in it. Back it up, then restore with --overwrite."
        )


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    rows: int
    erased: int
    waiting: int  # letters that were on their way when the backup was made


def restore(
    database: Database, url: str, source: Path, manifest: Manifest, *, at: datetime, progress: Progress
) -> Restored:
    """Put a backup in the place of whatever is in the database, bring it up to date, and erase again who was erased.

    Raises PermanentFailure with one sentence, also when what was restored is not what the manifest counted.
    """
    found = _latest(_present_erasures(database), erasures.read(source / ERASURES), _outside(database.settings))
    _clear(url)
    arguments = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--verbose"]
    _run(
        [*arguments, "--dbname", "", str(source / DUMP)],
        url,
        manifest.counts,
        "processing data for table",
        progress,
    )
    with database.engine.connect() as connection:
        counts = _counts(connection)
    wrong = sorted(name for name in manifest.counts if counts.get(name) != manifest.counts[name])
    if wrong:
        raise PermanentFailure(f"The restore is not whole: {', '.join(wrong)} do not hold what the backup counted.")
    schema.upgrade(database)
    erased = _erase_again(database, found, at=at)
    with database.engine.connect() as connection:
        waiting = connection.execute(
            sa.text("SELECT count(*) FROM post WHERE state IN ('queued', 'sending', 'deferred')")
        ).scalar_one()
    return Restored(sum(counts.values()), erased, waiting)


def _present_erasures(database: Database) -> dict[bytes, datetime]:
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("erasure"):
            return {}
    with database.session() as session:
        return erasures.listed(session)


def _outside(settings: Settings) -> dict[bytes, datetime]:
    return erasures.read(settings.home / erasures.FILE)


def _latest(*lists: dict[bytes, datetime]) -> dict[bytes, datetime]:
    """Return several lists of erasures as one, each with its latest moment."""
    latest: dict[bytes, datetime] = {}
    for found in lists:
        for mac, moment in found.items():
            latest[mac] = max(moment, latest.get(mac, moment))
    return latest


def _erase_again(database: Database, found: dict[bytes, datetime], *, at: datetime) -> int:
    with database.session() as session:
        back = [person.id for person, _ in erasures.again(session, found)]
    done = []
    for person_id in back:
        with database.transaction() as session:
            done.append(erasing.erase(session, session.get_one(Person, person_id), Cause.ASKED, at=at))
    erasures.keep_outside(database.settings, done)
    return len(done)


def _clear(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS public CASCADE"))
        connection.execute(sql.SQL("CREATE SCHEMA public"))


def _counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    names = connection.execute(
        sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    ).scalars()
    return {name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names.all()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(arguments: list[str], url: str, counts: dict[str, int], mark: str, progress: Progress) -> None:
    """Run one of PostgreSQL's own programs on that database; it says which table it is at on its standard error.

    No password stands on a command line. Raises PermanentFailure with the last thing that it said.
    """
    given = conninfo_to_dict(url)
    environment = os.environ | {_LIBPQ[name]: str(value) for name, value in given.items() if name in _LIBPQ}
    program = binaries.client(arguments[0])
    arguments = [str(given.get("dbname", "")) if one == "" else one for one in arguments[1:]]
    total, done, last = len(counts), 0, ""
    with subprocess.Popen(
        [program, *arguments], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as running:
        for line in _lines(running):
            last = line if "error" in line.lower() or not last else last
            if mark in line:
                done += 1
                table = line.rpartition(".")[2].strip('" ') or line
                progress(min(done, total), total, f"table {table}")
        code = running.wait()
    if code:
        raise PermanentFailure(f"{program.name} failed: {last}")


def _lines(running: subprocess.Popen[str]) -> Iterator[str]:
    assert running.stderr is not None
    for line in running.stderr:
        yield line.strip()
