"""Bringing a colleague into a conversation: who is asked, in which words, how often, and who decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import colleagues, conversations, correspondence, offers, people, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState, Words
from jobboard.db import Database
from jobboard.letters import from_params
from jobboard.offers import Offer
from jobboard.people import Role
from jobboard.questions import Question
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from mailer.compose import Composer
from tests.conftest import make_settings
from tests.doors.mail_house import letter
from tests.inbound.talks import DOMAIN, PAUL, Talk, read, text_of
from tests.jobboard import records

STRANGER_TEXT = ("CHEQUE-CADEAU", "Hélène", "Morin", "horizon.example", "Zoé")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, colleagues_per_offer=2)


def test_a_colleague_is_asked_without_a_word_of_the_recruiter_s(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {PAUL}", subject="CHEQUE-CADEAU") == "colleague-asked"
    (post,) = talk.house.posts("colleague_question")
    with talk.house.database.transaction() as session:
        composer = Composer(talk.house.database.settings, talk.house.addresses)
        mail = composer.compose(session, post, from_params(post.kind, post.params), None, at=now())
    assert mail.recipient == PAUL
    for word in (*STRANGER_TEXT, talk.lea, talk.helene):
        assert word not in str(read(mail.message))
        assert word not in text_of(read(mail.message))
    assert talk.side() == [talk.helene], "nothing is shared before OUI"
    assert talk.noted(talk.helene) == ["colleague-asked"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("AJOUTER paul", "colleague-address"),
        ("AJOUTER paul@", "colleague-address"),
        ("AJOUTER un@ailleurs.example deux@ailleurs.example", "colleague-address"),
        (f"AJOUTER contact@{DOMAIN}", "colleague-address"),
        ("AJOUTER {own}", "colleague-is-you"),
        ("AJOUTER {OWN}", "colleague-is-you"),
        (f"AJOUTER {PAUL}", "colleague-already-there"),
        (f"AJOUTER {PAUL.upper()}", "colleague-already-there"),
        ("RETIRER autre@ailleurs.example", "colleague-not-there"),
    ],
)
def test_each_wrong_address_has_its_sentence(
    talk: Talk, database: Database, addresses: Addresses, text: str, reason: str
) -> None:
    talk.bring()
    with database.transaction() as session:
        person = people.find(session, talk.helene)
        assert person is not None
        about = Reply(About.OFFER, Role.RECRUITER, subject_id=talk.offer_id)
        to = addresses.make(Purpose.REPLY, tickets.issue(session, about, person, at=now()).id)
    written = text.format(own=talk.helene, OWN=talk.helene.upper())
    assert talk.says(talk.helene, written, to=to) == f"refused:{reason}"
    assert talk.noted(talk.helene)[-1] == reason
    assert len(talk.house.posts("colleague_question")) == 1


def test_a_question_is_not_repeated_and_no_means_no(talk: Talk) -> None:
    talk.says(talk.helene, f"AJOUTER {PAUL}")
    assert talk.says(talk.helene, f"AJOUTER <{PAUL}>, merci !") == "refused:colleague-already-asked"
    assert talk.answers(PAUL, "NON") == "declined"
    assert talk.says(talk.helene, f"Ajouter {PAUL}.") == "refused:colleague-declined"
    assert talk.side() == [talk.helene]


def test_nobody_is_asked_twice_a_day_nor_more_than_the_cap(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says(talk.helene, f"RETIRER {PAUL}") == "colleague-taken-out"
    assert talk.side() == [talk.helene]
    assert talk.noted(PAUL)[-1] == "colleague-taken-out"
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:colleague-later"
    with database.transaction() as session:
        session.execute(sa.update(Question).values(created_at=now() - timedelta(days=2)))
    talk.bring()
    assert talk.says(talk.helene, "AJOUTER deux@ailleurs.example") == "colleague-asked"
    assert talk.says(talk.helene, "AJOUTER trois@ailleurs.example") == "refused:too-many-colleagues"
    assert talk.says(talk.helene, "RETIRER deux@ailleurs.example") == "colleague-taken-out"
    assert talk.answers("deux@ailleurs.example", "OUI") == "refused:question-closed"


def test_a_stranger_who_was_written_to_today_is_not_asked(talk: Talk) -> None:
    talk.house.outcome(f"aide@{DOMAIN}", letter(PAUL, "AIDE"))
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:colleague-later"
    assert talk.house.posts("colleague_question") == []


def test_an_address_of_the_candidate_is_not_confirmed_and_never_joins(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {talk.lea}") == "colleague-asked"
    assert talk.noted(talk.helene) == ["colleague-asked"], "the same words as for anybody"
    assert talk.answers(talk.lea, "OUI") == "refused:colleague-is-candidate"
    assert talk.noted(talk.lea)[-1] == "colleague-is-candidate"
    assert talk.side() == [talk.helene]


def test_an_address_to_add_with_more_below_it_reaches_nobody(talk: Talk) -> None:
    assert talk.says(talk.helene, f"AJOUTER {PAUL}\n\nPaul est notre comptable.") == "refused:word-alone"
    assert talk.messages() == 1
    assert talk.house.posts("colleague_question") == []


def test_only_whoever_deposited_the_offer_decides(talk: Talk) -> None:
    talk.bring()
    assert talk.says(PAUL, "AJOUTER autre@ailleurs.example") == "refused:not-your-offer"
    assert talk.says(PAUL, "CLORE POURVU") == "refused:not-your-offer"
    assert talk.says(talk.lea, f"AJOUTER {PAUL}") == "relayed", "no word of hers"


def test_an_offer_that_nobody_read_is_shown_to_no_stranger(talk: Talk, database: Database) -> None:
    with database.transaction() as session:
        offer = session.get_one(Offer, talk.offer_id)
        offers.LIFE.step(offer, "correct", by=None, at=now())
        offer.title = "CHEQUE-CADEAU"
    assert talk.says(talk.helene, f"AJOUTER {PAUL}") == "refused:offer-not-published"


def test_fin_of_a_colleague_lets_the_others_go_on(talk: Talk) -> None:
    talk.bring()
    talk.says(talk.lea, "Bonjour à tous les deux.")
    relay = talk.relay(PAUL)
    assert talk.says(PAUL, "FIN") == "conversation-left"
    code, words = talk.house.send(relay, letter(PAUL, "Encore moi"))
    assert code == 550
    assert "5.7.1" in words
    assert talk.says(talk.lea, "Vous êtes toujours là ?") == "relayed"
    assert len(talk.got(PAUL)) == 1
    assert len(talk.got(talk.helene)) == 2
    assert talk.state() is ConversationState.OPEN


def test_whoever_is_kept_apart_shares_no_new_conversation(talk: Talk, database: Database) -> None:
    talk.bring()
    assert talk.says(PAUL, "BLOQUER") == "conversation-blocked"
    assert talk.noted(talk.helene)[-1] == "conversation-ended-by-colleague"
    with database.transaction() as session:
        lea, paul = people.find(session, talk.lea), people.find(session, PAUL)
        assert lea is not None
        assert paul is not None
        elsewhere = records.publish(session, records.recruiter(session, "Marc Petit"), title="Autre offre", at=now())
        colleagues.join(session, elsewhere.id, paul, at=now())
        made = correspondence.apply(session, elsewhere, lea, Words("x", "Bonjour"), at=now())
        conversation = session.get_one(Conversation, made.conversation_id)
        assert paul not in conversations.recruiters(session, conversation)
    assert len(talk.house.posts("application_received")) == 2
