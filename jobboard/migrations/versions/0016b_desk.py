"""The desk of letters: approvals, checks of links and of whole editions.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from jobboard.db import Utc

revision = "0016b"
down_revision = "0018c"


def upgrade() -> None:
    def edition(table: str) -> sa.Column[int]:
        key = sa.ForeignKey("edition.id", name=f"fk_{table}_edition_id", ondelete="CASCADE")
        return sa.Column("edition_id", sa.BigInteger(), key, primary_key=True)

    op.create_table(
        "edition_approval",
        edition("edition_approval"),
        sa.Column(
            "person_id",
            sa.BigInteger(),
            sa.ForeignKey("person.id", name="fk_edition_approval_person_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_table(
        "link_check",
        sa.Column("url", sa.Text(), primary_key=True),
        sa.Column("checked_at", Utc(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
    )
    op.create_table(
        "edition_check",
        edition("edition_check"),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column(
            "asked_by",
            sa.BigInteger(),
            sa.ForeignKey("person.id", name="fk_edition_check_asked_by", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("checked_at", Utc(), nullable=True),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
    )
