"""Matching and a morning's digests in processes that are killed with SIGKILL in their middle, and begun again."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import announcements, clock
from jobboard.contracts import Frequency
from jobboard.db import Database
from jobboard.ledger import LedgerRow
from jobboard.outbox import Post
from passerelle.installation import Installation, opened
from passerelle.tasks import Work
from scheduler import rounds
from tests.conftest import make_settings
from tests.jobboard.records import NANTES, alert, candidate, near, publish, recruiter

PEOPLE, BATCH = 12, 4


def test_whoever_is_killed_in_matching_and_digests_everybody_is_told_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "BATCH", BATCH)
    monkeypatch.setattr(rounds, "SIZE", BATCH)
    with database.transaction() as session:
        by, at = recruiter(session), clock.now()
        for number in range(PEOPLE):
            frequency = Frequency.INSTANT if number % 2 else Frequency.DAILY
            alert(session, candidate(session), replace(near(NANTES), frequency=frequency), at=at)
        offers = [publish(session, by, at=at).id for _ in range(2)]
    url = database.engine.url.render_as_string(hide_password=False)
    settings = make_settings(tmp_path, database_url=url, crash_points=True)

    def in_a_process(act: Callable[[Installation], object], *dies_at: str) -> int:
        """Do it in a process of its own, at most until the first of these points; returns how it ended."""
        for point in dies_at:
            (tmp_path / "crash-points").mkdir(exist_ok=True)
            (tmp_path / "crash-points" / point).touch()
        child = os.fork()
        if not child:
            with opened(settings) as installation:
                act(installation)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def match(installation: Installation) -> None:
        for offer_id in offers:
            Work(installation, 1).match_offer(offer_id)

    def digest(installation: Installation) -> None:
        rounds.digest(installation.database, clock.now(), settings.zone)

    def told() -> Counter[tuple[int, int]]:
        with database.transaction() as session:
            posts = session.execute(sa.select(Post.person_id, Post.params).where(Post.kind == "offer_alert"))
            return Counter((who, card["offer_id"]) for who, letter in posts for card in letter["cards"])

    for act, part in ((match, "match"), (digest, "post")):
        before = told()
        for point in (f"{part}:before-commit", f"{part}:after-commit"):
            assert in_a_process(act, point) == -signal.SIGKILL
        assert 0 < len(told() - before) < PEOPLE, "killed in the middle"
        assert in_a_process(act) == 0
    with database.transaction() as session:
        lines = session.execute(sa.select(LedgerRow.person_id, LedgerRow.offer_id, LedgerRow.posted_at)).all()
    assert told() == Counter((who, offer_id) for who, offer_id, posted_at in lines if posted_at is not None)
    assert len(lines) == len(told()) == PEOPLE * len(offers)
