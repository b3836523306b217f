"""States and the steps between them, as tables; every move leaves a row in an append-only log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session

from jobboard.db import Base
from jobboard.errors import Refused

S = TypeVar("S", bound=StrEnum)


class Stateful(Protocol):
    """A record with an id and a state."""

    id: int
    state: Any


class Transition(Base):
    """One move of one record: never changed, never deleted before its record."""

    __tablename__ = "transition"
    __table_args__ = (sa.Index("ix_transition_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    subject: Mapped[str]
    subject_id: Mapped[int]
    step: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    by_person_id: Mapped[int | None]


class Lifecycle(Generic[S]):
    """The table (state, step) -> state of one kind of record."""

    registry: ClassVar[dict[str, Lifecycle[Any]]] = {}

    def __init__(self, name: str, states: type[S], rows: Iterable[tuple[S, str, S]], *, refusal: str) -> None:
        self.name = name
        self.states = states
        self.refusal = refusal  # the reason given when a step is not possible now
        self.table: dict[tuple[S, str], S] = {(before, step): after for before, step, after in rows}
        Lifecycle.registry[name] = self

    @property
    def steps(self) -> frozenset[str]:
        """Every step that some state allows."""
        return frozenset(step for _, step in self.table)

    def allows(self, state: S, step: str) -> bool:
        """Tell whether the step is possible from that state."""
        return (state, step) in self.table

    def sources(self, step: str) -> tuple[S, ...]:
        """Return the states from which the step is possible, for moves made by one SQL statement."""
        return tuple(state for state, name in self.table if name == step)

    def step(self, record: Stateful, step: str, *, by: int | None, at: datetime) -> None:
        """Move the record and log the move, in the caller's transaction. `by`: the person's id, None for the clock.

        Raises Refused(self.refusal) when the table has no such step from the present state.
        """
        before = record.state
        after = self.table.get((before, step))
        if after is None:
            raise Refused(self.refusal, state=str(before), step=step)
        record.state = after
        session = object_session(record)
        assert session is not None, "the record belongs to no session"
        session.flush()
        session.add(
            Transition(
                at=at, subject=self.name, subject_id=record.id, step=step, before=before, after=after, by_person_id=by
            )
        )
