"""A finished mail larger than the next server says it takes is not tried; its author is told, the address is not blamed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import correspondence, outbox, queue, suppression
from jobboard.addresses import Addresses
from jobboard.bounces import Bounce
from jobboard.clock import now
from jobboard.conversations import Conversation, File, Words
from jobboard.db import Database
from jobboard.letters.base import Stream
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from jobboard.suppression import Severity
from mailer.delivery import Courier
from tests.conftest import make_settings
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import candidate, publish, recruiter

LIMIT = 200_000


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(features=("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", f"SIZE {LIMIT}")) as running:
        yield running


@pytest.fixture
def courier(database: Database, tmp_path: Path, sink: SmtpSink) -> Iterator[Courier]:
    settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never", smtp_timeout_seconds=5)
    house = Database(database.engine.url.render_as_string(hide_password=False), settings)
    made = Courier(house, Addresses(settings), worker=7)
    yield made
    made.close()
    house.close()


def relayed(database: Database, octets: int) -> tuple[Person, Person]:
    """Have a candidate send a file in a conversation; returns who reads and who wrote."""
    with database.transaction() as session:
        zoe, by = candidate(session, at=now()), recruiter(session, at=now())
        application = correspondence.apply(
            session, publish(session, by, at=now()), zoe, Words("Candidature", "Bonjour"), at=now()
        )
        conversation = session.get_one(Conversation, application.conversation_id)
        files = (File("Dossier.bin", "application/zip", b"x" * octets),)
        correspondence.relay(session, conversation, zoe, Words("Dossier", "Le voici.", files=files), at=now())
        session.execute(sa.delete(Post).where(Post.kind != "relayed_message"))
        return by, zoe


def test_a_mail_larger_than_the_next_server_takes_is_told_to_its_author(
    database: Database, courier: Courier, sink: SmtpSink
) -> None:
    reader, author = relayed(database, LIMIT)
    courier.drain(Stream.RELAY)
    assert [line for line in sink.commands if line.startswith(("MAIL", "DATA"))] == []
    courier.drain(Stream.ACCOUNT)
    with database.transaction() as session:
        post = session.scalars(sa.select(Post).where(Post.kind == "relayed_message")).one()
        assert (post.state, post.attempts) == (PostState.FAILED, 1)
        [told] = session.scalars(sa.select(Post).where(Post.kind == "message_not_delivered"))
        assert (told.person_id, told.params["reason"]) == (author.id, "too-big")
        [bounce] = session.scalars(sa.select(Bounce))
        assert (bounce.severity, bounce.status) == (Severity.TOO_BIG, "5.3.4")
        assert session.get(suppression.AddressHealth, reader.address) is None
        assert session.scalars(sa.select(Post).where(Post.kind == "alarm")).all() == []
    assert len(sink.to(author.address)) == 1


def test_large_posts_leave_in_their_own_turn(
    database: Database, courier: Courier, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_IS_LARGE", Post.octets > 50_000)
    monkeypatch.setattr(queue, "LARGE_OCTETS", 50_000)
    (small, _), (large, _) = relayed(database, 10_000), relayed(database, 80_000)
    assert courier.drain(Stream.RELAY) == 1
    assert [len(sink.to(one.address)) for one in (small, large)] == [1, 0]
    assert courier.drain(Stream.RELAY, large=True) == 1
    assert [len(sink.to(one.address)) for one in (small, large)] == [1, 1]
