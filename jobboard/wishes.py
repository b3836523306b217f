"""Reading what a candidate writes: her first letter, her answers to what we asked. When unsure, ask; never guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

from jobboard.criteria import Criteria, PlaceWanted
from jobboard.doubts import Doubt, DoubtKind, Missing, Option, Understood
from jobboard.marks import Axis, Role
from jobboard.places import dominant, named
from jobboard.wish_answers import Answer, answer_of, refused_words
from jobboard.wish_checks import checks_of
from jobboard.wish_criteria import criteria_of
from jobboard.wish_places import places_of
from jobboard.wish_reading import Reading, read
from jobboard.wish_words import is_no_search, wants_somebody

__all__ = ["Doubt", "DoubtKind", "Missing", "Option", "Understood", "complete_wish", "read_wish"]

_A_STORY = 60  # words: longer than this, a text that never says that it looks for something is something else
_FOREIGN_SHARE = 0.25
_PLACE_DOUBTS = frozenset((DoubtKind.PLACE, DoubtKind.CONDITION))
_CRITERION_DOUBTS = frozenset((DoubtKind.TRADE, DoubtKind.CONTRACT, DoubtKind.WORKING_TIME, DoubtKind.CONDITION))
_AXIS_OF_DOUBT = {
    DoubtKind.PLACE: "places",
    DoubtKind.EXCLUSION: "places",
    DoubtKind.RADIUS: "places",
    DoubtKind.TRADE: "trades",
    DoubtKind.CONTRACT: "contracts",
    DoubtKind.WORKING_TIME: "working_times",
    DoubtKind.PAY: "minimum_pay",
    DoubtKind.FREQUENCY: "frequency",
    DoubtKind.START: "starts_on",
}


def read_wish(text: str, *, today: date) -> Understood:
    """Return what a first letter asks for: free text, a list, labels, French or English.

    Never raises. A text that is no search misses both place and criterion; what can be read in two ways is a doubt.
    """
    reading = read(text, today=today)
    if is_no_search(reading.body.flat):
        return Understood(Criteria(), (Missing.PLACE, Missing.CRITERION))
    understood = _understood(reading, reply=False)
    doubts = (*_intent(reading, understood), *understood.doubts)
    if reading.body.cut:
        doubts = (*doubts, Doubt(DoubtKind.LENGTH))
    return replace(understood, doubts=doubts, checks=checks_of(reading, understood.criteria))


def complete_wish(earlier: Criteria, doubts: Sequence[Doubt], text: str, *, today: date) -> Understood:
    """Return the search once her answer is taken in: doubts decided, gaps filled, what she says again changed.

    A doubt is decided by its number, its words ("la première", "2", "le 93") or by saying that criterion again;
    what the answer does not decide is asked again. "Aussi" adds to a criterion instead of replacing it.
    """
    reading = read(text, today=today)
    answer = answer_of(reading, doubts)
    said = Understood(Criteria())
    refused = refused_words(reading, answer.open)
    if refused:
        answer = replace(answer, open=tuple(doubt for doubt in answer.open if doubt.kind is not DoubtKind.NEGATION))
        said = Understood(Criteria(excluded_keywords=refused))
    elif not answer.only:
        said = _with_bare_place(reading, _understood(reading, reply=not earlier.has_criterion))
    open_doubts = [doubt for doubt in answer.open if not _restates(said, doubt.kind)]
    new = [doubt for doubt in said.doubts if not _is_decided(doubt, answer)]
    criteria = _merged(_added(earlier, answer.adds), _without(said.criteria, answer), also=answer.also)
    kept = _distinct([*open_doubts, *new])
    return Understood(criteria, _missing(criteria, kept), kept, said.ignored)


def _understood(reading: Reading, *, reply: bool) -> Understood:
    found, doubts = criteria_of(reading, reply=reply)
    wanted, about_places = places_of(reading)
    criteria = replace(found, places=wanted)
    asked = _distinct([*about_places, *doubts])
    used = {*criteria.keywords, *criteria.excluded_keywords}
    ignored = tuple(left.text for left in reading.leftovers if left.text not in used)
    return Understood(criteria, _missing(criteria, asked), _askable(criteria, asked), ignored)


def _with_bare_place(reading: Reading, said: Understood) -> Understood:
    """Take an answer that is nothing but a place for that place, however it is written: "44", "clisson"."""
    place = dominant(named(reading.body.text.strip(" .!\n")))
    if place is None or said.criteria.places:
        return said
    criteria = Criteria(places=(PlaceWanted.at(place),))
    return Understood(criteria)


def _distinct(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    return tuple(dict.fromkeys(doubts))


def _missing(criteria: Criteria, doubts: Sequence[Doubt]) -> tuple[Missing, ...]:
    """Return what is missing and is not asked already by a doubt with options."""
    asked = {doubt.kind for doubt in doubts if doubt.options}
    place = criteria.places or any(
        option.adds.places for doubt in doubts if doubt.kind in _PLACE_DOUBTS for option in doubt.options
    )
    missing = [] if place else [Missing.PLACE]
    if not criteria.has_criterion and not asked & _CRITERION_DOUBTS:
        missing.append(Missing.CRITERION)
    return tuple(missing)


def _askable(criteria: Criteria, doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Leave out the doubt about an unknown place when the place is missing anyway: one question is enough."""
    return tuple(doubt for doubt in doubts if doubt != Doubt(DoubtKind.PLACE) or criteria.places)


