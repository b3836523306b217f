"""Titles of one post: "assistants familiaux" are looked for one by one, "un directeur ou une directrice" is one trade."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jobboard.folding import fold
from jobboard.readable import level
from jobboard.trades import Trade, stem

# Behind these words stands what the work is about, which keeps its number: "professeur des écoles", "chef de projets".
_ABOUT = frozenset("de du des d en a au aux pour dans sur chez avec".split())
_SMALL = frozenset("un une son sa futur future nouveau nouvelle h f e".split())
_NEVER_PLURAL = frozenset(
    "plus tres sous sans hors vers temps cours secours bras bus campus process sens ess ens".split()
)
_MARKED = re.compile(
    r"(?P<form>[·.(/-]\(?[a-zà-ÿ]{1,5}\)?)[·./-]?s\b", re.IGNORECASE
)  # "salarié·e·s", "formateur(trice)s"
_OTHER_FORM = re.compile(r"(?<=\w)[(·./-]{1,2}(?:e|ne|ère|ere|trice|rice|euse|ve|se|fe|le)\)?(?![\w])", re.IGNORECASE)
_TWO_FORMS = re.compile(
    r"^(?P<one>[\w'-]+)(?P<between> ?(?:ou|et|/) ?)(?:(?:un|une|son|sa|futur|future|nouveau|nouvel|nouvelle) )*"
    r"(?P<other>[\w'-]+)(?P<rest> .*)?$"
)


def singular(title: str) -> str:
    """Return the title of one post: "Travailleurs sociaux" is "Travailleur social"; what the work is about stays."""
    kept: list[str] = []
    about = False
    for word in _MARKED.sub(lambda match: match["form"], title).split():
        about = about or fold(word).split(" ")[0] in _ABOUT or "'" in word or "’" in word
        kept.append(word if about else "-".join(map(_one, word.split("-"))))
    return " ".join(kept)


def _one(word: str) -> str:
    """Return one word in the singular; acronyms and short words stay."""
    plain = level(word)
    if word.isupper() or len(word) < 4 or plain in _NEVER_PLURAL:
        return word
    if plain.endswith("eaux"):
        return word[:-1]
    if plain.endswith("aux"):
        return word[:-2] + "l"
    return word[:-1] if plain.endswith("s") and not plain.endswith("ss") else word


def one_gender(title: str) -> str:
    """Return the title with one of two forms of the same word: "directrice ou directeur de crèche" is the second."""
    match = _TWO_FORMS.match(title)
    if match is None or stem(fold(match["one"])) != stem(fold(match["other"])):
        return title
    return f"{match['other']}{match['rest'] or ''}"


def without_heads(said: Iterable[str]) -> list[str]:
    """Return titles without those that only begin another: "directrice" in "une directrice ou un directeur de crèche"."""
    listed = [one_gender(title) for title in said]
    stems = [[stem(word) for word in fold(title).split() if word not in _SMALL] for title in listed]
    return [
        title
        for title, own in zip(listed, stems, strict=True)
        if not any(len(own) == 1 and len(other) > 1 and other[0] == own[0] for other in stems)
    ]


def in_one_form(title: str) -> str:
    """Return the title without what stands for the other gender: "Chargé·e", "conseiller(e)", "directrice ou directeur"."""
    return one_gender(_OTHER_FORM.sub("", title))


def is_exactly(title: str, trade: Trade) -> bool:
    """Tell whether a title is a name of the trade, letter for letter but accents: in one gender, in the singular."""
    words = fold(re.sub(r"\(?\b[hf] ?/ ?[hf]\b\)?", " ", level(title))).split()
    known = {fold(name) for name in (trade.masculine, trade.feminine, *trade.synonyms)}
    if " ".join(words) in known:
        return True
    # A synonym in the feminine, or with a small word more: every word is one of its own, none is a plural of one.
    names = {word for name in known for word in name.split()}
    return all(word in names or (stem(word) in names and not word.endswith(("s", "x"))) for word in words)


def is_called_alike(title: str, trade: Trade) -> bool:
    """Tell whether a title begins with a word of the trade's own name, or is its acronym: "EJE", no "veilleur de nuit"."""
    if title.isupper():
        return True
    names = {stem(word) for word in fold(f"{trade.masculine} {trade.feminine}").split() if len(word) > 2}
    head = next(iter(fold(in_one_form(title)).split()), "")
    return stem(head) in names
