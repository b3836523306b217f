"""Matching: which alerts an offer answers, and which offers an alert finds; one SQL statement either way.

An offer looks up its own trade, family and words in the cells of its place (jobboard.postings, jobboard.cells) and reads
nothing else: cost follows what is posted there, not the number of alerts. How well and why: jobboard.scoring.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import scoring, visibility
from jobboard.postings import CONTRACTS, KINDS, WORKING_TIMES
from jobboard.scoring import Reason
from jobboard.visibility import visible

EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Match:
    """One alert that one offer answers: why, how well (0 to 1), and how far (km, None when distance says nothing)."""

    alert_id: int
    person_id: int
    offer_id: int
    score: float
    reasons: tuple[str, ...]
    distance_km: int | None
    reason_bits: int = 0  # the same, as jobboard.scoring.Reason


# OFFSET 0 keeps the reading of postings a look-up by key for each offer, whatever the planner guesses of their number;
# an alert itself is read only where its words, sectors or employers decide.
_MATCH = f"""
WITH wanted AS MATERIALIZED (
    SELECT o.id, coalesce(o.item_id, o.id) AS item_id, o.recruiter_id, o.trade, o.place_kind, o.place_code, o.pay_maximum,
           cos(radians(o.lat)) * cos(radians(o.lon)) AS x, cos(radians(o.lat)) * sin(radians(o.lon)) AS y,
           sin(radians(o.lat)) AS z, o.sector, o.words, o.cells, ' ' || g.name_key || ' ' AS employer,
           coalesce(1 << (array_position(CAST(:contracts AS text[]), o.contract::text) - 1), 0) AS contract,
           coalesce(1 << (array_position(CAST(:kinds AS text[]), o.kind::text) - 1), 0) AS kind,
           1 << (array_position(CAST(:times AS text[]), o.working_time::text) - 1) AS working_time,
           array_remove(ARRAY['any', 'rome:' || o.rome, 'family:' || left(o.rome, 1)], NULL)
           || ARRAY(SELECT 'word:' || lexeme FROM unnest(tsvector_to_array(o.words)) AS lexeme) AS whats
    FROM offer o LEFT JOIN organisation g ON g.id = o.organisation_id
    WHERE o.id = ANY(:offers) AND o.state = 'published' AND o.closes_at > :at
), near AS (
    SELECT w.id AS offer_id, w.item_id, p.*, w.contract AS has_contract, w.working_time AS has_time,
           CASE WHEN w.trade = ANY(p.trades) THEN {scoring.TRADE} WHEN p.what LIKE 'rome:%' THEN {scoring.NEAR_TRADE}
                WHEN p.what LIKE 'family:%' THEN {scoring.FAMILY} ELSE {scoring.NO_TRADE} END AS trade_score,
           CASE WHEN w.trade = ANY(p.trades) THEN {int(Reason.TRADE)}
                WHEN p.what LIKE 'rome:%' THEN {int(Reason.NEAR_TRADE)} ELSE 0 END AS trade_reason
    FROM wanted w CROSS JOIN LATERAL (
        SELECT q.*, CASE WHEN q.place_kind = 'commune' AND w.place_kind = 'commune'
                         THEN {2 * EARTH_KM} * asin(least(1, sqrt(
                             (q.x - w.x) * (q.x - w.x) + (q.y - w.y) * (q.y - w.y) + (q.z - w.z) * (q.z - w.z)) / 2))
                    END AS distance
        FROM alert_posting q
        WHERE q.what = ANY(w.whats) AND q.cell = ANY(w.cells)
          AND (q.contracts = 0 OR q.contracts & w.contract <> 0) AND q.excluded_contracts & w.contract = 0
          AND (q.kinds = 0 OR q.kinds & w.kind <> 0)
          AND (q.working_times = 0 OR w.working_time IS NULL OR q.working_times & w.working_time <> 0)
          AND (q.minimum_pay IS NULL OR w.pay_maximum IS NULL OR w.pay_maximum >= q.minimum_pay)
          AND (:alert = 0 OR q.alert_id = :alert)
        OFFSET 0
    ) p
    WHERE p.person_id <> w.recruiter_id AND (
        p.place_kind <> 'commune' OR p.distance <= p.radius_km OR p.place_code = w.place_code
        OR w.place_kind = 'france' OR (w.place_kind = 'departement' AND w.place_code = p.departement)
        OR (w.place_kind = 'region' AND w.place_code = p.region))
), decided AS (
    SELECT n.*, coalesce(more.is_right, true) AS is_right, coalesce(more.reasons, 0) AS more_reasons
    FROM near n JOIN wanted w ON w.id = n.offer_id
    LEFT JOIN LATERAL (
        SELECT (a.any_words IS NULL OR NOT n.by_word OR w.words @@ a.any_words)
               AND (a.all_words IS NULL OR w.words @@ a.all_words)
               AND (a.none_words IS NULL OR NOT w.words @@ a.none_words)
               AND (cardinality(a.sectors) = 0 OR w.sector IS NULL OR w.sector = ANY(a.sectors))
               AND NOT EXISTS (SELECT 1 FROM unnest(a.excluded_employers) AS e(name)
                               WHERE w.employer LIKE '% ' || e.name || ' %') AS is_right,
               CASE WHEN w.words @@ coalesce(a.any_words, a.all_words) THEN {int(Reason.WORDS)} ELSE 0 END
               + CASE WHEN w.sector = ANY(a.sectors) THEN {int(Reason.SECTOR)} ELSE 0 END AS reasons
        FROM alert a WHERE a.id = CASE WHEN n.detailed THEN n.alert_id END OFFSET 0
    ) more ON true
)
SELECT alert_id, person_id, offer_id, item_id, distance,
       trade_score + {scoring.PLACE} * CASE WHEN distance IS NULL THEN {scoring.AREA_SHARE}
           ELSE 1 - {1 - scoring.EDGE_SHARE} * distance / greatest(radius_km, 1) END
       + CASE WHEN contracts & has_contract <> 0 THEN {scoring.CONTRACT} ELSE 0 END
       + CASE WHEN more_reasons & {int(Reason.WORDS)} <> 0 THEN {scoring.WORDS} ELSE 0 END AS score,
       trade_reason | more_reasons
       | CASE WHEN distance IS NULL THEN {int(Reason.PLACE)} ELSE {int(Reason.RADIUS)} END
       | CASE WHEN contracts & has_contract <> 0 THEN {int(Reason.CONTRACT)} ELSE 0 END
       | CASE WHEN working_times & has_time <> 0 THEN {int(Reason.WORKING_TIME)} ELSE 0 END AS reasons
