"""Byte templates: a copy that is joined of octets says what the composer of all other mail would have written."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from jobboard import newsletters, people, shards
from jobboard.addresses import Addresses, Purpose
from jobboard.db import Database
from jobboard.shards import Copy
from mailer.dialogue import Mail, PlainMail
from mailer.edition_copies import Copies
from mailer.signing import Signer
from tests.conftest import make_settings
from tests.jobboard.records import AT, publish, recruiter, staff
from tests.mailer import receiver
from tests.mailer.test_signing import ED25519, RSA, pem

NAMES = (
    "",
    "Zoé Martin",
    "Léa",
    "reader@courrier.example",
    'Jean-Paul "JP" d’Été, fils',
    "O'Brien \\ (Ltd)",
    "=?utf-8?q?x?= .leading",
    ".dot",
    "Élodie " + "de La Très Longue " * 5,
    "<b>Bold</b> & co",
    "张伟 \U0001f600",
)


def claimed(session: Session, *named: str, language: str = "fr") -> list[Copy]:
    """Return the copies of an edition for readers of those names."""
    staff(session)
    publish(session, recruiter(session), duties="Tenue des comptes.")
    for number, name in enumerate(named):
        person = people.admit(session, f"reader{number}@courrier.example", name=name, language=language, at=AT)
        people.subscribe(session, person, "letters:weekly", at=AT)
    edition = newsletters.draft(session, "weekly", at=AT)
    assert edition is not None
    newsletters.approve(session, edition, staff(session), key="k", at=AT)
    shard = shards.claim(session, 7, at=AT)
    assert shard is not None
    return shards.next_group(session, shard, after=0, at=AT)


def read(octets: bytes) -> tuple[dict[str, str], str, str]:
    """Return the header and both parts of a mail, as the standard library reads them; a strict parser agrees."""
    receiver.decode(octets)
    parsed = message_from_bytes(octets, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    text, html = parsed.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    header = {name: str(value) for name, value in parsed.items()}
    assert len(header) == len(parsed.items())
    return header, text.get_content(), html.get_content()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_copy_is_what_the_composer_writes(database: Database, language: str) -> None:
    copies = Copies(database.settings, Addresses(database.settings))
    with database.transaction() as session:
        for copy in claimed(session, *NAMES, language=language):
            mail = copies.maker(session, copy, at=AT)(AT)
            assert isinstance(mail, PlainMail)
            header, text, html = read(mail.whole)
            composed = copies.composed(session, copy, at=AT)
            assert (mail.sender, mail.recipient) == (composed.sender, composed.recipient)
            expected, expected_text, expected_html = read(composed.message)
            assert header.pop("List-Archive") == "<http://127.0.0.1:8000/lettres>"
            assert header.pop("Feedback-ID").split(":")[1:] == ["letters-weekly", "letters", "passerelle.loca"]
            assert header.pop("Content-Type").partition(";")[0] == expected.pop("Content-Type").partition(";")[0]
            assert header == expected
            assert (text, html) == (expected_text, expected_html)
            slow = Mail(mail.sender, mail.recipient, mail.whole)
            assert b"".join(slow.dotted) == b"".join(mail.dotted), "no line begins with a dot"
            assert (slow.octets, slow.eight_bit, slow.international) == (mail.octets, False, False)


def test_a_reader_is_greeted_by_her_name_and_leaves_by_her_own_links(database: Database) -> None:
    addresses = Addresses(database.settings)
    copies = Copies(database.settings, addresses)
    with database.transaction() as session:
        for copy, called in zip(claimed(session, "Zoé Martin", "<b> x", ""), ("Zoé", "<b>", None), strict=True):
            header, text, html = read(copies.maker(session, copy, at=AT)(AT).whole)
            assert (f"Bonjour {called}," if called else "Bonjour,") in text
            assert "<b>" not in html
            leave = addresses.make(Purpose.UNSUBSCRIBE, copy.subscription_id)
            token = leave.partition("@")[0].removeprefix("u-")
            url = f"http://127.0.0.1:8000/desabonnement/{token}"
            assert header["List-Unsubscribe"] == f"<{url}>, <mailto:{leave}>"
            assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert header["Auto-Submitted"] == "auto-generated"
            assert "Precedence" not in header
            assert url in text
            assert url in html
            assert header["Reply-To"].endswith(f"<{addresses.make(Purpose.REPLY, copy.ticket_id)}>")


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_copies_are_signed(
    database: Database, tmp_path: Path, verifies: Callable[[Signer | None, bytes], bool], key: object
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(pem(key))  # type: ignore[arg-type]
    settings = make_settings(tmp_path, dkim_selector="s2026", dkim_key=file)
    copies = Copies(settings, Addresses(settings))
    with database.transaction() as session:
        for copy in claimed(session, *NAMES):
            octets = copies.maker(session, copy, at=AT)(AT).whole
            assert verifies(copies.signer, octets)
            for field in (b"list-unsubscribe:", b"list-unsubscribe-post:", b"feedback-id", b"reply-to:", b"to:"):
                assert field in octets.partition(b"bh=")[0].replace(b"\r\n\t ", b"")
            assert not verifies(copies.signer, octets.replace(b"desabonnement", b"desabonnemenT", 1))


def test_an_address_with_accents_has_a_mail_of_its_own(database: Database) -> None:
    copies = Copies(database.settings, Addresses(database.settings))
    with database.transaction() as session:
        person = people.admit(session, "zoé@courrier.example", name="Zoé", at=AT)
        people.subscribe(session, person, "letters:weekly", at=AT)
        [copy] = claimed(session)
        mail = copies.maker(session, copy, at=AT)(AT)
        assert mail.international
        parsed = message_from_bytes(mail.message, policy=policy.SMTPUTF8)
        assert isinstance(parsed, EmailMessage)
        assert all("Bonjour Zoé," in part.get_content() for part in parsed.iter_parts())  # type: ignore[attr-defined]
