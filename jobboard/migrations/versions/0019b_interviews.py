"""Who takes part in events; slots for interviews, bookings, notes, the queue. There is no way down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019b"
down_revision = "0015"

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
    op.add_column("ticket", sa.Column("listed", postgresql.ARRAY(sa.BigInteger()), nullable=False, server_default="{}"))
    _participation()
    _interviews()


def _participation() -> None:
    op.create_table(
        "participation",
        _id(),
        *_key("participation", "event_id", "agenda_event"),
        *_key("participation", "person_id", "person"),
        _state(),
        sa.Column("seat", sa.BigInteger(), nullable=True),
        *_moments("since", nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        *_key("participation", "conversation_id", "conversation", nullable=True, ondelete="SET NULL"),
        *_moments("reminded_at"),
        sa.Column("reminders_stopped", sa.Boolean(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_participation_event_id_person_id")),
        sa.UniqueConstraint("event_id", "seat", name=op.f("uq_participation_event_id_seat")),
        sa.CheckConstraint("(state = 'registered') = (seat IS NOT NULL)", name=op.f("ck_participation_seat_of_registered")),
    )
    op.create_index("ix_participation_person_id", "participation", ["person_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_participation_waiting", "participation", ["event_id", "since", "id"], postgresql_where=waiting)


def _interviews() -> None:
    op.create_table(
        "slot",
        _id(),
        *_key("slot", "staff_id", "person"),
        *_moments("starts_at", "ends_at", nullable=False),
        _state("mode"),
        *_said("place"),
        _state(),
        *_moments("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_lasts")),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(staff_id, staff_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state = 'open'"),
            using="gist",
            name="ex_slot_one_at_a_time",
        ),
    )
    op.create_index("ix_slot_open", "slot", ["starts_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "booking",
        _id(),
        *_key("booking", "slot_id", "slot"),
        *_key("booking", "person_id", "person"),
        _state(),
        *_moments("held_until"),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        *_said("words"),
        *_moments("created_at", nullable=False),
        *_moments("booked_at", "reminded_at"),
        sa.Column("reminders_stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    counts, booked = sa.text("state IN ('held', 'booked')"), sa.text("state = 'booked'")
    op.create_index("uq_booking_slot_once", "booking", ["slot_id"], unique=True, postgresql_where=counts)
    op.create_index("uq_booking_person_once", "booking", ["person_id"], unique=True, postgresql_where=booked)
    op.create_index("ix_booking_person_id", "booking", ["person_id"])
    op.create_table(
        "booking_note",
        _id(),
        *_key("booking_note", "booking_id", "booking"),
        *_key("booking_note", "author_id", "person", nullable=True, ondelete="SET NULL"),
        *_said("text"),
        *_moments("at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_note")),
    )
    op.create_index("ix_booking_note_booking_id", "booking_note", ["booking_id"])
    op.create_table(
        "slot_waiting",
        _id(),
        *_key("slot_waiting", "person_id", "person"),
        *_moments("since", nullable=False),
        *_moments("left_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_waiting")),
    )
    waits = sa.text("left_at IS NULL")
    op.create_index("uq_slot_waiting_once", "slot_waiting", ["person_id"], unique=True, postgresql_where=waits)
