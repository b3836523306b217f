"""What staff and readers do while two workers send a letter, and a provider that pushes back: everybody is obeyed.

Pause, go on, cancel, send to the missing, stop the workers, in one sending, while readers leave all the time. Nobody is
killed here: nobody may have two copies.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import edition_reports, editions, people, recipients, shards
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.people import Subscription
from jobboard.recipients import Recipient, RecipientState
from tests.doors.durable_sink import DurableSink
from tests.jobboard import approved_letters
from tests.jobboard.records import staff
from tests.journeys import sendings
from tests.journeys.sendings import Workers

READERS, SHARD = (24_000, recipients.SHARD) if os.environ.get("PROOF") == "full" else (1_500, 500)
TAKERS = READERS * 2 // 3  # whose providers do not push back
CONNECTIONS = 2 * 4  # of both workers, at most
PAUSE = 0.006  # seconds that the next server takes for a mail: it leaves slowly enough to be stopped in the middle

# Of those whose provider takes mail, in any order.
WAITING = sa.text("""
SELECT one.subscription_id FROM edition_recipient AS one JOIN subscription ON subscription.id = one.subscription_id
WHERE one.state = 'queued' AND one.destination <> 'gmail' AND subscription.stopped_at IS NULL
ORDER BY md5(one.id::text) LIMIT 1
""")
# Whether a reader's copy was perhaps in a courier's hands a moment ago: those are the first that wait in a shard, behind a
# group that is being written down in the statement that reads the next.
IN_HAND = sa.text("""
SELECT mine.state <> 'queued' OR shard.state = 'sending' AND :groups > (
    SELECT count(*) FROM edition_recipient AS one
    WHERE one.id >= shard.first_id AND one.id < mine.id AND one.state = 'queued'
) FROM edition_recipient AS mine JOIN edition_shard AS shard ON mine.id BETWEEN shard.first_id AND shard.last_id
WHERE mine.subscription_id = :subscription_id
""")


class Sending:
    """An edition on its way, watched at the receiving end; at each look a reader leaves its list."""

    def __init__(self, database: Database, sink: DurableSink, workers: Workers, edition_id: int) -> None:
        self.database, self.sink, self.workers, self.edition_id = database, sink, workers, edition_id
        self.left: dict[int, bool] = {}  # subscription -> whether her copy may have been in a hand as she left

    def arrived(self) -> int:
        """Return how many copies have come."""
        return len(sendings.copies(self.sink))

    def next_to_leave(self) -> int | None:
        """Return the subscription of somebody who waits for her copy and has not left, whoever it is; None: of nobody."""
        with self.database.transaction() as session:
            return session.scalar(WAITING)

    def has_reached_takers(self) -> bool:
        """Tell whether nobody waits but those whose provider pushes back."""
        waiting = sa.select(Recipient.id).where(Recipient.state == RecipientState.QUEUED)
        with self.database.transaction() as session:
            return session.scalar(waiting.where(Recipient.destination != "gmail").limit(1)) is None

    def reach(self, true: Callable[[], bool]) -> None:
        """Wait; once copies have come, readers leave who have none yet."""

        def look() -> bool:
            if self.arrived() and (somebody := self.next_to_leave()) is not None:
                self._leave(somebody)
            return true()

        self.workers.wait_until(look)

    def order(self, act: Callable[..., object]) -> None:
        """Have the staff do something with the edition."""
        with self.database.transaction() as session:
            act(session, session.get_one(Edition, self.edition_id), by=staff(session), at=now())

    def stops_at_once(self, act: Callable[..., object]) -> None:
        """Have the staff stop it, and see that nothing comes any more but the group that each connection has begun."""
        self.order(act)
        seen = self.arrived()
        self.workers.wait_until(lambda: not sendings.in_hand(self.database, self.edition_id))
        assert self.arrived() - seen <= CONNECTIONS * shards.GROUP
        assert approved_letters.report_of(self.database, self.edition_id).sent == self.arrived()
        assert self.next_to_leave(), "in the middle"

    def _leave(self, subscription_id: int) -> None:
        with self.database.transaction() as session:
            people.unsubscribe(session, session.get_one(Subscription, subscription_id), how="test", at=now())
        asked = {"subscription_id": subscription_id, "groups": 2 * shards.GROUP}
        with self.database.transaction() as session:
            self.left[subscription_id] = bool(session.scalar(IN_HAND, asked))


@pytest.mark.timeout(900 if READERS == 24_000 else 120)
def test_staff_and_readers_are_obeyed_while_a_letter_leaves(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "SHARD", SHARD)
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with DurableSink(tmp_path / "sink", pause=PAUSE) as sink:
        with database.transaction() as session:
            edition_id = approved_letters.approve(session, approved_letters.readers(READERS)).id
        sink.push_back("gmail.com")
        with sendings.working(tmp_path, url, sink) as workers:
            sending = Sending(database, sink, workers, edition_id)
            sending.reach(lambda: sending.arrived() > TAKERS / 8)
            sending.stops_at_once(editions.pause)
            sending.order(editions.resume)
            sending.reach(lambda: sending.arrived() > TAKERS / 3)
            sending.stops_at_once(editions.cancel)
            sending.order(editions.send_to_missing)
            sending.reach(sending.has_reached_takers)
            assert_slowed_alone(sending)
            sink.forgive()
            sendings.make_due(database)
            slowed = sending.arrived()
            sending.reach(lambda: sending.arrived() > slowed + 100)
    # Both are stopped, in order, in the middle of what was held up: what waits still does.
    assert_each_has_one_copy_or_has_left_or_waits(sending)


def assert_slowed_alone(sending: Sending) -> None:
    """All others have their copy, while the provider that pushes back has none."""
    domains = {one.recipient.partition("@")[2] for one in sendings.copies(sending.sink)}
    assert domains == {"courrier.example", "orange.fr"}
    with sending.database.transaction() as session:
        edition = session.get_one(Edition, sending.edition_id)
        progress = edition_reports.progress(session, edition, at=now())
    assert (progress.state, [one.destination for one in progress.slow]) == (EditionState.SENDING, ["gmail"])


def assert_each_has_one_copy_or_has_left_or_waits(sending: Sending) -> None:
    """Who has left has none, unless it was in a hand; and the report says how it is."""
    query = sa.select(Recipient.subscription_id).where(Recipient.state == RecipientState.LEFT)
    with sending.database.transaction() as session:
        spared = set(session.scalars(query))
    report = approved_letters.report_of(sending.database, sending.edition_id)
    assert report.waiting > 0
    assert (report.sent + report.waiting, report.skipped) == (READERS - len(spared), len(spared))
    assert set(Counter(one.recipient for one in sendings.copies(sending.sink)).values()) == {1}
    assert sending.arrived() == report.sent
    surely = {one for one, in_hand in sending.left.items() if not in_hand}
    assert surely <= spared <= sending.left.keys()
    assert surely
