"""The offers of a letter are lines of it since 0016: the list beside them, always empty since then, goes.

There is no way down.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0024b"


def upgrade() -> None:
    op.drop_column("edition", "offers")
