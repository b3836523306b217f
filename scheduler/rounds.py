"""What each row of the timetable does: short transactions over the people or offers concerned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import (
    afterwards,
    alerts,
    announcements,
    chasing,
    closings,
    contacts,
    crashes,
    erasing,
    erasures,
    held,
    hunting,
    hunts,
    import_questions,
    imports,
    job_interviews,
    kept_mails,
    late_mails,
    ledger,
    morning,
    newsletters,
    persons,
    shortlists,
    sightings,
    silences,
    sleeping,
    suggestions,
)
from jobboard.clock import end_of_day, now
from jobboard.contracts import Frequency
from jobboard.db import Database
from jobboard.mailbag import Mail, MailState, RawMail

BATCH = 100
FRESH = timedelta(days=8)  # a run is made up for within a week


def digest(database: Database, slot: datetime, zone: ZoneInfo) -> str:
    """Post the daily and weekly digests that are due at that moment in a zone."""

    def next_ones(session: Session, after: int) -> tuple[int | None, int]:
        return announcements.post_digests(session, zone, slot, after=after, limit=BATCH, at=now())

    return _post_all(database, next_ones)


def flush_instant(database: Database, slot: datetime, zone: ZoneInfo) -> str:
    """Post what instant alerts held back in a zone: quiet hours, or a day that was full."""

    def next_ones(session: Session, after: int) -> tuple[int | None, int]:
        return announcements.post_held_back(session, zone, after=after, limit=BATCH, at=now())

    return _post_all(database, next_ones)


def _post_all(database: Database, next_ones: Callable[[Session, int], tuple[int | None, int]]) -> str:
    """Post to everybody, a batch of people a transaction; a person waits for nobody else."""
    posted, after = 0, 0
    while True:
        with database.transaction() as session:
            last, count = next_ones(session, after)
            crashes.point("post:before-commit")
        crashes.point("post:after-commit")
        posted += count
        if last is None:
            return f"posted {posted}"
        after = last


def alert_flow(database: Database, slot: datetime) -> str:
    """Put together the alert mails that are hours late, and ring where the flow of alerts has stopped."""
    fewer, after = 0, 0
    while True:
        with database.transaction() as session:
            last, count = late_mails.tidy(session, after=after, limit=BATCH, at=now())
        fewer += count
        if last is None:
            break
        after = last
    with database.transaction() as session:
        at = now()
        found, late = silences.ring(session, at=at), late_mails.ring(session, at=at)
    state = "stopped" if found else "late" if late else "flowing"
    return f"{state}, {fewer} fewer"


def alert_silences(database: Database, slot: datetime) -> str:
    """Note what each alert found last, and tell people whose alert has found nothing for weeks."""
    with database.transaction() as session:
        silences.freshen(session, since=slot - FRESH)
        forgotten = ledger.forget_closed(session, at=now())
    told, after = 0, 0
    while True:
        with database.transaction() as session:
            last, count = silences.tell(session, after=after, limit=BATCH, at=now())
        told += count
        if last is None:
            return f"told {told}, forgotten {forgotten}"
        after = last


def dead_alerts(database: Database, slot: datetime) -> str:
    """Tell the staff for which searches the board has had nothing for weeks."""
    with database.transaction() as session:
        return f"dead {silences.report(session, at=now())}"


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


def offer_reminders(database: Database, slot: datetime) -> str:
    """Remind recruiters of offers that close in a week or tomorrow."""
    return f"reminded {_batches(database, afterwards.remind)}"


def offer_outcomes(database: Database, slot: datetime) -> str:
    """Ask what became of offers two weeks after their closing, and tell at sixty days whom nobody answered."""
    asked = _batches(database, afterwards.ask_filled)
    return f"asked {asked}, told {_batches(database, afterwards.tell_never_answered)}"


def _batches(database: Database, tell: Callable[..., int]) -> int:
    """Tell batch by batch, each in its own transaction, until nobody is left; returns how many were told."""
    told = 0
    while True:
        with database.transaction() as session:
            count = tell(session, at=now())
        told += count
        if not count:
            return told


def recruiter_figures(database: Database, slot: datetime) -> str:
    """In the first days of a month, post to each recruiter the figures of the month before, once."""
    today = slot.astimezone(database.settings.zone).date()
    if today.day > _FIGURES_UNTIL:
        return "not now"
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = 0
    while True:
        with database.transaction() as session:
            done = afterwards.months_figures(session, month, after=after, at=now())
        if not done:
            return f"figures of {month:%Y-%m}"
        after = done[-1]


_FIGURES_UNTIL = 5  # the day of the month until which a missed first of the month is made up for


def staff_morning(database: Database, slot: datetime) -> str:
    """Send the staff the list of what waits for them; nothing when nothing does."""
    with database.transaction() as session:
        return f"told {morning.tell(session, at=now())}"


def end_pauses(database: Database, slot: datetime) -> str:
    """Let paused alerts speak again when their time is over, with what they found meanwhile."""
    with database.transaction() as session:
        at = now()
        awake = alerts.wake(session, at=at)
        announcements.post_instant(session, sorted(awake), at=at)
    return f"woken {len(awake)}"


def new_profiles(database: Database, slot: datetime) -> str:
    """Show recruiters the profiles that have come to match their open offers; run again for a slot, it tells nobody twice."""
    return _one_by_one(
        database,
        lambda session, after: shortlists.due(session, before=slot, after=after, limit=BATCH, at=now()),
        suggestions.post_new,
    )


def hunts_daily(database: Database, slot: datetime) -> str:
    """Show who is new in the hunts that are followed every day."""
    return _hunts(database, Frequency.DAILY, slot)


def hunts_weekly(database: Database, slot: datetime) -> str:
    """Show who is new in the hunts that are followed every week."""
    return _hunts(database, Frequency.WEEKLY, slot)


def _hunts(database: Database, frequency: Frequency, slot: datetime) -> str:
    return _one_by_one(
        database,
        lambda session, after: hunts.due(session, frequency, before=slot, after=after, limit=BATCH),
        hunting.post_new,
    )


def _one_by_one(database: Database, due: Callable[[Session, int], Sequence[int]], post: Callable[..., bool]) -> str:
    """Post what each of these ids has new, one a transaction: a death between two of them loses and repeats nothing."""
    posted, after = 0, 0
    while True:
        with database.transaction() as session:
            ids = due(session, after)
        if not ids:
            return f"posted {posted}"
        for one in ids:
            with database.transaction() as session:
                posted += post(session, one, at=now())
                crashes.point("post:before-commit")
            crashes.point("post:after-commit")
        after = ids[-1]


def forget_hunts(database: Database, slot: datetime) -> str:
    """Forget the searches of profiles that nobody follows any more."""
    with database.transaction() as session:
        return f"forgotten {hunts.forget(session, at=now())}"


def lapse_proposals(database: Database, slot: datetime) -> str:
    """End the proposals that nobody answered in time, or whose offer closed."""
    ended = 0
    while True:
        with database.transaction() as session:
            count = contacts.lapse(session, limit=BATCH, at=now())
        ended += count
        if not count:
            return f"lapsed {ended}"


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


def sleeping_profiles(database: Database, slot: datetime) -> str:
    """Warn those whose profile is about to fall asleep, put to sleep those who gave no sign, forget old sightings."""
    moved = 0
    while True:
        with database.transaction() as session:
            count = sleeping.step(session, limit=BATCH, at=now())
        moved += count
        if not count:
            break
    with database.transaction() as session:
        forgotten = sightings.forget(session, at=now())
    return f"moved {moved}, forgotten {forgotten}"


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


def erase_due(database: Database, slot: datetime) -> str:
    """Erase those whose time to change their mind is over; the list outside of the database is written afterwards."""
    erased = 0
    while True:
        with database.transaction() as session:
            done = erasing.erase_due(session, limit=1, at=now())
        erasures.keep_outside(database.settings, done)
        erased += len(done)
        if not done:
            return f"erased {erased}"


def forget_imports(database: Database, slot: datetime) -> str:
    """Forget those whom an import asked and who did not answer, and the files that nobody came back to."""
    forgotten = 0
    while True:
        with database.transaction() as session:
            count = import_questions.forget_unanswered(session, limit=BATCH, at=now())
        forgotten += count
        if not count:
            break
    with database.transaction() as session:
        abandoned = imports.forget_abandoned(session, at=now())
    return f"forgotten {forgotten}, abandoned {abandoned}"


def silence(database: Database, slot: datetime) -> str:
    """Give notice to those of whom nothing was heard for as long as we may keep anything."""
    told = 0
    while True:
        with database.transaction() as session:
            count = persons.give_notice(session, limit=BATCH, at=now())
        told += count
        if not count:
            return f"told {told}"


def recall_interviews(database: Database, slot: datetime) -> str:
    """Recall tomorrow's interviews to both sides."""
    recalled = 0
    while True:
        with database.transaction() as session:
            at = now()
            count = job_interviews.recall(session, until=_end_of_tomorrow(database, at), limit=BATCH, at=at)
        recalled += count
        if not count:
            return f"recalled {recalled}"


def _end_of_tomorrow(database: Database, at: datetime) -> datetime:
    zone = database.settings.zone
    return end_of_day(at.astimezone(zone).date() + timedelta(days=1), zone)


def applications_waiting(database: Database, slot: datetime) -> str:
    """Tell each recruiter, in one letter, who waits for a word of hers."""
    told, after = 0, 0
    while True:
        with database.transaction() as session:
            recruiters = chasing.recruiters(session, after=after, limit=BATCH, slot=slot, at=now())
            told += sum(chasing.remind(session, one, slot=slot, at=now()) for one in recruiters)
        if not recruiters:
            return f"told {told}"
        after = recruiters[-1].id
