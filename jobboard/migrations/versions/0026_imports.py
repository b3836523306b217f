"""How far an import has asked; when a file last brought an address that was asked once. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("import_run", sa.Column("asked_line", sa.BigInteger(), nullable=False, server_default="0"))
    moment = sa.DateTime(timezone=True)
    op.add_column("import_asked", sa.Column("brought_at", moment, nullable=False, server_default=sa.func.now()))
    op.execute("UPDATE import_asked SET brought_at = asked_at")
    op.create_index("ix_import_asked_brought_at", "import_asked", ["brought_at"])
