"""What was found by looking at an edition before it leaves: kept beside it until it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import queue
from jobboard.db import Base
from jobboard.edition_findings import Finding


class EditionCheck(Base):
    """The last look at one edition; `checked_at` is before `asked_at` while another one is under way."""

    __tablename__ = "edition_check"

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))  # who is written to
    checked_at: Mapped[datetime | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(postgresql.JSONB)

    @property
    def is_fresh(self) -> bool:
        """Whether it is about the edition as it stands."""
        return self.checked_at is not None and self.checked_at >= self.asked_at

    @property
    def found(self) -> tuple[Finding, ...]:
        """What was found."""
        return tuple(Finding(**one) for one in self.findings)


class LinkCheck(Base):
    """What became of asking for one address; many editions may hold it."""

    __tablename__ = "link_check"

    url: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    problem: Mapped[str]  # "" when it answers; else why not, in words


def ask(session: Session, edition_id: int, *, by: int | None = None, at: datetime) -> None:
    """Have the edition looked at once this transaction is committed; `by` gets the findings by mail."""
    row = insert(EditionCheck).values(edition_id=edition_id, asked_at=at, asked_by=by, findings=[])
    again = {"asked_at": at, "asked_by": sa.func.coalesce(by, EditionCheck.asked_by)}
    session.execute(row.on_conflict_do_update(index_elements=["edition_id"], set_=again))
    queue.ring(session, "check_edition", edition_id=edition_id)


def of(session: Session, edition_id: int) -> EditionCheck | None:
    """Return the last look at an edition, if there was one."""
    return session.get(EditionCheck, edition_id, populate_existing=True)


def keep(
    session: Session, edition_id: int, found: Iterable[Finding], *, asked_at: datetime, at: datetime
) -> int | None:
    """Keep what was found of the edition as it stood at `asked_at`; returns who waits for it by mail.

    When it has changed meanwhile, the look that was asked for since is the one that counts, and this one is dropped.
    """
    standing = session.get(EditionCheck, edition_id, with_for_update=True, populate_existing=True)
    if standing is None or standing.asked_at != asked_at:
        return None
    standing.findings, standing.checked_at = [asdict(one) for one in found], at
    waiting, standing.asked_by = standing.asked_by, None
    return waiting


def unchecked(session: Session) -> list[int]:
    """Return the editions whose look is still to be had: what the sweep rings for."""
    late = sa.or_(EditionCheck.checked_at.is_(None), EditionCheck.checked_at < EditionCheck.asked_at)
    return list(session.scalars(sa.select(EditionCheck.edition_id).where(late)))


def stale_links(session: Session, urls: Iterable[str], *, since: datetime) -> list[str]:
    """Return the addresses that were not asked for since a moment, or did not answer then."""
    asked = list(dict.fromkeys(urls))
    good = sa.select(LinkCheck.url).where(
        LinkCheck.url.in_(asked), LinkCheck.checked_at >= since, LinkCheck.problem == ""
    )
    known = set(session.scalars(good))
    return [url for url in asked if url not in known]


def note_links(session: Session, problems: dict[str, str], *, at: datetime) -> None:
    """Keep what became of asking for some addresses: "" for one that answers."""
    if not problems:
        return
    row = insert(LinkCheck).values([{"url": url, "problem": said, "checked_at": at} for url, said in problems.items()])
    fresh = {"problem": row.excluded.problem, "checked_at": row.excluded.checked_at}
    session.execute(row.on_conflict_do_update(index_elements=["url"], set_=fresh))
