"""Profiles that can be searched and have a page; employers hidden from; who saw whom.

There is no way down: going back is restoring a backup.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0018"

# Lower case without accents, as `jobboard.folding` compares; punctuation is left to the text search.
UNACCENTED = r"""
CREATE FUNCTION unaccented(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(regexp_replace(normalize(lower(words), NFD), U&'[\0300-\036F]', '', 'g'), 'œ', 'oe'), 'æ', 'ae')
$$
"""

# Stems of the words as they are written and without their accents: either alone misses what the other finds.
PROFILE_WORDS = """
CREATE FUNCTION profile_words(headline text, terms text, summary text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('french'::regconfig, headline), 'A')
        || setweight(to_tsvector('french'::regconfig, unaccented(headline)), 'A')
        || setweight(to_tsvector('french'::regconfig, terms), 'B')
        || setweight(to_tsvector('french'::regconfig, unaccented(terms)), 'B')
        || setweight(to_tsvector('french'::regconfig, summary), 'C')
        || setweight(to_tsvector('french'::regconfig, unaccented(summary)), 'C')
$$
"""

# What somebody searches with, both ways too; NULL when nothing but common words is asked for.
PROFILE_QUERY = """
CREATE FUNCTION profile_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN numnode(asked) > 0 THEN asked END
    FROM (SELECT websearch_to_tsquery('french'::regconfig, words)
              || websearch_to_tsquery('french'::regconfig, unaccented(words)) AS asked) q
$$
"""

# Whatever notes a sign of life of a person, her profile is awake: nobody has to think of it. To the day, so that a mail
# writes no profile that has nothing to gain.
SIGN_OF_LIFE = """
CREATE FUNCTION profile_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE profile SET life_at = NEW.life_at, asleep_at = NULL, warned_at = NULL, warned_again_at = NULL
    WHERE person_id = NEW.id
      AND (life_at < NEW.life_at - interval '1 day' OR warned_at < NEW.life_at OR asleep_at < NEW.life_at);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER person_lives AFTER UPDATE OF life_at ON person
FOR EACH ROW WHEN (NEW.life_at > OLD.life_at) EXECUTE FUNCTION profile_lives()
"""

# The page of an erased profile is gone for good: 410, with nothing kept that could be read.
RETIRED = """
CREATE FUNCTION profile_retired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO retired_profile (slug_sha256, at) VALUES (sha256(convert_to(OLD.slug, 'UTF8')), now())
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""
RETIRING = "CREATE TRIGGER profile_retired AFTER DELETE ON profile FOR EACH ROW EXECUTE FUNCTION profile_retired()"

LISTED = "visibility <> 'nobody' AND asleep_at IS NULL AND held_at IS NULL AND stopped_at IS NULL"


def moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    for statement in (UNACCENTED, PROFILE_WORDS, PROFILE_QUERY):
        op.execute(statement)
    _widen()
    _fill()
    op.create_table(
        "hidden_employer",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        moment("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hidden_employer_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_hidden_employer")),
    )
    op.create_index("ix_hidden_employer_key", "hidden_employer", ["key"])
    op.create_table(
        "sighting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("where_seen", sa.String(length=40), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        moment("day", nullable=False),
        moment("first_at", nullable=False),
        moment("last_at", nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sighting_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sighting_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint(
            "person_id", "organisation_id", "where_seen", "offer_id", "day",
            name=op.f("uq_sighting_person_id_organisation_id_where_seen_offer_id_day"),
        ),
    )
    op.create_index("ix_sighting_last_at", "sighting", ["last_at"])
    op.create_table(
        "retired_profile",
        sa.Column("slug_sha256", sa.LargeBinary(), nullable=False),
        moment("at", nullable=False),
        sa.PrimaryKeyConstraint("slug_sha256", name=op.f("pk_retired_profile")),
    )
    for statement in (SIGN_OF_LIFE, TRIGGER, RETIRED, RETIRING):
        op.execute(statement)


def _widen() -> None:
    texts = postgresql.ARRAY(sa.Text())
    required: list[sa.Column[Any]] = [
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("summary", "terms")),
        *(
            sa.Column(name, texts, nullable=False, server_default="{}")
            for name in (
                "trades", "romes", "families", "sectors", "kinds", "contracts", "working_times", "skills", "languages",
                "departements", "regions",
            )
        ),
        *(
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            for name in ("indexable", "name_shown", "anywhere", "remote")
        ),
        sa.Column("portrait", postgresql.JSONB(), nullable=False, server_default="{}"),
        sa.Column(
            "slug", sa.Text(), nullable=False,
            server_default=sa.text("'profil-' || left(replace(gen_random_uuid()::text, '-', ''), 12)"),
        ),
        sa.Column("life_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    ]  # fmt: skip
    for column in required:
        op.add_column("profile", column)
        op.alter_column("profile", column.name, server_default=None)
    for name in ("experience_years", "diploma_level", "mobility_km"):
        op.add_column("profile", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("place_code", "departement", "region"):
        op.add_column("profile", sa.Column(name, sa.Text(), nullable=True))
    for name in ("lat", "lon"):
        op.add_column("profile", sa.Column(name, sa.Float(), nullable=True))
    op.add_column("profile", sa.Column("starts_on", sa.Date(), nullable=True))
    for name in ("warned_at", "warned_again_at", "asleep_at", "held_at", "stopped_at"):
        op.add_column("profile", moment(name))
    op.add_column(
        "profile",
        sa.Column("search", postgresql.TSVECTOR(), sa.Computed("profile_words(headline, terms, summary)", persisted=True)),
    )
    op.add_column("profile", sa.Column("listed", sa.Boolean(), sa.Computed(LISTED, persisted=True), nullable=False))
    op.create_unique_constraint("uq_profile_slug", "profile", ["slug"])
    op.create_index(
        "ix_profile_search", "profile", ["search"], postgresql_using="gin", postgresql_where=sa.text("listed")
    )
    op.create_index("ix_profile_life_at", "profile", ["life_at"], postgresql_where=sa.text("asleep_at IS NULL"))


def _fill() -> None:
    """Take from the newest alert what stood behind each profile; the columns are made at the next start."""
    op.execute("UPDATE profile SET life_at = p.life_at FROM person p WHERE p.id = profile.person_id")
    op.execute("""
        UPDATE profile SET portrait = a.criteria
        FROM (SELECT DISTINCT ON (person_id) person_id, criteria FROM alert ORDER BY person_id, id DESC) a
        WHERE a.person_id = profile.person_id
    """)
