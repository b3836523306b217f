"""The offers: found, read, refused once closed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard.addresses import Purpose, Target
from jobboard.contracts import Contract, Kind
from jobboard.offers import Offer, OfferState
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import links, words

ATOM = "{http://www.w3.org/2005/Atom}"


def publish(site: Site, *titles: str, **changed: object) -> list[Offer]:
    """Return open offers of those titles, the first the newest."""

    def fill(session: Session) -> list[Offer]:
        recruiter = board.person(session, "helene@horizon.example")
        return [
            board.offer(session, recruiter, title, **{"published": timedelta(hours=hour), **changed})  # type: ignore[arg-type]  # fields of offer
            for hour, title in enumerate(titles, 1)
        ]

    made = site.do(fill)
    assert isinstance(made, list)
    return made


def titles(browser: FlaskClient, query: str = "") -> list[str]:
    """Return the titles on a page of the list, in order."""
    return re.findall(r'<h2><a href="/offres/[^"]+">([^<]+)</a>', browser.get(f"/offres{query}").text)


def test_the_list_is_newest_first_and_only_of_what_is_open(site: Site, browser: FlaskClient) -> None:
    publish(site, "Neuve", "Ancienne")
    publish(site, "Close", state=OfferState.CLOSED)
    publish(site, "En attente", state=OfferState.PENDING)
    publish(site, "Passée", closes_in=timedelta(seconds=-1))
    assert titles(browser) == ["Neuve", "Ancienne"]


def test_filters_narrow_the_list(site: Site, browser: FlaskClient) -> None:
    publish(site, "Comptable", place="Nantes", contract=Contract.CDI)
    publish(site, "Animateur", place="Rennes", contract=Contract.CDD)
    publish(site, "Stagiaire", place="Rezé", contract=Contract.STAGE, kind=Kind.INTERNSHIP)
    assert titles(browser, "?q=anim") == ["Animateur"]
    assert titles(browser, "?q=ANIMATEUR+horizon") == ["Animateur"]
    assert titles(browser, "?q=animateur+introuvable") == []
    assert titles(browser, "?lieu=Nantes") == ["Stagiaire", "Comptable"]  # Rezé is near
    assert titles(browser, "?lieu=Bretagne") == ["Animateur"]
    assert titles(browser, "?lieu=44") == ["Stagiaire", "Comptable"]
    assert titles(browser, "?contrat=cdd") == ["Animateur"]
    assert titles(browser, "?type=internship") == ["Stagiaire"]
    assert titles(browser, "?lieu=Nantes&type=internship") == ["Stagiaire"]
    assert titles(browser, "?q=%25") == titles(browser)  # nothing in it is a pattern
    assert titles(browser, "?contrat=inconnu&suite=abc") == titles(browser)


def test_an_offer_for_the_whole_country_is_found_everywhere(site: Site, browser: FlaskClient) -> None:
    publish(site, "Partout", place="toute la France")
    publish(site, "Région", place="Bretagne")
    assert titles(browser, "?lieu=Rennes") == ["Région", "Partout"]
    assert titles(browser, "?lieu=Nantes") == ["Partout"]


def test_a_place_that_we_do_not_know_is_said_and_left_out(site: Site, browser: FlaskClient) -> None:
    publish(site, "Comptable")
    page = browser.get("/offres?lieu=Zzyxx")
    assert "Nous ne connaissons pas ce lieu" in words(page)
    assert titles(browser, "?lieu=Zzyxx") == ["Comptable"]


def test_pages_follow_each_other_without_a_gap_while_offers_arrive(site: Site, browser: FlaskClient) -> None:
    publish(site, *(f"Poste {number:02}" for number in range(45)))
    seen, page = [], "/offres?q=poste"
    while page:
        answer = browser.get(page)
        seen += re.findall(r'">(Poste \d\d)</a>', answer.text)
        page = next((link for link in links(answer) if "suite=" in link), "")
        assert "q=poste" in page or not page
        publish(site, "Poste 99")
    assert [title for title in seen if title != "Poste 99"] == [f"Poste {number:02}" for number in range(45)]


def test_an_empty_list_leads_to_an_alert(browser: FlaskClient) -> None:
    answer = browser.get("/offres?q=introuvable")
    assert "Aucune offre ouverte ne correspond" in words(answer)
    assert "/inscription" in links(answer)


def test_the_feed_holds_what_the_list_holds(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "Comptable & associé·e <b>")
    publish(site, "Animateur", place="Rennes")
    answer = browser.get("/offres.atom?lieu=Nantes")
    feed = ElementTree.fromstring(answer.data)
    assert answer.content_type.startswith("application/atom+xml")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Comptable & associé·e <b>, Nantes (44)"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://127.0.0.1:8000{offer.path}"
    assert (entry.findtext(f"{ATOM}id") or "").startswith("tag:127.0.0.1,")


def test_the_page_says_how_to_apply_and_to_which_address(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "Comptable (H/F)")
    answer = browser.get(offer.path)
    said = words(answer)
    for expected in ("Association Horizon", "Nantes (44)", "CDI, temps plein", "saisie et lettrage", "2 300 à 2 600 €"):
        assert expected in said
    address = next(link for link in links(answer) if link.startswith("mailto:offre-"))
    to = address.removeprefix("mailto:").partition("?")[0]
    assert site.addresses.read(to) == Target(purpose=Purpose.OFFER, row_id=offer.id)
    assert "Votre adresse ne sera pas transmise" in said
    assert "helene@horizon.example" not in answer.text


def test_the_page_is_marked_up_for_search_engines(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "Comptable </script><script>alert(1)</script>")
    answer = browser.get(offer.path)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    posting = json.loads(block)
    assert posting["@type"] == "JobPosting"
    assert posting["title"] == offer.title
    assert posting["hiringOrganization"]["name"] == "Association Horizon"
    assert posting["jobLocation"]["address"]["addressLocality"] == "Nantes"
    assert posting["jobLocation"]["address"]["addressRegion"] == "Pays de la Loire"
    assert posting["employmentType"] == ["FULL_TIME"]
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue", "unitText": "MONTH", "minValue": 2300, "maxValue": 2600,
    }  # fmt: skip
    assert offer.closes_at is not None
    assert posting["validThrough"] == offer.closes_at.isoformat()
    assert "<li>saisie et lettrage</li>" in posting["description"]
    assert answer.text.count("<script") == 1


def test_work_at_home_from_anywhere_is_marked_up_as_such(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "Développeuse ou développeur", place="télétravail", remote=True)
    posting = json.loads(re.findall(r"ld\+json\">(.*?)</script>", browser.get(offer.path).text)[0])
    assert posting["jobLocationType"] == "TELECOMMUTE"
    assert posting["applicantLocationRequirements"] == {"@type": "Country", "name": "France"}


def test_what_a_recruiter_wrote_is_text(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "<img src=x onerror=alert(1)>")
    for page in ("/", "/offres", offer.path):
        assert "<img" not in browser.get(page).text


def test_the_address_of_a_page_is_put_right(site: Site, browser: FlaskClient) -> None:
    (offer,) = publish(site, "Comptable")
    for wrong in (f"/offres/{offer.id}", f"/offres/{offer.id}-autre", f"/offres/{offer.id}-comptable/"):
        answer = browser.get(wrong)
        assert answer.status_code in (200, 301)
        assert answer.status_code == 200 or answer.headers["Location"] == offer.path


@pytest.mark.parametrize("changed", [{"state": OfferState.CLOSED}, {"closes_in": timedelta(seconds=-1)}])
def test_a_closed_offer_is_gone_and_shows_what_is_near(
    site: Site, browser: FlaskClient, changed: dict[str, object]
) -> None:
    (closed,) = publish(site, "Comptable", **changed)
    (near,) = publish(site, "Aide-comptable")
    answer = browser.get(closed.path)
    assert answer.status_code == 410
    assert "Cette offre est close" in words(answer)
    assert near.path in links(answer)
    assert "ld+json" not in answer.text
    assert "offre-" not in answer.text


@pytest.mark.parametrize("state", [OfferState.DRAFT, OfferState.PENDING])
def test_what_has_not_been_published_does_not_exist(site: Site, browser: FlaskClient, state: OfferState) -> None:
    (offer,) = publish(site, "Comptable", state=state)
    assert browser.get(offer.path).status_code == 404


def test_no_number_breaks_a_page(browser: FlaskClient) -> None:
    for number in ("0", "9999", "99999999999999999999999", "-1", "x"):
        assert browser.get(f"/offres/{number}-comptable").status_code == 404
        assert browser.get(f"/offres?suite={number}").status_code == 200
