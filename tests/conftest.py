"""A real PostgreSQL for the tests: one embedded server a test process, one fresh database a test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from inbound import dispatch
from jobboard import postgres, schema
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.settings import Environment, Settings
from mailer import delivery
from tests import databases

_TEMPLATE = "passerelle_template"

# In one process nobody commits beside the test: what it announced can be seen at once.
dispatch.LINGER_SECONDS = delivery.LINGER_SECONDS = 0.0

hypothesis_settings.register_profile(
    "small", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("full", max_examples=2000, deadline=None)
hypothesis_settings.load_profile("full" if os.environ.get("PROOF") == "full" else "small")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name octets after their argument: an archive's octets hold the time at which it was made."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """The server of this test process."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-tests-"))
    try:
        with postgres.start(home) as running:
            databases.hasten(running)
            yield running
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the schema and nothing in it."""
    url = server.create_database(_TEMPLATE)
    database = Database(url, make_settings(tmp_path_factory.mktemp("template")))
    try:
        schema.upgrade(database)
    finally:
        database.close()
    return _TEMPLATE


def make_settings(home: Path, **changed: object) -> Settings:
    """Return settings of a test: development, a fixed secret, nobody's environment."""
    given: dict[str, object] = {
        "home": home,
        "env": Environment.DEVELOPMENT,
        "secret_key": "a secret for tests only, long enough",
        "quiet_hours": "",
        "undo_minutes": 0,
        **changed,
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


_SETTINGS = make_settings(Path("nowhere"))  # read once


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a development installation whose HOME is the test's folder."""
    return _SETTINGS.model_copy(update={"home": tmp_path})


@pytest.fixture
def addresses(settings: Settings) -> Addresses:
    """The address codec of those settings."""
    return Addresses(settings)


@pytest.fixture(scope="session")
def pool(server: postgres.Server, template: str) -> databases.Databases:
    """The databases of this test process."""
    return databases.Databases(server, template)


@pytest.fixture
def database(pool: databases.Databases, settings: Settings) -> Iterator[Database]:
    """A database with the schema and nothing in it."""
    with pool.lent(settings) as made:
        yield made
