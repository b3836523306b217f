"""Searching profiles: one statement finds, ranks, pages and counts; what it shows is asked of `jobboard.visibility`.

Cost is bounded: of those that answer the search only the `BOUND` with the latest sign of life are ranked and counted,
for ranking every hit is what is slow. The order is the score of jobboard.scoring (a hundredth apart is apart), then the
latest sign of life, then the slug, so that a page goes on where the one before ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import cells, places, scoring, trades
from jobboard.criteria import PlaceWanted
from jobboard.folding import fold
from jobboard.places import PlaceKind
from jobboard.scoring import Reason
from jobboard.sought import Sought
from jobboard.visibility import Viewer, visible

BOUND = 2_000
WIDEST_KM = 100  # how far somebody's own mobility reaches, at most
FACETS = ("trade", "departement", "contract", "working_time", "experience")
EXPERIENCES = (0, 2, 5, 10)  # years at least


@dataclass(frozen=True)
class Hit:
    """A profile that answers a search: why (jobboard.scoring.Reason), how well (0 to 1), how far (km)."""

    person_id: int
    slug: str
    score: float
    reasons: int
    distance_km: int | None
    rank: int


@dataclass(frozen=True)
class Found:
    """One page of a search, with counts over the whole of it: facet -> value -> how many. `bounded`: there are more."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, dict[str, int]]
    more: bool  # another page follows
    bounded: bool


@dataclass(frozen=True)
class Page:
    """Which part of what answers: so many, after that rank and slug; only what a hunt was not shown; only since then."""

    limit: int = 10
    after: tuple[int, str] | None = None
    unshown_in: int | None = None  # the id of a hunt
    since: datetime | None = None


_DISTANCE = "distance_km(w.lat, w.lon, f.lat, f.lon)"
# Somebody wants to work at a place when her own circle or the searched one reaches the other's centre; when she named
# its département as another of her places, or a territory around it.
_NEAR = f"""
SELECT bool_or(near.is_right) AS is_right, min(near.km) FILTER (WHERE near.is_right) AS km,
       max(near.share) FILTER (WHERE near.is_right) AS share
FROM (
    SELECT v.km, CASE WHEN v.km IS NULL THEN {scoring.AREA_SHARE}
               ELSE greatest(0, 1 - {1 - scoring.EDGE_SHARE} * v.km / greatest(v.reach, 1)) END AS share,
           CASE w.kind
               WHEN 'commune' THEN coalesce(v.km <= v.reach, false) OR f.anywhere
                   OR (cardinality(f.departements) = 0 AND w.region = ANY(f.regions))
                   OR (w.departement = ANY(f.departements)
                       AND (f.mobility_km IS NULL OR f.departement IS DISTINCT FROM w.departement))
               WHEN 'departement' THEN w.code = ANY(f.departements) OR f.anywhere
                   OR (cardinality(f.departements) = 0 AND w.region = ANY(f.regions))
               WHEN 'region' THEN w.code = ANY(f.regions) OR f.anywhere
               WHEN 'remote' THEN f.remote
               ELSE true END AS is_right
    FROM unnest(CAST(:kinds AS text[]), CAST(:codes AS text[]), CAST(:departements AS text[]),
                CAST(:regions AS text[]), CAST(:lats AS float8[]), CAST(:lons AS float8[]), CAST(:radii AS float8[]))
         AS w(kind, code, departement, region, lat, lon, radius)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.kind = 'commune' AND f.mobility_km IS NOT NULL THEN {_DISTANCE} END AS km,
               greatest(w.radius, least(f.mobility_km, {WIDEST_KM})) AS reach
    ) v
) near
"""
_ANYWHERE = f"SELECT true AS is_right, NULL::float8 AS km, {scoring.AREA_SHARE} AS share"

