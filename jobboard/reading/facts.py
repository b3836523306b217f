"""The readers' answers for one mail: each fact with its value, or with what it may be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from jobboard import pay as pays
from jobboard.contracts import CONTRACT_LABELS, KIND_OF_CONTRACT, WORKING_TIME_LABELS, Contract, Kind
from jobboard.moments import say
from jobboard.readable import level
from jobboard.reading import (
    bodies,
    deadlines,
    employers,
    engagements,
    forms,
    guesses,
    named_posts,
    post_trades,
    signatories,
    titles,
    workplaces,
)
from jobboard.reading.engagements import ReadContracts
from jobboard.reading.fields import Fact, Field
from jobboard.reading.gathering import Gathered
from jobboard.reading.sentences import Part, Sentence, sentences

# Who writes of herself as the employer may be believed when she signs with its name.
_OURS = re.compile(r"\b(?:nous|notre|nos|on (?:re)?cherche|on recrute|recherchons|recrutons|cherchons|we|our)\b")
# Somebody takes back what she has just written: which of the two holds has to be asked.
_CORRECTED = re.compile(
    r"\b(?:euh|oups|pardon(?= ?[:,])|erratum|je corrige|je voulais dire|lire plutot|non pardon|ou plutot)\b"
)
_A_SEASON = 120  # days
_WEEKDAY = re.compile(
    r"\b(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_SIGNED_LINES = 7  # at the end of a text without closing words
_SIRET = re.compile(r"\bsiret\b[^\d\n]{0,20}(?P<digits>(?:\d[ .]?){13}\d)(?!\d)")


def facts(
    gathered: Gathered, *, today: date, subject: str = "", signature: str = "", headings: bool = True
) -> tuple[Fact, ...]:
    """Return every fact that a mail tells or leaves in doubt; `headings`: its first lines or subject may be the title."""
    title = _title(gathered, subject, headings=headings)
    if title.values.get("title"):
        title = replace(title, values={"title": titles.spelt_out(title.values["title"], gathered.text)})
    found = [title, _employer(gathered, signature), _contract(gathered, subject), _time(gathered), _pay(gathered)]
    employer = found[1].values.get("employer")
    found += [_place(gathered, employer, subject), _closing(gathered, today), _start(gathered, today)]
    trade = post_trades.trade_of(title.values.get("title"), beside=(_bare(subject), employer or ""))
    found += [post_trades.rather(trade, title.values.get("title") or "", f"{_bare(subject)} {gathered.text}")]
    duration = _duration(gathered)
    if duration is not None:
        found.append(Fact(Field.CONTRACT, {"duration_months": duration}))
    found += [
        Fact(Field.DUTIES, {"duties": gathered.duties}, weak=not gathered.announced),
        Fact(Field.PROFILE, {"profile": gathered.profile}),
    ]
    siret = _siret(gathered.text)
    if siret:
        found.append(Fact(Field.EMPLOYER, {"siret": siret}))
    return tuple(fact for fact in found if fact.doubtful or any(value is not None for value in fact.values.values()))


def several_titles(gathered: Gathered) -> tuple[str, ...]:
    """Return the labels of the trades when a mail holds several offers, else nothing."""
    said = [title for value in gathered.values(Field.TITLE) if (title := titles.from_label(value))]
    said += titles.from_sentences(gathered.sentences)
    said += [title for one in gathered.sentences if one.part is Part.TERMS for title in titles.several(one)]
    said += _listed(gathered.sentences)
    by_trade: dict[str, str] = {}
    for title in forms.without_heads(said):
        found = [one for one in titles.trades_in(title) if one.start < 4]
        if found and len({one.trade.code for one in found}) == 1:
            by_trade.setdefault(found[0].trade.code, found[0].trade.label)
    labels = [label for label, _ in gathered.labelled.get(Field.TITLE, ())]
    names = {level(title) for title in said[: len(labels)]}
    repeated = len(labels) != len(set(labels)) and not any(a != b and a in b for a in names for b in names)
    if len(by_trade) > 1 or (repeated and len(names) > 1):
        return tuple(by_trade.values()) or ("",)
    return ()


def _listed(found: tuple[Sentence, ...]) -> list[str]:
    """Return the titles of a list of offers: lines that each name a trade first and a contract, or "H/F"."""
    listed = []
    for sentence in found:
        if sentence.part is not Part.TERMS or sentence.joined:
            continue
        known = [one for one in titles.trades_in(sentence.text) if one.start < 6]
        told = engagements.contracts(sentence.text).contract or re.search(
            r"\b(?:h ?/ ?f|f ?/ ?h)\b", level(sentence.text)
        )
        if known and told:
            listed.append(sentence.text[known[0].start : known[0].end])
    return listed if len(listed) > 1 else []


def _title(gathered: Gathered, subject: str, *, headings: bool) -> Fact:
    values = [title for value in gathered.values(Field.TITLE) if (title := titles.from_label(value))]
    known = [title for title in values if titles.trades_in(title)]
    if values:
        return Fact(Field.TITLE, {"title": (known or values)[0]}, labelled=True)
    said = titles.from_sentences(gathered.sentences)
    known = [title for title in said if titles.trades_in(title)]
    if not said and headings:
        heading = titles.from_heading(gathered.sentences)
        headed = heading or titles.from_heading(sentences(_bare(subject)))
        if headed is not None and titles.trades_in(headed):
            return Fact(Field.TITLE, {"title": headed}, check=heading is None)
        said = (headed,) if headed else ()
    if known or not headings:
        title = next(iter(known or said), None)
        return Fact(Field.TITLE, {"title": title}, check=_is_headed_otherwise(title, _bare(subject)))
    return _unannounced(gathered, said, _bare(subject))


def _is_headed_otherwise(title: str | None, subject: str) -> bool:
    """Tell whether the subject names another trade than the title: one of the two is not the post."""
    headed = {one.trade.code for one in titles.trades_in(titles.from_heading(sentences(subject)) or "")[:1]}
    return bool(headed) and headed.isdisjoint(one.trade.code for one in titles.trades_in(title or ""))


def _unannounced(gathered: Gathered, said: tuple[str, ...], subject: str) -> Fact:
    """Return the post that is but named, where nothing else that was said names a trade; it has to be checked."""
    named = named_posts.title(gathered.sentences, subject)
    plain = named_posts.plain_title(gathered.sentences, subject) if not said else None
    title = named or next(iter(said), None) or plain
    return Fact(Field.TITLE, {"title": title}, check=title is not None)


def _employer(gathered: Gathered, signature: str) -> Fact:
    named = [name for value in gathered.values(Field.EMPLOYER) if (name := employers.from_label(value))]
    if named:
        agreed = len({level(name) for name in named}) == 1
        return Fact(Field.EMPLOYER, {"employer": named[0] if agreed else None}, doubtful=not agreed, labelled=True)
    if _CORRECTED.search(level(gathered.free)):
        return Fact(Field.EMPLOYER, {"employer": None})
    recruiting = employers.from_sentences(gathered.sentences)
    name, torn = bodies.employing(gathered.sentences, _last_lines(gathered.free), signature, recruiting)
    if (
        name is None
        and not torn
        and signature
        and _OURS.search(level(gathered.free))
        and not employers.is_for_a_client(gathered.free)
    ):
        name = bodies.from_signature(signature)
    if name is None and not torn and not employers.is_for_a_client(gathered.free):
        signed = signatories.employer(_last_lines(gathered.free), signature)
        guessed = signed or guesses.employer(gathered.sentences)
        return Fact(Field.EMPLOYER, {"employer": guessed}, check=guessed is not None)
    rival = signatories.employer(_last_lines(gathered.free), signature)
    agreed = rival is None or level(rival) in level(name or "") or level(name or "") in level(rival)
    return Fact(Field.EMPLOYER, {"employer": name}, check=not agreed)


def _last_lines(free: str) -> list[str]:
    return [line for line in free.split("\n") if line.strip()][-_SIGNED_LINES:]


def _contract(gathered: Gathered, subject: str) -> Fact:
    labelled = gathered.with_labels(Field.CONTRACT, Field.KIND)
    read = ReadContracts()
    for value in (*gathered.values(Field.CONTRACT), *gathered.values(Field.KIND)):
        one = engagements.contracts(value, labelled=True)
        read = one if read == ReadContracts() else _both(read, one)
    if read == ReadContracts():
        labelled = ""
        for sentence in gathered.sentences:
            if sentence.part is Part.TERMS:
                read = _both(read, engagements.contracts(sentence.text))
    if read == ReadContracts():
        read = engagements.contracts(_bare(subject))
    if read == ReadContracts():
        elsewhere = _elsewhere(gathered)
        nothing: dict[str, Any] = {"contract": None, "kind": None}
        return Fact(Field.CONTRACT, nothing, _labels(elsewhere), doubtful=bool(elsewhere), weak=True)
    if read.contract is None:
        return Fact(Field.CONTRACT, {"contract": None, "kind": None}, _labels(read.options), True, bool(labelled))
    values = {"contract": read.contract, "kind": KIND_OF_CONTRACT[read.contract]}
    return Fact(Field.CONTRACT, values, labelled=bool(labelled))


def _both(one: ReadContracts, other: ReadContracts) -> ReadContracts:
    """Return what two sentences say together."""
    names = [
        *one.options,
        *([one.contract] if one.contract else []),
        *other.options,
        *([other.contract] if other.contract else []),
    ]
    distinct = list(dict.fromkeys(names))
    if len(distinct) < 2:
        return ReadContracts(distinct[0]) if distinct else ReadContracts()
    kept = engagements.narrowed(distinct)
    settled = one.options == () and other.options == ()
    return ReadContracts(kept[0]) if len(kept) == 1 and settled else ReadContracts(options=tuple(kept))


def _elsewhere(gathered: Gathered) -> tuple[Contract, ...]:
    """Return the contracts named only among duties or in a presentation: worth asking, not worth believing."""
    found = engagements.contracts(" . ".join(one.text for one in gathered.sentences if one.part is not Part.TERMS))
    options = (found.contract,) if found.contract else found.options
    return tuple(one for one in options if KIND_OF_CONTRACT[one] is Kind.JOB)


def _labels(contracts: tuple[Contract, ...]) -> tuple[str, ...]:
    return tuple(CONTRACT_LABELS[one] for one in contracts)


def _duration(gathered: Gathered) -> int | None:
    labelled = gathered.with_labels(Field.CONTRACT)
    if labelled:
        return engagements.duration_months(labelled)
    return engagements.duration_months(_terms(gathered))


def _time(gathered: Gathered) -> Fact:
    values = gathered.values(Field.WORKING_TIME)
    read = engagements.working_time("\n".join(values), labelled=True)
    if read == engagements.ReadTime():
        read = engagements.working_time(_terms(gathered))
    elsewhere = read == engagements.ReadTime()
    if elsewhere:
        duties = engagements.working_time("\n".join(one.text for one in gathered.sentences if one.part is Part.DUTIES))
        read = duties if not duties.doubtful else read
    fields = {"working_time": read.working_time, "hours_per_week": read.hours}
    options = tuple(WORKING_TIME_LABELS.values()) if read.doubtful else ()
    return Fact(Field.WORKING_TIME, fields, options, read.doubtful, bool(values), check=elsewhere)


def _pay(gathered: Gathered) -> Fact:
    labelled = gathered.with_labels(Field.PAY)
    read = pays.read(labelled, labelled=True)
    if read.pay is None and not read.doubtful:
        told = [one.text for one in gathered.sentences if one.part in (Part.TERMS, Part.HOW)]
        read = pays.read("\n".join(told))
    if read.pay is None and not read.doubtful:
        read = pays.read("\n".join(one.text for one in gathered.sentences if one.part is Part.DUTIES))
        return Fact(Field.PAY, {"pay": read.pay}, check=True)
    return Fact(Field.PAY, {"pay": read.pay}, (), read.doubtful, bool(labelled))


def _place(gathered: Gathered, employer: str | None, subject: str) -> Fact:
    values = gathered.values(Field.PLACE)
    read = workplaces.labelled(" ; ".join(values)) if values else workplaces.ReadPlace()
    if read.place is None and not read.options:
        said = workplaces.in_sentences(gathered.sentences, employer=employer)
        remote = read.remote if read.remote is not None else said.remote
        read = replace(said, remote=remote)
    if read.place is None and not read.options:
        named = workplaces.in_sentences(sentences(_bare(subject)), employer=employer)
        read = replace(named, remote=read.remote)
    if read.place is None and not read.options and gathered.values(Field.EMPLOYER):
        beside = workplaces.labelled(" ; ".join(gathered.values(Field.EMPLOYER)))
        options = (beside.place,) if beside.place else beside.options
        read = workplaces.ReadPlace(None, options, weak=True, remote=read.remote)
    only = read.place is None and len(read.options) == 1
    fields = {"place": read.options[0] if only else read.place, "remote": read.remote}
    if only:
        return Fact(Field.PLACE, fields, check=True, weak=read.weak)
    labels = tuple(place.label for place in read.options)
    return Fact(Field.PLACE, fields, labels, bool(labels), bool(values), weak=read.weak)


def _closing(gathered: Gathered, today: date) -> Fact:
    values = gathered.values(Field.CLOSES_ON)
    if values:
        read = deadlines.labelled(" ; ".join(values), today=today)
        if read.closes_on or read.doubtful:
            return Fact(Field.CLOSES_ON, {"closes_on": read.closes_on}, _said(read.options), read.doubtful, True)
    read = deadlines.in_sentences(_dated(gathered), today=today)
    if read.closes_on is None and len(read.options) == 1 and _is_near(read.options[0], today, gathered):
        return Fact(Field.CLOSES_ON, {"closes_on": read.options[0]}, check=True)
    return Fact(Field.CLOSES_ON, {"closes_on": read.closes_on}, _said(read.options), read.doubtful)


def _is_near(day: date, today: date, gathered: Gathered) -> bool:
    """Tell whether a day that is only hinted at is the one meant: of this season, with no day of the week to disagree."""
    return (day - today).days <= _A_SEASON and not _WEEKDAY.search(level(gathered.free))


def _start(gathered: Gathered, today: date) -> Fact:
    for value in gathered.values(Field.STARTS_ON):
        return Fact(Field.STARTS_ON, {"starts_on": deadlines.start_labelled(value, today=today)}, labelled=True)
    return Fact(Field.STARTS_ON, {"starts_on": deadlines.in_sentences(_dated(gathered), today=today).starts_on})


def _dated(gathered: Gathered) -> tuple[Sentence, ...]:
    """Return the sentences with the labels that say what their dates are about."""
    how = tuple(Sentence(f"candidature : {value}", Part.HOW) for value in gathered.values(Field.HOW))
    starts = set(gathered.values(Field.STARTS_ON))
    return (*(one for one in gathered.sentences if one.text not in starts), *how)


def _said(days: tuple[date, ...]) -> tuple[str, ...]:
    return tuple(say(day) for day in days)


def _terms(gathered: Gathered) -> str:
    return "\n".join(one.text for one in gathered.sentences if one.part is Part.TERMS)


def _bare(subject: str) -> str:
    return re.sub(r"^(?:(?:re|fwd?|tr|rép|rep|fw)\s*:\s*)+", "", subject.strip(), flags=re.IGNORECASE)[:300]


def _siret(text: str) -> str | None:
    """Return the 14 digits of a SIRET that is announced as one and whose check digit (Luhn) holds."""
    match = _SIRET.search(level(text))
    digits = re.sub(r"\D", "", match["digits"]) if match else ""
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(digits)]
    return digits if digits and sum(number // 10 + number % 10 for number in doubled) % 10 == 0 else None
