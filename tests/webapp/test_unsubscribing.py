"""Leaving by a link: looking changes nothing, one POST is enough, the link works for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from jobboard import alerts, people
from jobboard.addresses import Purpose
from jobboard.alerts import AlertState
from jobboard.clock import now
from jobboard.people import Person, Subscription
from tests.webapp import board
from tests.webapp.conftest import Site
from tests.webapp.reading import words


@pytest.fixture
def subscription(site: Site) -> Subscription:
    """The weekly letter of a candidate who has an alert, too."""
    made = site.do(lambda session: people.subscribe(session, board.candidate(session), "letters:weekly", at=now()))
    assert isinstance(made, Subscription)
    return made


def link(site: Site, subscription: Subscription) -> str:
    local = site.addresses.make(Purpose.UNSUBSCRIBE, subscription.id).partition("@")[0]
    return f"/desabonnement/{local.removeprefix('u-')}"


def stopped(site: Site, subscription: Subscription) -> str | None:
    with site.database.transaction() as session:
        return session.get_one(Subscription, subscription.id).stopped_how


def test_scanners_that_follow_links_change_nothing(
    site: Site, browser: FlaskClient, subscription: Subscription
) -> None:
    path = link(site, subscription)
    shown = browser.get(path)
    assert "La lettre de la semaine" in words(shown)
    assert browser.head(path).status_code == 200
    assert browser.options(path).status_code == 200
    assert stopped(site, subscription) is None


def test_one_click_stops_that_stream_only(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    answer = browser.post(
        link(site, subscription),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Sec-Fetch-Site": "cross-site", "User-Agent": "a mail provider"},
    )
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert stopped(site, subscription) == "one-click"
    with site.database.transaction() as session:
        person = session.get_one(Person, subscription.person_id)
        assert [one.stream for one in people.subscriptions(session, person)] == ["alerts"]
        assert len(alerts.of_person(session, person, AlertState.ACTIVE)) == 1


def test_one_click_may_come_as_multipart(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    data = {"List-Unsubscribe": "One-Click"}
    browser.post(link(site, subscription), data=data, content_type="multipart/form-data")
    assert stopped(site, subscription) == "one-click"


def test_the_button_and_a_second_time(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    path = link(site, subscription)
    assert "C’est arrêté" in words(browser.post(path))
    assert stopped(site, subscription) == "web"
    for again in (browser.post(path, data={"List-Unsubscribe": "One-Click"}), browser.get(path)):
        assert again.status_code == 200
        assert "C’est arrêté" in words(again)
    assert stopped(site, subscription) == "web"


def test_leaving_the_alerts_stops_the_alerts(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    def of_alerts(session: Session) -> Subscription:
        query = sa.select(Subscription).where(Subscription.stream == people.ALERTS)
        return session.scalars(query).one()

    found = site.do(of_alerts)
    assert isinstance(found, Subscription)
    browser.post(link(site, found))
    with site.database.transaction() as session:
        person = session.get_one(Person, subscription.person_id)
        (alert,) = alerts.of_person(session, person)
        assert alert.state is AlertState.STOPPED
        consents = {one.purpose: one.withdrawn_how for one in people.consents(session, person)}
    assert consents["alerts"] == "web"
    assert consents["profile-recruiters"] is None


def test_the_link_never_expires_and_outlives_the_person(
    site: Site, browser: FlaskClient, subscription: Subscription
) -> None:
    path = link(site, subscription)
    with site.database.transaction() as session:
        session.execute(sa.update(Subscription).values(since=now() - timedelta(days=4000)))
    assert browser.get(path.upper().replace("/DESABONNEMENT", "/desabonnement")).status_code == 200
    with site.database.transaction() as session:
        session.execute(sa.delete(Subscription).where(Subscription.id == subscription.id))
    for answer in (browser.get(path), browser.post(path, data={"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 200
        assert "nous ne gardons rien de vous" in words(answer)


def test_the_page_speaks_the_reader_s_language(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    with site.database.transaction() as session:
        session.get_one(Person, subscription.person_id).language = "en"
    assert '<html lang="en">' in browser.get(link(site, subscription)).text


def test_a_forged_link_does_not_exist(site: Site, browser: FlaskClient, subscription: Subscription) -> None:
    token = link(site, subscription).rpartition("/")[2]
    offer = site.addresses.make(Purpose.OFFER, subscription.id).partition("@")[0].removeprefix("offre-")
    for wrong in (f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}", token[:-1], f"{token}a", "x", offer):
        assert browser.get(f"/desabonnement/{wrong}").status_code == 404
        assert browser.post(f"/desabonnement/{wrong}").status_code == 404
    assert stopped(site, subscription) is None