_COUNTS = """
SELECT 'trade', t, count(*) FROM hits CROSS JOIN unnest(trades) AS t GROUP BY t
UNION ALL SELECT 'departement', departement, count(*) FROM hits WHERE departement IS NOT NULL GROUP BY departement
UNION ALL SELECT 'contract', c, count(*) FROM hits CROSS JOIN unnest(contracts) AS c GROUP BY c
UNION ALL SELECT 'working_time', w, count(*) FROM hits CROSS JOIN unnest(working_times) AS w GROUP BY w
UNION ALL SELECT 'experience', y::text, count(*) FROM hits CROSS JOIN unnest(CAST(:experiences AS int[])) AS y
          WHERE experience_years >= y GROUP BY y
UNION ALL SELECT 'total', '', count(*) FROM hits
"""


@dataclass(frozen=True)
class _Statement:
    """The conditions of one search with what they are given."""

    conditions: list[str]
    given: dict[str, Any]
    place: str
    any_words: bool


def find(session: Session, sought: Sought, viewer: Viewer, page: Page) -> Found:
    """Return a page of the profiles that answer the search and that this viewer may see now, with their counts."""
    made = _statement(session, sought, page)
    query = sa.text(_sql(made, sought, page))
    rows = session.execute(query, {**made.given, **viewer.parameters}).all()
    facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    hits, total = [], 0
    for row in rows:
        if row.what == "hit":
            distance = None if row.km is None else round(row.km)
            hits.append(Hit(row.person_id, row.value, row.score, row.reasons, distance, row.rank))
        elif row.what == "total":
            total = row.many
        else:
            facets[row.what][row.value] = row.many
    shown = sorted(hits, key=lambda hit: (-hit.rank, hit.slug))
    return Found(tuple(shown[: page.limit]), total, facets, len(shown) > page.limit, total >= BOUND)


def plan(session: Session, sought: Sought, viewer: Viewer, page: Page) -> str:
    """Return how the database would search, in its own words."""
    made = _statement(session, sought, page)
    query = sa.text(f"EXPLAIN {_sql(made, sought, page)}")
    return "\n".join(session.scalars(query, {**made.given, **viewer.parameters}))


def _sql(made: _Statement, sought: Sought, page: Page) -> str:
    trade = (
        f"CASE WHEN f.trades && CAST(:trades AS text[]) THEN {int(Reason.TRADE)}"
        f" WHEN f.romes && CAST(:romes AS text[]) THEN {int(Reason.NEAR_TRADE)} ELSE 0 END"
    )
    family = "f.families && CAST(:families AS text[])"
    words = "coalesce(f.search @@ CAST(:any_words AS tsquery), false)" if made.any_words else "false"
    return f"""
WITH hits AS MATERIALIZED (
    SELECT f.person_id, f.slug, f.life_at, f.trades, f.departement, f.contracts, f.working_times, f.experience_years,
           near.km, near.share, {trade} AS trade, {family} AS family, {words} AS words,
           cardinality(f.contracts) > 0 AND f.contracts && CAST(:contracts AS text[]) AS contract,
           cardinality(f.working_times) > 0 AND f.working_times && CAST(:times AS text[]) AS working_time,
           coalesce(f.experience_years >= :years, false) AS experience,
           coalesce(f.starts_on <= :starts_on, false) AS available, f.sectors && CAST(:sectors AS text[]) AS sector
    FROM profile f CROSS JOIN LATERAL ({made.place}) near
    WHERE {" AND ".join(made.conditions)}
    ORDER BY f.life_at DESC LIMIT {BOUND}
), scored AS (
    SELECT person_id, slug, km, life_at,
           CASE trade WHEN {int(Reason.TRADE)} THEN {scoring.TRADE} WHEN {int(Reason.NEAR_TRADE)} THEN {scoring.NEAR_TRADE}
                ELSE CASE WHEN family THEN {scoring.FAMILY} ELSE {scoring.NO_TRADE} END END
           + {scoring.PLACE} * share + CASE WHEN contract OR experience THEN {scoring.CONTRACT} ELSE 0 END
           + CASE WHEN words THEN {scoring.WORDS} ELSE 0 END AS score,
           trade + CASE WHEN words THEN {int(Reason.WORDS)} ELSE 0 END
           + CASE WHEN NOT :placed THEN 0 WHEN km IS NULL THEN {int(Reason.PLACE)} ELSE {int(Reason.RADIUS)} END
           + CASE WHEN contract THEN {int(Reason.CONTRACT)} ELSE 0 END
           + CASE WHEN working_time THEN {int(Reason.WORKING_TIME)} ELSE 0 END
           + CASE WHEN experience THEN {int(Reason.EXPERIENCE)} ELSE 0 END
           + CASE WHEN sector THEN {int(Reason.SECTOR)} ELSE 0 END
           + CASE WHEN available THEN {int(Reason.AVAILABLE)} ELSE 0 END AS reasons
    FROM hits
), ranked AS (
    SELECT *, round(score::numeric, 2) * 10000000 + (life_at::date - date '2000-01-01') AS rank FROM scored
), page AS (
    SELECT * FROM ranked
    {"WHERE rank < :after_rank OR (rank = :after_rank AND slug > :after_slug)" if page.after else ""}
    ORDER BY rank DESC, slug LIMIT :limit
)
SELECT 'hit' AS what, slug AS value, 0 AS many, person_id, score::float8 AS score, reasons::int AS reasons, km,
       rank::bigint AS rank
FROM page
UNION ALL SELECT what, value, many, NULL, NULL, NULL, NULL, NULL FROM ({_COUNTS}) AS counts(what, value, many)
"""


