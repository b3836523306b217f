"""A backup restored elsewhere: the same rows, the same letters under the same ids, the same addresses, nobody erased."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import correspondence, erasing, erasures, outbox, people, postgres
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Words
from jobboard.db import Database
from jobboard.erasures import Cause
from jobboard.errors import PermanentFailure
from jobboard.letters.base import Stream
from jobboard.outbox import Post
from mailer.delivery import Courier
from passerelle import backups
from tests.conftest import make_settings
from tests.databases import drop
from tests.doors.mail_house import letter, mail_house
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard import records


def quiet(done: int, of: int, what: str) -> None:
    """Show nothing."""


@pytest.fixture
def backup(database: Database, tmp_path: Path) -> Path:
    """A backup of an installation with an application that has not left yet, and somebody erased afterwards."""
    with database.transaction() as session:
        lea, gone = records.candidate(session, "Léa Dubreuil"), records.candidate(session, "Zoé Martin")
        offer = records.publish(session, records.recruiter(session), at=now())
        correspondence.apply(session, offer, lea, Words("", "Me voici, avec dix mots au moins."), at=now())
        number = gone.id
    target = tmp_path / "backup"
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    backups.make(database, url, target, at=now(), progress=quiet)
    with database.transaction() as session:
        done = erasing.erase(session, session.get_one(people.Person, number), Cause.ASKED, at=now())
    erasures.keep_outside(database.settings, [done])
    return target


def test_what_was_backed_up_lives_on_elsewhere(
    database: Database, backup: Path, server: postgres.Server, tmp_path: Path
) -> None:
    assert {path.stat().st_mode & 0o777 for path in (backup, backup / backups.DUMP)} <= {0o700, 0o600}
    with SmtpSink() as sink:
        settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never")
        url = server.create_database("restored", template="template0")
        elsewhere = Database(url, settings)
        try:
            manifest = backups.read(backup)
            backups.bring_key(settings, backup, manifest)
            backups.check_empty(elsewhere, overwrite=False)
            done = backups.restore(elsewhere, url, backup, manifest, at=now(), progress=quiet)
            assert done.rows == sum(manifest.counts.values())
            assert (done.erased, done.waiting) == (1, 2)
            with elsewhere.transaction() as session:
                assert [one.name for one in session.scalars(sa.select(people.Person)) if one.name == "Zoé Martin"] == []
            _flows(elsewhere, sink)
            with pytest.raises(PermanentFailure, match=r"3 people|4 people|not empty"):
                backups.check_empty(elsewhere, overwrite=False)
            backups.check_empty(elsewhere, overwrite=True)
            again = backups.restore(elsewhere, url, backup, manifest, at=now(), progress=quiet)
            assert again.rows == done.rows
        finally:
            elsewhere.close()
            drop(server.url, "restored")
    with database.transaction() as session:
        sent = {mail.parsed["Message-ID"] for mail in sink.mails}
        assert sent == set(session.scalars(sa.select(Post.message_id))), "under the ids that they would have had"


def _flows(elsewhere: Database, sink: SmtpSink) -> None:
    """Deliver what waited, and answer one of these mails at the address in it."""
    addresses = Addresses(elsewhere.settings)
    courier = Courier(elsewhere, addresses, outbox.new_worker())
    for stream in (Stream.ACCOUNT, Stream.RELAY):
        courier.drain(stream)
    courier.close()
    assert len(sink.mails) == 2
    with elsewhere.transaction() as session:
        post = session.scalars(sa.select(Post).where(Post.kind == "application_sent")).one()
        lea = session.get_one(people.Person, post.person_id)
        to = addresses.make(Purpose.REPLY, post.ticket_id)
        address = lea.address
    with mail_house(elsewhere, addresses) as house:
        assert house.outcome(to, letter(address, "HISTORIQUE")) == "history-sent"


def test_a_backup_that_is_not_whole_or_of_another_secret_is_refused(backup: Path, tmp_path: Path) -> None:
    manifest = backups.read(backup)
    with pytest.raises(PermanentFailure, match="secret"):
        backups.bring_key(make_settings(tmp_path, secret_key="another secret, long enough"), backup, manifest)
    changed = {**asdict(manifest), "revision": "9999"}
    (backup / backups.MANIFEST).write_text(json.dumps(changed))
    with pytest.raises(PermanentFailure, match="newer"):
        backups.read(backup)
    (backup / backups.MANIFEST).write_text(json.dumps(asdict(manifest)))
    with (backup / backups.DUMP).open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(PermanentFailure, match="cut short or changed"):
        backups.read(backup)
    with pytest.raises(PermanentFailure, match="no backup"):
        backups.read(tmp_path)
    with pytest.raises(PermanentFailure, match="is not empty"):
        backups.make(None, "", backup, at=now(), progress=quiet)  # type: ignore[arg-type]  # refused before it is used


def test_a_fresh_home_takes_the_secret_of_its_backup(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "source"
    source.mkdir()
    old = make_settings(tmp_path / "old", secret_key=None)
    fingerprint = backups.fingerprint(old)
    (source / backups.KEY).write_bytes((tmp_path / "old" / backups.KEY).read_bytes())
    manifest = backups.Manifest("", "", "", "", fingerprint, "", 0, {})
    backups.bring_key(make_settings(home, secret_key=None), source, manifest)
    assert (home / backups.KEY).stat().st_mode & 0o777 == 0o600
