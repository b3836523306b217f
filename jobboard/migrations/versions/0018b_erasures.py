"""Erasures asked for and done, the latter as HMACs; who was given notice after two silent years. No way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018b"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    op.create_index(
        "ix_erasure_due_at",
        "erasure",
        ["due_at"],
        postgresql_where=sa.text("done_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_person_life_at", "person", ["life_at"])
