"""Several commands in one mail, through the door: done in order, each answered, a refused one undoing no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobboard.addresses import Addresses
from jobboard.alerts import Alert, AlertState
from jobboard.clock import now
from jobboard.contracts import Frequency
from jobboard.db import Database
from jobboard.settings import Settings
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.inbound.situations import Situation, address_for
from tests.jobboard import records


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@pytest.fixture
def house(database: Database, addresses: Addresses) -> Iterator[MailHouse]:
    with mail_house(database, addresses) as running:
        yield running


def test_commands_are_done_in_order_and_answered_one_by_one(house: MailHouse) -> None:
    with house.database.transaction() as session:
        lea = records.candidate(session)
        alert = records.alert(session, lea).id
        address = lea.address

    text = "Bonjour,\n\nHEBDO\nRETIRER 4\nPAUSE 2 semaines\nHISTORIQUE\n\nMerci !"
    outcome = house.outcome("aide@passerelle.test", letter(address, text))

    assert outcome == "frequency-weekly + refused:which-application + paused + history-sent"
    with house.database.transaction() as session:
        found = session.get_one(Alert, alert)
        assert found.frequency is Frequency.WEEKLY
        assert found.state is AlertState.PAUSED
        assert found.paused_until is not None
        assert 13 <= (found.paused_until - now()).days <= 14
    kinds = [post.kind for post in house.posts()]
    assert sorted(kinds) == ["alerts_changed", "alerts_changed", "history", "refusal"]


def test_a_letter_amiss_before_a_sentence_is_asked_back(house: MailHouse) -> None:
    with house.database.transaction() as session:
        address = records.recruiter(session).address
        to = address_for(Situation.OWN_OFFER, session, house.addresses, address, at=now())

    assert house.outcome(to, letter(address, "Prolongerr autant que possible")) == "refused:which-word"
    assert [post.params["facts"] for post in house.posts("refusal")] == [{"words": "PROLONGER"}]
