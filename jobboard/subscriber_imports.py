"""Taking in subscribers: a batch of lines is copied, decided upon and done in one transaction, a few statements for all.

With the proof of a consent she becomes a subscriber; without one she is asked, once. Whoever left a list, said NON, was
erased, or whose address refuses mail is never put on a list by a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import erasures, import_questions, imports
from jobboard.addresses import address_key
from jobboard.db import settings_of
from jobboard.imports import ImportLine, ImportRun, Kind
from jobboard.row_values import Fault
from jobboard.settings import Settings
from jobboard.sheets import Line
from jobboard.subscriber_rows import Reader


class Outcome(StrEnum):
    """What becomes of a line."""

    SUBSCRIBED = "subscribed"  # with the proof of her consent
    TO_ASK = "to-ask"
    ASKED = "asked"  # without one: a question leaves
    ASKED_BEFORE = "asked-before"  # by an import, or a question of hers that still stands
    PRESENT = "present"  # on that list already
    DUPLICATE = "duplicate"  # of a line above
    LEFT = "left"  # she unsubscribed
    DECLINED = "declined"  # she said NON
    ERASED = "erased"  # she had everything erased
    SUPPRESSED = "suppressed"  # her address refuses mail
    BAD = "bad"


KEPT_OUT = (Outcome.LEFT, Outcome.DECLINED, Outcome.ERASED, Outcome.SUPPRESSED)
# The first answer counts. Each is asked of an index, line by line: a batch costs the same however many people there are
# (joins, of which the planner knows too little here, read whole tables or compare every line with every other).
_DECIDE = sa.text("""
UPDATE import_batch AS one SET outcome = coalesce(
    (SELECT 'duplicate' FROM import_line AS above WHERE above.run_id = one.run_id
        AND above.address_key = one.address_key AND above.list_name = one.list_name LIMIT 1),
    (SELECT CASE WHEN stopped_at IS NULL THEN 'present' ELSE 'left' END
        FROM subscription JOIN person ON person.id = subscription.person_id
        WHERE person.address_key = one.address_key AND stream = 'letters:' || one.list_name),
    (SELECT 'erased' FROM erasure WHERE address_mac = ANY(one.macs) AND done_at IS NOT NULL LIMIT 1),
    (SELECT 'suppressed' FROM address_health WHERE address_key = one.address_key AND suppressed_at IS NOT NULL),
    (SELECT 'declined' FROM question WHERE question.address_key = one.address_key AND topic = 'subscribe'
        AND (payload->>'list_name' = one.list_name OR payload->'lists' ? one.list_name)
        AND state = 'declined' LIMIT 1),
    (SELECT 'declined' FROM import_asked WHERE kind = 'subscribers' AND address_mac = ANY(one.macs) AND refused LIMIT 1),
    CASE WHEN consent_at IS NOT NULL THEN 'subscribed' END,
    (SELECT 'asked-before' FROM question WHERE question.address_key = one.address_key AND topic = 'subscribe'
        AND (payload->>'list_name' = one.list_name OR payload->'lists' ? one.list_name)
        AND state = 'open' AND expires_at > :at LIMIT 1),
    (SELECT 'asked-before' FROM import_asked WHERE kind = 'subscribers' AND address_mac = ANY(one.macs) LIMIT 1),
    'to-ask')
WHERE outcome = ''
""")
_KEEP = sa.text("INSERT INTO import_line SELECT * FROM import_batch")
_ADMIT = sa.text("""
INSERT INTO person (address, address_key, name, language, created_at, life_at)
SELECT DISTINCT ON (address_key) address, address_key, name, language, CAST(:at AS timestamptz), :at
FROM import_batch WHERE outcome = 'subscribed' ORDER BY address_key, line
ON CONFLICT (address_key) DO UPDATE SET name = coalesce(nullif(person.name, ''), excluded.name)
""")
_SUBSCRIBE = sa.text("""
WITH mine AS MATERIALIZED (
    SELECT one.*, (SELECT id FROM person WHERE person.address_key = one.address_key) AS person_id
    FROM import_batch AS one WHERE outcome = 'subscribed'
), roles AS (
    INSERT INTO person_role (person_id, role, since) SELECT DISTINCT person_id, 'subscriber', CAST(:at AS timestamptz)
    FROM mine ON CONFLICT DO NOTHING
), agreed AS (
    INSERT INTO consent (person_id, purpose, given_at, how, text_shown, evidence)
    SELECT person_id, 'letters:' || list_name, consent_at, 'import', consent_text,
        jsonb_build_object('import', run_id, 'line', line, 'how', consent_how, 'proof', consent_proof)
    FROM mine
)
INSERT INTO subscription (person_id, stream, since, variant)
SELECT person_id, 'letters:' || list_name, :at, variant FROM mine
ON CONFLICT (person_id, stream) DO NOTHING
""")
# Whom a file brings again is remembered for longer.
_BROUGHT = sa.text("""
UPDATE import_asked SET brought_at = :at
WHERE kind = 'subscribers' AND brought_at < :at AND address_mac = ANY(ARRAY(
    SELECT unnest(macs) FROM import_batch WHERE outcome IN ('asked-before', 'declined')))