def _intent(reading: Reading, understood: Understood) -> tuple[Doubt, ...]:
    """Return the doubt whether this is a search of hers at all."""
    trades = reading.on(Axis.TRADE, Role.WANTED)
    somebody = any(wants_somebody(reading.body.flat, one.mark.start, one.mark.end) for one in trades)
    foreign = sum(left.words for left in reading.leftovers if left.role is not Role.EXCLUDED)
    strange = not reading.wants and foreign >= 3 and foreign > _FOREIGN_SHARE * reading.count
    story = not reading.wants and reading.count > _A_STORY
    if somebody or ((strange or story) and understood.criteria != Criteria()):
        return (Doubt(DoubtKind.INTENT, (Option("un emploi, un stage ou une mission pour moi"),)),)
    return ()


def _restates(said: Understood, kind: DoubtKind) -> bool:
    axis = _AXIS_OF_DOUBT.get(kind)
    if axis is None:
        return said.criteria.has_criterion or bool(said.criteria.places)
    return bool(getattr(said.criteria, axis))


def _is_decided(doubt: Doubt, answer: Answer) -> bool:
    return _AXIS_OF_DOUBT.get(doubt.kind) in answer.axes


def _without(criteria: Criteria, answer: Answer) -> Criteria:
    """Return the criteria without the axes that the answer used to decide a doubt."""
    nothing = Criteria()
    return replace(criteria, **{axis: getattr(nothing, axis) for axis in answer.axes})


def _added(criteria: Criteria, adds: Sequence[Criteria]) -> Criteria:
    for more in adds:
        criteria = _merged(criteria, more, also=True)
    return criteria


def _merged(earlier: Criteria, said: Criteria, *, also: bool) -> Criteria:
    """Return the earlier criteria with what is said now instead of it, or, with `also`, beside it."""
    changes: dict[str, object] = {}
    for field in fields(Criteria):
        before, now = getattr(earlier, field.name), getattr(said, field.name)
        if not now:
            continue
        if isinstance(now, tuple) and also:
            known = {_identity(value) for value in now}
            now = (*(value for value in before if _identity(value) not in known), *now)
        changes[field.name] = now
    merged = replace(earlier, **changes)  # type: ignore[arg-type]  # the fields' own values
    excluded = tuple(contract for contract in merged.excluded_contracts if contract not in said.contracts)
    contracts = tuple(contract for contract in merged.contracts if contract not in said.excluded_contracts)
    return replace(merged, excluded_contracts=excluded, contracts=contracts)


def _identity(value: object) -> object:
    return (getattr(value, "place_kind", None), getattr(value, "code", None)) if hasattr(value, "place_kind") else value
