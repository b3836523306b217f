"""Rhythms: where a person's clock stands, her day of the week, and since when; which lines are due at a moment.

Daily and weekly digests leave together at one time of the day, where she lives. A weekly line waits for the first day of
hers after it was found, or after her rhythm was last changed: so a missed run is made up for by the next, and a change
of rhythm neither loses nor repeats anything. An offer that closes before her next digest does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import zones
from jobboard.db import Base, settings_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Rhythm(Base):
    """When a person is told of offers; who has no row lives at home and takes the usual day."""

    __tablename__ = "rhythm"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    timezone: Mapped[str | None]  # overseas only
    weekday: Mapped[int | None]  # Monday is 0; None: the installation's day
    changed_at: Mapped[datetime]  # what was found before counts as found then


def of(session: Session, person_id: int) -> Rhythm | None:
    """Return the rhythm of a person, if she has one of her own."""
    return session.get(Rhythm, person_id)


def zone_of(session: Session, person_id: int) -> ZoneInfo:
    """Return the zone in which a person reads her mail."""
    name = session.scalar(sa.select(Rhythm.timezone).where(Rhythm.person_id == person_id))
    return zones.named(name, settings_of(session).zone)


def zones_of(session: Session, person_ids: Sequence[int]) -> dict[int, ZoneInfo]:
    """Return the zone of each of these people."""
    usual = settings_of(session).zone
    query = sa.select(Rhythm.person_id, Rhythm.timezone).where(Rhythm.person_id.in_(person_ids))
    found = {person_id: zones.named(name, usual) for person_id, name in session.execute(query)}
    return {person_id: found.get(person_id, usual) for person_id in person_ids}


def weekday_of(session: Session, person_id: int) -> int:
    """Return the day on which her weekly digest leaves, Monday is 0."""
    day = session.scalar(sa.select(Rhythm.weekday).where(Rhythm.person_id == person_id))
    return usual_weekday(session) if day is None else day


def usual_weekday(session: Session) -> int:
    """Return the day of weekly digests for those who chose none, Monday is 0."""
    return DAYS.index(settings_of(session).weekly_digest_day)


def live_in(session: Session, person_id: int, departements: Iterable[str | None], *, at: datetime) -> None:
    """Have the person's clock stand where all these départements are: overseas, or at home."""
    name = zones.of_departements(departements)
    if name == settings_of(session).zone.key:
        name = None
    here = session.scalar(sa.select(Rhythm.timezone).where(Rhythm.person_id == person_id))
    if here != name:
        _write(session, person_id, at=at, timezone=name)


def change(session: Session, person_id: int, weekday: int | None = None, *, at: datetime) -> None:
    """Note that her rhythm changes now, to that day of the week if one is given."""
    _write(session, person_id, at=at, changed_at=at, **({} if weekday is None else {"weekday": weekday}))


def _write(session: Session, person_id: int, *, at: datetime, **values: Any) -> None:
    row = insert(Rhythm).values(**{"person_id": person_id, "changed_at": at, **values})
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))
    kept = session.get(Rhythm, person_id)
    if kept is not None:
        session.refresh(kept)


@dataclass(frozen=True)
class Due:
    """Which waiting lines leave: `instant` ones, those of a digest that is due, and what would close before the next.

    `zone`: of the people whose digest it is. `digest_at`: the moment, None outside of digests.
    """

    instant: bool
    zone: ZoneInfo
    at: datetime
    clock_time: time
    usual_day: int
    digest_at: datetime | None = None

    def values(self) -> dict[str, Any]:
        """Return what the condition of `DUE` asks for; Monday's moments come first."""
        days = range(7)
        slot = self.digest_at or self.at
        return {
            "instant": self.instant,
            "digest": self.digest_at is not None,
            "weekly_before": [zones.last_moment(slot, self.zone, self.clock_time, day) for day in days],
            "next_daily": zones.next_moment(self.at, self.zone, self.clock_time),
            "next_weekly": [zones.next_moment(self.at, self.zone, self.clock_time, day) for day in days],
            "usual_day": self.usual_day,
        }


# l: ledger, o: its offer, a: an alert that found it, r: the person's rhythm. Of a digest that ran late, the next one is
# still to come: hence the comparison with `next_…`, never with "a week later".
DUE = """
(CASE a.frequency
 WHEN 'instant' THEN CAST(:instant AS boolean) OR o.closes_at < :next_daily
 WHEN 'daily' THEN CAST(:digest AS boolean) OR o.closes_at < :next_daily
 WHEN 'weekly' THEN (CAST(:digest AS boolean) AND (
         greatest(l.matched_at, r.changed_at) < (CAST(:weekly_before AS timestamptz[]))[coalesce(r.weekday, :usual_day) + 1]
         OR o.closes_at < (CAST(:next_weekly AS timestamptz[]))[coalesce(r.weekday, :usual_day) + 1]))
      OR o.closes_at < :next_daily
 END)
"""


def due(session: Session, *, instant: bool, zone: ZoneInfo, at: datetime, digest_at: datetime | None = None) -> Due:
    """Return which lines leave now for people of that zone."""
    clock_time = settings_of(session).digest_time
    return Due(instant, zone, at, clock_time, usual_weekday(session), digest_at)
