"""Articles and the feeds they come from; what an edition holds, line by line; what its readers chose.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from jobboard.db import Utc

revision = "0016"
down_revision = "0011"


def upgrade() -> None:
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("section", sa.String(40), nullable=True),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        sa.Column("checked_at", Utc(), nullable=True),
        sa.Column("good_at", Utc(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("stopped_at", Utc(), nullable=True),
        sa.UniqueConstraint("url", name="uq_feed_url"),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("section", sa.String(40), nullable=True),
        sa.Column("tags", texts, nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), sa.ForeignKey("feed.id", name="fk_article_feed_id", ondelete="SET NULL")),
        sa.Column(
            "by_person_id",
            sa.BigInteger(),
            sa.ForeignKey("person.id", name="fk_article_by_person_id", ondelete="SET NULL"),
        ),
        sa.Column("published_at", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("withdrawn_at", Utc(), nullable=True),
        sa.UniqueConstraint("key", name="uq_article_key"),
    )
    op.create_index("uq_article_url", "article", ["url"], unique=True, postgresql_where=sa.text("url <> ''"))
    op.create_index("ix_article_published_at", "article", ["published_at"])
    op.create_index("ix_article_received_at", "article", ["received_at"])
    op.add_column("subscription", sa.Column("variant", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "edition_item",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column(
            "edition_id",
            sa.BigInteger(),
            sa.ForeignKey("edition.id", name="fk_edition_item_edition_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default="false"),
        sa.UniqueConstraint("edition_id", "kind", "subject_id", name="uq_edition_item_edition_id_kind_subject_id"),
    )
    op.create_index("ix_edition_item_edition_id", "edition_item", ["edition_id", "position"])
    op.execute(
        "INSERT INTO edition_item (edition_id, position, kind, subject_id, title, text) "
        "SELECT id, place, 'offer', offer_id, '', '' FROM edition, unnest(offers) WITH ORDINALITY AS u(offer_id, place) "
        "ON CONFLICT DO NOTHING"
    )
