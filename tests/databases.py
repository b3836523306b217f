"""Databases of one test process: with the schema and nothing in them, emptied rather than made anew where that is faster."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from jobboard import postgres
from jobboard.db import Database
from jobboard.settings import Settings

# What is written outlives a killed process all the same; only a machine that loses its power would lose it.
_HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")
_SUPERUSER = "postgres"
_LARGE_BYTES = 40_000_000
_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"""
# Changes when a test made, dropped or renamed a table, a column, an index, a trigger or a function.
_SHAPE = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT attrelid::regclass || '.' || attname || atttypid || attnotnull AS line
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || tgname || tgenabled::text FROM pg_trigger
        UNION ALL SELECT 'function ' || proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS lines"""
_OTHERS = """
    SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""


def hasten(server: postgres.Server) -> None:
    """Let a server of tests write without waiting for the disk."""
    with _superuser(server, "postgres") as connection:
        for setting in _HASTY:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


class Databases:
    """Databases of one server, copies of a template; at most one emptied database waits for the next test.

    Its engine waits with it: what SQLAlchemy has compiled once serves every test.
    """

    def __init__(self, server: postgres.Server, template: str) -> None:
        self._server, self._template = server, template
        self._numbers = itertools.count()
        self._spare: tuple[str, Database] | None = None
        with _superuser(server, template) as connection:
            tables = [str(row[0]) for row in connection.execute(_TABLES)]
            self._shape = connection.execute(_SHAPE).fetchone()
        self._filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables).encode()

    @contextmanager
    def lent(self, settings: Settings) -> Iterator[Database]:
        """A database with the schema and nothing in it; afterwards emptied for the next, or dropped."""
        name, database = self._spare or self._made(settings)
        self._spare = None
        database.settings = settings
        database._sessions.configure(info={"settings": settings})
        try:
            yield database
        finally:
            database.close()
            if self._spare is None and self._emptied(name):
                self._spare = name, database
            else:
                drop(self._server.url, name)

    def _made(self, settings: Settings) -> tuple[str, Database]:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        return name, Database(self._server.create_database(name, template=self._template), settings)

    def _emptied(self, name: str) -> bool:
        with _superuser(self._server, name) as connection:
            connection.execute(_OTHERS)
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            if size is None or size[0] > _LARGE_BYTES or connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key
            for (table,) in connection.execute(self._filled).fetchall():
                connection.execute(f"DELETE FROM {table}".encode())
            connection.execute(_RESTART)
        return True


def drop(url: str, name: str) -> None:
    """Drop a database; one that the server itself is looking at (autovacuum) is let go within moments."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(100):
            try:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
                return
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                time.sleep(0.1)


def _superuser(server: postgres.Server, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server.url_of(database), user=_SUPERUSER, autocommit=True)
