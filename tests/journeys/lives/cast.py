"""Who lives the month, when its moments are, and what one episode leaves to another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobboard.clock import PARIS
from passerelle.correspondents import Got, Someone
from tests.journeys.simulated import Simulated

PAUL = Someone("Paul Régnier", "paul@equipe.example")
HELENE = Someone("Hélène Martin", "helene.martin@horizon-nantes.example")
LEA = Someone("Léa Dubreuil", "lea.dubreuil@courrier.example")
SAMIR = Someone("Samir Cohen", "samir.cohen@boite.example")
INES = Someone("Inès Moreau", "ines.moreau@mel.example")
EMILY = Someone("Emily Carter", "emily.carter@post.example")
NADIA = Someone("Nadia Perrot", "nadia.perrot@mel.example")
MARGAUX = Someone("Margaux Petit", "margaux.petit@courrier.example")
YANNICK = Someone("Yannick Le Goff", "yannick@ateliers-du-lien.example")
EVERYONE = (PAUL, HELENE, LEA, SAMIR, INES, EMILY, NADIA, MARGAUX, YANNICK)

File = tuple[str, bytes]


@dataclass
class Month:
    """The house, and the mails that somebody will answer later."""

    house: Simulated

    def of(self, reader: Someone, kind: str, *, holding: str = "") -> Got:
        """Return the last mail of that kind that somebody has, read or not."""
        return [
            got
            for got in self.house.post.received(reader)
            if got.kind == kind and holding in f"{got.subject}\n{got.text}"
        ][-1]

    def says(self, author: Someone, kind: str, text: str, *, holding: str = "", files: Sequence[File] = ()) -> None:
        """Have somebody answer the last mail of that kind that she has."""
        self.house.answers(author, self.of(author, kind, holding=holding), text, files=files)

    def writes(self, author: Someone, alias: str, text: str, *, subject: str = "") -> None:
        """Have somebody write to one of our addresses."""
        self.house.writes(author, self.house.to(alias), text, subject=subject)

    def gets(self, reader: Someone, *kinds: str, holding: str = "") -> Got:
        """Return the last of these mails, each of which somebody must have got since she last looked."""
        return [self.house.gets(reader, kind, holding=holding) for kind in kinds][-1]

    def until(self, day: int, hour: int, minute: int = 0) -> None:
        """Let time pass until a moment of the month."""
        self.house.until(at(day, hour, minute))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of December in Paris; day 0 is the last of November, day 32 the first of January."""
    year, month, date = (2026, 11, 30) if day == 0 else (2026, 12, day) if day < 32 else (2027, 1, day - 31)
    return datetime(year, month, date, hour, minute, tzinfo=PARIS)


def public_address(alert: Got) -> str:
    """Return the one public address of the offer of an alert."""
    found = re.search(r"offre-[a-z2-7]{10,26}@[\w.]+", alert.text + alert.html)
    assert found is not None, "the alert shows the address to apply to"
    return found[0]
