"""What a post carries, and mails whose origin is still to be found out, each in a lane of its own. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("post", sa.Column("octets", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("mail", sa.Column("to_verify", sa.Boolean(), nullable=False, server_default=sa.false()))
