"""The ledger by item and with every alert that found it; rhythms overseas and by the week; what an alert was before.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0019b"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rhythm",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("weekday", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rhythm_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_rhythm")),
    )
    op.add_column("offer", sa.Column("item_key", sa.Text(), nullable=True))
    op.add_column("offer", sa.Column("item_id", sa.BigInteger(), nullable=True))
    op.add_column("offer", sa.Column("told", postgresql.JSONB(), nullable=True))
    op.create_index("ix_offer_item_key", "offer", ["item_key"])
    op.add_column("alert", sa.Column("matched_at", MOMENT, nullable=True))
    op.add_column("alert", sa.Column("silence_told_at", MOMENT, nullable=True))
    op.add_column("alert", sa.Column("earlier", postgresql.JSONB(), nullable=True))
    _ledger()


def _ledger() -> None:
    op.add_column("ledger", sa.Column("item_id", sa.BigInteger(), nullable=True))
    op.add_column("ledger", sa.Column("alert_ids", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column("ledger", sa.Column("changes", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.execute("UPDATE ledger SET item_id = offer_id, alert_ids = ARRAY[alert_id]")
    for name in ("item_id", "alert_ids"):
        op.alter_column("ledger", name, nullable=False)
    op.drop_constraint(op.f("pk_ledger"), "ledger", type_="primary")
    op.create_primary_key(op.f("pk_ledger"), "ledger", ["person_id", "item_id"])
    op.drop_column("ledger", "alert_id")
    op.create_index("ix_ledger_matched_at", "ledger", ["matched_at"], postgresql_using="brin")
