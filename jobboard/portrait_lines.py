"""A portrait as lines that its person reads and corrects, "Compétences : paie, Sage", by mail or in a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from jobboard import cv_reading, places, trades
from jobboard.biography import trade_labels
from jobboard.criteria import PlaceWanted
from jobboard.errors import Refused
from jobboard.folding import fold
from jobboard.letters.cards import Line
from jobboard.phrases import without_addresses
from jobboard.places import PlaceKind
from jobboard.portraits import MOST_PLACES, MOST_SKILLS, MOST_TRADES, Portrait
from jobboard.study_levels import level_of

LABELS = ("Métiers", "Lieu", "Expérience", "Diplômes", "Compétences", "Langues")
TRADES, PLACE, EXPERIENCE, DIPLOMAS, SKILLS, LANGUAGES = LABELS
_SPELLINGS = {
    "metier": TRADES, "metiers": TRADES, "trade": TRADES, "trades": TRADES, "lieu": PLACE, "lieux": PLACE,
    "place": PLACE, "experience": EXPERIENCE, "diplome": DIPLOMAS, "diplomes": DIPLOMAS, "diplomas": DIPLOMAS,
    "competence": SKILLS, "competences": SKILLS, "skills": SKILLS, "langue": LANGUAGES, "langues": LANGUAGES,
    "languages": LANGUAGES,
}  # fmt: skip
LONGEST_ITEM = 70
_MOST_ITEMS = 12
_LINE = re.compile(r"^\s*[-*•]?\s*([^\W\d_]{4,12})\s*:(.*)$")
_NOT_IN_A_PROFILE = re.compile(
    r"@|\d{5,}|(?:\d\d[ .-]?){4,}|\b(?:rue|avenue|boulevard|impasse)\b|\bn[ée]e?s? (?:le|en|à)\b|\b(?:mari[ée]e?|c[ée]libataire"
    r"|divorc[ée]e?|pacs[ée]e?|enfants?)$|\bhttps?:",
    re.IGNORECASE,
)


def lines(portrait: Portrait) -> tuple[Line, ...]:
    """Return what the portrait says of who she is and what she can do, empty fields left out."""
    return tuple(Line(label, value) for label, value in values(portrait).items() if value)


def values(portrait: Portrait) -> dict[str, str]:
    """Return every field as it is read and written in a form, by label."""
    years = portrait.experience_years
    return {
        TRADES: ", ".join(trade_labels(portrait)),
        PLACE: " ; ".join(place.described for place in portrait.places),
        EXPERIENCE: "" if years is None else f"{years} an" if years == 1 else f"{years} ans",
        DIPLOMAS: ", ".join(portrait.diplomas),
        SKILLS: ", ".join(portrait.skills),
        LANGUAGES: ", ".join(portrait.languages),
    }


def corrections(text: str) -> dict[str, str]:
    """Return the labelled lines of an answer, by label; an empty value takes away what the line said."""
    found = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        label = _SPELLINGS.get(fold(match[1])) if match else None
        if match and label:
            found[label] = match[2].strip()
    return found


def corrected(portrait: Portrait, given: Mapping[str, str]) -> Portrait:
    """Return the portrait with these fields as she wrote them.

    Raises Refused("correction-not-understood", label) where a trade, a place or a number cannot be read.
    """
    before = values(portrait)
    for label, value in given.items():
        if value.strip() != before[label]:
            portrait = _CORRECT[label](portrait, value.strip())
    return portrait


def _trades(portrait: Portrait, value: str) -> Portrait:
    found = tuple(dict.fromkeys(one.trade.code for one in trades.mentioned(value) if not one.vague))[:MOST_TRADES]
    return replace(portrait, trades=_understood(found, value, TRADES))


def _place(portrait: Portrait, value: str) -> Portrait:
    kept = {place.described: place for place in portrait.places}
    found: list[PlaceWanted] = []
    for part in value.split(";"):
        if part.strip() in kept:
            found.append(kept[part.strip()])
            continue
        radius = re.search(r"(\d{1,3}) ?km", part)
        for one in places.mentioned(part.strip()[:1].upper() + part.strip()[1:]):
            for place in one.sure:
                around = int(radius[1]) if radius and place.kind is PlaceKind.COMMUNE else None
                found.append(PlaceWanted.at(place, around))
    return replace(portrait, places=_understood(tuple(dict.fromkeys(found))[:MOST_PLACES], value, PLACE))


def _experience(portrait: Portrait, value: str) -> Portrait:
    number = re.search(r"\d{1,2}", value)
    if value and number is None:
        raise Refused("correction-not-understood", label=EXPERIENCE)
    return replace(portrait, experience_years=int(number[0]) if number else None)


def _diplomas(portrait: Portrait, value: str) -> Portrait:
    found = items(value)
    levels = [level for one in found if (level := level_of(one)) is not None]
    return replace(portrait, diplomas=found, diploma_level=max(levels, default=None))


def _skills(portrait: Portrait, value: str) -> Portrait:
    named = (cv_reading.skill_named(one) or one for one in items(value, most=MOST_SKILLS))
    return replace(portrait, skills=tuple(dict.fromkeys(named)))


def _languages(portrait: Portrait, value: str) -> Portrait:
    named = (cv_reading.LANGUAGES.get(fold(one), one) for one in items(value))
    return replace(portrait, languages=tuple(dict.fromkeys(named)))


def _understood(found: tuple, value: str, label: str) -> tuple:  # type: ignore[type-arg]  # of whatever is corrected
    if value and not found:
        raise Refused("correction-not-understood", label=label)
    return found


def items(value: str, *, most: int = _MOST_ITEMS) -> tuple[str, ...]:
    """Return the things of a list that she wrote, short and clean; what has no place in a profile is left out."""
    found = (" ".join(one.split()).strip(" .:-–")[:LONGEST_ITEM] for one in re.split(r"[,;\n]", value))
    return tuple(dict.fromkeys(one for one in found if one and may_stand(one)))[:most]


def may_stand(words: str) -> bool:
    """Tell whether words may enter a profile: no address, phone, link, birth, family."""
    return without_addresses(words) == words and not _NOT_IN_A_PROFILE.search(words) and words.isprintable()


_CORRECT: dict[str, Callable[[Portrait, str], Portrait]] = {
    TRADES: _trades,
    PLACE: _place,
    EXPERIENCE: _experience,
    DIPLOMAS: _diplomas,
    SKILLS: _skills,
    LANGUAGES: _languages,
}