FROM decided WHERE is_right
"""

# One row per person and item: the best alert's score, everybody's reasons, the newest publication. Who left the stream,
# or applied, hears nothing of it.
_BEST = f"""
SELECT person_id, item_id, max(offer_id) AS offer_id, max(score) AS score, bit_or(reasons) AS reasons,
       min(distance) AS distance, array_agg(alert_id) AS alert_ids,
       -(max(ARRAY[score, -alert_id]::float8[]))[2]::bigint AS alert_id
FROM ({_MATCH}) m GROUP BY person_id, item_id
"""
# What waits takes in what else finds it; what was posted stays as it is.
_LEDGER = sa.text(
    f"""
INSERT INTO ledger (person_id, item_id, offer_id, alert_ids, score, reasons, distance_km, matched_at)
SELECT m.person_id, m.item_id, m.offer_id, m.alert_ids, m.score, m.reasons, round(m.distance)::int, :at
FROM ({_BEST}) m
JOIN subscription s ON s.person_id = m.person_id AND s.stream = 'alerts' AND s.stopped_at IS NULL
WHERE NOT EXISTS (SELECT 1 FROM application p WHERE p.person_id = m.person_id AND p.offer_id = m.offer_id)
ON CONFLICT (person_id, item_id) DO UPDATE SET
    offer_id = excluded.offer_id, distance_km = excluded.distance_km, dropped_at = NULL,
    score = greatest(ledger.score, excluded.score), reasons = ledger.reasons | excluded.reasons,
    alert_ids = ARRAY(SELECT DISTINCT id FROM unnest(ledger.alert_ids || excluded.alert_ids) AS id)
