"""Mail to the addresses that machines answer: bounces to `v-`, unsubscriptions to `u-`; complaints wherever they come."""

from __future__ import annotations

from inbound.automatic import Automatic
from inbound.context import Context
from inbound.reports import Report
from jobboard import bounces, signups
from jobboard.addresses import Purpose
from jobboard.bounces import News, Source
from jobboard.outbox import Post
from jobboard.people import Person, Subscription
from jobboard.suppression import Severity


def bounced(context: Context) -> str:
    """Record what a server says of a post of ours; nothing that comes here is ever answered."""
    report = context.received.report
    if report is None:
        if context.incoming.automatic is not Automatic.AUTO_REPLY:
            return "automatic"
        report = Report(Severity.AUTO_REPLY, None, None, "")
    _note(context, report, context.received.target.row_id)
    return "automatic" if report.severity is Severity.AUTO_REPLY else f"bounce-{report.severity}"


def complained(context: Context) -> str:
    """Record a complaint that a provider sends to an address that people read, by the envelope sender it names.

    A `v-` is known to the reader of that one mail alone: whoever names it speaks for her, and only of that mail.
    """
    report = context.received.report
    target = context.addresses.read(report.returned_to) if report is not None and report.returned_to else None
    if report is None or target is None or target.purpose is not Purpose.RETURN:
        return "automatic-complaint"
    _note(context, report, target.row_id)
    return f"bounce-{report.severity}"


def _note(context: Context, report: Report, number: int) -> None:
    """Note what came back about the post of that number, or the copy of an edition: they are numbered together."""
    source = Source.ARF if report.severity is Severity.COMPLAINT else Source.DSN
    news = News(report.severity, source, report.status, report.text)
    post = context.session.get(Post, number)
    if post is None:
        bounces.note_copy(context.session, number, news, at=context.at)
    else:
        bounces.note(context.session, post, news, at=context.at)


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
