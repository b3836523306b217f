"""Organisations that recruit, and the people who act for them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.folding import fold
from jobboard.people import Person


class Organisation(Base):
    """An employer of the social economy."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # folded: how two spellings are recognised as one
    siret: Mapped[str | None] = mapped_column(index=True)
    rna: Mapped[str | None]
    sector: Mapped[str | None]
    created_at: Mapped[datetime]


class Membership(Base):
    """A person who may act for an organisation."""

    __tablename__ = "membership"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]


def of_person(session: Session, person: Person) -> list[Organisation]:
    """Return the organisations that a person acts for, oldest first."""
    query = sa.select(Organisation).join(Membership).where(Membership.person_id == person.id).order_by(Organisation.id)
    return list(session.scalars(query))


def join(
    session: Session, person: Person, name: str, *, siret: str | None = None, rna: str | None = None, at: datetime
) -> Organisation:
    """Return the organisation of that name for which the person acts, made with her as first member if there is none.

    Two people who name the same organisation are not thereby colleagues: each has her own until a member agrees.
    """
    for organisation in of_person(session, person):
        if organisation.name_key == fold(name):
            organisation.siret, organisation.rna = siret or organisation.siret, rna or organisation.rna
            return organisation
    organisation = Organisation(name=name, name_key=fold(name), siret=siret, rna=rna, created_at=at)
    session.add(organisation)
    session.flush()
    session.add(Membership(organisation_id=organisation.id, person_id=person.id, since=at))
    session.flush()
    return organisation


def like(session: Session, organisation: Organisation) -> list[Organisation]:
    """Return the other organisations of that name or SIRET which somebody acts for, oldest first."""
    same = [Organisation.name_key == organisation.name_key]
    if organisation.siret:
        same.append(Organisation.siret == organisation.siret)
    query = (
        sa.select(Organisation)
        .where(Organisation.id != organisation.id, sa.or_(*same))
        .where(sa.exists().where(Membership.organisation_id == Organisation.id))
        .order_by(Organisation.id)
        .limit(10)
    )
    return list(session.scalars(query))


def members(session: Session, organisation: Organisation) -> list[Person]:
    """Return who acts for an organisation, in the order in which they joined."""
    query = (
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.since, Person.id)
    )
    return list(session.scalars(query))


def add(session: Session, organisation: Organisation, person: Person, *, at: datetime) -> None:
    """Let a person act for an organisation, once."""
    row = insert(Membership).values(organisation_id=organisation.id, person_id=person.id, since=at)
    session.execute(row.on_conflict_do_nothing())
