"""`passerelle letter approve`: what the button of the desk does, with its refusals in a sentence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from jobboard import destinations, editions, newsletters, people
from jobboard.clock import now
from jobboard.db import Database
from jobboard.editions import Edition, EditionState
from jobboard.recipients import Recipient, Shard
from passerelle.cli import main
from tests.conftest import make_settings
from tests.jobboard.records import publish, recruiter, staff


def test_a_letter_is_approved_from_a_terminal(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    given = {"DATABASE_URL": url, "SECRET_KEY": make_settings(tmp_path).secret_key or "", "HOME": str(tmp_path)}
    for name, value in {**given, "ENV": "development"}.items():
        monkeypatch.setenv(f"PASSERELLE_{name}", value)
    with database.transaction() as session:
        by = staff(session, at=now()).address
        publish(session, recruiter(session, at=now()), at=now())
        reader = people.admit(session, "lea@courrier.example", at=now())
        people.subscribe(session, reader, "letters:weekly", at=now())
        assert newsletters.draft(session, "weekly", at=now()) is not None

    def run(*arguments: str) -> str:
        return CliRunner().invoke(main, arguments).output

    def approve(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["letter", "approve", *arguments])
        return done.exit_code, done.output

    with database.transaction() as session:
        session.scalars(sa.select(Edition)).one().intro = "Bonjour {prénom}, cliquez [ici](https://exemple.fr)."
    checked = run("letter", "preview")
    assert "! a word seems to wait for another: {prénom}\n- a link does not say where it leads: ici\n" in checked

    assert approve()[0] == 2
    assert approve("--by", "nobody@equipe.example")[0] == 1
    code, said = approve("--by", by, "--at", "2001-01-01T08:00")
    assert (code, "That moment is over" in said) == (1, True)
    with database.transaction() as session:
        assert session.scalars(sa.select(Edition.state)).all() == [EditionState.DRAFT]

    assert approve("--by", by) == (0, "Letter 1 of weekly is on its way.\n")
    with database.transaction() as session:
        assert session.scalars(sa.select(Edition.state)).all() == [EditionState.SENDING]
        assert session.scalars(sa.select(Recipient.state)).all() == ["queued"]
    assert approve("--by", by)[0] == 1, "it has left already"

    with database.transaction() as session:
        edition = session.scalars(sa.select(Edition)).one()
        destinations.push_back(session, "courrier.example", "421 4.7.0 later", at=now())
        session.execute(sa.update(Shard).values(moved_at=now() - timedelta(minutes=1)))
    assert "put off by courrier.example, tried again from " in run("letter", "status")
    assert "the rest waits for the servers below" in run("letter", "status")
    assert "1 of weekly sending 0 %" in run("status")
    with database.transaction() as session:
        editions.pause(session, session.merge(edition), by=None, why="gone", at=now())
    assert "it stopped by itself: too many of its mailboxes do not exist" in run("letter", "status")
