"""The ledger: who has met what, unique on (person, item), and which of these lines still wait for their mail.

An item is an offer with everything that is the same offer published again (jobboard.items). A line is written with the
matching, and marked as posted in the transaction that posts the letter; what is closed, or being corrected, waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, settings_of
from jobboard.rhythms import DUE, Due

FORGET_CLOSED_AFTER = timedelta(days=2)  # an offer whose closing was taken back in time goes on


class LedgerRow(Base):
    """A person and an item have met: once, for ever. `posted_at` is None while the line waits for its mail."""

    __tablename__ = "ledger"
    __table_args__ = (
        sa.Index(
            "ix_ledger_pending", "person_id", postgresql_where=sa.text("posted_at IS NULL AND dropped_at IS NULL")
        ),
        sa.Index("ix_ledger_offer_id", "offer_id"),
        sa.Index("ix_ledger_matched_at", "matched_at", postgresql_using="brin"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    # All were read in the statement that writes the row: asking for them again would take half of its time.
    item_id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int]  # the newest of the item that she met
    alert_ids: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.BigInteger))  # every alert of hers that found it
    score: Mapped[float]
    reasons: Mapped[int]  # of jobboard.scoring.Reason, those of every alert of hers
    distance_km: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}"
    )  # axis -> what she was told it is
    matched_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]  # the offer closed before its mail left


@dataclass(frozen=True)
class Line:
    """A line that is due: what a mail needs of it."""

    person_id: int
    item_id: int
    offer_id: int
    score: float
    reasons: int
    distance_km: int | None
    alert_ids: tuple[int, ...] = ()
    changes: dict[str, str] = field(default_factory=dict)


# The recipients are read again here, in the transaction that posts: who left the stream gets nothing.
_WAITING = """
FROM ledger l
JOIN offer o ON o.id = l.offer_id AND o.state = 'published' AND o.closes_at >= :at
JOIN subscription s ON s.person_id = l.person_id AND s.stream = 'alerts' AND s.stopped_at IS NULL
LEFT JOIN rhythm r ON r.person_id = l.person_id
WHERE l.posted_at IS NULL AND l.dropped_at IS NULL
"""
_DUE = f"EXISTS (SELECT 1 FROM alert a WHERE a.id = ANY(l.alert_ids) AND a.state = 'active' AND {DUE})"
LINES = sa.text(
    f"""
SELECT l.person_id, l.item_id, l.offer_id, l.score, l.reasons, l.distance_km, l.alert_ids, l.changes
{_WAITING} AND l.person_id = ANY(:people) AND {_DUE}
ORDER BY l.person_id, l.score DESC, l.offer_id DESC
FOR UPDATE OF l
"""
)
LINES_OF_ALERT = sa.text(
    f"""
SELECT l.person_id, l.item_id, l.offer_id, l.score, l.reasons, l.distance_km, l.alert_ids, l.changes
{_WAITING} AND l.person_id = :person AND :alert = ANY(l.alert_ids)
ORDER BY l.score DESC, l.offer_id DESC
FOR UPDATE OF l
"""
)
# Person by person along the index of what waits, up to the limit; LIMIT 1 keeps the planner from asking for everybody's.
_PEOPLE = sa.text(
    f"""
SELECT who.person_id
FROM (SELECT DISTINCT person_id FROM ledger
      WHERE posted_at IS NULL AND dropped_at IS NULL AND person_id > :after ORDER BY person_id) who
CROSS JOIN LATERAL (
    SELECT 1 {_WAITING} AND l.person_id = who.person_id AND coalesce(r.timezone, :usual) = :zone AND {_DUE} LIMIT 1
) due
ORDER BY who.person_id LIMIT :limit
"""
)
_OF_OFFER = sa.text(
    """
SELECT person_id FROM ledger
WHERE offer_id = :offer AND person_id > :after AND posted_at IS NULL AND dropped_at IS NULL
ORDER BY person_id LIMIT :limit
"""
)
MARK = sa.text(
    """
