"""Programs that use an embedded PostgreSQL, and looks at the servers that they share."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg

import jobboard

SOURCES = Path(jobboard.__file__).parents[1]

# A program that uses the server until it reads a line.
USER = """
import sys
from pathlib import Path
from jobboard import postgres
with postgres.start(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that any user may enter, so that root's server, too, keeps its data in HOME."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


@contextmanager
def program(code: str, *arguments: object, **options: object) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program beside us, killed at the end."""
    environment = os.environ | {"PYTHONPATH": str(SOURCES)}
    # Ctrl-C must mean what it means on a terminal, even where the tests were started in the background.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-c", heard + code, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen(command, **(pipes | options)) as process:  # type: ignore[call-overload]  # options are Popen's
        try:
            yield process
        finally:
            process.kill()


def user(home: Path, **options: object) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run a program that uses the server of this HOME."""
    return program(USER, home, **options)


def line(process: subprocess.Popen[str]) -> str:
    """Return the next line that the program says."""
    assert process.stdout
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> None:
    """Let the program end as it wants to."""
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def answers(url: str) -> bool:
    """Tell whether a server listens there."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def ask(url: str, query: str) -> object:
    """Return the first value that the query gives; what it changes is committed."""
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def keep(url: str) -> None:
    """Leave a 7 in the database."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n")


def superuser(url: str) -> str:
    """Return the URL of the superuser's own database, as whoever reaches the socket may use it."""
    return url.replace("//passerelle@/passerelle", "//postgres@/postgres")
