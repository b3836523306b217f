"""Who sends, how often, and what was found out about it. There is no way down: going back is restoring a backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("mail", sa.Column("authentication", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("precedence", sa.Text(), nullable=True))
    op.create_table(
        "arrivals",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "hour", name=op.f("pk_arrivals")),
    )
