"""Offers as they are being written: what was read of a recruiter's mail, what is missing, what is not sure.

Nothing here guesses: what is not plainly said stays empty and is asked, and what may mean two things is a doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from jobboard import offer_details, registers
from jobboard.contracts import Contract, Kind, WorkingTime
from jobboard.folding import fold
from jobboard.gazetteer import Place, PlaceKind
from jobboard.pay import Pay, PayPeriod
from jobboard.reading import answers, checking, facts, post_trades, sections
from jobboard.reading.fields import FIELD_LABELS, Fact, Field, template
from jobboard.reading.gathering import Gathered, gather
from jobboard.reading.maskings import masked
from jobboard.reading.sentences import Part

__all__ = [
    "FIELD_LABELS",
    "REQUIRED",
    "Doubt",
    "Draft",
    "Field",
    "PlaceHeld",
    "ReadDraft",
    "complete_offer",
    "judged",
    "missing",
    "read_offer",
    "required",
    "template",
    "with_rate",
]

# Pay is asked for because directive 2023/970 wants it shown; an agreement and coefficient answer, too.
REQUIRED = (
    Field.TITLE,
    Field.EMPLOYER,
    Field.PLACE,
    Field.CONTRACT,
    Field.CLOSES_ON,
    Field.PAY,
    Field.DUTIES,
)
_UNPAID = (Kind.VOLUNTEERING, Kind.CIVIC_SERVICE)  # nothing to negotiate: nothing, or what the law says


@dataclass(frozen=True, slots=True)
class PlaceHeld:
    """The place of work as the draft keeps it; `lat` and `lon` in degrees."""

    kind: PlaceKind
    code: str
    label: str
    departement: str | None
    region: str | None
    lat: float | None
    lon: float | None

    @classmethod
    def of(cls, place: Place) -> PlaceHeld:
        """Return what a draft keeps of a place of our table."""
        return cls(place.kind, place.code, place.label, place.departement, place.region, place.lat, place.lon)


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer as far as it was read; texts are the recruiter's own, without any mail address."""

    title: str | None = None
    trade: str | None = None  # code in jobboard.trades
    kind: Kind | None = None
    contract: Contract | None = None
    working_time: WorkingTime | None = None
    hours_per_week: float | None = None
    place: PlaceHeld | None = None
    remote: bool | None = None  # all of it (True) or none of it (False) from home
    employer: str | None = None
    siret: str | None = None
    pay: Pay | None = None
    closes_on: date | None = None
    starts_on: date | None = None
    duration_months: int | None = None
    duties: str | None = None
    profile: str | None = None
    how: str | None = None  # what to send, without where: the offer has an address of its own
    rna: str | None = None
    employer_hidden: bool | None = None
    close_at_count: int | None = None
    days: int | None = None  # of a mission, like the two that follow
    daily_rate: int | None = None
    expertise: str | None = None
    telework: int | None = None  # days a week that may be worked from home, 0: some of the work

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column, empty fields left out."""
        return {one.name: _plain(value) for one in fields(self) if (value := getattr(self, one.name)) is not None}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Draft:
        """Return the draft kept by `to_json`, whatever fields later versions added."""
        known = {one.name for one in fields(cls)}
        return cls(
            **{
                name: _FROM_PLAIN.get(name, _same)(value)
                for name, value in stored.items()
                if name in known and value is not None
            }
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something said that is not sure; `options` are labels of our tables or days, empty when there is none to offer."""

    field: Field
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """A draft with what must still be asked; `several`: the mail held several offers, which must come one by one.

    `checks`: what was kept from few words, to be shown as such; OUI accepts it.
    """

    draft: Draft
    missing: tuple[Field, ...]
    doubts: tuple[Doubt, ...]
    several: bool = False
    wrong_numbers: tuple[str, ...] = ()  # a SIRET, SIREN or RNA that is none, as written
    checks: tuple[Field, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing has to be asked any more."""
        return not self.missing and not self.doubts


def read_offer(text: str, *, subject: str = "", today: date) -> ReadDraft:
    """Read a mail or filled template as an offer; never raises, linear in the length of the text."""
    gathered = gather(sections.prepare(text))
    several = facts.several_titles(gathered)
    found = facts.facts(gathered, today=today, subject=subject, signature=sections.signature(text))
    if several:
        options = tuple(label for label in several if label)
        own = (Field.TITLE, Field.TRADE)
        read = _read(Draft(), [fact for fact in found if fact.field not in own and not fact.doubtful])
        return ReadDraft(read.draft, (), (Doubt(Field.TITLE, options),), several=True)
    return _detailed(_read(Draft(), checking.checked(found, gathered)), gathered)


def complete_offer(earlier: Draft, asked: tuple[Field, ...], text: str, *, today: date) -> ReadDraft:
    """Put a reply into an earlier draft: labelled lines, sentences, or bare answers to what was asked.

    What she states again changes; what she only mentions in passing does not.
    """
    gathered = gather(sections.prepare(text, of_reply=True))
    told = facts.facts(gathered, today=today, headings=False)
    told = tuple(fact for fact in told if not _in_passing(fact, earlier, asked))
    bare = answers.bare(gathered, asked, told, today=today)
    answered = {fact.field for fact in bare}
    trades = [post_trades.trade_of(fact.values["title"]) for fact in bare if fact.field is Field.TITLE]
    read = _read(earlier, [*(fact for fact in told if fact.field not in answered), *bare, *trades])
    return _detailed(read, gathered)


def beside(read: ReadDraft, text: str, *, today: date) -> ReadDraft:
    """Put what the mail around a document says into what was read of it: only what is plainly stated, no bare answers."""
    more = complete_offer(read.draft, (), text, today=today)
    settled = {doubt.field for doubt in read.doubts if getattr(more.draft, str(doubt.field), None) is not None}
    doubts = (*(doubt for doubt in read.doubts if doubt.field not in settled), *more.doubts)
    asked = tuple(field for field in more.missing if field not in {doubt.field for doubt in doubts})
    wrong = tuple(dict.fromkeys((*read.wrong_numbers, *more.wrong_numbers)))
    return replace(more, missing=asked, doubts=doubts, wrong_numbers=wrong)


LONGEST_NAME = 90  # characters of a mission's only line, which is taken for its title


def with_rate(draft: Draft) -> Draft:
    """Return the draft of a mission with its rate as its pay, where no other pay was said."""
    if draft.pay is not None or draft.daily_rate is None:
        return draft
    return replace(draft, pay=Pay(draft.daily_rate, draft.daily_rate, PayPeriod.DAY, None))


def _detailed(read: ReadDraft, gathered: Gathered) -> ReadDraft:
    """Return the draft with what an offer may say besides: numbers of registers, how to apply, a mission's own terms."""
    how = gathered.values(Field.HOW) or tuple(one.text for one in gathered.sentences if one.part is Part.HOW)
    numbers = registers.read(gathered.text)
    values = offer_details.read(gathered.text, tuple(masked(one) for one in how))
    values |= {name: number for name in ("siret", "rna") if (number := getattr(numbers, name)) is not None}
    doubts = read.doubts
    if _is_mission(read.draft, gathered.text, values.get("daily_rate")):
        days = offer_details.mission_days(gathered.text)
        values |= {"kind": Kind.MISSION, "contract": Contract.MISSION} | ({"days": days} if days else {})
        values |= _titled(read.draft)
        if values.get("daily_rate"):  # "Tarif : 550 € HT par jour" is a pay that we are sure of
            doubts = tuple(doubt for doubt in doubts if doubt.field is not Field.PAY)
    else:
        values = {name: value for name, value in values.items() if name not in ("daily_rate", "expertise")}
    draft = with_rate(replace(read.draft, **values))
    doubted = {doubt.field for doubt in doubts}
    asked = tuple(field for field in missing(draft) if field not in doubted)
    return replace(read, draft=draft, doubts=doubts, missing=asked, wrong_numbers=numbers.wrong)


def _is_mission(draft: Draft, text: str, rate: int | None) -> bool:
    if draft.kind is None and draft.contract is None:
        return offer_details.is_mission(text, rate)
    return draft.kind is Kind.MISSION or draft.contract is Contract.MISSION


def _titled(draft: Draft) -> dict[str, Any]:
    """Return what a mission without a title is called: "Mission : diagnostic d'une ressourcerie" names it."""
    said = (draft.duties or "").strip()
    short = said and "\n" not in said and len(said) <= LONGEST_NAME
    return {"title": said} if draft.title is None and short else {}


def required(draft: Draft) -> tuple[Field, ...]:
    """Return what an offer of its kind must say: no pay for volunteering and civic service."""
    return tuple(field for field in REQUIRED if field is not Field.PAY or draft.kind not in _UNPAID)


def missing(draft: Draft) -> tuple[Field, ...]:
    """Return the required fields that are empty, in the order in which they are asked."""
    return tuple(field for field in required(draft) if getattr(draft, str(field)) is None)


# What may change after the staff have validated an offer without their reading it again.
_NOT_JUDGED = frozenset({"closes_on", "starts_on", "close_at_count", "siret", "rna"})


def judged(before: Draft, after: Draft) -> frozenset[str]:
    """Return the names of the fields whose change the staff must read: not dates and numbers, nor accents and commas."""
    return frozenset(
        one.name
        for one in fields(Draft)
        if one.name not in _NOT_JUDGED and _said(getattr(before, one.name)) != _said(getattr(after, one.name))
    )


def _said(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _in_passing(fact: Fact, earlier: Draft, asked: tuple[Field, ...]) -> bool:
    """Tell whether a fact only mentions something that she had said before and was not asked again."""
    known = any(getattr(earlier, name) is not None for name in fact.values)
    return fact.weak and known and fact.field not in asked


def _read(earlier: Draft, found: Sequence[Fact]) -> ReadDraft:
    """Return the earlier draft with these facts, and what they leave to ask."""
    draft = earlier
    doubts: list[Doubt] = []
    for fact in found:
        values = {name: _kept(name, value) for name, value in fact.values.items()}
        if fact.doubtful:
            draft = replace(draft, **values)
            doubts.append(Doubt(fact.field, fact.options))
        else:
            draft = replace(draft, **{name: value for name, value in values.items() if value is not None})
    draft = _agreeing(earlier, draft, traded=any(fact.values.get("trade") for fact in found))
    doubted = {doubt.field for doubt in doubts}
    asked = tuple(field for field in missing(draft) if field not in doubted)
    checks = tuple(dict.fromkeys(fact.field for fact in found if fact.check and fact.field not in doubted))
    return ReadDraft(draft, asked, tuple(doubts), checks=checks)


def _agreeing(earlier: Draft, draft: Draft, *, traded: bool) -> Draft:
    """Return the draft without what a change has made untrue: the trade of another title, the length of a CDI.

    `traded`: the trade was read anew, so that it is the new title's even where it is the same.
    """
    if draft.title != earlier.title and not traded and earlier.title is not None:
        draft = replace(draft, trade=None)
    if draft.contract is Contract.CDI and draft.duration_months is not None:
        draft = replace(draft, duration_months=None)
    if draft.working_time != earlier.working_time and draft.hours_per_week == earlier.hours_per_week:
        draft = replace(draft, hours_per_week=None)
    return draft


def _kept(name: str, value: Any) -> Any:
    """Return a value as the draft keeps it: places from our table, texts without mail addresses."""
    if isinstance(value, Place):
        return PlaceHeld.of(value)
    return masked(value) if isinstance(value, str) and name in ("title", "employer", "duties", "profile") else value


def _plain(value: Any) -> Any:
    if isinstance(value, Pay):
        return value.to_json()
    if isinstance(value, PlaceHeld):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return value.isoformat() if isinstance(value, date) else value


def _place(stored: dict[str, Any]) -> PlaceHeld:
    values: dict[str, Any] = {one.name: stored.get(one.name) for one in fields(PlaceHeld)}
    return PlaceHeld(**{**values, "kind": PlaceKind(stored["kind"])})


def _same(value: Any) -> Any:
    return value


_FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "contract": Contract,
    "working_time": WorkingTime,
    "place": _place,
    "pay": Pay.from_json,
    "closes_on": date.fromisoformat,
    "starts_on": date.fromisoformat,
}
