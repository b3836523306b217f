"""Functions that call others of ours find them whatever the search path: a backup is restored with none. No way down."""

from __future__ import annotations

from alembic import op

revision = "0018c"
down_revision = "0014b"


def upgrade() -> None:
    for function in ("profile_words(text, text, text)", "profile_query(text)"):
        op.execute(f"ALTER FUNCTION {function} SET search_path = public, pg_catalog")
