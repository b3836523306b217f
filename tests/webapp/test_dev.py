"""The development pages: what we sent is read and answered by real mail; elsewhere they do not exist."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.letters import LETTERS
from jobboard.settings import Environment
from mailer.maildir import Mailbox
from tests.doors.smtp_sink import SmtpSink
from tests.webapp.conftest import Site
from tests.webapp.reading import links, words
from webapp.app import create_app

LEA = "lea@courrier.example"


def mail(subject: str = "Une offre pour vous", to: str = LEA) -> bytes:
    """Return a mail as we send them, with an image in its HTML and a file."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Passerelle <bonjour@passerelle.localhost>"
    message["To"] = f"Léa Dubreuil <{to}>"
    message["Reply-To"] = "Passerelle <r-abc@passerelle.localhost>"
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 10:12:00 +0100"
    message["Message-ID"] = "<first@passerelle.localhost>"
    message["References"] = "<zero@passerelle.localhost>"
    message.set_content("Bonjour Léa,\n\nRépondez POSTULER.\n")
    message.add_alternative(
        '<html><head></head><body><p>Bonjour</p><img src="cid:arch"><script>alert(1)</script></body></html>',
        subtype="html",
    )
    html = message.get_body(("html",))
    assert html is not None
    html.add_related(b"GIF89a", "image", "gif", cid="<arch>")
    message.add_attachment(b"%PDF-1.4", "application", "pdf", filename="fiche.pdf")
    return message.as_bytes()


@pytest.fixture
def mailbox(site: Site) -> Mailbox:
    """The development mailbox of the installation."""
    return Mailbox(site.database.settings.home / "mailbox")


@pytest.fixture
def sink() -> SmtpSink:
    """A mail door."""
    return SmtpSink()


def with_door(site: Site, inbound: str) -> FlaskClient:
    """Return a browser of the same installation whose mail door is there."""
    settings = site.database.settings.model_copy(update={"inbound": inbound})
    url = site.database.engine.url.render_as_string(hide_password=False)
    return create_app(Database(url, settings), site.addresses).test_client()


def test_the_mailbox_lists_the_newest_first_and_by_person(mailbox: Mailbox, browser: FlaskClient) -> None:
    assert "Aucun mail pour l’instant" in words(browser.get("/dev/mailbox"))
    mailbox.deliver(LEA, "v-x@passerelle.localhost", mail("Première"))
    mailbox.deliver("zoe@courrier.example", "v-y@passerelle.localhost", mail("Seconde", "zoe@courrier.example"))
    said = words(browser.get("/dev/mailbox"))
    assert said.index("Seconde") < said.index("Première")
    filtered = words(browser.get(f"/dev/mailbox?pour={LEA}"))
    assert "Première" in filtered
    assert "Seconde" not in filtered


def test_long_mailboxes_have_pages(mailbox: Mailbox, browser: FlaskClient) -> None:
    for number in range(51):
        mailbox.deliver(LEA, "", mail(f"Mail {number:02}"))
    assert "Mail 00" not in words(browser.get("/dev/mailbox"))
    assert "Mail 00" in words(browser.get("/dev/mailbox?page=1"))
    assert browser.get("/dev/mailbox?page=x").status_code == 200


def test_a_mail_is_shown_whole(mailbox: Mailbox, browser: FlaskClient) -> None:
    key = mailbox.deliver(LEA, "v-x@passerelle.localhost", mail())
    answer = browser.get(f"/dev/mailbox/{key}")
    said = words(answer)
    for expected in ("Une offre pour vous", "r-abc@passerelle.localhost", "Répondez POSTULER", "fiche.pdf", "Source"):
        assert expected in said, expected
    assert "<script" not in answer.text
    assert 'sandbox="allow-popups' in answer.text
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert browser.get("/dev/mailbox/nothing").status_code == 404


