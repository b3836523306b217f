"""Slow names of a stranger's keep nobody waiting but the mails of her own network."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dns.exception
import pytest
import sqlalchemy as sa

from inbound import verifying
from inbound.resolver import SystemResolver
from inbound.verifying import Verifying
from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.errors import TemporaryFailure
from jobboard.mailbag import Mail
from jobboard.settings import Settings
from tests.conftest import make_settings
from tests.doors.mail_house import FakeDns, MailHouse, letter, mail_house

SLOW_PEER, OTHER_PEER, OURS = "198.51.100.7", "203.0.113.9", "127.0.0.1"
PATIENCE = 30.0


class SlowDns(FakeDns):
    """Names under slow.example get no answer until the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.waiting = threading.Event(), threading.Semaphore(0)

    def find(self, name: str, kind: str) -> Sequence[str]:
        if name.endswith("slow.example"):
            self.waiting.release()
            assert self.gate.wait(PATIENCE)
            raise TemporaryFailure("no answer")
        return super().find(name, kind)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, mail_domain="passerelle.test")


@pytest.fixture
def house(database: Database, addresses: Addresses) -> Iterator[MailHouse]:
    slow = SlowDns()
    with mail_house(database, addresses, slow) as opened:
        yield opened
        slow.gate.set()


def give(house: MailHouse, peer: str, sender: str, count: int = 1) -> None:
    house.peer = peer
    for number in range(count):
        assert house.send("contact@passerelle.test", letter(sender, f"Bonjour {number}"))[0] == 250


def states(database: Database) -> dict[str, set[tuple[bool, bool]]]:
    """Return for each peer whether its mails still wait for the DNS, and whether something was found out."""
    found: dict[str, set[tuple[bool, bool]]] = {}
    with database.transaction() as session:
        for mail in session.scalars(sa.select(Mail)):
            found.setdefault(mail.peer, set()).add((mail.to_verify, mail.authentication is not None))
    return found


def test_slow_names_take_few_places_and_the_mails_of_others_pass(
    house: MailHouse, database: Database, addresses: Addresses
) -> None:
    slow = house.dns
    assert isinstance(slow, SlowDns)
    give(house, SLOW_PEER, "mallory@slow.example", 6)
    give(house, OTHER_PEER, "lea@courrier.example")
    give(house, OURS, "zoe@courrier.example")
    lane = Verifying(database, addresses, slow)
    with ThreadPoolExecutor(verifying.AT_ONCE) as pool:
        runs = [pool.submit(lane.drain) for _ in range(verifying.PER_NETWORK)]
        for _ in runs:
            assert slow.waiting.acquire(timeout=PATIENCE)
        assert lane.drain() == 1, "the other network's, while both places of the slow one are taken"
        assert states(database) == {SLOW_PEER: {(True, False)}, OTHER_PEER: {(False, True)}, OURS: {(False, False)}}
        slow.gate.set()
        assert sum(run.result(PATIENCE) for run in runs) == 6
    house.work()
    with database.transaction() as session:
        assert set(session.scalars(sa.select(Mail.outcome))) == {"handed-to-staff"}


def test_a_name_without_an_answer_is_not_asked_again_at_once() -> None:
    resolver = SystemResolver()
    asked: list[str] = []

    class Silent:
        def resolve(self, name: str, *_: object, **__: object) -> object:
            asked.append(name)
            raise dns.exception.Timeout

    resolver.__dict__["_resolver"] = Silent()
    for name in ("a.slow.example", "a.slow.example", "b.slow.example"):
        with pytest.raises(TemporaryFailure):
            resolver.find(name, "TXT")
    assert asked == ["a.slow.example", "b.slow.example"]
