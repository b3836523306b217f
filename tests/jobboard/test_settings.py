"""Settings: defaults that work, and every mistake named in one sentence."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from jobboard import settings as module
from jobboard.errors import Misconfigured
from jobboard.settings import load


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(module.os.environ):
        if name.startswith("PASSERELLE_"):
            monkeypatch.delenv(name)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"PASSERELLE_{name}", value)


def test_development_needs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ENV="development")
    found = load()
    assert (found.mail_domain, found.inbound, found.web) == (
        "passerelle.localhost",
        "smtp://127.0.0.1:8025",
        "127.0.0.1:8000",
    )
    assert found.outgoing.startswith("maildir:")
    assert found.sender == "bonjour@passerelle.localhost"
    assert found.quiet == (21, 7)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "PASSERELLE_SMTP_URL"),
        ({"ENV": "development", "MAIL_DOMAINE": "x.fr"}, "PASSERELLE_MAIL_DOMAINE"),
        ({"ENV": "staging"}, "PASSERELLE_ENV"),
        ({"ENV": "development", "MAIL_DOMAIN": "not a domain"}, "PASSERELLE_MAIL_DOMAIN"),
        ({"ENV": "development", "BASE_URL": "emploi.example"}, "PASSERELLE_BASE_URL"),
        ({"ENV": "development", "TIMEZONE": "Europe/Lyon"}, "PASSERELLE_TIMEZONE"),
        ({"ENV": "development", "QUIET_HOURS": "night"}, "PASSERELLE_QUIET_HOURS"),
        ({"ENV": "development", "UNDO_MINUTES": "soon"}, "PASSERELLE_UNDO_MINUTES"),
        ({"ENV": "development", "DATABASE_URL": "postgresql://x/y"}, "PASSERELLE_SECRET_KEY"),
        ({"ENV": "development", "DATABASE_URL": "mysql://x/y", "SECRET_KEY": "x" * 16}, "PASSERELLE_DATABASE_URL"),
        ({"ENV": "development", "DATABASE_URL": "host=x dbname=y", "SECRET_KEY": "x" * 16}, "PASSERELLE_DATABASE_URL"),
        ({"ENV": "development", "SECRET_KEY": "short"}, "PASSERELLE_SECRET_KEY"),
        ({"ENV": "development", "DKIM_SELECTOR": "s1"}, "PASSERELLE_DKIM_KEY"),
        ({"ENV": "production", "SMTP_URL": "smtp://x", "CRASH_POINTS": "1"}, "PASSERELLE_CRASH_POINTS"),
    ],
)
def test_a_mistake_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], words: str
) -> None:
    given(monkeypatch, **values)
    with pytest.raises(Misconfigured, match=words):
        load()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_database_is_named_as_every_library_of_ours_reads_it(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    given(monkeypatch, ENV="development", DATABASE_URL=f"{scheme}://me@machine/board", SECRET_KEY="x" * 16)
    assert load().database_url == "postgresql://me@machine/board"


def test_an_unknown_name_in_the_file_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PASSERELLE_ENV=development\nPASSERELLE_SMTPURL=smtp://x\n")
    with pytest.raises(Misconfigured, match="PASSERELLE_SMTPURL"):
        load()


def _secret(home: str) -> bytes:
    return module._own_secret(Path(home))


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = set(pool.map(_secret, [str(tmp_path)] * 12))
    assert len(secrets) == 1
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_each_purpose_has_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ENV="development", SECRET_KEY="a long enough secret", SECRET_KEY_OLD="the one before it")
    found = load()
    keys = {*found.keys("addresses"), *found.keys("links")}
    assert len(keys) == 4
