"""What recruiters are shown of profiles: shortlists that go on, hunts, and the proposals they make.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

# Where somebody wants to work, as one set that an index can hold: her départements, her régions, and in capitals the
# régions that she wants whole.
CELLS = """
CREATE FUNCTION profile_cells(departements text[], regions text[], anywhere boolean, remote boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT 'd' || one FROM unnest(departements) AS one)
        || ARRAY(SELECT 'r' || one FROM unnest(regions) AS one)
        || ARRAY(SELECT 'R' || one FROM unnest(regions) AS one WHERE cardinality(departements) = 0)
        || CASE WHEN anywhere THEN ARRAY['fr'] ELSE '{}'::text[] END
        || CASE WHEN remote THEN ARRAY['remote'] ELSE '{}'::text[] END
$$
"""


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def person(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE")


def offer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f(f"fk_{table}_offer_id"), ondelete="CASCADE")


def upgrade() -> None:
    op.execute(CELLS)
    op.create_index(
        "ix_profile_sought", "profile", ["romes", sa.text("profile_cells(departements, regions, anywhere, remote)")],
        postgresql_using="gin", postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_profile_fresh", "profile", [sa.text("life_at DESC")], postgresql_where=sa.text("listed")
    )
    _shortlists()
    _proposals()
    _hunts()


def _shortlists() -> None:
    op.add_column("shortlist_entry", sa.Column("reasons", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("shortlist_entry", number("distance_km", nullable=True))
    op.create_index("ix_shortlist_entry_at", "shortlist_entry", ["at", "person_id"])
    op.create_table(
        "shortlist",
        number("offer_id"),
        moment("published_at"),
        moment("told_at"),
        offer("shortlist"),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_shortlist")),
    )
    # What was announced before is not told again.
    op.execute(
        "INSERT INTO shortlist (offer_id, published_at, told_at)"
        " SELECT id, published_at, announced_at FROM offer WHERE published_at IS NOT NULL AND announced_at IS NOT NULL"
    )


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        number("offer_id"),
        number("person_id"),
        number("recruiter_id"),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("answered_at", nullable=True),
        offer("proposal"),
        person("proposal", "person_id"),
        person("proposal", "recruiter_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("offer_id", "person_id", name=op.f("uq_proposal_offer_id_person_id")),
    )
    op.create_index("ix_proposal_person_id", "proposal", ["person_id", "created_at"])
    op.create_index("ix_proposal_recruiter_id", "proposal", ["recruiter_id", "created_at"])
    op.create_index("ix_proposal_asked", "proposal", ["expires_at"], postgresql_where=sa.text("state = 'asked'"))


def _hunts() -> None:
    op.create_table(
        "hunt",
        sa.Column("id", sa.BigInteger(), nullable=False),
        number("recruiter_id"),
        number("number"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sought", postgresql.JSONB(), nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=True),
        moment("created_at"),
        moment("told_at", nullable=True),
        person("hunt", "recruiter_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunt")),
        sa.UniqueConstraint("recruiter_id", "number", name=op.f("uq_hunt_recruiter_id_number")),
    )
    op.create_table(
        "hunt_entry",
        number("hunt_id"),
        number("number"),
        number("person_id"),
        number("reasons"),
        number("distance_km", nullable=True),
        moment("at"),
        sa.ForeignKeyConstraint(["hunt_id"], ["hunt.id"], name=op.f("fk_hunt_entry_hunt_id"), ondelete="CASCADE"),
        person("hunt_entry", "person_id"),
        sa.PrimaryKeyConstraint("hunt_id", "number", name=op.f("pk_hunt_entry")),
        sa.UniqueConstraint("hunt_id", "person_id", name=op.f("uq_hunt_entry_hunt_id_person_id")),
    )
