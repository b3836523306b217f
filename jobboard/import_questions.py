"""Questions to people whose address came with an import: one each, at an even pace, and never a second one.

Whoever does not answer is forgotten when the question is over: what is left is an HMAC of her address, so that the next
import does not ask again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import erasures, outbox, people, questions
from jobboard.db import settings_of
from jobboard.imports import Asked, Kind
from jobboard.letters.base import Letter
from jobboard.letters.questions import ImportedCandidateQuestion, ImportedSubscriptionQuestion
from jobboard.outbox import Post, PostState
from jobboard.people import Person, Role, Subscription
from jobboard.questions import Question, QuestionState, Topic
from jobboard.tickets import Ticket, expiry

KINDS: tuple[str, ...] = (ImportedSubscriptionQuestion.kind, ImportedCandidateQuestion.kind)
_FORGET_AFTER = timedelta(days=1)  # an answer that is on its way finds its question closed, not gone


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to be asked about lists of letters, each with what she reads of it."""

    address: str
    address_key: str
    person_id: int | None
    name: str
    language: str
    lists: tuple[str, ...]
    variants: tuple[str, ...]
    macs: tuple[bytes, ...]

    def payload(self, run_id: int) -> dict[str, Any]:
        """Return what the question keeps, for her OUI."""
        variants = dict(zip(self.lists, self.variants, strict=True))
        asked = {"list_name": self.lists[0], "lists": list(self.lists), "variants": variants}
        return {**asked, "name": self.name, "language": self.language, "import": run_id}


def next_moment(session: Session, *, at: datetime) -> datetime:
    """Return when the next question may leave: behind those that wait already."""
    waiting = (PostState.QUEUED, PostState.DEFERRED)
    last = session.scalar(sa.select(sa.func.max(Post.due_at)).where(Post.kind.in_(KINDS), Post.state.in_(waiting)))
    return at if last is None else max(at, last + pace(session))


def pace(session: Session) -> timedelta:
    """Return the time between two questions."""
    return timedelta(hours=1) / settings_of(session).import_questions_per_hour


# Questions and tickets; the letters, whose Message-IDs are no matter of SQL, follow.
_ASK = sa.text("""
WITH one AS (
    SELECT * FROM unnest(
        CAST(:addresses AS text[]), CAST(:keys AS text[]), CAST(:person_ids AS bigint[]), CAST(:payloads AS jsonb[]),
        CAST(:texts AS text[]), CAST(:moments AS timestamptz[])
    ) AS row (address, address_key, person_id, payload, text, moment)
), asked AS (
    INSERT INTO question (topic, address, address_key, payload, text_shown, state, created_at, expires_at)
    SELECT :topic, address, address_key, payload, text, 'open', :at, moment + make_interval(days => :days) FROM one
    RETURNING id, address_key
), tickets AS (
    INSERT INTO ticket (person_id, address, role, about, subject_id, offers, created_at, expires_at)
    SELECT one.person_id, CASE WHEN one.person_id IS NULL THEN one.address END, :role, 'question', asked.id, '{}', one.moment, :until
    FROM asked JOIN one USING (address_key)
    RETURNING id, subject_id
)
SELECT one.address_key, tickets.subject_id, tickets.id FROM tickets JOIN asked ON asked.id = tickets.subject_id
JOIN one USING (address_key)
""")
_POST = sa.text("""
INSERT INTO post (dedupe, kind, params, stream, person_id, address, language, ticket_id, message_id, "references", state,
    attempts, created_at, due_at)
SELECT 'question:' || question_id, :kind, params, :stream, person_id, CASE WHEN person_id IS NULL THEN address END,
    CASE WHEN person_id IS NULL THEN language END, ticket_id, message_id, '{}', 'queued', 0, :at, moment
FROM unnest(
    CAST(:questions AS bigint[]), CAST(:params AS jsonb[]), CAST(:person_ids AS bigint[]), CAST(:addresses AS text[]),
    CAST(:languages AS text[]), CAST(:tickets AS bigint[]), CAST(:message_ids AS text[]), CAST(:moments AS timestamptz[])
) AS row (question_id, params, person_id, address, language, ticket_id, message_id, moment)
""")


