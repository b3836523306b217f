"""Offers: how to apply, an employer who is not named, missions' own fields, reports of readers, views, what became of it.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0018b"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("how", "expertise"):
        op.add_column("offer", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("offer", name, server_default=None)
    op.add_column("offer", sa.Column("employer_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("offer", "employer_hidden", server_default=None)
    for name in ("days", "daily_rate", "close_at_count"):
        op.add_column("offer", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("offer", sa.Column("filled_said_at", MOMENT, nullable=True))
    op.create_index("ix_offer_organisation_id", "offer", ["organisation_id"])
    op.create_index("ix_offer_closed", "offer", ["closed_at"], postgresql_where=sa.text("state = 'closed'"))
    op.add_column("organisation", sa.Column("rna", sa.Text(), nullable=True))
    op.create_index("ix_organisation_siret", "organisation", ["siret"])
    op.create_table(
        "offer_report",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_report_offer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_report_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_report")),
        sa.UniqueConstraint("offer_id", "reporter", name=op.f("uq_offer_report_offer_id_reporter")),
    )
    op.create_table(
        "offer_view",
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_view_offer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("offer_id", "day", name=op.f("pk_offer_view")),
    )
