"""`demo`: the whole story on this machine."""

from __future__ import annotations

import sys

import click

from passerelle import demo
from passerelle.sentences import one_sentence


@click.command()
@click.option("--once", is_flag=True, help="Stop after the story, with exit code 0 if every step was right.")
@one_sentence
def command(once: bool) -> None:
    """Play the whole story through real SMTP on this machine, then stay up."""
    sys.exit(demo.play(once=once))
