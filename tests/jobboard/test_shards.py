"""Shards in two hands: one taken from a worker who was believed dead, and who then says after all what it has sent."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from jobboard import recipients, shards
from jobboard.clock import now
from jobboard.db import Database
from jobboard.recipients import RecipientState, Shard, ShardState
from jobboard.shards import Copy, Result
from tests.jobboard import approved_letters

SHARD = 40


def claimed(database: Database, worker: int) -> tuple[Shard, list[Copy]]:
    """Claim the shard for a worker and take its first group."""
    with database.transaction() as session:
        shard = shards.claim(session, worker, at=now())
        assert shard is not None
        return shard, shards.next_group(session, shard, after=0, at=now())


def told(database: Database, shard: Shard, copies: Sequence[Copy], became: RecipientState) -> None:
    """Write down what became of a group, whose last copy has met something else than the others."""
    results = [Result(copy, RecipientState.SENT) for copy in copies[:-1]] + [Result(copies[-1], became)]
    with database.transaction() as session:
        shards.confirm(session, shard, results, at=now())


def test_what_two_hands_say_of_one_group_counts_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = list(itertools.product((RecipientState.SENT, RecipientState.DEFERRED, RecipientState.LEFT), (0, 1)))
    monkeypatch.setattr(recipients, "SHARD", SHARD)
    with database.transaction() as session:
        addresses = approved_letters.readers(SHARD * len(cases), ("courrier.example",))
        edition_id = approved_letters.approve(session, addresses).id
    for number, (became, first) in enumerate(cases, 1):
        lost = claimed(database, 1)
        with database.transaction() as session:
            shard = session.get_one(Shard, lost[0].id)
            shard.worker, shard.state = None, ShardState.WAITING  # as `shards.recover` does
        taken = claimed(database, 2)
        assert [copy.id for copy in taken[1]] == [copy.id for copy in lost[1]]
        told(database, *(lost, taken)[first], became)
        told(database, *(lost, taken)[1 - first], RecipientState.SENT)
        report = approved_letters.report_of(database, edition_id)  # agrees with the rows
        assert report.total - report.waiting == number * shards.GROUP
