"""One person, another address; and two people whom we knew under two addresses made one.

Rows are moved through the schema itself: every reference to the one becomes a reference to the other, unless the other
has such a row already. What cannot be moved stays with the shell, which nobody writes to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import people
from jobboard.addresses import address_key
from jobboard.db import Base
from jobboard.people import Person

SHELL = "joint-{}@efface.invalid"  # RFC 2606: no mail ever reaches it


def move(session: Session, person: Person, address: str, *, at: datetime) -> None:
    """Give a person another verified address, in the caller's transaction; whoever had it becomes her."""
    other = people.find(session, address)
    if other is not None and other.id != person.id:
        _join(session, person, other, at=at)
    person.address, person.address_key, person.life_at = address.strip(), address_key(address), at
    session.flush()


def _join(session: Session, person: Person, other: Person, *, at: datetime) -> None:
    """Make the other one this person, with all that is hers."""
    session.flush()
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if _names_a_person(column) and table.name not in ("person", "erasure"):
                session.execute(_moving(table, column, person.id, other.id))
    person.name = person.name or other.name
    person.created_at = min(person.created_at, other.created_at)
    other.address = SHELL.format(other.id)
    other.address_key, other.name, other.erased_at = other.address, "", at
    session.flush()
    session.expire_all()


def _names_a_person(column: sa.Column[Any]) -> bool:
    refers = any(key.target_fullname == "person.id" for key in column.foreign_keys)
    return refers or (column.name == "person_id" and not column.foreign_keys)


def _moving(table: sa.Table, column: sa.Column[Any], to: int, of: int) -> sa.Update:
    """Return the statement that moves the rows that may be moved: none that would stand there twice."""
    statement = sa.update(table).where(column == of)
    for key in _unique_keys(table):
        if column.name not in key:
            continue
        twin = table.alias("twin")
        same = [twin.c[name] == table.c[name] for name in key if name != column.name]
        statement = statement.where(~sa.select(sa.literal(1)).where(twin.c[column.name] == to, *same).exists())
    return statement.values({column.name: to}).execution_options(synchronize_session=False)


def _unique_keys(table: sa.Table) -> list[tuple[str, ...]]:
    keys = [tuple(table.primary_key.columns.keys())]
    keys += [tuple(one.columns.keys()) for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return keys + [tuple(column.name for column in index.columns) for index in table.indexes if index.unique]
