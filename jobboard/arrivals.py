"""How many mails came lately, by sender, by conversation, by network: counters that outlive the door.

One row per key and hour. The last sixty minutes are estimated from two rows: this hour's, and of the last one's the
share that is not over yet. Keys are digests: the table holds no address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base

_SECONDS = 3600
_KEPT_HOURS = 2  # this one and the last


class Kind(StrEnum):
    """What is counted."""

    SENDER = "sender"
    CONVERSATION = "conversation"
    NETWORK = "network"


class Arrivals(Base):
    """The mails of one key that came in one hour."""

    __tablename__ = "arrivals"

    key: Mapped[str] = mapped_column(primary_key=True)
    # Since the epoch. No index of its own: the planner would take it for a new hour, and read that hour whole.
    hour: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


def key(kind: Kind, of: object) -> str:
    """Return the key of one sender, conversation or network."""
    return f"{kind}:{hashlib.sha256(str(of).encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def lately(session: Session, keys: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Return how many mails each key had within an hour, in one indexed read; keys without any are not in it."""
    hour, over = _hour(at)
    found: dict[str, float] = {}
    rows = sa.select(Arrivals.key, Arrivals.hour, Arrivals.count).where(
        Arrivals.key.in_(list(keys)), Arrivals.hour.in_((hour, hour - 1))
    )
    for name, when, count in session.execute(rows):
        found[name] = found.get(name, 0.0) + count * (1.0 if when == hour else 1.0 - over)
    return {name: int(count) for name, count in found.items()}


def count(session: Session, arrived: Mapping[str, int], *, at: datetime) -> None:
    """Count mails in the caller's transaction; in the order of keys, so that two such transactions never wait in a circle."""
    if not arrived:
        return
    hour, _ = _hour(at)
    rows = insert(Arrivals).values([{"key": name, "hour": hour, "count": arrived[name]} for name in sorted(arrived)])
    session.execute(
        rows.on_conflict_do_update(index_elements=["key", "hour"], set_={"count": Arrivals.count + rows.excluded.count})
    )


def forget(session: Session, *, at: datetime) -> None:
    """Delete the counters of hours that count no more."""
    session.execute(sa.delete(Arrivals).where(Arrivals.hour <= _hour(at)[0] - _KEPT_HOURS))


def _hour(at: datetime) -> tuple[int, float]:
    """Return the hour since the epoch, and how much of it is over (0–1)."""
    hour, seconds = divmod(at.timestamp(), _SECONDS)
    return int(hour), seconds / _SECONDS
