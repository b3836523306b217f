"""What is kept no longer than the table says: each rule takes what is old, leaves what is young, and says so in the runbook."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import appointments, outbox, questions, retention
from jobboard.acts import Act, ActKind
from jobboard.agenda import Event
from jobboard.appointments import Booking, BookingNote, BookingState
from jobboard.audit import AuditEntry
from jobboard.clock import now
from jobboard.db import Base, Database
from jobboard.hunts import Hunt
from jobboard.imports import Asked, Kind
from jobboard.letters.account import Noted
from jobboard.logins import Login, WebSession
from jobboard.mailbag import Mail, MailState, RawMail
from jobboard.outbox import Post, PostState
from jobboard.participations import Participation
from jobboard.people import Person
from jobboard.questions import Question, QuestionState, Topic
from jobboard.runs import ClockRun
from jobboard.sightings import Sighting
from jobboard.slot_modes import Mode
from jobboard.suppression import Stranger
from jobboard.tickets import Reply, Ticket
from scheduler import rounds
from tests.jobboard import records

RUNBOOK = Path(retention.__file__).parents[1] / "docs/runbook.md"


def test_every_rule_has_its_line_in_the_runbook() -> None:
    lines = re.findall(r"^\| ([^|]+) \| `([A-Z_]+)` \|", RUNBOOK.read_text("utf-8").split("## What is kept")[1], re.M)
    assert sorted(lines) == sorted((rule.name, rule.setting.upper()) for rule in retention.RULES)


def test_what_is_old_is_forgotten_and_what_is_young_stays(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MANY", 1)
    at = now()
    with database.transaction() as session:
        member, person = records.staff(session), records.candidate(session)
        offer = records.publish(session, records.recruiter(session, at=at), at=at)
        for age in (20, 1_200):
            plant(session, member, person, offer.organisation_id, at - timedelta(days=age), at)
    assert left(database) == dict.fromkeys(LEFT, 2)
    assert rounds.retention(database, at) == f"forgotten {len(retention.RULES)}"
    assert left(database) == dict.fromkeys(LEFT, 1)
    assert rounds.retention(database, at) == "forgotten 0"
    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Mail.sender == "late@x.example")) == 1, "it is stuck"
        assert session.scalars(sa.select(Question.state).order_by(Question.id)).all()[-1] == QuestionState.ACCEPTED


def plant(
    session: Session, member: Person, person: Person, organisation_id: int | None, then: datetime, at: datetime
) -> None:
    """Leave one of everything that is forgotten in time, as it was done `then`; what must stay is old as well."""
    age = f"{(at - then).days}"
    for sender, state in (("a@x.example", MailState.DONE), ("late@x.example", MailState.STUCK)):
        if state is MailState.DONE or age != "20":
            raw = RawMail(sha256=f"{age}{state}".encode(), content=b"...", size=3, kept_at=then)
            session.add(raw)
            session.flush()
            facts = {"door": "smtp", "peer": "192.0.2.1", "helo": "x", "recipient": "aide@", "fingerprint": raw.sha256}
            session.add(Mail(raw_id=raw.id, received_at=then, sender=sender, state=state, finished_at=then, **facts))
    post = outbox.post(session, Noted("withdrawn", age), to=f"{age}@x.example", dedupe=age, reply=Reply(), at=then)
    assert post is not None
    post.state, post.finished_at = PostState.SENT, then
    questions.ask(session, Topic.SIGN_UP, f"{age}@x.example", at=then)
    questions.ask(session, Topic.SIGN_UP, f"{age}@x.example", at=then).state = QuestionState.ACCEPTED
    slot = appointments.publish(session, member, at + timedelta(days=int(age)), at + timedelta(days=int(age), hours=1),
                                Mode.PHONE, "", at=then)  # fmt: skip
    assert slot is not None
    booking = Booking(slot_id=slot.id, person_id=person.id, state=BookingState.ENDED, words="Bonjour", created_at=then)
    event = Event(proposer_id=member.id, state="published", draft={}, starts_at=then, ends_at=then, created_at=then)
    session.add_all((booking, event))
    session.flush()
    secret = {"browser_hash": b"b", "code_hash": b"c"}
    session.add_all(
        (
            BookingNote(booking_id=booking.id, author_id=member.id, text="...", at=then),
            Participation(event_id=event.id, person_id=person.id, state="left", since=then),
            Stranger(address_key=f"{age}@x.example", answered_at=then),
            Login(person_id=person.id, token_hash=age.encode(), created_at=then, expires_at=then, **secret),
            WebSession(person_id=person.id, token_hash=age.encode(), created_at=then, expires_at=then),
            Act(person_id=person.id, kind=ActKind.CLOSING, subject_id=1, payload={}, at=then, until=then),
            AuditEntry(at=then, by_person_id=member.id, act="address-seen", subject="offer", subject_id=1),
            Hunt(recruiter_id=member.id, number=int(age), words="", sought={}, created_at=then),
            Sighting(
                person_id=person.id,
                organisation_id=organisation_id,
                where_seen="page",
                day=then,
                first_at=then,
                last_at=then,
            ),
            ClockRun(job="feeds", slot=then, started_at=then),
            Asked(
                kind=Kind.SUBSCRIBERS, address_mac=age.encode(), asked_at=at - timedelta(days=2_000), brought_at=then
            ),
        )
    )
    session.flush()


# What is counted for each rule: rows, or those that still say something.
LEFT: dict[str, tuple[type[Base], Any]] = {
    "octets": (RawMail, sa.and_(RawMail.content.is_not(None), RawMail.id.not_in(sa.select(Mail.raw_id).where(Mail.state == "stuck")))),
    "senders": (Mail, sa.and_(Mail.sender != "", Mail.state == "done")),
    "letters": (Post, Post.params != {}),
    "tickets": (Ticket, Ticket.address != ""),
    "questions": (Question, Question.state != QuestionState.ACCEPTED),
    "strangers": (Stranger, sa.true()),
    "logins": (Login, sa.true()),
    "sessions": (WebSession, sa.true()),
    "acts": (Act, sa.true()),
    "audit": (AuditEntry, sa.true()),
    "notes": (BookingNote, sa.true()),
    "words": (Booking, Booking.words != ""),
    "participations": (Participation, sa.true()),
    "hunts": (Hunt, sa.true()),
    "sightings": (Sighting, sa.true()),
    "runs": (ClockRun, sa.true()),
    "asked": (Asked, sa.true()),
}  # fmt: skip


def left(database: Database) -> dict[str, int | None]:
    """Return how many rows still say something, by rule."""
    with database.transaction() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(model).where(where))
            for name, (model, where) in LEFT.items()
        }
