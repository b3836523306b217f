"""Conversations through the door: which words are commands, and what is told to whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import correspondence, offers, people
from jobboard.addresses import Purpose
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState, Words
from jobboard.db import Database
from jobboard.offers import Offer
from jobboard.outbox import Post
from jobboard.people import Person
from jobboard.settings import Settings
from mailer import gate
from tests.conftest import make_settings
from tests.doors.mail_house import letter
from tests.inbound.talks import DOMAIN, PAUL, Talk, read, text_of
from tests.jobboard import records


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, colleagues_per_offer=2)


@pytest.mark.parametrize(
    "text",
    [
        "Oui, avec plaisir",
        "Stop aux heures sup !",
        "Fin de mois difficile",
        "FIN\n\nou presque : quand puis-je passer ?",
        "Ajouter un café à l'ordre du jour ?",
        "Corriger votre CV serait utile.",
        "Prolonger la période d'essai jusqu'au 15 janvier vous irait ?",
        "Pas pour moi cette fois, merci de votre temps",
        "Bloquer mardi dans votre agenda ?",
        "Retirer mon nom de la liste, est-ce possible ?",
        "OUI",
        "Non",
        "2",
    ],
)
@pytest.mark.parametrize("side", ["lea", "helene"])
def test_what_is_no_word_alone_is_a_message(talk: Talk, side: str, text: str) -> None:
    assert talk.says(getattr(talk, side), text) == "relayed"
    assert text.split("\n")[0][:12] in text_of(talk.got(talk.helene if side == "lea" else talk.lea)[0]).replace(
        "’", "'"
    )


@pytest.mark.parametrize(
    ("side", "text", "outcome"),
    [
        ("lea", "FIN", "conversation-ended"),
        ("lea", "Bonjour,\n\nfin, merci\n\nCordialement", "conversation-ended"),
        ("helene", "Terminer", "conversation-ended"),
        ("lea", "Bloquer", "conversation-blocked"),
        ("helene", "BLOCK", "conversation-blocked"),
        ("lea", "AIDE", "helped"),
        ("lea", "HISTORIQUE", "history-sent"),
        ("lea", "RETIRER", "withdrawn"),
        ("lea", "STOP", "asked-stop-what"),
        ("helene", "CLORE POURVU", "offer-closed"),
        ("helene", "PROLONGER 3 semaines", "offer-prolonged"),
        ("helene", f"Prolonger jusqu'au {now() + timedelta(days=60):%d/%m/%Y}", "offer-prolonged"),
        ("helene", "RETIRER", "refused:colleague-address"),
        ("helene", "AJOUTER", "refused:colleague-address"),
    ],
)
def test_a_word_alone_is_done(talk: Talk, side: str, text: str, outcome: str) -> None:
    assert talk.says(getattr(talk, side), text) == outcome
    assert talk.messages() == 1


def test_help_in_a_conversation_lists_its_words(talk: Talk) -> None:
    talk.says(talk.lea, "AIDE")
    (mail,) = talk.got(talk.lea, "help")
    assert "FIN :" in text_of(mail).replace("\u00a0", " ").replace(" :", " :")
    assert "BLOQUER" in text_of(mail)


def test_all_read_the_same_and_no_address_passes(talk: Talk) -> None:
    talk.bring()
    both = f"Écrivez à {talk.helene} ou {PAUL}, pas à {talk.lea} ni autre@ailleurs.example."
    assert talk.says(talk.helene, both) == "relayed"
    assert talk.says(PAUL, f"Moi : {PAUL.upper()}, elle : {talk.helene}.") == "relayed"
    assert talk.says(talk.lea, f"Moi : {talk.lea}, vous : Paul.") == "relayed"
    assert [len(talk.got(who)) for who in (talk.lea, talk.helene, PAUL)] == [2, 2, 2]
    for who, hidden in ((talk.lea, (talk.helene, PAUL)), (talk.helene, (talk.lea,)), (PAUL, (talk.lea,))):
        own = talk.relay(who)
        for mail in talk.composed(who, "relayed_message"):
            assert not any(secret.encode() in mail.message.lower() for secret in hidden)
            assert set(hidden) <= set(mail.secrets)
            assert gate.leaks(mail.message, mail.secrets, documents_untouched=mail.by_candidate) == ()
            text = text_of(read(mail.message))
            assert not any(talk.relay(other) in text for other in (talk.lea, talk.helene, PAUL) if other != who)
            assert read(mail.message)["Reply-To"].addresses[0].addr_spec == own
    assert "Hélène M., Paul R." in text_of(talk.got(talk.lea)[0])


def test_one_subject_whatever_clients_put_before_it(talk: Talk) -> None:
    talk.bring()
    subjects = [
        "Re: Candidature de Zoé M. : Comptable (H/F)",
        "TR: AW: Re[2]: bonjour",
        "Entretien mardi",
        f"Re: {talk.helene}",
    ]
    for subject in subjects:
        talk.says(talk.helene, f"Bonjour ({subject})", subject=subject)
    talk.says(talk.lea, "Merci", subject="RE : Votre candidature est bien partie : Comptable (H/F)")
    seen = [*talk.got(talk.lea), *talk.got(talk.helene), *talk.got(PAUL)]
    (first,) = talk.got(talk.helene, "application_received")
    assert {str(mail["Subject"]) for mail in seen} == {f"Re: {first['Subject']}"}
    at_lea = [text_of(mail).replace("\u00a0", " ") for mail in talk.got(talk.lea)]
    assert ["Objet :" in text for text in at_lea] == [False, True, True, True]
    assert "Objet : Entretien mardi" in at_lea[2]
    assert talk.helene not in at_lea[3]


def test_bloquer_keeps_the_two_sides_apart_everywhere(talk: Talk, database: Database) -> None:
    talk.bring()
    with database.transaction() as session:
        helene, lea = people.find(session, talk.helene), people.find(session, talk.lea)
        assert helene is not None
        assert lea is not None
        second, third = (records.publish(session, helene, title=f"Offre {n}", at=now()) for n in (2, 3))
        other = correspondence.apply(session, second, lea, Words("x", "Bonjour"), at=now()).conversation_id
        apply_to = talk.house.addresses.make(Purpose.OFFER, third.id)
    assert talk.says(talk.lea, "BLOQUER") == "conversation-blocked"
    with database.transaction() as session:
        assert session.get_one(Conversation, other).state is ConversationState.ENDED
    assert talk.noted(talk.helene)[-2:] == ["conversation-ended-by-other"] * 2
    assert talk.noted(PAUL)[-1] == "conversation-ended-by-other"
    (report,) = talk.house.posts("conversation_reported")
    assert report.params["conversation_id"] == talk.conversation_id
    assert report.params["by_candidate"]
    assert not {talk.lea, talk.helene, PAUL} & set(map(str, report.params.values()))
    long = "Je me permets de postuler, avec dix ans de pratique de la comptabilité associative."
    assert talk.says(talk.lea, long, to=apply_to) == "refused:blocked"


def test_a_mail_to_two_addresses_of_one_conversation_is_one(talk: Talk) -> None:
    talk.bring()
    raw = letter(talk.helene, "À neuf heures, comme convenu.")
    assert talk.house.send([talk.relay(PAUL), talk.relay(talk.helene)], raw, sender=talk.helene)[0] == 250
    talk.house.work()
    with talk.house.database.transaction() as session:
        outcomes = session.scalars(sa.text("SELECT outcome FROM mail ORDER BY id DESC LIMIT 2")).all()
    assert sorted(map(str, outcomes)) == ["relayed", "same-mail-twice"]
    assert talk.messages() == 2
    assert talk.house.send(talk.relay(talk.helene).upper(), raw, sender=talk.helene)[0] == 250
    talk.house.work()
    assert talk.messages() == 2
    fin = letter(talk.helene, "FIN")
    talk.house.send([talk.relay(talk.helene), talk.relay(PAUL)], fin, sender=talk.helene)
    talk.house.work()
    assert "conversation-ended" not in talk.noted(talk.helene)[:-1]


def test_a_forged_mail_to_a_colleague_s_address_is_nobody_s(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says("mallory@mechant.example", "FIN", to=talk.relay(PAUL)) == "asked-whether-hers"
    assert talk.says(talk.lea, "FIN", to=talk.relay(PAUL)) == "kept-unasked"
    assert talk.state() is ConversationState.OPEN
    with database.transaction() as session:
        asked = session.scalars(sa.select(Post).where(Post.kind == "mail_question")).all()
        assert {session.get_one(Person, post.person_id).address for post in asked} == {PAUL}


@pytest.mark.parametrize(("days", "code"), [(29, 250), (31, 550)])
def test_a_conversation_outlives_its_offer(talk: Talk, database: Database, days: int, code: int) -> None:
    relay = talk.relay(talk.lea)
    with database.transaction() as session:
        offer, helene = session.get_one(Offer, talk.offer_id), people.find(session, talk.helene)
        assert helene is not None
        offers.close(session, offer, by=helene, filled=True, at=now() - timedelta(days=days))
    assert talk.house.send(relay, letter(talk.lea, "Toujours là ?"))[0] == code
    apply_to = talk.house.addresses.make(Purpose.OFFER, talk.offer_id)
    assert talk.house.send(apply_to, letter("zoe@courrier.example", "Ce poste m'intéresse"))[0] == 550
