"""Composing: the headers of every kind of mail, its lines, its parts, as other software reads them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import dkim
import mailparser
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.orm import Session

from jobboard import announcements, correspondence, outbox
from jobboard.addresses import Addresses, Purpose
from jobboard.applications import Application
from jobboard.conversations import Conversation, File, Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.letters.account import Noted
from jobboard.letters.alerts import OfferAlert
from jobboard.letters.applications import ApplicationReceived, RelayedMessage
from jobboard.outbox import Post, Thread
from jobboard.people import Person
from jobboard.settings import Settings
from mailer.compose import Composed, Composer, fill
from mailer.rendering import Rendered
from mailer.signing import Signer
from tests.conftest import make_settings
from tests.jobboard.records import AT, alert, candidate, publish, recruiter

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(64)


def compose(session: Session, post: Post | None, settings: Settings) -> Composed:
    """Return the mail of a post."""
    assert post is not None
    composer = Composer(settings, Addresses(settings))
    person = session.get(Person, post.person_id) if post.person_id else None
    return composer.compose(session, post, from_params(post.kind, post.params), person, at=AT)


def read(composed: Composed) -> EmailMessage:
    """Return the mail as the standard library reads it, once its lines are fit for the wire."""
    octets = composed.message
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    assert octets.isascii(), "needs neither 8BITMIME nor SMTPUTF8"
    parsed = message_from_bytes(octets, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version"):
        assert len(parsed.get_all(name, [])) == 1, name
    assert "Precedence" not in parsed
    assert "no-reply" not in octets.decode().lower()
    return parsed


def noted(session: Session, to: Person | str, *, title: str = "Comptable", thread: Thread | None = None) -> Post:
    post = outbox.post(session, Noted("withdrawn", title), to=to, dedupe="noted", thread=thread, at=AT)
    assert post is not None
    return post


def an_alert(session: Session) -> Post:
    """Return the post of an alert with one offer."""
    person = candidate(session)
    alert(session, person)
    announcements.announce(session, publish(session, recruiter(session)).id, at=AT)
    return session.scalars(sa.select(Post).where(Post.kind == OfferAlert.kind)).one()


def an_application(session: Session, words: Words) -> tuple[Post, Application]:
    """Return what the recruiter is sent of an application by Léa Dubreuil."""
    person, by = candidate(session, "Léa Dubreuil"), recruiter(session)
    application = correspondence.apply(session, publish(session, by), person, words, at=AT)
    return session.scalars(sa.select(Post).where(Post.kind == ApplicationReceived.kind)).one(), application


def test_a_letter_of_ours(database: Database, settings: Settings, addresses: Addresses) -> None:
    with database.transaction() as session:
        person = candidate(session, "Zoé Martin")
        post = noted(session, person)
        composed = compose(session, post, settings)
        mail = read(composed)
        assert mail["From"] == f"Passerelle <bonjour@{settings.mail_domain}>"
        assert parseaddr(mail["To"]) == ("Zoé Martin", person.address)
        assert mail["Message-ID"] == outbox.message_id(settings, "noted") == post.message_id
        assert parseaddr(mail["Reply-To"])[1] == addresses.make(Purpose.REPLY, post.ticket_id)
        assert composed.sender == addresses.make(Purpose.RETURN, post.id)
        assert composed.recipient == person.address
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert not [name for name in mail.keys() if name.lower().startswith("list-")]  # noqa: SIM118 (a message, no dict)
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_an_answer_of_ours_says_what_it_answers(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        thread = Thread("<b@client.example>", ("<a@client.example>", "<b@client.example>"))
        mail = read(compose(session, noted(session, "nouvelle@courrier.example", thread=thread), settings))
        assert mail["In-Reply-To"] == "<b@client.example>"
        assert mail["References"] == "<a@client.example> <b@client.example>"
        assert mail["Auto-Submitted"] == "auto-replied"


def test_the_same_post_composed_twice_is_the_same_mail_whatever_the_time(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        post = noted(session, candidate(session))
        first, second = (read(compose(session, post, settings)) for _ in range(2))
        assert first["Message-ID"] == second["Message-ID"]
        assert first.get_body(("plain",)).get_content() == second.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_alert_can_be_left_by_link_and_by_mail(database: Database, settings: Settings, addresses: Addresses) -> None:
    with database.transaction() as session:
        post = an_alert(session)
        assert post.subscription_id is not None
        mail = read(compose(session, post, settings))
        leave = addresses.make(Purpose.UNSUBSCRIBE, post.subscription_id)
        token = leave.partition("@")[0].removeprefix("u-")
        assert re.split(r",\s*", mail["List-Unsubscribe"]) == [
            f"<{settings.base_url}/desabonnement/{token}>",
            f"<mailto:{leave}>",
        ]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Id"] == f"Passerelle <alerts.{settings.mail_domain}>"
        assert mail["Auto-Submitted"] == "auto-generated"
        text = mail.get_body(("plain",))
        assert text is not None
        assert f"/desabonnement/{token}" in text.get_content()


def test_long_names_of_domains_leave_ids_and_links_as_they_are(database: Database, tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        mail_domain="emploi.ressources-solidaires.example",
        base_url="https://emploi.ressources-solidaires.example",
    )
    ids = tuple(f"<{char * 60}@courrier.un-fournisseur.example>" for char in "abc")
    with database.transaction() as session:
        post = an_alert(session)
        post.in_reply_to, post.references = ids[-1], list(ids)
        octets = compose(session, post, settings).message
        header = octets.partition(b"\r\n\r\n")[0].decode()
        fields = dict(line.split(": ", 1) for line in header.replace("\r\n ", " ").split("\r\n"))
        assert fields["Message-ID"] == post.message_id
        assert fields["In-Reply-To"] == ids[-1]
        assert fields["References"] == " ".join(ids)
        assert fields["List-Unsubscribe"].startswith(f"<{settings.base_url}/desabonnement/")
        assert ">, <mailto:u-" in fields["List-Unsubscribe"]
        assert fields["List-Help"] == f"<mailto:aide@{settings.mail_domain}?subject=AIDE>"
        assert fields["List-Id"] == f"Passerelle <alerts.{settings.mail_domain}>"


def test_an_application_is_its_candidate_s_mail(database: Database, settings: Settings, addresses: Addresses) -> None:
    cv = File("CV Léa – 2026.pdf", "application/pdf", b"%PDF-1.4 " + bytes(range(256)) * 40)
    with database.transaction() as session:
        post, _ = an_application(session, Words("Candidature", "Bonjour, voici mon CV.", files=(cv,)))
        mail = read(compose(session, post, settings))
        name, address = parseaddr(mail["From"])
        assert name == "Léa D. via Passerelle"
        assert mail["From"] == mail["Reply-To"]
        assert address == addresses.make(Purpose.REPLY, post.ticket_id)
        assert "Auto-Submitted" not in mail
        assert "X-Auto-Response-Suppress" not in mail
        [attached] = mail.iter_attachments()
        assert attached.get_filename() == cv.filename
        assert attached.get_content() == cv.content


@pytest.mark.parametrize("automatic", [None, "auto-replied"])
def test_a_relayed_message_keeps_what_it_said_of_itself(
    database: Database, settings: Settings, automatic: str | None
) -> None:
    with database.transaction() as session:
        _, application = an_application(session, Words("Candidature", "Bonjour", message_id="<one@courrier.example>"))
        conversation = session.get_one(Conversation, application.conversation_id)
        by = session.get_one(Person, conversation.recruiter_id)
        received = session.scalars(sa.select(Post).where(Post.kind == ApplicationReceived.kind)).one()
        words = Words(
            "Re: Candidature",
            "Pouvez-vous venir mardi ?",
            "<p>Pouvez-vous venir <b>mardi</b> ? <img src='cid:logo@part'></p>",
            (File("logo.png", "image/png", PIXEL, "<logo@part>", inline=True),),
            in_reply_to=received.message_id,
            automatic=automatic,
            importance="high",
        )
        correspondence.relay(session, conversation, by, words, at=AT)
        post = session.scalars(sa.select(Post).where(Post.kind == RelayedMessage.kind)).one()
        composed = compose(session, post, settings)
        mail = read(composed)
        assert mail["Subject"] == f"Re: {conversation.subject}"
        assert mail["In-Reply-To"] == "<one@courrier.example>"
        assert mail["Auto-Submitted"] == automatic
        assert mail["Importance"] == "high"
        assert parseaddr(mail["From"])[0] == "Hélène M. via Passerelle"
        assert by.address.encode() not in composed.message
        assert list(mail.iter_attachments()) == []
        html = mail.get_body(("related", "html"))
        assert html is not None
        assert html.get_content_type() == "multipart/related"
        page, logo = html.iter_parts()
        assert "cid:logo@part" in page.get_content()
        assert (logo["Content-ID"], logo.get_content()) == ("<logo@part>", PIXEL)


@pytest.mark.parametrize(
    "name",
    [
        "Zoé\r\nBcc: all@courrier.example",
        'Zoé "la" Martin',
        "Zoé, <autre@courrier.example>",
        "Zoé 🎉 Martin",
        "=?utf-8?q?Zo=C3=A9?=",
        "Zoé\x1b[31m",
        "Z" * 300,
        "(commentaire) Zoé\\",
        "\u202eZoé",
    ],
)
def test_no_name_can_break_a_header(database: Database, settings: Settings, name: str) -> None:
    with database.transaction() as session:
        person = candidate(session)
        person.name = name
        session.flush()
        mail = read(compose(session, noted(session, person, title=f"Comptable {name}"), settings))
        assert "Bcc" not in mail
        assert [one.addr_spec for one in mail["To"].addresses] == [person.address]
        assert "\n" not in mail["Subject"]


@pytest.mark.parametrize("subject", ["Objet\r\nBcc: x@y.example", "🎉 é" * 60, "=?utf-8?q?=C3=A9?=", "", "mot" * 400])
def test_no_subject_of_a_correspondent_can_break_a_header(database: Database, settings: Settings, subject: str) -> None:
    with database.transaction() as session:
        _, application = an_application(session, Words("Candidature", "Bonjour"))
        conversation = session.get_one(Conversation, application.conversation_id)
        by = session.get_one(Person, conversation.recruiter_id)
        files = (File('CV "1"\r\nX: y.pdf', "application/pdf", b"%PDF"), File("é" * 120, "text/plain", b"a\nb"))
        words = Words(subject, f"{'x' * 5000}\r\n.\r\nFrom moi", files=files)
        correspondence.relay(session, conversation, by, words, at=AT)
        post = session.scalars(sa.select(Post).where(Post.kind == RelayedMessage.kind)).one()
        mail = read(compose(session, post, settings))
        assert "Bcc" not in mail
        assert len(list(mail.iter_attachments())) == 2


def test_another_reader_finds_the_same(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        post = an_alert(session)
        composed = compose(session, post, settings)
        theirs = mailparser.parse_from_bytes(composed.message)
        ours = read(composed)
        assert theirs.message_id == ours["Message-ID"]
        assert theirs.subject == ours["Subject"]
        assert theirs.from_ == [("Passerelle", settings.sender)]
        assert not theirs.defects
        assert "Comptable (H/F)" in theirs.text_plain[0].replace("\u202f", " ").replace("\u00a0", " ")
        assert len(theirs.text_html) == 1


def test_what_leaves_is_signed_where_that_is_configured(database: Database, tmp_path: Path) -> None:
    key = tmp_path / "dkim.pem"
    private = rsa.generate_private_key(65537, 2048)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    settings = make_settings(tmp_path, dkim_selector="s1", dkim_key=key, mail_domain="passerelle.example")
    with database.transaction() as session:
        composed = compose(session, an_alert(session), settings)
        record = Signer.from_settings("passerelle.example", "s1", key).record_value.encode()
        assert verifies(composed.message, lambda name, timeout=5: record)
        assert not verifies(composed.message.replace(b"One-Click", b"Two-Click"), lambda name, timeout=5: record)
        signed = read(composed)["DKIM-Signature"]
        assert "list-unsubscribe-post" in signed.replace(" ", "").lower()


def verifies(message: bytes, dns: Callable[..., bytes]) -> bool:
    return bool(dkim.verify(message, dnsfunc=dns))


def test_an_invitation_stands_last_beside_text_and_pictures_and_files_around_them(tmp_path: Path) -> None:
    calendar = File("a.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\n", inline=True)
    picture = File("p.png", "image/png", PIXEL, content_id="1@x.example", inline=True)
    message = EmailMessage()
    fill(message, Rendered("s", "mot", "<p>mot</p>"), (File("f.bin", "application/x", b"x"), picture, calendar))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "text/calendar", "application/x",
    ]  # fmt: skip
    (invited,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert (invited.get_param("method"), invited.get_content_disposition()) == ("REQUEST", None)
    assert invited.get_payload(decode=True) == calendar.content
