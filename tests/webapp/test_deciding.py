"""Deciding upon applications on the pages: said in words first, done by the button only, for whoever may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobboard.applications import Application
from jobboard.clock import now
from jobboard.outbox import Post, PostState
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, words

HELENE, LEA, OTHER = "helene@horizon.example", "lea@courrier.example", "zoe@courrier.example"


@pytest.fixture
def application(site: Site) -> Application:
    """An application that has left."""

    def fill(session: Session) -> Application:
        recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
        board.person(session, OTHER, "Zoé", Role.RECRUITER)
        made = board.application(session, board.offer(session, recruiter), board.candidate(session, LEA))
        session.execute(sa.update(Post).values(state=PostState.SENT))
        return made

    made = site.do(fill)
    assert isinstance(made, Application)
    return made


def state(site: Site, application: Application) -> str:
    return str(site.do(lambda session: session.get_one(Application, application.id).state))


@pytest.mark.parametrize(
    ("act", "after", "kind", "form"),
    [
        ("retenir", "retained", "application_retained", {}),
        ("refuser", "declined", "application_declined", {"raison": f"Trop loin, {HELENE}", "dire": "oui"}),
        (
            "entretien",
            "interview",
            "interview_proposed",
            {"jour": f"{now() + timedelta(days=9):%Y-%m-%d}", "heure": "14:30", "lieu": f"12 rue des Lilas, {HELENE}"},
        ),
    ],
)
def test_a_decision_is_said_in_words_and_done_by_the_button(
    site: Site, application: Application, act: str, after: str, kind: str, form: dict[str, str]
) -> None:
    helene = site.signed_in(HELENE)
    page = f"/recruteur/candidatures/{application.id}/{act}"
    assert page in helene.get(f"/recruteur/offres/{application.offer_id}").text
    before = state(site, application)
    assert "Léa" in words(helene.get(page))
    assert state(site, application) == before, "looking changes nothing"
    assert press(helene, page, page, **form).status_code == 303
    assert state(site, application) == after
    told = site.posts(kind)
    assert len(told) == 1
    assert HELENE not in str(told[0].params)
    assert "C’est noté" in words(helene.get(f"/recruteur/offres/{application.offer_id}")) or act == "entretien"


def test_nobody_else_decides_and_a_past_moment_is_refused(site: Site, application: Application) -> None:
    for address in (OTHER, LEA):
        assert site.signed_in(address).get(f"/recruteur/candidatures/{application.id}/refuser").status_code == 404
    helene = site.signed_in(HELENE)
    page = f"/recruteur/candidatures/{application.id}/entretien"
    assert "à venir" in words(press(helene, page, page, jour="2020-01-01", heure="10:00"))
    assert helene.get(f"/recruteur/candidatures/{application.id}/autre").status_code == 404


def test_a_candidate_withdraws_or_is_told_that_it_is_early(site: Site, application: Application) -> None:
    lea = site.signed_in(LEA)
    page = f"/moi/candidatures/{application.id}"
    assert f"{page}/retirer" in lea.get("/moi").text
    assert press(lea, f"{page}/relancer", f"{page}/relancer").status_code == 409
    press(lea, f"{page}/retirer", f"{page}/retirer")
    assert state(site, application) == "withdrawn"
    assert site.signed_in(HELENE).get(f"{page}/retirer").status_code == 404
