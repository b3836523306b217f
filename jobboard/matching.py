"""Matching: which alerts an offer answers, and which offers an alert finds; one SQL statement either way.

Cost follows the postings of the offer's terms, not the number of alerts: an alert is posted under its trades' ROME codes,
else under its keywords, else under "any", and only those postings are read.

The score is 0 to 1: trade 0.5 (0.35 for a neighbour under the same ROME code, 0.25 when none was asked), place 0.3
(full at the centre, half at the edge of the radius), contract 0.1, words 0.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Match:
    """One alert that one offer answers: why, how well (0 to 1), and how far (km, None when distance says nothing)."""

    alert_id: int
    person_id: int
    offer_id: int
    score: float
    reasons: tuple[str, ...]
    distance_km: int | None


# The offer's side is a CTE on ids; the alert's side is reached through alert_term only.
_MATCH = """
WITH wanted AS (
    SELECT o.*, t.term FROM offer o CROSS JOIN LATERAL unnest(o.terms) AS t(term)
    WHERE o.id = ANY(:offers) AND o.state = 'published' AND o.closes_at > :at
), found AS (
    SELECT DISTINCT a.id AS alert_id, a.person_id, w.id AS offer_id
    FROM wanted w JOIN alert_term x ON x.term = w.term JOIN alert a ON a.id = x.alert_id
    WHERE a.state IN ('active', 'paused') AND (:alert = 0 OR a.id = :alert)
), near AS (
    SELECT f.alert_id, f.offer_id, f.person_id, place.distance, place.share
    FROM found f JOIN offer o ON o.id = f.offer_id
    JOIN LATERAL (
        SELECT min(CASE WHEN p.kind = 'commune' AND o.place_kind = 'commune'
                        THEN distance_km(p.lat, p.lon, o.lat, o.lon) END) AS distance,
               max(CASE WHEN p.kind = 'commune' AND o.place_kind = 'commune' AND p.radius_km > 0
                        THEN 1 - 0.5 * distance_km(p.lat, p.lon, o.lat, o.lon) / p.radius_km ELSE 0.8 END) AS share
        FROM alert_place p
        WHERE p.alert_id = f.alert_id AND (
            p.kind = 'france' OR o.place_kind = 'france' OR (p.kind = 'remote' AND o.remote)
            OR (p.kind = 'region' AND p.code = o.region)
            OR (p.kind = 'departement' AND p.code = o.departement)
            OR (o.place_kind = 'region' AND o.place_code = p.region)
            OR (o.place_kind = 'departement' AND o.place_code = p.departement)
            OR (p.kind = 'commune' AND o.place_kind = 'commune' AND (
                p.code = o.place_code OR distance_km(p.lat, p.lon, o.lat, o.lon) <= p.radius_km)))
        HAVING count(*) > 0
    ) place ON true
)
SELECT a.id AS alert_id, n.person_id, o.id AS offer_id, n.distance,
       CASE WHEN o.trade = ANY(a.trades) THEN 0.5 WHEN o.rome = ANY(a.romes) THEN 0.35
            WHEN cardinality(a.trades) = 0 THEN 0.25 ELSE 0 END
       + 0.3 * coalesce(n.share, 0.8)
       + CASE WHEN o.contract = ANY(a.contracts) THEN 0.1 ELSE 0 END
       + CASE WHEN words.hits > 0 THEN 0.1 ELSE 0 END AS score,
       array_remove(ARRAY[
           CASE WHEN o.trade = ANY(a.trades) THEN 'trade' WHEN o.rome = ANY(a.romes) THEN 'near-trade' END,
           CASE WHEN n.distance IS NOT NULL THEN 'radius' ELSE 'place' END,
           CASE WHEN o.contract = ANY(a.contracts) THEN 'contract' END,
           CASE WHEN o.working_time = ANY(a.working_times) THEN 'working-time' END,
           CASE WHEN words.hits > 0 THEN 'words' END], NULL) AS reasons
