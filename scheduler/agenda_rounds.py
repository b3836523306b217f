"""What the clock does for the agenda and for interviews: reminders, proposals, reports."""

from __future__ import annotations

from datetime import datetime

from jobboard import attendance, slot_proposals
from jobboard.db import Database
from scheduler.batches import SIZE, drain


def appointments(database: Database, slot: datetime) -> str:
    """Remind of interviews, end what is over, propose what came free to who waits."""
    reminded = drain(database, lambda session, at: slot_proposals.remind(session, at=at, limit=SIZE))
    settled = drain(database, lambda session, at: slot_proposals.settle(session, at=at, limit=SIZE))
    return f"reminded {reminded}, settled {settled}"


def events(database: Database, slot: datetime) -> str:
    """Remind of the events of the next day; ask the organisers of those that are over who came."""
    reminded = drain(database, lambda session, at: attendance.remind(session, at=at, limit=SIZE))
    reported = drain(database, lambda session, at: attendance.report(session, at=at, limit=SIZE))
    return f"reminded {reminded}, reported {reported}"
