"""Sightings: which organisation was shown which profile, where and when: what "who found me" tells the candidate.

Whoever shows profiles to a recruiter notes it here, in the transaction that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named


class Where(StrEnum):
    """Where a profile was shown."""

    SHORTLIST = "shortlist"  # the profiles that match an offer, in a mail or on the recruiter's pages
    SEARCH = "search"  # a search on the site or by mail
    HUNT = "hunt"  # a saved search that found somebody new
    PAGE = "page"  # the profile's own page, read by a recruiter who is signed in


class Sighting(Base):
    """An organisation saw a profile on a day, there, for that offer: one row, however often it looked."""

    __tablename__ = "sighting"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "organisation_id", "where_seen", "offer_id", "day"),
        sa.Index("ix_sighting_last_at", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    where_seen: Mapped[Where] = mapped_column(named(Where))
    offer_id: Mapped[int] = mapped_column(default=0)  # 0: for no offer in particular
    day: Mapped[datetime] = mapped_column()  # midnight UTC
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class Seen:
    """What the candidate reads: who, where, for which offer, when last, how often."""

    organisation: str
    where: Where
    offer_id: int
    title: str  # of the offer; "" for none
    last_at: datetime
    times: int


def note(
    session: Session,
    organisation_id: int | None,
    person_ids: Iterable[int],
    where: Where,
    *,
    offer_id: int | None = None,
    at: datetime,
) -> None:
    """Note that these profiles were shown to an organisation, in one statement; nothing without an organisation."""
    shown = sorted(set(person_ids))
    if organisation_id is None or not shown:
        return
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    common = {"organisation_id": organisation_id, "where_seen": where, "offer_id": offer_id or 0, "day": day}
    row = insert(Sighting).values(
        [{**common, "person_id": one, "first_at": at, "last_at": at, "times": 1} for one in shown]
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id", "organisation_id", "where_seen", "offer_id", "day"],
            set_={"last_at": sa.func.greatest(Sighting.last_at, row.excluded.last_at), "times": Sighting.times + 1},
        )
    )


_OF_PERSON = sa.text("""
SELECT o.name AS organisation, s.where_seen, s.offer_id, coalesce(max(f.title), '') AS title,
       max(s.last_at) AS last_at, sum(s.times) AS times
FROM sighting s JOIN organisation o ON o.id = s.organisation_id LEFT JOIN offer f ON f.id = s.offer_id
WHERE s.person_id = :person
GROUP BY o.id, o.name, s.where_seen, s.offer_id
ORDER BY max(s.last_at) DESC, o.name, s.where_seen
LIMIT :limit
""").columns(last_at=Sighting.last_at.type, where_seen=Sighting.where_seen.type)


def of_person(session: Session, person_id: int, *, limit: int = 50) -> Sequence[Seen]:
    """Return who saw her profile, the latest first."""
    rows = session.execute(_OF_PERSON, {"person": person_id, "limit": limit})
    return [
        Seen(row.organisation, row.where_seen, row.offer_id, row.title, row.last_at, int(row.times)) for row in rows
    ]
