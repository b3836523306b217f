"""The subscribers as a table: a line for each person and list, with the proof of her consent, read a few at a time.

What it holds is what an import takes: importing an export adds nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import people
from jobboard.db import settings_of
from jobboard.people import Consent, Person, Subscription
from jobboard.sections import SECTION_LABELS, Variant
from jobboard.subscriber_rows import EXPORTED

BATCH = 1_000
_LETTERS = people.letters_stream("")


def header() -> tuple[str, ...]:
    """Return the names of the columns."""
    return EXPORTED


def count(session: Session, list_name: str = "") -> int:
    """Return how many lines there will be."""
    return session.scalar(_chosen(list_name).with_only_columns(sa.func.count())) or 0


def lines(session: Session, list_name: str = "") -> Iterator[tuple[str, ...]]:
    """Yield the line of each subscription that runs, of one list or of all, by a cursor of the server."""
    consent = (
        sa.select(Consent.given_at, Consent.how, Consent.text_shown, Consent.evidence)
        .where(Consent.person_id == Person.id, Consent.purpose == Subscription.stream, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
        .limit(1)
        .lateral("agreed")
    )
    query = (
        _chosen(list_name)
        .outerjoin(consent, sa.true())
        .with_only_columns(
            Person.address, Person.name, Person.language, Subscription.stream, Subscription.variant,
            consent.c.given_at, consent.c.how, consent.c.text_shown, consent.c.evidence,
            maintain_column_froms=True,
        )
        .order_by(Subscription.id)
        .execution_options(yield_per=BATCH)
    )  # fmt: skip
    zone = settings_of(session).zone
    for address, name, language, stream, key, given_at, how, text, evidence in session.execute(query):
        variant = Variant.read(key)
        sections = ", ".join(SECTION_LABELS[section] for section in variant.sections)
        kept = (address, name, stream.removeprefix(_LETTERS), sections, variant.territory, language)
        yield (*kept, *_consent(given_at, how or "", text or "", evidence or {}, zone))


def _chosen(list_name: str) -> sa.Select[Any]:
    wanted = Subscription.stream == people.letters_stream(list_name)
    query = sa.select(Subscription.id).join(Person, Person.id == Subscription.person_id)
    query = query.where(Subscription.stopped_at.is_(None), Person.erased_at.is_(None))
    return query.where(wanted if list_name else Subscription.stream.startswith(_LETTERS, autoescape=True))


def _consent(at: datetime | None, how: str, text: str, evidence: dict[str, Any], zone: ZoneInfo) -> tuple[str, ...]:
    """Return when, how, the text and the proof, as they came where an import brought them."""
    if at is None:
        return "", "", "", ""
    moment = at.astimezone(zone).isoformat()
    if how == "import":
        return moment, str(evidence.get("how", "")), text, str(evidence.get("proof", ""))
    return moment, how, text, json.dumps(evidence, ensure_ascii=False, sort_keys=True)
