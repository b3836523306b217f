"""Blocks: pairs of people between whom nothing new is opened, because one of them said BLOQUER."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base
from jobboard.people import Person


class Block(Base):
    """A candidate and somebody of a recruiter's side; which of them asked for it is in the log of the conversation."""

    __tablename__ = "block"
    __table_args__ = (sa.Index("ix_block_person_id", "person_id"),)

    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversation.id", ondelete="CASCADE"))
    at: Mapped[datetime]


def put(session: Session, candidate_id: int, side: Iterable[Person], *, conversation_id: int, at: datetime) -> None:
    """Open nothing any more between the candidate and these people."""
    for person in side:
        row = insert(Block).values(
            candidate_id=candidate_id, person_id=person.id, conversation_id=conversation_id, at=at
        )
        session.execute(row.on_conflict_do_nothing())


def stands(session: Session, candidate_id: int, person_id: int) -> bool:
    """Tell whether nothing may be opened between the two."""
    return session.get(Block, (candidate_id, person_id)) is not None


def blocked_with(session: Session, candidate_id: int) -> frozenset[int]:
    """Return the ids of those between whom and the candidate a block stands."""
    return frozenset(session.scalars(sa.select(Block.person_id).where(Block.candidate_id == candidate_id)))
