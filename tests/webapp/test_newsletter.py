"""The weekly letter on the web: asked by mail, confirmed by the button."""

from __future__ import annotations

from flask.testing import FlaskClient

from jobboard import people
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import words


def confirm_path(site: Site) -> str:
    path = site.posts("subscription_question")[-1].params["confirm_path"]
    assert isinstance(path, str)
    return path


def streams(site: Site, address: str) -> list[str]:
    with site.database.transaction() as session:
        person = people.find(session, address)
        return [one.stream for one in people.subscriptions(session, person)] if person else []


def test_only_the_button_subscribes(site: Site, browser: FlaskClient) -> None:
    answer = browser.post("/lettre", data={"adresse": "nadia@courrier.example"})
    assert "Nous écrivons à nadia@courrier.example" in words(answer)
    path = confirm_path(site)
    assert "Une fois par semaine" in words(browser.get(path))
    browser.head(path)
    assert streams(site, "nadia@courrier.example") == []
    assert "C’est fait" in words(browser.post(path, data={"reponse": "oui"}))
    assert streams(site, "nadia@courrier.example") == ["letters:weekly"]
    assert "C’est déjà confirmé" in words(browser.post(path, data={"reponse": "oui"}))
    assert len(site.posts("letter_welcome")) == 1


def test_who_did_not_ask_says_so(site: Site, browser: FlaskClient) -> None:
    browser.post("/lettre", data={"adresse": "nadia@courrier.example"})
    path = confirm_path(site)
    assert "Rien n’a été créé" in words(browser.post(path, data={"reponse": "non"}))
    assert browser.get(path).status_code == 410


def test_the_page_says_the_same_of_every_address(site: Site, browser: FlaskClient) -> None:
    site.do(lambda session: board.person(session, "connue@courrier.example", "Zoé Petit"))
    known = words(browser.post("/lettre", data={"adresse": "connue@courrier.example"}))
    unknown = words(browser.post("/lettre", data={"adresse": "neuve@courrier.example"}))
    assert known.replace("connue@", "x@") == unknown.replace("neuve@", "x@")


def test_an_address_without_its_form_is_said_beside_the_field(site: Site, browser: FlaskClient) -> None:
    answer = browser.post("/lettre", data={"adresse": "nadia"})
    assert answer.status_code == 422
    assert "n’a pas la forme" in words(answer)
    assert 'value="nadia"' in answer.text
    assert not site.posts()
