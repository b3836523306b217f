"""How fast offers meet alerts: a year's worth of a national board, and one offer against a million alerts.

`python -m benchmarks.match [--size ALERTS] [--json FILE]`: the size is that of the second case. Beside each figure stands
a yardstick of the same run: the plain reading of as many rows as there were matches, and the plain writing of them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import alerts, matching, offers, people, places, postgres, postings, schema, trades
from jobboard.contracts import Contract, WorkingTime
from jobboard.criteria import Criteria, PlaceWanted
from jobboard.db import Database
from jobboard.drafts import Draft, PlaceHeld
from jobboard.gazetteer import Place, large_communes
from jobboard.people import Role
from jobboard.settings import Environment, Settings

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TV_ALERTS, TV_OFFERS = 131_454, 459
TIMES = 9
TRADE, TOWN = "M1203", places.named("Nantes")[0]
PLACE = ("kind", "code", "departement", "region", "lat", "lon", "radius_km", "cells")


@dataclass(frozen=True)
class Wish:
    """One kind of search that many people have, as the tables hold it."""

    alert: dict[str, Any]
    places: tuple[dict[str, Any], ...]


@contextmanager
def fresh() -> Iterator[Database]:
    """Open an empty database of its own."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    try:
        with postgres.start(home) as server:
            settings = Settings(_env_file=None, home=home, env=Environment.DEVELOPMENT)  # type: ignore[call-arg]  # of pydantic-settings
            database = Database(server.url, settings)
            schema.upgrade(database)
            yield database
            database.close()
    finally:
        postgres.erase(home)
        shutil.rmtree(home, ignore_errors=True)


def wishes(draw: random.Random, *, count: int, trade_share: float, place_share: float) -> list[Wish]:
    """Return that many different searches; the shares are those of the measured trade and of the measured town."""
    towns = [found[0] for found in large_communes(30_000).values()]
    codes = sorted({trade.code for trade in trades.all_trades()} - {TRADE})
    made = []
    for _ in range(count):
        trade = TRADE if draw.random() < trade_share else draw.choice(codes)
        place = TOWN if draw.random() < place_share else draw.choice(towns)
        criteria = Criteria(
            trades=(trade,),
            places=(PlaceWanted.at(place, draw.choice((10, 20, 30, 50))),),
            contracts=(Contract.CDI, Contract.CDD) if draw.random() < 0.5 else (),
            working_times=(WorkingTime.FULL,) if draw.random() < 0.3 else (),
            keywords=("budgets",) if draw.random() < 0.1 else (),
        )
        rows = [{name: getattr(row, name) for name in PLACE} for row in alerts.places(0, criteria)]
        made.append(Wish(alerts.columns(criteria), tuple(rows)))
    return made


