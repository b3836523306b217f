"""Addresses that refuse our mail, and how many strangers we have answered.

Each refusal that is about the recipient adds its weight to a score, which halves every `bounce_half_life_days`. Two
permanent refusals, or a score at the threshold, suppress the address: alerts and letters stop, what a person has just
asked for still leaves, and any sign of life of hers brings everything back.

A 250 tells what the next server said, so it takes back what that server itself had refused in the dialogue. It takes
back nothing that a report said afterwards: a relay answers 250 to everything and reports the failure minutes later. Such
counts are forgotten when a delivery has stood for `bounce_settle_days` without a report; a suppression that rests on
reports waits for the person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.addresses import address_key, mailbox_key
from jobboard.db import Base, named, settings_of
from jobboard.letters.base import Stream
from jobboard.settings import Settings

_MASS = frozenset({Stream.ALERTS, Stream.LETTERS})
MEMORY_HALF_LIVES = 6  # after which a single permanent refusal is forgotten


class Severity(StrEnum):
    """What a refusal, a report or a complaint means for the address, or for us; the worst news first."""

    HARD = "hard"  # the address takes no mail, now or later
    SOFT = "soft"  # it did not work this time
    FULL = "full"  # the mailbox is full
    BLOCKED = "blocked"  # it is about us: policy, reputation, authentication
    SPAM = "spam"  # the mail was taken for spam, or for dangerous
    TOO_BIG = "too_big"  # this mail is larger than that server takes
    DELAY = "delay"  # not delivered yet, still being tried
    COMPLAINT = "complaint"  # the person, or her provider, calls it spam
    AUTO_REPLY = "auto_reply"  # the mail arrived; an answering machine says so
    UNKNOWN = "unknown"


class AddressHealth(Base):
    """What servers said of an address: only addresses that have had trouble have a row."""

    __tablename__ = "address_health"
    __table_args__ = (
        sa.Index(
            "ix_address_health_suppressed", "suppressed_at", postgresql_where=sa.text("suppressed_at IS NOT NULL")
        ),
    )

    address_key: Mapped[str] = mapped_column(primary_key=True)
    hard: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)  # at `changed_at`
    severity: Mapped[Severity] = mapped_column(named(Severity))  # of the last refusal
    by_report: Mapped[bool] = mapped_column(default=False)  # some of it came after a 250
    reason: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]  # the first 250 after the last refusal
    suppressed_at: Mapped[datetime | None]


class Stranger(Base):
    """A mail sent to an address that has not shown that it wants mail from us: one a day, under a global cap.

    Its key is that of the mailbox: a `+tag` makes no new stranger.
    """

    __tablename__ = "stranger"

    address_key: Mapped[str] = mapped_column(primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(index=True)


def weight(settings: Settings, severity: Severity) -> float:
    """Return what one refusal of that kind adds to the score; 0 for what is about us or about the mail."""
    weights = {
        Severity.HARD: settings.bounce_weight_hard,
        Severity.SOFT: settings.bounce_weight_soft,
        Severity.FULL: settings.bounce_weight_full,
    }
    return weights.get(severity, 0.0)


def count(
    session: Session, address: str, severity: Severity, reason: str, *, by_report: bool = False, at: datetime
) -> bool:
    """Count a refusal against an address; True when this one suppresses it.

    Blocked, spam, too big, delays and the rest weigh nothing and leave no trace here. `by_report`: the next server had
    accepted the mail.
    """
    settings = settings_of(session)
    weighs = weight(settings, severity)
    if weighs <= 0:
        return False
    key = address_key(address)
    fresh = insert(AddressHealth).values(address_key=key, severity=severity, changed_at=at)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["address_key"]))
    health = session.get_one(AddressHealth, key, with_for_update=True, populate_existing=True)
    halves = max((at - health.changed_at) / timedelta(days=settings.bounce_half_life_days), 0.0)
    health.score = health.score * 0.5**halves + weighs
    health.hard = (health.hard if halves < MEMORY_HALF_LIVES else 0) + (severity is Severity.HARD)
    health.by_report = health.by_report or by_report
    health.severity, health.reason = severity, reason
    health.changed_at, health.delivered_at = at, None
    over = health.hard >= settings.bounce_hard_limit or health.score >= settings.bounce_threshold
    if not over or health.suppressed_at is not None:
        return False
    health.suppressed_at = at
    return True


def accepted_among(session: Session, addresses: Collection[str], *, at: datetime) -> None:
    """Take the 250s of a group into account, as `accepted`; most addresses have had no trouble and cost nothing."""
    keys = {address_key(address) for address in addresses}
    troubled = sa.select(AddressHealth.address_key).where(AddressHealth.address_key.in_(keys))
    for key in session.scalars(troubled).all() if keys else ():
        accepted(session, key, at=at)


def accepted(session: Session, address: str, *, at: datetime) -> None:
    """Take a 250 into account: it takes back what servers said in the dialogue, and in time what reports said."""
    key = address_key(address)
    if session.get(AddressHealth, key) is None:
        return
    settled = AddressHealth.delivered_at <= at - timedelta(days=settings_of(session).bounce_settle_days)
    clears = sa.or_(~AddressHealth.by_report, sa.and_(AddressHealth.suppressed_at.is_(None), settled))
    session.execute(sa.delete(AddressHealth).where(AddressHealth.address_key == key, clears))
    session.execute(
        sa.update(AddressHealth)
        .where(AddressHealth.address_key == key, AddressHealth.delivered_at.is_(None))
        .values(delivered_at=at)
    )


def lift(session: Session, address: str) -> bool:
    """Forget every refusal: the person has shown that the address is alive; True when it was suppressed."""
    gone = session.execute(
        sa.delete(AddressHealth)
        .where(AddressHealth.address_key == address_key(address))
        .returning(AddressHealth.suppressed_at)
    ).first()
    return gone is not None and gone[0] is not None


def standing(session: Session, address: str) -> AddressHealth | None:
    """Return what is held against a suppressed address, None for one that is not."""
    health = session.get(AddressHealth, address_key(address), populate_existing=True)
    return health if health is not None and health.suppressed_at is not None else None


def is_suppressed(session: Session, address: str, stream: Stream) -> bool:
    """Tell whether this stream may not write there; the answer to what a person just asked is never held back."""
    return stream in _MASS and standing(session, address) is not None


def suppressed_among(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Return which of these addresses, by their `address_key`, alerts and letters may not be sent to."""
    if not keys:
        return frozenset()
    held = sa.select(AddressHealth.address_key).where(AddressHealth.suppressed_at.is_not(None))
    return frozenset(session.scalars(held.where(AddressHealth.address_key.in_(keys))))


