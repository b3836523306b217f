"""Bounces and complaints through the running doors: kept, counted, told to whom they concern, never answered."""

from __future__ import annotations

import smtplib

import pytest

from jobboard.folding import fold
from passerelle import story
from passerelle.correspondents import Got, Someone
from tests.inbound.bounce_samples import one, plain, report
from tests.journeys.world import World

GONE = "550 5.1.1 no such user at mx.secret.example"


def return_path(world: World, reader: Someone, got: Got) -> str:
    """Return the envelope sender under which a mail came."""
    return next(mail.sender for mail in world.sink.to(reader.address) if mail.data == got.raw)


def bounce(
    world: World, to: str, *, named: str, status: str = "5.1.1", words: str = GONE, action: str = "failed"
) -> str:
    """Mail a report to an envelope sender of ours; returns what became of it."""
    world.raw("", to, report("Sorry.", one(status, words, to=named, action=action)))
    world.settle()
    rows = world.ask("SELECT outcome FROM mail WHERE lower(recipient) = lower(%s) ORDER BY id DESC LIMIT 1", to)
    return str(rows[0][0])


def held_against(world: World, person: Someone) -> list[tuple[object, ...]]:
    query = "SELECT hard, suppressed_at IS NOT NULL FROM address_health WHERE address_key = %s"
    return world.ask(query, person.address)


def two_mails(world: World, person: Someone) -> tuple[Got, Got]:
    """Have the person get two mails, of alerts and of account."""
    world.post.write(person, world.to("aide"), "AIDE")
    created = next(got for got in world.post.received(person) if got.kind == "alert_created")
    return created, world.post.wait_for(person, "help")


def test_two_reports_suspend_an_address_until_she_writes(world: World) -> None:
    zoe, other = world.candidate("Zoé Perdue"), world.candidate("Marie Autre")
    first, second = (return_path(world, zoe, got) for got in two_mails(world, zoe))
    before = len(world.sink.mails)
    for _ in range(2):
        assert bounce(world, first, named=other.address) == "bounce-hard"
    assert held_against(world, zoe) == [(1, False)], "the same report twice counts once, for the post's own address"
    assert bounce(world, second.upper(), named=zoe.address) == "bounce-hard"
    assert held_against(world, zoe) == [(2, True)]
    assert held_against(world, other) == []
    assert len(world.sink.mails) == before, "bounces are never answered"
    (evidence,) = {row[0] for row in world.ask("SELECT excerpt FROM bounce WHERE address_key = %s", zoe.address)}
    assert evidence == GONE
    world.post.write(zoe, world.to("aide"), "REPRENDRE")
    world.post.wait_for(zoe, "resumed")
    assert held_against(world, zoe) == []


def test_oui_on_a_fresh_token_lifts_a_suspension_whoever_carries_it(world: World) -> None:
    zoe, elsewhere = world.candidate("Zoé Revenue"), world.someone("Zoé Ailleurs")
    world.post.write(zoe, world.to("lettre"), "Bonjour")
    question = world.post.wait_for(zoe, "subscription_question")
    suspend = (
        "INSERT INTO address_health (address_key, hard, score, severity, by_report, reason, changed_at, suppressed_at)"
        " VALUES (%s, 2, 6, 'hard', true, '', now(), now()) RETURNING hard"
    )
    world.ask(suspend, zoe.address)
    world.post.answer(elsewhere, question, "OUI")
    world.post.wait_for(zoe, "letter_welcome")
    assert held_against(world, zoe) == []


def test_a_human_mail_to_the_envelope_sender_is_taken_for_automatic(world: World) -> None:
    zoe = world.candidate("Zoé Bavarde")
    (path, _) = (return_path(world, zoe, got) for got in two_mails(world, zoe))
    before = len(world.sink.mails)
    world.raw(zoe.address, path, plain("550 5.1.1 user unknown, ou STOP TOUT", sender=zoe.address, subject="Bonjour"))
    world.settle()
    assert world.outcomes(zoe.address)[-1] == "automatic"
    assert len(world.sink.mails) == before
    assert held_against(world, zoe) == []
    away = plain("Je suis absente.", sender=zoe.address, subject="Absence", more="Auto-Submitted: auto-replied\n")
    world.raw("", path, away)
    world.settle()
    query = "SELECT severity FROM bounce WHERE address_key = %s"
    assert world.ask(query, zoe.address) == [("auto_reply",)]
    assert held_against(world, zoe) == []
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        world.raw("", path.replace("v-", "v-a", 1)[:-1], report("", one("5.1.1")))


def test_a_complaint_to_abuse_stops_the_stream_it_is_about(world: World) -> None:
    zoe = world.candidate("Zoé Fâchée")
    (path, _) = (return_path(world, zoe, got) for got in two_mails(world, zoe))
    arf = (
        "From: feedback@provider.example\nSubject: FW: Une offre\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nAn email abuse report\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Mail-From: <{path}>\n\n--b--\n"
    )
    before = len(world.sink.mails)
    world.raw("feedback@provider.example", world.to("abuse"), arf.replace("\n", "\r\n").encode())
    world.settle()
    assert world.outcomes("feedback@provider.example")[-1] == "bounce-complaint"
    query = "SELECT stream, stopped_how FROM subscription s JOIN person p ON p.id = s.person_id WHERE address = %s"
    assert world.ask(query, zoe.address) == [("alerts", "complaint")]
    assert len(world.sink.mails) == before


def test_a_message_that_bounces_is_told_to_its_author_and_to_the_timeline(world: World) -> None:
    helene = world.someone("Hélène Recruteuse")
    assert world.published_offer(helene)
    lea = world.candidate("Léa Injoignable")
    alert = next(got for got in world.post.received(lea) if got.kind == "alert_created")
    world.post.answer(lea, alert, "POSTULER 1\n\nVoici ma candidature.", files=[("CV.pdf", story.CV)])
    received = world.post.wait_for(helene, "application_received")
    world.post.answer(helene, received, "Pouvez-vous venir mardi ?")
    path = return_path(world, lea, world.post.wait_for(lea, "relayed_message"))
    assert bounce(world, path, named=lea.address, action="delayed", status="4.4.1") == "bounce-delay"
    assert bounce(world, path, named=lea.address, status="5.2.2", words="552 5.2.2 over quota mx.secret.example") == (
        "bounce-full"
    )
    told = world.post.wait_for(helene, "message_not_delivered")
    assert "pleine" in told.text
    for hidden in (lea.address, "secret", "5.2.2", "quota"):
        assert hidden not in told.text + told.html
    assert world.kinds(helene).count("message_not_delivered") == 1
    world.post.write(lea, world.to("aide"), "HISTORIQUE")
    assert "un message n a pas pu etre remis" in fold(world.post.wait_for(lea, "history").text)
    again = world.post.answer(helene, told, "Et mercredi ?")
    assert again
    assert "Et mercredi" in world.post.wait_for(lea, "relayed_message").text
