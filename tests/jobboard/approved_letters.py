"""Letters that are approved: for whom, and the report of what became of their copies."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import edition_reports, newsletters
from jobboard.clock import now
from jobboard.db import Database
from jobboard.edition_reports import Report
from jobboard.editions import Edition
from jobboard.people import Person, Subscription
from jobboard.recipients import Recipient
from tests.jobboard.records import publish, recruiter, staff

DOMAINS = ("courrier.example", "gmail.com", "orange.fr")


def readers(count: int, domains: tuple[str, ...] = DOMAINS) -> list[str]:
    """Return so many addresses, at each domain in turn."""
    return [f"r{number}@{domains[number % len(domains)]}" for number in range(count)]


def approve(session: Session, addresses: list[str]) -> Edition:
    """Approve an edition for new readers at these addresses."""
    at = now()
    member = staff(session, at=at)
    publish(session, recruiter(session, at=at), at=at)
    rows = [{"address": one, "address_key": one, "created_at": at, "life_at": at} for one in addresses]
    ids = session.scalars(insert(Person).returning(Person.id), rows).all()
    wanted = [{"person_id": one, "stream": "letters:weekly", "since": at} for one in ids]
    session.execute(insert(Subscription), wanted)
    edition = newsletters.draft(session, "weekly", at=at)
    assert edition is not None
    newsletters.approve(session, edition, member, key="k", at=at)
    return edition


def report_of(database: Database, edition_id: int) -> Report:
    """Return the report of an edition in which nothing is in hand, once it agrees with the rows one by one."""
    with database.transaction() as session:
        report = edition_reports.report(session, session.get_one(Edition, edition_id))
        rows = sa.select(Recipient.state, sa.func.count()).where(Recipient.edition_id == edition_id)
        counted = Counter[str](dict(session.execute(rows.group_by(Recipient.state)).all()))
    assert (report.sent, report.waiting, report.deferred) == (counted["sent"], counted["queued"], counted["deferred"])
    assert (report.failed, report.gone, report.bounced) == (counted["failed"], counted["gone"], counted["bounced"])
    assert (report.skipped, report.total) == (counted["left"] + counted["suppressed"], counted.total())
    return report
