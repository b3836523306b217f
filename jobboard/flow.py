"""Is mail flowing? What waits in the trays, since when, and what left last; every count is bounded.

A count stops at `MOST`, and departures are looked for among the last `RECENT` posts: asking costs the same with a
hundred posts as with a hundred million.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.letters.base import Stream
from jobboard.mailbag import Mail, MailState
from jobboard.outbox import LIFE, Post, PostState
from jobboard.recipients import Shard

MOST = 10_000
RECENT = 20_000
RECENT_SHARDS = 1_000  # a month of letters to 24,000


@dataclass(frozen=True)
class Tray:
    """What waits in one place ("mailbag", or a stream) in one state: how many (at most `MOST`), since when the oldest."""

    name: str
    state: str
    count: int
    oldest: datetime | None

    @property
    def at_most(self) -> bool:
        """Whether there may be more than the count says."""
        return self.count >= MOST


@dataclass(frozen=True)
class Departures:
    """What one stream sent lately: the last departure, and how many posts failed in the last day."""

    stream: Stream
    last: datetime | None
    failed: int


def mailbag(session: Session) -> Tray:
    """Return the received mails that wait for their dispatch."""
    waiting = sa.select(Mail.received_at).where(Mail.state == MailState.RECEIVED).order_by(Mail.id).limit(MOST)
    return _tray(session, "mailbag", "received", waiting)


def stuck(session: Session) -> Tray:
    """Return the received mails that a bug stopped: they wait for a human."""
    lately = sa.select(Mail.received_at, Mail.state).order_by(Mail.id.desc()).limit(RECENT).subquery()
    return _tray(session, "mailbag", "stuck", sa.select(lately.c.received_at).where(lately.c.state == MailState.STUCK))


def outbox(session: Session, *, at: datetime) -> list[Tray]:
    """Return, stream by stream, the posts that are `due` and those in a worker's hands, `sending`.

    The age of a post that is due counts from that moment, not from when it was made.
    """
    trays = []
    for stream in Stream:
        due = (
            sa.select(Post.due_at)
            .where(Post.stream == stream, Post.state.in_(LIFE.sources("claim")), Post.due_at <= at)
            .order_by(Post.due_at, Post.id)
            .limit(MOST)
        )
        sending = sa.select(Post.sending_at).where(Post.stream == stream, Post.state == PostState.SENDING).limit(MOST)
        trays += [_tray(session, stream, "due", due), _tray(session, stream, "sending", sending)]
    return trays


def departures(session: Session, *, at: datetime) -> list[Departures]:
    """Return what each stream sent lately."""
    lately = sa.select(Post.stream, Post.state, Post.finished_at).order_by(Post.id.desc()).limit(RECENT).subquery()
    sent = sa.func.max(lately.c.finished_at).filter(lately.c.state == PostState.SENT)
    failed = sa.func.count().filter(lately.c.state == PostState.FAILED, lately.c.finished_at > at - timedelta(days=1))
    rows = session.execute(sa.select(lately.c.stream, sent, failed).group_by(lately.c.stream))
    found = {stream: Departures(stream, last, count) for stream, last, count in rows}
    found[Stream.LETTERS] = _editions(session, found.get(Stream.LETTERS), at=at)
    return [found.get(stream, Departures(stream, None, 0)) for stream in Stream]


def _editions(session: Session, posted: Departures | None, *, at: datetime) -> Departures:
    """Return what left of editions lately, a row for a thousand copies, with what was posted beside them."""
    lately = sa.select(Shard).order_by(Shard.id.desc()).limit(RECENT_SHARDS).subquery()
    day = lately.c.moved_at > at - timedelta(days=1)
    lost = sa.func.coalesce(sa.func.sum(lately.c.failed + lately.c.gone).filter(day), 0)
    last, failed = session.execute(sa.select(sa.func.max(lately.c.moved_at).filter(lately.c.sent > 0), lost)).one()
    moments = [moment for moment in (last, posted.last if posted else None) if moment is not None]
    return Departures(Stream.LETTERS, max(moments, default=None), int(failed) + (posted.failed if posted else 0))


def _tray(session: Session, name: str, state: str, moments: sa.Select[datetime] | sa.Select[datetime | None]) -> Tray:
    inner = moments.subquery()
    moment = next(iter(inner.c))
    count, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(moment)).select_from(inner)).one()
    return Tray(name, state, count, oldest)
