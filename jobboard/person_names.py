"""Names of people in a text: behind a title of courtesy, a first name or an initial, or alone on a line. No places, no trades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from jobboard.folding import fold

_FILE = files("jobboard") / "data" / "first_names.txt"
FIRST_NAMES: frozenset[str] = frozenset(
    word for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#") for word in line.split()
)

_UP = "[A-ZÀ-ÖØ-ÞŒ]"
_WORD = rf"{_UP}[\w'’]*(?:-[\w'’]+)*"
_PARTICLES = r"(?:(?:[Dd]e|[Dd]u|[Dd]es|[Ll]e|[Ll]a|[Vv]an|[Vv]on|[Ee]l|[Bb]en|[Dd]i|[Dd]a) |[Dd]['’]){0,2}"
_COURTESY = re.compile(
    r"(?<![\w.])(?:(?:M\.|MM\.|Mr\.?|Monsieur) et )?(?:M\.|MM\.|Mmes?\.?|Mlles?|Mr\.?|Monsieur|Madame|Mademoiselle|Dr\.?|Docteure?|Me"
    rf"|Maître|Pr\.?) {_PARTICLES}{_WORD}(?: {_PARTICLES}{_WORD})?"
)
_INITIAL = re.compile(
    rf"(?:^|(?<=[\n,.!?;:(–] )|(?<=[\n,]))(?:{_UP}\.[ -]?){{1,2}} ?{_PARTICLES}{_WORD}(?=[ \t]*(?:[\n,.;!(]|$))",
    re.MULTILINE,
)
_CAPITAL_WORD = re.compile(rf"(?<![\w'’-]){_WORD}")
_REST = re.compile(rf"(?: {_WORD}(?= {_PARTICLES}{_UP}))? {_PARTICLES}{_WORD}")
_AT = re.compile(r"(?:\b(?:[ÀàAa]|[Ss]ur|[Ee]n|[Vv]ers|[Dd]ans)|[/&]) $")
_LINE = re.compile(r"^[ \t–—-]*(?P<line>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,3})[ \t.,!]*$", re.MULTILINE)
_COURTESY_LINE = re.compile(
    r"^[ \t–—-]*(?:m\.|mr|mme|mlle|monsieur|madame) [\w'’-]+(?: [\w'’-]+){0,2}[ \t.!]*$", re.IGNORECASE | re.MULTILINE
)


def person_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of names of people. In a text all in capitals only titles of courtesy tell one."""
    for match in (*_COURTESY.finditer(text), *_COURTESY_LINE.finditer(text)):
        yield match.span()
    if not any(char.islower() for char in text):
        return
    for match in _INITIAL.finditer(text):
        yield match.span()
    for match in _CAPITAL_WORD.finditer(text):
        rest = _REST.match(text, match.end()) if is_first_name(match[0]) else None
        if rest and not _AT.search(text[max(match.start() - 6, 0) : match.start()]):
            yield match.start(), rest.end()
    yield from name_lines(text)


def name_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of lines that are nothing but somebody's name: below them stands what belongs to a signature."""
    for match in _LINE.finditer(text):
        if _is_a_name(match["line"].split()):
            yield match.span("line")
    for match in _COURTESY_LINE.finditer(text):
        yield match.span()


def is_first_name(word: str) -> bool:
    """Return whether a word is a first name, or one of two joined by a hyphen: "Anne-Lise", "Jean-Marc"."""
    parts = word.split("-")
    return fold(parts[0]) in FIRST_NAMES and (len(parts) == 1 or fold(parts[-1]) in FIRST_NAMES)


def _is_a_name(words: list[str]) -> bool:
    """Return whether the words of a line are somebody's first and last name, in whatever order and case."""
    if is_first_name(words[0]):
        small = all(word.islower() for word in words)
        return (len(words) <= 3 and small) or all(word[0].isupper() or len(word) <= 3 for word in words[1:])
    return words[0].isupper() and len(words) == 2 and words[1][0].isupper() and is_first_name(words[1])
