"""What is larger than what we pass on is told to its author, once, and has one outcome; nothing of it gets through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobboard import conversations, tickets
from jobboard.addresses import Addresses, Purpose
from jobboard.clock import now
from jobboard.db import Database
from jobboard.letters.account import Refusal
from jobboard.people import Role
from jobboard.settings import Settings
from jobboard.tickets import About, Reply
from tests.conftest import make_settings
from tests.doors.mail_house import MailHouse, letter, mail_house
from tests.jobboard import records

MEGABYTE = 1024 * 1024
LARGE = "Voici mon dossier.\n" + "Une ligne de plus, et encore une.\n" * 70_000  # 2.3 MB


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test", relay_max_octets=2 * MEGABYTE)


@pytest.fixture
def house(database: Database, addresses: Addresses) -> Iterator[MailHouse]:
    with mail_house(database, addresses) as opened:
        opened.peer = "127.0.0.1"
        yield opened


def refusals(house: MailHouse) -> list[dict[str, object]]:
    return [post.params for post in house.posts(Refusal.kind)]


def test_a_message_too_large_is_told_to_its_author_and_a_smaller_one_passes(
    house: MailHouse, database: Database, addresses: Addresses
) -> None:
    with database.transaction() as session:
        lea, morin = records.candidate(session), records.recruiter(session)
        held = conversations.open_between(session, lea, morin, offer_id=None, at=now())
        ticket = tickets.issue(session, Reply(About.CONVERSATION, Role.CANDIDATE, held.id), lea, at=now())
        relay = addresses.make(Purpose.REPLY, ticket.id)
    assert house.outcome(relay, letter(lea.address, LARGE)) == "refused:too-large"
    [post] = house.posts()
    assert (post.kind, post.person_id) == ("refusal", lea.id)
    assert post.params["facts"] == {"size": 3, "limit": 2, "files": 1}
    assert house.outcome(relay, letter(lea.address, LARGE[: MEGABYTE // 2])) == "relayed"
    assert house.outcome(relay, letter(lea.address, "STOP TOUT\n\n" + LARGE)).startswith("refused:too-large")


@pytest.mark.parametrize("writer", ["known", "unknown"])
def test_an_application_too_large_is_told_to_whoever_applies(
    house: MailHouse, database: Database, addresses: Addresses, writer: str
) -> None:
    with database.transaction() as session:
        lea = records.candidate(session)
        offer = records.publish(session, records.recruiter(session), at=now())
        to = addresses.make(Purpose.OFFER, offer.id)
    address = lea.address if writer == "known" else "inconnue@courrier.example"
    assert house.outcome(to, letter(address, LARGE)) == "refused:too-large"
    assert [post.kind for post in house.posts()] == ["refusal"]
    house.outcome(to, letter(address, LARGE + "encore"))
    assert len(house.posts()) == 1, "once a day"


def test_a_forged_mail_too_large_is_answered_to_nobody_but_its_person(
    house: MailHouse, database: Database, addresses: Addresses
) -> None:
    with database.transaction() as session:
        lea = records.candidate(session)
        offer = records.publish(session, records.recruiter(session), at=now())
    house.peer = "198.51.100.25"
    house.dns.publish(lea.address.rpartition("@")[2], spf="v=spf1 -all")
    to = addresses.make(Purpose.OFFER, offer.id)
    assert house.outcome(to, letter(lea.address, LARGE)) == "asked-whether-hers"
    stranger = letter("autre@courrier.example", LARGE)
    assert house.outcome(to, stranger) == "refused:too-large"
    assert [post.kind for post in house.posts()] == ["mail_question"]


def test_other_addresses_take_what_the_door_takes(house: MailHouse) -> None:
    assert house.outcome("contact@passerelle.test", letter("lea@courrier.example", LARGE)) == "handed-to-staff"
