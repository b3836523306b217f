"""The list behind a mail: the exact offers it was made of, what has closed marked, nothing about its reader."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import links, tickets
from jobboard.clock import now
from jobboard.offers import OfferState
from jobboard.people import Role
from jobboard.tickets import About, Reply, Ticket
from tests.webapp import board, reading
from tests.webapp.conftest import Site


def ticket(site: Site, about: About = About.OFFERS, *, age: timedelta = timedelta(0)) -> str:
    """Return the page of a mail to Léa about three offers, the second of which has closed."""

    def make(session: Session) -> Ticket:
        lea = board.candidate(session)
        by = board.person(session, "helene@horizon.example")
        titles = (
            ("Animatrice", OfferState.PUBLISHED),
            ("Cuisinier", OfferState.CLOSED),
            ("Comptable", OfferState.PUBLISHED),
        )
        made = [board.offer(session, by, title, state=state).id for title, state in titles]
        board.offer(session, by, "Jardinière")
        return tickets.issue(session, Reply(about, Role.CANDIDATE, offers=tuple(made)), lea, at=now() - age)

    made = site.do(make)
    assert isinstance(made, Ticket)
    return f"/listes/{links.sign(site.database.settings, links.LIST, made.id)}"


def test_it_shows_the_offers_of_that_mail_in_their_order(site: Site, browser: FlaskClient) -> None:
    answer = browser.get(ticket(site))
    said = reading.words(answer)
    assert said.index("1. Animatrice") < said.index("2. Cuisinier") < said.index("3. Comptable")
    assert said.count("Close depuis") == 1
    assert not [link for link in reading.links(answer) if "cuisinier" in link]
    assert [link for link in reading.links(answer) if "comptable" in link]
    assert "Jardinière" not in said
    assert "Léa" not in answer.text
    assert "courrier.example" not in answer.text
    assert 'content="noindex"' in answer.text


def test_links_that_are_not_ours_or_too_old_show_nothing(site: Site, browser: FlaskClient) -> None:
    settings = site.database.settings
    path = ticket(site)
    assert browser.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert browser.get(f"/listes/{links.sign(settings, 'sign-up', 1)}").status_code == 404, "made for something else"
    assert browser.get(f"/listes/{links.sign(settings, links.LIST, 999)}").status_code == 404
    assert browser.get(ticket(site, About.GENERAL)).status_code == 404
    assert browser.get(ticket(site, age=timedelta(days=731))).status_code == 410