UPDATE ledger SET posted_at = :at, changes = '{}'
WHERE (person_id, item_id) IN (SELECT * FROM unnest(CAST(:people AS bigint[]), CAST(:items AS bigint[])))
"""
)
# An alert that changes or ends no longer stands for what waits; what no other alert found is forgotten, unless she was
# told of it before and waits for a correction only.
_LEAVE = sa.text(
    """
WITH left_over AS (
    UPDATE ledger SET alert_ids = array_remove(alert_ids, :alert)
    WHERE person_id = :person AND posted_at IS NULL AND :alert = ANY(alert_ids) RETURNING person_id, item_id, alert_ids, changes
) SELECT person_id, item_id, changes <> '{}' AS told FROM left_over WHERE alert_ids = '{}'
"""
)
_FORGET_CLOSED = sa.text(
    """
UPDATE ledger l SET dropped_at = :at FROM offer o
WHERE o.id = l.offer_id AND o.state = 'closed' AND o.closed_at < :before AND l.posted_at IS NULL AND l.dropped_at IS NULL
"""
)


def due_lines(session: Session, person_ids: Sequence[int], due: Due, *, at: datetime) -> list[Line]:
    """Return, locked, the lines of these people that are due, person by person, best first."""
    rows = session.execute(LINES, {"people": list(person_ids), "at": at, **due.values()})
    return [_line(row) for row in rows.mappings()]


def lines_of_alert(session: Session, person_id: int, alert_id: int, *, at: datetime) -> list[Line]:
    """Return, locked, whatever waits of what one alert found, best first."""
    rows = session.execute(LINES_OF_ALERT, {"person": person_id, "alert": alert_id, "at": at})
    return [_line(row) for row in rows.mappings()]


def _line(row: Any) -> Line:
    return Line(**{**row, "alert_ids": tuple(row["alert_ids"])})


def met(session: Session, person_id: int, offer_id: int) -> Line | None:
    """Return why somebody knows an offer, None for one that none of her alerts found."""
    query = sa.select(LedgerRow).where(LedgerRow.person_id == person_id, LedgerRow.offer_id == offer_id)
    row = session.scalar(query)
    if row is None:
        return None
    return Line(person_id, row.item_id, offer_id, row.score, row.reasons, row.distance_km, tuple(row.alert_ids))


def people_due(session: Session, due: Due, *, after: int, limit: int, at: datetime) -> Sequence[int]:
    """Return the ids of people of that zone for whom lines are due, in order, after a given id."""
    place = {"zone": due.zone.key, "usual": settings_of(session).zone.key}
    given = {"after": after, "limit": limit, "at": at, **place, **due.values()}
    return session.scalars(_PEOPLE, given).all()


def people_of_offer(session: Session, offer_id: int, *, after: int, limit: int) -> Sequence[int]:
    """Return the ids of people for whom a line of that offer waits, in order, after a given id."""
    return session.scalars(_OF_OFFER, {"offer": offer_id, "after": after, "limit": limit}).all()


def mark_posted(session: Session, lines: Iterable[Line], *, at: datetime) -> None:
    """Mark these lines as posted, in the transaction that posts their letters."""
    listed = list(lines)
    people, items = [line.person_id for line in listed], [line.item_id for line in listed]
    session.execute(MARK, {"at": at, "people": people, "items": items})


def leave(session: Session, person_id: int, alert_id: int) -> None:
    """Take an alert off the lines that wait; those that no other alert of hers found are forgotten."""
    alone = session.execute(_LEAVE, {"person": person_id, "alert": alert_id}).all()
    for told, act in (
        (False, sa.delete(LedgerRow)),
        (True, sa.update(LedgerRow).values(posted_at=LedgerRow.matched_at)),
    ):
        items = [item_id for _, item_id, was_told in alone if was_told is told]
        if items:
            rows = act.where(LedgerRow.person_id == person_id, LedgerRow.item_id.in_(items))
            session.execute(rows.execution_options(synchronize_session=False))


def forget_closed(session: Session, *, at: datetime) -> int:
    """Drop the lines whose offer has been closed for two days: there is nothing to tell any more."""
    dropped = session.execute(_FORGET_CLOSED, {"at": at, "before": at - FORGET_CLOSED_AFTER})
    return int(dropped.rowcount)  # type: ignore[attr-defined]  # of every result of an update
