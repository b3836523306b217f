"""What the staff validated of an offer, to tell what a correction changes of it. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024b"
down_revision = "0020b"


def upgrade() -> None:
    op.add_column("offer", sa.Column("validated", postgresql.JSONB(), nullable=True))