def suppressed(session: Session, *, limit: int) -> Sequence[AddressHealth]:
    """Return the addresses that are suppressed, the latest first."""
    held = sa.select(AddressHealth).where(AddressHealth.suppressed_at.is_not(None))
    return session.scalars(held.order_by(AddressHealth.suppressed_at.desc()).limit(limit)).all()


def count_suppressed(session: Session) -> int:
    """Return how many addresses are suppressed."""
    held = sa.select(sa.func.count()).select_from(AddressHealth).where(AddressHealth.suppressed_at.is_not(None))
    return session.scalar(held) or 0


def may_answer_stranger(session: Session, address: str, *, at: datetime) -> bool:
    """Take, in the caller's transaction, the right to write once today to an unverified address; False when used up."""
    cap = settings_of(session).strangers_per_hour
    recent = session.scalar(
        sa.select(sa.func.count()).select_from(Stranger).where(Stranger.answered_at > at - timedelta(hours=1))
    )
    if (recent or 0) >= cap:
        return False
    row = insert(Stranger).values(address_key=mailbox_key(address), answered_at=at)
    taken = session.execute(
        row.on_conflict_do_update(
            index_elements=["address_key"],
            set_={"answered_at": at},
            where=Stranger.answered_at <= at - timedelta(hours=settings_of(session).stranger_hours),
        ).returning(Stranger.address_key)
    )
    return taken.first() is not None


def forgive_stranger(session: Session, address: str) -> None:
    """Forget that we wrote, and any refusal: she answered on her fresh token, the mailbox is hers and alive."""
    lift(session, address)
    session.execute(sa.delete(Stranger).where(Stranger.address_key == mailbox_key(address)))
