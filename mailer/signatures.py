"""Find signatures at the end of what people wrote, and the telephone and postal address inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_LINES = 15  # of one signature

_PREFIX = re.compile(r"[ \t>|]*")
_DELIMITER = re.compile(r"(?:-- ?|—|_{3,40})\s*")
_CLOSING = re.compile(
    r"(?:(?:bien|très|tres|sincèrement|sincerement)[ ,]+)?"
    r"(?:cordialement|cdlt|cdt|amicalement|solidairement|respectueusement|sincèrement|sincerement"
    r"|(?:bien|tout) à (?:vous|toi)|(?:meilleures|sincères|sinceres|cordiales|respectueuses)? ?salutations"
    r"|(?:belle|bonne|excellente) (?:journée|journee|soirée|soiree|semaine)|à (?:bientôt|bientot|très vite)"
    r"|(?:best|kind|warm|kindest) regards|regards|yours (?:sincerely|faithfully)|sincerely|best wishes|cheers)"
    r"(?:[ ,.!–-].{0,40})?",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:ps|p\.s\.|nb|n\.b\.)\b.*|(?:le|on) .{3,120}(?:écrit|wrote).*|-{3,}.*"
    r"|(?:de|from|envoyé|sent|objet|subject) ?:.*",
    re.IGNORECASE,
)
_SEPARATOR = r"[ \t\xa0\u202f\u2009.\-/]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w/.@])(?:(?:\+|00)\d{{1,3}}{_SEPARATOR}(?:\(0\){_SEPARATOR})?[1-9]|\(?0[1-9]\)?)(?:{_SEPARATOR}\d{{2}}){{4}}(?!\d)"
    rf"|(?<![\w/.@])\+\d{{1,3}}(?:{_SEPARATOR}\(?\d{{1,4}}\)?){{2,6}}(?!\d)"
)
_POSTAL = re.compile(
    r"(?:.{0,40}[ ,|:–-])??(?:\d{1,4}[ ,]{1,2}(?:(?:bis|ter|quater)[ ,]{1,2})?)"
    r"(?:rue|avenue|av\.?|boulevard|bd|bld|place|allée|allee|chemin|impasse|quai|cours|route|square|passage|voie|faubourg)\b.*"
    r"|.{0,60}\b(?:F-)?\d{5} +(?-i:[A-ZÀ-Þ])[\w'’ -]{1,50}(?:cedex.*)?"
    r"|(?:bp|cs) ?\d{2,6}\b.*",
    re.IGNORECASE,
)


def find_contact_details(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and kind ("phone" or "postal") of the contact details inside signatures.

    What people write about telephone and place outside a signature is content and stays.
    """
    for start, end in find_signatures(text):
        for match in _PHONE.finditer(text, start, end):
            yield match.start(), match.end(), "phone"
        for line_start, line in _lines(text, start, end):
            prefix = _PREFIX.match(line)
            indent = prefix.end() if prefix else 0
            if _POSTAL.fullmatch(line[indent:].rstrip()):
                yield line_start + indent, line_start + len(line.rstrip()), "postal"


def find_signatures(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the signatures stand, quoted ones too: after "-- " or a closing formula, up to what follows them."""
    start, depth, count = -1, 0, 0
    for position, line in _lines(text, 0, len(text)):
        prefix = _PREFIX.match(line)
        words = line[prefix.end() if prefix else 0 :].strip()
        level = line[: prefix.end() if prefix else 0].count(">")
        if start >= 0 and (level != depth or count >= MAX_LINES or _OVER.fullmatch(words)):
            yield start, position
            start = -1
        if start < 0 and (_DELIMITER.fullmatch(words) or _CLOSING.fullmatch(words)):
            start, depth, count = position, level, 0
        count += bool(words)
    if start >= 0:
        yield start, len(text)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the position and the words of each line between two positions."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, text[start:stop]
        start = stop + 1