def _statement(session: Session, sought: Sought, page: Page) -> _Statement:
    """Return the conditions of a search; each axis that asks for nothing has none, so that the planner sees what there is."""
    criteria = sought.criteria
    romes = sorted({trades.by_code(code).rome for code in criteria.trades})
    any_words, all_words, none_words, named = _queries(session, sought)
    conditions = [visible("f"), _WELCOMES_PROPOSALS]
    given: dict[str, Any] = {
        "trades": list(criteria.trades),
        "romes": romes,
        "families": list(criteria.families),
        "contracts": [str(one) for one in criteria.contracts],
        "times": [str(one) for one in criteria.working_times],
        "kinds_wanted": [str(one) for one in criteria.kinds],
        "excluded_contracts": [str(one) for one in criteria.excluded_contracts],
        "sectors": list(criteria.sectors),
        "years": sought.experience_years,
        "starts_on": criteria.starts_on,
        "departement": sought.departement,
        "any_words": any_words,
        "all_words": all_words,
        "none_words": none_words,
        "named": named,
        "experiences": list(EXPERIENCES),
        "limit": page.limit + 1,
        "hunt": page.unshown_in,
        "since": page.since,
        "placed": bool(criteria.places),
        "after_rank": page.after[0] if page.after else None,
        "after_slug": page.after[1] if page.after else None,
        **_given_places(criteria.places),
    }
    if romes or criteria.families:
        conditions.append(_TRADE_CONDITION if named else _BARE_TRADE_CONDITION)
    elif all_words:
        conditions.append("f.search @@ CAST(:all_words AS tsquery)")
    given["cells"] = sorted({cell for place in criteria.places for cell in _cells(place)})
    everywhere = any(place.place_kind is PlaceKind.FRANCE for place in criteria.places)
    placed = bool(criteria.places) and not everywhere
    asked = {
        "is_placed": placed,
        "contracts": bool(criteria.contracts),
        "excluded": bool(criteria.excluded_contracts),
        "kinds": bool(criteria.kinds) and not criteria.contracts,
        "times": bool(criteria.working_times),
        "years": sought.experience_years is not None,
        "starts_on": criteria.starts_on is not None,
        "departement": sought.departement is not None,
        "none_words": none_words is not None,
        "hunt": page.unshown_in is not None,
        "since": page.since is not None,
    }
    conditions += [_CONDITIONS[name] for name, is_asked in asked.items() if is_asked]
    return _Statement(conditions, given, _NEAR if placed else _ANYWHERE, any_words is not None)


