"""How mail programs announce the mail that is answered: one table row or shape per style, French and English first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MAX_ATTRIBUTION_LINES = 5
MAX_ATTRIBUTION = 600  # characters
MAX_BLOCK_LINES = 14


@dataclass(frozen=True)
class Opener:
    """The announcement of a quotation: `lines` lines long; `certain` when no human writes such a thing."""

    lines: int
    certain: bool


_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | {"\u2019": "'"})


def plain(line: str) -> str:
    """Return a line as it is compared: one kind of space, dash and apostrophe, nothing invisible, trimmed."""
    composed = line if line.isascii() else unicodedata.normalize("NFC", _INVISIBLE.sub("", line)).translate(_DASHES)
    return _SPACES.sub(" ", composed).strip()


# --- "Le lun. 3 févr. 2025 à 10:12, Camille <c@asso.example> a écrit :" ---------------------------------------------

_DAY = r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-zé]{0,6}[.,]{0,2} ?,? ?)?"
_MONTH = (
    r"(?:janv|févr|fevr|mars|avr|mai|juin|juil|août|aout|sept|oct|nov|déc|dec"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep)[a-zéû]{0,7}\.?"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:er|st|nd|rd|th)?[ .]{{1,2}}{_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2})"
)
_DATED_START = re.compile(rf"(?:-{{2,}} ?)?(?:le|on) {_DAY}{_DATE}", re.IGNORECASE)
_DATED_END = re.compile(r" (?:[aà] écrit|a ecrit|wrote) ?(?::|-{2,})$", re.IGNORECASE)  # "m'a écrit :" is a person's
# Yahoo on a phone writes the first words of the quotation on the same line; the address in brackets makes it certain.
_DATED_WITHIN = re.compile(r"< ?[^<>@\s]+@[^<>\s]+> (?:[aà] écrit|a ecrit|wrote) ?: ", re.IGNORECASE)
# Other languages of the program, French of the person: the shape alone, so a time or an address is required too.
_FOREIGN = re.compile(
    r"(?:el\b.{5,400}\bescribió|am\b.{5,400}\bschrieb\b.{0,200}|il\b.{5,400}\bha scritto|em\b.{5,400}\bescreveu"
    r"|op\b.{5,400}\bschreef\b.{0,200}) ?:$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"[^<>]{{0,120}}< ?[^<>@\s]+@[^<>\s]+> (?:a écrit|wrote)(?: (?:le|on) {_DAY}{_DATE}.{{0,40}})? ?:$"
    rf"|[^<>:]{{1,100}} (?:a écrit|wrote),? (?:le|on) {_DAY}{_DATE}.{{0,40}}:$",
    re.IGNORECASE,
)
_BARE = re.compile(r"[^.!?<>:]{1,80} (?:a écrit|avez écrit|wrote) ?:$", re.IGNORECASE)
_TIME = re.compile(r"\b\d{1,2} ?[:hH] ?\d{2}\b")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,200}\.[^\s<>@]")


def _find_attribution(lines: Sequence[str], at: int) -> Opener | None:
    """Return the attribution that begins on this line, wrapped over a few lines or not."""
    first = plain(lines[at])
    dated = _DATED_START.match(first) is not None
    joined = ""
    for count in range(1, MAX_ATTRIBUTION_LINES + 1):
        if at + count > len(lines):
            return None
        line = plain(lines[at + count - 1])
        if not line or line.startswith(">") or (count > 1 and _begins_attribution(line)):
            return None
        joined = f"{joined} {line}".strip()
        if len(joined) > MAX_ATTRIBUTION:
            return None
        if dated and _DATED_WITHIN.search(joined):
            return Opener(count, certain=True)
        if line.endswith((":", "--")) and (opener := _judge_attribution(joined, count, dated=dated)):
            return opener
        if not dated and count == 1 and _BARE.match(line) and _is_quoted_next(lines, at + 1):
            return Opener(1, certain=True)
        if not dated and count == 2 and "@" not in joined:
            return None
    return None


def _begins_attribution(line: str) -> bool:
    """Return whether an attribution begins on this line, so that the line above is no part of it."""
    return bool(_DATED_START.match(line)) or (not line.startswith("<") and _NAMED.match(line) is not None)


def _is_quoted_next(lines: Sequence[str], at: int) -> bool:
    after = _skip_empty(lines, at)
    return after < len(lines) and plain(lines[after]).startswith(">")


def _judge_attribution(joined: str, count: int, *, dated: bool) -> Opener | None:
    has_proof = bool(_TIME.search(joined) or _ADDRESS.search(joined))
    if dated and _DATED_END.search(joined):
        return Opener(count, certain=has_proof)
    if _NAMED.match(joined) or (has_proof and _FOREIGN.match(joined)):
        return Opener(count, certain=True)
    return None


# --- "-----Message d'origine-----" -----------------------------------------------------------------------------------

_SEPARATOR = re.compile(
    r"[-_=*~ ]*(?:(?:message|mail|e-mail|courriel) (?:d'origine|original|initial|transféré|réexpédié|transmis|suivi)"
    r"|(?:original|forwarded) (?:message|mail)|début du message (?:transféré|réexpédié)|begin forwarded message"
    r"|ursprüngliche nachricht|mensaje original|messaggio originale) ?:?[-_=*~ ]*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-_=*]{5,}")
_MESSAGE_OF = re.compile(rf"message du ?:? {_DAY}{_DATE}", re.IGNORECASE)

# --- "De : / Envoyé : / À : / Objet :" -------------------------------------------------------------------------------

_FIELD_NAMES = {
    "from": ("de", "from", "expéditeur", "emetteur", "émetteur", "von", "da"),
    "date": ("envoyé", "envoyé le", "date", "sent", "date d'envoi", "le", "gesendet", "enviado", "inviato"),
    "to": ("à", "a", "to", "pour", "destinataire", "destinataires", "an", "para"),
    "cc": ("cc", "cci", "copie à", "copie", "bcc"),
    "subject": ("objet", "sujet", "subject", "betreff", "asunto", "oggetto"),
    "other": ("répondre à", "reply-to", "importance", "priorité", "pièces jointes", "attachments", "organisation"),
}
_KIND_OF_FIELD = {name: kind for kind, names in _FIELD_NAMES.items() for name in names}
_FIELD = re.compile(r"\*?([a-zà-ÿ][a-zà-ÿ' -]{0,16}?) ?\*? ?: ?\*?(.*)", re.IGNORECASE)


def _read_field(line: str) -> tuple[str, str] | None:
    """Return (kind, value) of a line like "*Objet :* Re: Comptable"."""
    found = _FIELD.fullmatch(line)
    kind = _KIND_OF_FIELD.get(found[1].lower()) if found else None
    return (kind, found[2].strip("* ")) if found and kind else None


def _find_block(lines: Sequence[str], at: int) -> int:
    """Return how many lines the block of fields that begins on this line has; 0 when it is none."""
    fields: dict[str, str] = {}
    end = at
    kind = ""
    for index in range(at, min(at + MAX_BLOCK_LINES, len(lines))):
        line = plain(lines[index])
        if field := _read_field(line):
            kind = field[0]
            fields.setdefault(*field)
            end = index + 1
        elif line and not (kind in {"to", "cc", "from"} and "@" in line and end == index):
            break
        elif line:
            end = index + 1
        elif end < index:
            break  # the second empty line
    return end - at if _is_block(fields) else 0


def _is_block(fields: dict[str, str]) -> bool:
    """Return whether these fields head a quoted mail, and not an event's "Date : / De : / À :"."""
    if "from" not in fields or fields["from"][:1].isdigit():
        return False
    if "date" in fields:
        return bool(_TIME.search(fields["date"])) and ("subject" in fields or "to" in fields)
    return "subject" in fields and "@" in fields["from"] + fields.get("to", "")


