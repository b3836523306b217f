"""Cutting a mail into what its labels announce ("Lieu : Nantes") and what stands free of them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache

from jobboard.readable import clean, level
from jobboard.reading.fields import LABELS, PLAIN_LABELS, Field, without_hints
from jobboard.reading.quotations import unquoted

MOST_READ = 100_000  # characters: what lies beyond is no offer any more

LONGEST_VALUE = 1_000  # characters after "Lieu :" and the like
_LONGEST_SIGNATURE = 600  # characters
LONG_FIELDS = frozenset({Field.DUTIES, Field.PROFILE, Field.HOW, None})  # read on until the next label


@dataclass(frozen=True, slots=True)
class Section:
    """Some words of a mail; `label`: the levelled word that announced them, None for free text."""

    label: str | None
    field: Field | None
    text: str


_BULLET = r"(?:[ \t]*(?:[-*•·–—#_▪●◦➢✓]|\d{1,2}[.)])[ \t]*){0,3}"
_INTRODUCTION = (
    r"(?:l'|le |la |les |votre |vos |notre |nos |leur |sa |ses |son |ta |tes |ton )?"
    r"(?P<label>{labels})(?:s|\(s\))?(?: ?(?:et|/|&|,|\+) ?(?:l'|le |la |les |votre )?(?:{labels}))?"
    r"(?: (?:du poste|de l'offre|proposee?s?|prevue?s?|souhaitee?s?|estimee?s?|envisagee?s?|confiees?|requise?s?"
    r"|indicative))?"
    r"(?: ?\([^()\n]{{0,60}}\))?[*_ ]{{0,3}}"
)
_SEPARATOR = r"(?: ?(?::|：|=>|->|→|⇒|=)[*_]{0,2})"
_CLOSING_WORDS = re.compile(
    r"^[ \t]*(?:(?:bien |tres )?cordialement|bien a vous|cdlt|cdt|bien sincerement|sinceres salutations|salutations"
    r"|(?:avec )?(?:nos|mes) (?:sinceres |meilleures )?salutations|(?:tres )?(?:bonne|belle) (?:journee|soiree"
    r"|semaine|fin de)"
    r"|(?:best|kind|warm) regards|regards|sincerely|yours|thanks|thank you|merci d'avance|merci par avance"
    r"|merci beaucoup"
    r"|merci a vous|en vous remerciant|dans l'attente|bien solidairement|solidairement|amicalement|associativement"
    r"|bien amicalement|je vous remercie|je reste a votre|nous restons a votre|restant a votre|belle journee"
    r"|merci ?[.!]*[ \t]*$|merci ?, ?[a-z][a-z'-]{1,20}(?: [a-z][a-z'-]{1,25}){0,2}[ \t.!]*$|envoye de mon|envoye depuis|sent from|--+[ \t]*$|__+[ \t]*$)",
    re.MULTILINE,
)
_INLINE_CLOSING = re.compile(
    r"[.!?\n] {0,3}(?P<words>(?:(?:bien |tres )?cordialement|bien a vous|sinceres salutations|(?:best |kind )regards"
    r"|merci d'avance|merci par avance|(?:bonne|belle) (?:journee|soiree)|solidairement|amicalement)\b)"
)
_LAST_WORD = re.compile(r"[.!?] {0,3}(?P<words>(?:un grand )?merci(?: d'avance| beaucoup| a vous)?[ .!]{0,4}\s{0,9})$")
_ITEM = re.compile(r"<li(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|tbody|body|html|head)(?:[\s/][^<>]{0,300})?>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|font|td|th|small|img|o:p|meta|style)(?:[\s/][^<>]{0,300})?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5}|#x[\da-f]{2,4});", re.IGNORECASE)
_HEADER = r"[ \t*]*(?:de|from|envoy[ée]e?(?: le)?|date|sent|[àa]|to|cc|copie|r[ée]pondre [àa]|reply-to|objet|sujet|subject)[ *]*:.*"
_FORWARDED = re.compile(
    r"^(?:[ \t]*-{2,}[ \t]*(?:message|forwarded|d[ée]but|mail|e-mail|original)[^\n]*\n\s{0,9})?"
    rf"[ \t*]*(?:de|from)[ *]*:[^\n]*\n(?:{_HEADER}\n){{1,6}}"
    r"|^[ \t]*-{2,}[ \t]*(?:message|forwarded|d[ée]but|mail|e-mail|original)[^\n]*$|^[ \t]*[-_=]{3,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_NEVER_ALONE = frozenset(
    "type temps start apply date statut nature site mail email e-mail telephone adresse objet place".split()
)
_SENTENCE_END = re.compile(
    r"(?<!coef)(?<!Coef)(?<!env)(?<!min)(?<!max)(?<!\bM)(?<!\bn)(?<![.!?…])[.!?…]+ +(?=[A-ZÀ-ÝŒ«\"•\d])|[;|]|\n| —+ "
    r"|(?<=\D) – | – (?=\D)"
)


def prepare(text: str, *, of_reply: bool = False) -> str:
    """Return the text without quotation marks, hints of our template and signature, at most `MOST_READ` characters.

    Quoted lines are kept when nothing else is written, or when labels of ours are among them and this is no reply
    to a draft: then somebody filled the template inside the quotation.
    """
    text = clean(_unmarked(text[:MOST_READ])).replace("\t", "  ")
    text = without_hints(unquoted(text, of_reply=of_reply, labels_in=_count_labels))
    if of_reply:
        return _unsigned(text)
    return "\n\n".join(part for part in map(_unsigned, _FORWARDED.split(text)) if part.strip())


def signature(text: str) -> str:
    """Return what stands below the closing words of a mail, or the empty string; a forwarded mail has none of its own."""
    text = clean(_unmarked(text[:MOST_READ]))
    if _FORWARDED.search(text):
        return ""
    text = without_hints(unquoted(text, of_reply=False, labels_in=_count_labels))
    return text[len(_unsigned(text)) :][:_LONGEST_SIGNATURE]


def _unmarked(text: str) -> str:
    """Return the text without what is left of HTML: tags become line ends or nothing, entities their characters."""
    if _ENTITY.search(text) or _BLOCK.search(text):
        text = _TAG.sub("", _BLOCK.sub("\n", _ITEM.sub("\n- ", text)))
        text = html.unescape(text)
    return text


def split(text: str) -> tuple[Section, ...]:
    """Return the sections of a prepared text in order, free text between them; linear in its length."""
    plain = level(text)
    marks = _labels(plain)
    sections: list[Section] = []
    reached = 0
    for at, (start, end, label) in enumerate(marks):
        if text[reached:start].strip(" \n"):
            sections.append(Section(None, None, text[reached:start]))
        limit = marks[at + 1][0] if at + 1 < len(marks) else len(text)
        field = LABELS[label]
        reached = limit if field in LONG_FIELDS else _end_of_value(text, end, limit, field)
        if field not in LONG_FIELDS:
            reached = min(reached, end + LONGEST_VALUE)
        sections.append(Section(label, field, text[end:reached].strip(" \n*_—–")))
    if text[reached:].strip():
        sections.append(Section(None, None, text[reached:]))
    return tuple(sections)


def _unsigned(text: str) -> str:
    """Cut off what follows the closing words, unless labels follow them: then the offer stands below a letter."""
    last = _LAST_WORD.search(level(text))
    text = text[: last.start("words")] if last else text
    plain = level(text)
    starts = [match.start() for match in _CLOSING_WORDS.finditer(plain)]
    starts += [match.start("words") for match in _INLINE_CLOSING.finditer(plain)]
    for start in sorted(starts):
        if len(plain[:start].split()) >= 2 and len(_labels(plain[start:])) < 2:
            return text[:start]
    return text


def _end_of_value(text: str, start: int, limit: int, field: Field | None) -> int:
    """Return where the value of a short field ends: its line, or the next one when the label stood alone.

    A title keeps what stands behind its dashes: its reader knows what still belongs to it.
    """
    begin = start
    while begin < limit and text[begin] in " \n*_":
        begin += 1
    for match in _SENTENCE_END.finditer(text, begin, limit):
        if match[0] == "\n" and text[begin : match.start()].rstrip().endswith((",", "/", " ou", " et", " à", "-")):
            continue
        if field is Field.TITLE and match[0].strip() in ("—", "–"):
            continue
        return match.end()
    return limit


def _labels(plain: str) -> list[tuple[int, int, str]]:
    """Return where labels stand in a levelled text: start, end of the label with its colon, and the label."""
    found = [
        (match.start("all"), match.end(), _known(match["label"]))
        for pattern in (_before_colon(), _on_own_line(), _before_dash())
        for match in pattern.finditer(plain)
    ]
    marks: list[tuple[int, int, str]] = []
    for start, end, label in sorted(found):
        if marks and start < marks[-1][1]:
            continue
        marks.append((start, end, label))
    return marks


def _count_labels(plain: str) -> int:
    return len(_labels(plain))


def _known(label: str) -> str:
    return re.sub(r"[ -]+", " ", label) if label not in LABELS else label


@cache
def _before_colon() -> re.Pattern[str]:
    words = _INTRODUCTION.replace("{labels}", _any_of(LABELS)).replace("{{", "{").replace("}}", "}")
    return re.compile(rf"(?:^|(?<=[\n;|•—–.,(/!?])|(?<= - ))(?P<all>{_BULLET}[ *_]{{0,4}}{words}{_SEPARATOR})")


@cache
def _on_own_line() -> re.Pattern[str]:
    """Return what finds a heading: a label alone on its line, before at least one more line."""
    heads = [label for label in LABELS if len(label) > 3 and label not in _NEVER_ALONE]
    words = _INTRODUCTION.replace("{labels}", _any_of(heads)).replace("{{", "{").replace("}}", "}")
    return re.compile(rf"^(?P<all>{_BULLET}[ *_]{{0,4}}{words}[.\-–—]?[ \t]*\n)(?=[\s\S])", re.MULTILINE)


@cache
def _before_dash() -> re.Pattern[str]:
    heads = [label for label in PLAIN_LABELS if LABELS[label] not in LONG_FIELDS]
    words = _INTRODUCTION.replace("{labels}", _any_of(heads)).replace("{{", "{").replace("}}", "}")
    return re.compile(rf"^(?P<all>{_BULLET}[ *_]{{0,4}}{words}(?: [-–—] | {{2,}}))", re.MULTILINE)


def _any_of(labels: object) -> str:
    assert isinstance(labels, (dict, list))
    return "|".join(re.escape(label).replace(r"\ ", "[ -]") for label in sorted(labels, key=len, reverse=True))