def ask_readers(session: Session, readers: Sequence[Reader], run_id: int, *, first: datetime, at: datetime) -> None:
    """Ask each of them once, from `first` on; three statements for them all. Their addresses are distinct."""
    settings, step = settings_of(session), pace(session)
    moments = {one.address_key: first + step * index for index, one in enumerate(readers)}
    made = session.execute(
        _ASK,
        {
            "addresses": [one.address for one in readers],
            "keys": [one.address_key for one in readers],
            "person_ids": [one.person_id for one in readers],
            "payloads": [json.dumps(one.payload(run_id)) for one in readers],
            "texts": [f"Recevoir la lettre ({', '.join(one.lists)})." for one in readers],
            "moments": list(moments.values()),
            "days": settings.import_question_days,
            "topic": Topic.SUBSCRIBE,
            "role": Role.SUBSCRIBER,
            "at": at,
            "until": expiry(session, at),
        },
    )
    questions_of = {key: (question_id, ticket_id) for key, question_id, ticket_id in made}
    ids = [questions_of[one.address_key] for one in readers]
    letters = [
        ImportedSubscriptionQuestion(question_id, one.lists, settings.import_question_days)
        for one, (question_id, _) in zip(readers, ids, strict=True)
    ]
    session.execute(
        _POST,
        {
            "kind": ImportedSubscriptionQuestion.kind,
            "stream": ImportedSubscriptionQuestion.stream,
            "questions": [question_id for question_id, _ in ids],
            "tickets": [ticket_id for _, ticket_id in ids],
            "params": [json.dumps(letter.to_params()) for letter in letters],
            "person_ids": [one.person_id for one in readers],
            "addresses": [one.address for one in readers],
            "languages": [one.language for one in readers],
            "message_ids": [outbox.message_id(settings, f"question:{question_id}") for question_id, _ in ids],
            "moments": list(moments.values()),
            "at": at,
        },
    )
    remember(session, Kind.SUBSCRIBERS, [one.macs[0] for one in readers], at=at)
    outbox.ring(session, ImportedSubscriptionQuestion.stream)


def remember(session: Session, kind: Kind, macs: Sequence[bytes], *, at: datetime) -> None:
    """Keep that these addresses were asked."""
    given = sa.func.unnest(sa.bindparam("macs", macs, type_=postgresql.ARRAY(sa.LargeBinary))).column_valued("mac")
    rows = sa.select(sa.literal(str(kind)), given, sa.literal(at, type_=Asked.asked_at.type))
    names = ["kind", "address_mac", "asked_at"]
    session.execute(insert(Asked).from_select(names, rows).on_conflict_do_nothing())


def freshen(session: Session, letter: Letter, *, at: datetime) -> Letter | None:
    """Return a question as it leaves; None where it is answered or over, or where she has decided by herself meanwhile."""
    assert isinstance(letter, ImportedSubscriptionQuestion)
    question = questions.open_question(session, letter.question_id, at=at)
    if question is None:
        return None
    streams = [people.letters_stream(name) for name in letter.lists]
    decided = session.scalars(
        sa.select(Subscription.stream)
        .join(Person)
        .where(Person.address_key == question.address_key, Subscription.stream.in_(streams))
    ).all()
    left = tuple(name for name in letter.lists if people.letters_stream(name) not in decided)
    if not left:
        questions.LIFE.step(question, "expire", by=None, at=at)
        return None
    if left != letter.lists:
        question.payload = {**question.payload, "list_name": left[0], "lists": list(left)}
    return ImportedSubscriptionQuestion(letter.question_id, left, letter.days)


def forget_unanswered(session: Session, *, limit: int, at: datetime) -> int:
    """Forget people whom an import asked and who said NON, or have not said OUI in time; returns how many.

    People whom we know otherwise stay; of them only the question goes.
    """
    over = sa.or_(Question.expires_at <= at - _FORGET_AFTER, Question.state == QuestionState.DECLINED)
    found = session.scalars(
        sa.select(Question)
        .where(Question.payload.has_key("import"), Question.state != QuestionState.ACCEPTED)
        .where(over)
        .order_by(Question.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for one in found:
        if one.state is QuestionState.DECLINED and one.topic is Topic.SUBSCRIBE:
            _keep_refusal(session, one)
    if found:
        _forget(session, [one.id for one in found])
    return len(found)


def _keep_refusal(session: Session, question: Question) -> None:
    """Keep that she said NON, beside the HMAC of her address: no file is stronger than that."""
    macs = erasures.macs(settings_of(session), question.address)
    session.execute(
        sa.update(Asked).where(Asked.kind == Kind.SUBSCRIBERS, Asked.address_mac.in_(macs)).values(refused=True)
    )


def _forget(session: Session, question_ids: Sequence[int]) -> None:
    """Delete questions, and what was written to people of whom nothing else is known."""
    keys = [f"{what}:{one}" for one in question_ids for what in ("question", "question-declined")]
    gone = sa.delete(Post).where(Post.dedupe.in_(keys), Post.person_id.is_(None)).returning(Post.ticket_id)
    tickets = session.scalars(gone).all()
    session.execute(sa.delete(Ticket).where(Ticket.id.in_(tickets)))
    session.execute(sa.delete(Question).where(Question.id.in_(question_ids)))
