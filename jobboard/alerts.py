"""Alerts: the searches that somebody keeps, each with its name; what they find stands in `jobboard.ledger`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import cells, ledger, matching, postings, rhythms, trades
from jobboard.contracts import CONTRACT_LABELS, Frequency
from jobboard.criteria import Criteria
from jobboard.db import Base, named
from jobboard.folding import fold
from jobboard.gazetteer import territories
from jobboard.lifecycle import Lifecycle
from jobboard.people import Person
from jobboard.places import PlaceKind, by_code

DEFAULT_RADIUS_KM = 20
ALERTS_PER_PERSON = 20
NAME_LENGTH = 80
MEETING_LOCK = 0x9A55_0003


class AlertState(StrEnum):
    """Whether an alert speaks; a paused one still fills the ledger, so that nothing is missed."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    REMOVED = "removed"  # taken away by her; REPRENDRE leaves it alone, RETABLIR brings it back


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
        (AlertState.ACTIVE, "remove", AlertState.REMOVED),
        (AlertState.PAUSED, "remove", AlertState.REMOVED),
        (AlertState.STOPPED, "remove", AlertState.REMOVED),
        (AlertState.REMOVED, "restore", AlertState.ACTIVE),
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
    matched_at: Mapped[datetime | None]  # the last offer found, to the day (jobboard.silences)
    silence_told_at: Mapped[datetime | None]  # since when she knows that it finds nothing
    earlier: Mapped[dict[str, Any] | None]  # its criteria before the last change, for RETABLIR


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


def create(session: Session, person: Person, criteria: Criteria, *, name: str = "", at: datetime) -> Alert:
    """Keep a search for a person, in the caller's transaction; the ledger is filled by `meet`."""
    alert = Alert(
        person_id=person.id,
        name=name[:NAME_LENGTH] or name_of(criteria),
        state=AlertState.ACTIVE,
        frequency=criteria.frequency or Frequency.INSTANT,
        created_at=at,
        **columns(criteria),
    )
    session.add(alert)
    session.flush()
    _lay_out(session, alert, criteria, at=at)
    return alert


def rewrite(session: Session, alert: Alert, criteria: Criteria, *, at: datetime) -> None:
    """Change what an alert looks for; what waits follows the new search, what was told stays told."""
    if alert.name == name_of(Criteria.from_json(alert.criteria)):
        alert.name = name_of(criteria)
    alert.earlier = alert.criteria
    alert.frequency = criteria.frequency or alert.frequency
    for name, value in columns(criteria).items():
        setattr(alert, name, value)
    alert.silence_told_at = None
    session.execute(sa.delete(AlertPlace).where(AlertPlace.alert_id == alert.id))
    ledger.leave(session, alert.person_id, alert.id)
    _lay_out(session, alert, criteria, at=at)
    meet(session, alert, at=at)


def _lay_out(session: Session, alert: Alert, criteria: Criteria, *, at: datetime) -> None:
    session.add_all(places(alert.id, criteria))
    postings.post(session, [alert.id])
    _settle_clock(session, alert.person_id, at=at)


def name_of(criteria: Criteria) -> str:
    """Return what an alert is called as long as she gives it no name: "comptable, Nantes (44) 30 km"."""
    wanted = [trades.by_code(code).label for code in criteria.trades]
    wanted += [trades.FAMILY_LABELS.get(letter, "") for letter in criteria.families]
    wanted = wanted or [*criteria.sectors, *criteria.required_keywords, *criteria.keywords]
    wanted = wanted or [CONTRACT_LABELS[contract] for contract in criteria.contracts]
    where = [f"{one.label} {one.radius_km} km" if one.radius_km else one.label for one in criteria.places]
    return ", ".join(part for part in (*wanted[:3], *where[:2]) if part)[:NAME_LENGTH] or "alerte"


def rename(alert: Alert, name: str) -> None:
    """Give an alert a name, on one line."""
    alert.name = " ".join(name.split())[:NAME_LENGTH] or name_of(Criteria.from_json(alert.criteria))


def remove(session: Session, alert: Alert, *, by: int, at: datetime) -> None:
    """Take an alert away; what waits of it is forgotten, unless another of hers has found it too."""
    step(session, [alert], "remove", by=by, at=at)
    ledger.leave(session, alert.person_id, alert.id)
    _settle_clock(session, alert.person_id, at=at)


