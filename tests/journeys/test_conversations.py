"""Conversations through the running doors: several recruiters, one thread; ended, blocked, outlived by their offer."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

from jobboard.addresses import Addresses, Purpose
from passerelle import story
from passerelle.correspondents import Got, Someone, views
from tests.journeys.world import World

INTEREST = "Ce poste m'intéresse : j'ai tenu dix ans les comptes d'une association de quartier."


@dataclass
class Talk:
    """An application, and what its recruiter got of it."""

    world: World
    helene: Someone
    lea: Someone
    offer_id: int
    applied: str  # the Message-ID of Léa's mail
    received: Got

    @property
    def address(self) -> str:
        """Where one applies to the offer."""
        return apply_address(self.world, self.offer_id)

    def reads(self, reader: Someone, words: str) -> Got:
        """Return the relayed mail with these words in somebody's mailbox."""
        return self.world.post.wait_for(reader, "relayed_message", holding=words)

    def noted(self, reader: Someone, words: str) -> Got:
        """Return the letter that notes something, by its subject."""
        for _ in range(10):
            got = self.world.post.wait_for(reader, "noted")
            if words in got.subject.replace("\u00a0", " "):
                return got
        raise AssertionError(words)


def apply_address(world: World, offer_id: int) -> str:
    return Addresses(world.settings).make(Purpose.OFFER, offer_id)


def begin(world: World) -> Talk:
    """Have an offer published and an application made to it."""
    helene = world.someone("Hélène Martin")
    helene = Someone(helene.name, f"helene.{helene.address.partition('@')[0]}@horizon.example")
    world.published_offer(helene)
    (row,) = world.ask("SELECT max(id) FROM offer")
    offer_id = int(str(row[0]))
    lea = world.candidate("Léa Dubreuil")
    applied = world.post.write(
        lea, apply_address(world, offer_id), INTEREST, subject="Ma candidature", files=[("CV.pdf", story.CV)]
    )
    received = world.post.wait_for(helene, "application_received")
    world.post.wait_for(lea, "application_sent")
    return Talk(world, helene, lea, offer_id, applied, received)


def bring(talk: Talk, paul: Someone) -> None:
    """Have Hélène bring a colleague, who agrees."""
    post = talk.world.post
    post.answer(talk.helene, talk.received, f"AJOUTER {paul.address}")
    question = post.wait_for(paul, "colleague_question")
    for hidden in (talk.helene.address, talk.helene.name, talk.lea.address, talk.lea.name, paul.name):
        assert hidden not in views(question.raw)
    talk.noted(talk.helene, "a notre question")
    post.answer(paul, question, "OUI")
    talk.noted(paul, "Vous partagez ces conversations")
    talk.noted(talk.helene, "Une personne de plus")


def stands(got: Got) -> tuple[str, list[str]]:
    """Return the In-Reply-To and the References of a mail."""
    return str(got.message["In-Reply-To"] or "").strip(), str(got.message["References"] or "").split()


def no_leak(talk: Talk, *recruiters: Someone) -> None:
    """Nothing of either side's addresses stands in what the other got, in any octet nor in any decoded view."""
    for got in talk.world.post.received(talk.lea):
        assert b"horizon.example" not in got.raw
        for person in recruiters:
            assert person.address not in views(got.raw)
            assert person.address.encode() not in got.raw
    for person in recruiters:
        for got in talk.world.post.received(person):
            assert talk.lea.address not in views(got.raw)
            assert talk.lea.address.encode() not in got.raw


