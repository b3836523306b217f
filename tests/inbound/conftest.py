"""What several tests of incoming mail are given."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobboard.addresses import Addresses
from jobboard.db import Database
from tests.inbound.talks import Talk, open_talk


@pytest.fixture
def talk(database: Database, addresses: Addresses) -> Iterator[Talk]:
    with open_talk(database, addresses) as talk:
        yield talk
