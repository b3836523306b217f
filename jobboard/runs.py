"""Runs of the clock: one row per job and slot lets exactly one process win it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base


class ClockRun(Base):
    """One firing of one row of the timetable."""

    __tablename__ = "clock_run"
    __table_args__ = (sa.UniqueConstraint("job", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    slot: Mapped[datetime]  # the moment for which it was due
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


# A run that has not ended after this long belonged to a process that died: every round may be run again.
ABANDONED_AFTER = timedelta(seconds=20)


def win(session: Session, job: str, slot: datetime, *, at: datetime) -> int | None:
    """Take the slot for this process, in the caller's transaction; None when another has it. Returns the row's id.

    A slot whose winner died before the end may be taken again.
    """
    row = insert(ClockRun).values(job=job, slot=slot, started_at=at)
    return session.scalar(
        row.on_conflict_do_update(
            index_elements=["job", "slot"],
            set_={"started_at": at},
            where=sa.and_(ClockRun.finished_at.is_(None), ClockRun.started_at < at - ABANDONED_AFTER),
        ).returning(ClockRun.id)
    )


def finish(session: Session, run_id: int, outcome: str, *, at: datetime) -> None:
    """Record the outcome of a run."""
    run = session.get_one(ClockRun, run_id)
    run.finished_at, run.outcome = at, outcome


def last_slot(session: Session, job: str) -> datetime | None:
    """Return the newest slot of a job whose run has ended."""
    return session.scalar(
        sa.select(sa.func.max(ClockRun.slot)).where(ClockRun.job == job, ClockRun.finished_at.is_not(None))
    )
