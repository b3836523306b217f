"""`clock`: the clock alone as a process."""

from __future__ import annotations

import asyncio

import click

from jobboard.settings import load
from passerelle import doors
from passerelle.installation import log_events, opened
from passerelle.sentences import one_sentence
from scheduler.clock import Clock


@click.command()
@one_sentence
def command() -> None:
    """Run the clock alone."""
    log_events()
    with opened(load()) as installation:
        clock = Clock(installation.database)
        clock.start()
        asyncio.run(_until_stopped())
        clock.stop()


async def _until_stopped() -> None:
    await doors.stop_event().wait()