def restore(session: Session, alert: Alert, *, by: int, at: datetime) -> bool:
    """Undo the last change of an alert: bring it back, or its criteria. False when there is nothing to undo."""
    if alert.state is AlertState.REMOVED:
        step(session, [alert], "restore", by=by, at=at)
        meet(session, alert, at=at)
        return True
    if alert.earlier is None:
        return False
    rewrite(session, alert, Criteria.from_json(alert.earlier), at=at)
    return True


def _settle_clock(session: Session, person_id: int, *, at: datetime) -> None:
    """Have her clock stand where her running alerts look for work."""
    session.flush()
    wanted = session.execute(
        sa.select(AlertPlace.kind, AlertPlace.code, AlertPlace.departement)
        .join(Alert, Alert.id == AlertPlace.alert_id)
        .where(Alert.person_id == person_id, Alert.state.in_((AlertState.ACTIVE, AlertState.PAUSED)))
        .where(AlertPlace.kind.not_in((PlaceKind.FRANCE, PlaceKind.REMOTE)))
    ).all()
    rhythms.live_in(session, person_id, {_departement(*row) for row in wanted}, at=at)


def _departement(kind: str, code: str, departement: str | None) -> str | None:
    """Return the département of a wanted place; of a région, the first: overseas it has only one."""
    if kind != PlaceKind.REGION:
        return departement
    inside = (one.code for one in territories(PlaceKind.DEPARTEMENT).values() if one.region == code)
    return next(inside, None)


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
    """Return the alerts of a person in those states (all but the removed by default), oldest first."""
    query = sa.select(Alert).where(Alert.person_id == person.id).order_by(Alert.id)
    wanted = Alert.state.in_(states) if states else Alert.state != AlertState.REMOVED
    return session.scalars(query.where(wanted)).all()


def meet(session: Session, alert: Alert, *, at: datetime) -> None:
    """Fill the ledger with the offers already open that the alert finds, one statement per 500 offers.

    Offers whose announcement is still to come meet it then: it cannot begin before this transaction ends.
    """
    session.flush()
    session.execute(sa.text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": MEETING_LOCK})
    from_id = 0
    open_ids = sa.text(
        "SELECT id FROM offer WHERE state = 'published' AND closes_at > :at AND id > :after"
        " AND coalesce(item_id, CASE WHEN announced_at IS NOT NULL THEN id END) IS NOT NULL ORDER BY id LIMIT 500"
    )
    while ids := session.scalars(open_ids, {"at": at, "after": from_id}).all():
        matching.record(session, ids, alert_id=alert.id, at=at)
        from_id = ids[-1]


def hold_meetings(session: Session) -> None:
    """Wait for the alerts that are being made, and keep new ones waiting until this transaction ends.

    An offer that is announced and an alert that is made at the same moment would otherwise not see each other.
    """
    session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MEETING_LOCK})


def change_frequency(
    session: Session, person: Person, frequency: Frequency, *, weekday: int | None = None, at: datetime
) -> int:
    """Set how often every running alert of the person speaks, what waits included; returns how many.

    `weekday`: the day of her weekly digest from now on, Monday is 0.
    """
    standing = of_person(session, person, AlertState.ACTIVE, AlertState.PAUSED)
    for alert in standing:
        alert.frequency = frequency
        alert.criteria = {**alert.criteria, "frequency": str(frequency)}
        # RETABLIR takes back a change of the search, not this choice.
        alert.earlier = {**alert.earlier, "frequency": str(frequency)} if alert.earlier else None
    rhythms.change(session, person.id, weekday, at=at)
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
    rhythms.change(session, person.id, at=at)
    return len(silent)


def wake(session: Session, *, at: datetime) -> set[int]:
    """End the pauses that are over; returns the ids of the people concerned."""
    over = session.scalars(
        sa.select(Alert)
        .where(Alert.state == AlertState.PAUSED, Alert.paused_until <= at)
        .with_for_update(skip_locked=True)
    ).all()
    step(session, over, "resume", by=None, at=at)
    awake = {alert.person_id for alert in over}
    for person_id in awake:
        rhythms.change(session, person_id, at=at)
    return awake
