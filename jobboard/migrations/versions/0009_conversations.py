"""Colleagues share conversations, blocks keep two apart, a conversation has one subject.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "colleague",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_colleague_offer_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_colleague_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague")),
        sa.UniqueConstraint("offer_id", "person_id", name=op.f("uq_colleague_offer_id")),
    )
    op.create_index("ix_colleague_person_id", "colleague", ["person_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("candidate_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["person.id"], name=op.f("fk_block_candidate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_block_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_block_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("candidate_id", "person_id", name=op.f("pk_block")),
    )
    op.create_index("ix_block_person_id", "block", ["person_id"], unique=False)
    op.add_column("conversation", sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    op.alter_column("conversation", "subject", server_default=None)
