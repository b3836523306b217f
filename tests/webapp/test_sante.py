"""What machines that watch over us are told."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from jobboard import bounces, outbox
from jobboard.bounces import News, Source
from jobboard.clock import now
from jobboard.letters.account import Noted
from jobboard.outbox import Post, PostState
from jobboard.suppression import Severity
from tests.webapp import board
from tests.webapp.conftest import Site


def test_alive_and_ready(browser: FlaskClient) -> None:
    assert browser.get("/sante").text == "ok\n"
    assert browser.get("/sante/pret").text == "ready\n"


def test_a_schema_of_another_release_is_not_ready(site: Site, browser: FlaskClient) -> None:
    with site.database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    answer = browser.get("/sante/pret")
    assert answer.status_code == 503
    assert "passerelle db upgrade" in answer.text


def figures(browser: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return the figures by name and labels."""
    families = text_string_to_metric_families(browser.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}


def test_the_figures_are_those_of_the_trays(site: Site, browser: FlaskClient) -> None:
    before = figures(browser)
    assert before["passerelle_outbox_posts", "account", "due"] == 0
    assert ("passerelle_last_departure_timestamp_seconds", "account") not in before
    site.do(lambda session: board.candidate(session))
    site.login_link("lea@courrier.example")
    assert figures(browser)["passerelle_outbox_posts", "account", "due"] == 1
    with site.database.transaction() as session:
        session.execute(sa.update(Post).values(state=PostState.SENT, finished_at=sa.func.now()))
    after = figures(browser)
    assert after["passerelle_outbox_posts", "account", "due"] == 0
    assert after["passerelle_last_departure_timestamp_seconds", "account"] > 1_700_000_000
    assert after["passerelle_mailbag_stuck",] == 0


def test_the_figures_are_for_this_machine_only(browser: FlaskClient) -> None:
    outside = {"REMOTE_ADDR": "203.0.113.7"}
    assert browser.get("/metrics", environ_base=outside).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    spoofed = browser.get("/metrics", environ_base=outside, headers={"X-Forwarded-For": "127.0.0.1"})
    assert spoofed.status_code == 404


def test_bounces_and_suspended_addresses_are_figures(site: Site, browser: FlaskClient) -> None:
    def refuse(session: Session) -> None:
        person = board.candidate(session)
        for key in "ab":
            post = outbox.post(session, Noted("withdrawn"), to=person, dedupe=key, at=now())
            assert post is not None
            bounces.note(session, post, News(Severity.HARD, Source.SMTP), at=now())

    site.do(refuse)
    told = figures(browser)
    assert told["passerelle_bounces_in_a_day", "hard"] == 2
    assert told["passerelle_bounces_in_a_day", "complaint"] == 0
    assert told["passerelle_suppressed_addresses",] == 1
