"""An edition that paused by itself and was let go on remembers with how many refusals and complaints it was.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    for name in ("gone_borne", "complaints_borne"):
        op.add_column("edition", sa.Column(name, sa.Float(), server_default="0", nullable=False))