def _find_heading(lines: Sequence[str], at: int) -> Opener | None:
    """Return the separator, the rule or the block of fields (or these in turn) that begins on this line."""
    line = plain(lines[at])
    if _SEPARATOR.fullmatch(line):
        decorated = line[0] in "-_=*~" or line.endswith(":")
        after = _skip_empty(lines, at + 1)
        announced = _find_block(lines, after)
        if not announced and after < len(lines) and (attribution := _find_attribution(lines, after)):
            announced = attribution.lines
        if announced:
            return Opener(after + announced - at, certain=True)
        return Opener(1, certain=True) if decorated else None
    if _RULE.fullmatch(line) or _MESSAGE_OF.match(line):
        after = _skip_empty(lines, at + 1)
        if after < len(lines) and _MESSAGE_OF.match(plain(lines[after])):
            after = _skip_empty(lines, after + 1)
        block = _find_block(lines, after)
        return Opener(after + block - at, certain=True) if block else None
    field = _read_field(line)
    block = _find_block(lines, at) if field and field[0] != "other" else 0
    return Opener(block, certain=True) if block else None


def _skip_empty(lines: Sequence[str], at: int) -> int:
    """Return the index of the first line with content from here, looking at most two lines further."""
    return next((index for index in range(at, min(at + 3, len(lines))) if plain(lines[index])), at)


def find_opener(lines: Sequence[str], at: int) -> Opener | None:
    """Return the announcement of a quotation that begins on line `at`, None where there is none."""
    line = lines[at]
    if len(line) > MAX_ATTRIBUTION or not line.strip():
        return None
    return _find_heading(lines, at) or _find_attribution(lines, at)
