"""The schema, step by step: Alembic's environment and versions, applied by `serve` and `db upgrade`."""
