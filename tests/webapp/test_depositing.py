"""The form of an offer: filled from a draft, errors in words, sent to the staff; reached by a mail's link or signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import deposits, form_links, offers
from jobboard.clock import now
from jobboard.contracts import Contract, Kind
from jobboard.drafts import Draft, ReadDraft
from jobboard.offers import Offer, OfferState
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

HELENE = "helene@horizon.example"
FILLED = {
    "titre": "Comptable (H/F)",
    "contrat": "cdi",
    "temps": "full",
    "lieu": "Nantes",
    "remuneration": "2 100 à 2 300 € brut par mois",
    "missions": "Tenue des comptes. Écrire à helene@horizon.example.",
    "employeur": "Association Horizon",
    "numero": "732 829 320 00074",
    "comment": "CV et lettre",
    "faire": "envoyer",
}


def filled(**changed: str) -> dict[str, str]:
    return {**FILLED, "date_limite": (now() + timedelta(days=30)).date().isoformat(), **changed}


@pytest.fixture
def offer(site: Site) -> Offer:
    """A draft of hers, read from a mail that said little."""

    def fill(session: Session) -> Offer:
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        board.person(session, "alice@equipe.example", "Alice Morel", Role.STAFF)
        read = ReadDraft(Draft(title="Comptable", contract=Contract.CDI), (), ())
        return deposits.deposit(session, recruiter, read, key="d", at=now())

    made = site.do(fill)
    assert isinstance(made, Offer)
    return made


@pytest.fixture
def link(site: Site, offer: Offer) -> str:
    """Where the mail leads."""
    return form_links.path(site.database.settings, offer.id)


def kept(site: Site, offer: Offer) -> Offer:
    with site.database.transaction() as session:
        return session.get_one(Offer, offer.id)


def test_the_mail_s_link_opens_the_form_with_what_was_read(site: Site, browser: FlaskClient, link: str) -> None:
    answer = browser.get(link)
    assert 'value="Comptable"' in answer.text
    assert '<option value="cdi" selected>' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Votre formulaire n’est pas encore parti" not in words(answer)


@pytest.mark.parametrize("wrong", ["/deposer/1-" + "0" * 24, "/deposer/x", "/deposer/999-abc"])
def test_a_forged_link_opens_nothing(browser: FlaskClient, offer: Offer, wrong: str) -> None:
    assert browser.get(wrong).status_code == 404
    assert browser.post(wrong, data=filled()).status_code == 404


def test_what_is_missing_or_wrong_is_told_beside_its_field(
    site: Site, browser: FlaskClient, offer: Offer, link: str
) -> None:
    sent: dict[str, Any] = filled(
        lieu="Saint-Denis", numero="123", date_limite="2020-01-01", missions="", duree="abc", contrat="cdd"
    )
    answer = browser.post(link, data=sent)
    assert answer.status_code == 422
    said = words(answer)
    for expected in (
        "Plusieurs lieux portent ce nom",
        "Ce n’est ni un SIRET",
        "Choisissez un jour à partir de demain",
        "Décrivez ce que la personne fera",
        "Écrivez un nombre, 60 au plus",
    ):
        assert expected in said, expected
    assert 'value="Saint-Denis"' in answer.text, "what she typed stays"
    assert kept(site, offer).state is OfferState.DRAFT


def test_a_complete_form_goes_to_the_staff(site: Site, browser: FlaskClient, offer: Offer, link: str) -> None:
    answer = browser.post(link, data=filled(masquer="oui", nombre="30"))
    assert answer.status_code == 200, words(answer)
    assert "l’équipe relit votre offre" in words(answer)
    made = kept(site, offer)
    assert (made.state, made.place_label, made.pay_minimum) == (OfferState.PENDING, "Nantes (44)", 2100)
    assert (made.employer, made.close_at_count, made.how) == (offers.UNNAMED, 30, "CV et lettre")
    assert "helene@" not in made.duties
    assert made.trade == "M1203"
    assert len(site.posts("offer_to_validate")) == 1
    again = browser.post(link, data=filled())
    assert again.status_code == 409
    assert len(site.posts("offer_to_validate")) == 1


def test_an_unfinished_form_is_kept_for_later(site: Site, browser: FlaskClient, offer: Offer, link: str) -> None:
    answer = browser.post(link, data={"titre": "Comptable (H/F)", "lieu": "Rezé", "faire": "garder"})
    assert answer.status_code == 303
    made = kept(site, offer)
    assert (made.title, made.place_label, made.state) == ("Comptable (H/F)", "Rezé (44)", OfferState.DRAFT)
    assert site.posts("offer_submitted") == []


def test_a_mission_has_its_own_fields(site: Site, browser: FlaskClient, offer: Offer, link: str) -> None:
    mission = filled(
        titre="Consultante ou consultant",
        contrat="mission",
        jours="12",
        tarif="550",
        expertise="Impact social",
        remuneration="",
    )
    assert browser.post(link, data=mission).status_code == 200
    made = kept(site, offer)
    assert (made.kind, made.days, made.daily_rate, made.expertise) == (Kind.MISSION, 12, 550, "Impact social")
    assert "550" in made.pay_text


def test_a_first_offer_is_deposited_signed_in(site: Site, offer: Offer) -> None:
    browser = site.browser()
    assert browser.get("/deposer").headers["Location"] == "/connexion?suite=/deposer"
    browser = site.signed_in(HELENE)
    answer = press(browser, "/deposer", "/deposer", **filled(titre="Juriste"))
    assert answer.status_code == 303, words(answer)
    assert "En attente de validation" in words(browser.get(answer.headers["Location"]))


def test_a_published_offer_is_corrected_prolonged_closed_and_the_closing_taken_back(site: Site) -> None:
    def fill(session: Session) -> Offer:
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        board.person(session, "lea@courrier.example", "Léa", Role.CANDIDATE)
        return board.offer(session, recruiter)

    made = site.do(fill)
    assert isinstance(made, Offer)
    browser, page = site.signed_in(HELENE), f"/recruteur/offres/{made.id}"
    answer = press(browser, f"{page}/modifier", f"{page}/modifier", **filled(titre="Comptable unique (H/F)"))
    assert answer.status_code == 303, words(answer)
    assert kept(site, made).state is OfferState.PENDING
    with site.database.transaction() as session:
        offers.LIFE.step(session.get_one(Offer, made.id), "validate", by=None, at=now())
    later = (now() + timedelta(days=60)).date().isoformat()
    press(browser, page, f"{page}/prolonger", **{"jusqu-au": later})
    assert kept(site, made).closes_at.date().isoformat() == later
    past = press(browser, page, f"{page}/prolonger", **{"jusqu-au": "2020-01-01"})
    assert (past.status_code, "Cette date est déjà passée" in words(past)) == (409, True)
    press(browser, page, f"{page}/clore", pourvu="oui")
    closed = kept(site, made)
    assert (closed.state, closed.filled) == (OfferState.CLOSED, True)
    assert site.signed_in("lea@courrier.example").get(f"{page}/modifier").status_code == 404


def test_a_closing_is_taken_back_by_a_button(site: Site, database: Any, addresses: Any) -> None:
    site.database.settings.__dict__["undo_minutes"] = 10
    made = site.do(lambda session: board.offer(session, board.person(session, HELENE, "Hélène", Role.RECRUITER)))
    assert isinstance(made, Offer)
    browser, page = site.signed_in(HELENE), f"/recruteur/offres/{made.id}"
    press(browser, page, f"{page}/clore")
    assert browser.get(made.path).status_code == 410
    assert press(browser, page, f"{page}/annuler").status_code == 303
    assert browser.get(made.path).status_code == 200
    assert browser.post(f"{page}/annuler", data={"csrf_token": token(browser.get(page))}).status_code == 409


def test_three_networks_report_an_offer_and_it_is_seen_no_more(site: Site, browser: FlaskClient) -> None:
    made = site.do(lambda session: board.offer(session, board.person(session, HELENE, "Hélène", Role.RECRUITER)))
    assert isinstance(made, Offer)
    site.do(lambda session: board.person(session, "alice@equipe.example", "Alice Morel", Role.STAFF))
    page = f"/offres/{made.id}/signaler"
    assert page in browser.get(made.path).text
    for network in ("192.0.2.1", "192.0.2.77", "198.51.100.4", "203.0.113.9"):
        sent = browser.post(page, data={"raison": "On demande 40 €."}, headers={"X-Forwarded-For": network})
        assert sent.status_code == 200, network
    assert len(site.posts("offer_reported")) == 3, "two addresses of one network are one reader"
    assert browser.get(made.path).status_code == 404
    assert browser.get(page).status_code == 404
    alice = site.signed_in("alice@equipe.example")
    assert "1 offre signalée" in words(alice.get("/equipe"))
    desk = f"/equipe/offres/{made.id}"
    assert "On demande 40 €." in words(alice.get(desk))
    press(alice, desk, f"{desk}/garder")
    assert browser.get(made.path).status_code == 200


def test_readings_are_counted_and_robots_are_none(site: Site, browser: FlaskClient) -> None:
    made = site.do(lambda session: board.offer(session, board.person(session, HELENE, "Hélène", Role.RECRUITER)))
    assert isinstance(made, Offer)
    human, robot = {"User-Agent": "Mozilla/5.0 Firefox/130"}, {"User-Agent": "Googlebot/2.1"}
    for agent in (human, human, robot, {"User-Agent": ""}):
        browser.get(made.path, headers=agent)
    browser.head(made.path, headers=human)
    assert "Page lue 2 fois" in words(site.signed_in(HELENE).get(f"/recruteur/offres/{made.id}"))
