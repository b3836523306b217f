"""`doctor`: checks what an installation needs and says how to mend it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import closing

import click
from rich.console import Console

from jobboard import schema
from jobboard.errors import Misconfigured, TemporaryFailure
from jobboard.settings import Settings, load
from mailer.compose import Composer
from mailer.transport import open_transport
from passerelle.installation import Installation, opened
from passerelle.sentences import one_sentence


@click.command()
@one_sentence
def command() -> None:
    """Check configuration, database, outgoing mail and DNS records; say how to mend."""
    sys.exit(examine(Console(highlight=False, soft_wrap=True)))


def examine(out: Console) -> int:
    """Run every check and print one line for each; returns 0 when all is well, 1 otherwise."""
    settings = load()
    out.print("[green]ok[/]    settings are complete")
    try:
        with opened(settings) as installation:
            results = [_database(installation), _outgoing(settings), *_dns(installation)]
    except (Misconfigured, TemporaryFailure) as failure:
        results = [(False, str(failure))]
    for well, words in results:
        label = "[red]mend[/]" if not well else "[yellow]todo[/]" if words.startswith("publish: ") else "[green]ok[/]  "
        out.print(f"{label}  {words}")
    return 0 if all(well for well, _ in results) else 1


def _database(installation: Installation) -> tuple[bool, str]:
    revision, needed = schema.current(installation.database), schema.head()
    if revision == needed:
        return True, f"the database answers, schema {revision}"
    return False, "the database answers, but its schema is not this version's: run passerelle db upgrade"


def _outgoing(settings: Settings) -> tuple[bool, str]:
    transport = open_transport(settings.outgoing, home=settings.home, hello=settings.mail_domain, timeout=10)
    with closing(transport):
        trouble = transport.check()
    if trouble is None:
        return True, "outgoing mail: the server answers and lets us in"
    return False, f"outgoing mail: {trouble}; check PASSERELLE_SMTP_URL"


def _dns(installation: Installation) -> list[tuple[bool, str]]:
    """Return the records to publish; whether they are there is for the resolver of the operator to say."""
    settings = installation.settings
    domain = settings.mail_domain
    if domain.endswith((".localhost", ".test", ".example")):
        return [(True, f"{domain} is a local name: no DNS record is needed")]
    signer = Composer(settings, installation.addresses).signer
    records: list[Callable[[], str]] = [
        lambda: f"publish: {domain}. MX 10 <the name of the machine that receives>",
        lambda: f'publish: {domain}. TXT "v=spf1 a mx -all" (adapt it to the servers that send for you)',
        lambda: f'publish: _dmarc.{domain}. TXT "v=DMARC1; p=quarantine"',
    ]
    lines = [(True, record()) for record in records]
    if signer is not None:
        lines.append((True, f"publish: {signer.dns_record()}"))
    try:
        socket.getaddrinfo(domain, 25)
    except OSError:
        lines.append((False, f"{domain} is not known to the DNS yet: publish the records above"))
    return lines
