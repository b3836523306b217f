"""The small values that letters show: an offer, a profile, a line of a timeline, a choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self

from jobboard.contracts import Contract, Frequency, WorkingTime


@dataclass(frozen=True)
class Change:
    """What a correction changed of an offer: an axis of jobboard.items, and what it was before ("" for nothing)."""

    axis: str
    was: str


@dataclass(frozen=True)
class OfferCard:
    """An offer as a mail shows it; `reasons` are codes of jobboard.matching that the templates put into words."""

    offer_id: int
    title: str
    employer: str
    place: str
    contract: Contract | None
    working_time: WorkingTime | None
    pay: str
    closes_at: datetime
    path: str
    reasons: tuple[str, ...] = ()
    distance_km: int | None = None
    number: int | None = None
    changes: tuple[Change, ...] = ()  # since she was last told of it

    @classmethod
    def sample(cls, **changed: object) -> Self:
        """Return an example."""
        card = cls(
            offer_id=412,
            title="Comptable (H/F)",
            employer="Association Horizon",
            place="Nantes (44)",
            contract=Contract.CDI,
            working_time=WorkingTime.FULL,
            pay="2 300 à 2 600 € brut par mois",
            closes_at=datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
            path="/offres/412-comptable",
            reasons=("trade", "radius", "contract"),
            distance_km=4,
        )
        return replace(card, **changed)  # type: ignore[arg-type]  # names of fields, checked by dataclasses

    @classmethod
    def samples(cls, count: int) -> tuple[Self, ...]:
        """Return several examples, numbered."""
        places = ("Nantes (44)", "L’Haÿ-les-Roses (94)", "Saint-Étienne (42)")
        return tuple(cls.sample(offer_id=412 + n, number=n + 1, place=places[n % 3]) for n in range(count))


@dataclass(frozen=True)
class ProfileCard:
    """A candidate as a recruiter sees her before she says more: no name, no address."""

    number: int
    headline: str
    place: str
    reasons: tuple[str, ...]
    distance_km: int | None
    contracts: tuple[Contract, ...] = ()
    experience_years: int | None = None
    starts_on: date | None = None  # when she may begin
    life_at: datetime | None = None  # her last sign of life

    @classmethod
    def sample(cls, number: int = 1) -> Self:
        """Return an example."""
        seen, reasons = datetime(2026, 11, 21, 8, 0, tzinfo=UTC), ("trade", "radius")
        return cls(
            number, "comptable, assistante de gestion", "Nantes (44)", reasons, 4, (Contract.CDI,), 6, None, seen
        )


@dataclass(frozen=True)
class Line:
    """A label and its value: what was understood, or one field of a draft; `check`: from few words, to be read twice."""

    label: str
    value: str
    check: bool = False


@dataclass(frozen=True)
class ChangedLine:
    """One line of a search or an offer that changed: what it said, and what it says now; "" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AlertOption:
    """One way of not being told of such an offer again: a code of jobboard.alert_changes, and what it is about."""

    code: str
    what: str


@dataclass(frozen=True)
class AlertEntry:
    """One of a person's alerts, by the number that words take; `state` is one of jobboard.alerts.AlertState."""

    number: int
    name: str
    state: str
    frequency: Frequency
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Choice:
    """Something we could not decide: what it is about, and the answers that we know."""

    about: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """One line of a timeline: a name of jobboard.applications.Event, and when."""

    event: str
    at: datetime


@dataclass(frozen=True)
class HistoryEntry:
    """One application in a history."""

    number: int
    title: str
    employer: str
    state: str
    open: bool
    moments: tuple[Moment, ...]

    @classmethod
    def sample(cls, number: int = 1) -> Self:
        """Return an example."""
        return cls(
            number,
            "Comptable (H/F)",
            "Association Horizon",
            "answered",
            True,
            (
                Moment("sent", datetime(2026, 11, 3, 9, 12, tzinfo=UTC)),
                Moment("recruiter_wrote", datetime(2026, 11, 5, 15, 40, tzinfo=UTC)),
                Moment("candidate_wrote", datetime(2026, 11, 5, 18, 2, tzinfo=UTC)),
            ),
        )


@dataclass(frozen=True)
class LeftOut:
    """Something of a mail that could not pass: a name of mailer.shown.LEFT_OUT."""

    code: str


@dataclass(frozen=True)
class HelpWord:
    """A command with what it does, as AIDE lists it."""

    word: str
    help: str


@dataclass(frozen=True)
class Applicant:
    """Somebody who applied, by the number of her application; `name`: as the relay shows her, "" when she has none."""

    number: int
    name: str


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for a recruiter's word; `chased`: she asks for news."""

    number: int
    name: str
    title: str
    days: int
    chased: bool = False
