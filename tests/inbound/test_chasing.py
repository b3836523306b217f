"""RELANCER and the one letter a day; HISTORIQUE, whole or running, with its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from jobboard import applications, chasing, history_files
from jobboard.addresses import Addresses
from jobboard.clock import now
from jobboard.db import Database
from jobboard.languages import gettext_for
from jobboard.letters import from_params
from jobboard.letters.cards import HistoryEntry
from jobboard.people import Person
from jobboard.settings import Settings
from mailer.compose import Composer
from tests.conftest import make_settings
from tests.inbound.desks import Desk, deliver_all, open_desk


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@pytest.fixture
def desk(database: Database, addresses: Addresses) -> Iterator[Desk]:
    with open_desk(database, addresses) as opened:
        yield opened


def age(desk: Desk, days: int) -> None:
    """Let everything that happened have happened earlier."""
    with desk.house.database.transaction() as session:
        for change in ("application SET created_at = created_at", "application_event SET at = at"):
            session.execute(sa.text(f"UPDATE {change} - make_interval(days => :days)"), {"days": days})


def remind(desk: Desk, at: datetime | None = None) -> int:
    """Run the morning's round; returns how many recruiters were told."""
    slot = at or now()
    with desk.house.database.transaction() as session:
        found = chasing.recruiters(session, after=0, limit=10, slot=slot, at=slot)
        return sum(chasing.remind(session, one, slot=slot, at=slot) for one in found)


def test_a_recruiter_is_reminded_at_three_and_seven_days_in_one_letter(desk: Desk) -> None:
    assert remind(desk) == 0
    age(desk, 3)
    assert remind(desk) == 1
    letter = desk.to(desk.helene)[-1]
    assert letter.kind == "applications_waiting"
    assert [one["number"] for one in letter.params["waiting"]] == [1, 2, 3]
    assert desk.says("VU 2") == "applications-seen"
    assert remind(desk, now() + timedelta(days=1)) == 0, "told once"
    age(desk, 4)
    assert remind(desk, now() + timedelta(days=2)) == 1
    assert [one["number"] for one in desk.to(desk.helene)[-1].params["waiting"]] == [1, 3]
    assert remind(desk, now() + timedelta(days=3)) == 0


def test_a_candidate_asks_for_news_after_a_week_and_twice(desk: Desk) -> None:
    assert desk.writes(1, "RELANCER") == "refused:chase-too-early"
    desk.says("VU 1, 2")
    age(desk, 8)
    assert desk.writes(1, "Relancer 1 svp") == "chased"
    assert desk.writes(2, "RELANCER") == "chased"
    assert desk.writes(1, "RELANCER") == "refused:chase-too-early"
    deliver_all(desk.house.database)
    morning = now() + timedelta(minutes=1)
    assert remind(desk, morning) == 1
    told = desk.to(desk.helene)[-1].params["waiting"]
    assert [(one["number"], one["chased"]) for one in told] == [(1, True), (2, True), (3, False)]
    assert remind(desk, morning + timedelta(days=1)) == 0
    age(desk, 8)
    assert desk.writes(1, "RELANCER") == "chased"
    age(desk, 8)
    assert desk.writes(1, "RELANCER") == "refused:chase-enough"
    assert desk.says("Pouvez-vous venir lundi ?", conversation=2) == "relayed"
    age(desk, 8)
    assert desk.writes(2, "RELANCER") == "refused:chase-your-turn"
    with desk.house.database.transaction() as session:
        offer = session.get_one(applications.Offer, desk.offer_id)
        offer.closes_at = now() - timedelta(hours=1)
    assert desk.writes(3, "RELANCER") == "refused:chase-closed"


def test_the_history_is_a_mail_and_a_file_and_may_be_the_running_ones_only(desk: Desk) -> None:
    assert desk.says("REFUSER 1") == "applications-declined"
    for said, states in (("HISTORIQUE", ["declined"]), ("HISTORIQUE EN COURS", [])):
        assert desk.writes(1, said) == "history-sent"
        assert [one["state"] for one in desk.to(desk.candidates[0])[-1].params["entries"]] == states
    post = next(one for one in desk.to(desk.candidates[0]) if one.kind == "history")
    with desk.house.database.transaction() as session:
        composer = Composer(desk.house.database.settings, desk.house.addresses)
        person = session.get(Person, post.person_id)
        made = composer.compose(session, post, from_params(post.kind, post.params), person, at=now())
    (file,) = message_from_bytes(made.message, policy=policy.default).iter_attachments()
    assert file.get_filename() == f"candidatures-{now():%Y-%m-%d}.csv"
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "Numéro"
    assert [row[-1] for row in rows[1:]] == ["candidature envoyée", "candidature non retenue"]


@pytest.mark.parametrize("title", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_is_a_formula(title: str) -> None:
    entry = HistoryEntry(1, title, title, "sent", True, HistoryEntry.sample().moments[:1])
    written = history_files.written((entry,), gettext_for("fr"), ZoneInfo("Europe/Paris")).decode("utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(written), delimiter=";"))[1:]
    assert row[1].startswith("'")
    assert row[2].startswith("'")
