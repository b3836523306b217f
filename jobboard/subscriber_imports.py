"""Taking in subscribers: a batch of lines is copied, decided upon and done in one transaction, a few statements for all.

With the proof of a consent she becomes a subscriber; without one she is asked, once. Whoever left a list, said NON, was
erased, or whose address refuses mail is never put on a list by a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from jobboard.subscriber_rows import Reader, Wanted


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
_DECIDED = """
WITH decided AS (
    INSERT INTO import_line
    SELECT one.run_id, one.line, one.list_name, one.address, one.address_key, one.macs, one.name, one.language,
        one.variant, one.consent_at, one.consent_how, one.consent_text, one.consent_proof, CASE
        WHEN one.outcome <> '' THEN one.outcome
        WHEN one.first < one.line OR earlier.line IS NOT NULL THEN 'duplicate'
        WHEN subscription.id IS NOT NULL AND subscription.stopped_at IS NULL THEN 'present'
        WHEN subscription.stopped_at IS NOT NULL THEN 'left'
        WHEN EXISTS (SELECT FROM erasure WHERE address_mac = ANY(one.macs) AND done_at IS NOT NULL) THEN 'erased'
        WHEN health.suppressed_at IS NOT NULL THEN 'suppressed'
        WHEN asked.declined OR EXISTS (
            SELECT FROM import_asked WHERE kind = 'subscribers' AND address_mac = ANY(one.macs) AND refused
        ) THEN 'declined'
        WHEN one.consent_at IS NOT NULL THEN 'subscribed'
        WHEN asked.waiting OR EXISTS (
            SELECT FROM import_asked WHERE kind = 'subscribers' AND address_mac = ANY(one.macs)
        ) THEN 'asked-before'
        ELSE 'to-ask' END, one.reason, one.cells
    FROM (SELECT *, min(line) OVER (PARTITION BY address_key, list_name) AS first FROM import_batch) AS one
    LEFT JOIN LATERAL (
        SELECT min(other.line) AS line FROM import_line AS other
        WHERE other.run_id = one.run_id AND other.address_key = one.address_key AND other.list_name = one.list_name
    ) AS earlier ON one.outcome = ''
    LEFT JOIN person ON person.address_key = one.address_key
    LEFT JOIN subscription ON subscription.person_id = person.id AND subscription.stream = 'letters:' || one.list_name
    LEFT JOIN address_health AS health ON health.address_key = one.address_key
    LEFT JOIN LATERAL (
        SELECT bool_or(state = 'declined') AS declined, bool_or(state = 'open' AND expires_at > :at) AS waiting
        FROM question WHERE question.address_key = one.address_key AND topic = 'subscribe'
            AND (payload->>'list_name' = one.list_name OR payload->'lists' ? one.list_name)
    ) AS asked ON true
    RETURNING *
)
"""
_REHEARSE = sa.text(f"{_DECIDED} SELECT count(*) FROM decided")
_TAKE_IN = sa.text(f"""{_DECIDED}, mine AS (
    SELECT * FROM decided WHERE outcome = 'subscribed'
), known AS (
    INSERT INTO person (address, address_key, name, language, created_at, life_at)
    SELECT DISTINCT ON (address_key) address, address_key, name, language, CAST(:at AS timestamptz), :at
    FROM mine ORDER BY address_key, line
    ON CONFLICT (address_key) DO UPDATE SET name = coalesce(nullif(person.name, ''), excluded.name)
    RETURNING id, address_key
), roles AS (
    INSERT INTO person_role (person_id, role, since) SELECT id, 'subscriber', :at FROM known ON CONFLICT DO NOTHING
), agreed AS (
    INSERT INTO consent (person_id, purpose, given_at, how, text_shown, evidence)
    SELECT known.id, 'letters:' || list_name, consent_at, 'import', consent_text,
        jsonb_build_object('import', run_id, 'line', line, 'how', consent_how, 'proof', consent_proof)
    FROM mine JOIN known USING (address_key)
)
INSERT INTO subscription (person_id, stream, since, variant)
SELECT known.id, 'letters:' || list_name, :at, variant FROM mine JOIN known USING (address_key)
ON CONFLICT (person_id, stream) DO NOTHING
""")


def take_in(
    session: Session, run: ImportRun, lines: Sequence[Line], reader: Reader, *, rehearsal: bool, at: datetime
) -> None:
    """Copy a batch of lines, decide what becomes of each, and subscribe those with a consent, in the caller's transaction.

    `rehearsal`: nothing but the lines themselves is written.
    """
    imports.stage(session, _staged(run.id, lines, reader, settings_of(session)))
    session.execute(_REHEARSE if rehearsal else _TAKE_IN, {"at": at})
    run.line = lines[-1].number


def _staged(run_id: int, lines: Sequence[Line], reader: Reader, settings: Settings) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        try:
            if line.fault:
                raise Fault(line.fault)
            wanted = reader.read(line.values)
        except Fault as fault:
            cells = [cell.replace("\x00", "") for cell in line.cells]
            yield run_id, line.number, "", "", "", [], "", "", "", None, "", "", "", Outcome.BAD, str(fault), cells
            continue
        yield from _of(run_id, line, wanted, erasures.macs(settings, wanted.address))


def _of(run_id: int, line: Line, wanted: Wanted, macs: tuple[bytes, ...]) -> Iterator[tuple[Any, ...]]:
    consent = wanted.consent
    proof = (consent.at, consent.how, consent.text, consent.proof) if consent else (None, "", "", "")
    who = (wanted.address, address_key(wanted.address), list(macs), wanted.name, wanted.language, wanted.variant)
    for name in wanted.lists:
        yield run_id, line.number, name, *who, *proof, "", "", []


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


def begin(session: Session, digest: str, source: str, *, at: datetime) -> ImportRun:
    """Return the run of that file, as far as it has come."""
    return imports.begin(session, Kind.SUBSCRIBERS, digest, source, at=at)
