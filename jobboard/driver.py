"""The driver's own connection (psycopg 3): for what the layer above cannot say, or says at a cost that counts."""

from __future__ import annotations

from typing import Any, TypeAlias

import psycopg
from sqlalchemy.orm import Session

Connection: TypeAlias = psycopg.Connection[Any]


def driver_of(given: Session | Connection) -> Connection:
    """Return a session's connection, in its transaction, with all written that the session held back."""
    if isinstance(given, psycopg.Connection):
        return given
    given.flush()
    driver = given.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
