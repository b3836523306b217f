"""Every mail of the corpus, dispatched in its situation, ends as its .json says: its purpose and its outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inbound import dispatch
from inbound.parse import fingerprint
from jobboard import mailbag
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.mailbag import Arrival, Mail
from tests.inbound.situations import Situation, address_for

CORPUS = Path(__file__).parents[1] / "corpus"
NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))


def outcome_of(raw: bytes, expected: dict[str, Any], database: Database, addresses: Addresses) -> str | None:
    """Dispatch a mail in its situation and return the recorded outcome."""
    at = now()
    writer = expected["sender"] or "lea.martin@courrier.example"
    if expected["purpose"] == Situation.RETURN:
        writer = "lea.martin@courrier.example"
    with database.transaction() as session:
        to = address_for(Situation(expected["purpose"]), session, addresses, writer, at=at)
        sender = expected["envelope_sender"].strip("<>")
        arrival = Arrival("smtp", "127.0.0.1", "mx.example", sender, raw, [(to, fingerprint(raw, to))])
        (mail_id,) = mailbag.store(session, arrival, at=at)
    dispatch.drain(database, addresses)
    with database.transaction() as session:
        return session.get_one(Mail, mail_id).outcome


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_ends_as_expected(name: str, database: Database, addresses: Addresses) -> None:
    expected = json.loads((CORPUS / f"{name}.json").read_text("utf-8"))
    raw = (CORPUS / f"{name}.eml").read_bytes()
    assert outcome_of(raw, expected, database, addresses) == expected["outcome"]
