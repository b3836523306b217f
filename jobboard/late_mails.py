"""Alert mails that could not leave for hours: put together for each person, given up where they say nothing any more.

A mail waits when the way out is shut. Several of one person become one, of what is still open; who has paused meanwhile
gets hers after the pause. What may have arrived already, its body sent and no reply read, is left alone: it goes again
under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import digests, outbox, people, showing
from jobboard.alerts import Alert, AlertState
from jobboard.contracts import Frequency
from jobboard.ledger import LedgerRow
from jobboard.letters import from_params
from jobboard.letters.alerts import OfferAlert
from jobboard.letters.cards import OfferCard
from jobboard.letters.staff import Alarm
from jobboard.outbox import Addressed, Post, PostState
from jobboard.tickets import Ticket

LATE_AFTER = timedelta(hours=2)
_WAITING = sa.and_(
    Post.kind == OfferAlert.kind,
    Post.stream == OfferAlert.stream,
    Post.state.in_((PostState.QUEUED, PostState.DEFERRED)),
    sa.or_(Post.reply.is_(None), ~Post.reply.startswith("body:")),
)


def tidy(session: Session, *, after: int, limit: int, at: datetime) -> tuple[int | None, int]:
    """Put the late mails of the next people together.

    Returns after whom to go on, None at the end, and how many mails are fewer.
    """
    late = sa.select(Post.person_id).where(_WAITING, Post.created_at < at - LATE_AFTER, Post.person_id > after)
    whom = session.scalars(late.distinct().order_by(Post.person_id).limit(limit)).all()
    if not whom:
        return None, 0
    query = sa.select(Post).where(_WAITING, Post.person_id.in_(whom)).order_by(Post.person_id, Post.id)
    found = session.scalars(query.with_for_update(skip_locked=True)).all()
    fewer = sum(_tidy_one(session, list(posts), at=at) for _, posts in groupby(found, key=lambda post: post.person_id))
    return whom[-1], fewer


def _tidy_one(session: Session, posts: Sequence[Post], *, at: datetime) -> int:
    person_id = posts[0].person_id
    assert person_id is not None
    speaks = sa.select(Alert.id).where(Alert.person_id == person_id, Alert.state == AlertState.ACTIVE).limit(1)
    if session.scalar(speaks) is None:
        _keep_for_later(session, person_id, posts, at=at)
        return len(posts)
    if len(posts) < 2:
        return 0
    letter, first = _together(session, posts, at=at)
    for post in posts:
        outbox.record(session, post, "drop", at=at, reply="put together with others that were late")
    if letter is None:
        return len(posts)
    ticket = session.get_one(Ticket, first.ticket_id)
    listed = digests.Listed(letter.cards, letter.rest)
    same = {session.get_one(Ticket, post.ticket_id).subject_id for post in posts}
    reply = digests.about(listed, ticket.subject_id if len(same) == 1 else 0)
    dedupe = f"alert-late:{person_id}:{first.id}:{posts[-1].id}"
    outbox.post_many(session, [Addressed(letter, person_id, dedupe, reply, first.subscription_id)], at=at)
    return len(posts) - 1


def _together(session: Session, posts: Sequence[Post], *, at: datetime) -> tuple[OfferAlert | None, Post]:
    """Return one letter with what is still open of all of them, and the oldest post; None where nothing is."""
    letters = [letter for post in posts if isinstance(letter := from_params(post.kind, post.params), OfferAlert)]
    cards: dict[int, OfferCard] = {card.offer_id: card for letter in letters for card in letter.cards}
    for letter in letters:
        more = {one for one in letter.rest if one not in cards}
        cards |= {card.offer_id: card for card in showing.cards_of(session, more)}
    listed = digests.arranged(showing.still_open(session, tuple(cards.values()), at=at))
    if not listed.cards:
        return None, posts[0]
    order = list(Frequency)
    names = tuple(dict.fromkeys(name for letter in letters for name in letter.searches))[: digests.NAMES]
    frequency = max((letter.frequency for letter in letters), key=order.index)
    since = min(letter.since for letter in letters)
    first_name = letters[-1].first_name
    return OfferAlert(first_name, listed.cards, len(listed.rest), frequency, since, names, listed.rest), posts[0]


def _keep_for_later(session: Session, person_id: int, posts: Sequence[Post], *, at: datetime) -> None:
    """Have what these mails told wait again: she has paused or stopped her alerts since."""
    for post in posts:
        told = session.get_one(Ticket, post.ticket_id).offers
        session.execute(
            sa.update(LedgerRow)
            .where(LedgerRow.person_id == person_id, LedgerRow.offer_id.in_(told))
            .where(LedgerRow.posted_at == post.created_at)
            .values(posted_at=None)
            .execution_options(synchronize_session=False)
        )
        outbox.record(session, post, "drop", at=at, reply="her alerts are silent: told later")


def ring(session: Session, *, at: datetime) -> bool:
    """Tell the staff, once a day, that alert mails wait for hours and none has left; returns whether it is so."""
    waiting = sa.select(sa.func.count(), sa.func.min(Post.created_at)).where(
        _WAITING, Post.created_at < at - LATE_AFTER
    )
    count, oldest = session.execute(waiting).one()
    left = sa.select(Post.id).where(
        Post.stream == OfferAlert.stream, Post.state == PostState.SENT, Post.finished_at > at - LATE_AFTER
    )
    if not count or session.scalar(left.limit(1)) is not None:
        return False
    hours = int((at - oldest).total_seconds() // 3600)
    for member in people.staff(session):
        alarm = Alarm("alerts-late", {"count": count, "hours": hours})
        outbox.post(session, alarm, to=member, dedupe=f"alerts-late:{at.date()}:{member.id}", at=at)
    return True
