"""People: one address is one person, who may be candidate, recruiter, subscriber and staff at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.addresses import address_key
from jobboard.db import Base


class Role(StrEnum):
    """What a person may be to us; the role of a ticket decides which words it understands."""

    CANDIDATE = "candidate"
    RECRUITER = "recruiter"
    SUBSCRIBER = "subscriber"
    STAFF = "staff"


class Person(Base):
    """Someone whose mailbox is verified: made by an OUI, or imported with the proof of one; never by a mere mail."""

    __tablename__ = "person"
    __table_args__ = (sa.Index("ix_person_life_at", "life_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]  # as the person writes it
    address_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="fr")
    created_at: Mapped[datetime]
    life_at: Mapped[datetime]  # the last sign of life: a mail or a click of hers
    erased_at: Mapped[datetime | None]  # of her only this row is left, for the timelines of others

    @property
    def first_name(self) -> str:
        """What a letter calls her; empty when she never told."""
        return self.name.split()[0] if self.name.strip() else ""

    @property
    def shown_name(self) -> str:
        """Her name as others may read it: "" where mail clients gave an address for a name."""
        return "" if "@" in self.name else self.name.strip()

    @property
    def short_name(self) -> str:
        """ "Léa D.": what the other side of a relay reads."""
        words = self.shown_name.split()
        return f"{words[0]} {words[-1][0].upper()}." if len(words) > 1 else "".join(words)


class PersonRole(Base):
    """A role that a person has had since a moment."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Consent(Base):
    """What a person agreed to, with its proof; withdrawn, it stays as history. Append-only but for the withdrawal."""

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str]  # "alerts", "profile-recruiters", "letters:weekly"…
    given_at: Mapped[datetime]
    how: Mapped[str]  # "mail", "web", "staff"
    text_shown: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_how: Mapped[str | None]


class Subscription(Base):
    """A person's place in a stream: never deleted, because the unsubscribe links that name it never expire."""

    __tablename__ = "subscription"
    __table_args__ = (sa.UniqueConstraint("person_id", "stream"), sa.Index("ix_subscription_stream", "stream", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    stream: Mapped[str]  # "alerts" or "letters:<list>"
    since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stopped_how: Mapped[str | None]
    # Of a list of letters: where its reader's answers come, whichever of its editions she answers.
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id", ondelete="SET NULL"))
    # What she reads of a list of letters (jobboard.sections.Variant.key); "" for everything.
    variant: Mapped[str] = mapped_column(default="", server_default="")


ALERTS = "alerts"
PROPOSALS = "proposals"  # what recruiters propose to somebody whose profile they saw
HUNTS = "hunt:"  # followed by the hunt's id: each hunt that is followed is a stream of its own
SHOW_ADDRESS = "show-address"  # the purpose of a consent


def letters_stream(list_name: str) -> str:
    """Return the stream of a list of letters."""
    return f"letters:{list_name}"


def find(session: Session, address: str) -> Person | None:
    """Return the person of that address, whatever its case."""
    return session.scalar(sa.select(Person).where(Person.address_key == address_key(address)))


def admit(session: Session, address: str, *, name: str = "", language: str = "fr", at: datetime) -> Person:
    """Return the person of that verified address, made if new; two transactions at once agree on one row."""
    values = {
        "address": address.strip(),
        "address_key": address_key(address),
        "name": name.strip(),
        "language": language,
        "created_at": at,
        "life_at": at,
    }
    session.execute(insert(Person).values(values).on_conflict_do_nothing(index_elements=["address_key"]))
    person = find(session, address)
    assert person is not None
    if name.strip() and not person.name:
        person.name = name.strip()
    person.life_at = max(person.life_at, at)
    return person


def grant(session: Session, person: Person, role: Role, *, at: datetime) -> None:
    """Give a role, once."""
    session.execute(insert(PersonRole).values(person_id=person.id, role=role, since=at).on_conflict_do_nothing())


def revoke(session: Session, person: Person, role: Role) -> bool:
    """Take a role back; False when the person did not have it."""
    gone = session.execute(
        sa.delete(PersonRole)
        .where(PersonRole.person_id == person.id, PersonRole.role == role)
        .returning(PersonRole.person_id)
    )
    return gone.first() is not None


def roles(session: Session, person: Person) -> frozenset[Role]:
    """Return the roles of a person."""
    found = session.scalars(sa.select(PersonRole.role).where(PersonRole.person_id == person.id))
    return frozenset(Role(role) for role in found)


def staff(session: Session) -> Iterable[Person]:
    """Return every member of staff, oldest first."""
    return session.scalars(sa.select(Person).join(PersonRole).where(PersonRole.role == Role.STAFF).order_by(Person.id))


def consent(
    session: Session, person: Person, purpose: str, *, how: str, text: str, evidence: dict[str, Any], at: datetime
) -> None:
    """Keep the proof of an agreement: when, how, and the very text that was shown."""
    session.add(Consent(person_id=person.id, purpose=purpose, given_at=at, how=how, text_shown=text, evidence=evidence))


def withdraw(session: Session, person: Person, purpose: str, *, how: str, at: datetime) -> None:
    """Mark every standing agreement to that purpose as withdrawn."""
    session.execute(
        sa.update(Consent)
        .where(Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_how=how)
    )


def consents(session: Session, person: Person) -> list[Consent]:
    """Return what the person agreed to, withdrawn or not, oldest first."""
    return list(session.scalars(sa.select(Consent).where(Consent.person_id == person.id).order_by(Consent.id)))


def shows_address(session: Session, person: Person) -> bool:
    """Tell whether a candidate lets the recruiters whom she writes to see her address; by default she does not."""
    standing = sa.select(Consent.id).where(
        Consent.person_id == person.id, Consent.purpose == SHOW_ADDRESS, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(standing.limit(1)) is not None


def subscribe(session: Session, person: Person, stream: str, *, at: datetime) -> Subscription:
    """Put the person on a stream, or back on it."""
    session.execute(
        insert(Subscription)
        .values(person_id=person.id, stream=stream, since=at)
        .on_conflict_do_update(
            index_elements=["person_id", "stream"],
            set_={"since": at, "stopped_at": None, "stopped_how": None},
            where=Subscription.stopped_at.is_not(None),
        )
    )
    subscription = session.scalar(
        sa.select(Subscription)
        .where(Subscription.person_id == person.id, Subscription.stream == stream)
        .execution_options(populate_existing=True)
    )
    assert subscription is not None
    return subscription


def unsubscribe(session: Session, subscription: Subscription, *, how: str, at: datetime) -> bool:
    """Take the person off the stream and withdraw the consent; False when she was off already."""
    if subscription.stopped_at is not None:
        return False
    subscription.stopped_at, subscription.stopped_how = at, how
    person = session.get_one(Person, subscription.person_id)
    withdraw(session, person, subscription.stream, how=how, at=at)
    return True


def has_stopped(session: Session, person: Person, stream: str) -> bool:
    """Tell whether the person has left that stream; somebody who was never on it has not."""
    left = sa.select(Subscription.id).where(
        Subscription.person_id == person.id, Subscription.stream == stream, Subscription.stopped_at.is_not(None)
    )
    return session.scalar(left) is not None


def subscriptions(session: Session, person: Person, *, active: bool = True) -> list[Subscription]:
    """Return the streams of a person: those that run, or all there ever were."""
    query = sa.select(Subscription).where(Subscription.person_id == person.id).order_by(Subscription.id)
    if active:
        query = query.where(Subscription.stopped_at.is_(None))
    return list(session.scalars(query))