WHERE ledger.posted_at IS NULL
RETURNING person_id
"""
)
# A correction. What waits for the first time and no longer answers is forgotten. Who was told keeps what the offer was for
# her (`changes`), and hears of it again where that differs on an axis on which one of her searches insists, and which still
# finds it; a line that waits for this no more, because all is as she knows it, is one that was told.
_STILL_RIGHT = sa.text(
    f"""
DELETE FROM ledger l WHERE l.offer_id = ANY(:offers) AND l.posted_at IS NULL AND l.changes = '{{}}'
AND NOT EXISTS (SELECT 1 FROM ({_BEST}) m WHERE m.person_id = l.person_id)
"""
)
_TELL_AGAIN = sa.text(
    f"""
WITH known AS (
    SELECT l.person_id, l.item_id, m.offer_id, m.alert_ids, m.score, m.reasons, round(m.distance)::int AS distance,
           coalesce(differs.changes, '{{}}') AS changes, coalesce(differs.matters AND NOT EXISTS (
               SELECT 1 FROM application p WHERE p.person_id = l.person_id AND p.offer_id = l.offer_id), false) AS again
    FROM ledger l LEFT JOIN ({_BEST}) m ON m.person_id = l.person_id AND m.item_id = l.item_id
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(c.axis, c.was) AS changes, bool_or(EXISTS (
            SELECT 1 FROM alert a WHERE a.id = ANY(m.alert_ids) AND CASE c.axis
                WHEN 'trade' THEN cardinality(a.romes) + cardinality(a.families) > 0
                WHEN 'contract' THEN cardinality(a.contracts) + cardinality(a.excluded_contracts) > 0
                WHEN 'working-time' THEN cardinality(a.working_times) > 0
                WHEN 'kind' THEN cardinality(a.kinds) > 0
                WHEN 'pay' THEN a.minimum_pay IS NOT NULL
                WHEN 'place' THEN EXISTS (
                    SELECT 1 FROM alert_place p WHERE p.alert_id = a.id AND p.kind NOT IN ('france', 'remote'))
                WHEN 'remote' THEN EXISTS (SELECT 1 FROM alert_place p WHERE p.alert_id = a.id AND p.kind = 'remote')
            END)) AS matters
        FROM jsonb_each(CAST(:changes AS jsonb) || l.changes) AS c(axis, was) WHERE c.was <> CAST(:facts AS jsonb) -> c.axis
    ) differs
    WHERE l.offer_id IN (SELECT o.id FROM offer o JOIN offer this ON this.id = ANY(:offers)
                         WHERE coalesce(o.item_id, o.id) = coalesce(this.item_id, this.id))
      AND (l.posted_at IS NOT NULL OR l.changes <> '{{}}')
)
UPDATE ledger l SET changes = known.changes,
    posted_at = CASE WHEN NOT known.again THEN coalesce(l.posted_at, l.matched_at) END,
    matched_at = CASE WHEN known.again THEN :at ELSE l.matched_at END,
    alert_ids = CASE WHEN known.again THEN known.alert_ids ELSE l.alert_ids END,
    offer_id = CASE WHEN known.again THEN known.offer_id ELSE l.offer_id END,
    score = CASE WHEN known.again THEN known.score ELSE l.score END,
    reasons = CASE WHEN known.again THEN known.reasons ELSE l.reasons END,
    distance_km = CASE WHEN known.again THEN known.distance ELSE l.distance_km END
FROM known WHERE l.person_id = known.person_id AND l.item_id = known.item_id
RETURNING known.again
"""
)
# Scores of one band of 0.05 are near enough to each other to take turns: whoever was shown to recruiters less often in
# the last `ROTATION_DAYS` comes first, then whoever gave the latest sign of life.
BANDS, ROTATION_DAYS = 20, 14
_SHORTLIST = sa.text(
    f"""
SELECT m.* FROM ({_BEST}) m
JOIN profile f ON f.person_id = m.person_id AND {visible("f")}
LEFT JOIN (SELECT person_id, count(*) AS times FROM shortlist_entry WHERE at > :recently GROUP BY person_id) shown
    ON shown.person_id = m.person_id