def test_its_html_can_do_nothing(mailbox: Mailbox, browser: FlaskClient) -> None:
    key = mailbox.deliver(LEA, "", mail())
    answer = browser.get(f"/dev/mailbox/{key}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert "data:image/gif;base64,R0lGODlh" in answer.text
    assert '<base target="_blank">' in answer.text


def test_an_answer_is_a_real_mail_in_its_thread(site: Site, mailbox: Mailbox, sink: SmtpSink) -> None:
    key = mailbox.deliver(LEA, "v-x@passerelle.localhost", mail())
    with sink:
        browser = with_door(site, sink.url)
        answer = browser.post(
            f"/dev/mailbox/{key}",
            data={"texte": "Ce poste m’intéresse.", "fichiers": (io.BytesIO(b"%PDF"), "../CV Léa.pdf")},
        )
        (got,) = sink.wait_for(1)
    assert "Le mail est accepté" in words(answer)
    assert "→ 250" in answer.text
    assert got.sender == LEA
    assert got.recipients == ("r-abc@passerelle.localhost",)
    assert got.parsed["From"].addresses[0].display_name == "Léa Dubreuil"
    assert got.parsed["Subject"] == "Re: Une offre pour vous"
    assert got.parsed["In-Reply-To"] == "<first@passerelle.localhost>"
    assert got.parsed["References"] == "<zero@passerelle.localhost> <first@passerelle.localhost>"
    body = got.parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == [
        "Ce poste m’intéresse.",
        "",
        "Le Mon, 23 Nov 2026 10:12:00 +0100, Passerelle <bonjour@passerelle.localhost> a écrit :",
        "",
        "> Bonjour Léa,",
        ">",
        "> Répondez POSTULER.",
    ]
    assert [part.get_filename() for part in got.parsed.iter_attachments()] == ["CV Léa.pdf"]


def test_what_the_door_refuses_is_shown_in_its_words(site: Site, mailbox: Mailbox, sink: SmtpSink) -> None:
    key = mailbox.deliver(LEA, "", mail())
    with sink:
        sink.answer("rcpt", "550 5.7.1 Cette offre est close")
        answer = with_door(site, sink.url).post(f"/dev/mailbox/{key}", data={"texte": "Bonjour"})
    assert "Le mail n’est pas passé" in words(answer)
    assert "→ 550 5.7.1 Cette offre est close" in answer.text
    assert "Bonjour</textarea>" in answer.text.replace("\n", "")


def test_a_door_that_is_away_is_said(site: Site, mailbox: Mailbox) -> None:
    key = mailbox.deliver(LEA, "", mail())
    answer = with_door(site, "smtp://127.0.0.1:9").post(f"/dev/mailbox/{key}", data={"texte": "Bonjour"})
    assert answer.status_code == 200
    assert "ConnectionRefusedError" in answer.text


@pytest.mark.parametrize("lmtp", [False, True])
def test_anybody_writes_to_anybody(site: Site, lmtp: bool) -> None:
    with SmtpSink(lmtp=lmtp) as sink:
        answer = with_door(site, sink.url).post(
            "/dev/ecrire",
            data={
                "de": "Samir Haddad <samir@courrier.example>",
                "a": "alertes@passerelle.localhost",
                "objet": "Recherche\r\nBcc: x@y.example",
                "texte": "Comptable à Nantes",
            },
        )
        (got,) = sink.wait_for(1)
    assert "Le mail est accepté" in words(answer)
    assert got.sender == "samir@courrier.example"
    assert got.recipients == ("alertes@passerelle.localhost",)
    assert got.parsed["Subject"] == "Recherche Bcc: x@y.example"
    assert "Bcc" not in got.parsed


def test_writing_needs_two_addresses(browser: FlaskClient) -> None:
    answer = browser.post("/dev/ecrire", data={"de": "samir", "a": "alertes@passerelle.localhost"})
    assert answer.status_code == 422
    assert "Il faut une adresse" in words(answer)


def test_a_file_may_be_as_large_as_the_mail_door_takes_it(site: Site, mailbox: Mailbox, sink: SmtpSink) -> None:
    key = mailbox.deliver(LEA, "", mail())
    with sink:
        browser = with_door(site, sink.url)
        file = FileStorage(io.BytesIO(bytes(3_000_000)), "CV.pdf")
        form = MultiDict([("texte", "Mon CV"), ("fichiers", file)])
        body, length, boundary = stream_encode_multipart(form, use_tempfile=False)
        answer = browser.post(
            f"/dev/mailbox/{key}",
            input_stream=body,
            content_length=length,
            content_type=f"multipart/form-data; boundary={boundary}",
        )
        assert answer.status_code == 200
        (got,) = sink.wait_for(1)
    assert len(got.data) > 3_000_000


def test_every_kind_of_mail_is_shown_as_it_would_leave(site: Site, browser: FlaskClient) -> None:
    listed = words(browser.get("/dev/mails"))
    for kind in LETTERS:
        assert kind in listed
    assert "sans modèle" not in listed
    said = words(browser.get("/dev/mails/application_received"))
    assert "Ce poste m’intéresse" in said
    assert "CV Léa Dubreuil.pdf" in said
    source = words(browser.get("/dev/mails/offer_alert"))
    assert "List-Unsubscribe-Post" in source
    assert re.search(r"To Léa Dubreuil", source)
    framed = browser.get("/dev/mails/offer_alert/html")
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "Comptable" in framed.text
    assert 'lang="en"' in browser.get("/dev/mails/offer_alert/html?langue=en").text
    english = browser.get("/dev/mails?langue=en")
    assert "All kinds of mails" in words(english), "the page around them, too"
    assert "Letter no. 12 is leaving" in words(english)
    assert re.search(r">\d+\u00a0kB<", english.text), "a size stays on one line"
    assert "/dev/mails/alarm?langue=fr" in links(browser.get("/dev/mails/alarm?langue=en"))
    assert browser.get("/dev/mails/unknown").status_code == 404
    assert site.posts() == []  # nothing stays of what was only shown


def test_in_production_they_do_not_exist(database: Database, addresses: Addresses) -> None:
    update = {"env": Environment.PRODUCTION, "smtp_url": "smtp://127.0.0.1:25"}
    settings = database.settings.model_copy(update=update)
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False), settings)
    try:
        browser = create_app(elsewhere, addresses).test_client()
        for page in ("/dev/mailbox", "/dev/mailbox/x", "/dev/mails", "/dev/ecrire"):
            assert browser.get(page).status_code == 404
            assert browser.post(page).status_code == 404
        assert "/dev/" not in browser.get("/").text
    finally:
        elsewhere.close()
