"""Letters to the staff, and the staff's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.cards import ChangedLine, Line, OfferCard
from jobboard.letters.desk import SAMPLE_LINES, DraftLine
from jobboard.letters.moderation import Alike, Record, Remark
from jobboard.letters.recruiting import DRAFT


@letter(stream=Stream.ACCOUNT)
class OfferToValidate(Letter):
    """An offer waits: VALIDER, or REFUSER with a reason. The depositor's address is shown masked."""

    title: str
    lines: tuple[Line, ...]
    depositor: str
    earlier_offers: int
    path: str
    remarks: tuple[Remark, ...] = ()
    record: Record | None = None
    alike: tuple[Alike, ...] = ()
    namesakes: int = 0  # other organisations of that name or SIRET, which other people act for
    corrected: bool = False  # the reader has just corrected it herself
    changes: tuple[ChangedLine, ...] = ()  # of an offer that was online: since it was validated

    @classmethod
    def sample(cls) -> Self:
        return cls(
            "Comptable (H/F)",
            DRAFT,
            "h•••@horizon.example",
            2,
            "/equipe/offres/412",
            Remark.samples(),
            Record.sample(),
            (Alike.sample(),),
            namesakes=1,
        )


@letter(stream=Stream.ACCOUNT)
class Decided(Letter):
    """What a member of staff decided was done: "validated", "refused", "refusal-undone", "kept", "closed", "approved"."""

    what: str
    title: str
    count: int = 0
    undo_minutes: int = 0  # how long ANNULER takes it back
    send_at: datetime | None = None  # of a letter that is scheduled

    @classmethod
    def sample(cls) -> Self:
        return cls("validated", "Comptable (H/F)")


@letter(stream=Stream.ACCOUNT)
class OfferReported(Letter):
    """Readers report an offer: what they say, and whether it is hidden until somebody looks. GARDER or CLORE."""

    title: str
    employer: str
    reasons: tuple[str, ...]  # of the last readers; "" where nothing was said
    readers: int
    hidden: bool
    path: str

    @classmethod
    def sample(cls) -> Self:
        reasons = ("On m’a demandé 40 € de frais de dossier.", "", "Le poste n’existe pas.")
        return cls("Comptable (H/F)", "Association Horizon", reasons, 3, True, "/equipe/offres/412")


@dataclass(frozen=True)
class Waiting:
    """An offer that waits for the staff, since when, and how many readers report it."""

    title: str
    employer: str
    since: datetime
    path: str
    readers: int = 0


@letter(stream=Stream.ACCOUNT)
class StaffMorning(Letter):
    """What waits for the staff this morning: offers to decide upon, reported ones, letters, held messages."""

    pending: tuple[Waiting, ...]
    pending_count: int
    reported: tuple[Waiting, ...]
    reported_count: int
    editions: int
    held: int

    @classmethod
    def sample(cls) -> Self:
        one = Waiting(
            "Comptable (H/F)", "Association Horizon", datetime(2026, 11, 20, 15, tzinfo=UTC), "/equipe/offres/412"
        )
        two = Waiting(
            "Animatrice ou animateur", "Les Francas", datetime(2026, 11, 22, 9, tzinfo=UTC), "/equipe/offres/414"
        )
        bad = Waiting("Vendeur", "Inconnue", datetime(2026, 11, 22, 9, tzinfo=UTC), "/equipe/offres/399", 2)
        return cls((one, two), 2, (bad,), 1, 1, 0)


@letter(stream=Stream.ACCOUNT)
class EditionToApprove(Letter):
    """An edition as its draft stands: APPROUVER sends it to everyone on the list, other words change it."""

    list_name: str
    number: int
    recipients: int
    cards: tuple[OfferCard, ...] = ()  # of letters stored before a draft had lines
    title: str = ""
    intro: str = ""  # Markdown, as the editors wrote it
    entries: tuple[DraftLine, ...] = ()
    path: str = "/equipe"
    changed: str = ""  # what was just done to it, a name of the words beside its templates; "": it is new
    approved_by: tuple[str, ...] = ()
    approvals: int = 1  # how many people must approve it
    send_at: datetime | None = None  # when it is to leave, as the first person who approved it chose

    @classmethod
    def sample(cls) -> Self:
        intro = "Cette semaine, **trois offres** et un atelier."
        return cls("weekly", 12, 24_000, intro=intro, entries=SAMPLE_LINES, path="/equipe/lettres/3", changed="moved")


@letter(stream=Stream.ACCOUNT)
class ContactReceived(Letter):
    """Somebody wrote to contact@, abuse@, postmaster@ or another address that people answer."""

    alias: str
    sender: str
    subject: str
    text: str
    files: tuple[str, ...] = ()

    @classmethod
    def sample(cls) -> Self:
        return cls("contact", "marie@courrier.example", "Une question", "Bonjour,\nAvez-vous un atelier à Rennes ?")


@letter(stream=Stream.ACCOUNT)
class ContactNoted(Letter):
    """What somebody wrote has reached the staff; a person will answer."""

    alias: str

    @classmethod
    def sample(cls) -> Self:
        return cls("contact")


@letter(stream=Stream.ACCOUNT)
class ContactAnswered(Letter):
    """The staff's answer to somebody who wrote."""

    subject: str
    text: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Une question", "Bonjour,\nOui, le prochain a lieu mardi.")


@letter(stream=Stream.ACCOUNT)
class Alarm(Letter):
    """Something needs a human: a name of `templates/mail/alarm/_words.txt`, with the facts that its text takes."""

    what: str
    facts: dict[str, str | int]

    @classmethod
    def sample(cls) -> Self:
        return cls("refused-by-us-policy", {"reply": "550 5.7.1 listed by a block list", "count": 3})


@letter(stream=Stream.ACCOUNT)
class ConversationReported(Letter):
    """Somebody said BLOQUER in a conversation: who, against whom, in which; addresses are shown masked."""

    conversation_id: int
    title: str
    by: str
    by_candidate: bool
    others: tuple[str, ...]
    messages: int

    @classmethod
    def sample(cls) -> Self:
        return cls(
            37,
            "Comptable (H/F)",
            "Léa Dubreuil, l•••@courrier.example",
            True,
            ("Hélène Martin, h•••@horizon.example",),
            4,
        )


@letter(stream=Stream.ACCOUNT)
class DeadAlerts(Letter):
    """Alerts that have found nothing for eight weeks: how many, and what most of them look for, of our own tables."""

    count: int
    wanted: tuple[Line, ...]  # what is looked for, and how many alerts look for it

    @classmethod
    def sample(cls) -> Self:
        return cls(
            14, (Line("comptable, Mende (48), 30 km autour", "3"), Line("chargé de mission, La Réunion (974)", "2"))
        )
