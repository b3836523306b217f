"""`replay`: run again a received mail that failed."""

from __future__ import annotations

import click

from jobboard import mailbag
from jobboard.clock import now
from jobboard.errors import PermanentFailure, Refused
from passerelle.installation import opened
from passerelle.sentences import one_sentence


@click.command()
@click.argument("mail_id", type=int)
@one_sentence
def command(mail_id: int) -> None:
    """Run again a received mail that a bug had stopped."""
    with opened() as installation, installation.database.transaction() as session:
        mail = session.get(mailbag.Mail, mail_id)
        if mail is None:
            raise PermanentFailure(f"There is no mail {mail_id}: passerelle status lists those that are stuck.")
        try:
            mailbag.replay(session, mail, at=now())
        except Refused as refused:
            raise PermanentFailure(f"Mail {mail_id} is not stuck (its outcome: {mail.outcome}).") from refused
    click.echo(f"Mail {mail_id} is back in the mailbag.")
