"""Bare answers to what we asked: "31 décembre", "2300 à 2600 euros brut", "Association Horizon"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from jobboard import moments
from jobboard import pay as pays
from jobboard.contracts import CONTRACT_LABELS, KIND_OF_CONTRACT
from jobboard.moments import say
from jobboard.readable import level
from jobboard.reading import contents, deadlines, employers, engagements, titles, workplaces
from jobboard.reading.fields import Fact, Field
from jobboard.reading.gathering import Gathered
from jobboard.reading.sentences import Part, Sentence, sentences, without_greeting

_POLITE = re.compile(
    r"^(?:bonjour|bonsoir|merci|oui|ok|d'accord|tres bien|parfait|voici|voila|hello|hi|thanks|bonne journee"
    r"|cordialement|dans l'attente|comme convenu"
    r"|voici (?:les|nos|mes|vos|la|le|ma) (?:reponses?|informations?|complements?|precisions?"
    r"|elements?)(?: manquant\w*| demande\w*)?|suite a votre mail)?[ ,.!:;]*$"
)
_NUMBERED = re.compile(r"^[ \t]*(?:[-*•–—]+|\d{1,2}[.)])[ \t]+")
_ALL_PAY = re.compile(
    r"(?:[\d\s.,'à€k/+-]|\b(?:a|de|entre|et|brut|bruts|brute|net|nets|euros?|eur|keur|ke|par|mois|mensuels?|an"
    r"|annuels?|heure|horaire|h|environ|minimum|maximum"
    r"|gross|per|month|year|selon|profil|experience|convention|ccn|coef\w*|indice|groupe|smic|le|la|l'|un|soit)\b"
    r"|[–—()%:])+"
)
_BESIDE_A_PLACE = re.compile(
    r"(?:[\s.,;:()/-]|\b(?:c'est|ce|sera|a|au|dans|le|la|les|poste|basee?|en|sur|lieu|travail|bureaux?|notre|nos"
    r"|locaux|ville|de|d|du|100|complet|total"
    r"|entierement|oui|departement|region|it|is|in|at)\b|%)*"
)
_TEXTUAL = (Field.TITLE, Field.EMPLOYER, Field.DUTIES)
_PROMISE = re.compile(
    r"\b(?:je (?:vous|te|ne|reviens|l'envoie)|on vous|nous vous|plus tard|ulterieurement|a venir|je vois|i will"
    r"|i'll|voir|cf|ci-joint|piece jointe)\b|\?"
)


def bare(gathered: Gathered, asked: tuple[Field, ...], told: Iterable[Fact], *, today: date) -> tuple[Fact, ...]:
    """Return what unlabelled lines answer to the fields asked for and not told otherwise.

    A date, a pay, a place, a contract are known by their shape; words alone only answer when one such thing was asked.
    """
    known = {fact.field for fact in told if not fact.doubtful}
    open_fields = [field for field in asked if field not in known]
    if not open_fields or not gathered.free.strip():
        return ()
    lines = _lines(gathered.free)
    if len(asked) == 1:
        told_text = _unpolished(gathered.free) if asked[0] is Field.DUTIES else " ".join(lines)
        only = _ONLY.get(asked[0], _nothing)(told_text, today)
        return (only,) if only else ()
    found: list[Fact] = []
    rest: list[str] = []
    for line in lines:
        for piece in [line] if _shaped(line, open_fields, today) else _pieces(line, open_fields, today):
            fact = _shaped(piece, open_fields, today)
            if fact is None:
                rest.append(piece)
            else:
                found.append(fact)
                open_fields.remove(fact.field)
    return (*found, *_worded(rest, [field for field in open_fields if field in _TEXTUAL], today))


def _pieces(line: str, open_fields: list[Field], today: date) -> list[str]:
    """Return "31 décembre, 2300 à 2600 € brut" as its two answers; the line itself when none of its pieces is one."""
    pieces = [piece.strip() for piece in re.split(r", | ; | / | — ", line) if piece.strip()]
    return pieces if any(_shaped(piece, open_fields, today) for piece in pieces) else [line]


def _lines(free: str) -> list[str]:
    """Return the lines that say something, bullets and numbers taken off."""
    lines = [without_greeting(_NUMBERED.sub("", line)).strip() for line in free.split("\n")]
    return [line for line in lines if line and not _POLITE.match(level(line))]


def _unpolished(free: str) -> str:
    """Return the free text as it stands, bullets and all, without its polite lines."""
    lines = [without_greeting(line) for line in free.split("\n")]
    return "\n".join(line for line in lines if not (line.strip() and _POLITE.match(level(line.strip()))))


def _shaped(line: str, open_fields: list[Field], today: date) -> Fact | None:
    """Return what a line is by its shape, among what was asked."""
    for field, reader in _SHAPES.items():
        if field in open_fields and (fact := reader(line, today)) is not None:
            return fact
    return None


def _worded(rest: list[str], open_fields: list[Field], today: date) -> list[Fact]:
    """Give the lines that have no shape to the one thing in words that was asked, or to what they plainly are."""
    found: list[Fact] = []
    for line in list(rest):
        for field, plainly in ((Field.EMPLOYER, employers.begins_with_noun), (Field.TITLE, _names_a_trade)):
            if field in open_fields and len(line.split()) <= 10 and plainly(line):
                fact = _ONLY[field](line, today)
                if fact:
                    found.append(fact)
                    rest.remove(line)
                    open_fields = [one for one in open_fields if one is not field]
                    break
    if len(open_fields) == 1 and rest and (open_fields[0] is Field.DUTIES or len(rest) == 1):
        fact = _ONLY[open_fields[0]]("\n".join(rest), today)
        found += [fact] if fact else []
    return found


def _names_a_trade(line: str) -> bool:
    return any(one.start < 4 for one in titles.trades_in(line))


def _closing(text: str, today: date) -> Fact | None:
    read = moments.read(text, today=today)
    if read is None:
        return None
    options = tuple(say(day) for day in read.options)
    return Fact(Field.CLOSES_ON, {"closes_on": read.day}, options, read.day is None)


def _closing_only(text: str, today: date) -> Fact | None:
    """Take the one date of an answer to "until when?", however it is wrapped."""
    fact = _closing(text, today)
    if fact is not None or _PROMISE.search(level(text)):
        return fact
    read = deadlines.answered(text, today=today)
    if not read.closes_on and not read.doubtful:
        return None
    return Fact(Field.CLOSES_ON, {"closes_on": read.closes_on}, tuple(say(day) for day in read.options), read.doubtful)


def _pay(text: str, today: date) -> Fact | None:
    read = pays.read(text, labelled=_ALL_PAY.fullmatch(level(text)) is not None)
    return Fact(Field.PAY, {"pay": read.pay}, (), read.doubtful) if read.pay or read.doubtful else None


def _pay_only(text: str, today: date) -> Fact | None:
    read = pays.read(text, labelled=True)
    return Fact(Field.PAY, {"pay": read.pay}, (), read.doubtful) if read.pay or read.doubtful else None


def _place(text: str, today: date) -> Fact | None:
    """Take a line that is a place and hardly anything else."""
    found = workplaces.mentioned(text)
    beside = level(text[: found[0].start] + " " + text[found[-1].end :]) if found else level(text)
    remote = workplaces.labelled(text).remote
    return _place_only(text, today) if (found or remote) and _BESIDE_A_PLACE.fullmatch(beside) else None


def _place_only(text: str, today: date) -> Fact | None:
    read = workplaces.labelled(text)
    if read.place is None and not read.options:
        return None
    options = tuple(place.label for place in read.options)
    return Fact(Field.PLACE, {"place": read.place, "remote": read.remote}, options, read.place is None)


def _contract(text: str, today: date) -> Fact | None:
    read = engagements.contracts(text, labelled=True)
    if read.contract is not None:
        return Fact(Field.CONTRACT, {"contract": read.contract, "kind": KIND_OF_CONTRACT[read.contract]})
    options = tuple(CONTRACT_LABELS[one] for one in read.options)
    return Fact(Field.CONTRACT, {"contract": None, "kind": None}, options, True) if options else None


def _employer(text: str, today: date) -> Fact | None:
    name = None if _PROMISE.search(level(text)) else employers.from_answer(text)
    return Fact(Field.EMPLOYER, {"employer": name}) if name else None


def _title(text: str, today: date) -> Fact | None:
    if _PROMISE.search(level(text)) or len(text.split()) > 14:
        return None
    title = titles.from_label(text)
    return Fact(Field.TITLE, {"title": title}) if title else None


def _duties(text: str, today: date) -> Fact | None:
    """Take what tells of the work, without the sentences that answer something else."""
    kept = [
        one
        for one in sentences(text, within=Part.DUTIES)
        if one.part is Part.DUTIES and not _tells_else(one.text, today)
    ]
    told = contents.told(text, kept, Part.DUTIES)
    words = len(level(told or "").split())
    if told is None or words < 3 or (_PROMISE.search(level(told)) and words < 25):
        return None
    return Fact(Field.DUTIES, {"duties": told})


def _tells_else(sentence: str, today: date) -> bool:
    """Tell whether a sentence is about pay, a deadline, a contract or the employer."""
    read = pays.read(sentence)
    dated = deadlines.in_sentences((Sentence(sentence, Part.HOW),), today=today)
    return bool(
        read.pay
        or read.doubtful
        or dated.closes_on
        or dated.starts_on
        or engagements.contracts(sentence, labelled=True).contract
        or employers.from_sentences((Sentence(sentence, Part.TERMS),))
        or _POLITE.match(level(sentence))
    )


def _nothing(text: str, today: date) -> Fact | None:
    return None


_Reader = Callable[[str, date], "Fact | None"]
_SHAPES: dict[Field, _Reader] = {
    Field.CLOSES_ON: _closing,
    Field.PAY: _pay,
    Field.CONTRACT: _contract,
    Field.PLACE: _place,
}
_ONLY: dict[Field, _Reader] = {
    Field.CLOSES_ON: _closing_only,
    Field.PAY: _pay_only,
    Field.CONTRACT: _contract,
    Field.PLACE: _place_only,
    Field.EMPLOYER: _employer,
    Field.TITLE: _title,
    Field.DUTIES: _duties,
}
