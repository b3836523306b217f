"""The clock: APScheduler fires the timetable; a run row unique on (job, slot) lets one process win each slot."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from jobboard import outbox, people, runs
from jobboard.clock import now
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.letters.staff import Alarm
from scheduler.timetable import Row, rows, slots, trigger

log = logging.getLogger("passerelle.clock")

LOOK_BACK = timedelta(days=7)
LOOK_SECONDS = 15


class Clock:
    """Fires the timetable of one installation; any number of clocks may run."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._scheduler = BackgroundScheduler(
            timezone=database.settings.zone, executors={"default": ThreadPoolExecutor(4)}
        )

    def start(self) -> None:
        """Make up for missed slots, then fire from now on."""
        for row in rows(self.database.settings):
            self._scheduler.add_job(
                self.catch_up,
                trigger(row.when, row.zone or self.database.settings.zone),
                args=(row,),
                id=row.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.add_job(self.look, "interval", seconds=LOOK_SECONDS, id="look", max_instances=1, coalesce=True)
        self._scheduler.add_job(self.look, id="look:start", misfire_grace_time=None)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop firing; what runs is finished."""
        self._scheduler.shutdown(wait=True)

    def look(self) -> None:
        """Run what is due and not done: slots missed while no clock ran, and those whose winner died."""
        for row in rows(self.database.settings):
            self.catch_up(row)

    def catch_up(self, row: Row) -> None:
        """Run the newest slot of a row that is due and not yet run; older ones are covered by it or reported."""
        try:
            self._catch_up(row)
        except (TemporaryFailure, DBAPIError):
            log.warning("clock.postponed job=%s reason=database-away", row.name)
        except Exception:  # a bug in one row must not stop the clock: it is logged, and the row stays unfinished
            log.exception("clock.failed job=%s", row.name)

    def _catch_up(self, row: Row) -> None:
        at = now()
        with self.database.transaction() as session:
            last = runs.last_slot(session, row.name)
        if last is None:
            # The first time ever: there is nothing to make up for, but the moment that has just struck counts.
            last = at - timedelta(seconds=2)
        due = slots(row, max(last, at - LOOK_BACK), at, row.zone or self.database.settings.zone)
        if not due:
            return
        newest = due[-1]
        if at - newest > row.useful_for:
            self._report_missed(row, newest, at=at)
            return
        self._run(row, newest)

    def _run(self, row: Row, slot: datetime) -> None:
        with self.database.transaction() as session:
            run_id = runs.win(session, row.name, slot, at=now())
        if run_id is None:
            return
        outcome = row.does(self.database, slot)
        with self.database.transaction() as session:
            runs.finish(session, run_id, outcome, at=now())
        log.info("clock.ran job=%s outcome=%s", row.name, outcome.replace(" ", "-"))

    def _report_missed(self, row: Row, slot: datetime, *, at: datetime) -> None:
        """Tell the staff that a slot was missed for too long to be made up for."""
        with self.database.transaction() as session:
            run_id = runs.win(session, row.name, slot, at=at)
            if run_id is None:
                return
            runs.finish(session, run_id, "missed", at=at)
            for member in people.staff(session):
                alarm = Alarm("missed-slot", {"job": row.name, "slot": slot.isoformat()})
                outbox.post(
                    session, alarm, to=member, dedupe=f"missed:{row.name}:{slot.isoformat()}:{member.id}", at=at
                )
