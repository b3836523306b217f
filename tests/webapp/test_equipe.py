"""The staff's desk: for the staff only; what is decided here is decided once, and what is looked at is noted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import audit, organisations, suppression
from jobboard.clock import now
from jobboard.editions import Edition, EditionState
from jobboard.offers import Offer, OfferState
from jobboard.people import Role
from jobboard.suppression import Severity
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

ALICE, HELENE = "alice@equipe.example", "helene@horizon.example"


@pytest.fixture
def offer(site: Site) -> Offer:
    """An offer that waits, among the people who wait for it."""

    def fill(session: Session) -> Offer:
        board.person(session, ALICE, "Alice Morel", Role.STAFF)
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        return board.offer(session, recruiter, state=OfferState.PENDING)

    made = site.do(fill)
    assert isinstance(made, Offer)
    return made


@pytest.fixture
def alice(site: Site, offer: Offer) -> FlaskClient:
    """The browser of a member of staff."""
    return site.signed_in(ALICE)


def state(site: Site, offer: Offer) -> OfferState:
    with site.database.transaction() as session:
        return session.get_one(Offer, offer.id).state


def test_what_waits_comes_first(site: Site, alice: FlaskClient) -> None:
    said = words(alice.get("/equipe"))
    assert said.index("1 offre à valider") < said.index("Aucune lettre à approuver") < said.index("Le courrier")
    assert "Comptable (H/F)" in said
    assert "Association Horizon" in said
    assert HELENE not in said


def test_the_list_is_found_in_by_typing(site: Site, alice: FlaskClient) -> None:
    assert "Comptable (H/F)" in words(alice.get("/equipe?q=HORIZON"))
    said = words(alice.get("/equipe?q=introuvable"))
    assert "Aucune ne contient « introuvable »" in said
    assert "1 offre à valider" in said


def test_an_offer_is_validated_with_a_button(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}"
    answer = press(alice, page, f"{page}/valider")
    assert answer.headers["Location"] == "/equipe"
    assert "L’offre est en ligne" in words(alice.get("/equipe"))
    assert state(site, offer) is OfferState.PUBLISHED
    assert "Validée, Alice M." in words(alice.get(page))
    assert site.posts("decided")


def test_an_offer_is_sent_back_with_a_reason(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}"
    without = press(alice, page, f"{page}/refuser", raison="  ")
    assert without.status_code == 422
    assert "Dites pourquoi" in words(without)
    assert state(site, offer) is OfferState.PENDING
    press(alice, page, f"{page}/refuser", raison="Il manque le salaire.")
    assert state(site, offer) is OfferState.DRAFT
    (letter,) = site.posts("offer_refused")
    assert letter.params["reason"] == "Il manque le salaire."


def test_what_is_decided_is_decided_once(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}"
    forgery = {"csrf_token": token(alice.get(page)), "raison": "Trop tard"}
    alice.post(f"{page}/valider", data=forgery)
    for action in ("valider", "refuser"):
        answer = alice.post(f"{page}/{action}", data=forgery)
        assert answer.status_code == 409
        assert "C’est déjà décidé" in words(answer)
    assert state(site, offer) is OfferState.PUBLISHED


def test_an_offer_whose_moment_has_passed_cannot_be_published(site: Site, offer: Offer, alice: FlaskClient) -> None:
    with site.database.transaction() as session:
        session.get_one(Offer, offer.id).closes_at = now() - timedelta(hours=1)
    answer = press(alice, f"/equipe/offres/{offer.id}", f"/equipe/offres/{offer.id}/valider")
    assert answer.status_code == 409
    assert "La date limite de cette offre est passée" in words(answer)


def test_the_depositor_s_address_is_masked_and_looking_is_noted(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}"
    shown = alice.get(page)
    assert HELENE not in shown.text
    assert "h•••@horizon.example" in words(shown)
    assert HELENE in words(press(alice, page, f"{page}/adresse"))
    assert HELENE not in alice.get(page).text
    with site.database.transaction() as session:
        (entry,) = audit.of_subject(session, "person", offer.recruiter_id)
    assert entry.act == "address-seen"
    assert entry.by_person_id != offer.recruiter_id


@pytest.fixture
def edition(site: Site, offer: Offer) -> Edition:
    """A draft with one offer that is open, and one that has closed since."""

    def fill(session: Session) -> Edition:
        recruiter = board.person(session, HELENE)
        opened = board.offer(session, recruiter, "Animatrice")
        closed = board.offer(session, recruiter, "Cuisinier", state=OfferState.CLOSED)
        return board.edition(session, opened, closed, number=12, state=EditionState.DRAFT)

    made = site.do(fill)
    assert isinstance(made, Edition)
    return made


def test_a_letter_is_read_and_approved(site: Site, edition: Edition, alice: FlaskClient) -> None:
    assert "1 lettre à approuver" in words(alice.get("/equipe"))
    page = f"/equipe/lettres/{edition.id}"
    said = words(alice.get(page))
    for expected in ("La lettre n° 12", "0 personne la recevra", "Animatrice", "Cette offre a fermé"):
        assert expected in said, expected
    assert "Cuisinier" not in alice.get(f"{page}/apercu.html").text
    press(alice, page, f"{page}/approuver", quand="maintenant")
    with site.database.transaction() as session:
        assert session.get_one(Edition, edition.id).state is EditionState.SENDING
    again = alice.post(f"{page}/approuver", data={"csrf_token": token(alice.get("/moi"))})
    assert again.status_code == 409
    assert f"{page}/approuver" not in alice.get(page).text


def test_mail_that_waits_too_long_is_said(site: Site, alice: FlaskClient) -> None:
    assert "Le courrier passe" in words(alice.get("/equipe"))
    with site.database.transaction() as session:
        session.execute(board.make_due(now() - timedelta(hours=1)))
    assert "Du courrier attend depuis plus de dix minutes" in words(alice.get("/equipe"))


def test_for_everybody_else_the_desk_does_not_exist(site: Site, offer: Offer, edition: Edition) -> None:
    site.do(lambda session: board.candidate(session))
    other, nobody = site.signed_in("lea@courrier.example"), site.browser()
    forgery = {"csrf_token": token(other.get("/moi"))}
    for page in ("/equipe", f"/equipe/offres/{offer.id}", f"/equipe/lettres/{edition.id}"):
        assert other.get(page).status_code == 404
        assert nobody.get(page).status_code == 303
    for action in ("valider", "refuser", "adresse"):
        assert other.post(f"/equipe/offres/{offer.id}/{action}", data=forgery | {"raison": "x"}).status_code == 404
        assert nobody.post(f"/equipe/offres/{offer.id}/{action}").status_code == 400
    assert other.post(f"/equipe/lettres/{edition.id}/approuver", data=forgery).status_code == 404
    assert state(site, offer) is OfferState.PENDING


def test_addresses_that_refuse_our_mail_are_listed_without_being_shown(site: Site, alice: FlaskClient) -> None:
    assert "Aucune adresse n’est suspendue." in words(alice.get("/equipe"))

    def refuse(session: Session) -> None:
        for _ in range(2):
            suppression.count(session, HELENE, Severity.HARD, "550 5.1.1 user unknown", at=now())

    site.do(refuse)
    page = alice.get("/equipe")
    said = words(page)
    for expected in ("1 adresse suspendue", "Hélène M.", "l’adresse n’existe plus", "550 5.1.1 user unknown"):
        assert expected in said, expected
    assert HELENE not in page.text


def test_a_decision_rests_on_remarks_and_what_is_known(site: Site, offer: Offer, alice: FlaskClient) -> None:
    def spoil(session: Session) -> None:
        found = session.get_one(Offer, offer.id)
        found.title, found.profile = "Serveuse", "Vous avez entre 25 et 35 ans."

    site.do(spoil)
    said = words(alice.get(f"/equipe/offres/{offer.id}"))
    assert "Un critère d’âge est une discrimination" in said
    assert "Proposer : « Serveuse (H/F) »" in said
    assert "C’est sa première offre ici" in said


def test_the_staff_correct_an_offer_in_its_form(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}/corriger"
    later = (now() + timedelta(days=30)).date().isoformat()
    fields = {"titre": "Comptable (H/F)", "contrat": "cdi", "lieu": "Nantes", "remuneration": "2 100 € brut par mois"}
    answer = press(
        alice, page, page, **fields, employeur="Association Horizon", missions="Les comptes.", date_limite=later
    )
    assert answer.status_code == 303, words(answer)
    assert site.posts("offer_corrected")[0].params["by_staff"]
    assert "L’offre est corrigée" in words(alice.get(f"/equipe/offres/{offer.id}"))
    assert state(site, offer) is OfferState.PENDING


def test_a_refusal_is_taken_back_by_a_button_while_it_waits(site: Site, offer: Offer, alice: FlaskClient) -> None:
    site.database.settings.__dict__["undo_minutes"] = 10
    page = f"/equipe/offres/{offer.id}"
    press(alice, page, f"{page}/refuser", raison="Il manque la durée.")
    assert state(site, offer) is OfferState.DRAFT
    press(alice, page, f"{page}/annuler")
    assert state(site, offer) is OfferState.PENDING
    assert site.posts("offer_refused")[0].state == "dropped"


def test_a_namesake_is_joined_at_the_word_of_the_staff(site: Site, offer: Offer, alice: FlaskClient) -> None:
    def other(session: Session) -> int:
        karim = board.person(session, "karim@cabinet.example", "Karim Belaïd", Role.RECRUITER)
        return organisations.join(session, karim, "Association Horizon", at=now()).id

    known = site.do(other)
    page = f"/equipe/offres/{offer.id}"
    assert "Karim Belaïd k•••@cabinet.example" in words(alice.get(page))
    press(alice, page, f"{page}/reunir/{known}")
    with site.database.transaction() as session:
        assert session.get_one(Offer, offer.id).organisation_id == known
    assert "Le même nom ou SIRET" not in words(alice.get(page))
    assert [one.params["what"] for one in site.posts("noted")] == ["membership-got"]


def test_the_staff_close_an_offer_with_a_reason(site: Site, offer: Offer, alice: FlaskClient) -> None:
    page = f"/equipe/offres/{offer.id}"
    press(alice, page, f"{page}/valider")
    assert press(alice, page, f"{page}/clore").status_code == 422
    press(alice, page, f"{page}/clore", **{"raison-cloture": "Des frais sont demandés."})
    assert state(site, offer) is OfferState.CLOSED
    assert site.posts("offer_closed")[0].params["reason"] == "Des frais sont demandés."
