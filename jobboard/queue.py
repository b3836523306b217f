"""Bells: jobs deferred by name, inside the transaction of their cause.

A job says that a tray (mailbag, outbox, an offer, a shard) has something; the worker drains the tray. So a doubled bell
costs nothing, and a lost one is made up for by the sweep. `passerelle/tasks.py` maps every name to its function.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import event
from sqlalchemy.orm import Session

from jobboard.driver import driver_of

Waiting: TypeAlias = dict[str, tuple[str, dict[str, int]]]

# A mail or post that carries more has a lane of its own, where one is in memory at a time.
LARGE_OCTETS = 4 * 1024 * 1024

# Never opened: jobs are deferred on the connection of the caller's transaction.
_app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


@dataclass(frozen=True)
class Bell:
    """A kind of job: the queue it waits in and how urgent it is there (higher first)."""

    queue: str
    priority: int = 0


BELLS: dict[str, Bell] = {
    "dispatch_mail": Bell("mailbag", 10),
    "dispatch_large": Bell("large", 10),
    "verify_mail": Bell("verifying", 10),
    "deliver_account": Bell("account", 10),
    "deliver_relay": Bell("account", 9),
    "deliver_large": Bell("large-posts", 9),
    "deliver_alerts": Bell("alerts", 5),
    "deliver_letters": Bell("letters", 0),
    "match_offer": Bell("matching", 5),
    "check_edition": Bell("checking", 0),
    "read_feeds": Bell("checking", 5),
    "shortlist_offer": Bell("suggestions", 5),
    "send_shards": Bell("shards", 0),
}


def ring(session: Session, name: str, **arguments: int) -> None:
    """Have the named job run once this transaction is committed; asked twice in one transaction, it runs once.

    The row is written just before the commit, so that a job that is about to start cannot miss what we have done.
    """
    waiting: Waiting = session.info.setdefault("bells", {})
    waiting[f"{name}:{json.dumps(arguments, sort_keys=True)}"] = (name, arguments)


@event.listens_for(Session, "before_commit")
def _ring_all(session: Session) -> None:
    bells: Waiting = session.info.pop("bells", {})
    if not bells:
        return
    connection = driver_of(session)
    for lock, (name, arguments) in bells.items():
        bell = BELLS[name]
        job = _app.configure_task(
            name, queue=bell.queue, priority=bell.priority, queueing_lock=lock, connection=connection
        )
        # A clash with a waiting job of the same lock aborts the transaction: hence the savepoint.
        try:
            with connection.transaction():
                job.defer(**arguments)
        except AlreadyEnqueued:
            continue


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: sa.orm.SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop("bells", None)
