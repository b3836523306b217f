"""What whoever passes by sees, and what no page of ours does to her."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from jobboard.db import Database
from jobboard.offers import OfferState
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import links, words
from webapp.app import create_app

PAGES = (
    "/", "/offres", "/offres?q=rien", "/inscription", "/lettre", "/lettres", "/connexion", "/mentions", "/donnees",
    "/robots.txt", "/sante", "/offres.atom", "/lettres.atom", "/rien-ici", "/static/site.css",
)  # fmt: skip


def test_the_home_page_has_three_doors_with_their_addresses(browser: FlaskClient) -> None:
    home = browser.get("/")
    found = links(home)
    for alias in ("alertes", "offres", "lettre"):
        assert f"mailto:{alias}@passerelle.localhost" in found
    assert {"/inscription", "/lettre", "/offres"} <= set(found)
    assert "Ni compte à ouvrir, ni mot de passe" in words(home)


def test_depositing_begins_with_a_prepared_mail_that_mail_clients_do_not_cut(browser: FlaskClient) -> None:
    (link,) = [link for link in links(browser.get("/")) if link.startswith("mailto:offres@") and "?" in link]
    assert len(link) < 1000
    assert "Titre du poste :" in unquote(link)
    assert "\r\n" in unquote(link)


def test_the_home_page_shows_the_newest_open_offers(site: Site, browser: FlaskClient) -> None:
    def fill(session: board.Session) -> None:
        recruiter = board.person(session, "helene@horizon.example")
        board.offer(session, recruiter, "Comptable (H/F)")
        board.offer(session, recruiter, "Secrétaire", state=OfferState.PENDING)
        board.offer(session, recruiter, "Cuisinière", state=OfferState.CLOSED)

    site.do(fill)
    said = words(browser.get("/"))
    assert "Comptable (H/F)" in said
    assert "Secrétaire" not in said
    assert "Cuisinière" not in said


def test_no_page_sets_a_cookie_before_it_is_needed(browser: FlaskClient) -> None:
    for page in PAGES:
        assert "Set-Cookie" not in browser.get(page, buffered=True).headers, page


def test_every_answer_carries_the_headers_that_protect(browser: FlaskClient) -> None:
    for page in PAGES:
        headers = browser.get(page, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, page
        assert "frame-ancestors 'none'" in policy, page
        assert "unsafe" not in policy, page
        assert headers["X-Content-Type-Options"] == "nosniff", page
        assert headers["Referrer-Policy"] == "same-origin", page
        assert "geolocation=()" in headers["Permissions-Policy"], page
        assert "Strict-Transport-Security" not in headers, page  # over plain http it would be a lie


def test_pages_hold_neither_script_nor_style_of_their_own(browser: FlaskClient) -> None:
    for page in PAGES:
        answer = browser.get(page, buffered=True)
        if not answer.content_type.startswith("text/html"):
            continue
        assert '<html lang="fr">' in answer.text, page
        for own in ("<script", " style=", "<style", " onclick", "javascript:"):
            assert own not in answer.text, page


def test_english_is_for_who_does_not_ask_for_french(browser: FlaskClient) -> None:
    for asked, given in (
        ("", "fr"), ("fr-FR,fr", "fr"), ("en-US,en;q=0.9,fr;q=0.5", "fr"), ("en-GB,en;q=0.9", "en"), ("de", "fr"),
        ("?;;,", "fr"),
    ):  # fmt: skip
        answer = browser.get("/mentions", headers={"Accept-Language": asked})
        assert f'<html lang="{given}">' in answer.text, asked
        assert ("Mentions légales" in words(answer)) == (given == "fr")
        assert "Accept-Language" in answer.headers["Vary"]


def test_french_typography_is_that_of_the_page(browser: FlaskClient) -> None:
    assert "mot de passe\u00a0: vous écrivez" in browser.get("/").text


def test_what_we_keep_is_said_with_the_figures_of_the_installation(site: Site, browser: FlaskClient) -> None:
    said = words(browser.get("/donnees"))
    assert f"{site.database.settings.raw_mail_days} jours" in said
    assert f"sans effet après {site.database.settings.question_days} jours" in said


def test_search_engines_are_told_what_is_not_for_them(browser: FlaskClient) -> None:
    assert "Disallow: /moi" in browser.get("/robots.txt").text


def test_what_does_not_exist_has_a_page_that_helps(browser: FlaskClient) -> None:
    for answer, status in ((browser.get("/rien"), 404), (browser.put("/lettre"), 405)):
        assert answer.status_code == status
        assert "Revenir à l’accueil" in words(answer)


def test_a_method_that_is_not_allowed_names_those_that_are(browser: FlaskClient) -> None:
    assert "POST" in browser.put("/lettre").headers["Allow"]


def test_a_body_beyond_reason_is_refused(browser: FlaskClient) -> None:
    assert browser.post("/lettre", data={"adresse": "x" * 2_000_000}).status_code == 413


def test_while_the_database_is_away_pages_say_so_and_machines_may_come_back(site: Site) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nothing", site.database.settings)
    browser = create_app(nowhere, site.addresses).test_client()
    try:
        answer = browser.get("/offres")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert "Nous revenons dans un instant" in words(answer)
        assert browser.get("/mentions").status_code == 200
        assert browser.get("/sante").text == "ok\n"
        assert browser.get("/sante/pret").status_code == 503
    finally:
        nowhere.close()


def test_a_bug_is_our_fault_and_says_nothing_of_itself(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    @site.app.get("/casse")
    def broken() -> str:
        raise RuntimeError("a secret of ours")

    answer = site.browser().get("/casse")
    assert answer.status_code == 500
    assert "Quelque chose a cassé chez nous" in words(answer)
    assert "secret" not in answer.text
    assert "a secret of ours" in caplog.text


def test_with_https_cookies_and_browsers_stay_on_it(database: Database, site: Site) -> None:
    settings = database.settings.model_copy(update={"base_url": "https://emploi.example"})
    secure = Database(database.engine.url.render_as_string(hide_password=False), settings)
    try:
        answer = create_app(secure, site.addresses).test_client().post("/connexion", data={"adresse": "a@b.example"})
    finally:
        secure.close()
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
