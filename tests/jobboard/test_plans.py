"""How PostgreSQL reads the tables when they are as full as a real board's: what is hot reads no alert that it need not."""

from __future__ import annotations

import random
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.match import fill, wishes
from jobboard import ledger, matching, rhythms
from jobboard.db import Database
from tests.jobboard.records import AT, publish, recruiter

ALERTS = 12_000
ALL_OF_IT = re.compile(r"Seq Scan on (alert|alert_posting|alert_place|ledger|subscription|person|post)\b")


def plan(session: Session, statement: str, **given: object) -> str:
    return "\n".join(session.scalars(sa.text(f"EXPLAIN {statement}"), given))


def test_what_is_hot_reads_no_table_of_alerts_from_end_to_end(database: Database) -> None:
    draw = random.Random(3)
    fill(database, wishes(draw, count=300, trade_share=0.02, place_share=0.05), count=ALERTS, each=2, draw=draw)
    with database.transaction() as session:
        by = recruiter(session)
        ids = [publish(session, by).id for _ in range(20)]
        told = matching.record(session, ids[:19], at=AT)
        session.execute(
            sa.text("UPDATE ledger SET posted_at = :at WHERE offer_id <> :last"), {"at": AT, "last": ids[0]}
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    with database.transaction() as session:
        assert told
        found = {"one offer": matching.plans(session, ids[-1:], at=AT)}
        due = rhythms.due(session, instant=False, zone=database.settings.zone, at=AT, digest_at=AT)
        given = {"at": AT, **due.values()}
        found["lines of a batch"] = plan(session, ledger.LINES.text, people=sorted(told)[:100], **given)
        found["one alert"] = plan(session, ledger.LINES_OF_ALERT.text, person=1, alert=1, at=AT)
        found["posted"] = plan(session, ledger.MARK.text, at=AT, people=[1, 2], items=[3, 4])
    whole = {name: read for name, read in found.items() if ALL_OF_IT.search(read)}
    assert whole == {}
