"""`inbound`: the door of incoming mail as a process."""

from __future__ import annotations

import asyncio

import click

from inbound.door import House
from inbound.limits import Limits
from inbound.server import Door, tls_context
from jobboard.settings import Settings, load
from passerelle import doors
from passerelle.installation import Installation, log_events, opened
from passerelle.sentences import one_sentence


@click.command()
@click.option("--after-upgrade", is_flag=True, hidden=True, help="Wait for the supervisor's migration.")
@one_sentence
def command(after_upgrade: bool) -> None:
    """Run the door of incoming mail alone."""
    log_events()
    run(load(), after_upgrade=after_upgrade)


def run(settings: Settings, *, after_upgrade: bool = False) -> None:
    """Run the mail door until SIGTERM; a DATA in progress is finished first."""
    with opened(settings) as installation:
        if after_upgrade:
            doors.wait_for_schema(settings.home)
        asyncio.run(_listen(installation))


async def _listen(installation: Installation) -> None:
    settings = installation.settings
    certificate, key = settings.inbound_tls_cert, settings.inbound_tls_key
    house = House(installation.database, installation.addresses)
    stop = doors.stop_event()
    door = Door(
        settings.inbound,
        check=house.check,
        store=house.store,
        domain=settings.mail_domain,
        limits=Limits(message_octets=settings.max_mail_octets),
        tls=tls_context(certificate, key) if certificate and key else None,
    )
    await door.start()
    doors.say_ready(settings.home, "inbound")
    try:
        await stop.wait()
    finally:
        await door.stop(grace=20.0)