""")


def take_in(
    session: Session, run: ImportRun, lines: Sequence[Line], reader: Reader, *, rehearsal: bool, at: datetime
) -> None:
    """Copy a batch of lines, decide what becomes of each, and subscribe those with a consent, in the caller's transaction.

    `rehearsal`: nothing but the lines themselves is written.
    """
    imports.stage(session, _staged(run.id, lines, reader, settings_of(session)))
    session.execute(_DECIDE, {"at": at})
    session.execute(_KEEP)
    for statement in () if rehearsal else (_ADMIT, _SUBSCRIBE, _BROUGHT):
        session.execute(statement, {"at": at})
    run.line = lines[-1].number


def _staged(run_id: int, lines: Sequence[Line], reader: Reader, settings: Settings) -> Iterator[tuple[Any, ...]]:
    seen: set[tuple[str, str]] = set()
    for line in lines:
        try:
            if line.fault:
                raise Fault(line.fault)
            wanted = reader.read(line.values)
        except Fault as fault:
            cells = [cell.replace("\x00", "") for cell in line.cells]
            yield run_id, line.number, "", "", "", [], "", "", "", None, "", "", "", Outcome.BAD, str(fault), cells
            continue
        consent, key = wanted.consent, address_key(wanted.address)
        proof = (consent.at, consent.how, consent.text, consent.proof) if consent else (None, "", "", "")
        macs = list(erasures.macs(settings, wanted.address))
        who = (wanted.address, key, macs, wanted.name, wanted.language, wanted.variant)
        for name in wanted.lists:
            outcome = Outcome.DUPLICATE if (key, name) in seen else ""
            seen.add((key, name))
            yield run_id, line.number, name, *who, *proof, outcome, "", []


@dataclass(frozen=True)
class Asking:
    """How far asking has come: of how many people, how many so far, and when the next question may leave."""

    of: int
    moment: datetime
    asked: int = 0


def ask_from(session: Session, run: ImportRun, *, at: datetime) -> Asking:
    """Return where asking begins. The lines, which are all there now, are counted first: no batch must read them all."""
    session.execute(sa.text("ANALYZE import_line"))
    waiting = (ImportLine.run_id == run.id, ImportLine.outcome == Outcome.TO_ASK, ImportLine.line > run.asked_line)
    of = session.scalar(sa.select(sa.func.count(sa.distinct(ImportLine.address_key))).where(*waiting))
    return Asking(of or 0, import_questions.next_moment(session, at=at))


def ask_next(session: Session, run: ImportRun, so_far: Asking, *, limit: int, at: datetime) -> Asking | None:
    """Ask the next of those whose consent nothing proves, in the caller's transaction; None when all are asked."""
    asked = import_questions.ask_readers(session, run, first=so_far.moment, limit=limit, at=at)
    if not asked:
        return None
    after = so_far.moment + asked * import_questions.pace(session)
    return Asking(so_far.of, after, so_far.asked + asked)


def counts(session: Session, run: ImportRun, *, rehearsal: bool) -> dict[str, int]:
    """Return how many lines came to what; when it is no rehearsal, who was to be asked has been."""
    found = imports.counts(session, run.id)
    if not rehearsal and Outcome.TO_ASK in found:
        found[Outcome.ASKED] = found.get(Outcome.ASKED, 0) + found.pop(Outcome.TO_ASK)
    return found


def last_question(session: Session, counted: Mapping[str, int], *, at: datetime) -> datetime | None:
    """Return when the last question of an import leaves, or would leave; None where it asks nobody."""
    if Outcome.TO_ASK in counted:  # a rehearsal: behind those that wait
        return import_questions.next_moment(session, at=at) + import_questions.pace(session) * (
            counted[Outcome.TO_ASK] - 1
        )
    if Outcome.ASKED in counted:
        return import_questions.next_moment(session, at=at) - import_questions.pace(session)
    return None


def begin(session: Session, digest: str, source: str, *, at: datetime) -> ImportRun:
    """Return the run of that file, as far as it has come."""
    return imports.begin(session, Kind.SUBSCRIBERS, digest, source, at=at)
