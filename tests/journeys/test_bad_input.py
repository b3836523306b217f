"""Bad input is the normal case: broken, hostile, repeated mails to the running doors, and who is told what."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage

import pytest

from inbound.handlers import aliases
from jobboard.addresses import Alias
from passerelle import story
from passerelle.correspondents import Someone, views
from tests.journeys.world import World

CRLF = b"\r\n"


def mail(sender: Someone | str, text: str = "", **headers: str) -> bytes:
    """Return the octets of a simple mail."""
    message = EmailMessage()
    message["From"] = f"{sender.name} <{sender.address}>" if isinstance(sender, Someone) else sender
    message["Subject"] = "Bonjour"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes().replace(b"\n", CRLF)


def test_an_empty_mail_is_answered_with_what_to_write(world: World) -> None:
    marie = world.someone("Marie Vide")
    world.raw(marie.address, world.to("alertes"), mail(marie, ""))
    question = world.post.wait_for(marie, "alert_question")
    assert "OUI" in question.text


@pytest.mark.parametrize("sender", ["", "undisclosed:;", "a@b.example, c@d.example"])
def test_no_sender_or_several_get_no_answer(world: World, sender: str) -> None:
    envelope = world.someone("Sans Nom").address
    octets = mail("x@y.example", "comptable à Nantes").replace(b"From: x@y.example" + CRLF, b"")
    if sender:
        octets = b"From: " + sender.encode() + CRLF + octets
    before = len(world.sink.mails)
    world.raw(envelope, world.to("alertes"), octets)
    world.settle()
    assert len(world.sink.mails) == before
    (outcome,) = world.outcomes(envelope)
    assert outcome is not None
    assert outcome.startswith("unusable-")


@pytest.mark.parametrize("alias", list(Alias))
def test_a_stranger_gets_one_mail_at_most_and_never_her_own_words(world: World, alias: Alias) -> None:
    assert alias in aliases.HANDLERS
    stranger = world.someone("Qui Suisje")
    bait = "achetez-mes-pilules.example"
    for _ in range(2):
        octets = mail(stranger, f"Visitez http://{bait} comptable à Nantes {_}")
        world.raw(stranger.address, world.to(alias), octets)
    world.settle()
    got = world.post.received(stranger)
    assert len(got) <= 1
    for one in got:
        assert bait not in views(one.raw)


def test_a_stranger_whose_authentication_failed_gets_nothing_in_her_name(world: World) -> None:
    # Nobody is trusted here, so that "none" is all there is: a failed header is not believed either way.
    victim = world.someone("Victime Innocente")
    forged = mail(victim, "STOP TOUT", Authentication_Results="mx.example; dmarc=fail")
    world.raw("forger@ailleurs.example", world.to("stop"), forged)
    world.settle()
    assert len(world.post.received(victim)) <= 1


def test_sixty_recipients_are_sixty_mails_and_one_answer_a_purpose(world: World) -> None:
    paula = world.candidate("Paula Foule")
    recipients = [world.to("aide")] + [f"inconnu{n}@{world.settings.mail_domain}" for n in range(59)]
    with smtplib.SMTP(*world.post.smtp) as server:
        refused = server.sendmail(paula.address, recipients, mail(paula, "AIDE"))
    assert len(refused) == 59
    assert {code for code, _ in refused.values()} == {550}
    world.post.wait_for(paula, "help")


def test_a_mail_in_blind_copy_is_read_like_any_other(world: World) -> None:
    world.raw((nina := world.someone("Nina Cachée")).address, world.to("lettre"), mail(nina, "la lettre svp"))
    world.post.wait_for(nina, "subscription_question")


def test_forty_megabytes_are_refused_with_words(world: World) -> None:
    with smtplib.SMTP(*world.post.smtp) as server, pytest.raises(smtplib.SMTPSenderRefused) as refused:
        server.sendmail("gros@courrier.example", [world.to("alertes")], b"x" * (40 * 1024 * 1024))
    assert refused.value.smtp_code == 552


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-15", "utf-8"])
def test_old_charsets_are_understood(world: World, charset: str) -> None:
    person = world.someone("Élodie Œuvrée")
    body = "Je cherche un poste d’éducatrice spécialisée à Besançon".replace("’", "'").encode(charset)
    head = f'From: {person.address}\r\nContent-Type: text/plain; charset="{charset}"\r\n'.encode()
    world.raw(person.address, world.to("alertes"), head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body + CRLF)
    assert "Besançon" in world.post.wait_for(person, "alert_question").text


@pytest.mark.parametrize(
    "octets",
    [
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!! not base64 \x00\xff\r\n",
        b"Content-Type: text/plain; charset=klingon\r\nSubject: =?utf-8?b?////?=\r\n\r\n\x80\x81\x00\r\n",
        b"Subject: =?iso-8859-1?q?=E9=?= =?x?y?z?=\r\n\r\ncomptable\r\n",
    ],
)
def test_broken_mime_is_an_outcome_not_an_accident(world: World, octets: bytes) -> None:
    person = world.someone("Brise Fer")
    world.raw(person.address, world.to("alertes"), b"From: " + person.address.encode() + CRLF + octets)
    world.settle()
    (outcome,) = world.outcomes(person.address)
    assert outcome not in (None, "stuck")


def test_a_command_in_the_quotation_only_is_no_command(world: World) -> None:
    lea = world.candidate("Léa Citée")
    text = (
        "Merci pour votre aide hier, à bientôt.\n\nLe lun. 3 févr. 2025 à 10:12, Paul a écrit :\n> STOP TOUT\n> OUI\n"
    )
    world.raw(lea.address, world.to("aide"), mail(lea, text))
    world.post.wait_for(lea, "help")
    assert "stopped" not in world.kinds(lea)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Subject": "Réponse automatique : absente du bureau"},
        {"Precedence": "bulk"},
        {"List_Id": "<liste.example>"},
    ],
)
def test_automatic_mail_is_never_answered(world: World, headers: dict[str, str]) -> None:
    absente = world.someone("Absente Dubureau")
    octets = mail(absente, "Je suis absente jusqu'à lundi. comptable à Nantes")
    for name, value in headers.items():
        line = re.compile(rb"^" + name.replace("_", "-").encode() + rb":.*\r\n", re.M)
        octets = f"{name.replace('_', '-')}: {value}\r\n".encode() + line.sub(b"", octets)
    world.raw(absente.address, world.to("alertes"), octets)
    world.settle()
    assert world.kinds(absente) == []
    assert str(world.outcomes(absente.address)[0]).startswith("automatic-")


def test_a_bounce_is_never_answered(world: World) -> None:
    lea = world.candidate("Léa Rebond")
    returned = next(mail for mail in world.sink.mails if lea.address in mail.recipients).sender
    assert returned.startswith("v-")
    before = len(world.sink.mails)
    octets = mail("MAILER-DAEMON@courrier.example", "550 5.1.1 unknown user", Auto_Submitted="auto-replied")
    with smtplib.SMTP(*world.post.smtp) as server:
        server.sendmail("", [returned], octets)
    world.settle()
    assert len(world.sink.mails) == before


def test_the_same_mail_three_times_has_one_effect(world: World) -> None:
    lea = world.candidate("Léa Triple")
    once = mail(lea, "HISTORIQUE", Message_ID="<once@courrier.example>")
    for number in range(3):
        received = f"Received: from relais{number}.example by nous; Mon, 23 Nov 2026 10:0{number}:00 +0100\r\n"
        world.raw(lea.address, world.to("aide"), received.encode() + once)
    world.settle()
    assert world.kinds(lea).count("history") == 1


def test_a_forged_answer_to_a_quoted_address_is_asked_about(world: World) -> None:
    lea = world.candidate("Léa Vraie")
    first = next(got for got in world.post.received(lea) if got.kind == "alert_created")
    thief = world.someone("Voleur Deticket")
    world.raw(thief.address, first.reply_to, mail(thief, "STOP"))
    question = world.post.wait_for(lea, "mail_question")
    world.settle()
    assert world.kinds(thief) == []
    assert "stopped" not in world.kinds(lea)
    world.post.answer(lea, question, "NON")
    world.settle()
    assert "stopped" not in world.kinds(lea)


def test_staff_words_of_somebody_else_do_nothing(world: World) -> None:
    hana = world.someone("Hana Employeuse")
    published = world.published_offer(hana)
    assert published.kind == "offer_published"
    to_validate = [got for got in world.post.received(story.STAFF) if got.kind == "offer_to_validate"][-1]
    world.raw(hana.address, to_validate.reply_to, mail(hana, "VALIDER"))
    world.settle()
    assert str(world.outcomes(hana.address)[-1]) in ("asked-whether-hers", "kept-unasked")


def test_nothing_was_a_bug(world: World) -> None:
    world.settle()
    assert world.ask("SELECT id, traceback FROM mail WHERE state = 'stuck'") == []
