"""The list of erasures: asked for, waiting, done. Who was erased is known by an HMAC of the address, and by nothing else.

A backup that is restored holds people who have been erased since: the list, which is kept outside of the database too,
says whom to erase again. `jobboard/erasing.py` does it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.addresses import address_key
from jobboard.db import Base, named, settings_of
from jobboard.people import Person
from jobboard.settings import Settings

PURPOSE = "erasures"
FILE = "erasures"  # under HOME: one line "<mac> <moment>" for each erasure done


class Cause(StrEnum):
    """Why somebody is erased."""

    ASKED = "asked"
    SILENCE = "silence"  # no sign of life for as long as we may keep
    STAFF = "staff"


class Erasure(Base):
    """One erasure: until `due_at` it may be called off."""

    __tablename__ = "erasure"
    __table_args__ = (
        sa.Index("ix_erasure_person_id", "person_id"),
        sa.Index("ix_erasure_address_mac", "address_mac"),
        sa.Index("ix_erasure_due_at", "due_at", postgresql_where=sa.text("done_at IS NULL AND cancelled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None]  # no reference: a restored database may have given the number to nobody yet
    address_mac: Mapped[bytes]
    cause: Mapped[Cause] = mapped_column(named(Cause))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


def macs(settings: Settings, address: str) -> tuple[bytes, ...]:
    """Return by what an address is known in the list, the present key first."""
    key = address_key(address).encode()
    return tuple(hmac.digest(secret, key, "sha256") for secret in settings.keys(PURPOSE))


def ask(session: Session, person: Person, cause: Cause, *, due: datetime, at: datetime) -> Erasure:
    """Put an erasure on the list; one that waits already stands, at the earlier moment."""
    standing = waiting(session, person)
    if standing is not None:
        standing.due_at = min(standing.due_at, due)
        return standing
    mac = macs(settings_of(session), person.address)[0]
    erasure = Erasure(person_id=person.id, address_mac=mac, cause=cause, asked_at=at, due_at=due)
    session.add(erasure)
    session.flush()
    return erasure


def waiting(session: Session, person: Person) -> Erasure | None:
    """Return, locked, the erasure of a person that may still be called off."""
    return session.scalar(
        sa.select(Erasure)
        .where(Erasure.person_id == person.id, Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None))
        .limit(1)
        .with_for_update()
    )


def call_off(session: Session, person: Person, *, at: datetime) -> bool:
    """Call the erasure of a person off; False when none waits."""
    erasure = waiting(session, person)
    if erasure is not None:
        erasure.cancelled_at = at
    return erasure is not None


def due(session: Session, *, limit: int, at: datetime) -> Sequence[Erasure]:
    """Return, locked, the erasures whose time has come."""
    query = sa.select(Erasure).where(Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None), Erasure.due_at <= at)
    return session.scalars(query.order_by(Erasure.due_at).limit(limit).with_for_update(skip_locked=True)).all()


def keep_outside(settings: Settings, done: Iterable[Erasure]) -> None:
    """Write erasures that are done, and committed, into the list outside of the database."""
    lines = [f"{one.address_mac.hex()} {one.done_at.isoformat()}\n" for one in done if one.done_at is not None]
    if lines:
        with (settings.home / FILE).open("a", encoding="ascii") as file:
            file.writelines(lines)


def listed(session: Session) -> dict[bytes, datetime]:
    """Return the erasures done: when each address was erased last."""
    rows = session.execute(
        sa.select(Erasure.address_mac, sa.func.max(Erasure.done_at))
        .where(Erasure.done_at.is_not(None))
        .group_by(Erasure.address_mac)
    )
    return {mac: at for mac, at in rows if at is not None}


def write(path: Path, found: dict[bytes, datetime]) -> None:
    """Write a list as a file."""
    path.write_text("".join(f"{mac.hex()} {at.isoformat()}\n" for mac, at in sorted(found.items())), encoding="ascii")


def read(path: Path) -> dict[bytes, datetime]:
    """Return the list of a file; nothing when there is none. A line that was cut short is left out."""
    found: dict[bytes, datetime] = {}
    for line in path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else ():
        mac, _, moment = line.partition(" ")
        try:
            key, at = bytes.fromhex(mac), datetime.fromisoformat(moment)
        except ValueError:
            continue
        if len(key) == 32 and at.tzinfo is not None:
            found[key] = max(at, found.get(key, at))
    return found


def again(session: Session, found: dict[bytes, datetime]) -> list[tuple[Person, datetime]]:
    """Return the people of this database who were erased after they had come, each with when."""
    if not found:
        return []
    settings = settings_of(session)
    people = session.scalars(sa.select(Person).where(Person.erased_at.is_(None)).execution_options(yield_per=500))
    back = []
    for person in people:
        moments = [found[mac] for mac in macs(settings, person.address) if mac in found]
        if moments and max(moments) >= person.created_at:
            back.append((person, max(moments)))
    return back
