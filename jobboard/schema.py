"""The schema as a whole: every record is imported here, and migrations bring a database up to it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from jobboard import (
    acts,
    agenda,
    alerts,
    applications,
    appointments,
    articles,
    audit,
    bounces,
    conversations,
    destinations,
    edition_approvals,
    edition_checks,
    edition_items,
    editions,
    erasures,
    feeds,
    figures,
    held,
    hidden_employers,
    hunts,
    imports,
    job_interviews,
    ledger,
    lifecycle,
    logins,
    mailbag,
    offer_imports,
    offer_reports,
    offers,
    organisations,
    outbox,
    participations,
    people,
    postings,
    profiles,
    proposals,
    questions,
    recipients,
    rhythms,
    runs,
    shortlists,
    sightings,
    suppression,
    tickets,
)
from jobboard.db import Base, Database

MODULES = (
    acts,
    agenda,
    alerts,
    applications,
    appointments,
    articles,
    audit,
    bounces,
    conversations,
    destinations,
    edition_approvals,
    edition_checks,
    edition_items,
    editions,
    erasures,
    feeds,
    figures,
    held,
    hidden_employers,
    hunts,
    imports,
    job_interviews,
    ledger,
    lifecycle,
    logins,
    mailbag,
    offer_imports,
    offer_reports,
    offers,
    organisations,
    outbox,
    participations,
    people,
    postings,
    profiles,
    proposals,
    questions,
    recipients,
    rhythms,
    runs,
    shortlists,
    sightings,
    suppression,
    tickets,
)
# Two processes that upgrade at once: the second waits, then finds nothing to do.
_LOCK = 0x9A55_0001

__all__ = ["Base", "current", "head", "revisions", "upgrade"]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def head() -> str:
    """Return the revision that this code needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def revisions() -> frozenset[str]:
    """Return every revision that this code knows how to bring up to date."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def current(database: Database) -> str | None:
    """Return the revision of a database, None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database) -> bool:
    """Bring the database up to this code's schema, task queue included; returns whether anything was done."""
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        if before == head():
            return False
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if before is not None:
            postings.post_all(connection)
            profiles.redraw_all(connection)
        return True
