"""`worker`: dispatch, matching and delivery as a process, with or without the clock."""

from __future__ import annotations

import asyncio

import click

from jobboard.settings import Settings, load
from passerelle import doors, memory, tasks
from passerelle.installation import Installation, log_events, opened
from passerelle.sentences import one_sentence
from scheduler.clock import Clock


@click.command()
@click.option("--with-clock", is_flag=True, help="Run the clock in the same process.")
@click.option("--after-upgrade", is_flag=True, hidden=True, help="Wait for the supervisor's migration.")
@one_sentence
def command(with_clock: bool, after_upgrade: bool) -> None:
    """Run a worker alone: dispatch, matching, delivery."""
    log_events()
    memory.give_back()
    run(load(), with_clock=with_clock, after_upgrade=after_upgrade)


def run(settings: Settings, *, with_clock: bool, after_upgrade: bool = False) -> None:
    """Run the worker until SIGTERM, the clock inside it if asked."""
    with opened(settings, pool_size=12) as installation:
        if after_upgrade:
            doors.wait_for_schema(settings.home)
        clock = Clock(installation.database) if with_clock else None
        if clock is not None:
            clock.start()
        try:
            asyncio.run(_work(installation))
        finally:
            if clock is not None:
                clock.stop()


async def _work(installation: Installation) -> None:
    stop = doors.stop_event()
    doors.say_ready(installation.settings.home, "worker")
    await tasks.run(installation, stop=stop)
