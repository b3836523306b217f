"""In which language pages and feeds answer: the reader's where we know her, that of the page that led there."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import form_links, links, people, tickets
from jobboard.addresses import Purpose
from jobboard.clock import now
from jobboard.people import Role
from jobboard.tickets import About, Reply
from tests.webapp import board
from tests.webapp.conftest import Site

JANE = "jane@courrier.example"
ENGLISH = {"Accept-Language": "en"}
FEEDS = {
    "/offres?lieu=Nantes": "Offers · ",
    "/magazine/salaries": "The magazine · Employees · ",
    "/lettres": "The weekly letter · ",
    "/lettres/recruteurs?rubrique=ess": "The recruiters’ letter · ",
}


def test_a_feed_answers_in_the_language_of_the_page_that_leads_to_it(browser: FlaskClient) -> None:
    for page, title in FEEDS.items():
        link = re.compile(r'<link rel="alternate" type="application/atom\+xml" [^>]*href="([^"]+)"')
        french, english = (unescape(link.findall(browser.get(page, headers=asked).text)[0]) for asked in ({}, ENGLISH))
        assert "langue" not in french
        assert title not in browser.get(french).text
        answer = browser.get(english).text
        assert title in answer, page
        assert 'xml:lang="en"' in answer
        assert unescape(answer).count("langue=en") == 3, "its id, itself, and the page that it is of"
        assert title in browser.get(french, headers=ENGLISH).text, "as pages do, where the program asks for it"


def test_what_a_link_of_a_mail_opens_speaks_the_language_of_its_reader(site: Site, browser: FlaskClient) -> None:
    def make(session: Session) -> list[str]:
        at, settings = now(), site.database.settings
        jane = board.person(session, JANE, "Jane Roe", Role.RECRUITER, language="en")
        offer = board.offer(session, jane, "Animatrice")
        reading = people.subscribe(session, jane, people.letters_stream("weekly"), at=at)
        mail = tickets.issue(session, Reply(About.OFFERS, Role.CANDIDATE, offers=(offer.id,)), jane, at=at)
        return [
            f"/lettre/preferences/{site.addresses.token(Purpose.PREFERENCES, reading.id)}",
            f"/listes/{links.sign(settings, links.LIST, mail.id)}",
            form_links.path(settings, offer.id),
        ]

    pages = site.do(make)
    assert isinstance(pages, list)
    for page in (*pages, site.login_link(JANE)[0]):
        assert '<html lang="en">' in browser.get(page).text, page


def test_every_page_speaks_the_language_of_who_is_signed_in(site: Site) -> None:
    site.do(lambda session: board.person(session, JANE, "Jane Roe", language="en"))
    browser = site.signed_in(JANE)
    browser.get("/moi")
    for page in ("/", "/offres", "/lettres", "/donnees"):
        assert '<html lang="en">' in browser.get(page).text, page
    site.do(lambda session: setattr(people.find(session, JANE), "language", "fr"))
    browser.get("/moi")
    assert '<html lang="fr">' in browser.get("/offres", headers=ENGLISH).text
