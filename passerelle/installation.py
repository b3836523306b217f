"""One running installation: settings, database and addresses, put together once per process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jobboard import crashes, postgres
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.settings import Settings, load


@dataclass(frozen=True)
class Installation:
    """What every door and command needs."""

    settings: Settings
    database: Database
    addresses: Addresses
    url: str
    server: postgres.Server | None  # the embedded one, when it is ours to keep

    def keep_database(self) -> None:
        """Start the embedded server again, should it have died."""
        if self.server is not None:
            self.server.ensure()


@contextmanager
def opened(settings: Settings | None = None, *, pool_size: int = 5) -> Iterator[Installation]:
    """Open the installation of this process, embedded database included, and close it at the end.

    Raises Misconfigured or TemporaryFailure with one sentence.
    """
    settings = settings or load()
    if settings.crash_points:
        crashes.arm(settings.home / "crash-points")
    server = None if settings.database_url else postgres.start(settings.home)
    try:
        url = settings.database_url or (server.url if server else "")
        database = Database(url, settings, pool_size=pool_size)
        try:
            yield Installation(settings, database, Addresses(settings), url, server)
        finally:
            database.close()
    finally:
        if server is not None:
            server.release()


def log_events(level: int = logging.INFO) -> None:
    """Send events to standard error, one line each: ids and outcomes, never an address nor a body."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname).1s %(name)s %(message)s")
    for noisy in ("procrastinate", "apscheduler", "mail.log", "sqlalchemy", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
