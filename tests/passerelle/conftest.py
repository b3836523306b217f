"""Commands of `passerelle`, run on a test's own database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobboard.db import Database
from passerelle.cli import main
from tests.conftest import make_settings

Run = Callable[..., Result]


def environment(database: Database, home: Path) -> dict[str, str]:
    """Return the environment of an installation on that database."""
    settings = make_settings(home)
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    values = {"DATABASE_URL": url, "SECRET_KEY": settings.secret_key or "", "ENV": "development", "HOME": str(home)}
    return {f"PASSERELLE_{name}": value for name, value in values.items()}


@pytest.fixture
def passerelle(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as the operator would, in the test's folder."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment(database, tmp_path).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))
