"""The embedded PostgreSQL: shared by processes, recovered after kills, durable and discreet."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from jobboard import postgres
from jobboard.errors import TemporaryFailure
from tests.jobboard.servers import USER, answers, ask, finish, keep, line, open_folder, program, superuser, user


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A HOME that every test leaves with its server stopped: making the data is what takes time."""
    with open_folder() as path:
        yield path / "home"
        postgres.erase(path / "home")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for HOMEs of one test."""
    with open_folder() as path:
        yield path


def test_two_processes_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    with user(home) as first, user(home) as second:
        url = line(first)
        assert line(second) == url
        finish(first)
        assert answers(url)
        finish(second)
        assert not answers(url)


def test_four_processes_that_start_at_once_get_one_server_and_two_homes_get_two(folder: Path) -> None:
    home = folder / "home"
    with ExitStack() as stack:
        processes = [stack.enter_context(user(home)) for _ in range(4)]
        with postgres.start(folder / "other") as other:
            urls = {line(process) for process in processes}
            assert len(urls) == 1
            url = urls.pop()
            assert ask(superuser(url), "SHOW data_directory") != ask(superuser(other.url), "SHOW data_directory")
            assert ask(url, "SHOW cluster_name") != ask(other.url, "SHOW cluster_name")
        for process in processes:
            assert answers(url)
            finish(process)
        assert not answers(url)
    postgres.erase(home)
    postgres.erase(folder / "other")


def test_a_killed_user_lets_go_and_the_server_it_leaves_is_used_again(home: Path) -> None:
    code = USER.replace("    print", "    child = os.fork() or time.sleep(60)\n    print").replace(
        "sys", "os, sys, time", 1
    )
    with program(code, home, start_new_session=True) as killed:
        url = line(killed)
        started = ask(url, "SELECT pg_postmaster_start_time()")
        killed.kill()
        killed.wait()
        assert answers(url)
        with postgres.start(home) as server:
            assert ask(server.url, "SELECT pg_postmaster_start_time()") == started
        assert not answers(url)  # although a child that was forked by the killed one lives
        os.killpg(killed.pid, signal.SIGKILL)


def test_ctrl_c_on_the_starters_terminal_does_not_reach_the_server(home: Path) -> None:
    with user(home, start_new_session=True, stderr=subprocess.DEVNULL) as starter:
        url = line(starter)
        with postgres.start(home), psycopg.connect(url) as connection:
            os.killpg(starter.pid, signal.SIGINT)
            starter.wait()
            connection.execute("SELECT 1")
            assert answers(url)
    assert not answers(url)


def test_a_forked_child_neither_stops_the_server_nor_keeps_it(home: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from jobboard import postgres
server = postgres.start(Path(sys.argv[1]))
if os.fork() == 0:
    server.release()
    sys.exit()  # with all that Python does at its end
os.wait()
print(server.url, flush=True)
sys.stdin.readline()
if os.fork() == 0:
    time.sleep(60)
server.release()
print("released", flush=True)
sys.stdin.readline()
"""
    with program(code, home, start_new_session=True) as process:
        url = line(process)
        assert answers(url)
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        assert line(process) == "released"
        assert not answers(url)
        os.killpg(process.pid, signal.SIGKILL)


def test_a_forked_child_that_starts_for_itself_is_a_user_of_its_own(home: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from jobboard import postgres
inside, outside = os.pipe()
server = postgres.start(Path(sys.argv[1]))
if os.fork() == 0:
    own = postgres.start(Path(sys.argv[1]))
    server.release()
    os.write(outside, b".")
    time.sleep(60)
os.read(inside, 1)
server.release()
print(server.url, flush=True)
sys.stdin.readline()
"""
    with program(code, home, start_new_session=True) as process:
        url = line(process)
        assert answers(url)
        os.killpg(process.pid, signal.SIGKILL)
    while answers(url):  # the child is not ours to wait for: its lock goes a moment after the signal
        postgres.start(home).release()


def postmaster(server: postgres.Server) -> int:
    return int((server.embedded.data / "postmaster.pid").read_text().split()[0])


def test_a_killed_postmaster_and_the_session_that_outlives_it_are_recovered(home: Path) -> None:
    with postgres.start(home) as server:
        keep(server.url)
        with closing(psycopg.connect(server.url)) as busy:
            busy.pgconn.send_query(b"DO 'BEGIN LOOP END LOOP; END'")
            busy.pgconn.flush()
            killed = postmaster(server)
            os.kill(killed, signal.SIGKILL)
            while answers(server.url):
                pass
            server.ensure()
        assert postmaster(server) != killed
        assert ask(server.url, "SELECT n FROM kept") == 7
    assert not answers(server.url)


def test_a_stale_pid_file_is_recognised(home: Path) -> None:
    with postgres.start(home) as server:
        files = (server.embedded.data / "postmaster.pid", server.embedded.sockets / ".s.PGSQL.5432.lock")
        notes = {path: path.read_text() for path in files}
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (os.getpid(), ended.pid, None):
        for path, text in notes.items():
            path.write_text(re.sub(r"^\d+", str(pid), text) if pid else "")
        with postgres.start(home) as server:
            assert answers(server.url)


def test_over_tcp_a_password_is_needed(home: Path) -> None:
    with postgres.start(home) as local:
        assert ask(local.url, "SHOW listen_addresses") == ""
        with pytest.raises(TemporaryFailure, match="without TCP"):
            postgres.start(home, tcp=True)
    with postgres.start(home, tcp=True) as server, postgres.start(home) as local:
        assert urlsplit(server.url).hostname == "127.0.0.1"
        assert answers(server.url)
        assert answers(local.url)
        assert not answers(re.sub(r":[^:@/]+@", ":wrong@", server.url))
        assert not answers(server.url.replace("//passerelle", "//postgres"))
    secrets = [path for path in home.rglob("password") if path.read_text() in server.url]
    assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600]


def test_it_is_durable_french_and_discreet(home: Path) -> None:
    with postgres.start(home) as server:
        settings = {name: ask(server.url, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "TimeZone")}
        assert settings == {"fsync": "on", "synchronous_commit": "on", "TimeZone": "UTC"}
        text = "\u00ab\u00a0l\u2019emploi\u00a0\u00bb d\u2019\u00c9picières"
        assert ask(server.url, f"SELECT to_tsvector('french', '{text}')::text") == "'emploi':2 'épici':4"
        assert ask(server.url, "SELECT lower('ÉCOLE')") == "école"
        assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            ask(server.url, "SELECT 'lea@candidate.example'::int")
        template = server.create_database("template")
        keep(template)
        copy = server.create_database('a "copy"', template="template")
        assert server.create_database('a "copy"') == copy
        assert ask(copy, "SELECT n FROM kept") == 7
    logs = "".join(path.read_text() for path in server.embedded.log.iterdir())
    assert "database system is shut down" in logs
    assert "lea@candidate.example" not in logs


def test_data_in_use_are_not_erased(folder: Path) -> None:
    home = folder / "home"
    with postgres.start(home) as server:
        with pytest.raises(TemporaryFailure, match="in use"):
            postgres.erase(home)
        assert answers(server.url)
    postgres.erase(home)
    assert not server.embedded.data.exists()
