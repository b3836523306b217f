"""The house as a request reaches it: database, addresses, settings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from jobboard.addresses import Addresses
from jobboard.db import Database
from jobboard.settings import Settings

_NAME = "house"


@dataclass(frozen=True)
class House:
    """What the pages of one installation stand on."""

    database: Database
    addresses: Addresses

    def __post_init__(self) -> None:
        if self.addresses.domain != self.settings.mail_domain:
            raise ValueError("database and addresses are of two installations")

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return self.database.settings

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a session that is committed at the end, rolled back on any exception."""
        return self.database.transaction()

    def register(self, extensions: dict[str, object]) -> None:
        """Make this house the one that `house` returns."""
        extensions[_NAME] = self


def house() -> House:
    """Return the house of the application that answers."""
    found = current_app.extensions[_NAME]
    assert isinstance(found, House)
    return found
