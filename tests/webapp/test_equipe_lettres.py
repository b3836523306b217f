"""The desk of letters: filled, ordered, read over, checked, approved and followed, by the staff only and without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from jobboard import articles, audit, edition_items, newsletters, people
from jobboard.clock import now
from jobboard.editions import Edition, EditionState
from jobboard.people import Role
from jobboard.sections import Section
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, token, words

ALICE, BRUNO = "alice@equipe.example", "bruno@equipe.example"
READER = "lea@courrier.example"


def filled(session: Session) -> None:
    board.person(session, ALICE, "Alice Morel", Role.STAFF)
    board.person(session, BRUNO, "Bruno Petit", Role.STAFF)
    reader = board.person(session, READER, "Léa Dubreuil")
    people.subscribe(session, reader, "letters:weekly", at=now())
    board.offer(session, board.person(session, "helene@horizon.example", "Hélène Martin", Role.RECRUITER), "Animatrice")
    for name, section in (("Premier article", Section.ESS), ("Deuxième article", Section.WORKERS)):
        kept = articles.write(
            session, title=name, markdown="Quelques **mots**.", section=section, source="desk", key=name,
            by_person_id=reader.id, at=now() - timedelta(hours=1),
        )  # fmt: skip
        assert kept.id


@pytest.fixture
def alice(site: Site) -> FlaskClient:
    """The browser of a member of staff, on a board with articles and an offer."""
    site.do(filled)
    return site.signed_in(ALICE)


def begun(alice: FlaskClient) -> str:
    """Begin the weekly letter; returns its page."""
    page = alice.get("/equipe/lettres")
    answer = alice.post("/equipe/lettres", data={"csrf_token": token(page), "liste": "weekly"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def lines(site: Site) -> list[str]:
    """Return what stands in the letter, in order."""
    with site.database.transaction() as session:
        return [f"{one.kind}:{one.title or one.subject_id}" for one in edition_items.of(session, 1)]


def act(alice: FlaskClient, page: str, action: str, **fields: str) -> TestResponse:
    return press(alice, page, f"{page}{action}", **fields)


def test_a_letter_is_filled_ordered_and_worded_by_hand(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    assert lines(site) == ["article:1", "article:2", "offer:1"], "what is new, by the rules of the list"
    act(alice, page, "/lignes/2", acte="monter")
    assert lines(site)[:2] == ["article:2", "article:1"]
    act(alice, page, "/lignes/1", acte="retirer")
    act(alice, page, "/lignes/3", acte="placer", place="1")
    act(alice, page, "/ajouter", quoi="text", titre="Un mot", texte="*Bonjour*")
    assert lines(site) == ["offer:1", "article:2", "text:Un mot"]
    act(alice, page, "/completer")
    assert lines(site) == ["offer:1", "article:2", "text:Un mot"], "what was taken out stays out"
    act(alice, page, "/ajouter", quoi="article", numero="1")
    assert lines(site)[-1] == "article:1"
    act(alice, page, "/lignes/2", acte="dire", titre="Dit autrement", texte="En **deux** mots.")
    act(alice, page, "/texte", titre="La lettre de Noël", edito="Bonjour **à vous**.\n\nÀ bientôt.")
    seen = alice.get(f"{page}/apercu.html").text
    assert "Dit autrement" in seen
    assert ">deux</strong>" in seen
    assert "La lettre de Noël" in words(alice.get("/equipe/lettres"))
    text = alice.get(f"{page}/apercu?vue=texte").text
    assert "En deux mots." in text
    assert "prefers-color-scheme: dark" not in alice.get(f"{page}/apercu.html?vue=sombre").text
    only = alice.get(f"{page}/apercu.html?rubrique=ess").text
    assert "Premier article" in only
    assert "Dit autrement" not in only, "of another section"
    assert 'value="Loire-Atlantique (44)"' in alice.get(f"{page}/apercu?territoire=loire atlantique").text
    assert "Nous n’avons pas reconnu" in words(alice.get(f"{page}/apercu?territoire=Atlantide"))


def test_an_address_is_an_article_an_offer_or_something_new(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    base = site.database.settings.base_url
    act(alice, page, "/lignes/3", acte="retirer")
    act(alice, page, "/ajouter", adresse=f"{base}/offres/1-animatrice")
    assert lines(site)[-1] == "offer:1"
    refused = act(alice, page, "/ajouter", adresse="https://ailleurs.example/a?utm_source=x")
    assert refused.status_code == 409
    assert "donnez aussi son titre" in words(refused)
    assert 'value="https://ailleurs.example/a?utm_source=x"' in refused.text, "what was typed is still there"
    act(alice, page, "/ajouter", adresse="https://ailleurs.example/a?utm_source=x", titre="Venu d’ailleurs")
    assert lines(site)[-1] == "article:3"
    assert "https://ailleurs.example/a" in alice.get(page).text
    assert act(alice, page, "/ajouter", adresse="javascript:alert(1)").status_code == 409
    assert len(lines(site)) == 4


def test_the_checks_say_what_is_wrong(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    assert "Rien à redire" in words(alice.get(page))
    act(alice, page, "/texte", titre="", edito="Bonjour {prénom}, cliquez [ici](https://exemple.fr) : lorem ipsum.")
    said = words(alice.get(page))
    assert "« {prénom} »" in said
    assert "« lorem ipsum »" in said
    assert "« ici »" in said


def test_what_is_too_long_is_refused_whole_and_still_in_its_form(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    act(alice, page, "/texte", titre="Courte", edito="Un mot.")
    long = "Un mot de plus. " * 700
    for action, fields in (
        ("/texte", {"titre": "Longue", "edito": long}),
        ("/ajouter", {"quoi": "text", "titre": "Longue", "texte": long}),
        ("/lignes/1", {"acte": "dire", "titre": "Longue", "texte": long}),
    ):
        refused = act(alice, page, action, **fields)
        assert (refused.status_code, "trop long" in words(refused)) == (409, True)
        assert refused.text.count("Un mot de plus.") == 700, "nothing typed is lost"
    with site.database.transaction() as session:
        edition = session.get_one(Edition, 1)
        assert (edition.title, edition.intro) == ("Courte", "Un mot.")
    assert len(lines(site)) == 3


def test_two_people_approve_where_the_setting_asks(site: Site, alice: FlaskClient) -> None:
    object.__setattr__(site.database.settings, "letter_approvals", 2)
    page = begun(alice)
    assert act(alice, page, "/approuver", quand="maintenant").status_code == 303
    seen = alice.get(page)
    assert "Votre accord est noté" in words(seen)
    assert f'action="{page}/approuver"' not in seen.text, "there is nothing more for her to do"
    form = {"csrf_token": token(seen), "quand": "maintenant"}
    assert alice.post(f"{page}/approuver", data=form).status_code == 409, "the same person again"
    assert site.posts("edition_to_approve")[-1].params["changed"] == "approved-once"
    assert alice.get(f"{page}/envoi").headers["Location"] == page, "nothing leaves that one could look at"
    act(alice, page, "/texte", titre="Changée", edito="")
    bruno = site.signed_in(BRUNO)
    act(bruno, page, "/approuver", quand="maintenant")
    assert state(site) is EditionState.DRAFT, "a change makes approvals void"
    act(bruno, page, "/texte", titre="Changée encore", edito="")
    later = (now() + timedelta(days=2)).date().isoformat()
    act(alice, page, "/approuver", quand="plus-tard", jour=later, heure="09:00")
    assert site.posts("edition_to_approve")[-1].params["send_at"]
    assert f'value="{later}"' in bruno.get(page).text, "the moment that she chose"
    with site.database.transaction() as session:
        edition, member = session.get_one(Edition, 1), people.find(session, BRUNO)
        assert member is not None
        assert newsletters.approve(session, edition, member, key="k", at=now())
    assert state(site) is EditionState.SCHEDULED, "who says no moment keeps it"


def state(site: Site) -> EditionState:
    with site.database.transaction() as session:
        return session.get_one(Edition, 1).state


def test_a_letter_is_scheduled_taken_back_and_sent(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    assert act(alice, page, "/approuver", quand="plus-tard", jour="", heure="09:00").status_code == 409
    assert act(alice, page, "/approuver", quand="plus-tard", jour="2020-01-01", heure="09:00").status_code == 409
    later = (now() + timedelta(days=2)).date().isoformat()
    act(alice, page, "/approuver", quand="plus-tard", jour=later, heure="09:00")
    assert state(site) is EditionState.SCHEDULED
    act(alice, page, "/reprendre-en-brouillon")
    assert state(site) is EditionState.DRAFT
    act(alice, page, "/approuver", quand="maintenant")
    sending = alice.get(f"{page}/envoi")
    assert sending.headers["Refresh"] == "3"
    assert "0 copies sur 1" in words(sending)
    press(alice, f"{page}/envoi", f"{page}/pause")
    assert state(site) is EditionState.PAUSED
    assert "Refresh" not in alice.get(f"{page}/envoi").headers
    assert ", en pause, 0" in words(alice.get("/equipe")), "the desk of the day shows it"
    press(alice, f"{page}/envoi", f"{page}/continuer")
    press(alice, f"{page}/envoi", f"{page}/arreter")
    report = alice.get(f"{page}/rapport")
    assert "1 personne ne l’a pas" in words(report)
    assert READER not in report.text, "addresses are masked"
    assert "l•••@courrier.example" in report.text
    press(alice, f"{page}/rapport", f"{page}/renvoyer")
    assert state(site) is EditionState.SENDING


def test_a_test_goes_to_the_staff(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    act(alice, page, "/essayer")
    act(alice, page, "/essayer", a="equipe")
    assert len(site.posts("edition_test")) == 3
    assert state(site) is EditionState.TESTED
    act(alice, page, "/abandonner")
    assert state(site) is EditionState.DROPPED


def test_nobody_else_sees_the_desk(site: Site, alice: FlaskClient) -> None:
    page = begun(alice)
    reader = site.signed_in(READER)
    for path in (
        "/equipe/lettres",
        page,
        f"{page}/apercu.html",
        f"{page}/envoi",
        f"{page}/rapport",
        "/equipe/articles",
    ):
        assert reader.get(path).status_code == 404, path
        assert site.browser().get(path).status_code == 303, path
    assert alice.get("/equipe/lettres/99").status_code == 404
    assert alice.get("/equipe/lettres/99999999999999999999").status_code == 404


def test_articles_and_feeds_by_hand(site: Site, alice: FlaskClient) -> None:
    def send(action: str, **fields: str) -> TestResponse:
        return press(alice, "/equipe/articles", action, **fields)

    assert send("/equipe/articles", titre="", texte="", territoire="Atlantide").status_code == 422
    send("/equipe/articles", titre="À Brest", texte="Un **port**.", rubrique="territoires", territoire="Finistère")
    shown = alice.get("/magazine/territoires")
    assert "À Brest" in words(shown)
    [path] = re.findall(r'href="(/magazine/\d+-a-brest)"', shown.text)
    assert "<strong>port</strong>" in alice.get(path).text
    assert alice.get(path.rpartition("-")[0]).status_code == 301
    feed = alice.get("/magazine/territoires.atom").text
    assert "À Brest" in feed
    assert "Premier article" not in feed
    assert send("/equipe/articles/flux", flux="ftp://x").status_code == 422
    send("/equipe/articles/flux", flux="https://magazine.example/rss", rubrique="ess")
    assert "magazine.example/rss" in alice.get("/equipe/articles").text
    send("/equipe/articles/flux/1/retirer")
    assert "magazine.example/rss" not in alice.get("/equipe/articles").text
    send(f"/equipe/articles/{path.split('/')[2].partition('-')[0]}/retirer")
    assert alice.get(path).status_code == 404


def test_a_reader_chooses_on_her_page(site: Site, alice: FlaskClient) -> None:
    with site.database.transaction() as session:
        person = people.find(session, READER)
        assert person is not None
        [subscription] = people.subscriptions(session, person)
        token_ = site.addresses.token("p", subscription.id)  # type: ignore[arg-type]
        unsubscribing = site.addresses.token("u", subscription.id)  # type: ignore[arg-type]
    browser, page = site.browser(), f"/lettre/preferences/{token_}"
    assert browser.get(page).status_code == 200
    done = browser.post(page, data={"rubrique": ["ess", "territoires"], "territoire": "Loire-Atlantique"})
    assert "C’est noté" in words(done)
    assert chosen(site) == "ess,territoires@44"
    assert browser.post(page, data={"rubrique": ["ess"], "territoire": "Atlantide"}).status_code == 422
    assert chosen(site) == "ess,territoires@44"
    browser.post(page, data={"territoire": ""})
    assert chosen(site) == ""
    assert browser.get(f"/lettre/preferences/{unsubscribing}").status_code == 404, "a token is good for one thing"
    assert browser.get("/lettre/preferences/" + "a" * 26).status_code == 404


def chosen(site: Site) -> str:
    with site.database.transaction() as session:
        person = people.find(session, READER)
        assert person is not None
        return people.subscriptions(session, person)[0].variant


def test_the_table_of_subscribers_is_for_the_staff_and_each_download_is_noted(site: Site, alice: FlaskClient) -> None:
    asked = {"csrf_token": token(alice.get("/equipe/lettres")), "liste": "weekly"}
    assert alice.post("/equipe/abonnes.csv", data={"liste": "weekly"}).status_code == 400
    answer = alice.post("/equipe/abonnes.csv", data=asked)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=abonnes-weekly-")
    head, line = answer.get_data().decode("utf-8-sig").splitlines()
    assert head.startswith("address;name;lists;")
    assert line.startswith("lea@courrier.example;Léa Dubreuil;weekly;")
    assert alice.post("/equipe/abonnes.csv", data={**asked, "liste": "inconnue"}).status_code == 404
    lea = site.signed_in(READER)
    assert lea.post("/equipe/abonnes.csv", data={**asked, "csrf_token": token(lea.get("/moi"))}).status_code in (
        403,
        404,
    )
    with site.database.transaction() as session:
        [entry] = audit.of_subject(session, "subscription", 1)
        assert (entry.act, entry.by_person_id) == ("subscribers-exported", people.find(session, ALICE).id)
