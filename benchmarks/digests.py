"""How fast a morning of digests is: one personal mail each, built from what waits, posted, and rendered as it leaves.

`python -m benchmarks.digests [--size PEOPLE] [--json FILE]`. Beside the figures stands a yardstick of the same run: as many
plain rows into the outbox as there were mails. The memory is the peak of this process while it works.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.match import AT, fill, fresh, processor_time, publish, wishes
from jobboard import announcements, matching, trades
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.gazetteer import large_communes
from jobboard.letters import from_params
from jobboard.letters.base import Stream
from jobboard.offers import Offer
from jobboard.outbox import Post
from mailer import asking
from mailer.compose import Composer
from mailer.delivery import GROUP
from scheduler.batches import SIZE

OFFERS = 459
MORNING = AT + timedelta(days=1)


@dataclass
class Measured:
    """Seconds and counts of one run; `peak_mb` and `grown_mb` in megabytes of resident memory.

    `processor_seconds`: of this process and the database's, for posting and composing together, rendering included.
    """

    people: int
    mails: int
    lines: int
    post_seconds: float
    render_seconds: float
    compose_seconds: float
    processor_seconds: float
    bare_seconds: float
    peak_mb: float
    grown_mb: float


def waiting(database: Database, people: int, draw: random.Random) -> None:
    """Have offers published that wait for their morning with that many people, or nearly."""
    pool = wishes(draw, count=3_000, trade_share=0.02, place_share=0.05)
    # About one person in four finds something among the offers of a day: enough alerts for all of them.
    fill(database, pool, count=people * 12, each=3, draw=draw)
    towns = [found[0] for found in large_communes(30_000).values()]
    codes = [trade.code for trade in trades.all_trades()]
    with database.transaction() as session:
        ids = [publish(session, draw.choice(towns), draw.choice(codes), n) for n in range(OFFERS)]
    with database.transaction() as session:
        matching.record(session, ids, at=AT)
        session.execute(sa.update(Offer).values(announced_at=AT))
        keep = "SELECT max(person_id) FROM (SELECT DISTINCT person_id FROM ledger ORDER BY 1 LIMIT :people) first"
        last = session.scalar(sa.text(keep), {"people": people})
        session.execute(sa.text("DELETE FROM ledger WHERE person_id > :last"), {"last": last})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def post(database: Database) -> int:
    """Post the digests of the morning, batch after batch, as the clock does; returns how many."""
    zone, after, posted = database.settings.zone, 0, 0
    while True:
        with database.transaction() as session:
            last, count = announcements.post_digests(session, zone, MORNING, after=after, limit=SIZE, at=MORNING)
        posted += count
        if last is None:
            return posted
        after = last


def leave(database: Database, *, whole: bool) -> int:
    """Put every mail into words as the courier does, group by group; `whole`: into the octets of the wire, too.

    Returns how many octets.
    """
    composer, octets, after = Composer(database.settings, Addresses(database.settings)), 0, 0
    while True:
        with database.transaction() as session:
            query = sa.select(Post).where(Post.id > after).order_by(Post.id).limit(GROUP[Stream.ALERTS])
            posts = session.scalars(query).all()
            asked = asking.ask(session, posts, at=MORNING)
            for one in posts:
                letter = announcements.freshen(session, from_params(one.kind, one.params), asked.open_offers)
                assert letter is not None
                person, stream = asked.people[one.person_id or 0], asked.subscriptions[one.subscription_id or 0]
                if whole:
                    octets += len(composer.compose(session, one, letter, person, at=MORNING).message)
                else:
                    frame = composer.frame(one, letter, person, stream, at=MORNING)
                    octets += len(composer.render(letter, frame, None).html)
        if not posts:
            return octets
        after = posts[-1].id


def peak_mb() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(people: int) -> Measured:
    """Return the figures for that many people."""
    with fresh() as database:
        waiting(database, people, random.Random(20261123))
        with database.transaction() as session:
            clock = processor_time(session)
        before, started, idle = peak_mb(), time.perf_counter(), clock()
        mails = post(database)
        posted, busy = time.perf_counter(), clock() - idle
        leave(database, whole=False)
        rendered, idle = time.perf_counter(), clock()
        leave(database, whole=True)
        composed, busy = time.perf_counter(), busy + clock() - idle
        with database.transaction() as session:
            lines = session.scalar(sa.text("SELECT count(*) FROM ledger WHERE posted_at IS NOT NULL")) or 0
            session.execute(sa.text("CREATE TEMPORARY TABLE bare AS SELECT * FROM post LIMIT 0"))
            start = time.perf_counter()
            session.execute(sa.text("INSERT INTO bare SELECT * FROM post"))
            bare = time.perf_counter() - start
        seconds = posted - started, rendered - posted, composed - rendered, busy
        return Measured(people, mails, lines, *seconds, bare, peak_mb(), peak_mb() - before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="people who get a digest")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(given.size)
    print(
        f"digests: {found.mails} mails with {found.lines} offers: posted in {found.post_seconds:.1f} s,"
        f" rendered in {found.render_seconds:.1f} s (as octets of the wire in {found.compose_seconds:.1f} s), processor time"
        f" of posts and octets {found.processor_seconds:.1f} s; peak {found.peak_mb:.0f} MB, {found.grown_mb:.0f} MB more than before"
    )
    if given.json:
        given.json.write_text(json.dumps(vars(found)))


if __name__ == "__main__":
    main()
