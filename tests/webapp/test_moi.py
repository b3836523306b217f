"""A candidate's desk: everything about her, nothing about anybody else, every change by a form of hers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import alerts, people, suppression
from jobboard.alerts import AlertState
from jobboard.clock import now
from jobboard.contracts import Frequency
from jobboard.people import Person, Role
from jobboard.profiles import Profile, Visibility
from jobboard.suppression import Severity
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

LEA, HELENE = "lea@courrier.example", "helene@horizon.example"


@pytest.fixture
def lea(site: Site) -> Person:
    """A candidate who applied to an offer, and got an answer."""

    def fill(session: Session) -> Person:
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        made = board.candidate(session, LEA)
        board.application(session, board.offer(session, recruiter), made)
        return made

    made = site.do(fill)
    assert isinstance(made, Person)
    return made


@pytest.fixture
def signed_in(site: Site, lea: Person) -> FlaskClient:
    """Her browser."""
    return site.signed_in(LEA)


def state(site: Site, person: Person) -> AlertState:
    with site.database.transaction() as session:
        (alert,) = alerts.of_person(session, person)
        return alert.state


def test_the_desk_shows_all_there_is(signed_in: FlaskClient) -> None:
    page = signed_in.get("/moi")
    said = words(page)
    for expected in (
        "Bonjour Léa", "Nantes (44), 30 km autour", "CDI ou CDD", "dès qu’une offre paraît",
        "Comptable (H/F)", "Association Horizon", "En conversation", "Candidature envoyée", "Message du recruteur",
        "Pourriez-vous venir mardi à 10 h ?", "Avec plaisir. À mardi !", "CV Léa Dubreuil.pdf",
        "Vos alertes d’offres", "Montrer un profil anonyme aux recruteurs", "Texte montré", "par mail",
    ):  # fmt: skip
        assert expected in said, expected
    assert page.headers["Cache-Control"] == "no-store"


def test_the_other_side_stays_hidden(site: Site, signed_in: FlaskClient) -> None:
    page = signed_in.get("/moi").text
    assert HELENE not in page
    assert "Martin" not in page


def test_the_rhythm_changes_for_every_alert(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    answer = press(signed_in, "/moi", "/moi/frequence", frequence="weekly")
    assert answer.headers["Location"] == "/moi#alertes"
    assert "suivent ce rythme" in words(signed_in.get("/moi"))
    with site.database.transaction() as session:
        (alert,) = alerts.of_person(session, lea)
        assert alert.frequency is Frequency.WEEKLY


def test_a_pause_and_its_end(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    press(signed_in, "/moi", "/moi/pause", semaines="4")
    assert state(site, lea) is AlertState.PAUSED
    assert "En pause jusqu’au" in words(signed_in.get("/moi"))
    press(signed_in, "/moi", "/moi/reprise")
    assert state(site, lea) is AlertState.ACTIVE


def test_the_language_of_mails_and_pages_is_hers_to_choose(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    assert press(signed_in, "/moi", "/moi/langue", langue="en").headers["Location"] == "/moi#langue"
    assert "your pages are now in English" in words(signed_in.get("/moi"))
    with site.database.transaction() as session:
        assert session.get_one(Person, lea.id).language == "en"
    press(signed_in, "/moi", "/moi/langue", langue="fr")
    assert "vos pages sont maintenant en français" in words(signed_in.get("/moi"))


def test_a_choice_that_was_not_offered_is_refused(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    for action, fields in (
        ("/moi/pause", {"semaines": "400"}),
        ("/moi/frequence", {"frequence": "hourly"}),
        ("/moi/langue", {"langue": "de"}),
        ("/moi/profil", {"visibilite": "friends"}),
    ):
        assert press(signed_in, "/moi", action, **fields).status_code == 422
    assert state(site, lea) is AlertState.ACTIVE


def test_leaving_a_stream_and_coming_back(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    stop = re.search(r'action="(/moi/flux/\d+/arreter)"', signed_in.get("/moi").text)
    assert stop is not None
    press(signed_in, "/moi", stop[1])
    assert state(site, lea) is AlertState.STOPPED
    press(signed_in, "/moi", stop[1].replace("arreter", "reprendre"))
    assert state(site, lea) is AlertState.ACTIVE
    with site.database.transaction() as session:
        given = [one for one in people.consents(session, lea) if one.purpose == "alerts"]
    assert [one.withdrawn_at is None for one in given] == [False, True]
    assert given[1].how == "web"
    assert given[1].text_shown == "Recevoir de nouveau mes alertes d’offres."


def test_who_sees_the_profile_is_hers_to_say(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    press(signed_in, "/moi", "/moi/profil", visibilite="nobody")
    with site.database.transaction() as session:
        assert session.get_one(Profile, lea.id).visibility is Visibility.NOBODY
        assert people.consents(session, lea)[1].withdrawn_how == "web"
    press(signed_in, "/moi", "/moi/profil", visibilite="recruiters")
    with site.database.transaction() as session:
        assert session.get_one(Profile, lea.id).visibility is Visibility.RECRUITERS
        newest = people.consents(session, lea)[-1]
    assert newest.purpose == "profile-recruiters"
    assert "sans mon nom ni mon adresse" in newest.text_shown


def test_an_agreement_is_taken_back_with_what_it_allowed(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    with site.database.transaction() as session:
        agreed, shown = people.consents(session, lea)
    press(signed_in, "/moi", f"/moi/accords/{shown.id}/retirer")
    press(signed_in, "/moi", f"/moi/accords/{agreed.id}/retirer")
    assert state(site, lea) is AlertState.STOPPED
    with site.database.transaction() as session:
        assert session.get_one(Profile, lea.id).visibility is Visibility.NOBODY
        assert all(one.withdrawn_how == "web" for one in people.consents(session, lea))
    again = signed_in.post(f"/moi/accords/{agreed.id}/retirer", data={"csrf_token": token(signed_in.get("/moi"))})
    assert again.status_code == 409


def test_files_are_saved_never_opened_here(site: Site, signed_in: FlaskClient) -> None:
    file_id = site.do(board.cv_id)
    answer = signed_in.get(f"/moi/pieces/{file_id}", buffered=True)
    assert answer.data == board.CV.content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "CV" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.signed_in(HELENE).get(f"/moi/pieces/{file_id}", buffered=True).status_code == 200


def test_nobody_else_gets_at_what_is_hers(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    site.do(lambda session: board.candidate(session, "zoe@courrier.example", "Zoé Petit"))
    other = site.signed_in("zoe@courrier.example")
    assert other.get(f"/moi/pieces/{site.do(board.cv_id)}").status_code == 404
    assert site.browser().get(f"/moi/pieces/{site.do(board.cv_id)}").status_code == 303
    with site.database.transaction() as session:
        stream = people.subscriptions(session, lea)[0].id
        consent = people.consents(session, lea)[0].id
    forgery = {"csrf_token": token(other.get("/moi"))}
    for action in (f"/moi/flux/{stream}/arreter", f"/moi/accords/{consent}/retirer"):
        assert other.post(action, data=forgery).status_code == 404
    assert state(site, lea) is AlertState.ACTIVE


def test_nothing_changes_without_the_token_of_the_page(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    with site.database.transaction() as session:
        stream = people.subscriptions(session, lea)[0].id
    for action in ("/moi/pause", "/moi/frequence", "/moi/profil", "/deconnexion", f"/moi/flux/{stream}/arreter"):
        answer = signed_in.post(action, data={"semaines": "2", "frequence": "weekly", "visibilite": "nobody"})
        assert answer.status_code == 400
        assert "Rechargez la page" in words(answer)
        assert signed_in.get(action).status_code == 405
    assert state(site, lea) is AlertState.ACTIVE


def test_a_page_costs_as_many_queries_for_one_application_as_for_ten(site: Site, lea: Person) -> None:
    signed_in = site.signed_in(LEA)

    def queries() -> int:
        seen: list[str] = []

        def count(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        sa.event.listen(site.database.engine, "before_cursor_execute", count)
        signed_in.get("/moi")
        sa.event.remove(site.database.engine, "before_cursor_execute", count)
        return len(seen)

    one = queries()

    def apply_more(session: Session) -> None:
        recruiter = board.person(session, HELENE)
        for number in range(9):
            offer = board.offer(session, recruiter, f"Poste {number}")
            board.application(session, offer, session.get_one(Person, lea.id))

    site.do(apply_more)
    assert queries() == one


def test_somebody_new_has_a_desk_that_says_where_to_begin(site: Site) -> None:
    site.do(lambda session: board.person(session, "samir@courrier.example"))
    said = words(site.signed_in("samir@courrier.example").get("/moi"))
    for expected in ("Vous n’avez pas encore d’alerte", "Vous n’avez pas encore postulé", "Aucun envoi régulier"):
        assert expected in said


def test_a_person_is_answered_in_her_language(site: Site) -> None:
    site.do(lambda session: board.person(session, "jane@courrier.example", "Jane Roe", language="en"))
    assert '<html lang="en">' in site.signed_in("jane@courrier.example").get("/moi").text


def test_a_suspended_address_is_told_why_and_comes_back_with_one_button(site: Site, signed_in: FlaskClient) -> None:
    assert "Nous n’envoyons plus" not in words(signed_in.get("/moi"))

    def refuse(session: Session) -> None:
        for _ in range(2):
            suppression.count(session, LEA, Severity.HARD, "550 mx.secret.example", at=now())

    site.do(refuse)
    said = words(signed_in.get("/moi"))
    assert "elle nous a été signalée comme n’existant plus" in said
    assert "secret" not in said
    press(signed_in, "/moi", "/moi/adresse")
    assert "Nous n’envoyons plus" not in words(signed_in.get("/moi"))
    site.do(lambda session: suppression.standing(session, LEA) is None or pytest.fail("still suspended"))


def test_she_chooses_whether_recruiters_see_her_address(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    assert 'value="masquee" required checked' in signed_in.get("/moi").text

    answer = press(signed_in, "/moi", "/moi/adresse-montree", adresse="montree")
    assert answer.headers["Location"] == "/moi#coordonnees"
    page = signed_in.get("/moi")
    assert 'value="montree" required checked' in page.text
    assert "verront votre adresse" in words(page)
    assert "Texte montré : Montrer mon adresse aux recruteurs à qui j’écris" in words(page)

    press(signed_in, "/moi", "/moi/adresse-montree", adresse="masquee")
    assert "personne ne verra votre adresse" in words(signed_in.get("/moi"))
    with site.database.transaction() as session:
        assert not people.shows_address(session, session.get_one(Person, lea.id))


def test_the_agreement_to_show_her_address_is_withdrawn_like_any_other(
    site: Site, lea: Person, signed_in: FlaskClient
) -> None:
    press(signed_in, "/moi", "/moi/adresse-montree", adresse="montree")
    with site.database.transaction() as session:
        (consent,) = [one for one in people.consents(session, lea) if one.purpose == people.SHOW_ADDRESS]
    press(signed_in, "/moi", f"/moi/accords/{consent.id}/retirer")

    with site.database.transaction() as session:
        assert not people.shows_address(session, lea)
