"""`status`: is mail flowing? What waits, for how long, what left last, what needs a human."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from jobboard import bounces, edition_reports, editions, flow, held, kept_mails, silences, suppression
from jobboard.clock import now
from jobboard.editions import EditionState
from jobboard.letters.alerts import AlertCreated, OfferAlert
from jobboard.letters.base import Stream
from jobboard.mailbag import Mail, MailState
from jobboard.offers import Offer, OfferState
from jobboard.outbox import LIFE, Post, PostState
from jobboard.runs import ClockRun
from jobboard.suppression import Severity
from passerelle.installation import Installation, opened
from passerelle.sentences import one_sentence

# Older than this, what waits means that something has stopped.
LATE = timedelta(minutes=10)


@click.command()
@one_sentence
def command() -> None:
    """Tell whether mail is flowing: what waits, how long, what left last."""
    with opened() as installation:
        sys.exit(show(installation, Console(highlight=False, soft_wrap=True)))


@dataclass(frozen=True)
class Fact:
    """One line of the report; `bad` rings a bell."""

    name: str
    value: str
    bad: bool = False


def show(installation: Installation, out: Console) -> int:
    """Print the report; returns 0 when mail flows, 1 when something needs a human."""
    with installation.database.transaction() as session:
        facts = gather(session, at=now())
    table = Table(show_header=False, box=None, pad_edge=False)
    for fact in facts:
        table.add_row(fact.name, f"[bold red]{fact.value}[/]" if fact.bad else fact.value)
    out.print(table)
    return 1 if any(fact.bad for fact in facts) else 0


def gather(session: Session, *, at: datetime) -> list[Fact]:
    """Return the facts: trays, last departures, clock."""
    return [
        *_mailbag(session, at),
        *_outbox(session, at),
        *_departures(session, at),
        *_editions(session, at),
        *_alerts(session, at),
        *_returns(session, at),
        *_kept(session, at),
        *_clock(session, at),
    ]


def _mailbag(session: Session, at: datetime) -> list[Fact]:
    count, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Mail.received_at)).where(Mail.state == MailState.RECEIVED)
    ).one()
    stuck = session.scalars(sa.select(Mail.id).where(Mail.state == MailState.STUCK).order_by(Mail.id).limit(20)).all()
    names = ", ".join(str(mail_id) for mail_id in stuck)
    return [
        Fact("received, to dispatch", _waiting(count, oldest, at), _is_late(oldest, at)),
        Fact("stuck (passerelle replay ID)", names or "none", bool(stuck)),
    ]


def _outbox(session: Session, at: datetime) -> list[Fact]:
    facts = []
    for stream in Stream:
        count, oldest = session.execute(
            sa.select(sa.func.count(), sa.func.min(Post.due_at)).where(
                Post.stream == stream, Post.state.in_(LIFE.sources("claim"))
            )
        ).one()
        late = stream is not Stream.LETTERS and _is_late(oldest, at)
        facts.append(Fact(f"to send, {stream}", _waiting(count, oldest, at), late))
    failed = session.scalar(
        sa.select(sa.func.count())
        .select_from(Post)
        .where(Post.state == PostState.FAILED, Post.finished_at > at - timedelta(days=1))
    )
    return [*facts, Fact("failed in a day", str(failed or 0))]


def _departures(session: Session, at: datetime) -> list[Fact]:
    def last(*conditions: sa.ColumnElement[bool]) -> datetime | None:
        return session.scalar(sa.select(sa.func.max(Post.finished_at)).where(Post.state == PostState.SENT, *conditions))

    waiting = session.scalar(sa.select(sa.func.count()).select_from(Offer).where(Offer.state == OfferState.PENDING))
    letters = next(one for one in flow.departures(session, at=at) if one.stream is Stream.LETTERS)
    return [
        Fact("last alert", _ago(last(Post.kind.in_((OfferAlert.kind, AlertCreated.kind))), at)),
        Fact("last letter", _ago(letters.last, at)),
        Fact("last mail", _ago(last(), at)),
        Fact("offers to validate", str(waiting or 0)),
        Fact("held (passerelle held list)", str(held.count_waiting(session) or "none")),
    ]


def _editions(session: Session, at: datetime) -> list[Fact]:
    """Tell which letters are approved and have not wholly left; one that stopped by itself needs a human."""
    found = editions.under_way(session)
    told = [
        f"{one.number} of {one.list_name} {one.state} {edition_reports.progress(session, one, at=at).percent:.0f} %"
        for one in found
    ]
    stopped = any(one.paused_why or one.state is EditionState.HELD_LATE for one in found)
    return [Fact("letters under way", ", ".join(told) or "none", stopped)]


def _alerts(session: Session, at: datetime) -> list[Fact]:
    found = silences.figures(session, at=at)
    waiting = ", ".join(f"{count} {frequency}" for frequency, count in found.waiting.items() if count)
    lying = [f"{found.stopped.lines} lines, the oldest {_ago(found.stopped.oldest, at)}"] if found.stopped.lines else []
    lying += [f"{found.stopped.offers} offers not announced"] if found.stopped.offers else []
    return [
        Fact("last match", _ago(found.last_match, at) if found.last_match else "none in a week"),
        Fact("matches in a day", str(found.matches)),
        Fact("alerts and digests due", waiting or "nothing"),
        Fact("alerts and digests sent in a day", str(found.sent)),
        Fact("dead alerts (nothing in 8 weeks)", str(found.dead or "none")),
        Fact("alerts that should have left", "; ".join(lying) or "none", bool(found.stopped)),
    ]


def _returns(session: Session, at: datetime) -> list[Fact]:
    found = bounces.count_since(session, at - timedelta(days=1))
    complaints = found.pop(Severity.COMPLAINT, 0)
    found.pop(Severity.AUTO_REPLY, None)
    kinds = ", ".join(f"{severity} {number}" for severity, number in sorted(found.items()))
    return [
        Fact("bounces in a day", f"{sum(found.values())} ({kinds})" if kinds else "none"),
        Fact("complaints in a day", str(complaints or "none")),
        Fact("suppressed addresses", str(suppression.count_suppressed(session) or "none")),
    ]


def _kept(session: Session, at: datetime) -> list[Fact]:
    found = kept_mails.figures(session, since=at - timedelta(days=7))
    return [
        Fact("kept until OUI", str(found.waiting or "none")),
        Fact("never confirmed, in a week", str(found.ended or "none")),
    ]


def _clock(session: Session, at: datetime) -> list[Fact]:
    started = session.scalar(sa.select(sa.func.max(ClockRun.started_at)))
    return [Fact("clock", _ago(started, at), started is None or at - started > LATE)]


def _is_late(oldest: datetime | None, at: datetime) -> bool:
    return oldest is not None and at - oldest > LATE


def _waiting(count: int, oldest: datetime | None, at: datetime) -> str:
    return "nothing" if not count else f"{count}, the oldest {_ago(oldest, at)}"


def _ago(moment: datetime | None, at: datetime) -> str:
    if moment is None:
        return "never"
    seconds = int((at - moment).total_seconds())
    if seconds < 0:
        return f"in {_length(-seconds)}"
    return f"{_length(seconds)} ago"


def _length(seconds: int) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