FROM near n JOIN alert a ON a.id = n.alert_id JOIN offer o ON o.id = n.offer_id
CROSS JOIN LATERAL (
    SELECT count(*) AS hits FROM unnest(a.keywords) AS k(word) WHERE ' ' || o.folded || ' ' LIKE '% ' || k.word || ' %'
) words
WHERE (cardinality(a.trades) = 0 OR o.rome = ANY(a.romes))
  AND (cardinality(a.trades) > 0 OR cardinality(a.keywords) = 0 OR words.hits > 0)
  AND (cardinality(a.contracts) = 0 OR o.contract = ANY(a.contracts))
  AND (cardinality(a.kinds) = 0 OR o.kind = ANY(a.kinds))
  AND (cardinality(a.working_times) = 0 OR o.working_time IS NULL OR o.working_time = ANY(a.working_times))
  AND (a.minimum_pay IS NULL OR o.pay_maximum IS NULL OR o.pay_maximum >= a.minimum_pay)
  AND NOT o.contract = ANY(a.excluded_contracts)
  AND NOT EXISTS (SELECT 1 FROM unnest(a.excluded_keywords) AS k(word)
                  WHERE ' ' || o.folded || ' ' LIKE '% ' || k.word || ' %')
"""

# One row per person and offer, the best alert's; a person who left the stream, or who applied, hears nothing of it.
_LEDGER = sa.text(
    f"""
INSERT INTO ledger (person_id, offer_id, alert_id, score, reasons, distance_km, matched_at)
SELECT DISTINCT ON (m.person_id, m.offer_id)
       m.person_id, m.offer_id, m.alert_id, m.score, m.reasons, round(m.distance)::int, :at
FROM ({_MATCH}) m
JOIN subscription s ON s.person_id = m.person_id AND s.stream = 'alerts' AND s.stopped_at IS NULL
JOIN offer mine ON mine.id = m.offer_id AND mine.recruiter_id <> m.person_id
WHERE NOT EXISTS (SELECT 1 FROM application p WHERE p.person_id = m.person_id AND p.offer_id = m.offer_id)
ORDER BY m.person_id, m.offer_id, m.score DESC, m.alert_id
ON CONFLICT (person_id, offer_id) DO NOTHING
RETURNING person_id
"""
)

_SHORTLIST = sa.text(
    f"""
SELECT * FROM (
    SELECT DISTINCT ON (m.person_id) m.* FROM ({_MATCH}) m
    JOIN profile f ON f.person_id = m.person_id AND f.visibility IN ('everyone', 'recruiters')
    JOIN offer mine ON mine.id = m.offer_id AND mine.recruiter_id <> m.person_id
    ORDER BY m.person_id, m.score DESC, m.alert_id
) best
JOIN person who ON who.id = best.person_id
ORDER BY best.score DESC, who.life_at DESC, best.person_id
LIMIT :limit
"""
)


def record(session: Session, offers: Sequence[int], *, alert_id: int = 0, at: datetime) -> set[int]:
    """Write the ledger rows of everyone whom these offers concern, or of one alert only; returns the people's ids.

    A person and an offer meet once: a row that is there already stays as it is.
    """
    rows = session.execute(_LEDGER, {"offers": list(offers), "alert": alert_id, "at": at})
    return set(rows.scalars())


def shortlist(session: Session, offer_id: int, *, limit: int, at: datetime) -> list[Match]:
    """Return the best visible profiles for an offer, best first."""
    rows = session.execute(_SHORTLIST, {"offers": [offer_id], "alert": 0, "at": at, "limit": limit})
    return [_match(row) for row in rows.mappings()]


def _match(row: Any) -> Match:
    distance = row["distance"]
    return Match(
        alert_id=row["alert_id"],
        person_id=row["person_id"],
        offer_id=row["offer_id"],
        score=float(row["score"]),
        reasons=tuple(row["reasons"]),
        distance_km=None if distance is None else round(distance),
    )
