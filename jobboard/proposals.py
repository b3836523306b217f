"""Proposals: a recruiter asks whether somebody wants to hear of her offer; one per offer and person, for ever.

What protects people: at most `proposals_per_person` in `PERIOD` over all recruiters, and silence ends one by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base, named, settings_of
from jobboard.errors import Refused
from jobboard.lifecycle import Lifecycle
from jobboard.offers import Offer
from jobboard.people import Person

PERIOD = timedelta(days=30)
# The first half of the advisory lock under which proposals to one person are made one after the other.
_ONE_AT_A_TIME = 0x9A57


class ProposalState(StrEnum):
    """Where a proposal stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # no answer in time, or the offer closed first


LIFE = Lifecycle(
    "proposal",
    ProposalState,
    (
        (ProposalState.ASKED, "accept", ProposalState.ACCEPTED),
        (ProposalState.ASKED, "decline", ProposalState.DECLINED),
        (ProposalState.ASKED, "lapse", ProposalState.LAPSED),
    ),
    refusal="proposal-over",
)


class Proposal(Base):
    """One question to one person about one offer; her answer is final for that offer."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("offer_id", "person_id"),
        sa.Index("ix_proposal_person_id", "person_id", "created_at"),
        sa.Index("ix_proposal_recruiter_id", "recruiter_id", "created_at"),
        sa.Index("ix_proposal_asked", "expires_at", postgresql_where=sa.text("state = 'asked'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    recruiter_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    headline: Mapped[str]  # as the recruiter saw the profile: how we speak of it to her until a name is given
    state: Mapped[ProposalState] = mapped_column(named(ProposalState))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


def make(session: Session, offer: Offer, person_id: int, recruiter: Person, *, headline: str, at: datetime) -> Proposal:
    """Note that the offer is proposed to a person, in the caller's transaction.

    Raises Refused "proposal-already-made", "profile-later" (she was asked often enough) or "too-many-proposals".
    """
    settings = settings_of(session)
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(:space, :person)"), {"space": _ONE_AT_A_TIME, "person": person_id}
    )
    if of_person_and_offer(session, person_id, offer.id) is not None:
        raise Refused("proposal-already-made", title=offer.title)
    recent = at - PERIOD
    if _count(session, Proposal.person_id == person_id, Proposal.created_at > recent) >= settings.proposals_per_person:
        raise Refused("profile-later", limit=settings.proposals_per_person)
    today = at - timedelta(days=1)
    limit = settings.proposals_per_recruiter_per_day
    if _count(session, Proposal.recruiter_id == recruiter.id, Proposal.created_at > today) >= limit:
        raise Refused("too-many-proposals", limit=limit)
    proposal = Proposal(
        offer_id=offer.id,
        person_id=person_id,
        recruiter_id=recruiter.id,
        headline=headline,
        state=ProposalState.ASKED,
        created_at=at,
        expires_at=at + timedelta(days=settings.proposal_days),
    )
    session.add(proposal)
    session.flush()
    return proposal


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Proposal).where(*conditions)) or 0


def of_person_and_offer(session: Session, person_id: int, offer_id: int) -> Proposal | None:
    """Return the proposal of that offer to that person."""
    return session.scalar(sa.select(Proposal).where(Proposal.offer_id == offer_id, Proposal.person_id == person_id))


def waiting_for(session: Session, person: Person, *, at: datetime) -> Sequence[Proposal]:
    """Return what a person may still answer, newest first."""
    query = sa.select(Proposal).where(
        Proposal.person_id == person.id, Proposal.state == ProposalState.ASKED, Proposal.expires_at > at
    )
    return session.scalars(query.order_by(Proposal.id.desc())).all()


def open_proposal(session: Session, proposal_id: int, *, at: datetime) -> Proposal:
    """Return the proposal, locked, while it may be answered. Raises Refused("proposal-over") afterwards."""
    proposal = session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)
    if proposal is None or proposal.state is not ProposalState.ASKED or proposal.expires_at <= at:
        raise Refused("proposal-over")
    return proposal


def answer(session: Session, proposal: Proposal, step: str, *, at: datetime) -> None:
    """Move an asked proposal at the person's own word: "accept" or "decline"."""
    LIFE.step(proposal, step, by=proposal.person_id, at=at)
    proposal.answered_at = at


def silent(session: Session, *, limit: int, at: datetime) -> Sequence[Proposal]:
    """Return, locked, proposals whose time is over, or whose offer is, without an answer."""
    over = sa.or_(Proposal.expires_at <= at, Offer.closes_at < at, Offer.state == "closed")
    return session.scalars(
        sa.select(Proposal)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Proposal.state == ProposalState.ASKED, over)
        .order_by(Proposal.id)
        .limit(limit)
        .with_for_update(of=Proposal, skip_locked=True)
    ).all()
