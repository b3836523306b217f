"""Imports: the file being taken in, its lines until it is done, and who was asked once. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0024"

MOMENT = sa.DateTime(timezone=True)


def _said(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        *_said("kind", "digest", "source"),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    waits = sa.text("finished_at IS NULL")
    op.create_index("uq_import_run_open", "import_run", ["kind", "digest"], unique=True, postgresql_where=waits)
    op.create_table(
        "import_line",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        *_said("list_name", "address", "address_key"),
        sa.Column("macs", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        *_said("name", "language", "variant"),
        sa.Column("consent_at", MOMENT),
        *_said("consent_how", "consent_text", "consent_proof", "outcome", "reason"),
        sa.Column("cells", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "line", "list_name", name=op.f("pk_import_line")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_line_run_id"), ondelete="CASCADE"),
    )
    op.create_index("ix_import_line_address_key", "import_line", ["run_id", "address_key", "list_name"])
    op.create_table(
        "import_asked",
        *_said("kind"),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "address_mac", name=op.f("pk_import_asked")),
    )
    op.create_index("ix_erasure_address_mac", "erasure", ["address_mac"])
    imported = sa.text("payload ? 'import'")
    op.create_index("ix_question_imported", "question", ["expires_at"], postgresql_where=imported)
