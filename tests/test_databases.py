"""A database that is used again is as good as new."""

from __future__ import annotations

import psycopg
import pytest

from jobboard import postgres
from jobboard.clock import now
from jobboard.db import Database
from jobboard.settings import Settings
from tests.databases import Databases
from tests.jobboard import records


@pytest.fixture
def own(server: postgres.Server, template: str) -> Databases:
    """A pool beside that of the other tests."""
    return Databases(server, template)


def test_rows_go_and_numbers_begin_anew(server: postgres.Server, own: Databases, settings: Settings) -> None:
    numbers = []
    for _ in range(2):
        name = own.take()
        made = Database(server.url_of(name), settings)
        with made.transaction() as session:
            recruiter = records.recruiter(session, at=now())
            numbers.append((name, recruiter.id, records.publish(session, recruiter, at=now()).id))
        own.give_back(name)  # with its connections open, as a test that fails leaves them
        made.close()
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "change", ["CREATE TABLE more (n int)", "ALTER TABLE offer RENAME COLUMN employer TO other", "DROP TABLE login"]
)
def test_what_a_test_made_of_the_schema_is_not_met_by_the_next(
    server: postgres.Server, own: Databases, change: str
) -> None:
    name = own.take()
    with psycopg.connect(server.url_of(name)) as connection:
        connection.execute(change.encode())
    own.give_back(name)
    assert own.take() != name
