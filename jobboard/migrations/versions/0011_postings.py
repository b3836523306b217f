"""Searches posted by thing and cell; words in the French sense; sectors, families, employers to avoid.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# Postings are derived: whatever the release, they are laid out as its own code does.
from jobboard.cells import looked_at, touched
from jobboard.gazetteer import PlaceKind, by_code

revision = "0011"
down_revision = "0009"

# Accents are folded on both sides before the French stemmer sees a word. An empty or all-common list asks for nothing.
WORDS = """
CREATE FUNCTION words_wanted(words text[], operator text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg('(' || phraseto_tsquery('french', word)::text || ')', operator)::tsquery
    FROM unnest(words) AS word WHERE numnode(phraseto_tsquery('french', word)) > 0
$$
"""


def upgrade() -> None:
    op.execute(WORDS)
    texts = postgresql.ARRAY(sa.Text())
    for name in ("families", "sectors", "required_keywords", "excluded_employers"):
        op.add_column("alert", sa.Column(name, texts, nullable=False, server_default="{}"))
        op.alter_column("alert", name, server_default=None)
    for name, column, operator in (
        ("any_words", "keywords", " | "),
        ("all_words", "required_keywords", " & "),
        ("none_words", "excluded_keywords", " | "),
    ):
        made = sa.Computed(f"words_wanted({column}, '{operator}')", persisted=True)
        op.add_column("alert", sa.Column(name, postgresql.TSQUERY(), made, nullable=True))
    made = sa.Computed("to_tsvector('french'::regconfig, folded)", persisted=True)
    op.add_column("offer", sa.Column("words", postgresql.TSVECTOR(), made, nullable=True))
    op.create_index("ix_offer_words", "offer", ["words"], postgresql_using="gin")
    op.add_column("offer", sa.Column("cells", texts, nullable=False, server_default="{}"))
    op.alter_column("offer", "cells", server_default=None)
    op.add_column("offer", sa.Column("sector", sa.Text(), nullable=True))
    op.drop_column("offer", "terms")
    op.add_column("alert_place", sa.Column("cells", texts, nullable=False, server_default="{}"))
    op.alter_column("alert_place", "cells", server_default=None)
    op.drop_table("alert_term")
    op.create_table(
        "alert_posting",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("departement", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("x", "y", "z")),
        sa.Column("radius_km", sa.BigInteger(), nullable=True),
        sa.Column("trades", texts, nullable=False),
        sa.Column("contracts", sa.BigInteger(), nullable=False),
        sa.Column("excluded_contracts", sa.BigInteger(), nullable=False),
        sa.Column("kinds", sa.BigInteger(), nullable=False),
        sa.Column("working_times", sa.BigInteger(), nullable=False),
        sa.Column("minimum_pay", sa.BigInteger(), nullable=True),
        sa.Column("by_word", sa.Boolean(), nullable=False),
        sa.Column("detailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_posting_alert_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("what", "cell", "alert_id", "place_id", name=op.f("pk_alert_posting")),
    )
    op.create_index("ix_alert_posting_alert_id", "alert_posting", ["alert_id"])
    reasons = ("trade", "near-trade", "radius", "place", "contract", "working-time", "words")
    bits = " + ".join(f"CASE WHEN '{code}' = ANY(reasons) THEN {1 << n} ELSE 0 END" for n, code in enumerate(reasons))
    op.execute(f"ALTER TABLE ledger ALTER COLUMN reasons TYPE bigint USING ({bits})")
    for name in ("alert_id", "offer_id"):
        op.drop_constraint(f"fk_ledger_{name}", "ledger")
    _lay_out()


def _lay_out() -> None:
    """Give what stands already its cells; the postings themselves are made at the next start (jobboard.schema)."""
    run = op.get_bind()
    for row in run.execute(sa.text("SELECT id, kind, code, radius_km FROM alert_place")).all():
        cells = touched(by_code(PlaceKind(row.kind), row.code), row.radius_km or 0)
        run.execute(sa.text("UPDATE alert_place SET cells = :cells WHERE id = :id"), {"cells": list(cells), "id": row.id})
    for row in run.execute(sa.text("SELECT id, place_kind, place_code, remote FROM offer")).all():
        cells = looked_at(row.place_kind, row.place_code, remote=row.remote)
        run.execute(sa.text("UPDATE offer SET cells = :cells WHERE id = :id"), {"cells": list(cells), "id": row.id})
