"""Letters about applications and relayed correspondence."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import Applicant, LeftOut, OfferCard, Waiting


@letter(stream=Stream.ACCOUNT)
class ApplicationSent(Letter):
    """The candidate's acknowledgement: what left, to whom, and what was masked or left out."""

    first_name: str
    title: str
    employer: str
    files: tuple[str, ...]
    refused_files: tuple[str, ...] = ()
    masked: int = 0
    left_out: tuple[LeftOut, ...] = ()
    address_shown: bool = False  # she lets recruiters see it

    @classmethod
    def sample(cls) -> Self:
        left_out = (LeftOut("signature"),)
        return cls("Léa", "Comptable (H/F)", "Association Horizon", ("CV.pdf",), ("notes.docm",), 2, left_out)


@letter(stream=Stream.RELAY)
class ApplicationReceived(Letter):
    """An application as its recruiter reads it: who, her words, her files; answering it is answering her.

    The words and files are those of the anonymised message `message_id`. `shared`: the reader is a colleague.
    """

    message_id: int
    number: int
    title: str
    candidate: str
    shared: bool = False
    address_shown: bool = False  # she lets recruiters see it: as it was when she wrote

    @classmethod
    def sample(cls) -> Self:
        return cls(0, 3, "Comptable (H/F)", "Léa Dubreuil")


@letter(stream=Stream.RELAY)
class RelayedMessage(Letter):
    """A message of the other side; answering it is answering her. `author`: as she chose to be shown.

    `copied`: a colleague of the reader's wrote it, to `addressee`. `side`: the names of all who take part on the
    recruiter's side, where they are several.
    """

    message_id: int
    author: str
    title: str
    copied: bool = False
    addressee: str = ""
    side: tuple[str, ...] = ()
    address_shown: bool = False  # a candidate who lets recruiters see hers: as it was when she wrote

    @classmethod
    def sample(cls) -> Self:
        return cls(0, "Hélène M.", "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class MessageNote(Letter):
    """What was masked or left out of a message that passed: told once, when there is something to tell."""

    title: str
    masked: int
    refused_files: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    address_shown: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls("Comptable (H/F)", 2, ("notes.docm",), (LeftOut("signature"), LeftOut("winmail")))


@letter(stream=Stream.ACCOUNT)
class MessageNotDelivered(Letter):
    """A relayed message did not arrive, said to its author in our own words: nothing of the reader's server is in it.

    `reason`: "gone", "full", "too-big", "refused", "unreachable", "unknown", or "delay" while it is still being tried.
    """

    reason: str
    title: str

    @classmethod
    def sample(cls) -> Self:
        return cls("full", "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class MessageHeld(Letter):
    """What becomes of a message that the last gate stopped, said to its author.

    `what`: "held", "released", "dropped" or "expired"; `why`: "address", "document" (it is in one), "closed" (it does not open),
    "too-much"; `reason`: the staff's words for a dropped one; `days`: how long it waits for a decision.
    """

    what: str
    why: tuple[str, ...]
    title: str
    reason: str = ""
    days: int = 30

    @classmethod
    def sample(cls) -> Self:
        return cls("held", ("address", "closed"), "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class OfferClosedForCandidate(Letter):
    """An offer closed while she still waited: said plainly, with offers that are near and open."""

    first_name: str
    title: str
    employer: str
    filled: bool
    cards: tuple[OfferCard, ...]
    interview_at: datetime | None = None  # an interview that stands all the same, and on whose clocks it is said
    zone: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", "Comptable (H/F)", "Association Horizon", True, OfferCard.samples(2))


@letter(stream=Stream.ACCOUNT)
class ApplicationSeen(Letter):
    """The recruiter has read an application: said to its candidate, once."""

    first_name: str
    title: str
    employer: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", "Comptable (H/F)", "Association Horizon")


@letter(stream=Stream.ACCOUNT)
class ApplicationRetained(Letter):
    """The recruiter retains an application."""

    first_name: str
    title: str
    employer: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", "Comptable (H/F)", "Association Horizon")


@letter(stream=Stream.ACCOUNT)
class ApplicationDeclined(Letter):
    """The recruiter declines an application; `message_id`: her words, where she wants them told.

    `again`: the refusal was told before, and now its reason is.
    """

    first_name: str
    title: str
    employer: str
    cards: tuple[OfferCard, ...]
    message_id: int | None = None
    again: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls("Léa", "Comptable (H/F)", "Association Horizon", OfferCard.samples(2), 0)


@letter(stream=Stream.ACCOUNT)
class DecisionNoted(Letter):
    """What was decided upon applications, for the recruiter's side, and what can still be done.

    `what`: "seen", "retained", "declined", "refusal-undone", "reason-told"; `by`: a colleague who decided;
    `undo_minutes`: how long ANNULER takes a refusal back.
    """

    what: str
    title: str
    applicants: tuple[Applicant, ...]
    by: str = ""
    reason_kept: bool = False
    reason_shared: bool = False
    undo_minutes: int = 0

    @classmethod
    def sample(cls) -> Self:
        applicants = (Applicant(2, "Léa D."), Applicant(3, ""))
        return cls("declined", "Comptable (H/F)", applicants, reason_kept=True, undo_minutes=10)


@letter(stream=Stream.ACCOUNT)
class ApplicationsWaiting(Letter):
    """Who waits for a recruiter's word, in one letter a day for all her offers: unanswered, or asking for news.

    `single`: all are of one offer, so that a word with a number answers this letter.
    """

    first_name: str
    waiting: tuple[Waiting, ...]
    single: bool

    @classmethod
    def sample(cls) -> Self:
        return cls(
            "Hélène", (Waiting(2, "Léa D.", "Comptable (H/F)", 8, True), Waiting(3, "", "Comptable (H/F)", 3)), True
        )
