"""Alembic's environment: runs on the connection that `jobboard.schema` hands over."""

from __future__ import annotations

from alembic import context

from jobboard.schema import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
