"""Events of the agenda. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), primary_key=True)


def _key(table: str, column: str, target: str, *, nullable: bool = False, ondelete: str = "CASCADE") -> list[sa.Column[int] | sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_{column}")
    return [
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete),
    ]


def _said(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _state(name: str = "state") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _moments(*names: str, nullable: bool = True) -> list[sa.Column[object]]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "agenda_event",
        _id(),
        *_key("agenda_event", "proposer_id", "person"),
        _state(),
        sa.Column("draft", postgresql.JSONB(), nullable=False),
        sa.Column("revision", postgresql.JSONB(), nullable=True),
        sa.Column("rounds", sa.BigInteger(), nullable=False),
        *_said("title"),
        _state("kind"),
        *_moments("starts_at", "ends_at"),
        *_said("timezone", "place_label", "venue"),
        sa.Column("departement", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        *_said("link"),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        *_said("organiser", "description"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        *_moments("created_at", nullable=False),
        *_moments("published_at", "changed_at", "reported_at"),
        sa.Column("reminders_stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_event")),
    )
    online = sa.text("state IN ('published', 'revised')")
    op.create_index("ix_agenda_event_starts_at", "agenda_event", ["starts_at"], postgresql_where=online)
    op.create_index("ix_agenda_event_proposer_id", "agenda_event", ["proposer_id"])
