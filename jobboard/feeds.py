"""Feeds that articles come from: when each is read again, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard import outbox, people, queue
from jobboard.articles import canonical
from jobboard.db import Base, named
from jobboard.errors import Refused
from jobboard.letters.staff import Alarm
from jobboard.sections import Section

EVERY = timedelta(minutes=30)
LONGEST_WAIT = timedelta(hours=12)
TOLD_AFTER = 3  # failures in a row: a server that restarts is nobody's business


class Feed(Base):
    """One RSS or Atom feed."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    section: Mapped[Section | None] = mapped_column(named(Section))  # of articles whose tags name none
    territory: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    good_at: Mapped[datetime | None]  # when it was last read without a fault
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    error: Mapped[str] = mapped_column(default="")  # the last one, in words
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


def follow(session: Session, url: str, *, section: Section | None, territory: str = "", at: datetime) -> Feed:
    """Return the feed at that address, read from now on, for the first time at once. Raises Refused("no-web-address")."""
    address = canonical(url)
    if not address:
        raise Refused("no-web-address")
    values = {"url": address, "section": section, "territory": territory, "added_at": at, "due_at": at}
    again = {"section": section, "territory": territory, "stopped_at": None, "due_at": at}
    session.execute(insert(Feed).values(values).on_conflict_do_update(index_elements=["url"], set_=again))
    queue.ring(session, "read_feeds")
    return session.scalars(sa.select(Feed).where(Feed.url == address).execution_options(populate_existing=True)).one()


def read_again(session: Session, feed: Feed, *, at: datetime) -> None:
    """Have this feed read now, before its time."""
    feed.due_at = at
    queue.ring(session, "read_feeds")


def leave(feed: Feed, *, at: datetime) -> None:
    """Read this feed no more; its articles stay."""
    feed.stopped_at = at


def followed(session: Session) -> Sequence[Feed]:
    """Return the feeds that are read, those that fail first."""
    return session.scalars(
        sa.select(Feed).where(Feed.stopped_at.is_(None)).order_by(Feed.failures.desc(), Feed.title, Feed.url)
    ).all()


def due(session: Session, *, at: datetime, limit: int) -> Sequence[Feed]:
    """Return the feeds whose time has come, the longest waiting first."""
    query = sa.select(Feed).where(Feed.stopped_at.is_(None), Feed.due_at <= at).order_by(Feed.due_at)
    return session.scalars(query.limit(limit)).all()


def note_good(feed: Feed, *, title: str, etag: str, last_modified: str, at: datetime) -> None:
    """Note that the feed was read, or had not changed."""
    feed.checked_at = feed.good_at = at
    feed.failures, feed.error, feed.due_at = 0, "", at + EVERY
    feed.title = title[:200] or feed.title
    feed.etag, feed.last_modified = etag[:500], last_modified[:100]


def note_bad(session: Session, feed: Feed, error: str, *, at: datetime) -> None:
    """Note that the feed could not be read: it is tried less and less often, and staff are told once."""
    feed.checked_at = at
    feed.failures += 1
    feed.error = error[:300]
    feed.due_at = at + min(EVERY * 2 ** min(feed.failures - 1, 10), LONGEST_WAIT)
    if feed.failures != TOLD_AFTER:
        return
    since = (feed.good_at or feed.added_at).isoformat()
    alarm = Alarm("broken-feed", {"url": feed.url, "error": feed.error})
    for member in people.staff(session):
        outbox.post(session, alarm, to=member, dedupe=f"broken-feed:{feed.id}:{since}:{member.id}", at=at)
