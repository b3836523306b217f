"""Offers that came with an import, and who said NON to one. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020b"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "imported_offer",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_imported_offer")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_imported_offer_offer_id"), ondelete="CASCADE"),
    )
    op.create_index("ix_imported_offer_offer_id", "imported_offer", ["offer_id"])
    op.add_column("import_asked", sa.Column("refused", sa.Boolean(), nullable=False, server_default="false"))
