"""How the clock works through many rows: short transactions, one after the other, so that nobody waits long for a lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from jobboard import crashes
from jobboard.clock import now
from jobboard.db import Database

SIZE = 100  # people, offers or rows a transaction


def drain(database: Database, step: Callable[[Session, datetime], int]) -> int:
    """Repeat a step that takes what it has done out of its own sight, until it finds nothing; returns how much it did."""
    done = 0
    while True:
        with database.transaction() as session:
            count = step(session, now())
        done += count
        if not count:
            return done


def walk(database: Database, step: Callable[[Session, int, datetime], tuple[int | None, int]]) -> int:
    """Walk by id: the step gets the last id of the batch before, and returns its own (None at the end) and a count.

    Returns the sum of the counts. Somebody for whom a batch finds nothing to do is not met again.
    """
    done, after = 0, 0
    while True:
        with database.transaction() as session:
            last, count = step(session, after, now())
            crashes.point("post:before-commit")
        crashes.point("post:after-commit")
        done += count
        if last is None:
            return done
        after = last


def one_by_one(
    database: Database,
    due: Callable[[Session, int, datetime], Sequence[int]],
    post: Callable[..., bool],
) -> int:
    """Post what each of these ids has new, one a transaction: a death between two of them loses and repeats nothing."""
    posted, after = 0, 0
    while True:
        with database.transaction() as session:
            ids = due(session, after, now())
        if not ids:
            return posted
        for one in ids:
            with database.transaction() as session:
                posted += post(session, one, at=now())
                crashes.point("post:before-commit")
            crashes.point("post:after-commit")
        after = ids[-1]