def test_three_people_one_thread_until_fin(world: World) -> None:
    talk = begin(world)
    post, helene, lea = world.post, talk.helene, talk.lea
    paul = Someone("Paul Régis", f"paul.{world.someone('Paul').address}".replace("courrier.example", "horizon.example"))
    bring(talk, paul)

    asked = post.answer(helene, talk.received, f"Pouvez-vous venir mardi ?\n\nHélène, {helene.address}")
    first_lea, first_paul = talk.reads(lea, "venir mardi"), talk.reads(paul, "venir mardi")
    assert stands(first_lea) == (talk.applied, [talk.applied])
    assert first_lea.subject == first_paul.subject == f"Re: {talk.received.subject}"
    assert "Léa D." in first_paul.text
    assert "Hélène M." in first_lea.text

    answered = post.answer(lea, first_lea, f"Mardi me va. Mon adresse : {lea.address}")
    second_helene, second_paul = talk.reads(helene, "Mardi me va"), talk.reads(paul, "Mardi me va")
    assert stands(second_helene) == (asked, [talk.received.message_id, asked])
    assert stands(second_paul) == (first_paul.message_id, [first_paul.message_id])

    by_paul = post.answer(paul, second_paul, f"Je serai là aussi : {paul.address}, ou {helene.address}.")
    third_lea, third_helene = talk.reads(lea, "Je serai là"), talk.reads(helene, "Je serai là")
    assert stands(third_lea)[0] == answered
    assert stands(third_helene)[0] == second_helene.message_id
    assert third_lea.reply_to == first_lea.reply_to, "one relay address, one thread"
    assert third_lea.subject == second_helene.subject == f"Re: {talk.received.subject}"
    assert "Paul R. via" in str(third_lea.message["From"])

    more = post.write(lea, third_lea.reply_to, "Encore un mot.", subject="TR: AW: Re: tout autre", answering=None)
    assert more
    assert stands(talk.reads(helene, "Encore un mot")) == ("", [])
    follow_up = EmailMessage()
    follow_up["From"], follow_up["To"], follow_up["Subject"] = lea.address, third_lea.reply_to, "Re: suite"
    follow_up["Message-ID"], follow_up["In-Reply-To"] = "<suite@courrier.example>", answered
    follow_up["References"] = f"<inconnu@courrier.example> {answered}"
    follow_up.set_content("Suite de ma réponse.")
    raw = follow_up.as_bytes(policy=email.policy.SMTP)
    world.raw(lea.address, third_lea.reply_to, raw)
    world.raw(lea.address, third_lea.reply_to, raw)
    assert stands(talk.reads(helene, "Suite de ma")) == (second_helene.message_id, [second_helene.message_id])
    assert stands(talk.reads(paul, "Suite de ma")) == (second_paul.message_id, [second_paul.message_id])
    post.answer(lea, third_lea, "Oui, avec plaisir")
    post.answer(lea, third_lea, "Stop aux heures sup !")
    talk.reads(paul, "Oui, avec plaisir")
    talk.reads(paul, "Stop aux heures sup")
    world.settle()
    for reader in (helene, paul):
        assert sum("Suite de ma" in got.text for got in post.received(reader)) == 1, "a redelivery has no effect"

    post.answer(lea, third_lea, "FIN")
    talk.noted(lea, "Votre conversation est terminée")
    for reader in (helene, paul):
        talk.noted(reader, "La conversation a été terminée")
    for author, got in ((lea, first_lea), (helene, second_helene), (paul, second_paul)):
        reply = post.refused(author, got.reply_to)
        assert reply.startswith("550 5.7.1")
        assert "terminee" in reply
        assert "ended" in reply
    post.write(lea, world.to("aide"), "HISTORIQUE")
    post.wait_for(lea, "history")
    assert by_paul
    no_leak(talk, helene, paul)


