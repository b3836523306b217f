"""An edition of any list is one kind of letter: what was stored as a weekly letter is read under its new name.

There is no way down: nothing of before reads the new name.
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0021"


def upgrade() -> None:
    op.execute("UPDATE post SET kind = 'edition_letter' WHERE kind = 'weekly_letter'")
