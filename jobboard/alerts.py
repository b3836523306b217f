"""Alerts: what someone looks for, and the ledger of what she was told, unique on (person, offer)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import cells, matching, postings, trades
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria
from jobboard.db import Base, named
from jobboard.folding import fold
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person
from jobboard.places import PlaceKind, by_code

DEFAULT_RADIUS_KM = 20
ALERTS_PER_PERSON = 20


class AlertState(StrEnum):
    """Whether an alert speaks; a paused one still fills the ledger, so that nothing is missed."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


LIFE = Lifecycle(
    "alert",
    AlertState,
    (
        (AlertState.ACTIVE, "pause", AlertState.PAUSED),
        (AlertState.PAUSED, "pause", AlertState.PAUSED),
        (AlertState.PAUSED, "resume", AlertState.ACTIVE),
        (AlertState.ACTIVE, "stop", AlertState.STOPPED),
        (AlertState.PAUSED, "stop", AlertState.STOPPED),
        (AlertState.STOPPED, "resume", AlertState.ACTIVE),
    ),
    refusal="alert-not-so",
)


def _computed(column: str, operator: str) -> sa.Computed:
    """Return the words of a column as one search in the French sense, each of several words a phrase."""
    return sa.Computed(f"words_wanted({column}, '{operator}')", persisted=True)


