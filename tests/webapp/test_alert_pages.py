"""The pages of one alert: every axis in its field, undone by one button, and nobody else's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import alerts
from jobboard.alerts import Alert, AlertState
from jobboard.criteria import Criteria
from jobboard.people import Person, Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

LEA, HELENE = "lea@courrier.example", "helene@horizon.example"


@pytest.fixture
def lea(site: Site) -> Person:
    made = site.do(lambda session: board.candidate(session, LEA))
    assert isinstance(made, Person)
    return made


@pytest.fixture
def signed_in(site: Site, lea: Person) -> FlaskClient:
    return site.signed_in(LEA)


def alert(site: Site) -> Alert:
    with site.database.transaction() as session:
        return session.scalars(sa.select(Alert)).one()


def search(site: Site) -> Criteria:
    return Criteria.from_json(alert(site).criteria)


def save(site: Site, browser: FlaskClient, **typed: object):  # type: ignore[no-untyped-def]
    path = f"/moi/alertes/{alert(site).id}"
    form = {
        "csrf_token": token(browser.get(path)),
        "contrat": ["cdi", "cdd"],
        "rayon": "30",
        "frequence": "instant",
        **typed,
    }
    return browser.post(path, data=form)


def test_every_axis_has_its_field(site: Site, signed_in: FlaskClient) -> None:
    def offer(session: Session) -> object:
        by = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        return board.offer(session, by, "Comptable à Cholet", place="Cholet")

    site.do(offer)
    answer = save(
        site, signed_in, nom="Autour de moi", rayon="60 km", temps=["full"], salaire="2 000 €", domaine=["K"],
        exclus="nuit, week-end", obligatoires="", employeurs="Association Horizon\n\nLes Tilleuls", frequence="weekly",
    )  # fmt: skip
    assert answer.status_code == 303
    made = search(site)
    assert (made.places[0].radius_km, made.minimum_pay, made.families) == (60, 2000, ("K",))
    assert (made.excluded_keywords, made.excluded_employers) == (
        ("nuit", "week-end"),
        ("Association Horizon", "Les Tilleuls"),
    )
    assert (made.trades, [str(time) for time in made.working_times]) == (("M1203",), ["full"])
    assert (alert(site).name, str(alert(site).frequency)) == ("Autour de moi", "weekly")
    [post] = site.posts("alert_rewritten")
    assert post.params["cards"] == [], "that employer is left out"
    assert "Autour de moi" in words(signed_in.get("/moi"))
    page = signed_in.get(f"/moi/alertes/{alert(site).id}").text
    assert 'value="60"' in page
    assert "Les Tilleuls" in page


def test_other_words_replace_trade_and_place(site: Site, signed_in: FlaskClient) -> None:
    assert save(site, signed_in, recherche="assistante de gestion à Rennes, 20 km").status_code == 303
    assert [place.label for place in search(site).places] == ["Rennes (35)"]
    before = search(site)
    refused = save(site, signed_in, recherche="assistante de gestion")
    assert refused.status_code == 422
    assert "Il manque le lieu" in words(refused)
    assert search(site) == before


@pytest.mark.parametrize(
    ("field", "typed"), [("rayon", "beaucoup"), ("rayon", "4000"), ("salaire", "smic"), ("salaire", "9" * 30)]
)
def test_what_cannot_be_read_is_said_beside_its_field(
    site: Site, signed_in: FlaskClient, field: str, typed: str
) -> None:
    before = search(site)
    answer = save(site, signed_in, **{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-erreur"' in answer.text
    assert search(site) == before


def test_an_alert_is_taken_away_and_brought_back(site: Site, signed_in: FlaskClient) -> None:
    path = f"/moi/alertes/{alert(site).id}"
    assert press(signed_in, path, f"{path}/supprimer").status_code == 303
    assert alert(site).state is AlertState.REMOVED
    assert "Vous pouvez encore la rétablir" in words(signed_in.get("/moi"))
    assert signed_in.get(path).status_code == 404
    assert press(signed_in, "/moi", f"{path}/retablir").status_code == 303
    assert alert(site).state is AlertState.ACTIVE


def test_the_last_change_is_undone(site: Site, signed_in: FlaskClient) -> None:
    save(site, signed_in, rayon="80")
    path = f"/moi/alertes/{alert(site).id}"
    assert press(signed_in, path, f"{path}/retablir").status_code == 303
    assert search(site).places[0].radius_km == 30


def test_nobody_else_s_alert_exists(site: Site, lea: Person) -> None:
    other = site.do(lambda session: board.candidate(session, "zoe@courrier.example", "Zoé"))
    assert isinstance(other, Person)
    with site.database.transaction() as session:
        hers = alerts.of_person(session, lea)[0].id
    browser = site.signed_in("zoe@courrier.example")
    path = f"/moi/alertes/{hers}"
    data = {"csrf_token": token(browser.get("/moi"))}
    assert browser.get(path).status_code == 404
    assert [browser.post(f"{path}{end}", data=data).status_code for end in ("", "/supprimer", "/retablir")] == [404] * 3
    assert site.browser().get(path).status_code == 303
    assert browser.get("/moi/alertes/99999999999999999999").status_code == 404
