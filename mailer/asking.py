"""What is asked of posts in the moment they leave: who reads them, who still wants them, which of their offers are open.

One statement each for a whole group, in the transaction that claims it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import announcements, suppression
from jobboard.addresses import address_key
from jobboard.letters import from_params
from jobboard.letters.base import Letter, Stream
from jobboard.outbox import Post
from jobboard.people import Person, Subscription

_MASS = frozenset({Stream.ALERTS, Stream.LETTERS})
R = TypeVar("R", Person, Subscription)


@dataclass(frozen=True)
class Asked:
    """The answers for one group of posts."""

    people: dict[int, Person]
    subscriptions: dict[int, Subscription]
    suppressed: frozenset[str]  # keys of addresses
    open_offers: frozenset[int]  # of those that the letters show

    def unwanted(self, post: Post) -> str | None:
        """Return why a post must not leave any more; None when it may."""
        person = self.people.get(post.person_id or 0)
        if post.person_id is not None and person is None:
            return "the person is gone"
        if post.stream not in _MASS:
            return None
        subscription = self.subscriptions.get(post.subscription_id or 0)
        if subscription is not None and subscription.stopped_at is not None:
            return "the person has left this stream"
        return "the address refuses mail" if _key(post, person) in self.suppressed else None


def ask(session: Session, posts: Sequence[Post], *, at: datetime) -> Asked:
    """Return the answers for these posts, read anew."""
    people = _read(session, Person, {post.person_id for post in posts} - {None})
    subscriptions = _read(session, Subscription, {post.subscription_id for post in posts} - {None})
    keys = {_key(post, people.get(post.person_id or 0)) for post in posts if post.stream in _MASS}
    return Asked(
        people,
        subscriptions,
        suppression.suppressed_among(session, keys),
        announcements.open_among(session, _letters(posts), at=at),
    )


def _key(post: Post, person: Person | None) -> str:
    return address_key(person.address if person is not None else post.address or "")


def _letters(posts: Sequence[Post]) -> Iterator[Letter]:
    for post in posts:
        with suppress(Exception):  # one that cannot be read stops no other; its own turn will tell
            yield from_params(post.kind, post.params)


def _read(session: Session, record: type[R], ids: set[int | None]) -> dict[int, R]:
    if not ids:
        return {}
    query = sa.select(record).where(record.id.in_(ids)).execution_options(populate_existing=True)
    return {one.id: one for one in session.scalars(query)}
