"""Recipients of editions, the shards in which they are served, destinations that push back; states of sending.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# An edition that was being sent goes on where it stood, everyone in shards of no group.
GO_ON = """
INSERT INTO ticket (person_id, role, about, subject_id, offers, stream, created_at, expires_at)
SELECT subscription.person_id, 'subscriber', 'general', 0, '{}', subscription.stream, now(), now() + interval '2 years'
FROM edition JOIN subscription ON subscription.stream = 'letters:' || edition.list_name
WHERE edition.state = 'sending' AND subscription.id > edition.posted_to
    AND subscription.id <= edition.last_subscription_id AND subscription.stopped_at IS NULL;
UPDATE subscription SET ticket_id = (
    SELECT max(ticket.id) FROM ticket WHERE ticket.person_id = subscription.person_id AND ticket.stream = subscription.stream
) WHERE stream IN (SELECT 'letters:' || list_name FROM edition WHERE state = 'sending');
INSERT INTO edition_recipient (edition_id, subscription_id, variant, destination, state, attempts)
SELECT edition.id, subscription.id, '', split_part(person.address_key, '@', -1), 'queued', 0
FROM edition JOIN subscription ON subscription.stream = 'letters:' || edition.list_name
JOIN person ON person.id = subscription.person_id
WHERE edition.state = 'sending' AND subscription.id > edition.posted_to AND subscription.ticket_id IS NOT NULL
    AND subscription.id <= edition.last_subscription_id AND subscription.stopped_at IS NULL
ORDER BY edition.id, subscription.id;
INSERT INTO edition_shard (edition_id, destination, first_id, last_id, total, state, due_at, moved_at)
SELECT edition_id, '', min(id), max(id), count(*), 'waiting', now(), now() FROM (
    SELECT id, edition_id, (row_number() OVER (PARTITION BY edition_id ORDER BY id) - 1) / 1000 AS number
    FROM edition_recipient
) AS each GROUP BY edition_id, number;
UPDATE edition SET started_at = approved_at, running_since = now() WHERE state IN ('sending', 'sent');
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("subscription", sa.Column("ticket_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_subscription_ticket_id"), "subscription", "ticket", ["ticket_id"], ["id"], ondelete="SET NULL"
    )
    op.create_table(
        "edition_recipient",
        sa.Column("id", sa.BigInteger(), server_default=sa.text("nextval('post_id_seq')"), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("moved_at", moment, nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_recipient_edition_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_edition_recipient_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_recipient")),
        sa.UniqueConstraint("subscription_id", "edition_id", name=op.f("uq_edition_recipient_subscription_id")),
    )
    # No index holds what moves while a letter leaves, and each page has room for the moved rows: they stay in place.
    op.execute("ALTER TABLE edition_recipient SET (fillfactor = 60)")
    op.create_table(
        "edition_shard",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("worker", sa.BigInteger(), nullable=True),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("moved_at", moment, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("sent", "deferred", "failed", "skipped", "bounced", "gone", "complained")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_shard_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_shard")),
    )
    op.create_index("ix_edition_shard_edition_id", "edition_shard", ["edition_id", "first_id"])
    op.create_index("ix_edition_shard_open", "edition_shard", ["due_at"], postgresql_where=sa.text("state <> 'done'"))
    op.create_table(
        "destination",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused_until", moment, nullable=False),
        sa.Column("pause_seconds", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("pushed_back", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_destination")),
    )
    for name in ("send_at", "started_at", "running_since"):
        op.add_column("edition", sa.Column(name, moment, nullable=True))
    op.add_column("edition", sa.Column("done_before", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("edition", sa.Column("paused_why", sa.Text(), server_default="", nullable=False))
    op.execute(GO_ON)
    op.drop_column("edition", "last_subscription_id")
    op.drop_column("edition", "posted_to")
    op.drop_index("uq_edition_one_draft", table_name="edition")
    for name, unique, states in (
        ("uq_edition_one_draft", True, "'draft', 'tested'"),
        ("ix_edition_unfinished", False, "'scheduled', 'sending'"),
    ):
        where = sa.text(f"state IN ({states})")
        op.create_index(name, "edition", ["list_name" if unique else "state"], unique=unique, postgresql_where=where)
    op.drop_index("ix_post_edition", table_name="post")
    op.drop_column("post", "edition_id")
    op.alter_column("bounce", "post_id", nullable=True)
    op.add_column("bounce", sa.Column("recipient_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bounce_recipient_id"), "bounce", "edition_recipient", ["recipient_id"], ["id"], ondelete="CASCADE"
    )
    op.create_unique_constraint(op.f("uq_bounce_recipient_id"), "bounce", ["recipient_id", "severity"])
    op.create_check_constraint(op.f("ck_bounce_one_mail"), "bounce", "num_nonnulls(post_id, recipient_id) = 1")
