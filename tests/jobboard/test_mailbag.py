"""The mailbag: what is stored once is stored; the same mail again has no second effect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from jobboard import mailbag
from jobboard.db import Database
from jobboard.errors import Refused
from jobboard.mailbag import Arrival, Mail, MailState, RawMail

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def arrival(*recipients: tuple[str, bytes], content: bytes = b"Subject: x\r\n\r\nBonjour\x00\r\n") -> Arrival:
    return Arrival("smtp", "127.0.0.1", "client", "lea@courrier.example", content, recipients)


def test_sixty_recipients_share_one_copy_of_the_octets(database: Database) -> None:
    many = arrival(*((f"r{n}@x", bytes([n])) for n in range(60)))
    with database.transaction() as session:
        ids = mailbag.store(session, many, at=AT)
    with database.transaction() as session:
        assert len(set(ids)) == 60
        assert session.scalar(sa.select(sa.func.count()).select_from(RawMail)) == 1
        assert mailbag.content(session, session.get_one(Mail, ids[0])) == many.content


def test_the_same_mail_three_times_is_one_mail(database: Database) -> None:
    ids = []
    for _ in range(3):
        with database.transaction() as session:
            ids += mailbag.store(session, arrival(("alertes@x", b"same")), at=AT)
    with database.transaction() as session:
        assert len(set(ids)) == 1
        assert session.get_one(Mail, ids[0]).copies == 3
        assert mailbag.waiting(session, 10) == [ids[0]]


def test_a_mail_in_hand_is_not_given_to_a_second_worker(database: Database) -> None:
    with database.transaction() as session:
        (mail_id,) = mailbag.store(session, arrival(("alertes@x", b"f")), at=AT)
    with database.transaction() as first, database.transaction() as second:
        assert mailbag.claim(first, mail_id) is not None
        assert mailbag.claim(second, mail_id) is None


def test_a_rollback_leaves_neither_mail_nor_job(database: Database) -> None:
    with database.session() as session:
        mailbag.store(session, arrival(("alertes@x", b"f")), at=AT)
        session.rollback()
    with database.transaction() as session:
        assert mailbag.waiting(session, 10) == []
        assert session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_a_stuck_mail_can_be_replayed_and_a_done_one_cannot(database: Database) -> None:
    with database.transaction() as session:
        (mail_id,) = mailbag.store(session, arrival(("alertes@x", b"f")), at=AT)
        mail = mailbag.claim(session, mail_id)
        assert mail is not None
        mailbag.stick(session, mail, "Traceback: …", at=AT)
    with database.transaction() as session:
        mailbag.replay(session, session.get_one(Mail, mail_id), at=AT)
        assert mailbag.waiting(session, 10) == [mail_id]
    with database.transaction() as session:
        mail = session.get_one(Mail, mail_id)
        mailbag.finish(session, mail, "history-sent", person_id=None, at=AT)
        assert mail.state is MailState.DONE
        with pytest.raises(Refused):
            mailbag.replay(session, mail, at=AT)
