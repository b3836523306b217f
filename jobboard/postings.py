"""Postings: every speaking search, laid out as matching reads it; derived from the alert, never the truth.

One row for each thing that is wanted ("rome:M1203", "family:M", a word, "any") and each cell where it is wanted
(jobboard.cells). A row holds all that decides about most offers, so that reading it is enough.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.db import Base

_BATCH = 20_000
# Bit n of a mask is the nth name; the last bit says "not told". New names go to the end.
CONTRACTS, KINDS, WORKING_TIMES = tuple(Contract), tuple(Kind), tuple(WorkingTime)


class AlertPosting(Base):
    """A place of an alert under one of the things that it wants; masks are 0 where nothing is asked."""

    __tablename__ = "alert_posting"

    what: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    place_kind: Mapped[str]
    place_code: Mapped[str]
    departement: Mapped[str | None]
    region: Mapped[str | None]
    # A commune's point on the unit sphere: the chord between two of them gives their distance without one sine.
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]
    radius_km: Mapped[int | None]
    trades: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.Text))
    contracts: Mapped[int]
    excluded_contracts: Mapped[int]
    kinds: Mapped[int]
    working_times: Mapped[int]
    minimum_pay: Mapped[int | None]
    by_word: Mapped[bool]  # a word of the offer is required: nothing else was wanted
    detailed: Mapped[bool]  # words or employers of the alert decide, too

    __table_args__ = (sa.Index("ix_alert_posting_alert_id", "alert_id"),)


def _mask(column: str, names: str) -> str:
    return (
        f"CASE WHEN cardinality(a.{column}) = 0 THEN 0 ELSE (SELECT bit_or(1 << (n::int - 1))"
        f" FROM unnest(CAST(:{names} AS text[])) WITH ORDINALITY AS t(name, n) WHERE name = ANY(a.{column})) END"
    )


_POST = sa.text(
    f"""
INSERT INTO alert_posting (what, cell, alert_id, place_id, person_id, place_kind, place_code, departement, region,
    x, y, z, radius_km, trades, contracts, excluded_contracts, kinds, working_times, minimum_pay, by_word, detailed)
SELECT wanted.what, cell, a.id, p.id, a.person_id, p.kind, p.code, p.departement, p.region,
    cos(radians(p.lat)) * cos(radians(p.lon)), cos(radians(p.lat)) * sin(radians(p.lon)), sin(radians(p.lat)),
    p.radius_km, a.trades, a.contracts, a.excluded_contracts, a.kinds, a.working_times, a.minimum_pay,
    wanted.what LIKE 'word:%', a.detailed
FROM (
    SELECT a.id, a.person_id, a.trades, a.romes, a.families, a.keywords, a.any_words, a.minimum_pay,
        {_mask("contracts", "contracts")} AS contracts, {_mask("excluded_contracts", "contracts")} AS excluded_contracts,
        {_mask("kinds", "kinds")} AS kinds, {_mask("working_times", "times")} AS working_times,
        coalesce(a.any_words, a.all_words, a.none_words) IS NOT NULL
        OR cardinality(a.excluded_employers) > 0 OR cardinality(a.sectors) > 0 AS detailed
    FROM alert a WHERE a.id = ANY(:alerts) AND a.state IN ('active', 'paused') OFFSET 0
) a
CROSS JOIN LATERAL (
    SELECT 'rome:' || rome FROM unnest(a.romes) AS rome
    UNION ALL SELECT 'family:' || family FROM unnest(a.families) AS family
    UNION ALL SELECT DISTINCT 'word:' || lexeme FROM (
        SELECT DISTINCT ON (word) lexeme FROM unnest(a.keywords) AS word, unnest(to_tsvector('french', word))
        ORDER BY word, positions[1]
    ) first WHERE cardinality(a.romes) + cardinality(a.families) = 0
    UNION ALL SELECT 'any' WHERE cardinality(a.romes) + cardinality(a.families) = 0 AND a.any_words IS NULL
    OFFSET 0
) AS wanted(what)
JOIN alert_place p ON p.alert_id = a.id
CROSS JOIN LATERAL unnest(p.cells) AS cell
"""
)
_UNPOST = sa.text("DELETE FROM alert_posting WHERE alert_id = ANY(:alerts)")


_NAMES = {"contracts": list(CONTRACTS), "kinds": list(KINDS), "times": list(WORKING_TIMES)}


def post(session: Session, alert_ids: Iterable[int]) -> None:
    """Lay out these alerts anew, in the caller's transaction; those that do not speak lose their postings."""
    ids = list(alert_ids)
    session.flush()
    session.execute(_UNPOST, {"alerts": ids})
    session.execute(_POST, {"alerts": ids, **_NAMES})


def post_all(connection: sa.Connection) -> None:
    """Lay out every alert anew, in the caller's transaction: after a change of the schema."""
    connection.execute(sa.text("DELETE FROM alert_posting"))
    ids = list(connection.scalars(sa.text("SELECT id FROM alert ORDER BY id")))
    for start in range(0, len(ids), _BATCH):
        connection.execute(_POST, {"alerts": ids[start : start + _BATCH], **_NAMES})
