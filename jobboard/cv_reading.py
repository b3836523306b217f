"""What the words of a CV say of somebody, as a portrait to be proposed: only names of our own tables, and of diplomas.

Nothing else of the text comes out: no name, address, phone, birth date, family status. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from jobboard import diplomas, places, trades
from jobboard.criteria import PlaceWanted
from jobboard.folding import fold
from jobboard.person_names import is_first_name
from jobboard.phrases import flat, without_addresses, words_of
from jobboard.places import PlaceKind
from jobboard.portraits import MOST_SKILLS, Portrait
from jobboard.study_levels import level_of

_SKILLS = files("jobboard") / "data" / "skills.csv"
LONGEST = 40_000  # characters that are read
_MOST_TRADES, _MOST_DIPLOMAS = 3, 6
_HEAD_LINES = 12  # where the title of a CV and the town of its writer stand
_LONGEST_SKILL = 6  # words
_LONGEST_DIPLOMA = 70
_MOST_YEARS = 50

LANGUAGES: dict[str, str] = {
    "anglais": "anglais", "english": "anglais", "espagnol": "espagnol", "spanish": "espagnol", "allemand": "allemand",
    "german": "allemand", "italien": "italien", "italian": "italien", "portugais": "portugais", "portuguese": "portugais",
    "arabe": "arabe", "arabic": "arabe", "berbere": "berbère", "kabyle": "kabyle", "russe": "russe", "russian": "russe",
    "ukrainien": "ukrainien", "chinois": "chinois", "mandarin": "chinois", "chinese": "chinois", "japonais": "japonais",
    "turc": "turc", "turkish": "turc", "polonais": "polonais", "roumain": "roumain", "neerlandais": "néerlandais",
    "dutch": "néerlandais", "breton": "breton", "basque": "basque", "occitan": "occitan", "corse": "corse",
    "catalan": "catalan", "creole": "créole", "wolof": "wolof", "bambara": "bambara", "lingala": "lingala",
    "pachto": "pachto", "dari": "dari", "farsi": "persan", "persan": "persan", "hindi": "hindi", "tamoul": "tamoul",
    "vietnamien": "vietnamien", "grec": "grec", "albanais": "albanais", "tigrigna": "tigrigna", "somali": "somali",
}  # fmt: skip
# Languages are read where a CV speaks of them: after such a heading, or beside a level.
_LANGUAGE_HEADING = re.compile(r"\blangues?\b|\blanguages?\b|\blinguistique")
_LANGUAGE_LEVEL = re.compile(
    r"\b(courante?|bilingue|maternelle|lue?|parlee?|ecrite?|scolaire|intermediaire|notions|niveau|fluent|native|[abc][12])\b"
)
_SPAN = re.compile(
    r"(?<!\d)(?P<from>(?:19[6-9]|20[0-4])\d)(?!\d)[^\n\d]{0,25}?(?:-|–|—|/|\ba\b|\bau\b|\bto\b|\bjusqu)[^\n\d]{0,25}?"
    r"(?:(?P<to>(?:19[6-9]|20[0-4])\d)(?!\d)|(?P<now>aujourd|ce jour|present|actuel|en cours|now|today))"
)
_SINCE = re.compile(r"\b(?:depuis|since)\b[^\n\d]{0,20}(?P<from>(?:19[6-9]|20[0-4])\d)(?!\d)")
_YEARS = re.compile(r"(?<!\d)(?P<years>\d{1,2}) ?(?:ans|annees|years)\b[^\n]{0,15}\bexperiences?\b")
_YEARS_AFTER = re.compile(r"\bexperiences?\b[^\n\d]{0,15}(?P<years>\d{1,2}) ?(?:ans|annees|years)\b")
# What a section of a CV is called, at the beginning of a line.
_SECTIONS = {
    "work": re.compile(r"^\W*(?:mes |my )?(?:experiences?|parcours(?: professionnel)?|emplois?|work|employment|professional)\b"),
    "study": re.compile(r"^\W*(?:mes |my )?(?:formations?|etudes|diplomes|education|studies|cursus|certifications?|qualifications?)\b"),
    "free time": re.compile(r"^\W*(?:centres? d'interet|loisirs|hobbies|interests?|divers|a propos de moi)\b"),
    "other": re.compile(r"^\W*(?:langues?|languages?|competences?|skills|savoir|informatique|benevolat|engagements?|contact|references?)\b"),
}  # fmt: skip
_BORN = re.compile(r"\bnee?s? (?:le|a|en)\b|\bdate de naissance\b|\bborn\b|\bbirth\b|\b\d{2} ans\b(?! d)")
_STREET = re.compile(
    r"\b\d{1,4} ?(?:bis|ter)?,? (?:rue|avenue|av|boulevard|bd|allee|chemin|impasse|place|quai|route|square)\b"
)
_AFTER_DIPLOMA = re.compile(
    r"\s*(?:[-–—:(,|/]|\b(?:19|20)\d\d\b|\b(?:a|au|aux|chez|obtenu|mention|universite|lycee|ecole|institut|iut|afpa|greta|cfa|gip)\b).*$"
)


def read(text: str, *, today: date) -> Portrait:
    """Return what the CV says, each thing once, most telling first; empty when nothing of our tables is in it."""
    clean = without_addresses(text[:LONGEST])
    lines = [line.strip() for line in clean.splitlines() if line.strip()]
    told = _sections(lines)
    found = tuple(dict.fromkeys(_diplomas(lines)))[:_MOST_DIPLOMAS]
    levels = [level for one in found if (level := level_of(one)) is not None]
    return Portrait(
        trades=_trades(lines, told),
        places=_places(lines),
        experience_years=_experience(lines, told, today=today),
        diplomas=found,
        diploma_level=max(levels, default=None),
        skills=_skills("\n".join(line for line, section in zip(lines, told, strict=True) if section != "free time")),
        languages=tuple(_languages(lines)),
    )


def _sections(lines: list[str]) -> list[str]:
    """Return for each line the section that it stands in: "head", "work", "study", "free time" or "other"."""
    current, found = "head", []
    for line in lines:
        low = flat(line)
        if len(low) < 60:
            current = next((name for name, heading in _SECTIONS.items() if heading.match(low)), current)
        found.append(current)
    return found


def _trades(lines: list[str], told: list[str]) -> tuple[str, ...]:
    """Return the trades by weight: the title of the CV above what she did, what she did above what she learned."""
    weights = {"head": 5, "work": 3, "study": 1}
    counted: Counter[str] = Counter()
    for number, (line, section) in enumerate(zip(lines, told, strict=True)):
        if section == "head" and number >= _HEAD_LINES:
            section = "other"
        for one in trades.mentioned(line):
            if not one.vague and not one.mended:
                counted[one.trade.code] += 0 if one.domain else weights.get(section, 0)
    heaviest = max(counted.values(), default=0)
    # What weighs little beside the rest is a word in passing.
    return tuple(code for code, weight in counted.most_common(_MOST_TRADES) if weight and weight * 4 >= heaviest)


def _places(lines: list[str]) -> tuple[PlaceWanted, ...]:
    """Return the commune of the address at the head of the CV, never more of it."""
    for line in lines[:_HEAD_LINES]:
        if _BORN.search(flat(line)):
            continue
        for one in places.mentioned(_without_street(line)):
            if len(one.sure) == 1 and one.sure[0].kind is PlaceKind.COMMUNE:
                return (PlaceWanted.at(one.sure[0], None),)
    return ()


def _without_street(line: str) -> str:
    """Return what follows a street in an address: "12 rue de Brest, 44000 Nantes" is not Brest."""
    low = flat(line)
    street = _STREET.search(low)
    postal = re.search(r"(?<!\d)\d{5}(?!\d)", low)
    if street is None or len(low) != len(line):
        return line
    return line[postal.start() :] if postal and postal.start() > street.start() else line[: street.start()]


def _experience(lines: list[str], told: list[str], *, today: date) -> int | None:
    """Return the years of work: as she says them, else those that the dates of her jobs cover together."""
    everything = flat("\n".join(lines))
    said = [int(match["years"]) for found in (_YEARS, _YEARS_AFTER) for match in found.finditer(everything)]
    if said:
        return min(max(said), _MOST_YEARS)
    work = flat("\n".join(line for line, section in zip(lines, told, strict=True) if section == "work"))
    years: set[int] = set()
    for match in _SPAN.finditer(work):
        years.update(range(int(match["from"]), min(int(match["to"] or today.year), today.year)))
    for match in _SINCE.finditer(work):
        years.update(range(int(match["from"]), today.year))
    return min(len(years), _MOST_YEARS) if years else None


def _diplomas(lines: list[str]) -> Iterator[str]:
    for line in lines:
        low = flat(line)
        if _BORN.search(low) or len(low) != len(line) or len(line) > 300:
            continue
        for start, end in diplomas.diplomas(line, low):
            cut = _AFTER_DIPLOMA.sub("", flat(line[start:end]))
            name = " ".join(line[start : start + len(cut)].split()).strip(" .,;:-–'’")
            if 2 < len(name) <= _LONGEST_DIPLOMA and not any(map(is_first_name, fold(name).split())):
                yield name


@cache
def _skill_names() -> dict[tuple[str, ...], str]:
    found = {}
    for row in _SKILLS.read_text(encoding="utf-8").splitlines():
        label, spellings = row.split(";")
        for spelling in (label, *spellings.split("|")):
            found[tuple(fold(spelling).split())] = label
    return found


def skill_named(text: str) -> str:
    """Return the skill of our table that the words as a whole name; "" for none."""
    return _skill_names().get(tuple(fold(text).split()), "")


def _skills(text: str) -> tuple[str, ...]:
    """Return the skills of our table that the text names, the longest name first, in order."""
    words = [word.folded for word in words_of(text)]
    found: dict[str, None] = {}
    at = 0
    while at < len(words):
        for count in range(min(_LONGEST_SKILL, len(words) - at), 0, -1):
            label = _skill_names().get(tuple(words[at : at + count]))
            if label:
                found[label] = None  # "-": words that look like a skill, and are none
                at += count - 1
                break
        at += 1
    found.pop("-", None)
    return tuple(found)[:MOST_SKILLS]


def _languages(lines: Iterable[str]) -> Iterator[str]:
    """Yield the languages of lines that speak of them: below the heading, or with a level beside the name."""
    seen: set[str] = set()
    near = 0
    for line in lines:
        low = flat(line)
        near = 6 if _LANGUAGE_HEADING.search(low) else near - 1
        if near <= 0 and not _LANGUAGE_LEVEL.search(low):
            continue
        for word in re.findall(r"[a-z]+", low):
            name = LANGUAGES.get(word)
            if name and name not in seen:
                seen.add(name)
                yield name
