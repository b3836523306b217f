"""Alerts that find nothing, and a flow that has stopped: who is told of a silence, and when the staff are.

An alert without an offer for four weeks says so once to its person; one that has found nothing for eight weeks is dead,
and the staff read each week for whom the board has nothing. Lines that should have left long ago ring a bell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import outbox, people, rhythms, showing, zones
from jobboard.alerts import Alert, AlertState
from jobboard.contracts import Frequency
from jobboard.criteria import Criteria
from jobboard.erasures import Erasure
from jobboard.letters.alerts import AlertSilent
from jobboard.letters.cards import Line
from jobboard.letters.staff import Alarm, DeadAlerts
from jobboard.people import Person, Role, Subscription
from jobboard.tickets import About, Reply

TOLD_AFTER, DEAD_AFTER = timedelta(weeks=4), timedelta(weeks=8)
# An instant line waits for a morning or an evening, a daily one for a morning, a weekly one for its day.
LATE_AFTER = {"instant": timedelta(hours=26), "daily": timedelta(hours=30), "weekly": timedelta(days=8)}
UNANNOUNCED_AFTER = timedelta(minutes=10)
TOLD_AT = time(10)
SHOWN = 10  # searches that the weekly report names
MOST = 10_000  # a count stops here

_FRESHEN = sa.text(
    """
UPDATE alert a SET matched_at = found.last FROM (
    SELECT id, max(l.matched_at) AS last FROM ledger l, unnest(l.alert_ids) AS id
    WHERE l.matched_at >= :since GROUP BY id
) found WHERE a.id = found.id AND a.matched_at IS DISTINCT FROM found.last
"""
)
_LATE = sa.text(
    """
SELECT count(*), min(matched_at) FROM (
    SELECT l.matched_at FROM ledger l
    JOIN offer o ON o.id = l.offer_id AND o.state = 'published' AND o.closes_at >= :at
    JOIN subscription s ON s.person_id = l.person_id AND s.stream = 'alerts' AND s.stopped_at IS NULL
    LEFT JOIN rhythm r ON r.person_id = l.person_id
    WHERE l.posted_at IS NULL AND l.dropped_at IS NULL AND EXISTS (
        SELECT 1 FROM alert a WHERE a.id = ANY(l.alert_ids) AND a.state = 'active'
        AND greatest(l.matched_at, r.changed_at) < CASE a.frequency
            WHEN 'instant' THEN :instant WHEN 'daily' THEN :daily ELSE :weekly END)
    LIMIT :most
) late
"""
)
_UNANNOUNCED = sa.text(
    "SELECT count(*) FROM offer WHERE state = 'published' AND announced_at IS NULL AND published_at < :before"
    " AND closes_at > :at"
)


def _speaking() -> sa.Select[Alert]:
    """Return the query of alerts that speak to somebody who still wants to hear."""
    return (
        sa.select(Alert)
        .join(Subscription, Subscription.person_id == Alert.person_id)
        .where(Subscription.stream == people.ALERTS, Subscription.stopped_at.is_(None))
        .where(Alert.state == AlertState.ACTIVE)
        .where(~sa.exists().where(Erasure.person_id == Alert.person_id, Erasure.cancelled_at.is_(None)))
    )


def _silent_since(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.func.greatest(Alert.created_at, Alert.matched_at) < moment


def freshen(session: Session, *, since: datetime) -> None:
    """Note for each alert the last offer that it has found, from the ledger's newest lines."""
    session.execute(_FRESHEN, {"since": since})


def tell(session: Session, *, after: int, limit: int, at: datetime) -> tuple[int | None, int]:
    """Tell the next people whose alert has found nothing for four weeks, once a silence.

    Returns after which alert to go on, None at the end, and how many were told.
    """
    query = _speaking().where(
        Alert.id > after, _silent_since(at - TOLD_AFTER),
        sa.or_(Alert.silence_told_at.is_(None), Alert.silence_told_at < Alert.matched_at),
    )  # fmt: skip
    silent = session.scalars(query.order_by(Alert.id).limit(limit).with_for_update(of=Alert)).all()
    for alert in silent:
        alert.silence_told_at = at
        person = session.get_one(Person, alert.person_id)
        criteria = Criteria.from_json(alert.criteria)
        radii = [place.radius_km for place in criteria.places if place.radius_km is not None]
        outbox.post(
            session,
            AlertSilent(
                person.first_name,
                alert.name,
                showing.wish_lines(criteria, own_words=True),
                max(radii, default=None),
                TOLD_AFTER.days // 7,
            ),
            to=person,
            dedupe=f"alert-silent:{alert.id}:{at.date()}",
            reply=Reply(About.OFFERS, Role.CANDIDATE, alert.id, stream=people.ALERTS),
            subscription_id=_stream(session, person),
            not_before=zones.next_moment(at, rhythms.zone_of(session, person.id), TOLD_AT),
            at=at,
        )
    return (silent[-1].id if silent else None), len(silent)


