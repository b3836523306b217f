"""Bells heard on one connection: each lane is told of its own, and a lost connection is made again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from jobboard.db import Database
from passerelle.listening import Connector

LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


def url_of(database: Database) -> str:
    return database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@asynccontextmanager
async def lanes(database: Database, heard: asyncio.Queue[tuple[str, str]]) -> AsyncIterator[Connector]:
    """Have two lanes listen: one for two queues, one for a third."""
    connector = Connector(conninfo=url_of(database), queues=["mailbag", "account", "shards"], min_size=1, max_size=2)
    await connector.open_async()

    def hearing(lane: str):  # a closure of a coroutine
        async def hear(*, channel: str, payload: str) -> None:
            await heard.put((lane, json.loads(payload)["queue"]))

        return hear

    wanted = {"mail": ("mailbag", "account"), "shards": ("shards",)}
    tasks = [
        asyncio.create_task(connector.listen_notify(hearing(lane), [f"procrastinate_queue_v1#{one}" for one in queues]))
        for lane, queues in wanted.items()
    ]
    try:
        yield connector
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await connector.close_async()


async def ring(connection: psycopg.AsyncConnection[object], queue: str) -> None:
    payload = json.dumps({"type": "job_inserted", "job_id": 1, "queue": queue})
    await connection.execute("SELECT pg_notify(%s, %s)", (f"procrastinate_queue_v1#{queue}", payload))


async def until_heard(connection: psycopg.AsyncConnection[object], heard: asyncio.Queue[tuple[str, str]]) -> None:
    """Ring until the listening has begun, then forget what was heard."""
    while True:
        await ring(connection, "shards")
        try:
            await asyncio.wait_for(heard.get(), 0.2)
        except TimeoutError:
            continue
        await asyncio.sleep(0.3)
        while not heard.empty():
            heard.get_nowait()
        return


def test_each_lane_hears_its_own_bells_on_one_connection_that_is_made_again_when_lost(database: Database) -> None:
    async def story() -> None:
        heard = asyncio.Queue[tuple[str, str]]()
        async with (
            lanes(database, heard),
            await psycopg.AsyncConnection.connect(url_of(database), autocommit=True) as connection,
        ):
            await until_heard(connection, heard)
            for queue in ("account", "shards", "mailbag"):
                await ring(connection, queue)
            told = {await asyncio.wait_for(heard.get(), 5) for _ in range(3)}
            assert told == {("mail", "account"), ("mail", "mailbag"), ("shards", "shards")}
            assert heard.empty()
            [[process]] = await (await connection.execute(LISTENING)).fetchall()
            await connection.execute("SELECT pg_terminate_backend(%s)", (process,))
            await until_heard(connection, heard)

    asyncio.run(story())
