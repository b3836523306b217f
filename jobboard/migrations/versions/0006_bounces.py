"""Bounces kept one by one; addresses have a score. There is no way down: going back is restoring a backup."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "bounce",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_bounce_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("post_id", "severity", name=op.f("uq_bounce_post_id")),
    )
    op.create_index("ix_bounce_at", "bounce", ["at"], unique=False)
    op.create_index("ix_bounce_address_key", "bounce", ["address_key"], unique=False)
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("score", sa.Float(), nullable=False, server_default="0"),
        sa.Column("severity", sa.String(length=40), nullable=False, server_default="hard"),
        sa.Column("by_report", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True),
    )
    for column in columns:
        op.add_column("address_health", column)
    for name in ("score", "severity", "by_report"):
        op.alter_column("address_health", name, server_default=None)
    op.execute("UPDATE address_health SET suppressed_at = changed_at WHERE hard >= 2")
    op.execute("UPDATE address_health SET score = 3 * hard")
    op.create_index(
        "ix_address_health_suppressed",
        "address_health",
        ["suppressed_at"],
        unique=False,
        postgresql_where=sa.text("suppressed_at IS NOT NULL"),
    )
