"""The last gate: a relayed mail in which the other side's address can be read does not leave."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import conversations, correspondence, outbox
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.conversations import File, Words
from jobboard.db import Database
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
    assert kinds(sink) == ["alarm", "noted"]
    with database.transaction() as session:
        held = session.scalars(sa.select(Post).where(Post.state == PostState.HELD)).one()
        assert held.kind == "relayed_message"
        assert held.reply is not None
        assert held.reply.startswith("held: ")
        assert "@" not in held.reply


def test_a_colleague_of_the_recruiter_is_hidden_too(database: Database, tmp_path: Path) -> None:
    sink = relay(database, tmp_path, "to-candidate", "Voyez avec {colleague}.")
    assert kinds(sink) == ["alarm", "noted"]


def test_a_candidates_own_cv_may_name_her_and_a_recruiters_document_may_not(database: Database, tmp_path: Path) -> None:
    broken = b"%PDF-1.7 cannot be opened"
    assert kinds(relay(database, tmp_path, "to-recruiter", "Mon CV.", cv=broken)) == ["relayed_message"]


def test_a_recruiters_document_that_cannot_be_opened_is_held(database: Database, tmp_path: Path) -> None:
    broken = b"%PDF-1.7 cannot be opened"
    assert kinds(relay(database, tmp_path, "to-candidate", "La fiche.", cv=broken)) == ["alarm", "noted"]


@pytest.mark.parametrize(
    ("words", "document", "said"),
    [
        ("La fiche.", pdf("Ecrire a {address}"), "se lit dans un document joint"),
        ("La fiche.", pdf("Missions", password="secret"), "se lit dans un document joint"),
        ("Écrivez à {address}.", pdf("Missions"), "nous y avons trouvé votre adresse"),
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

    assert kinds(sink) == ["alarm", "noted"]
    (told,) = [mail.parsed for mail in sink.mails if mail.parsed["X-Passerelle-Kind"] == "noted"]
    assert said in " ".join(str(told.get_body(("plain",)).get_content()).split())
