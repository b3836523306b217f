"""Mail to the addresses that machines answer: bounces to `v-`, unsubscriptions to `u-`."""

from __future__ import annotations

from inbound.context import Context
from inbound.reports import Severity
from jobboard import signups, suppression
from jobboard.outbox import Post
from jobboard.people import Person, Subscription


def bounced(context: Context) -> str:
    """Record what a server says of a post of ours; nothing that comes here is ever answered."""
    report = context.received.report
    if report is None:
        return "automatic"
    post = context.session.get(Post, context.received.target.row_id)
    if post is not None and report.severity is Severity.HARD:
        person = context.session.get(Person, post.person_id) if post.person_id else None
        address = person.address if person else post.address
        if address:
            reason = f"{report.status or ''} {report.text}".strip()[:200]
            suppression.refused(context.session, address, reason, at=context.at)
    return f"bounce-{report.severity}"


def unsubscribed(context: Context) -> str:
    """Take the person of a List-Unsubscribe address off its stream: nothing else, whoever writes, for ever."""
    subscription = context.session.get(Subscription, context.received.target.row_id)
    if subscription is None:
        return "no-such-subscription"
    person = context.session.get_one(Person, subscription.person_id)
    if subscription.stopped_at is not None:
        return "already-unsubscribed"
    signups.stop_stream(
        context.session, person, subscription.stream, how="list-unsubscribe-mail", key=context.key, at=context.at
    )
    return "unsubscribed"
