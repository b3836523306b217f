"""`import`: what stands elsewhere, taken in once."""

from __future__ import annotations

from pathlib import Path

import click

from jobboard import articles, feeds
from jobboard.clock import now
from jobboard.errors import PermanentFailure
from jobboard.sections import Section
from passerelle.installation import opened
from passerelle.sentences import one_sentence
from scheduler import feeds as reading
from scheduler.egress import Unreachable


@click.group()
def command() -> None:
    """Take in what stands elsewhere."""


@command.command("articles")
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--section", type=click.Choice([str(one) for one in Section]), help="Of articles whose tags name none.")
@click.option("--follow", is_flag=True, help="Read this feed from now on, too.")
@click.option("--dry-run", is_flag=True, help="Tell what would come in, and keep nothing.")
@one_sentence
def articles_(source: str, section: str | None, follow: bool, dry_run: bool) -> None:
    """Take in the articles of an RSS or Atom feed; those that we have already stay as they are."""
    wanted = Section(section) if section else None
    remote = source.startswith(("http://", "https://"))
    if follow and not remote:
        raise click.UsageError("Only a feed on the web can be followed: give its address.")
    with opened() as installation:
        try:
            if remote:
                read = reading.read_at(installation.database, source, section=wanted)
                title, found = read.title, read.found or ()
            else:
                title, found = reading.parse(_octets(source), section=wanted, at=now())
        except Unreachable as unreachable:
            raise PermanentFailure(f"{source} cannot be read as a feed: {unreachable}.") from unreachable
        if dry_run:
            for one in found:
                click.echo(f"{one.published_at:%Y-%m-%d}  {one.section or '-':<12} {one.title}")
            click.echo(f"{len(found)} articles in {title or source}; nothing was kept.")
            return
        with installation.database.transaction() as session:
            kept = articles.take_in(session, found, source="import", at=now())
            if follow:
                feeds.follow(session, source, section=wanted, at=now())
    click.echo(f"{kept} new articles of {len(found)} in {title or source}.")


def _octets(source: str) -> bytes:
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise PermanentFailure(f"{source} cannot be read: {error.strerror}.") from error