def test_a_mail_to_two_relay_addresses_is_one_and_whoever_leaves_reads_no_more(world: World) -> None:
    talk = begin(world)
    post, helene, lea = world.post, talk.helene, talk.lea
    paul = Someone("Paul Régis", world.someone("Paul").address)
    bring(talk, paul)
    post.answer(lea, talk.world.post.received(lea)[-1], "Une question : à quelle heure ?")
    at_helene, at_paul = talk.reads(helene, "à quelle heure"), talk.reads(paul, "à quelle heure")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = helene.address, at_helene.reply_to, at_paul.reply_to
    mail["Subject"], mail["Message-ID"] = at_helene.subject, "<deux@horizon.example>"
    mail.set_content("À neuf heures, comme convenu.")
    world.raw(helene.address, [at_paul.reply_to, at_helene.reply_to], mail.as_bytes(policy=email.policy.SMTP))
    world.settle()
    talk.reads(lea, "À neuf heures")
    assert world.outcomes(helene.address)[-2:] == ["relayed", "same-mail-twice"]
    for reader in (lea, paul):
        assert sum("À neuf heures" in got.text for got in post.received(reader)) == 1
    assert not any(got.kind == "mail_question" for got in post.received(paul)), "it is Hélène's, nobody asks Paul"

    post.answer(paul, at_paul, "FIN")
    talk.noted(paul, "Vous ne participez plus")
    talk.noted(helene, "ne participe plus")
    assert "550 5.7.1" in post.refused(paul, at_paul.reply_to)
    post.answer(lea, post.received(lea)[-1], "Merci, à mardi alors.")
    talk.reads(helene, "à mardi alors")
    world.settle()
    assert not any("à mardi alors" in got.text for got in post.received(paul))
    no_leak(talk, helene, paul)


def test_bloquer_ends_reports_and_keeps_apart(world: World) -> None:
    talk = begin(world)
    post, helene, lea = world.post, talk.helene, talk.lea
    post.answer(helene, talk.received, "Vous êtes charmante sur la photo.")
    post.answer(lea, talk.reads(lea, "charmante"), "BLOQUER")
    talk.noted(lea, "terminée et signalée")
    told = talk.noted(helene, "La conversation a été terminée")
    assert "signal" not in told.text
    reported = post.wait_for(story.STAFF, "conversation_reported")
    for expected in ("Léa Dubreuil", "Hélène Martin", "h•••@horizon.example", "Comptable"):
        assert expected in reported.text.replace("\u00a0", " ")
    for hidden in (lea.address, helene.address, "charmante"):
        assert hidden not in views(reported.raw)
    assert "550 5.7.1" in post.refused(helene, talk.received.reply_to)
    other = begin_again(world, helene)
    post.write(lea, apply_address(world, other), INTEREST, subject="Encore moi")
    assert "Votre candidature n’est pas partie" in post.wait_for(lea, "refusal").text
    world.settle()
    assert world.outcomes(lea.address)[-1] == "refused:blocked"
    no_leak(talk, helene)


def begin_again(world: World, helene: Someone) -> int:
    """Have somebody known deposit one more offer; returns its id."""
    post = world.post
    text = "\n".join(f"{label} : {value}" for label, value in {**story.FORM, "Employeur": "Horizon Deux"}.items())
    post.write(helene, world.to("offres"), text, subject="Offre")
    post.answer(helene, post.wait_for(helene, "draft_shown", holding="Horizon Deux"), "OUI")
    post.answer(story.STAFF, post.wait_for(story.STAFF, "offer_to_validate", holding="Horizon Deux"), "VALIDER")
    post.wait_for(helene, "offer_published")
    return int(str(world.ask("SELECT max(id) FROM offer")[0][0]))


def test_a_conversation_outlives_its_offer_for_a_grace_time(world: World) -> None:
    talk = begin(world)
    post, helene, lea = world.post, talk.helene, talk.lea
    post.answer(helene, talk.received, "CLORE POURVU")
    post.wait_for(helene, "offer_closed")
    assert "550 5.7.1" in post.refused(world.someone("Zoé"), talk.address)
    post.answer(helene, talk.received, "Nous aimerions vous garder en réserve.")
    got = talk.reads(lea, "en réserve")
    before = len(world.sink.mails)
    world.ask("UPDATE offer SET closed_at = closed_at - interval '31 days' WHERE id = %s RETURNING id", talk.offer_id)
    for author, address in ((lea, got.reply_to), (helene, talk.received.reply_to)):
        reply = post.refused(author, address)
        assert reply.startswith("550 5.7.1")
        assert "30 jours" in reply
        assert "30 days" in reply
    world.settle()
    assert len(world.sink.mails) == before, "nobody is told by the clock"
    post.write(lea, world.to("aide"), "HISTORIQUE")
    post.wait_for(lea, "history")
    no_leak(talk, helene)
