"""What each row of the timetable does: short transactions over the people or offers concerned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from jobboard import (
    afterwards,
    alerts,
    announcements,
    chasing,
    closings,
    contacts,
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
    silences,
    sleeping,
    suggestions,
)
from jobboard import retention as retention_rules
from jobboard.clock import end_of_day, now
from jobboard.contracts import Frequency
from jobboard.db import Database
from scheduler.batches import SIZE, drain, one_by_one, walk

MANY = 1000  # rows forgotten in one transaction
FRESH = timedelta(days=8)  # a run is made up for within a week


def digest(database: Database, slot: datetime, zone: ZoneInfo) -> str:
    """Post the daily and weekly digests that are due at that moment in a zone."""

    def next_ones(session: Session, after: int, at: datetime) -> tuple[int | None, int]:
        return announcements.post_digests(session, zone, slot, after=after, limit=SIZE, at=at)

    return f"posted {walk(database, next_ones)}"


def flush_instant(database: Database, slot: datetime, zone: ZoneInfo) -> str:
    """Post what instant alerts held back in a zone: quiet hours, or a day that was full."""

    def next_ones(session: Session, after: int, at: datetime) -> tuple[int | None, int]:
        return announcements.post_held_back(session, zone, after=after, limit=SIZE, at=at)

    return f"posted {walk(database, next_ones)}"


def alert_flow(database: Database, slot: datetime) -> str:
    """Put together the alert mails that are hours late, and ring where the flow of alerts has stopped."""
    fewer = walk(database, lambda session, after, at: late_mails.tidy(session, after=after, limit=SIZE, at=at))
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
    told = walk(database, lambda session, after, at: silences.tell(session, after=after, limit=SIZE, at=at))
    return f"told {told}, forgotten {forgotten}"


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
    closed = drain(database, lambda session, at: closings.close_expired(session, at=at))
    return f"closed {closed}"


def offer_reminders(database: Database, slot: datetime) -> str:
    """Remind recruiters of offers that close in a week or tomorrow."""
    reminded = drain(database, lambda session, at: afterwards.remind(session, at=at))
    return f"reminded {reminded}"


def offer_outcomes(database: Database, slot: datetime) -> str:
    """Ask what became of offers two weeks after their closing, and tell at sixty days whom nobody answered."""
    asked = drain(database, lambda session, at: afterwards.ask_filled(session, at=at))
    told = drain(database, lambda session, at: afterwards.tell_never_answered(session, at=at))
    return f"asked {asked}, told {told}"


def recruiter_figures(database: Database, slot: datetime) -> str:
    """In the first days of a month, post to each recruiter the figures of the month before, once."""
    today = slot.astimezone(database.settings.zone).date()
    if today.day > _FIGURES_UNTIL:
        return "not now"
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)

    def next_ones(session: Session, after: int, at: datetime) -> tuple[int | None, int]:
        done = afterwards.months_figures(session, month, after=after, at=at)
        return (done[-1] if done else None), len(done)

    return f"figures of {month:%Y-%m}: {walk(database, next_ones)}"


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

    def due(session: Session, after: int, at: datetime) -> Sequence[int]:
        return shortlists.due(session, before=slot, after=after, limit=SIZE, at=at)

    return f"posted {one_by_one(database, due, suggestions.post_new)}"


def hunts_daily(database: Database, slot: datetime) -> str:
    """Show who is new in the hunts that are followed every day."""
    return _hunts(database, Frequency.DAILY, slot)


def hunts_weekly(database: Database, slot: datetime) -> str:
    """Show who is new in the hunts that are followed every week."""
    return _hunts(database, Frequency.WEEKLY, slot)


def _hunts(database: Database, frequency: Frequency, slot: datetime) -> str:
    def due(session: Session, after: int, at: datetime) -> Sequence[int]:
        return hunts.due(session, frequency, before=slot, after=after, limit=SIZE)

    return f"posted {one_by_one(database, due, hunting.post_new)}"


def lapse_proposals(database: Database, slot: datetime) -> str:
    """End the proposals that nobody answered in time, or whose offer closed."""
    ended = drain(database, lambda session, at: contacts.lapse(session, limit=SIZE, at=at))
    return f"lapsed {ended}"


def expire_held(database: Database, slot: datetime) -> str:
    """Give up the messages that nobody decided upon in time; their authors are told."""
    expired = drain(database, lambda session, at: held.expire(session, at=at, limit=SIZE))
    return f"expired {expired}"


def kept_mails_asked(database: Database, slot: datetime) -> str:
    """Ask each person about the next mail that waits for her word, and end what waited too long."""

    def ask(session: Session, after: int, at: datetime) -> tuple[int | None, int]:
        waiting = kept_mails.people_waiting(session, after=after, limit=SIZE, at=at)
        willing = [person for person in waiting if kept_mails.may_ask(session, person, at=at)]
        asked = sum(kept_mails.ask_about_next(session, person, at=at) for person in willing)
        return (waiting[-1].id if waiting else None), asked

    ended = drain(database, lambda session, at: kept_mails.end_expired(session, limit=SIZE, at=at))
    return f"asked {walk(database, ask)}, ended {ended}"


def sleeping_profiles(database: Database, slot: datetime) -> str:
    """Warn those whose profile is about to fall asleep, and put to sleep those who gave no sign."""
    return f"moved {drain(database, lambda session, at: sleeping.step(session, limit=SIZE, at=at))}"


def retention(database: Database, slot: datetime) -> str:
    """Forget whatever has been kept for as long as the table of retention lets us."""
    gone = 0
    for rule in retention_rules.RULES:

        def next_ones(
            session: Session, after: int, at: datetime, rule: retention_rules.Rule = rule
        ) -> tuple[int | None, int]:
            return retention_rules.forget(session, rule, after=after, limit=MANY, at=at)

        gone += walk(database, next_ones)
    return f"forgotten {gone}"


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
    forgotten = drain(database, lambda session, at: import_questions.forget_unanswered(session, limit=SIZE, at=at))
    with database.transaction() as session:
        abandoned = imports.forget_abandoned(session, at=now())
    return f"forgotten {forgotten}, abandoned {abandoned}"


def silence(database: Database, slot: datetime) -> str:
    """Give notice to those of whom nothing was heard for as long as we may keep anything."""
    told = drain(database, lambda session, at: persons.give_notice(session, limit=SIZE, at=at))
    return f"told {told}"


def recall_interviews(database: Database, slot: datetime) -> str:
    """Recall tomorrow's interviews to both sides."""

    def next_ones(session: Session, at: datetime) -> int:
        return job_interviews.recall(session, until=_end_of_tomorrow(database, at), limit=SIZE, at=at)

    return f"recalled {drain(database, next_ones)}"


def _end_of_tomorrow(database: Database, at: datetime) -> datetime:
    zone = database.settings.zone
    return end_of_day(at.astimezone(zone).date() + timedelta(days=1), zone)


def applications_waiting(database: Database, slot: datetime) -> str:
    """Tell each recruiter, in one letter, who waits for a word of hers."""

    def next_ones(session: Session, after: int, at: datetime) -> tuple[int | None, int]:
        recruiters = chasing.recruiters(session, after=after, limit=SIZE, slot=slot, at=at)
        told = sum(chasing.remind(session, one, slot=slot, at=at) for one in recruiters)
        return (recruiters[-1].id if recruiters else None), told

    return f"told {walk(database, next_ones)}"
