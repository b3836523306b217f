"""Letters about events: proposed, decided upon, joined, changed, over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self

from jobboard.letters.base import Letter, Stream, letter
from jobboard.letters.meetings import Meeting


@dataclass(frozen=True)
class EventCard:
    """An event as a mail shows it; what is not known yet is empty. `kind`: a name of jobboard.event_drafts.EventKind."""

    event_id: int
    title: str
    kind: str
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    place: str
    online: bool = False
    link: str = ""
    organiser: str = ""
    description: str = ""
    seats: int | None = None
    path: str = ""
    number: int | None = None

    @classmethod
    def sample(cls, **changed: object) -> Self:
        """Return an example."""
        card = cls(
            event_id=31,
            title="Atelier CV",
            kind="workshop",
            day=date(2026, 12, 15),
            starts_at=datetime(2026, 12, 15, 13, 0, tzinfo=UTC),
            ends_at=datetime(2026, 12, 15, 16, 0, tzinfo=UTC),
            timezone="Europe/Paris",
            place="MJC, Rezé (44)",
            organiser="Association Horizon",
            description="Venez avec votre CV, nous le relisons ensemble.",
            seats=12,
            path="/agenda/31-atelier-cv",
        )
        return replace(card, **changed)  # type: ignore[arg-type]  # names of fields, checked by dataclasses


@letter(stream=Stream.ACCOUNT)
class EventTemplate(Letter):
    """The form, for whoever wrote to agenda@ without a word."""

    form: str

    @classmethod
    def sample(cls) -> Self:
        return cls("Titre : \nDate : ")


@letter(stream=Stream.ACCOUNT)
class EventDraftShown(Letter):
    """An event as it was read, to its proposer: what is missing ("title", "day", "time", "place"), what is not sure.

    `repeats`: her calendar has more dates of it; this is the first. `form_path`: the page, after three rounds by mail.
    """

    card: EventCard
    missing: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    towns: tuple[str, ...] = ()
    repeats: bool = False
    form_path: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(EventCard.sample())


@letter(stream=Stream.ACCOUNT)
class EventNews(Letter):
    """What became of an event, to who proposed it.

    `what`: "submitted", "published", "refused" and "corrected" (by the staff, with a reason), "revised" (a change waits),
    "changed" (it is online), "change-refused", "cancelled".
    """

    what: str
    card: EventCard
    reason: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls("published", EventCard.sample())


@letter(stream=Stream.ACCOUNT)
class EventToValidate(Letter):
    """An event, or a change of one that is online (`before`), waits for the staff."""

    card: EventCard
    depositor: str
    earlier: int
    path: str
    before: EventCard | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls(EventCard.sample(), "h•••@horizon.example", 2, "/equipe/agenda/31")


@letter(stream=Stream.ACCOUNT)
class EventDecided(Letter):
    """What a member of staff decided was done: "validated", "refused", "corrected", "cancelled"."""

    what: str
    title: str

    @classmethod
    def sample(cls) -> Self:
        return cls("validated", "Atelier CV")


@letter(stream=Stream.ACCOUNT)
class Participating(Letter):
    """How somebody stands to an event: "registered", "waiting", "left", "promoted", "changed", "cancelled", "reminder"."""

    what: str
    card: EventCard
    place_in_queue: int = 0
    reason: str = ""
    meeting: Meeting | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls("registered", EventCard.sample(), meeting=Meeting.sample(uid="event-31", title="Atelier CV"))


@dataclass(frozen=True)
class ParticipantLine:
    """Somebody who comes, towards the organiser: a short name, and the ticket of the relay by which she is written to."""

    number: int
    name: str
    ticket_id: int = 0


@letter(stream=Stream.ACCOUNT)
class ParticipantsShown(Letter):
    """Who comes, to the organiser; `over`: the event has ended, and who did not come may be said."""

    card: EventCard
    people: tuple[ParticipantLine, ...]
    waiting: int = 0
    over: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(EventCard.sample(), (ParticipantLine(1, "Léa D.", 7), ParticipantLine(2, "Inès A.", 8)), 3)


@letter(stream=Stream.ACCOUNT)
class ParticipationQuestion(Letter):
    """Somebody gave this address on the page of an event: OUI, or the button, takes part in it."""

    card: EventCard
    confirm_path: str

    @classmethod
    def sample(cls) -> Self:
        return cls(EventCard.sample(), "/agenda/confirmer/abc")


@letter(stream=Stream.ACCOUNT)
class EventsShown(Letter):
    """Events, numbered: those to come, or (`mine`) those that the reader takes part in.

    `since` to `until`: of these days only; `where`: of this territory and online; `more`: there are others in that time.
    """

    cards: tuple[EventCard, ...]
    mine: bool = False
    since: date | None = None
    until: date | None = None
    where: str = ""
    more: bool = False

    @classmethod
    def sample(cls) -> Self:
        cards = (EventCard.sample(number=1), EventCard.sample(number=2, title="Forum de l’emploi"))
        return cls(cards, since=date(2026, 11, 29), until=date(2027, 1, 28), where="Loire-Atlantique (44)")
