"""Searching profiles: one statement finds, ranks, pages and counts; what it shows is asked of `jobboard.visibility`.

Cost is bounded: of those that answer the search only the `BOUND` with the latest sign of life are looked at further,
ranked and counted, for ranking every hit is what is slow. The order is the score of jobboard.scoring (a hundredth apart is apart), then the
latest sign of life, then the slug, so that a page goes on where the one before ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import scoring, trades
from jobboard.folding import fold
from jobboard.places import PlaceKind
from jobboard.scoring import Reason
from jobboard.search_places import WIDEST_KM, Around
from jobboard.sought import Sought
from jobboard.visibility import Viewer, visible

BOUND = 1_000
FEW = 10
MOST_PLACES = 8
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
    """Which part of what answers: so many, after that rank and slug; only what a hunt was not shown; only since then…"""

    limit: int = 10
    after: tuple[int, str] | None = None
    unshown_in: int | None = None  # the id of a hunt
    since: datetime | None = None
    only: int | None = None  # of that person


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

    source: str
    conditions: list[str]
    given: dict[str, Any]
    km: str  # how far, NULL where distance says nothing
    said: tuple[str, ...]  # the words by which a profile says what is sought


def find(session: Session, sought: Sought, viewer: Viewer, page: Page) -> Found:
    """Return a page of the profiles that answer the search and that this viewer may see now, with their counts."""
    found = _found(session, sought, viewer, page, by_name=False)
    if found.total >= FEW or not sought.criteria.trades:
        return found
    # Few have the trade: whoever says its name in other words is shown behind them.
    return _found(session, sought, viewer, page, by_name=True)


def _found(session: Session, sought: Sought, viewer: Viewer, page: Page, *, by_name: bool) -> Found:
    made = _statement(session, sought, page, by_name=by_name)
    query = sa.text(_sql(made, page))
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
    made = _statement(session, sought, page, by_name=False)
    query = sa.text(f"EXPLAIN {_sql(made, page)}")
    return "\n".join(session.scalars(query, {**made.given, **viewer.parameters}))


def _sql(made: _Statement, page: Page) -> str:
    trade = (
        f"CASE WHEN f.trades && CAST(:trades AS text[]) THEN {int(Reason.TRADE)}"
        f" WHEN f.romes && CAST(:romes AS text[]) THEN {int(Reason.NEAR_TRADE)} ELSE 0 END"
    )
    words = " OR ".join(_SAID[name] for name in made.said) or "false"
    return f"""
