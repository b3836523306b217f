"""The command line: every failure is one sentence, and the exit code says which kind it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobboard import postgres
from passerelle import demo
from passerelle.cli import COMMANDS

ROOT = Path(__file__).parents[2]


def passerelle(*arguments: str, cwd: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these settings and nobody's environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}
    given = {f"PASSERELLE_{name}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "passerelle", *arguments],
        env={**kept, **given, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A HOME for a few commands."""
    folder = tmp_path_factory.mktemp("home")
    early = passerelle("status", ENV="development", HOME=str(folder))
    assert (early.returncode, "passerelle db upgrade" in early.stderr) == (1, True)
    assert passerelle("db", "upgrade", ENV="development", HOME=str(folder)).returncode == 0
    yield folder
    postgres.erase(folder)


def test_help_lists_every_command_with_its_help() -> None:
    shown = passerelle("--help")
    assert shown.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in shown.stdout


@pytest.mark.parametrize("arguments", [("dance",), ("replay", "the-last"), ("staff", "add"), ("serve", "--now")])
def test_wrong_usage_is_exit_code_two(arguments: tuple[str, ...]) -> None:
    done = passerelle(*arguments, ENV="development")
    assert done.returncode == 2
    assert "Error" in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "PASSERELLE_SMTP_URL"),
        ({"ENV": "development", "QUIET": "21-7"}, "PASSERELLE_QUIET"),
        ({"ENV": "development", "WEB": "127.0.0.1:8000", "INBOUND": "pigeon://roof"}, "PASSERELLE_INBOUND"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    command = "inbound" if "INBOUND" in settings else "status"
    done = passerelle(command, cwd=tmp_path, HOME=str(tmp_path / "home"), **settings)
    postgres.erase(tmp_path / "home")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("passerelle: ")]) == 1


def test_a_staff_member_is_added_once_and_the_board_looks_after_itself(home: Path) -> None:
    settings = {"ENV": "development", "HOME": str(home)}
    for _ in range(2):
        done = passerelle("staff", "add", "paul@equipe.example", "--name", "Paul", **settings)
        assert (done.returncode, done.stdout.strip()) == (0, "paul@equipe.example is a member of the staff.")
    assert passerelle("db", "upgrade", **settings).stdout.strip() == "The database was up to date."
    examined = passerelle("doctor", **settings)
    assert examined.returncode == 0, examined.stdout
    assert "mend" not in examined.stdout
    shown = passerelle("status", **settings)
    assert shown.returncode == 1  # no clock has ever run here: the bell rings
    assert "clock" in shown.stdout
    assert passerelle("staff", "add", "nobody", **settings).returncode == 2
    assert passerelle("staff", "list", **settings).stdout.strip() == "paul@equipe.example  Paul"
    assert passerelle("staff", "remove", "paul@equipe.example", **settings).returncode == 0
    again = passerelle("staff", "remove", "paul@equipe.example", **settings)
    assert (again.returncode, "is no member of the staff" in again.stderr) == (1, True)


def test_the_command_that_the_demo_prints_runs_anywhere_and_writes_links_that_open(home: Path, tmp_path: Path) -> None:
    site = "http://127.0.0.1:8642"
    with demo.installed(
        {"PASSERELLE_ENV": "development", "PASSERELLE_HOME": str(home), "PASSERELLE_BASE_URL": site}
    ) as here:
        line = demo.command_line(here, "letter", "draft", folder=ROOT)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PASSERELLE_", "PYTHONPATH"))}
    done = subprocess.run(
        ["sh", "-c", line], env=clean, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert f"{site}/equipe/lettres/1" in done.stdout


def test_replay_says_why_it_cannot(home: Path) -> None:
    done = passerelle("replay", "999", ENV="development", HOME=str(home))
    assert done.returncode == 1
    assert done.stderr.strip() == "passerelle: There is no mail 999: passerelle status lists those that are stuck."
