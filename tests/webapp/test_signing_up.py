"""Signing up on the web: what is missing is said, the mailbox is asked, and only the button confirms."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jobboard import alerts, people
from jobboard.alerts import AlertState
from jobboard.people import Person
from jobboard.profiles import Profile, Visibility
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import words

SEARCH = "comptable à Nantes, 30 km, CDI"
GIVEN = {"recherche": SEARCH, "adresse": "lea@courrier.example", "nom": "Léa Dubreuil", "profil": "prive"}


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"recherche": ""}, "Dites-nous ce que vous cherchez"),
    ({"recherche": "comptable"}, "Il manque le lieu"),
    ({"recherche": "à Nantes"}, "Il manque ce que vous cherchez"),
    ({"recherche": "comptable à Saint-Denis"}, "De quel lieu s’agit-il ?"),
    ({"adresse": "pas une adresse"}, "n’a pas la forme d’une adresse"),
    ({"adresse": "a@b.example\r\nBcc: c@d.example"}, "n’a pas la forme d’une adresse"),
    ({"adresse": "alertes@passerelle.localhost"}, "l’une des nôtres"),
    ({"profil": ""}, "Choisissez qui peut voir"),
)


def send(browser: FlaskClient, **changed: str) -> TestResponse:
    """Send the form."""
    return browser.post("/inscription", data={**GIVEN, **changed})


def confirm_path(site: Site) -> str:
    """Return the path of the link in the last question."""
    path = site.posts("alert_question")[-1].params["confirm_path"]
    assert isinstance(path, str)
    return path


def person_of(site: Site, address: str) -> Person | None:
    found = site.do(lambda session: people.find(session, address))
    assert found is None or isinstance(found, Person)
    return found


def test_the_form_asks_by_mail_and_creates_nothing(site: Site, browser: FlaskClient) -> None:
    answer = send(browser)
    assert answer.status_code == 200
    assert "Nous écrivons à lea@courrier.example" in words(answer)
    assert "Nantes (44), 30 km autour" in words(answer)
    (post,) = site.posts()
    assert post.kind == "alert_question"
    assert post.address == "lea@courrier.example"
    assert person_of(site, "lea@courrier.example") is None


def test_looking_at_the_link_does_nothing_and_the_button_confirms(site: Site, browser: FlaskClient) -> None:
    send(browser)
    path = confirm_path(site)
    for look in (browser.get, browser.head, browser.get):
        assert look(path).status_code == 200
    assert person_of(site, "lea@courrier.example") is None
    assert "Nantes (44), 30 km autour" in words(browser.get(path))

    answer = browser.post(path, data={"reponse": "oui", "profil": "prive"})
    assert "Votre alerte est créée" in words(answer)
    person = person_of(site, "lea@courrier.example")
    assert person is not None
    assert person.name == "Léa Dubreuil"
    with site.database.transaction() as session:
        (alert,) = alerts.of_person(session, person, AlertState.ACTIVE)
        assert alert.contracts == ["cdi"]
        assert session.get_one(Profile, person.id).visibility is Visibility.NOBODY
        (consent,) = people.consents(session, person)
    assert consent.purpose == "alerts"
    assert consent.how == "web"
    assert "sans montrer de profil" in consent.text_shown
    assert site.posts("alert_created")


def test_who_sees_the_profile_is_asked_and_her_last_word_holds(site: Site, browser: FlaskClient) -> None:
    send(browser)
    path = confirm_path(site)
    assert browser.post(path, data={"reponse": "oui"}).status_code == 422
    browser.post(path, data={"reponse": "oui", "profil": "recruteurs"})
    person = person_of(site, "lea@courrier.example")
    assert person is not None
    with site.database.transaction() as session:
        assert session.get_one(Profile, person.id).visibility is Visibility.RECRUITERS
        purposes = {consent.purpose: consent.text_shown for consent in people.consents(session, person)}
    assert set(purposes) == {"alerts", "profile-recruiters"}
    assert "un profil anonyme montré aux recruteurs" in purposes["profile-recruiters"]


def test_the_link_is_good_once(site: Site, browser: FlaskClient) -> None:
    send(browser)
    path = confirm_path(site)
    browser.post(path, data={"reponse": "oui", "profil": "prive"})
    again = browser.post(path, data={"reponse": "oui", "profil": "prive"})
    assert again.status_code == 200
    assert "C’est déjà confirmé" in words(again)
    assert len(site.posts("alert_created")) == 1


def test_who_did_not_ask_says_so_and_nothing_is_created(site: Site, browser: FlaskClient) -> None:
    send(browser)
    path = confirm_path(site)
    assert "Rien n’a été créé" in words(browser.post(path, data={"reponse": "non"}))
    assert browser.post(path, data={"reponse": "oui", "profil": "prive"}).status_code == 410
    assert person_of(site, "lea@courrier.example") is None


@pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "xx", lambda path: path.replace("inscription", "lettre")])
def test_a_link_that_is_not_ours_does_not_exist(site: Site, browser: FlaskClient, spoil: object) -> None:
    send(browser)
    assert callable(spoil)
    wrong = spoil(confirm_path(site))
    assert browser.get(wrong).status_code == 404
    assert browser.post(wrong, data={"reponse": "oui", "profil": "prive"}).status_code == 404


def test_what_is_missing_is_said_beside_what_was_typed(site: Site, browser: FlaskClient) -> None:
    for changed, said in WRONG:
        answer = send(browser, **changed)
        assert answer.status_code == 422, changed
        assert said in words(answer)
        assert 'value="Léa Dubreuil"' in answer.text
    assert not site.posts()


def test_a_choice_among_places_completes_the_search(site: Site, browser: FlaskClient) -> None:
    asked = send(browser, recherche="comptable à Saint-Denis, CDI")
    assert 'value="Saint-Denis (93)"' in asked.text
    answer = send(browser, recherche="comptable à Saint-Denis, CDI", **{"choix-0": "Saint-Denis (93)"})
    assert answer.status_code == 200, words(answer)
    assert "Saint-Denis (93)" in words(answer)


def test_the_page_says_the_same_of_every_address(site: Site, browser: FlaskClient) -> None:
    site.do(lambda session: board.person(session, "connue@courrier.example", "Zoé Petit"))
    known = words(send(browser, adresse="connue@courrier.example")).replace("connue@", "x@")
    unknown = words(send(browser, adresse="neuve@courrier.example")).replace("neuve@", "x@")
    assert known == unknown


def test_a_stranger_gets_one_question_a_day_whoever_asks(site: Site, browser: FlaskClient) -> None:
    first = words(send(browser))
    assert words(send(browser, adresse="LEA@courrier.example")).replace("LEA@", "lea@") == first
    assert len(site.posts("alert_question")) == 1


def test_words_typed_by_anybody_reach_no_stranger(site: Site, browser: FlaskClient) -> None:
    send(browser, recherche=f"{SEARCH}, zwingli hypnose", nom="Achetez chez nous")
    (post,) = site.posts()
    said = str(post.params)
    assert "zwingli" not in said.lower()
    assert "Achetez" not in said
    page = words(browser.get(confirm_path(site)))
    assert "zwingli" not in page.lower()


def test_haste_is_slowed_down_and_corrections_are_not(site: Site, browser: FlaskClient) -> None:
    for _ in range(6):
        assert send(browser, recherche="comptable").status_code == 422
    for _ in range(4):
        assert send(browser).status_code == 200
    slowed = send(browser)
    assert slowed.status_code == 429
    assert "Par mail, tout fonctionne" in words(slowed)
    assert send(browser, adresse="autre@courrier.example").status_code == 200


def test_another_site_cannot_send_the_form_for_a_visitor(site: Site, browser: FlaskClient) -> None:
    answer = browser.post("/inscription", data=GIVEN, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert not site.posts()


def test_an_alert_made_on_the_web_is_kept_with_its_proof(site: Site, browser: FlaskClient) -> None:
    send(browser)
    browser.post(confirm_path(site), data={"reponse": "oui", "profil": "prive"})
    with site.database.transaction() as session:
        (consent,) = session.scalars(sa.select(people.Consent))
    assert consent.evidence["page"] == "/inscription/confirmer"
    assert consent.evidence["profile"] == "prive"
    assert "127.0.0.1" not in str(consent.evidence)
