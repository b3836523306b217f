"""Letters about an edition that the staff prepare, send and look back upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from jobboard.edition_findings import Finding
from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.editions import EditionLetter


@dataclass(frozen=True)
class DraftLine:
    """One line of a draft, under the number by which an answer names it."""

    number: int
    kind: str  # "article", "offer", "event", "text"
    title: str
    section: str = ""


SAMPLE_LINES = (
    DraftLine(1, "article", "Budget 2027 : ce que les associations peuvent attendre", "ess"),
    DraftLine(2, "text", "Un mot de l’équipe"),
    DraftLine(3, "offer", "Comptable (H/F), Association Horizon, Nantes (44)"),
    DraftLine(4, "event", "Atelier : relire son CV à plusieurs"),
)


@letter(stream=Stream.ACCOUNT)
class EditionTest(EditionLetter):
    """A copy of an edition for staff, before anybody else has one; answering APPROUVER approves it."""

    @classmethod
    def sample(cls) -> Self:
        made = EditionLetter.sample()
        return cls(**{**made.__dict__, "test": True})


@letter(stream=Stream.ACCOUNT)
class EditionChecked(Letter):
    """What a look at an edition found; empty when nothing is wrong."""

    list_name: str
    number: int
    findings: tuple[Finding, ...]
    path: str

    @classmethod
    def sample(cls) -> Self:
        found = (
            Finding("link", "magazine.exemple.fr/ancien : le serveur répond 404", grave=True),
            Finding("link-vague", "ici"),
        )
        return cls("weekly", 12, found, "/equipe/lettres/3")


@dataclass(frozen=True)
class SlowServer:
    """Servers that asked us to wait: of which destination, and when they are tried again."""

    destination: str
    until: datetime | None = None


@letter(stream=Stream.ACCOUNT)
class EditionReport(Letter):
    """How an edition's sending goes, or what came of it; every recipient is in one of the first seven counts."""

    list_name: str
    number: int
    state: str
    path: str
    sent: int
    waiting: int
    deferred: int
    failed: int
    gone: int
    bounced: int
    skipped: int
    complained: int
    unsubscribed: int
    per_second: float = 0.0
    seconds_left: int | None = None
    send_at: datetime | None = None
    slow: tuple[SlowServer, ...] = ()

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return self.sent + self.waiting + self.deferred + self.failed + self.gone + self.bounced + self.skipped

    @classmethod
    def sample(cls) -> Self:
        slow = (SlowServer("orange", datetime(2026, 12, 3, 8, 4, tzinfo=UTC)),)
        counts = 18_240, 5_700, 41, 2, 9, 1, 7, 1, 12
        return cls("weekly", 12, "sending", "/equipe/lettres/3", *counts, 512.4, 11, slow=slow)
