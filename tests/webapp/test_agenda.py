"""The agenda on the web: months, territories, feeds, a place asked for, the desk that decides, one's own page."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from jobboard import agenda, appointments, people
from jobboard.agenda import LIFE, Event
from jobboard.appointments import BookingNote
from jobboard.clock import now
from jobboard.participations import Participation
from jobboard.people import Role
from tests.jobboard.test_agenda import draft
from tests.webapp import board
from tests.webapp.conftest import Site

ORGANISER, LEA, PAUL = "helene@horizon.example", "lea@courrier.example", "paul@equipe.example"


def event(site: Site, title: str = "Atelier CV", *, ahead: int = 10, publish: bool = True, **more: object) -> int:
    day = (now() + timedelta(days=ahead)).date()

    def make(session: object) -> int:
        who = board.person(session, ORGANISER, "Hélène Morin", Role.RECRUITER)  # type: ignore[arg-type]
        made = agenda.propose(session, who, draft(title, day=day, **more), at=now())  # type: ignore[arg-type]
        LIFE.step(made, "submit", by=None, at=now())
        if publish:
            LIFE.step(made, "validate", by=None, at=now())
            made.published_at = now()
        return made.id

    return int(str(site.do(make)))


def member(site: Site) -> FlaskClient:
    site.do(lambda session: board.person(session, PAUL, "Paul Régnier", Role.STAFF))
    return site.signed_in(PAUL)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_one_and_two_months_by_territory_and_kind(site: Site, browser: FlaskClient) -> None:
    event(site)
    event(site, "Forum", place="Rennes", ahead=11)
    event(site, "Caché", publish=False)
    page = browser.get("/agenda?vue=2").text
    assert page.count("<table") == 2
    assert "Atelier CV" in page
    assert "Forum" in page
    assert "Caché" not in page
    nantes = browser.get("/agenda?vue=2&territoire=dep-44").text
    assert "Atelier CV" in nantes
    assert "Forum" not in nantes
    assert "Atelier CV" not in browser.get("/agenda?vue=2&type=fair").text


@pytest.mark.parametrize(
    "query", ["mois=2026-99", "mois=0001-01", "mois=9999-12", "vue=x", "territoire=dep-00", "type=%00"]
)
def test_whatever_the_address_asks_for_is_answered(browser: FlaskClient, query: str) -> None:
    assert browser.get(f"/agenda?{query}").status_code == 200


def test_the_page_of_an_event_speaks_to_search_engines(site: Site, browser: FlaskClient) -> None:
    number = event(site, "Atelier </script> CV", seats=3)
    page = browser.get(f"/agenda/{number}").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    markup = json.loads(block[1])
    assert markup["@type"] == "Event"
    assert markup["startDate"].startswith(str((now() + timedelta(days=10)).date()))
    assert "3 places libres" in page.replace("\u00a0", " ")
    assert f"JE PARTICIPE {number}" in page
    english = browser.get(f"/agenda/{number}", headers={"Accept-Language": "en"}).text
    assert f"JOIN {number}" in english
    assert "PARTICIPE" not in english
    assert browser.get("/agenda/99999").status_code == 404
    assert browser.get(f"/agenda/{event(site, 'Caché', publish=False)}").status_code == 404


def test_calendars_to_subscribe_to(site: Site, browser: FlaskClient) -> None:
    number = event(site)
    event(site, "Forum", place="Rennes")
    every = browser.get("/agenda.ics")
    assert every.content_type == "text/calendar; charset=utf-8"
    assert every.text.count("BEGIN:VEVENT") == 2
    assert browser.get("/agenda.ics?territoire=reg-53").text.count("BEGIN:VEVENT") == 1
    assert f"UID:event-{number}@" in browser.get(f"/agenda/{number}.ics").text


def test_an_unknown_address_confirms_before_it_has_a_seat(site: Site, browser: FlaskClient) -> None:
    number = event(site, seats=1)
    said = browser.post(f"/agenda/{number}/demander", data={"adresse": "zoe@poste.example"})
    assert "zoe@poste.example" in said.text
    path = site.posts("participation_question")[-1].params["confirm_path"]
    page = browser.get(path)
    assert "Atelier CV" in page.text
    with site.database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 0, "looking changes nothing"
        assert people.find(session, "zoe@poste.example") is None
    done = browser.post(path, data={"reponse": "oui"})
    assert "Votre place est réservée" in done.text
    assert site.posts("participating")[-1].params["what"] == "registered"
    assert browser.post(path, data={"reponse": "oui"}).status_code == 200
    assert len(site.posts("participating")) == 1
    assert browser.post(f"/agenda/{number}/demander", data={"adresse": "zoe"}).status_code == 422


def test_who_is_signed_in_joins_and_leaves(site: Site) -> None:
    number = event(site)
    site.do(lambda session: board.candidate(session, LEA))
    lea = site.signed_in(LEA)
    token = csrf(lea.get(f"/agenda/{number}").text)
    assert lea.post(f"/agenda/{number}/participer", data={"csrf_token": token}).status_code == 303
    assert "Votre place est réservée" in lea.get(f"/agenda/{number}").text
    assert "Atelier CV" in lea.get("/moi/agenda").text
    lea.post(f"/agenda/{number}/quitter", data={"csrf_token": token})
    assert [post.params["what"] for post in site.posts("participating")] == ["registered", "left"]


def test_the_desk_decides_upon_events(site: Site) -> None:
    number = event(site, publish=False)
    paul = member(site)
    page = paul.get(f"/equipe/agenda/{number}").text
    assert ORGANISER not in page
    token = csrf(page)
    assert paul.post(f"/equipe/agenda/{number}/refuser", data={"csrf_token": token}).status_code == 422
    assert paul.post(f"/equipe/agenda/{number}/valider", data={"csrf_token": token}).status_code == 303
    assert paul.post(f"/equipe/agenda/{number}/valider", data={"csrf_token": token}).status_code in (
        409,
        400,
        422,
        200,
        410,
    )
    assert "Atelier CV" in paul.get("/equipe/agenda").text
    paul.post(f"/equipe/agenda/{number}/annuler", data={"csrf_token": token, "raison": "Grève"})
    with site.database.transaction() as session:
        assert str(session.get_one(Event, number).state) == "cancelled"
    assert paul.get(f"/agenda/{number}").status_code == 410


def test_slots_are_published_booked_and_noted_on_the_web(site: Site) -> None:
    paul = member(site)
    site.do(lambda session: board.candidate(session, LEA))
    token = csrf(paul.get("/equipe/creneaux").text)
    day = (now() + timedelta(days=9)).strftime("%d/%m/%Y")
    assert paul.post("/equipe/creneaux", data={"csrf_token": token, "creneaux": "quand vous voulez"}).status_code == 422
    text = f"le {day} 9h-10h, 30 min, téléphone"
    assert paul.post("/equipe/creneaux", data={"csrf_token": token, "creneaux": text}).status_code == 303
    lea = site.signed_in(LEA)
    page = lea.get("/moi/agenda").text
    chosen = re.findall(r'name="creneau" value="(\d+)"', page)
    assert len(chosen) == 2
    given = {"csrf_token": csrf(page), "creneau": chosen[0], "mots": "Une reconversion."}
    assert lea.post("/moi/rendez-vous", data=given).status_code == 303
    assert "Annuler ce rendez-vous" in lea.get("/moi/agenda").text
    with site.database.transaction() as session:
        person = people.find(session, LEA)
        assert person is not None
        booking = appointments.of_person(session, person)
        assert booking is not None
    own = paul.get(f"/equipe/rendez-vous/{booking.id}").text
    assert "Une reconversion." in own
    assert LEA not in own + paul.get("/equipe/creneaux").text
    paul.post(f"/equipe/rendez-vous/{booking.id}/note", data={"csrf_token": csrf(own), "note": "Projet clair."})
    with site.database.transaction() as session:
        assert session.scalars(sa.select(BookingNote.text)).all() == ["Projet clair."]
    assert lea.get(f"/equipe/rendez-vous/{booking.id}").status_code == 404
    lea.post("/moi/rendez-vous/annuler", data={"csrf_token": csrf(page)})
    assert [post.params["by"] for post in site.posts("appointment_cancelled")] == ["me", "her"]


def test_no_free_slot_puts_her_into_the_queue(site: Site) -> None:
    site.do(lambda session: board.candidate(session, LEA))
    lea = site.signed_in(LEA)
    page = lea.get("/moi/agenda").text
    lea.post("/moi/rendez-vous/attendre", data={"csrf_token": csrf(page)})
    assert "place n° 1" in lea.get("/moi/agenda").text.replace("\u00a0", " ")
