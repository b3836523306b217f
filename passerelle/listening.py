"""The connector of the queue: all lanes of a worker hear their bells on one connection, where each would keep its own.

A connection to PostgreSQL is a process of some megabytes; eleven lanes need one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import procrastinate
from procrastinate.connector import Notify
from procrastinate.manager import get_channel_for_queues


class Connector(procrastinate.PsycopgConnector):
    """Procrastinate's own, but for the listening; it listens for those queues from its opening on."""

    def __init__(self, *, queues: Iterable[str], **pool: Any) -> None:
        super().__init__(**pool)
        self._channels = list(get_channel_for_queues(queues=list(queues)))
        self._hearers: dict[str, list[Notify]] = {channel: [] for channel in self._channels}
        self._listening: asyncio.Task[None] | None = None

    async def open_async(self, pool: Any = None) -> None:
        """Open the connections, that of the bells as well."""
        await super().open_async(pool)
        self._listening = asyncio.create_task(
            super().listen_notify(on_notification=self._hear, channels=self._channels), name="bells"
        )

    async def close_async(self) -> None:
        """Close them."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await super().close_async()

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Have a lane told of what comes on its channels; ends as the listening itself does: with an exception or never."""
        assert self._listening is not None, "not opened"
        mine = list(channels)
        for channel in mine:
            self._hearers[channel].append(on_notification)
        try:
            await asyncio.shield(self._listening)
        finally:
            for channel in mine:
                self._hearers[channel].remove(on_notification)

    async def _hear(self, *, channel: str, payload: str) -> None:
        for hearer in list(self._hearers[channel]):
            await hearer(channel=channel, payload=payload)
