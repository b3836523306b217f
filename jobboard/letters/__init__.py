"""What we say to people: one frozen dataclass per kind of letter, all registered here."""

from __future__ import annotations

from jobboard.letters import account, alerts, applications, editions, questions, recruiting, staff
from jobboard.letters.base import LETTERS, Letter, Stream, from_params

__all__ = [
    "LETTERS",
    "Letter",
    "Stream",
    "account",
    "alerts",
    "applications",
    "editions",
    "from_params",
    "questions",
    "recruiting",
    "staff",
]
