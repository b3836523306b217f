"""A mail of 20 MB goes through the relay whole; a larger one than we pass on gets a sentence."""

from __future__ import annotations

import random
from email import message_from_bytes, policy
from email.message import EmailMessage

from passerelle.correspondents import Got, Someone
from tests.journeys.world import World

MEGABYTE = 1024 * 1024


def with_file(writer: Someone, answered: Got, octets: bytes) -> bytes:
    """Return an answer with a document that is searched for addresses as a whole, in mail of a third more."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = writer.address, answered.reply_to, "Mon dossier complet"
    message["Message-ID"] = f"<dossier.{len(octets)}@courrier.example>"
    message.set_content(f"Bonjour, voici mon dossier complet. Mon adresse est {writer.address}.\n")
    message.add_attachment(octets, maintype="application", subtype="pdf", filename="Dossier.pdf")
    return message.as_bytes()


def test_twenty_megabytes_go_through_whole_and_thirty_are_told(world: World) -> None:
    recruiter, candidate = world.someone("Odile Grand"), world.candidate("Ondine Lourd")
    world.published_offer(recruiter)
    world.post.answer(candidate, world.post.wait_for(candidate, "offer_alert"), "Je postule avec plaisir. " * 4)
    sent = world.post.wait_for(candidate, "application_sent")
    world.post.wait_for(recruiter, "application_received")

    file = b"%PDF-1.4\n" + random.Random(20).randbytes(int(14.6 * MEGABYTE))
    raw = with_file(candidate, sent, file)
    assert 19.5 * MEGABYTE < len(raw) < 20.5 * MEGABYTE
    world.raw(candidate.address, sent.reply_to, raw)
    world.post.wait_for(recruiter, "relayed_message")
    [relayed] = [mail.data for mail in world.sink.to(recruiter.address) if len(mail.data) > MEGABYTE]
    [attached] = message_from_bytes(relayed, policy=policy.default).iter_attachments()  # type: ignore[attr-defined]
    assert (attached.get_filename(), attached.get_content()) == ("Dossier.pdf", file)
    assert candidate.address.encode() not in relayed

    world.raw(candidate.address, sent.reply_to, with_file(candidate, sent, file + file[: len(file) // 2]))
    told = world.post.wait_for(candidate, "refusal")
    assert "30 Mo" in told.text.replace("\u00a0", " ")
    world.settle()
    assert world.outcomes(candidate.address)[-2:] == ["relayed", "refused:too-large"]
    assert len([mail for mail in world.sink.to(recruiter.address) if len(mail.data) > MEGABYTE]) == 1
