"""Letters about who may act for an organisation."""

from __future__ import annotations

from typing import Self

from jobboard.letters.base import Letter, Stream, letter


@letter(stream=Stream.ACCOUNT)
class MembershipQuestion(Letter):
    """Somebody deposits offers in the name of an organisation that the reader acts for: may she? OUI or NON."""

    organisation: str
    name: str  # of whoever deposits, "" when she never told
    address: str  # masked

    @classmethod
    def sample(cls) -> Self:
        return cls("Association Horizon", "Karim Belaïd", "k•••@cabinet.example")
