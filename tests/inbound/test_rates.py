"""Too fast: by sender, by conversation and by network, at RCPT and after DATA; counters outlive the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from inbound import networks
from inbound.door import House
from inbound.envelopes import Envelope
from jobboard import arrivals
from jobboard.addresses import Addresses, mailbox_key
from jobboard.arrivals import Arrivals, Kind
from jobboard.clock import now
from jobboard.db import Database
from jobboard.settings import Settings
from tests.conftest import make_settings
from tests.doors.mail_house import letter, mail_house
from tests.inbound.situations import two_who_write

HELP = "aide@passerelle.test"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(
        tmp_path,
        mail_domain="passerelle.test",
        mails_per_sender_per_hour=3,
        mails_per_conversation_per_hour=2,
        mails_per_network_per_hour=5,
    )


def test_case_and_tag_of_a_sender_do_not_evade(database: Database, addresses: Addresses) -> None:
    with mail_house(database, addresses) as house:
        for sender in ("lea@courrier.example", "LEA@courrier.example", "lea+2@Courrier.example"):
            assert house.send(HELP, letter(sender))[0] == 250
        code, text = house.send(HELP, letter("lea+3@courrier.example"))
        assert (code, text.startswith("4.7.1 Trop de messages de votre adresse")) == (450, True)
        assert house.send(HELP, letter("zoe@courrier.example"))[0] == 250


def test_the_counters_outlive_the_door(database: Database, addresses: Addresses) -> None:
    with mail_house(database, addresses) as house:
        for number in range(3):
            house.send(HELP, letter("lea@courrier.example", f"Bonjour {number}"))
    with mail_house(database, addresses) as house:
        assert house.send(HELP, letter("lea@courrier.example", "encore"))[0] == 450


def test_one_mail_to_many_counts_for_each(database: Database, addresses: Addresses) -> None:
    with mail_house(database, addresses) as house:
        many = [f"{alias}@passerelle.test" for alias in ("aide", "contact", "abuse")]
        assert house.send(many, letter("lea@courrier.example"))[0] == 250
        assert house.send(HELP, letter("lea@courrier.example", "encore"))[0] == 450


def test_a_network_is_slowed_down_whatever_its_senders_and_the_null_sender_too(
    database: Database, addresses: Addresses
) -> None:
    with mail_house(database, addresses) as house:
        for number in range(5):
            house.peer = f"198.51.100.{number}"
            assert house.send(HELP, letter(f"a{number}@courrier.example"), sender="")[0] == 250
        code, text = house.send(HELP, letter("z@courrier.example"))
        assert (code, text.startswith("4.7.1 Trop de messages de votre reseau")) == (450, True)
        assert house.send(HELP, letter("z@courrier.example"), sender="")[0] == 450
        house.peer = "203.0.113.7"
        assert house.send(HELP, letter("z@courrier.example"))[0] == 250


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.8", "unix", "fe80::1"])
def test_peers_that_are_ours_are_spared_the_limit_of_networks(
    database: Database, addresses: Addresses, peer: str
) -> None:
    with mail_house(database, addresses) as house:
        house.peer = peer
        for number in range(7):
            assert house.send(HELP, letter(f"a{number}@courrier.example"))[0] == 250


def test_a_conversation_is_slowed_down_for_both_sides(database: Database, addresses: Addresses) -> None:
    with database.transaction() as session:
        theirs = two_who_write(session, addresses)
    with mail_house(database, addresses) as house:
        for person, address in theirs:
            assert house.send(address, letter(person))[0] == 250
        for person, address in theirs:
            code, text = house.send(address, letter(person, "encore"))
            assert (code, text.startswith("4.7.1 Trop de messages dans cette conversation")) == (450, True)


def test_what_many_connections_were_promised_at_rcpt_is_counted_after_data(
    database: Database, addresses: Addresses
) -> None:
    house = House(database, addresses)
    mails = [
        Envelope(
            "198.51.100.1", "peer.example", "lea@courrier.example", (HELP,), letter("lea@x.example", str(n)), "smtp"
        )
        for n in range(4)
    ]
    assert all(house.check(HELP, mail.sender, mail.peer).code == 250 for mail in mails)
    replies = [house.store(mail)[0].reply[:9] for mail in mails]
    assert replies == ["250 2.0.0", "250 2.0.0", "250 2.0.0", "450 4.7.1"]


def test_an_hour_slides_and_is_forgotten(database: Database) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    key = arrivals.key(Kind.SENDER, mailbox_key("lea@courrier.example"))
    with database.transaction() as session:
        arrivals.count(session, {key: 60}, at=noon + timedelta(minutes=59))
        for minutes, expected in ((59, 60), (60, 60), (75, 45), (119, 1), (121, None)):
            assert arrivals.lately(session, [key], at=noon + timedelta(minutes=minutes)).get(key) == expected
        arrivals.forget(session, at=noon + timedelta(minutes=119))
        assert session.scalar(sa.select(sa.func.count()).select_from(Arrivals)) == 1
        arrivals.forget(session, at=noon + timedelta(minutes=121))
        assert session.scalar(sa.select(sa.func.count()).select_from(Arrivals)) == 0


def test_the_question_at_rcpt_is_one_look_into_an_index(database: Database) -> None:
    hour = int(now().timestamp()) // 3600
    with database.transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO arrivals (key, hour, count)"
                " SELECT 'sender:' || md5(n::text), :hour, 1 FROM generate_series(1, 20000) n"
            ),
            {"hour": hour},
        )
        session.execute(sa.text("ANALYZE arrivals"))
        query = sa.select(Arrivals.key, Arrivals.hour, Arrivals.count).where(
            Arrivals.key.in_([arrivals.key(kind, "x") for kind in Kind]), Arrivals.hour.in_((hour, hour - 1))
        )
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {compiled}")))
    assert "pk_arrivals" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("peer", "network"),
    [("198.51.100.7", "198.51.100.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unix", "unix")],
)
def test_whose_network_a_peer_counts_for(peer: str, network: str) -> None:
    assert networks.network_of(peer) == network
