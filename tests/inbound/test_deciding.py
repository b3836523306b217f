"""Recruiters decide by reply, through the door: by number, several at once, told to the other side, taken back in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobboard import applications, correspondence, outbox
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.conversations import Message, Words
from jobboard.db import Database
from jobboard.settings import Settings
from tests.conftest import make_settings
from tests.inbound.desks import Desk, open_desk
from tests.jobboard import records

DOMAIN = "passerelle.test"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain=DOMAIN, undo_minutes=10)


@pytest.fixture
def desk(database: Database, addresses: Addresses) -> Iterator[Desk]:
    with open_desk(database, addresses) as opened:
        yield opened


def test_several_are_declined_at_once_and_taken_back_before_it_leaves(desk: Desk) -> None:
    assert (
        desk.says("Bonjour,\nREFUSER 1, 2 : trop loin de Nantes, écrire à chef@horizon.example")
        == "applications-declined"
    )
    assert desk.states() == ["declined", "declined", "sent"]
    waiting = [desk.to(candidate)[-1] for candidate in desk.candidates[:2]]
    assert {post.kind for post in waiting} == {"application_declined"}
    assert min(post.due_at for post in waiting) > now() + timedelta(minutes=8)
    assert "trop loin" not in desk.text(waiting[0]), "why is told only when she says so"
    assert desk.application(1).reason.startswith("trop loin de Nantes")
    assert "horizon.example" not in desk.application(1).reason
    noted = desk.text(desk.to(desk.helene)[-1])
    assert "ANNULER" in noted
    assert "DIRE" in noted

    assert desk.says("Annuler, merci") == "refusal-undone"
    assert desk.states() == ["sent", "sent", "sent"]
    assert [str(desk.to(candidate)[-1].state) for candidate in desk.candidates[:2]] == ["dropped", "dropped"]
    assert desk.says("annuler") == "refused:nothing-to-undo"


def test_a_reason_is_told_in_her_words_without_her_address(desk: Desk) -> None:
    said = f"REFUSER 2 DIRE : votre profil est trop junior, écrivez-moi à {desk.helene}\nBonne continuation"
    assert desk.says(said) == "applications-declined"
    told = desk.text(desk.to(desk.candidates[1])[-1])
    assert "trop junior" in told
    assert "Bonne continuation" in told
    assert desk.helene.partition("@")[0] not in told
    with desk.house.database.transaction() as session:
        message = session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert message.at > now() + timedelta(minutes=8), "nor is it read on her page before the letter leaves"
    assert desk.says("ANNULER") == "refusal-undone"
    with desk.house.database.transaction() as session:
        assert session.get(Message, message.id) is None


def test_a_reason_kept_may_be_told_later(desk: Desk) -> None:
    assert desk.says("REFUSER, trop loin", conversation=1) == "applications-declined"
    assert desk.says("DIRE", conversation=1) == "reason-told"
    assert "trop loin" in desk.text(desk.to(desk.candidates[0])[-1])
    assert desk.says("DIRE 2") == "refused:no-reason-kept"


def test_what_was_read_and_retained_is_said_to_the_other_side(desk: Desk) -> None:
    assert desk.says("Vu", conversation=1) == "applications-seen"
    assert desk.says("RETENIR n° 3, merci") == "applications-retained"
    assert desk.states() == ["seen", "sent", "retained"]
    assert [desk.to(desk.candidates[n])[-1].kind for n in (0, 2)] == ["application_seen", "application_retained"]
    assert desk.says("VU", conversation=1) == "refused:application-not-so"
    assert desk.says("REFUSER 3") == "applications-declined"
    assert desk.says("RETENIR 3") == "applications-retained", "she may change her mind afterwards"


def test_a_word_without_its_number_is_asked_back_and_a_wrong_number_does_nothing(desk: Desk) -> None:
    assert desk.says("VU") == "refused:which-applications"
    refusal = desk.text(desk.to(desk.helene)[-1])
    assert "1 (Léa D.)" in refusal
    assert desk.says("REFUSER 1, 7") == "refused:no-such-application"
    assert desk.states() == ["sent", "sent", "sent"]


def test_a_sentence_that_begins_with_a_word_stays_a_message_or_is_asked_about(desk: Desk) -> None:
    assert desk.says("Refuser ce poste serait dommage, parlons-en.", conversation=1) == "relayed"
    assert desk.says("Vu votre parcours, j'aimerais vous rencontrer.", conversation=1) == "relayed"
    assert desk.states()[0] == "answered"


def test_an_application_that_has_not_left_cannot_be_decided_upon(desk: Desk, database: Database) -> None:
    with database.transaction() as session:
        late = records.candidate(session, "Samir Cohen")
        offer = session.get_one(applications.Offer, desk.offer_id)
        correspondence.apply(session, offer, late, Words(subject="", text="Me voici."), at=now())
    assert desk.says("VU 4") == "refused:no-such-application"


def test_a_candidate_takes_her_application_back_and_sends_it_again(desk: Desk, database: Database) -> None:
    with database.transaction() as session:
        offer = session.get_one(applications.Offer, desk.offer_id)
        samir = records.candidate(session, "Samir Cohen")
        correspondence.apply(session, offer, samir, Words(subject="", text="Me voici."), at=now())
    lea = Desk(desk.house, desk.helene, desk.offer_id, (*desk.candidates, samir.address))
    assert lea.writes(4, "ANNULER") == "application-undone"
    assert [post.state for post in desk.house.posts("application_received")][-1] == outbox.PostState.DROPPED
    with database.transaction() as session:
        offer = session.get_one(applications.Offer, desk.offer_id)
        for _ in range(2):
            again, _ = applications.apply(session, offer, samir, Words(subject="", text="Encore."), at=now())
            assert again.number == 4
            applications.withdraw(session, again, by=samir, at=now())
        with pytest.raises(applications.Refused, match="too-many-for-offer"):
            applications.apply(session, offer, samir, Words(subject="", text="Encore."), at=now())
