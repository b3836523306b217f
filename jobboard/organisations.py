"""Organisations that recruit, and the people who act for them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
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
    siret: Mapped[str | None]
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


def join(session: Session, person: Person, name: str, *, siret: str | None = None, at: datetime) -> Organisation:
    """Return the organisation of that name for which the person acts, made with her as first member if there is none.

    Two people who name the same organisation are not thereby colleagues: each has her own until a member agrees.
    """
    for organisation in of_person(session, person):
        if organisation.name_key == fold(name):
            return organisation
    organisation = Organisation(name=name, name_key=fold(name), siret=siret, created_at=at)
    session.add(organisation)
    session.flush()
    session.add(Membership(organisation_id=organisation.id, person_id=person.id, since=at))
    return organisation
