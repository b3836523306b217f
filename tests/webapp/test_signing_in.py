"""Signing in: a link by mail, a button, the browser that asked or its code; never a password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from jobboard.clock import now
from jobboard.logins import CODE_TRIES, Login, WebSession
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, words

LEA = "lea@courrier.example"


@pytest.fixture(autouse=True)
def lea(site: Site) -> None:
    site.do(lambda session: board.candidate(session))


def ask(browser: FlaskClient, address: str = LEA, **more: str) -> str:
    """Ask for a link and return the page that answers."""
    answer = browser.post("/connexion", data={"adresse": address, **more})
    assert answer.status_code == 200
    return words(answer)


def path(site: Site) -> str:
    found = site.posts("login_link")[-1].params["path"]
    assert isinstance(found, str)
    return found


def test_the_asking_browser_needs_a_button_only(site: Site, browser: FlaskClient) -> None:
    ask(browser)
    link = path(site)
    shown = browser.get(link)
    assert "appuyez sur le bouton" in words(shown)
    assert browser.get("/moi").status_code == 303  # looking has not signed in
    answer = browser.post(link)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/moi"
    assert "Bonjour Léa" in words(browser.get("/moi"))


def test_another_browser_needs_the_code_that_is_shown_in_the_first(site: Site, browser: FlaskClient) -> None:
    code = re.search(r"(\d{3}) (\d{3})", ask(browser))
    assert code is not None
    other = site.browser()
    assert "Recopiez le code" in words(other.get(path(site)))
    assert other.post(path(site)).status_code == 422
    answer = other.post(path(site), data={"code": f"{code[1]} {code[2]}"})
    assert answer.status_code == 303
    assert "Bonjour Léa" in words(other.get("/moi"))


def test_wrong_codes_use_the_link_up(site: Site, browser: FlaskClient) -> None:
    code = re.search(r"(\d{3}) (\d{3})", ask(browser))
    assert code is not None
    right = code[1] + code[2]
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    other = site.browser()
    for left in range(CODE_TRIES - 1, 0, -1):
        answer = other.post(path(site), data={"code": wrong})
        assert answer.status_code == 422
        assert f"Il reste {left} essai" in words(answer)
    other.post(path(site), data={"code": wrong})
    assert other.post(path(site), data={"code": right}).status_code == 410
    assert other.get("/moi").status_code == 303


def test_a_link_is_good_once_and_for_an_hour(site: Site, browser: FlaskClient) -> None:
    ask(browser)
    link = path(site)
    browser.post(link)
    for answer in (site.browser().get(link), browser.post(link)):
        assert answer.status_code == 410
        assert "Demandez-en un autre" in words(answer)
    ask(browser)
    with site.database.transaction() as session:
        session.execute(sa.update(Login).values(expires_at=now() - timedelta(seconds=1)))
    assert browser.post(path(site)).status_code == 410


def test_the_answer_is_the_same_for_an_address_that_we_do_not_know(site: Site, browser: FlaskClient) -> None:
    def said(address: str) -> str:
        return re.sub(r"\d{3} \d{3}", "code", ask(site.browser(), address).replace(address, "x"))

    assert said(LEA) == said("personne@courrier.example")
    assert site.logins() == 1


def test_the_cookie_holds_no_secret_that_scripts_could_read(site: Site, browser: FlaskClient) -> None:
    answer = browser.post("/connexion", data={"adresse": LEA})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http in this installation


def test_signing_in_leads_back_to_what_was_asked_for(site: Site, browser: FlaskClient) -> None:
    site.do(lambda session: board.person(session, "alice@equipe.example", "Alice Morel", Role.STAFF))
    led = browser.get("/equipe/offres/12")
    assert led.headers["Location"] == "/connexion?suite=/equipe/offres/12"
    assert 'value="/equipe/offres/12"' in browser.get(led.headers["Location"]).text
    ask(browser, "alice@equipe.example", suite="/equipe/offres/12")
    assert browser.post(path(site)).headers["Location"] == "/equipe/offres/12"


def test_signing_in_leads_nowhere_else(site: Site) -> None:
    for elsewhere in ("https://evil.example/moi", "//evil.example", "/offres", "moi"):
        browser = site.browser()
        ask(browser, suite=elsewhere)
        assert browser.post(path(site)).headers["Location"] == "/moi"


@pytest.mark.parametrize(
    ("roles", "desk"),
    [((Role.STAFF, Role.CANDIDATE), "/equipe"), ((Role.RECRUITER,), "/recruteur"), ((Role.SUBSCRIBER,), "/moi")],
)
def test_everybody_begins_at_her_own_desk(site: Site, browser: FlaskClient, roles: tuple[Role, ...], desk: str) -> None:
    site.do(lambda session: board.person(session, "x@courrier.example", "X", *roles))
    ask(browser, "x@courrier.example")
    assert browser.post(path(site)).headers["Location"] == desk


def test_signing_out_ends_the_session_everywhere(site: Site) -> None:
    browser = site.signed_in(LEA)
    stolen = browser.get_cookie("session")
    assert stolen is not None
    answer = press(browser, "/moi", "/deconnexion")
    assert answer.headers["Location"] == "/"
    assert browser.get("/moi").status_code == 303
    thief = site.browser()
    thief.set_cookie("session", stolen.value)
    assert thief.get("/moi").status_code == 303


def test_a_session_ends_by_itself(site: Site) -> None:
    browser = site.signed_in(LEA)
    with site.database.transaction() as session:
        session.execute(sa.update(WebSession).values(expires_at=now() - timedelta(seconds=1)))
    assert browser.get("/moi").status_code == 303


def test_secrets_are_not_in_the_database(site: Site, browser: FlaskClient) -> None:
    signed = site.signed_in(LEA)
    cookie = signed.get_cookie("session")
    assert cookie is not None
    with site.database.transaction() as session:
        (kept,) = session.scalars(sa.select(WebSession))
        assert len(kept.token_hash) == 32
        assert kept.token_hash.hex() not in cookie.value


def test_a_forged_cookie_opens_nothing(browser: FlaskClient) -> None:
    browser.set_cookie("session", "eyJ0b2tlbiI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert browser.get("/moi").status_code == 303
