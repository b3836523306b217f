"""Clean one document of a writer: who made it, and the addresses in its words, in place where that is safe.

The work is done in a process of its own (jobboard.confinement). In a text document, a table or a page of HTML a masked
address reads like the rest; the words of a PDF cannot be changed honestly, so it is reported and the gate holds the
mail.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from jobboard import confinement
from jobboard.documents import ClearedDocument, clear_office, clear_pdf, clear_rich_text, rewrite_archive
from mailer.attachment_kinds import AttachmentKind, recognise
from mailer.charsets import decode_text
from mailer.images import strip_metadata
from mailer.masks import ADDRESS, Hit, Masks, find, hide, mentions, mentions_octets, show
from mailer.readings import BLOCK_TAGS

DOCUMENT_TEXT = "document-text"  # it still holds the address in its words: the gate will hold the mail
UNREADABLE = "document-unreadable"  # encrypted, broken or too much: the gate will hold the mail

OPENED = frozenset({AttachmentKind.PDF, AttachmentKind.OFFICE, AttachmentKind.RICH_TEXT, AttachmentKind.ARCHIVE})
MAX_LEVELS = 4  # a table in a document in an archive…
MAX_WORDS = 4_000_000  # characters of one member

_MARKUP = (".xml", ".rels", ".rdf", ".html", ".xhtml", ".htm")
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_PARAGRAPHS = re.compile(r"</?(?:w:(?:p|br|tab|cr)|a:(?:p|br)|text:(?:p|h|line-break|tab|span-end)|si|c|row)\b")
_LINKS = frozenset({"Target", "href", "xlink:href"})
_NOWHERE = "about:blank"


@dataclass(frozen=True)
class CleanDocument:
    """A document as it may be sent, what was masked in it, and what is wrong with it: "" or one of the names above."""

    content: bytes
    counts: Counter[str]
    problem: str = ""
    program: bool = False  # a program is in it


class _ProgramError(Exception):
    """A program lies in an archive."""


def clean_document(content: bytes, kind: AttachmentKind, masks: Masks) -> CleanDocument:
    """Return a document cleaned; one that breaks what opens it, or that cannot be opened, comes back as it is."""
    facts = asdict(masks) | {"allowed_local_parts": sorted(masks.allowed_local_parts), "kind": str(kind)}
    try:
        said, [cleaned] = confinement.call("mailer.document_words:clean_here", facts, [content])
    except confinement.Unanswered:
        return CleanDocument(content, Counter(), UNREADABLE)
    return CleanDocument(cleaned, Counter(said["counts"]), said["problem"], said["program"])


def clean_here(facts: dict[str, Any], blobs: list[bytes]) -> confinement.Answer:
    """Clean one document in this process, which is the limited one."""
    kind = AttachmentKind(facts.pop("kind"))
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    given["allowed_local_parts"] = frozenset(given["allowed_local_parts"])
    cleaning = _Cleaning(Masks(**given))
    try:
        content = cleaning.clean(blobs[0], kind)
    except _ProgramError:
        return {"counts": {}, "problem": "", "program": True}, [b""]
    return {"counts": cleaning.counts, "problem": cleaning.problem, "program": False}, [content]


class _Cleaning:
    """One document being cleaned, with the documents in it."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self.counts: Counter[str] = Counter()
        self.problem = ""
        self.level = 0

    def clean(self, content: bytes, kind: AttachmentKind) -> bytes:
        """Return the document cleaned as its kind asks for; what cannot be done is noted as the problem."""
        if self.level > MAX_LEVELS:
            self.problem = UNREADABLE
            return content
        self.level += 1
        cleaned = self._clear(content, kind)
        self.level -= 1
        if not cleaned.readable:
            self.problem = UNREADABLE
        elif mentions(cleaned.text, self.masks):
            self.problem = self.problem or DOCUMENT_TEXT
        return cleaned.content

    def _clear(self, content: bytes, kind: AttachmentKind) -> ClearedDocument:
        match kind:
            case AttachmentKind.PDF:
                return clear_pdf(content)
            case AttachmentKind.OFFICE:
                return clear_office(content, self._member)
            case AttachmentKind.ARCHIVE:
                return rewrite_archive(content, self._entry)
            case AttachmentKind.RICH_TEXT:
                return self._rich_text(clear_rich_text(content))
            case _:
                found = mentions_octets(content, self.masks)
                return ClearedDocument(content, self.masks.hidden[0] if found else "", readable=True)

    def _rich_text(self, cleared: ClearedDocument) -> ClearedDocument:
        if not mentions(cleared.text, self.masks) or len(cleared.content) > MAX_WORDS:
            return cleared
        masked = self._hide(cleared.content.decode("latin-1")).encode("cp1252", "replace")
        return replace(cleared, content=masked, text=masked.decode("latin-1"))

    def _member(self, name: str, octets: bytes) -> bytes:
        """Return a member of a document without what the masks hide."""
        if not name.lower().endswith(_MARKUP):
            kind = recognise(octets, "", "")
            if kind is AttachmentKind.IMAGE:
                return self._picture(octets)
            return self.clean(octets, kind) if kind in OPENED else self._unread(octets)
        try:
            markup = octets.decode("utf-8-sig")
        except ValueError:
            return self._unread(octets)  # in another charset
        if len(markup) > MAX_WORDS or not _may_mention(markup, self.masks):
            return octets
        masked, counts = mask_markup(markup, self.masks)
        self.counts += counts
        return masked.encode("utf-8") if counts else octets

    def _unread(self, octets: bytes) -> bytes:
        """Return octets that cannot be masked; that something hidden is in them is noted."""
        if mentions_octets(octets, self.masks):
            self.problem = self.problem or DOCUMENT_TEXT
        return octets

    def _entry(self, name: str, octets: bytes) -> tuple[str, bytes]:
        """Return name and content of an entry of an archive as they may pass. Raises _ProgramError."""
        kind = recognise(octets, "", name)
        if kind is AttachmentKind.EXECUTABLE:
            raise _ProgramError
        name = self._hide(name)
        if kind is AttachmentKind.IMAGE:
            return name, self._picture(octets)
        if kind in OPENED or kind is AttachmentKind.OTHER:
            return name, self.clean(octets, kind)
        if kind in {AttachmentKind.KEY, AttachmentKind.ENCRYPTED, AttachmentKind.OUTLOOK}:
            self.problem = UNREADABLE
            return name, octets
        text = decode_text(octets[:MAX_WORDS])
        if len(octets) <= MAX_WORDS and not mentions(text, self.masks):
            return name, octets
        return name, self._hide(text).encode("utf-8", "replace")

    def _picture(self, octets: bytes) -> bytes:
        stripped = strip_metadata(octets)
        if stripped is None and mentions_octets(octets, self.masks):
            self.problem = UNREADABLE
        return octets if stripped is None else stripped

    def _hide(self, text: str) -> str:
        masked, counts = hide(text, self.masks)
        self.counts += counts
        return masked


