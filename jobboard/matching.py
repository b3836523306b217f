"""Matching: which alerts an offer answers, and which offers an alert finds; one SQL statement either way.

An offer looks up its own trade, family and words in the cells of its place (jobboard.postings, jobboard.cells) and reads
nothing else: cost follows what is posted there, not the number of alerts. How well and why: jobboard.scoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


# OFFSET 0 keeps the reading of postings a look-up by key for each offer, whatever the planner guesses of their number;
# an alert itself is read only where its words, sectors or employers decide.
_MATCH = f"""
WITH wanted AS MATERIALIZED (
    SELECT o.id, o.recruiter_id, o.trade, o.place_kind, o.place_code, o.pay_maximum,
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
    SELECT w.id AS offer_id, p.*, w.contract AS has_contract, w.working_time AS has_time,
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
SELECT alert_id, person_id, offer_id, distance,
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

# One row per person and offer: the best alert's score, everybody's reasons. Who left the stream, or applied, hears
# nothing of it.
_BEST = f"""
SELECT person_id, offer_id, max(score) AS score, bit_or(reasons) AS reasons, min(distance) AS distance,
       -(max(ARRAY[score, -alert_id]::float8[]))[2]::bigint AS alert_id
FROM ({_MATCH}) m GROUP BY person_id, offer_id
"""
_LEDGER = sa.text(
    f"""
INSERT INTO ledger (person_id, offer_id, alert_id, score, reasons, distance_km, matched_at)
SELECT m.person_id, m.offer_id, m.alert_id, m.score, m.reasons, round(m.distance)::int, :at
FROM ({_BEST}) m
JOIN subscription s ON s.person_id = m.person_id AND s.stream = 'alerts' AND s.stopped_at IS NULL
WHERE NOT EXISTS (SELECT 1 FROM application p WHERE p.person_id = m.person_id AND p.offer_id = m.offer_id)
ON CONFLICT (person_id, offer_id) DO NOTHING
RETURNING person_id
"""
)
_SHORTLIST = sa.text(
    f"""
SELECT m.* FROM ({_BEST}) m
JOIN profile f ON f.person_id = m.person_id AND {visible("f")}
ORDER BY m.score DESC, f.life_at DESC, m.person_id
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
    """Write the ledger rows of everyone whom these offers concern, or of one alert only; returns the people's ids.

    A person and an offer meet once: a row that is there already stays as it is.
    """
    rows = session.execute(_LEDGER, {"offers": list(offers), "alert": alert_id, "at": at, **_NAMES})
    return set(rows.scalars())


def plans(session: Session, offers: Sequence[int], *, at: datetime) -> str:
    """Return how the database would write these ledger rows, in its own words."""
    query = sa.text(f"EXPLAIN {_LEDGER.text}")
    return "\n".join(session.scalars(query, {"offers": list(offers), "alert": 0, "at": at, **_NAMES}))


def shortlist(session: Session, offer_id: int, *, limit: int, at: datetime) -> list[Match]:
    """Return the best profiles for an offer that its organisation may see, best first."""
    of = sa.text("SELECT organisation_id, recruiter_id FROM offer WHERE id = :offer")
    viewer = visibility.of_organisation(session, *session.execute(of, {"offer": offer_id}).one())
    given = {"offers": [offer_id], "alert": 0, "at": at, "limit": limit, **_NAMES, **viewer.parameters}
    rows = session.execute(_SHORTLIST, given)
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
    )
