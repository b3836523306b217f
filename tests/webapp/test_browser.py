"""The pages in a real browser: without script, on a phone, by keyboard, in the dark."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from jobboard.offers import OfferState
from jobboard.people import Role
from mailer.maildir import Mailbox
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.test_dev import mail

LEA, ALICE = "lea@courrier.example", "alice@equipe.example"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; its absence is a failure that says how to get it."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.fail("These tests need a browser, and there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def base(site: Site) -> Iterator[str]:
    """The application, listening on a free port of loopback."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    listening = threading.Thread(target=server.serve_forever, daemon=True)
    listening.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    listening.join(10)


@pytest.fixture
def phone(chromium: Browser, base: str) -> Iterator[BrowserContext]:
    """A phone whose browser runs no script."""
    context = chromium.new_context(
        base_url=base,
        locale="fr-FR",
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        color_scheme="dark",
    )
    yield context
    context.close()


def full_board(site: Site) -> dict[str, str]:
    """Fill the board and return the pages of it that everybody may see."""

    def fill(session: Session) -> dict[str, str]:
        recruiter = board.person(session, "helene@horizon.example", "Hélène Martin", Role.RECRUITER)
        board.person(session, ALICE, "Alice Morel", Role.STAFF)
        offer = board.offer(session, recruiter, "Animatrice socioculturelle ou animateur socioculturel (H/F)")
        closed = board.offer(session, recruiter, state=OfferState.CLOSED)
        pending = board.offer(session, recruiter, "Aide à domicile", state=OfferState.PENDING)
        board.application(session, offer, board.candidate(session, LEA))
        board.edition(session, offer, closed)
        return {"offer": offer.path, "closed": closed.path, "pending": f"/equipe/offres/{pending.id}"}

    found = site.do(fill)
    assert isinstance(found, dict)
    return found


def wider_than_the_screen(page: Page) -> int:
    """Return by how many pixels the page is too wide."""
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(width, int)
    return width


def test_signing_up_by_touch_alone(site: Site, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    page.get_by_role("link", name="Créer mon alerte").click()
    page.get_by_label("Ce que vous cherchez").fill("comptable à Nantes, 30 km, CDI")
    page.get_by_label("Votre adresse de mail").fill("ines@courrier.example")
    page.get_by_label("Ne le montrer à personne").check()
    page.get_by_role("button", name="Recevoir le mail de confirmation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ouvrez votre boîte")

    page.goto(site.posts("alert_question")[-1].params["confirm_path"])
    page.get_by_role("button", name="Oui, créer mon alerte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre alerte est créée")


def test_signing_in_here_and_with_the_code_elsewhere(
    site: Site, chromium: Browser, base: str, phone: BrowserContext
) -> None:
    full_board(site)
    page = phone.new_page()
    page.goto("/connexion")
    page.get_by_label("Votre adresse de mail").fill(LEA)
    page.get_by_role("button", name="Recevoir le lien").click()
    code = re.sub(r"\s", "", page.locator(".code").inner_text())
    link = site.posts("login_link")[-1].params["path"]

    elsewhere = chromium.new_context(base_url=base, locale="fr-FR")
    other = elsewhere.new_page()
    other.goto(link)
    other.get_by_label("Code à six chiffres").fill(code)
    other.get_by_role("button", name="Ouvrir mon espace").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Bonjour Léa")
    other.get_by_label("une fois par semaine").check()
    other.get_by_role("button", name="Changer le rythme").click()
    expect(other.get_by_role("status")).to_contain_text("C’est noté")
    expect(other.get_by_label("une fois par semaine")).to_be_checked()
    with other.expect_download() as download:
        other.get_by_text("3 messages").click()
        other.get_by_role("link", name="CV Léa Dubreuil.pdf").click()
    assert download.value.suggested_filename == "CV Léa Dubreuil.pdf"
    elsewhere.close()


def test_the_staff_validate_with_the_keyboard(site: Site, chromium: Browser, base: str) -> None:
    pages = full_board(site)
    context = chromium.new_context(base_url=base, locale="fr-FR")
    page = context.new_page()
    link, asked = site.login_link(ALICE)
    page.goto(link)
    page.get_by_label("Code à six chiffres").fill(asked.code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    page.goto(pages["pending"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.get_by_role("button", name="Valider et mettre en ligne").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("L’offre est en ligne")
    context.close()


def test_nothing_is_blocked_and_nothing_overflows(site: Site, chromium: Browser, base: str) -> None:
    pages = full_board(site)
    complaints: list[str] = []
    for width, scheme in ((320, "light"), (1200, "dark")):
        context = chromium.new_context(
            base_url=base,
            locale="fr-FR",
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        link, asked = site.login_link(ALICE)
        page.goto(link)
        page.get_by_label("Code à six chiffres").fill(asked.code)
        page.get_by_role("button", name="Ouvrir mon espace").click()
        for path in (
            "/", "/offres", pages["offer"], pages["closed"], "/inscription", "/lettre", "/lettres", "/lettres/1",
            "/connexion", "/donnees", "/mentions", "/rien", "/moi", "/equipe", pages["pending"], "/dev/mailbox",
            "/dev/mails", "/dev/mails/offer_alert", "/dev/ecrire",
        ):  # fmt: skip
            page.goto(path)
            assert wider_than_the_screen(page) <= 0, f"{path} is too wide for {width} px"
            assert page.locator("h1").count() == 1, path
            expect(page.locator("body")).to_have_css("margin", "0px")  # the stylesheet has arrived
        context.close()
    assert complaints == []


def test_a_mail_is_read_in_its_frame_where_nothing_runs(site: Site, chromium: Browser, base: str) -> None:
    key = Mailbox(site.database.settings.home / "mailbox").deliver(LEA, "", mail())
    context = chromium.new_context(base_url=base, locale="fr-FR")
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"the mail ran a script: {dialog.message}"))
    page.goto(f"/dev/mailbox/{key}")
    expect(page.frame_locator("iframe.mail").get_by_text("Bonjour")).to_be_visible()
    context.close()
