"""The built wheel, installed in an empty folder, has everything in it: it makes its database, serves, and stops."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jobboard import postgres
from passerelle import demo
from passerelle.correspondents import fetch

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_templates_static_files_catalogues_and_migrations_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "mailer/templates/_layout/body.html",
        "mailer/templates/offer_alert/body.txt",
        "webapp/templates/_layout.html",
        "webapp/static/site.css",
        "jobboard/locale/en/LC_MESSAGES/passerelle.po",
        "jobboard/migrations/versions/0001_the_first_schema.py",
        "jobboard/migrations/env.py",
        "jobboard/data/communes.csv.gz",
        "passerelle/phrases.toml",
    ):
        assert name in names
    assert not any(name.startswith(("tests/", "docs/", "benchmarks/")) for name in names)


def test_it_serves_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    installed, home = tmp_path / "installed", tmp_path / "home"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", installed, wheel],
        check=True,
        timeout=120,
    )
    given = demo.environment(home, wished=(0, 0), PYTHONPATH=str(installed))
    empty = tmp_path / "empty"
    empty.mkdir()
    try:
        with demo.running(given, log=tmp_path / "events.log", folder=empty) as serving:
            assert serving.poll() is None
            for path, words in (("/", "Passerelle"), ("/offres", "offre"), ("/dev/mails", "offer_alert")):
                status, page = fetch(f"{given['PASSERELLE_BASE_URL']}{path}")
                assert status == 200
                assert words in page
        assert serving.returncode == 0
        assert list(empty.iterdir()) == []
    finally:
        postgres.erase(home)