def _may_mention(markup: str, masks: Masks) -> bool:
    """Return whether a member should be read with care: something is in its words, or in its markup as it stands."""
    return mentions(_TAG.sub("", markup), masks) or mentions(markup, masks)


def mask_markup(markup: str, masks: Masks) -> tuple[str, Counter[str]]:
    """Return a page of XML in which hidden addresses are masked, though tags cut them; every tag stays where it is."""
    texts: list[tuple[int, str]] = []  # position in what is seen, and the text
    tokens: list[str | int] = []  # a tag, or the number of a text
    seen: list[str] = []
    length = position = 0
    for tag in (*_TAG.finditer(markup), None):
        text = markup[position : tag.start() if tag else len(markup)]
        if text:
            tokens.append(len(texts))
            texts.append((length, text))
            seen.append(text)
            length += len(text)
        if tag is None:
            break
        position = tag.end()
        tokens.append(tag[0])
        if _ends_words(tag[0]):
            seen.append("\n")
            length += 1
    hits = find("".join(seen), masks)
    counts = Counter(hit.what for hit in hits)
    written = []
    for token in tokens:
        if isinstance(token, int):
            written.append(_without(*texts[token], hits, masks))
        else:
            written.append(_mask_tag(token, masks, counts))
    return "".join(written), counts


def _ends_words(tag: str) -> bool:
    name = re.match(r"</?([\w:-]*)", tag)
    return bool(_PARAGRAPHS.match(tag)) or bool(name and name[1].lower() in BLOCK_TAGS)


def _without(start: int, text: str, hits: tuple[Hit, ...], masks: Masks) -> str:
    """Return one text without the hits; a hit over several texts is shown in its first."""
    first = max(bisect_right(hits, start, key=lambda hit: hit.start) - 1, 0)
    pieces, position = [], 0
    for hit in hits[first:]:
        if hit.start >= start + len(text):
            break
        if hit.end <= start:
            continue
        pieces.append(text[position : max(hit.start - start, 0)])
        if hit.start >= start:
            pieces.append(html.escape(show(hit.what, masks)))
        position = min(hit.end - start, len(text))
    return "".join([*pieces, text[position:]])


def _mask_tag(tag: str, masks: Masks, counts: Counter[str]) -> str:
    """Return a tag whose attributes hide what they must: a link leads to the relay, or nowhere."""
    if "=" not in tag or not find(tag, masks):
        return tag
    return _ATTRIBUTE.sub(_attribute(masks, counts), tag)


def _attribute(masks: Masks, counts: Counter[str]) -> Callable[[re.Match[str]], str]:
    def mask(match: re.Match[str]) -> str:
        value = html.unescape(match[3][1:-1])
        hits = find(value, masks)
        if not hits:
            return match[0]
        counts.update(hit.what for hit in hits)
        if match[1] not in _LINKS:
            value = hide(value, masks)[0]
        elif masks.replacement and any(hit.what == ADDRESS for hit in hits) and value.lower().startswith("mailto:"):
            value = f"mailto:{masks.replacement}"
        else:
            value = _NOWHERE
        return f'{match[1]}{match[2]}"{html.escape(value)}"'

    return mask
