"""Letters about a person's own settings, history and rights; answers to what was just asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from jobboard.contracts import Frequency
from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import HelpWord, HistoryEntry, OfferCard


@letter(stream=Stream.ACCOUNT)
class Help(Letter):
    """The list of what the person who writes can do by mail, by role ("anyone", "candidate", "recruiter", "staff")."""

    sections: dict[str, tuple[HelpWord, ...]]

    @classmethod
    def sample(cls) -> Self:
        anyone = (HelpWord("AIDE", "recevoir cette liste"), HelpWord("STOP TOUT", "ne plus rien recevoir"))
        return cls({"anyone": anyone, "candidate": (HelpWord("HISTORIQUE", "le suivi de vos candidatures"),)})


@letter(stream=Stream.ACCOUNT)
class Stopped(Letter):
    """What no longer comes ("alerts", "letters:weekly", "offer"), and what still does; REPRENDRE undoes it."""

    stopped: tuple[str, ...]
    remaining: tuple[str, ...]
    everything: bool = False
    title: str = ""  # of the offer whose reminders stop, for a recruiter

    @classmethod
    def sample(cls) -> Self:
        return cls(("alerts",), ("letters:weekly",))


@letter(stream=Stream.ACCOUNT)
class Resumed(Letter):
    """What comes again after REPRENDRE."""

    streams: tuple[str, ...]
    alerts: int

    @classmethod
    def sample(cls) -> Self:
        return cls(("alerts", "letters:weekly"), 1)


@letter(stream=Stream.ACCOUNT)
class AlertsChanged(Letter):
    """The alerts of a person speak at another rhythm, or are silent until a date."""

    frequency: Frequency | None = None
    paused_until: datetime | None = None
    weekday: int | None = None  # of weekly mails, Monday is 0

    @classmethod
    def sample(cls) -> Self:
        return cls(paused_until=datetime(2026, 12, 7, 9, 0, tzinfo=UTC))


@letter(stream=Stream.ACCOUNT)
class History(Letter):
    """The timeline of every application of a candidate, newest first, and the same as a file for spreadsheets.

    `running`: only those upon which nobody has decided.
    """

    first_name: str
    entries: tuple[HistoryEntry, ...]
    running: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", (HistoryEntry.sample(2), HistoryEntry.sample(1)))


@letter(stream=Stream.ACCOUNT)
class Refusal(Letter):
    """Something asked for was not done: why, and what can be done now; one text per `reason`.

    `facts` come from our own records (a title, a date, a count), never from the mail that was refused.
    """

    reason: str
    facts: dict[str, str | int]
    cards: tuple[OfferCard, ...] = ()

    @classmethod
    def sample(cls) -> Self:
        return cls(
            "offer-closed", {"title": "Comptable (H/F)", "employer": "Association Horizon"}, OfferCard.samples(3)
        )


@letter(stream=Stream.ACCOUNT)
class LoginLink(Letter):
    """A link to sign in with, valid once and for `minutes`; the page asks to press a button."""

    path: str
    minutes: int

    @classmethod
    def sample(cls) -> Self:
        return cls("/connexion/abc", 60)


@letter(stream=Stream.ACCOUNT)
class Noted(Letter):
    """A small thing was done, one text per `what`: "question-declined", "conversation-ended", "withdrawn"…"""

    what: str
    title: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls("withdrawn", "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class DataExport(Letter):
    """Everything that we keep of a person: attached, or, where it is too large for a mail, on the page behind `path`."""

    first_name: str
    path: str = ""  # "": attached

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa")


@letter(stream=Stream.ACCOUNT)
class ErasureSet(Letter):
    """Everything will be erased at a moment; until then one word calls it off."""

    first_name: str
    due_at: datetime

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", datetime(2026, 11, 30, 9, 0, tzinfo=UTC))


@letter(stream=Stream.ACCOUNT)
class SilenceNotice(Letter):
    """Nothing was heard of her for so long that we must erase what we keep, unless she gives a sign of life."""

    first_name: str
    since: datetime
    due_at: datetime

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", datetime(2024, 11, 23, 9, 0, tzinfo=UTC), datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
