"""The mailbag: every mail received, raw, with the one outcome that its dispatch recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import queue
from jobboard.db import Base, named
from jobboard.lifecycle import Lifecycle


class MailState(StrEnum):
    """Where a received mail stands."""

    RECEIVED = "received"
    DONE = "done"
    STUCK = "stuck"


LIFE = Lifecycle(
    "mail",
    MailState,
    (
        (MailState.RECEIVED, "finish", MailState.DONE),
        (MailState.RECEIVED, "stick", MailState.STUCK),
        (MailState.STUCK, "replay", MailState.RECEIVED),
    ),
    refusal="mail-already-done",
)


class RawMail(Base):
    """The octets of a mail, kept once whatever the number of its recipients; NULL after retention."""

    __tablename__ = "raw_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(unique=True)
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    size: Mapped[int]
    kept_at: Mapped[datetime]


class Mail(Base):
    """One mail for one recipient of ours, unique on its fingerprint: a retry of the peer has no second effect."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("ix_mail_waiting", "id", postgresql_where=sa.text("state = 'received'")),
        sa.Index("ix_mail_received_at", "received_at"),
        sa.Index("ix_mail_sender", "sender", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    raw_id: Mapped[int] = mapped_column(sa.ForeignKey("raw_mail.id"))
    received_at: Mapped[datetime]
    door: Mapped[str]  # "smtp" or "lmtp"
    peer: Mapped[str]
    helo: Mapped[str]
    sender: Mapped[str]  # the envelope's, "" for a bounce
    recipient: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(unique=True)
    copies: Mapped[int] = mapped_column(default=1)
    state: Mapped[MailState] = mapped_column(named(MailState))
    outcome: Mapped[str | None]
    person_id: Mapped[int | None]
    traceback: Mapped[str | None]
    to_verify: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # the DNS is asked first
    authentication: Mapped[str | None]  # what we found out ourselves of its origin, once: keys and records change
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Arrival:
    """What the door knows of a mail; one fingerprint per recipient."""

    door: str
    peer: str
    helo: str
    sender: str
    content: bytes
    recipients: Sequence[tuple[str, bytes]]  # (address, fingerprint)
    to_verify: bool = False  # a large mail is not: whoever dispatches it, alone, asks for it


def store(session: Session, arrival: Arrival, *, at: datetime) -> list[int]:
    """Keep a mail for each of its recipients and ring for its dispatch, in the caller's transaction.

    Returns the ids of the rows, those of the first delivery for recipients that already had it.
    """
    large = _is_large(len(arrival.content))
    to_verify = arrival.to_verify and not large
    digest = hashlib.sha256(arrival.content).digest()
    raw = insert(RawMail).values(sha256=digest, content=arrival.content, size=len(arrival.content), kept_at=at)
    raw_id = session.scalar(
        raw.on_conflict_do_update(
            index_elements=["sha256"], set_={"content": raw.excluded.content, "kept_at": at}
        ).returning(RawMail.id)
    )
    ids = []
    for recipient, fingerprint in arrival.recipients:
        row = insert(Mail).values(
            raw_id=raw_id,
            received_at=at,
            door=arrival.door,
            peer=arrival.peer,
            helo=arrival.helo,
            sender=arrival.sender,
            recipient=recipient,
            fingerprint=fingerprint,
            state=MailState.RECEIVED,
            to_verify=to_verify,
        )
        again = row.on_conflict_do_update(index_elements=["fingerprint"], set_={"copies": Mail.copies + 1})
        ids.append(session.scalars(again.returning(Mail.id)).one())
    queue.ring(session, "verify_mail" if to_verify else _dispatching(large=large))
    return ids


def waiting(session: Session, limit: int, *, after: int = 0, large: bool = False) -> list[int]:
    """Return the ids of mails to dispatch, oldest first; `large`: those that have a lane of their own."""
    size = RawMail.size > queue.LARGE_OCTETS
    query = (
        sa.select(Mail.id)
        .join(RawMail, RawMail.id == Mail.raw_id)
        .where(Mail.state == MailState.RECEIVED, ~Mail.to_verify, size if large else ~size, Mail.id > after)
        .order_by(Mail.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def unverified(session: Session, limit: int) -> list[tuple[int, str]]:
    """Return the mails whose origin is still to be found out, each with its peer, oldest first."""
    query = sa.select(Mail.id, Mail.peer).where(Mail.state == MailState.RECEIVED, Mail.to_verify)
    return [(mail_id, peer) for mail_id, peer in session.execute(query.order_by(Mail.id).limit(limit))]


def verified(session: Session, mail_id: int, finding: str | None) -> None:
    """Keep what was found out about the origin of a mail, and ring for its dispatch."""
    mail = session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
    mail.to_verify = False
    mail.authentication = mail.authentication or finding
    queue.ring(session, "dispatch_mail")


def ring_waiting(session: Session) -> None:
    """Ring for whatever waits: what no bell announced."""
    for large in (False, True):
        if waiting(session, 1, large=large):
            queue.ring(session, _dispatching(large=large))
    if unverified(session, 1):
        queue.ring(session, "verify_mail")


def _is_large(octets: int) -> bool:
    return octets > queue.LARGE_OCTETS


def _dispatching(*, large: bool) -> str:
    return "dispatch_large" if large else "dispatch_mail"


def claim(session: Session, mail_id: int) -> Mail | None:
    """Lock a waiting mail for this transaction; None when another worker has it or has done it."""
    return session.scalar(
        sa.select(Mail)
        .where(Mail.id == mail_id, Mail.state == MailState.RECEIVED)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def came_before(session: Session, mail_id: int, fingerprints: Sequence[bytes]) -> bool:
    """Tell whether one of these mails was kept before that one."""
    earlier = sa.select(Mail.id).where(Mail.fingerprint.in_(fingerprints), Mail.id < mail_id).limit(1)
    return bool(fingerprints) and session.scalar(earlier) is not None


def content(session: Session, mail: Mail) -> bytes | None:
    """Return the octets of the mail, or None once retention has taken them."""
    return session.scalar(sa.select(RawMail.content).where(RawMail.id == mail.raw_id))


def finish(session: Session, mail: Mail, outcome: str, *, person_id: int | None, at: datetime) -> None:
    """Record the one outcome of a mail."""
    LIFE.step(mail, "finish", by=person_id, at=at)
    mail.outcome, mail.person_id, mail.finished_at = outcome, person_id, at


def stick(session: Session, mail: Mail, traceback: str, *, at: datetime) -> None:
    """Keep a mail that a bug stopped, with the traceback, for `passerelle replay`."""
    LIFE.step(mail, "stick", by=None, at=at)
    mail.traceback, mail.outcome = traceback, "stuck"


def replay(session: Session, mail: Mail, *, at: datetime) -> None:
    """Put a stuck mail back into the mailbag. Raises Refused("mail-already-done") for any other."""
    LIFE.step(mail, "replay", by=None, at=at)
    mail.traceback = mail.outcome = None
    session.flush()
    ring_waiting(session)
