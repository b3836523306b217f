"""What each row of the timetable does: short transactions over the people or offers concerned."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from jobboard import alerts, announcements, closings, crashes, held, kept_mails, newsletters
from jobboard.clock import now
from jobboard.contracts import Frequency
from jobboard.db import Database
from jobboard.mailbag import Mail, MailState, RawMail

BATCH = 100


def daily_digest(database: Database, slot: datetime) -> str:
    """Post the digests of those who want one a day."""
    return _digests(database, Frequency.DAILY)


def weekly_digest(database: Database, slot: datetime) -> str:
    """Post the digests of those who want one a week."""
    return _digests(database, Frequency.WEEKLY)


def flush_instant(database: Database, slot: datetime) -> str:
    """Post what instant alerts held back: quiet hours, or a day that was full."""
    return _digests(database, Frequency.INSTANT, whatever=True)


def _digests(database: Database, frequency: Frequency, *, whatever: bool = False) -> str:
    """Post everything that waits at a frequency, a batch of people a transaction; a person waits for nobody else."""
    posted, after = 0, 0
    while True:
        with database.transaction() as session:
            people = alerts.people_with_pending(session, frequency, after=after, limit=BATCH)
            if not people:
                return f"posted {posted}"
            posted += announcements.post_all(session, frequency, people, held_back=whatever, at=now())
            crashes.point("post:before-commit")
        crashes.point("post:after-commit")
        after = people[-1]


def letter_draft(database: Database, slot: datetime, *, list_name: str) -> str:
    """Draft the next letter of a list and ask the staff to approve it."""
    with database.transaction() as session:
        edition = newsletters.draft(session, list_name, at=now())
        return f"drafted {edition.number}" if edition else "nothing to draft"


def close_expired(database: Database, slot: datetime) -> str:
    """Close the offers whose moment has passed."""
    closed = 0
    while True:
        with database.transaction() as session:
            count = closings.close_expired(session, at=now())
        closed += count
        if not count:
            return f"closed {closed}"


def end_pauses(database: Database, slot: datetime) -> str:
    """Let paused alerts speak again when their time is over, with what they found meanwhile."""
    with database.transaction() as session:
        at = now()
        awake = alerts.wake(session, at=at)
        announcements.post_all(session, Frequency.INSTANT, sorted(awake), at=at)
    return f"woken {len(awake)}"


def expire_held(database: Database, slot: datetime) -> str:
    """Give up the messages that nobody decided upon in time; their authors are told."""
    expired = 0
    while True:
        with database.transaction() as session:
            count = held.expire(session, at=now(), limit=BATCH)
        expired += count
        if not count:
            return f"expired {expired}"


def kept_mails_asked(database: Database, slot: datetime) -> str:
    """Ask each person about the next mail that waits for her word, and end what waited too long."""
    ended, asked, after = 0, 0, 0
    while True:
        with database.transaction() as session:
            count = kept_mails.end_expired(session, limit=BATCH, at=now())
        ended += count
        if not count:
            break
    while True:
        with database.transaction() as session:
            at = now()
            waiting = kept_mails.people_waiting(session, after=after, limit=BATCH, at=at)
            for person in waiting:
                if kept_mails.may_ask(session, person, at=at):
                    asked += kept_mails.ask_about_next(session, person, at=at)
        if not waiting:
            return f"asked {asked}, ended {ended}"
        after = waiting[-1].id


def retention(database: Database, slot: datetime) -> str:
    """Forget the octets of mails that were dispatched long enough ago; their outcome stays."""
    limit = now() - timedelta(days=database.settings.raw_mail_days)
    stuck = sa.select(Mail.id).where(Mail.raw_id == RawMail.id, Mail.state != MailState.DONE).exists()
    with database.transaction() as session:
        gone = session.execute(
            sa.update(RawMail)
            .where(RawMail.kept_at < limit, RawMail.content.is_not(None), ~stuck)
            .values(content=None)
            .execution_options(synchronize_session=False)
            .returning(RawMail.id)
        ).all()
    return f"forgotten {len(gone)}"
