"""What an edition holds, line by line, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import edition_order
from jobboard.articles import Article
from jobboard.db import Base, named
from jobboard.errors import Refused

LONGEST_TEXT = 5000
LONGEST_TITLE = 200


class ItemKind(StrEnum):
    """What a line is."""

    ARTICLE = "article"
    OFFER = "offer"
    EVENT = "event"
    TEXT = "text"


class EditionItem(Base):
    """One line of one edition; `removed` keeps away what staff took out and a rule would bring back."""

    __tablename__ = "edition_item"
    __table_args__ = (
        sa.UniqueConstraint("edition_id", "kind", "subject_id"),
        sa.Index("ix_edition_item_edition_id", "edition_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(named(ItemKind))
    subject_id: Mapped[int | None]  # the article, offer or event
    title: Mapped[str] = mapped_column(default="")  # said instead of its own; the heading of a text
    text: Mapped[str] = mapped_column(default="")  # Markdown; said instead of an article's own summary
    removed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


def of(session: Session, edition_id: int) -> Sequence[EditionItem]:
    """Return the lines of an edition as they are read: those of one heading together, where the first of them stands."""
    return list(chain(*_runs(session, edition_id)))


def _runs(session: Session, edition_id: int) -> list[list[EditionItem]]:
    """Return the lines by heading: the articles of a section, the offers, the agenda; each text has its own."""
    is_theirs = sa.and_(EditionItem.kind == ItemKind.ARTICLE, Article.id == EditionItem.subject_id)
    query = sa.select(EditionItem, Article.section).outerjoin(Article, is_theirs)
    query = query.where(EditionItem.edition_id == edition_id, ~EditionItem.removed)
    found = session.execute(query.order_by(EditionItem.position, EditionItem.id))
    return edition_order.runs(
        (item, (item.kind, item.id if item.kind is ItemKind.TEXT else section)) for item, section in found
    )


def removed(session: Session, edition_id: int, kind: ItemKind) -> frozenset[int]:
    """Return what was taken out of an edition."""
    query = sa.select(EditionItem.subject_id).where(EditionItem.edition_id == edition_id, EditionItem.removed)
    found = session.scalars(query.where(EditionItem.kind == kind))
    return frozenset(one for one in found if one is not None)


def add(session: Session, edition_id: int, kind: ItemKind, subjects: Iterable[int]) -> int:
    """Put lines at the end of an edition, each once, also those taken out before; returns how many came in."""
    last = _last(session, edition_id)
    rows = [
        {"edition_id": edition_id, "position": last + number, "kind": kind, "subject_id": one, "title": "", "text": ""}
        for number, one in enumerate(subjects, 1)
    ]
    if not rows:
        return 0
    found = insert(EditionItem).values(rows)
    back = found.on_conflict_do_update(
        index_elements=["edition_id", "kind", "subject_id"],
        set_={"removed": False, "position": found.excluded.position},
        where=EditionItem.removed.is_(True),
    )
    return len(session.scalars(back.returning(EditionItem.id)).all())


def add_text(session: Session, edition_id: int, *, title: str, text: str) -> EditionItem:
    """Return a text of the editors, put at the end of an edition."""
    item = EditionItem(
        edition_id=edition_id,
        position=_last(session, edition_id) + 1,
        kind=ItemKind.TEXT,
        title=title[:LONGEST_TITLE],
        text=text[:LONGEST_TEXT],
    )
    session.add(item)
    session.flush()
    return item


def _last(session: Session, edition_id: int) -> int:
    query = sa.select(sa.func.max(EditionItem.position)).where(EditionItem.edition_id == edition_id)
    return session.scalar(query) or 0


def find(session: Session, edition_id: int, item_id: int) -> EditionItem:
    """Return a line of that edition. Raises Refused("no-such-line")."""
    item = session.get(EditionItem, item_id) if 0 < item_id < 2**62 else None
    if item is None or item.edition_id != edition_id or item.removed:
        raise Refused("no-such-line")
    return item


def take_out(session: Session, item: EditionItem) -> None:
    """Take a line out: a text is gone, what a rule may bring back stays as removed."""
    if item.kind is ItemKind.TEXT:
        session.delete(item)
    else:
        item.removed = True
    session.flush()


def move(session: Session, item: EditionItem, to: int) -> None:
    """Put a line at a place counted from 1; out of its section the section goes with it (`edition_order.moved`)."""
    for number, one in enumerate(edition_order.moved(_runs(session, item.edition_id), item, to), 1):
        one.position = number
    session.flush()
