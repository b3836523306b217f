"""The language of a letter to an address that is nobody's yet. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0016b"


def upgrade() -> None:
    op.add_column("post", sa.Column("language", sa.Text(), nullable=True))
