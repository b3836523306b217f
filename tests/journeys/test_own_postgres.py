"""A PostgreSQL of one's own serves as well: the machine's server where there is one, else the embedded one on TCP."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from jobboard import ports, postgres
from passerelle import story
from tests.doors.smtp_sink import SmtpSink
from tests.journeys.test_story import EXPECTED
from tests.journeys.world import installation


def programs() -> Path | None:
    """Return the folder of the machine's own PostgreSQL programs, the newest, if it has any."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(path) for path in [shutil.which("initdb")] if path
    ]
    return found[-1].parent if found else None


def service_user() -> str | None:
    """Return the user that runs the server when we are root, which it refuses to run as."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


@contextmanager
def own_server() -> Iterator[str]:
    """Run the machine's own server on a free port of loopback, in a folder of its own; yields its URL."""
    bin_ = programs()
    if bin_ is None:
        home = Path(tempfile.mkdtemp(prefix="passerelle-tcp-"))
        try:
            with postgres.start(home, tcp=True) as server:
                yield server.url
        finally:
            postgres.erase(home)
            shutil.rmtree(home, ignore_errors=True)
        return
    user = service_user()
    folder = Path(tempfile.mkdtemp(prefix="passerelle-own-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    run = {"user": user, "cwd": folder} if user else {"cwd": folder}
    port = ports.free()
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8"],
        check=True,
        capture_output=True,
        **run,
    )
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-p", str(port)]
    process = subprocess.Popen([bin_ / "postgres", "-D", data, *options], stderr=subprocess.DEVNULL, **run)
    try:
        url = f"postgresql://owner@127.0.0.1:{port}/postgres"
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE board")
                break
            assert time.monotonic() < deadline, "the machine's PostgreSQL did not start"
            time.sleep(0.1)
        yield f"postgresql://owner@127.0.0.1:{port}/board"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def test_the_story_on_a_server_of_ones_own(tmp_path: Path) -> None:
    with (
        own_server() as url,
        SmtpSink() as sink,
        installation(
            tmp_path, sink, PASSERELLE_DATABASE_URL=url, PASSERELLE_SECRET_KEY="shared by several machines"
        ) as (_, post),
    ):
        told = story.Story(post, story.draw(3))
        told.play()
        assert told.arrived() == EXPECTED
        assert not (tmp_path / "postgres").exists()
