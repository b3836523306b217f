"""Destinations: the provider, or the domain, that a copy goes to; one that pushes back waits, and it alone.

A destination in good standing has no row. Each push-back (421, 4.7.x) doubles its pause and halves its window, the
number of copies that one group may hold for it; each group that it takes doubles the window again, until it is whole
and the row goes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.settings import Settings

WINDOW = 32
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60, 3600
# The server that we hand everything to, when it is the one that pushes back. No domain has this name.
NEXT_HOP = "*"


class Destination(Base):
    """A destination that has lately pushed back."""

    __tablename__ = "destination"

    name: Mapped[str] = mapped_column(primary_key=True)
    paused_until: Mapped[datetime]
    pause_seconds: Mapped[int]
    window: Mapped[int]
    pushed_back: Mapped[int] = mapped_column(default=1)  # how often, since it was last in good standing
    reply: Mapped[str]
    changed_at: Mapped[datetime]


def groups(settings: Settings) -> dict[str, str]:
    """Return domain -> name of its MX group, from `mx_groups`; other domains are destinations of their own."""
    pairs = (group.partition(":") for group in settings.mx_groups.split(";") if group.strip())
    return {domain.lower(): name.strip() for name, _, domains in pairs for domain in domains.split()}


def push_back(session: Session, name: str, reply: str, *, at: datetime) -> None:
    """Leave a destination alone for a minute, then two, four… an hour at most.

    What came back together counts once: a pause that still runs is not made longer.
    """
    first = {
        "name": name,
        "paused_until": at + timedelta(seconds=FIRST_PAUSE_SECONDS),
        "pause_seconds": FIRST_PAUSE_SECONDS,
        "window": WINDOW // 2,
        "reply": reply,
        "changed_at": at,
    }
    longer = sa.func.least(Destination.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
    again = {
        "paused_until": sa.literal(at) + sa.func.make_interval(0, 0, 0, 0, 0, 0, longer),
        "pause_seconds": longer,
        "window": sa.func.greatest(Destination.window / 2, 1),
        "pushed_back": Destination.pushed_back + 1,
        "reply": reply,
        "changed_at": at,
    }
    row = insert(Destination).values(first)
    session.execute(
        row.on_conflict_do_update(index_elements=["name"], set_=again, where=Destination.paused_until <= at)
    )


def ease(session: Session, names: Collection[str], *, at: datetime) -> None:
    """Open the windows of destinations that have just taken what they were given; a whole one is forgotten."""
    for name in sorted(names):  # always in the same order: two couriers wait for each other, never in a ring
        found = Destination.name == name, Destination.paused_until <= at
        session.execute(sa.delete(Destination).where(*found, Destination.window * 2 > WINDOW))
        wider = {"window": Destination.window * 2, "changed_at": at}
        session.execute(sa.update(Destination).where(*found).values(wider))


def slowed(session: Session) -> Sequence[Destination]:
    """Return the destinations that have lately pushed back, the worst first."""
    return session.scalars(sa.select(Destination).order_by(Destination.pause_seconds.desc(), Destination.name)).all()