WITH hits AS MATERIALIZED (
    SELECT f.person_id, f.slug, f.life_at, f.trades, f.departement, f.contracts, f.working_times, f.experience_years,
           {made.km} AS km, greatest(CAST(:radius AS float8), least(f.mobility_km, {WIDEST_KM})) AS reach,
           {trade} AS trade, f.families && CAST(:families AS text[]) AS family, ({words}) AS words,
           f.contracts && CAST(:contracts AS text[]) AS contract,
           f.working_times && CAST(:times AS text[]) AS working_time,
           coalesce(f.experience_years >= :years, false) AS experience,
           coalesce(f.starts_on <= :starts_on, false) AS available, f.sectors && CAST(:sectors AS text[]) AS sector
    FROM (SELECT f.* FROM {made.source} f WHERE {" AND ".join(made.conditions)}
          ORDER BY f.life_at DESC LIMIT {BOUND}) f
    WHERE {visible("f")} AND {_WELCOMES_PROPOSALS}
), scored AS (
    SELECT person_id, slug, km, life_at,
           CASE trade WHEN {int(Reason.TRADE)} THEN {_real(scoring.TRADE)}
                WHEN {int(Reason.NEAR_TRADE)} THEN {_real(scoring.NEAR_TRADE)}
                ELSE CASE WHEN family THEN {_real(scoring.FAMILY)} ELSE {_real(scoring.NO_TRADE)} END END
           + {_real(scoring.PLACE)} * CASE WHEN km IS NULL THEN {_real(scoring.AREA_SHARE)}
                ELSE 1 - {_real(1 - scoring.EDGE_SHARE)} * km / greatest(reach, 1) END
           + CASE WHEN contract OR experience THEN {_real(scoring.CONTRACT)} ELSE 0 END
           + CASE WHEN words THEN {_real(scoring.WORDS)} ELSE 0 END AS score,
           trade + CASE WHEN words THEN {int(Reason.WORDS)} ELSE 0 END
           + CASE WHEN NOT :placed THEN 0 WHEN km IS NULL THEN {int(Reason.PLACE)} ELSE {int(Reason.RADIUS)} END
           + CASE WHEN contract THEN {int(Reason.CONTRACT)} ELSE 0 END
           + CASE WHEN working_time THEN {int(Reason.WORKING_TIME)} ELSE 0 END
           + CASE WHEN experience THEN {int(Reason.EXPERIENCE)} ELSE 0 END
           + CASE WHEN sector THEN {int(Reason.SECTOR)} ELSE 0 END
           + CASE WHEN available THEN {int(Reason.AVAILABLE)} ELSE 0 END AS reasons
    FROM hits
), ranked AS (
    SELECT *, round(score * 100)::bigint * 100000 + (life_at::date - date '2000-01-01') AS rank FROM scored
), page AS (
    SELECT * FROM ranked
    {"WHERE rank < :after_rank OR (rank = :after_rank AND slug > :after_slug)" if page.after else ""}
    ORDER BY rank DESC, slug LIMIT :limit
)
SELECT 'hit' AS what, slug AS value, 0 AS many, person_id, score, reasons, km, rank FROM page
UNION ALL SELECT what, value, many, NULL, NULL, NULL, NULL, NULL FROM ({_COUNTS}) AS counts(what, value, many)
"""


def _real(constant: float) -> str:
    """Return a constant that PostgreSQL does not take for a numeric, whose sums are slow."""
    return f"float8 '{constant}'"


def _statement(session: Session, sought: Sought, page: Page, *, by_name: bool) -> _Statement:
    """Return the conditions of a search; each axis that asks for nothing has none, so that the planner sees what there is."""
    criteria = sought.criteria
    romes = sorted({trades.by_code(code).rome for code in criteria.trades})
    any_words, all_words, none_words, named = _queries(session, sought)
    conditions = ["f.listed"]
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
        "only": page.only,
        "placed": bool(criteria.places),
        "radius": float(max((place.radius_km or 0 for place in criteria.places), default=0)),
        "after_rank": page.after[0] if page.after else None,
        "after_slug": page.after[1] if page.after else None,
    }
    wanted = {"romes": bool(romes), "families": bool(criteria.families), "named": bool(by_name and named)}
    # OFFSET 0: by the trade first, whatever the planner guesses of its number: it is what narrows most.
    first = " OR ".join(_TRADE[name] for name, is_asked in wanted.items() if is_asked)
    every_word = not first and all_words is not None
    if every_word:
        conditions.append("f.search @@ CAST(:all_words AS tsquery)")
    source = f"(SELECT * FROM profile f WHERE f.listed AND ({first}) OFFSET 0)" if first else "profile"
    around = [Around.of(number, place) for number, place in enumerate(criteria.places[:MOST_PLACES])]
    if any(place.place_kind is PlaceKind.FRANCE for place in criteria.places):
        around = []
    if around:
        conditions.append(f"({' OR '.join(one.condition for one in around)})")
        given |= {name: value for one in around for name, value in one.given.items()}
    distances = [one.km for one in around if one.km]
    km = f"least({', '.join(distances)})" if distances else "NULL::float8"
    asked = {
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
        "only": page.only is not None,
    }
    conditions += [_CONDITIONS[name] for name, is_asked in asked.items() if is_asked]
    # Who says every word says some: her words need not be read once more, nor carried through the sorting.
    said = {"every_word": every_word, "any_words": any_words and not every_word, "named": named and by_name}
    return _Statement(source, conditions, given, km, tuple(name for name, is_asked in said.items() if is_asked))


# Who said STOP to proposals is shown to nobody who could only propose.
_WELCOMES_PROPOSALS = (
    "NOT EXISTS (SELECT 1 FROM subscription s WHERE s.person_id = f.person_id"
    " AND s.stream = 'proposals' AND s.stopped_at IS NOT NULL)"
)
_TRADE = {
    "romes": "f.romes && CAST(:romes AS text[])",
    "families": "f.families && CAST(:families AS text[])",
    "named": "f.search @@ CAST(:named AS tsquery)",
}
# The words by which a profile says what is sought; the name of a trade counts where it is not its trade.
_SAID = {
    "every_word": "true",
    "any_words": "f.search @@ CAST(:any_words AS tsquery)",
    "named": f"({_TRADE['named']} AND NOT {_TRADE['romes']})",
}
# What a profile does not tell excludes nobody.
_CONDITIONS = {
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
    "only": "f.person_id = :only",
}


def _queries(session: Session, sought: Sought) -> tuple[str | None, ...]:
    """Return the words as PostgreSQL searches them: any of them, all, those refused, and the names of the trades.

    For the rest of the transaction every search is planned for its own values, by one process: one plan for all of them
    reads a whole table for a village, or sorts a quarter of it for Paris.
    """
    # A name of one word is looked for in what profiles say, too; of several words their trades say more.
    names = (fold(trades.by_code(code).masculine) for code in sought.criteria.trades)
    labels = [name for name in names if " " not in name]
    refused = [fold(word) for word in sought.criteria.excluded_keywords]
    row = session.execute(
        sa.text(
            "SELECT profile_query(:any)::text, profile_query(:all)::text, profile_query(:none)::text,"
            " profile_query(:named)::text, set_config('plan_cache_mode', 'force_custom_plan', true),"
            " set_config('max_parallel_workers_per_gather', '0', true)"
        ),
        {
            "any": " or ".join(sought.words),
            "all": " ".join(sought.words),
            "none": _one_of(refused),
            "named": _one_of(labels),
        },
    ).one()
    return tuple(row)[:4]


def _one_of(phrases: Sequence[str]) -> str:
    return " or ".join(f'"{phrase}"' for phrase in phrases if phrase)
