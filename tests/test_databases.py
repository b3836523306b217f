"""A database that is used again is as good as new."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jobboard import postgres
from jobboard.clock import now
from jobboard.settings import Settings
from tests.databases import Databases
from tests.jobboard import records


@pytest.fixture
def own(server: postgres.Server, template: str) -> Databases:
    """A pool beside that of the other tests."""
    return Databases(server, template)


def test_rows_go_and_numbers_begin_anew(own: Databases, settings: Settings) -> None:
    numbers = []
    for _ in range(2):
        with own.lent(settings) as database:
            with database.transaction() as session:
                recruiter = records.recruiter(session, at=now())
                offer = records.publish(session, recruiter, at=now())
                numbers.append((database.engine.url.database, recruiter.id, offer.id))
            # What a test that fails leaves: a transaction that holds locks.
            left = database.engine.connect()
            left.execute(sa.text("LOCK TABLE offer"))
            left.detach()
        with pytest.raises(sa.exc.OperationalError):
            left.execute(sa.text("SELECT 1"))
        left.invalidate()
        left.close()
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "change", ["CREATE TABLE more (n int)", "ALTER TABLE offer RENAME COLUMN employer TO other", "DROP TABLE login"]
)
def test_what_a_test_made_of_the_schema_is_not_met_by_the_next(own: Databases, settings: Settings, change: str) -> None:
    with own.lent(settings) as database, database.transaction() as session:
        session.execute(sa.text(change))
        name = database.engine.url.database
    with own.lent(settings) as database:
        assert database.engine.url.database != name