def fill(database: Database, pool: list[Wish], *, count: int, each: int, draw: random.Random) -> None:
    """Write that many alerts, `each` of them to a person, and post them."""
    chosen = [draw.randrange(len(pool)) for _ in range(count)]
    people_count = -(-count // each)
    with database.engine.begin() as connection:
        copy(
            connection,
            "person",
            ("id", "address", "address_key", "name", "language", "created_at", "life_at"),
            ((n, f"p{n}@a.example", f"p{n}@a.example", "Zoé", "fr", AT, AT) for n in range(1, people_count + 1)),
        )
        copy(
            connection,
            "subscription",
            ("person_id", "stream", "since"),
            ((n, people.ALERTS, AT) for n in range(1, people_count + 1)),
        )
        names = ("id", "person_id", "name", "state", "frequency", "created_at", *pool[0].alert)
        head = ((n, 1 + (n - 1) // each, "alerte", "active", "daily", AT) for n in range(1, count + 1))
        rows = ((*first, *_plain(pool[at].alert)) for first, at in zip(head, chosen, strict=True))
        copy(connection, "alert", names, rows)
        placed = ((n, *row.values()) for n, at in enumerate(chosen, 1) for row in pool[at].places)
        copy(connection, "alert_place", ("alert_id", *PLACE), placed)
        for table in ("person", "alert"):
            connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
        connection.execute(sa.text("ANALYZE"))
        postings.post_all(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _plain(columns: dict[str, Any]) -> Iterator[Any]:
    return (json.dumps(value) if isinstance(value, dict) else value for value in columns.values())


def copy(connection: sa.Connection, table: str, names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows with COPY."""
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


def publish(session: Session, place: Place, trade: str, number: int) -> int:
    """Publish an offer; returns its id."""
    by = people.admit(session, f"r{number}@b.example", name="Hélène Morin", at=AT)
    people.grant(session, by, Role.RECRUITER, at=AT)
    draft = Draft(
        title=trades.by_code(trade).masculine,
        trade=trade,
        place=PlaceHeld.of(place),
        contract=Contract.CDI,
        working_time=WorkingTime.FULL,
        employer=f"Association {number}",
        duties="Tenue des comptes et budgets des projets, en lien avec une petite équipe de salariés et de bénévoles.",
        closes_on=date(2026, 12, 31),
    )
    offer = offers.deposit(session, by, draft, at=AT)
    offers.submit(session, offer, by=by, at=AT)
    offers.validate(session, offer, by=by, at=AT)
    session.flush()
    return offer.id


def year(draw: random.Random) -> dict[str, float]:
    """Return how long the offers of a day of a national board take against all its alerts, ledger written."""
    with fresh() as database:
        pool = wishes(draw, count=6_000, trade_share=0.02, place_share=0.05)
        fill(database, pool, count=TV_ALERTS, each=3, draw=draw)
        towns = [found[0] for found in large_communes(30_000).values()]
        codes = [trade.code for trade in trades.all_trades()]
        with database.transaction() as session:
            ids = [publish(session, draw.choice(towns), draw.choice(codes), n) for n in range(TV_OFFERS)]
        started = time.perf_counter()
        with database.transaction() as session:
            told = matching.record(session, ids, at=AT)
        seconds = time.perf_counter() - started
        with database.transaction() as session:
            matches = session.scalar(sa.text("SELECT count(*) FROM ledger")) or 0
            again = bare(session, int(matches))
        return {"seconds": seconds, "matches": matches, "people": len(told), "bare_seconds": again}


def processor_time(session: Session) -> Callable[[], float]:
    """Return a clock of the seconds that the database's process and this one have worked, on Linux."""
    kept = Path(f"/proc/{session.scalar(sa.text('SELECT pg_backend_pid()'))}/schedstat")
    return lambda: int(kept.read_text().split()[0]) / 1e9 + time.process_time()


def bare(session: Session, rows: int) -> float:
    """Return how long the plain writing of as many ledger rows takes."""
    session.execute(sa.text("CREATE TEMPORARY TABLE bare AS SELECT * FROM ledger LIMIT 0"))
    started = time.perf_counter()
    session.execute(sa.text("INSERT INTO bare SELECT * FROM ledger LIMIT :rows"), {"rows": rows})
    return time.perf_counter() - started


def million(draw: random.Random, size: int) -> dict[str, float]:
    """Return how long one offer takes against that many alerts, a hundredth of which it answers."""
    with fresh() as database:
        pool = wishes(draw, count=20_000, trade_share=0.1, place_share=0.1)
        fill(database, pool, count=size, each=1, draw=draw)
        with database.transaction() as session:
            wanted = [publish(session, TOWN, TRADE, n) for n in range(TIMES)]
        taken, worked, found = [], [], 0
        for offer_id in wanted:
            with database.transaction() as session:
                clock = processor_time(session)
                started, began = time.perf_counter(), clock()
                found = matching.count(session, [offer_id], at=AT)
                taken.append(1_000 * (time.perf_counter() - started))
                worked.append(1_000 * (clock() - began))
        written, busy = [], []
        for offer_id in wanted[:3]:
            with database.transaction() as session:
                clock = processor_time(session)
                began, started = clock(), time.perf_counter()
                matching.record(session, [offer_id], at=AT)
                busy.append(clock() - began)
            written.append(time.perf_counter() - started)
        return {
            "ms_per_offer": statistics.median(taken),
            "processor_ms_per_offer": statistics.median(worked),
            "matches": found,
            "ledger_rows_per_second": found / statistics.median(written),
            "ledger_rows_per_processor_second": found / statistics.median(busy),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="alerts of the second case")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    draw = random.Random(20261123)
    found = {"tv": year(draw), "million": million(draw, given.size)}
    tv, one = found["tv"], found["million"]
    print(
        f"match: {TV_ALERTS} alerts × {TV_OFFERS} offers in {tv['seconds']:.2f} s, {tv['matches']} matches for {tv['people']} people"
    )
    print(
        f"match: one offer against {given.size} alerts in {one['ms_per_offer']:.1f} ms"
        f" (processor time {one['processor_ms_per_offer']:.1f} ms), {one['matches']} matches; ledger"
        f" {one['ledger_rows_per_second']:.0f} rows/s ({one['ledger_rows_per_processor_second']:.0f} in processor time)"
    )
    if given.json:
        given.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
