"""What the clock does for the agenda and for interviews: reminders, proposals, reports, forgetting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import attendance, slot_proposals
from jobboard.clock import now
from jobboard.db import Database

BATCH = 100


def appointments(database: Database, slot: datetime) -> str:
    """Remind of interviews, end what is over, propose what came free to who waits."""
    reminded = _all(database, lambda session, at: slot_proposals.remind(session, at=at, limit=BATCH))
    settled = _all(database, lambda session, at: slot_proposals.settle(session, at=at, limit=BATCH))
    with database.transaction() as session:
        slot_proposals.forget_notes(session, at=now())
    return f"reminded {reminded}, settled {settled}"


def events(database: Database, slot: datetime) -> str:
    """Remind of the events of the next day; ask the organisers of those that are over who came."""
    reminded = _all(database, lambda session, at: attendance.remind(session, at=at, limit=BATCH))
    reported = _all(database, lambda session, at: attendance.report(session, at=at, limit=BATCH))
    with database.transaction() as session:
        attendance.forget(session, at=now())
    return f"reminded {reminded}, reported {reported}"


def _all(database: Database, step: Callable[[Session, datetime], int]) -> int:
    """Do a step in transactions of its own until it finds nothing more; returns how much it did."""
    done = 0
    while True:
        with database.transaction() as session:
            count = step(session, now())
        done += count
        if count < BATCH:
            return done