class Alert(Base):
    """One search that a person keeps; `criteria` is the truth, the columns are what SQL matches on."""

    __tablename__ = "alert"
    __table_args__ = (sa.Index("ix_alert_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    state: Mapped[AlertState] = mapped_column(named(AlertState))
    frequency: Mapped[Frequency] = mapped_column(named(Frequency))
    criteria: Mapped[dict[str, Any]]
    trades: Mapped[list[str]]
    romes: Mapped[list[str]]
    families: Mapped[list[str]]
    sectors: Mapped[list[str]]
    kinds: Mapped[list[str]]
    contracts: Mapped[list[str]]
    excluded_contracts: Mapped[list[str]]
    working_times: Mapped[list[str]]
    keywords: Mapped[list[str]]
    required_keywords: Mapped[list[str]]
    excluded_keywords: Mapped[list[str]]
    excluded_employers: Mapped[list[str]]
    any_words: Mapped[str | None] = mapped_column(postgresql.TSQUERY, _computed("keywords", " | "))
    all_words: Mapped[str | None] = mapped_column(postgresql.TSQUERY, _computed("required_keywords", " & "))
    none_words: Mapped[str | None] = mapped_column(postgresql.TSQUERY, _computed("excluded_keywords", " | "))
    minimum_pay: Mapped[int | None]
    created_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]


class AlertPlace(Base):
    """One place of an alert; a commune carries its coordinates and radius."""

    __tablename__ = "alert_place"
    __table_args__ = (sa.Index("ix_alert_place_alert_id", "alert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(sa.ForeignKey("alert.id", ondelete="CASCADE"))
    kind: Mapped[str]
    code: Mapped[str]
    departement: Mapped[str | None]
    region: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    radius_km: Mapped[int | None]
    cells: Mapped[list[str]]  # where it is posted (jobboard.cells)


class LedgerRow(Base):
    """A person and an offer have met: once, for ever. `posted_at` is None while the line waits for its mail."""

    __tablename__ = "ledger"
    __table_args__ = (
        sa.Index(
            "ix_ledger_pending", "person_id", postgresql_where=sa.text("posted_at IS NULL AND dropped_at IS NULL")
        ),
        sa.Index("ix_ledger_offer_id", "offer_id"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    # Both were read in the statement that writes the row: asking for them again would take half of its time.
    offer_id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int]
    score: Mapped[float]
    reasons: Mapped[int]  # of jobboard.scoring.Reason, those of every alert of hers
    distance_km: Mapped[int | None]
    matched_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]  # the offer closed before its mail left


def create(session: Session, person: Person, criteria: Criteria, *, at: datetime) -> Alert:
    """Keep a search for a person, in the caller's transaction; the ledger is filled by `meet`."""
    alert = Alert(
        person_id=person.id,
        name=", ".join(trades.by_code(code).label for code in criteria.trades)[:80] or "alerte",
        state=AlertState.ACTIVE,
        frequency=criteria.frequency or Frequency.INSTANT,
        created_at=at,
        **columns(criteria),
    )
    session.add(alert)
    session.flush()
    session.add_all(places(alert.id, criteria))
    postings.post(session, [alert.id])
    return alert


def columns(criteria: Criteria) -> dict[str, Any]:
    """Return the columns that SQL matches on."""
    return {
        "criteria": criteria.to_json(),
        "trades": list(criteria.trades),
        "romes": sorted({trades.by_code(code).rome for code in criteria.trades}),
        "kinds": [str(kind) for kind in criteria.kinds],
        "contracts": [str(contract) for contract in criteria.contracts],
        "excluded_contracts": [str(contract) for contract in criteria.excluded_contracts],
        "working_times": [str(time) for time in criteria.working_times],
        "families": list(criteria.families),
        "sectors": list(criteria.sectors),
        "keywords": _folded(criteria.keywords),
        "required_keywords": _folded(criteria.required_keywords),
        "excluded_keywords": _folded(criteria.excluded_keywords),
        "excluded_employers": _folded(criteria.excluded_employers),
        "minimum_pay": criteria.minimum_pay,
    }


def _folded(words: Iterable[str]) -> list[str]:
    return [folded for word in words if (folded := fold(word))]


def places(alert_id: int, criteria: Criteria) -> list[AlertPlace]:
    """Return the places of a search as SQL compares them; a commune without a radius gets the usual one."""
    rows = []
    for place in criteria.places:
        commune = place.place_kind is PlaceKind.COMMUNE
        record = by_code(place.place_kind, place.code)
        radius = (DEFAULT_RADIUS_KM if place.radius_km is None else place.radius_km) if commune else None
        rows.append(
            AlertPlace(
                alert_id=alert_id,
                kind=str(place.place_kind),
                code=place.code,
                departement=record.departement,
                region=record.region,
                lat=place.lat,
                lon=place.lon,
                radius_km=radius,
                cells=list(cells.touched(record, radius or 0)),
            )
        )
    return rows


def of_person(session: Session, person: Person, *states: AlertState) -> Sequence[Alert]:
    """Return the alerts of a person in those states (all by default), oldest first."""
    query = sa.select(Alert).where(Alert.person_id == person.id).order_by(Alert.id)
    return session.scalars(query.where(Alert.state.in_(states)) if states else query).all()


def meet(session: Session, alert: Alert, *, at: datetime) -> None:
    """Fill the ledger with the offers already open that the alert finds, one statement per 500 offers."""
    from_id = 0
    open_ids = sa.text(
        "SELECT id FROM offer WHERE state = 'published' AND closes_at > :at AND id > :after ORDER BY id LIMIT 500"
    )
    while ids := session.scalars(open_ids, {"at": at, "after": from_id}).all():
        matching.record(session, ids, alert_id=alert.id, at=at)
        from_id = ids[-1]


def pending(session: Session, person_id: int, frequencies: Iterable[Frequency], *, at: datetime) -> list[LedgerRow]:
    """Return, locked, the lines that wait for a mail to that person at those frequencies, best first.

    What a paused alert found stays until the pause is over.
    """
    return list(
        session.scalars(
            sa.select(LedgerRow)
            .join(Alert, Alert.id == LedgerRow.alert_id)
            .where(
                LedgerRow.person_id == person_id,
                LedgerRow.posted_at.is_(None),
                LedgerRow.dropped_at.is_(None),
                Alert.state == AlertState.ACTIVE,
                Alert.frequency.in_(list(frequencies)),
            )
            .order_by(LedgerRow.score.desc(), LedgerRow.offer_id.desc())
            .with_for_update(of=LedgerRow)
        )
    )


def people_with_pending(session: Session, frequency: Frequency, *, after: int, limit: int) -> Sequence[int]:
    """Return the ids of people for whom lines of that frequency wait, in order, after a given id."""
    return session.scalars(
        sa.select(LedgerRow.person_id)
        .join(Alert, Alert.id == LedgerRow.alert_id)
        .where(
            LedgerRow.posted_at.is_(None),
            LedgerRow.dropped_at.is_(None),
            Alert.state == AlertState.ACTIVE,
            Alert.frequency == frequency,
            LedgerRow.person_id > after,
        )
        .distinct()
        .order_by(LedgerRow.person_id)
        .limit(limit)
    ).all()


def change_frequency(session: Session, person: Person, frequency: Frequency) -> int:
    """Set how often every running alert of the person speaks, what waits included; returns how many."""
    standing = of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED)
    for alert in standing:
        alert.frequency = frequency
        alert.criteria = {**alert.criteria, "frequency": str(frequency)}
    return len(standing)


def step(session: Session, standing: Sequence[Alert], move: str, *, by: int | None, at: datetime) -> None:
    """Move alerts through their lifecycle; a pause ends, and only those that speak stay posted. Caller's transaction."""
    for alert in standing:
        LIFE.step(alert, move, by=by, at=at)
        alert.paused_until = None
    postings.post(session, [alert.id for alert in standing])


def pause(session: Session, person: Person, *, weeks: int = 0, days: int = 0, at: datetime) -> datetime | None:
    """Silence the person's alerts for that long; returns until when, None when she has none running."""
    until = at + timedelta(weeks=weeks, days=days)
    standing = of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED)
    step(session, standing, "pause", by=person.id, at=at)
    for alert in standing:
        alert.paused_until = until
    return until if standing else None


def resume(session: Session, person: Person, *, at: datetime) -> int:
    """Let paused and stopped alerts speak again; what was found meanwhile follows. Returns how many."""
    silent = of_person(session, person, AlertState.PAUSED, AlertState.STOPPED)
    step(session, silent, "resume", by=person.id, at=at)
    return len(silent)


def wake(session: Session, *, at: datetime) -> set[int]:
    """End the pauses that are over; returns the ids of the people concerned."""
    over = session.scalars(
        sa.select(Alert)
        .where(Alert.state == AlertState.PAUSED, Alert.paused_until <= at)
        .with_for_update(skip_locked=True)
    ).all()
    step(session, over, "resume", by=None, at=at)
    return {alert.person_id for alert in over}
