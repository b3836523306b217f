"""The page of a profile, for whom it is there; and the desk where its person decides about it."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import audit, hidden_employers, people, sightings
from jobboard.clock import now
from jobboard.people import Person, Role
from jobboard.profiles import Profile, Visibility
from tests.jobboard.cv_samples import PRIVATE, bomb, docx, pdf
from tests.jobboard.test_visibility import RECRUITERS, Board
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

LEA, HELENE, EVA = "lea@courrier.example", "helene@horizon.example", "eva@tilleuls.example"


@pytest.fixture
def lea(site: Site) -> Person:
    """A candidate, a recruiter with an offer online, another whose offer nobody has validated."""

    def fill(session: Session) -> Person:
        board.offer(session, board.person(session, HELENE, "Hélène Martin", Role.RECRUITER))
        board.person(session, EVA, "Eva Morin", Role.RECRUITER)
        return board.candidate(session, LEA)

    made = site.do(fill)
    assert isinstance(made, Person)
    return made


def change(site: Site, person: Person, **values: object) -> str:
    """Set columns of her profile; returns the path of its page."""
    with site.database.transaction() as session:
        profile = session.get_one(Profile, person.id)
        for name, value in values.items():
            setattr(profile, name, value)
        return profile.path


def mine(site: Site, person: Person) -> Profile:
    with site.database.transaction() as session:
        return session.get_one(Profile, person.id)


def test_a_page_is_there_for_whom_she_chose(site: Site, lea: Person) -> None:
    browsers = {
        "anybody": site.browser(),
        "lea": site.signed_in(LEA),
        "recruiter": site.signed_in(HELENE),
        "newcomer": site.signed_in(EVA),
    }
    expected = {
        Visibility.EVERYONE: {"anybody", "lea", "recruiter", "newcomer"},
        Visibility.RECRUITERS: {"lea", "recruiter"},
        Visibility.NOBODY: {"lea"},
    }
    for level, readers in expected.items():
        path = change(site, lea, visibility=level)
        found = {name: browser.get(path).status_code for name, browser in browsers.items()}
        assert found == {name: 200 if name in readers else 404 for name in browsers}, level
    path = change(site, lea, visibility=Visibility.EVERYONE)
    with site.database.transaction() as session:
        hidden_employers.hide_from(session, session.get_one(Person, lea.id), "Horizon", at=now())
    assert [browsers[name].get(path).status_code for name in ("recruiter", "anybody", "lea")] == [404, 404, 200]


@pytest.mark.parametrize("state", ["asleep_at", "held_at", "stopped_at"])
def test_a_profile_that_is_withheld_is_hers_alone(site: Site, lea: Person, state: str) -> None:
    path = change(site, lea, visibility=Visibility.EVERYONE, **{state: now()})
    assert [site.browser().get(path).status_code, site.signed_in(HELENE).get(path).status_code] == [404, 404]
    assert site.signed_in(LEA).get(path).status_code == 200


def test_search_engines_are_let_in_only_when_she_asked(site: Site, lea: Person) -> None:
    path = change(site, lea, visibility=Visibility.EVERYONE)
    page = site.browser().get(path)
    assert 'content="noindex, nofollow, noarchive"' in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    change(site, lea, indexable=True)
    page = site.browser().get(path)
    assert 'content="index, noarchive"' in page.text
    assert "X-Robots-Tag" not in page.headers
    assert "Je cherche un poste de comptable" in page.text
    # Asked for once, it is nothing while only recruiters see it.
    change(site, lea, visibility=Visibility.RECRUITERS)
    assert "X-Robots-Tag" in site.signed_in(HELENE).get(path).headers


def test_her_name_is_masked_until_she_shows_it(site: Site, lea: Person) -> None:
    path = change(site, lea, visibility=Visibility.EVERYONE)
    page = site.browser().get(path)
    assert "Léa" not in page.text
    assert LEA not in page.text
    change(site, lea, name_shown=True)
    page = words(site.browser().get(path))
    assert "Léa D., comptable" in page
    assert "Dubreuil" not in page


def test_an_erased_profile_is_gone(site: Site, lea: Person) -> None:
    path = change(site, lea, visibility=Visibility.EVERYONE)
    site.do(lambda session: session.delete(session.get_one(Profile, lea.id)))
    assert site.browser().get(path).status_code == 410
    assert site.browser().get("/profils/comptable-nobody").status_code == 404
    assert site.browser().get("/profils/" + "a" * 300).status_code == 404


def test_a_recruiter_who_reads_the_page_is_told_of_to_her(site: Site, lea: Person) -> None:
    path = change(site, lea, visibility=Visibility.EVERYONE)
    site.browser().get(path)
    site.signed_in(LEA).get(path)
    recruiter = site.signed_in(HELENE)
    recruiter.head(path)
    with site.database.transaction() as session:
        assert sightings.of_person(session, lea.id) == []
    recruiter.get(path)
    recruiter.get(path)
    page = words(site.signed_in(LEA).get("/moi"))
    assert "Association Horizon" in page
    assert "sur la page de votre profil , 2 fois" in page or "sur la page de votre profil, 2 fois" in page


@pytest.fixture
def signed_in(site: Site, lea: Person) -> FlaskClient:
    """Her browser."""
    return site.signed_in(LEA)


def test_she_decides_who_sees_it_and_what_goes_with_it(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    press(signed_in, "/moi", "/moi/profil", visibilite="everyone", moteurs="1", nom="1")
    profile = mine(site, lea)
    assert (profile.visibility, profile.indexable, profile.name_shown) == (Visibility.EVERYONE, True, True)
    with site.database.transaction() as session:
        newest = people.consents(session, lea)[-1]
    assert (newest.purpose, newest.how) == ("profile-public", "web")
    assert "à tout le monde" in newest.text_shown
    press(signed_in, "/moi", "/moi/profil", visibilite="recruiters", moteurs="1")
    profile = mine(site, lea)
    assert (profile.visibility, profile.indexable, profile.name_shown) == (Visibility.RECRUITERS, False, False)


def test_she_hides_from_an_employer_and_changes_her_mind(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    press(signed_in, "/moi", "/moi/profil/masquer", employeur="<b>Horizon</b>")
    page = signed_in.get("/moi")
    assert "cet employeur ne voit plus votre profil" in words(page)
    assert "<b>Horizon" not in page.text
    path = change(site, lea, visibility=Visibility.RECRUITERS)
    assert site.signed_in(HELENE).get(path).status_code == 200  # "b horizon b" is no name of hers
    press(signed_in, "/moi", "/moi/profil/montrer", employeur="<b>Horizon</b>")
    press(signed_in, "/moi", "/moi/profil/masquer", employeur="Horizon")
    assert site.signed_in(HELENE).get(path).status_code == 404
    assert press(signed_in, "/moi", "/moi/profil/masquer", employeur=" ").status_code == 422


def send_cv(browser: FlaskClient, content: bytes, name: str):
    form = {"csrf_token": token(browser.get("/moi")), "cv": (io.BytesIO(content), name)}
    return browser.post("/moi/profil/cv", data=form, content_type="multipart/form-data")


def test_a_cv_is_shown_and_written_only_when_she_keeps_it(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    before = mine(site, lea).portrait
    page = send_cv(signed_in, pdf(), "CV.pdf")
    assert page.status_code == 200
    assert "BTS Comptabilité et gestion" in page.text
    assert not any(word in page.text for word in PRIVATE)
    assert mine(site, lea).portrait == before
    press(
        signed_in, "/moi", "/moi/profil/dire", experience="12 ans", competences="paie, Sage", diplomes="BTS", langues=""
    )
    profile = mine(site, lea)
    assert (profile.experience_years, profile.skills, profile.diploma_level) == (12, ["paie", "Sage"], 5)
    assert "J’ai 12 ans d’expérience." in words(signed_in.get(profile.path))


def test_hostile_cvs_are_answered_in_words(site: Site, signed_in: FlaskClient) -> None:
    for content, name, said in (
        (bomb(), "CV.docx", "trop lourd"),
        (b"\xff\xd8\xff" + bytes(300), "CV.jpg", "ni un PDF"),
        (docx("rien du tout qui soit un métier ou une compétence, vraiment"), "CV.docx", "rien que nous sachions lire"),
    ):
        answer = send_cv(signed_in, content, name)
        assert answer.status_code == 422
        assert said in words(answer)
        assert "/moi#profil" in answer.text
    kind = "multipart/form-data; boundary=x"
    too_much = signed_in.post(
        "/moi/profil/cv", data=b"--x", content_type=kind, environ_overrides={"CONTENT_LENGTH": str(2**24)}
    )
    assert too_much.status_code == 413


def test_private_things_do_not_enter_by_the_form(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    written = "paie, lea@courrier.example, 06 11 22 33 44, 12 rue des Lilas, née le 3 mai, mariée, https://x.example, deux enfants"
    press(signed_in, "/moi", "/moi/profil/dire", competences=written)
    assert mine(site, lea).skills == ["paie"]
    assert press(signed_in, "/moi", "/moi/profil/dire", metiers="xyzzy").status_code == 422


def test_what_she_does_there_is_a_sign_of_life(site: Site, lea: Person, signed_in: FlaskClient) -> None:
    site.do(lambda session: session.execute(sa.update(Profile).values(asleep_at=now(), warned_at=now())))
    signed_in.get("/moi")
    assert mine(site, lea).asleep_at is not None
    press(signed_in, "/moi", "/moi/profil", visibilite="recruiters")
    assert (mine(site, lea).asleep_at, mine(site, lea).warned_at) == (None, None)


def test_the_staff_put_a_profile_aside_and_show_it_again(site: Site, lea: Person) -> None:
    site.do(lambda session: board.person(session, "ines@equipe.example", "Inès Roux", Role.STAFF))
    path = change(site, lea, visibility=Visibility.EVERYONE)
    staff, anybody = site.signed_in("ines@equipe.example"), site.browser()
    press(staff, path, f"/equipe/profils/{lea.id}/mettre-de-cote")
    assert (anybody.get(path).status_code, staff.get(path).status_code) == (404, 200)
    press(staff, path, f"/equipe/profils/{lea.id}/montrer")
    assert anybody.get(path).status_code == 200
    assert [post.params["done"] for post in site.posts("profile_shown")] == ["held", "released"]
    with site.database.transaction() as session:
        assert [one.act for one in audit.of_subject(session, "profile", lea.id)] == ["profile-held", "profile-released"]
    signed_in = site.signed_in(LEA)
    form = {"csrf_token": token(signed_in.get("/moi"))}
    answer = signed_in.post(f"/equipe/profils/{lea.id}/mettre-de-cote", data=form)
    assert answer.status_code == 404


def test_the_page_shows_to_each_what_every_other_door_does(site: Site) -> None:
    with site.database.transaction() as session:
        people_there = Board(session)
        paths = {one: session.get_one(Profile, one).path for one in people_there.who}
        expected = {viewer: people_there.expected(viewer) for viewer in ("public", *RECRUITERS)}
    for viewer in expected:
        browser = site.browser() if viewer == "public" else site.signed_in(RECRUITERS[viewer][2])
        shown = {one for one, path in paths.items() if browser.get(path).status_code == 200}
        assert people_there.named(shown) == expected[viewer], viewer
