"""Questions to people whose address came with an import: one each, at an even pace, and never a second one.

Whoever does not answer is forgotten when the question is over: what is left is an HMAC of her address, so that the next
import does not ask again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobboard import erasures, letter_lists, outbox, people, questions
from jobboard.db import settings_of
from jobboard.imports import Asked, ImportRun, Kind
from jobboard.letters.base import Letter
from jobboard.letters.questions import ImportedCandidateQuestion, ImportedSubscriptionQuestion
from jobboard.outbox import Post, PostState
from jobboard.people import Person, Role, Subscription
from jobboard.questions import Question, QuestionState, Topic
from jobboard.tickets import Ticket, expiry

KINDS: tuple[str, ...] = (ImportedSubscriptionQuestion.kind, ImportedCandidateQuestion.kind)
_FORGET_AFTER = timedelta(days=1)  # an answer that is on its way finds its question closed, not gone


def next_moment(session: Session, *, at: datetime) -> datetime:
    """Return when the next question may leave: behind those that wait already."""
    waiting = (PostState.QUEUED, PostState.DEFERRED)
    last = session.scalar(sa.select(sa.func.max(Post.due_at)).where(Post.kind.in_(KINDS), Post.state.in_(waiting)))
    return at if last is None else max(at, last + pace(session))


def pace(session: Session) -> timedelta:
    """Return the time between two questions."""
    return timedelta(hours=1) / settings_of(session).import_questions_per_hour


# The next addresses of a run, each by its first line and about all of its lists; what is asked of each, and its ticket.
# The letters follow: their Message-IDs are no matter of SQL.
_ASK = sa.text("""
WITH first AS (
    SELECT line, address_key FROM import_line AS one
    WHERE run_id = :run_id AND outcome = 'to-ask' AND line > :after AND NOT EXISTS (
        SELECT FROM import_line AS above WHERE above.run_id = :run_id AND above.address_key = one.address_key
            AND above.outcome = 'to-ask' AND (above.line, above.list_name) < (one.line, one.list_name)
    ) ORDER BY line LIMIT :limit
), one AS MATERIALIZED (
    SELECT first.line, first.address_key, lines.*, person.id AS person_id,
        CAST(:first AS timestamptz) + :pace * (row_number() OVER (ORDER BY first.line) - 1) AS moment
    FROM first CROSS JOIN LATERAL (
        SELECT min(address) AS address, max(name) AS name, min(language) AS language, (array_agg(macs[1]))[1] AS mac,
            array_agg(list_name ORDER BY array_position(CAST(:known AS text[]), list_name)) AS lists,
            jsonb_object_agg(list_name, variant) AS variants
        FROM import_line
        WHERE run_id = :run_id AND import_line.address_key = first.address_key AND outcome = 'to-ask'
    ) AS lines LEFT JOIN person ON person.address_key = first.address_key
), asked AS (
    INSERT INTO question (topic, address, address_key, payload, text_shown, state, created_at, expires_at)
    SELECT :topic, address, address_key, jsonb_build_object(
            'list_name', lists[1], 'lists', lists, 'variants', variants, 'name', name, 'language', language,
            'import', CAST(:run_id AS bigint)),
        'Recevoir la lettre (' || array_to_string(lists, ', ') || ').', 'open', :at,
        moment + make_interval(days => :days) FROM one ORDER BY line
    RETURNING id, address_key
), tickets AS (
    INSERT INTO ticket (person_id, address, role, about, subject_id, offers, created_at, expires_at)
    SELECT person_id, CASE WHEN person_id IS NULL THEN address END, :role, 'question', asked.id, '{}', moment, :until
    FROM asked JOIN one USING (address_key)
    RETURNING id, subject_id
), remembered AS (
    INSERT INTO import_asked (kind, address_mac, asked_at, brought_at) SELECT :kind, mac, :at, :at FROM one ON CONFLICT DO NOTHING
)
SELECT subject_id, id, (SELECT max(line) FROM one) FROM tickets ORDER BY subject_id
""")
_POST = sa.text("""
INSERT INTO post (dedupe, kind, params, stream, person_id, address, language, ticket_id, message_id, "references", state,
    attempts, created_at, due_at)
SELECT 'question:' || question.id, :kind,
    CAST(:params AS jsonb) || jsonb_build_object('question_id', question.id, 'lists', payload->'lists'), :stream,
    ticket.person_id, ticket.address, CASE WHEN ticket.person_id IS NULL THEN payload->>'language' END, ticket.id,
    made.message_id, '{}', 'queued', 0, :at, ticket.created_at
FROM unnest(CAST(:questions AS bigint[]), CAST(:tickets AS bigint[]), CAST(:message_ids AS text[]))
    AS made (question_id, ticket_id, message_id)
JOIN question ON question.id = made.question_id JOIN ticket ON ticket.id = made.ticket_id
ORDER BY question.id
""")


def ask_readers(session: Session, run: ImportRun, *, first: datetime, limit: int, at: datetime) -> int:
    """Ask the next of a run's people whose consent nothing proves, `limit` at most, each once, from `first` on.

    Two statements for them all; the run stands behind the last of them. Returns how many were asked.
    """
    settings = settings_of(session)
    days, known = settings.import_question_days, list(letter_lists.lists(settings))
    made = session.execute(
        _ASK,
        {
            "run_id": run.id, "after": run.asked_line, "limit": limit, "first": first, "pace": pace(session),
            "known": known, "topic": Topic.SUBSCRIBE, "role": Role.SUBSCRIBER, "kind": Kind.SUBSCRIBERS, "days": days,
            "at": at, "until": expiry(session, at),
        },
    ).all()  # fmt: skip
    if not made:
        return 0
    question_ids, tickets, lines = zip(*made, strict=True)
    session.execute(
        _POST,
        {
            "kind": ImportedSubscriptionQuestion.kind,
            "params": json.dumps(ImportedSubscriptionQuestion(0, (), days).to_params()),
            "stream": ImportedSubscriptionQuestion.stream,
            "questions": list(question_ids),
            "tickets": list(tickets),
            "message_ids": [outbox.message_id(settings, f"question:{one}") for one in question_ids],
            "at": at,
        },
    )
    run.asked_line = lines[0]
    outbox.ring(session, ImportedSubscriptionQuestion.stream)
    return len(made)


def remember(session: Session, kind: Kind, macs: Sequence[bytes], *, at: datetime) -> None:
    """Keep that these addresses were asked."""
    given = sa.func.unnest(sa.bindparam("macs", macs, type_=postgresql.ARRAY(sa.LargeBinary))).column_valued("mac")
    moment = sa.literal(at, type_=Asked.asked_at.type)
    rows = sa.select(sa.literal(str(kind)), given, moment, moment)
    names = ["kind", "address_mac", "asked_at", "brought_at"]
    session.execute(insert(Asked).from_select(names, rows).on_conflict_do_nothing())


def brought(session: Session, kind: Kind, address: str, *, at: datetime) -> None:
    """Note that a file has brought an address that was asked once: it is remembered for longer."""
    macs = erasures.macs(settings_of(session), address)
    session.execute(sa.update(Asked).where(Asked.kind == kind, Asked.address_mac.in_(macs)).values(brought_at=at))


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
