"""A recruiter's desk: her offers and who applied, once the application has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard import blocks, colleagues, people
from jobboard.clock import now
from jobboard.conversations import Conversation, ConversationState
from jobboard.offers import Offer, OfferState
from jobboard.outbox import Post, PostState
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import words

HELENE, LEA = "helene@horizon.example", "lea@courrier.example"


@pytest.fixture
def offer(site: Site) -> Offer:
    """Her offer, to which somebody applied."""

    def fill(session: Session) -> Offer:
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        made = board.offer(session, recruiter)
        board.offer(session, recruiter, "Aide à domicile", state=OfferState.PENDING)
        board.application(session, made, board.candidate(session, LEA))
        return made

    made = site.do(fill)
    assert isinstance(made, Offer)
    return made


def leave(site: Site) -> None:
    """Have every letter leave."""
    site.do(lambda session: session.execute(sa.update(Post).values(state=PostState.SENT)))


def test_her_offers_and_where_they_stand(site: Site, offer: Offer) -> None:
    leave(site)
    said = words(site.signed_in(HELENE).get("/recruteur"))
    assert "Comptable (H/F) En ligne" in said
    assert "Aide à domicile En attente de validation" in said
    assert "jeudi" in said or "décembre" in said or "janvier" in said


def test_an_application_is_read_with_its_messages_and_without_the_address(site: Site, offer: Offer) -> None:
    leave(site)
    answer = site.signed_in(HELENE).get(f"/recruteur/offres/{offer.id}")
    said = words(answer)
    for expected in ("1. Léa Dubreuil", "Ce poste m'intéresse beaucoup", "Votre message", "CV Léa Dubreuil.pdf"):
        assert expected in said, expected
    assert LEA not in answer.text


def test_an_application_that_may_still_be_taken_back_is_not_shown(site: Site, offer: Offer) -> None:
    browser = site.signed_in(HELENE)
    assert "Aucune pour l’instant" in words(browser.get(f"/recruteur/offres/{offer.id}"))
    leave(site)
    assert "Aucune pour l’instant" not in words(browser.get(f"/recruteur/offres/{offer.id}"))


def test_nobody_sees_the_offers_of_another(site: Site, offer: Offer) -> None:
    leave(site)
    assert site.signed_in(LEA).get(f"/recruteur/offres/{offer.id}").status_code == 404
    assert "pas encore déposé d’offre" in words(site.signed_in(LEA).get("/recruteur"))
    assert site.browser().get("/recruteur").status_code == 303


def test_a_colleague_reads_what_she_shares_and_no_more(site: Site, offer: Offer) -> None:
    leave(site)
    paul = "paul@ailleurs.example"

    def share(session: Session) -> None:
        person = board.person(session, paul, "Paul Régis")
        colleagues.join(session, offer.id, person, at=now())

    assert site.do(lambda session: board.person(session, paul, "Paul Régis"))
    assert site.signed_in(paul).get(f"/recruteur/offres/{offer.id}").status_code == 404
    site.do(share)
    browser = site.signed_in(paul)
    assert "Comptable (H/F)" in words(browser.get("/recruteur"))
    answer = browser.get(f"/recruteur/offres/{offer.id}")
    said = words(answer)
    for expected in ("1. Léa Dubreuil", "Ce poste m'intéresse", "De votre côté : Hélène M., Paul R.", "Hélène M., "):
        assert expected in said, expected
    for hidden in (LEA, HELENE, paul):
        assert hidden not in answer.text
    cv = site.do(board.cv_id)
    assert browser.get(f"/moi/pieces/{cv}").status_code == 200
    assert "De votre côté : Hélène M., Paul R." in words(site.signed_in(HELENE).get(f"/recruteur/offres/{offer.id}"))

    def block(session: Session) -> None:
        person, lea = people.find(session, paul), people.find(session, LEA)
        assert person is not None
        assert lea is not None
        conversation = session.scalars(sa.select(Conversation)).one()
        blocks.put(session, lea.id, [person], conversation_id=conversation.id, at=now())

    site.do(block)
    assert "Léa" not in words(browser.get(f"/recruteur/offres/{offer.id}"))
    assert browser.get(f"/moi/pieces/{cv}").status_code == 404
    assert "Paul R." not in words(site.signed_in(LEA).get("/moi"))


def test_an_ended_conversation_says_so_on_both_sides(site: Site, offer: Offer) -> None:
    leave(site)
    pages = ((HELENE, f"/recruteur/offres/{offer.id}"), (LEA, "/moi"))
    for who, path in pages:
        assert "Conversation terminée" not in words(site.signed_in(who).get(path))
    assert "Chez l’employeur : Hélène M." in words(site.signed_in(LEA).get("/moi"))
    long_ago = now() - timedelta(days=31)
    site.do(lambda session: session.execute(sa.update(Offer).where(Offer.id == offer.id).values(closes_at=long_ago)))
    for who, path in pages:
        assert "close depuis trop longtemps" in words(site.signed_in(who).get(path))
    site.do(lambda session: session.execute(sa.update(Conversation).values(state=ConversationState.ENDED)))
    for who, path in pages:
        said = words(site.signed_in(who).get(path))
        assert "Conversation terminée : aucun message" in said
        assert "En conversation" not in said
