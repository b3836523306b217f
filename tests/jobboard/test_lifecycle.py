"""Every pair of state and step, walked: what the table has moves and is logged, what it lacks is refused."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

import jobboard
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle, Transition
from jobboard.mailbag import LIFE as MAIL_LIFE
from jobboard.mailbag import Arrival, Mail, store

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)

for module in pkgutil.iter_modules(jobboard.__path__):
    importlib.import_module(f"jobboard.{module.name}")

PAIRS = [
    pytest.param(life, state, step, id=f"{life.name}-{state}-{step}")
    for life in Lifecycle.registry.values()
    for state in life.states
    for step in sorted(life.steps)
]


class _Record:
    """Something with a state, outside any database."""

    id = 1

    def __init__(self, state: Any) -> None:
        self.state = state


@pytest.mark.parametrize(("life", "state", "step"), PAIRS)
def test_a_step_that_the_table_lacks_is_refused(life: Lifecycle[Any], state: Any, step: str) -> None:
    if life.allows(state, step):
        assert life.table[state, step] in set(life.states)
        assert state in life.sources(step)
        return
    record = _Record(state)
    with pytest.raises(Refused) as refused:
        life.step(record, step, by=None, at=AT)
    assert refused.value.reason == life.refusal
    assert record.state is state


@pytest.mark.parametrize("life", [pytest.param(life, id=name) for name, life in Lifecycle.registry.items()])
def test_every_state_is_reachable_or_a_beginning(life: Lifecycle[Any]) -> None:
    reached = set(life.table.values())
    beginnings = {state for state, _ in life.table} - reached
    assert reached | beginnings == set(life.states)
    assert len(beginnings) <= 1


def test_a_move_is_logged(database: Database) -> None:
    with database.transaction() as session:
        arrival = Arrival("smtp", "127.0.0.1", "x", "a@b.example", b"x", [("alertes@x", b"f")])
        mail = session.get_one(Mail, store(session, arrival, at=AT)[0])
        MAIL_LIFE.step(mail, "finish", by=None, at=AT)
    with database.transaction() as session:
        rows = session.scalars(sa.select(Transition)).all()
        assert [(row.subject, row.step, row.before, row.after, row.at) for row in rows] == [
            ("mail", "finish", "received", "done", AT)
        ]
