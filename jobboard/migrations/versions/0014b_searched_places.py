"""Where somebody wants to work, kept as a column and its point by index: what a search of profiles by place reads.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014b"
down_revision = "0017"


def upgrade() -> None:
    made = sa.Computed("profile_cells(departements, regions, anywhere, remote)", persisted=True)
    op.add_column("profile", sa.Column("cells", postgresql.ARRAY(sa.Text()), made, nullable=False))
    op.drop_index("ix_profile_sought", "profile")
    op.create_index(
        "ix_profile_sought", "profile", ["romes", "cells"], postgresql_using="gin", postgresql_where=sa.text("listed")
    )
    # Towns lie unevenly: without these the planner takes Paris for two bands that cross.
    op.execute("CREATE STATISTICS profile_points (mcv) ON lat, lon FROM profile")
    op.execute("ALTER STATISTICS profile_points SET STATISTICS 1000")
    op.create_index("ix_profile_point", "profile", ["lat", "lon"], postgresql_where=sa.text("listed"))
