"""The letters that were sent, without anything about who reads them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard.editions import EditionState
from jobboard.offers import Offer, OfferState
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import links, words

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def opened(site: Site) -> Offer:
    """An open offer that a letter told of, with one that has closed since."""

    def fill(session: Session) -> Offer:
        recruiter = board.person(session, "helene@horizon.example")
        made = board.offer(session, recruiter, "Animatrice")
        closed = board.offer(session, recruiter, "Cuisinier", state=OfferState.CLOSED)
        board.edition(session, made, closed, number=1)
        board.edition(session, made, number=2, state=EditionState.SENDING)
        board.edition(session, made, number=3, state=EditionState.DRAFT)
        return made

    made = site.do(fill)
    assert isinstance(made, Offer)
    return made


def test_the_archive_lists_what_was_sent_newest_first(browser: FlaskClient, opened: Offer) -> None:
    said = words(browser.get("/lettres"))
    assert said.index("La lettre n° 2") < said.index("La lettre n° 1")
    assert "n° 3" not in said


def test_a_letter_links_what_is_open_and_names_what_has_closed(browser: FlaskClient, opened: Offer) -> None:
    answer = browser.get("/lettres/1")
    assert "des offres près de chez vous" in words(answer)
    assert opened.path in links(answer)
    assert "Cuisinier, Association Horizon" in words(answer)
    assert not [link for link in links(answer) if "cuisinier" in link]
    for nothing in ("desabonnement", "r-a", "u-a"):
        assert nothing not in answer.text


def test_a_draft_does_not_exist_for_the_public(browser: FlaskClient, opened: Offer) -> None:
    for number in ("3", "99", "99999999999999999999"):
        assert browser.get(f"/lettres/{number}").status_code == 404


def test_the_feed_holds_what_the_archive_holds(browser: FlaskClient, opened: Offer) -> None:
    feed = ElementTree.fromstring(browser.get("/lettres.atom").data)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == [
        "La lettre n° 2",
        "La lettre n° 1",
    ]


def test_before_the_first_letter_the_archive_says_so(browser: FlaskClient) -> None:
    assert "La première lettre n’a pas encore paru" in words(browser.get("/lettres"))
