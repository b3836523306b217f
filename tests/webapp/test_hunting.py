"""The search of profiles on the site: found, narrowed, paged, followed; an offer proposed, and answered on her page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import hunts, people
from jobboard.clock import now
from jobboard.contracts import Contract
from jobboard.criteria import PlaceWanted
from jobboard.people import Role
from jobboard.places import named
from jobboard.portraits import Portrait
from jobboard.profiles import Profile, Visibility, new
from jobboard.proposals import Proposal, ProposalState
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import words

HELENE, LEA = "helene@horizon.example", "lea@courrier.example"
SEARCH = "/recruteur/profils"


def fill(session: Session, count: int = 23) -> None:
    """A recruiter with an offer online, and people who look for work around Nantes."""
    recruiter = board.person(session, HELENE, "Hélène Martin", Role.RECRUITER)
    board.offer(session, recruiter)
    lea = board.candidate(session, LEA)
    lea_profile = session.get_one(Profile, lea.id)
    assert lea_profile.visibility is Visibility.RECRUITERS
    place = PlaceWanted.at(named("Nantes")[0], 30)
    for number in range(count):
        person = board.person(session, f"p{number}@courrier.example", f"Prénom{number} Nom", Role.CANDIDATE)
        contracts = (Contract.CDD,) if number % 2 else ()
        portrait = Portrait(trades=("M1203",), places=(place,), contracts=contracts, experience_years=number)
        session.add(Profile(**new(person.id, portrait, visibility=Visibility.RECRUITERS, at=now())))


@pytest.fixture
def helene(site: Site) -> FlaskClient:
    site.do(fill)
    return site.signed_in(HELENE)


def form_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the first form with that action."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.S)
    assert form is not None
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))


def test_nothing_is_searched_before_something_is_asked(helene: FlaskClient) -> None:
    said = words(helene.get(SEARCH))
    assert "Qui cherchez-vous" in said
    assert "profils, les plus proches" not in said
    assert "Qui cherchez-vous" in words(helene.get("/recruteur"))


def test_pages_facets_and_no_name(helene: FlaskClient) -> None:
    page = helene.get(f"{SEARCH}?q=comptable+Nantes+30+km").text
    assert "24 profils" in page.replace("\u00a0", " ")
    assert page.count('<li class="card">') == 20
    for hidden in (LEA, "Dubreuil", "Prénom", "courrier.example"):
        assert hidden not in page
    following = re.search(r'<a href="([^"]+)" rel="next">', page)
    assert following is not None
    second = helene.get(following[1].replace("&amp;", "&")).text
    assert second.count('<li class="card">') == 4
    slugs = re.findall(r'name="profil" value="([^"]+)"', page + second)
    assert len(set(slugs)) == 24
    narrowed = helene.get(f"{SEARCH}?q=comptable+Nantes&contrat=cdi&experience=10").text
    assert "choisi, cliquez" in narrowed
    assert narrowed.count('<li class="card">') < 20


def test_what_is_unknown_asks_for_nothing(helene: FlaskClient) -> None:
    for query in (
        "q=comptable&suite=x",
        "q=comptable&contrat=zzz&departement=999&suite=9:",
        "q=%00",
        "q=" + "x" * 5000,
    ):
        assert helene.get(f"{SEARCH}?{query}").status_code == 200, query


def test_an_offer_is_proposed_and_answered_on_her_page(site: Site, helene: FlaskClient) -> None:
    site.do(
        lambda session: session.execute(sa.delete(Profile).where(Profile.person_id != people.find(session, LEA).id))
    )  # type: ignore[union-attr]
    page = helene.get(f"{SEARCH}?q=comptable+Nantes").text
    fields = form_of(page, "/recruteur/profils/contacter")
    assert helene.post(f"{SEARCH}/contacter", data={**fields, "offre": "999999"}).status_code == 422
    answer = helene.post(f"{SEARCH}/contacter", data=fields)
    assert answer.location == f"{SEARCH}?q=comptable+Nantes"
    assert "Votre proposition est partie" in words(helene.get(answer.location))
    assert helene.post(f"{SEARCH}/contacter", data=fields).status_code == 409
    lea = site.signed_in(LEA)
    hers = lea.get("/moi").text
    assert "vous propose une offre" in hers
    yes = re.search(r'action="(/moi/propositions/\d+/oui)"', hers)
    assert yes is not None
    # Nobody answers for her.
    assert helene.post(yes[1], data=form_of(hers, yes[1]) | {"csrf_token": fields["csrf_token"]}).status_code == 404
    assert lea.post(yes[1], data=form_of(hers, yes[1])).status_code == 303
    assert site.do(lambda session: session.scalars(sa.select(Proposal.state)).all()) == [ProposalState.ACCEPTED]
    assert len(site.posts("proposal_accepted")) == 1
    assert "La conversation est ouverte" in words(lea.get("/moi"))


def test_a_hunt_is_followed_and_stopped(site: Site, helene: FlaskClient) -> None:
    page = helene.get(f"{SEARCH}?q=comptable+Nantes&contrat=cdi").text
    fields = form_of(page, "/recruteur/profils/suivre")
    assert helene.post(f"{SEARCH}/suivre", data={**fields, "rythme": "siècle"}).status_code == 422
    assert helene.post(f"{SEARCH}/suivre", data={**fields, "rythme": "jour"}).status_code == 303
    page = helene.get(SEARCH).text
    assert "1. comptable Nantes, CDI" in page
    assert (
        helene.post("/recruteur/chasses/1/arreter", data=form_of(page, "/recruteur/chasses/1/arreter")).status_code
        == 303
    )
    assert (
        helene.post("/recruteur/chasses/1/arreter", data=form_of(page, "/recruteur/chasses/1/arreter")).status_code
        == 409
    )

    def followed(session: Session) -> int:
        person = people.find(session, HELENE)
        assert person is not None
        return len(hunts.followed(session, person))

    assert site.do(followed) == 0


def test_who_has_no_validated_offer_is_told_kindly(site: Site, helene: FlaskClient) -> None:
    for path in (SEARCH, f"{SEARCH}?q=comptable"):
        answer = site.signed_in(LEA).get(path)
        assert answer.status_code == 403
        assert "première offre validée" in words(answer)
    assert site.browser().get(SEARCH).status_code == 303