WHERE NOT EXISTS (SELECT 1 FROM shortlist_entry e WHERE e.offer_id = m.offer_id AND e.person_id = m.person_id)
  AND NOT EXISTS (SELECT 1 FROM application a WHERE a.offer_id = m.offer_id AND a.person_id = m.person_id)
  AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.person_id = m.person_id AND s.stream = 'proposals'
                  AND s.stopped_at IS NOT NULL)
  AND (CAST(:since AS timestamptz) IS NULL OR f.updated_at > :since OR EXISTS (
      SELECT 1 FROM ledger l WHERE l.person_id = m.person_id AND l.offer_id = m.offer_id AND l.matched_at > :since))
ORDER BY floor(m.score * {BANDS} + 1e-9) DESC, coalesce(shown.times, 0), f.life_at DESC, m.person_id
LIMIT :limit
"""
)
_FOUND = sa.text(_MATCH)
_NAMES = {"contracts": list(CONTRACTS), "kinds": list(KINDS), "times": list(WORKING_TIMES)}


def found(session: Session, offers: Sequence[int], *, at: datetime) -> list[Match]:
    """Return every alert that these open offers answer, once for each place of hers that fits; writes nothing."""
    rows = session.execute(_FOUND, {"offers": list(offers), "alert": 0, "at": at, **_NAMES})
    return [_match(row) for row in rows.mappings()]


def count(session: Session, offers: Sequence[int], *, at: datetime) -> int:
    """Return how many people these open offers concern, each offer by itself; writes nothing."""
    query = sa.text(f"SELECT count(*) FROM ({_BEST}) best")
    return session.scalar(query, {"offers": list(offers), "alert": 0, "at": at, **_NAMES}) or 0


def record(session: Session, offers: Sequence[int], *, alert_id: int = 0, at: datetime) -> set[int]:
    """Write the ledger rows of everyone whom these offers concern, or of one alert only; returns for whom one waits.

    A person and an item meet once: a row that was posted already stays as it is.
    """
    rows = session.execute(_LEDGER, {"offers": list(offers), "alert": alert_id, "at": at, **_NAMES})
    return set(rows.scalars())


def correct(
    session: Session, offer_id: int, changes: Mapping[str, str], facts: Mapping[str, str], *, at: datetime
) -> int:
    """Open again the lines of those who were told of an offer of which something changed that matters to them.

    `changes`: axis -> what it was when last announced; `facts`: axis -> what it is. What waits and is no longer right is
    forgotten. Returns how many lines wait to be told again.
    """
    given = {"offers": [offer_id], "alert": 0, "at": at, **_NAMES}
    session.execute(_STILL_RIGHT, given)
    if not changes:
        return 0
    words = {"changes": json.dumps(dict(changes)), "facts": json.dumps(dict(facts))}
    return sum(session.scalars(_TELL_AGAIN, {**given, **words}))


def plans(session: Session, offers: Sequence[int], *, at: datetime) -> str:
    """Return how the database would write these ledger rows, in its own words."""
    query = sa.text(f"EXPLAIN {_LEDGER.text}")
    return "\n".join(session.scalars(query, {"offers": list(offers), "alert": 0, "at": at, **_NAMES}))


def shortlist(
    session: Session, offer_id: int, *, limit: int, since: datetime | None = None, at: datetime
) -> list[Match]:
    """Return the best profiles that the offer was not shown yet and that its organisation may see, best first.

    Near-equal ones take turns. `since`: only those who met the offer, or changed, after that moment. Who applied to it
    is never among them.
    """
    of = sa.text("SELECT organisation_id, recruiter_id FROM offer WHERE id = :offer")
    viewer = visibility.of_organisation(session, *session.execute(of, {"offer": offer_id}).one())
    given = {"since": since, "recently": at - timedelta(days=ROTATION_DAYS), "limit": limit, **viewer.parameters}
    rows = session.execute(_SHORTLIST, {"offers": [offer_id], "alert": 0, "at": at, **given, **_NAMES})
    return [_match(row) for row in rows.mappings()]


def _match(row: Any) -> Match:
    distance = row["distance"]
    return Match(
        alert_id=int(row["alert_id"]),
        person_id=row["person_id"],
        offer_id=row["offer_id"],
        score=float(row["score"]),
        reasons=Reason(row["reasons"]).codes,
        distance_km=None if distance is None else round(distance),
        reason_bits=int(row["reasons"]),
    )
