"""The page about one's own data: everything downloaded, erasure asked by mail only."""

from __future__ import annotations

import io
import zipfile

from sqlalchemy.orm import Session

from jobboard import erasures, people, persons
from jobboard.clock import now
from jobboard.erasures import Cause
from jobboard.people import Role
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import press, words

LEA = "lea@courrier.example"


def test_everything_is_downloaded_and_nothing_is_erased_by_a_click(site: Site) -> None:
    site.do(lambda session: board.candidate(session, LEA))
    lea = site.signed_in(LEA)
    assert "Tout effacer" in words(lea.get("/moi/donnees"))
    archive = press(lea, "/moi/donnees", "/moi/donnees/archive")
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        assert "lisez-moi.html" in opened.namelist()
    assert archive.headers["Cache-Control"] == "no-store"
    press(lea, "/moi/donnees", "/moi/donnees/effacer")
    assert "répondez-y OUI" in words(lea.get("/moi/donnees"))
    assert site.do(lambda session: persons.questions.standing(session, LEA, persons.Topic.ERASE, at=now()))


def test_an_erasure_that_waits_is_shown_and_called_off(site: Site) -> None:
    def fill(session: Session) -> None:
        lea = board.person(session, LEA, "Léa", Role.CANDIDATE)
        erasures.ask(session, lea, Cause.ASKED, due=now(), at=now())

    site.do(fill)
    lea = site.signed_in(LEA)
    assert "Tout sera effacé le" in words(lea.get("/moi/donnees"))
    press(lea, "/moi/donnees", "/moi/donnees/garder")
    assert "rien ne sera effacé" in words(lea.get("/moi/donnees"))

    def waits(session: Session) -> bool:
        person = people.find(session, LEA)
        return person is not None and erasures.waiting(session, person) is not None

    assert not site.do(waits)
