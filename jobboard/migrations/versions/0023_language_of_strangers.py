"""A letter to somebody who is no person of ours yet is written in the language that she wrote in. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0016b"


def upgrade() -> None:
    op.add_column("post", sa.Column("language", sa.Text(), nullable=True))
