"""Why a mail is held, and what became of it. There is no way down: going back is restoring a backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "held",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("why", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("places", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_held_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("post_id", name=op.f("uq_held_post_id")),
    )
    op.create_index(
        "ix_held_waiting", "held", ["at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    # What was held before there was a row of why: it waits from now on.
    op.execute(
        "INSERT INTO held (post_id, state, why, places, at)"
        " SELECT id, 'waiting', ARRAY['address'], ARRAY[coalesce(reply, 'mail: plain')], now()"
        " FROM post WHERE state = 'held' ORDER BY id"
    )