def _stream(session: Session, person: Person) -> int | None:
    query = sa.select(Subscription.id).where(Subscription.person_id == person.id, Subscription.stream == people.ALERTS)
    return session.scalar(query)


def count_dead(session: Session, *, at: datetime) -> int:
    """Return how many alerts have found nothing for eight weeks, `MOST` at most."""
    dead = _speaking().where(_silent_since(at - DEAD_AFTER)).with_only_columns(Alert.id).limit(MOST).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(dead)) or 0


def report(session: Session, *, at: datetime) -> int:
    """Post to the staff for which searches the board has had nothing for eight weeks; returns how many alerts."""
    count = count_dead(session, at=at)
    if not count:
        return 0
    lines = most_wanted(session, at=at)
    for member in people.staff(session):
        outbox.post(
            session, DeadAlerts(count, lines), to=member, dedupe=f"dead-alerts:{at.date()}:{member.id}",
            reply=Reply(About.GENERAL, Role.STAFF), at=at,
        )  # fmt: skip
    return count


def most_wanted(session: Session, *, at: datetime) -> tuple[Line, ...]:
    """Return what most dead alerts look for, of our own tables: trades and places, with how many want them."""
    wanted: dict[str, int] = {}
    query = _speaking().where(_silent_since(at - DEAD_AFTER)).with_only_columns(Alert.criteria).limit(MOST)
    for stored in session.scalars(query.execution_options(yield_per=500)):
        lines = showing.wish_lines(Criteria.from_json(stored), own_words=False)
        what = ", ".join(line.value for line in lines if line.label in ("Métier", "Domaine", "Secteur", "Lieu"))
        wanted[what] = wanted.get(what, 0) + 1
    best = sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    return tuple(Line(what, str(count)) for what, count in best if what)


@dataclass(frozen=True)
class Stopped:
    """What should have left and has not: lines, since when the oldest was found, and offers nobody was told of."""

    lines: int
    oldest: datetime | None
    offers: int

    def __bool__(self) -> bool:
        return bool(self.lines or self.offers)


def stopped(session: Session, *, at: datetime) -> Stopped:
    """Return what the flow of alerts leaves lying, each count bounded."""
    before = {frequency: at - late for frequency, late in LATE_AFTER.items()}
    lines, oldest = session.execute(_LATE, {"at": at, "most": MOST, **before}).one()
    given = {"at": at, "before": at - UNANNOUNCED_AFTER}
    return Stopped(lines, oldest, session.scalar(_UNANNOUNCED, given) or 0)


def ring(session: Session, *, at: datetime) -> Stopped:
    """Tell the staff, once a day, that the flow of alerts has stopped; returns what lies there."""
    found = stopped(session, at=at)
    if found:
        facts: dict[str, str | int] = {"lines": found.lines, "offers": found.offers}
        for member in people.staff(session):
            key = f"alerts-stopped:{at.date()}:{member.id}"
            outbox.post(session, Alarm("alerts-stopped", facts), to=member, dedupe=key, at=at)
    return found


_WAITING = sa.text(
    """
SELECT frequency, count(*) FROM (
    SELECT (SELECT CASE WHEN bool_or(a.frequency = 'instant') THEN 'instant' WHEN bool_or(a.frequency = 'daily') THEN 'daily'
                   ELSE 'weekly' END FROM alert a WHERE a.id = ANY(l.alert_ids)) AS frequency
    FROM ledger l JOIN offer o ON o.id = l.offer_id AND o.state = 'published' AND o.closes_at >= :at
    WHERE l.posted_at IS NULL AND l.dropped_at IS NULL LIMIT :most
) waiting GROUP BY frequency
"""
)
_MATCHES = sa.text("SELECT count(*), max(matched_at) FROM ledger WHERE matched_at > :since")
_SENT = sa.text(
    "SELECT count(*) FROM post WHERE kind = 'offer_alert' AND state = 'sent' AND stream = 'alerts' AND finished_at > :since"
)


@dataclass(frozen=True)
class Figures:
    """The flow of alerts in numbers: matches and mails of a day, what waits by frequency, what finds nothing."""

    matches: int
    last_match: datetime | None  # within a week
    sent: int
    waiting: dict[str, int]
    dead: int
    stopped: Stopped


def figures(session: Session, *, at: datetime) -> Figures:
    """Return the flow of alerts in numbers."""
    day, week = at - timedelta(days=1), at - timedelta(weeks=1)
    waiting = {row[0]: row[1] for row in session.execute(_WAITING, {"at": at, "most": MOST})}
    return Figures(
        matches=session.execute(_MATCHES, {"since": day}).one()[0],
        last_match=session.execute(_MATCHES, {"since": week}).one()[1],
        sent=session.scalar(_SENT, {"since": day}) or 0,
        waiting={str(frequency): waiting.get(frequency, 0) for frequency in Frequency},
        dead=count_dead(session, at=at),
        stopped=stopped(session, at=at),
    )
