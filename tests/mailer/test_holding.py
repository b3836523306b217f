"""The last gate: a relayed mail in which the other side's address can be read does not leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import conversations, correspondence, held, outbox
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.conversations import File, Words
from jobboard.db import Database
from jobboard.held import Held, HeldState
from jobboard.letters.base import Stream
from jobboard.outbox import Post, PostState
from jobboard.people import Person
from mailer.delivery import Courier
from tests.conftest import make_settings
from tests.doors.smtp_sink import SmtpSink
from tests.jobboard.records import candidate, recruiter, staff
from tests.mailer.sample_files import pdf

DIRECTION = ("to-candidate", "to-recruiter")


def relay(database: Database, tmp_path: Path, direction: str, words: str, *, cv: bytes | None = None) -> SmtpSink:
    """Store words as if nothing had been masked in them, and let the courier try; returns the closed sink.

    `{address}` in the words is the address that must not get through, `{colleague}` another one of its domain.
    """
    with SmtpSink() as sink:
        database.settings = make_settings(tmp_path, smtp_url=f"{sink.url}?starttls=never")
        with database.transaction() as session:
            session.info["settings"] = database.settings
            lea, helene, _ = candidate(session, "Léa Dubreuil"), recruiter(session, "Hélène Martin"), staff(session)
            conversation = conversations.open_between(session, lea, helene, offer_id=None, at=now())
            author: Person = helene if direction == "to-candidate" else lea
            colleague = f"direction@{author.address.partition('@')[2]}"
            text = words.format(address=author.address, colleague=colleague)
            files = (File("CV.pdf", "application/pdf", cv),) if cv is not None else ()
            correspondence.relay(session, conversation, author, Words("Sujet", text, files=files), at=now())
        courier = Courier(database, Addresses(database.settings), outbox.new_worker())
        for stream in (Stream.RELAY, Stream.ACCOUNT):
            courier.drain(stream)
        courier.close()
    return sink


def kinds(sink: SmtpSink) -> list[str]:
    """Return the kinds of the mails that left, in order of their names."""
    return sorted(str(mail.parsed["X-Passerelle-Kind"]) for mail in sink.mails)


@pytest.mark.parametrize("direction", DIRECTION)
@pytest.mark.parametrize("words", ["Bonjour, à mardi.", "Ma ville est horizon, mon jour mardi @ 10 h."])
def test_innocent_words_leave(database: Database, tmp_path: Path, direction: str, words: str) -> None:
    assert kinds(relay(database, tmp_path, direction, words)) == ["relayed_message"]


@pytest.mark.parametrize("direction", DIRECTION)
def test_an_address_that_no_one_masked_is_held_and_told(database: Database, tmp_path: Path, direction: str) -> None:
    sink = relay(database, tmp_path, direction, "Écrivez-moi à {address}, merci.")
    assert kinds(sink) == ["alarm", "message_held"]
    with database.transaction() as session:
        post = session.scalars(sa.select(Post).where(Post.state == PostState.HELD)).one()
        assert post.kind == "relayed_message"
        assert post.reply is not None
        assert post.reply.startswith("held: ")
        assert "@" not in post.reply
        why = session.scalars(sa.select(Held).where(Held.post_id == post.id)).one()
    assert why.why == ["address"]
    assert any(place.endswith(": plain") for place in why.places)
    assert not any("@" in place for place in why.places)


def test_a_colleague_of_the_recruiter_is_hidden_too(database: Database, tmp_path: Path) -> None:
    sink = relay(database, tmp_path, "to-candidate", "Voyez avec {colleague}.")
    assert kinds(sink) == ["alarm", "message_held"]


def test_a_candidates_own_cv_may_name_her_and_a_recruiters_document_may_not(database: Database, tmp_path: Path) -> None:
    broken = b"%PDF-1.7 cannot be opened"
    assert kinds(relay(database, tmp_path, "to-recruiter", "Mon CV.", cv=broken)) == ["relayed_message"]


def test_a_recruiters_document_that_cannot_be_opened_is_held(database: Database, tmp_path: Path) -> None:
    broken = b"%PDF-1.7 cannot be opened"
    assert kinds(relay(database, tmp_path, "to-candidate", "La fiche.", cv=broken)) == ["alarm", "message_held"]


def deliver(database: Database, *streams: Stream) -> SmtpSink:
    """Let a courier deliver what is due; returns the closed sink."""
    with SmtpSink() as sink:
        home = database.settings.home
        database.settings = make_settings(home, smtp_url=f"{sink.url}?starttls=never")
        courier = Courier(database, Addresses(database.settings), outbox.new_worker())
        for stream in streams:
            courier.drain(stream)
        courier.close()
    return sink


def decide(database: Database, step: str) -> None:
    """Release or drop the only held mail, as a member of the staff."""
    with database.transaction() as session:
        one, by = session.scalars(sa.select(Held)).one(), staff(session)
        if step == "release":
            held.release(session, one, by, at=now())
        else:
            held.drop(session, one, by, reason="Une adresse y figure.", at=now())


def test_a_released_mail_leaves_once_as_it_is(database: Database, tmp_path: Path) -> None:
    relay(database, tmp_path, "to-candidate", "Écrivez-moi à {address}, merci.")
    with database.transaction() as session:
        message_id = session.scalars(sa.select(Post.message_id).where(Post.state == PostState.HELD)).one()
    decide(database, "release")
    sink = deliver(database, Stream.RELAY, Stream.ACCOUNT)
    assert kinds(sink) == ["message_held", "relayed_message"]
    [mail] = [mail for mail in sink.mails if mail.parsed["X-Passerelle-Kind"] == "relayed_message"]
    assert mail.parsed["Message-ID"] == message_id
    assert b"@horizon.example" in mail.data
    assert kinds(deliver(database, Stream.RELAY, Stream.ACCOUNT)) == []


def test_a_released_mail_that_is_put_off_is_tried_again_however_old_it_is(database: Database, tmp_path: Path) -> None:
    relay(database, tmp_path, "to-candidate", "Écrivez-moi à {address}, merci.")
    decide(database, "release")
    with database.transaction() as session:
        session.execute(sa.update(Post).values(created_at=now() - timedelta(days=20)))
    with SmtpSink() as gone:
        pass
    database.settings = make_settings(tmp_path, smtp_url=f"{gone.url}?starttls=never")
    courier = Courier(database, Addresses(database.settings), outbox.new_worker())
    courier.drain(Stream.RELAY)
    courier.close()
    with database.transaction() as session:
        post = session.scalars(sa.select(Post).where(Post.kind == "relayed_message")).one()
        assert post.state is PostState.DEFERRED


def test_a_dropped_mail_never_leaves_and_its_author_reads_why(database: Database, tmp_path: Path) -> None:
    relay(database, tmp_path, "to-candidate", "Écrivez-moi à {address}, merci.")
    decide(database, "drop")
    sink = deliver(database, Stream.RELAY, Stream.ACCOUNT)
    assert kinds(sink) == ["message_held"]
    body = sink.mails[0].parsed.get_body(("plain",))
    assert body is not None
    assert "Une adresse y figure." in body.get_content()
    with database.transaction() as session:
        assert session.scalars(sa.select(Held.state)).one() is HeldState.DROPPED


@pytest.mark.parametrize(
    ("words", "document", "said"),
    [
        ("La fiche.", pdf("Ecrire a {address}"), "se lit dans un document joint"),
        ("La fiche.", pdf("Missions", password="secret"), "nous ne pouvons pas ouvrir une pièce jointe"),
        (
            "Écrivez à {address}.",
            pdf("Missions"),
            "nous y avons trouvé une adresse que l’autre personne ne doit pas voir",
        ),
    ],
)
def test_a_recruiter_is_told_where_to_look(
    database: Database, tmp_path: Path, words: str, document: bytes, said: str
) -> None:
    with database.transaction() as session:
        session.info["settings"] = database.settings
        address = recruiter(session, "Avant Elle").address
    number = int(address.partition("@")[0].removeprefix("recruiter")) + 1
    document = document.replace(b"{address}", f"recruiter{number}@horizon.example".encode())
    sink = relay(database, tmp_path, "to-candidate", words, cv=document)

    assert kinds(sink) == ["alarm", "message_held"]
    (told,) = [mail.parsed for mail in sink.mails if mail.parsed["X-Passerelle-Kind"] == "message_held"]
    assert said in " ".join(str(told.get_body(("plain",)).get_content()).split())