# Who said STOP to proposals is shown to nobody who could only propose.
_WELCOMES_PROPOSALS = (
    "NOT EXISTS (SELECT 1 FROM subscription s WHERE s.person_id = f.person_id"
    " AND s.stream = 'proposals' AND s.stopped_at IS NOT NULL)"
)
_BARE_TRADE_CONDITION = "(f.romes && CAST(:romes AS text[]) OR f.families && CAST(:families AS text[]))"
_TRADE_CONDITION = f"({_BARE_TRADE_CONDITION} OR f.search @@ CAST(:named AS tsquery))"
# What a profile does not tell excludes nobody.
_CONDITIONS = {
    "is_placed": "profile_cells(f.departements, f.regions, f.anywhere, f.remote) && CAST(:cells AS text[])"
    " AND near.is_right",
    "contracts": "(cardinality(f.contracts) = 0 OR f.contracts && CAST(:contracts AS text[]))",
    "excluded": "(cardinality(f.contracts) = 0 OR NOT f.contracts <@ CAST(:excluded_contracts AS text[]))",
    "kinds": "(cardinality(f.kinds) = 0 OR f.kinds && CAST(:kinds_wanted AS text[]))",
    "times": "(cardinality(f.working_times) = 0 OR f.working_times && CAST(:times AS text[]))",
    "years": "coalesce(f.experience_years, :years) >= :years",
    "starts_on": "coalesce(f.starts_on, :starts_on) <= :starts_on",
    "departement": "f.departement = :departement",
    "none_words": "NOT f.search @@ CAST(:none_words AS tsquery)",
    "hunt": "NOT EXISTS (SELECT 1 FROM hunt_entry e WHERE e.hunt_id = :hunt AND e.person_id = f.person_id)",
    "since": "f.updated_at > :since",
}


def _queries(session: Session, sought: Sought) -> tuple[str | None, ...]:
    """Return the words as PostgreSQL searches them: any of them, all, those refused, and the names of the trades."""
    labels = [fold(trades.by_code(code).masculine) for code in sought.criteria.trades]
    refused = [fold(word) for word in sought.criteria.excluded_keywords]
    row = session.execute(
        sa.text(
            "SELECT profile_query(:any)::text, profile_query(:all)::text, profile_query(:none)::text,"
            " profile_query(:named)::text"
        ),
        {
            "any": " or ".join(sought.words),
            "all": " ".join(sought.words),
            "none": _one_of(refused),
            "named": _one_of(labels),
        },
    ).one()
    return tuple(row)


def _one_of(phrases: Sequence[str]) -> str:
    return " or ".join(f'"{phrase}"' for phrase in phrases if phrase)


def _given_places(wanted: Sequence[PlaceWanted]) -> dict[str, list[Any]]:
    found = [places.by_code(one.place_kind, one.code) for one in wanted]
    return {
        "kinds": [str(one.place_kind) for one in wanted],
        "codes": [one.code for one in wanted],
        "departements": [place.departement for place in found],
        "regions": [place.code if place.kind is PlaceKind.REGION else place.region for place in found],
        "lats": [one.lat for one in wanted],
        "lons": [one.lon for one in wanted],
        "radii": [float(one.radius_km or 0) for one in wanted],
    }


def _cells(wanted: PlaceWanted) -> list[str]:
    """Return the cells (SQL: profile_cells) of everybody who may want to work there."""
    place = places.by_code(wanted.place_kind, wanted.code)
    if place.kind is PlaceKind.REMOTE:
        return ["remote"]
    if place.kind is PlaceKind.REGION:
        return [f"r{place.code}", "fr"]
    around = max(wanted.radius_km or 0, WIDEST_KM) if place.kind is PlaceKind.COMMUNE else 0
    return [*cells.touched(place, around), f"R{place.region}", "fr"]
