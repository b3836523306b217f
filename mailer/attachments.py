"""Rebuild one attachment by its kind: cleaned, masked, or left out and noted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from jobboard import calendars
from jobboard.calendars import Sides
from mailer.attachment_kinds import AttachmentKind
from mailer.charsets import has_codec
from mailer.content_lines import rebuild_card
from mailer.document_words import DOCUMENT_TEXT, OPENED, clean_document
from mailer.html_parts import rebuild_html
from mailer.images import strip_metadata
from mailer.masks import ADDRESS, ENCRYPTED, KEY, Masks, find, hide, mentions, mentions_octets
from mailer.mime import Part, clean_filename

MAX_BODY = 4_000_000  # characters of one text or HTML part
MASKED_NAME = "adresse masquée"

# What is left out, as the sender is told: the names of mailer.shown.LEFT_OUT.
SIGNATURE, SEALED, WINMAIL, REPORT = "signature", "encrypted", "winmail", "report"
DRAWING, PICTURE, CALENDAR, NESTED, PIECE, TOO_LARGE = (
    "drawing", "picture", "calendar", "attached-mail", "part", "too-large",
)  # fmt: skip
LEFT_OUT = frozenset(
    {SIGNATURE, SEALED, WINMAIL, REPORT, DRAWING, PICTURE, CALENDAR, NESTED, PIECE, TOO_LARGE, KEY, ENCRYPTED}
)

NEVER_PASS = {
    AttachmentKind.KEY: SIGNATURE,
    AttachmentKind.ENCRYPTED: SEALED,
    AttachmentKind.REPORT: REPORT,
    AttachmentKind.DRAWING: DRAWING,
}
EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/html": ".html",
    "text/plain": ".txt",
}
_WORDS = frozenset({AttachmentKind.TEXT, AttachmentKind.HTML})
_SECRETS = frozenset({"address", "domain-address", "our-address", "our-link"})


@dataclass(frozen=True)
class RebuiltAttachment:
    """One attachment as it may be sent.

    `content_type` is a whole Content-Type value without the name: "application/pdf", "text/plain; charset=utf-8",
    "text/calendar; method=REQUEST; charset=utf-8". `inline` parts are pictures that the HTML shows by `content_id`
    (new, without angle brackets), or a calendar that stands beside the text as its alternative.
    """

    filename: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True)
class _Hiding:
    """The masks, as the house asks them about calendars."""

    masks: Masks

    def hide(self, text: str) -> str:
        return hide(text, self.masks)[0]

    def holds(self, text: str) -> bool:
        return bool(find(text, self.masks))


class AttachmentRebuilder:
    """Rebuilds the attachments of one mail; what was hidden and left out is counted by (what, where)."""

    def __init__(self, masks: Masks, sides: Sides, counts: Counter[tuple[str, str]]) -> None:
        self.masks = masks
        self.sides = sides
        self.counts = counts

    def rebuild(self, part: Part, kind: AttachmentKind) -> RebuiltAttachment | None:
        """Return the attachment as it may be sent; None for one that must not, which is counted.

        Raises ProgramError for an archive with a program in it.
        """
        if kind is AttachmentKind.CALENDAR:
            return self._calendar(part)
        content, charset = part.content, part.charset if has_codec(part.charset) else ""
        if kind is AttachmentKind.CONTACT:
            rebuilt = self._card(part)
            content, charset = (content, charset) if rebuilt is None else (rebuilt, "utf-8")
        elif kind is AttachmentKind.IMAGE:
            stripped = strip_metadata(content)
            if stripped is None and mentions_octets(content, self.masks):
                self.counts[PICTURE, "attachment"] += 1
                return None
            content = content if stripped is None else stripped
        elif not self.masks.documents_untouched:
            if kind in OPENED:
                content = self._document(part, kind)
            elif kind in _WORDS and len(content) <= MAX_BODY:
                words = self._words(part, kind)
                content, charset = (content, charset) if words is None else (words, "utf-8")
            elif mentions_octets(content, self.masks):
                self.counts[DOCUMENT_TEXT, "attachment"] += 1
        return RebuiltAttachment(self.name(part, "piece-jointe"), self._type(part, charset), content)

    def masked_name(self, name: str) -> str:
        """Return a file name without what the masks hide."""
        hits = find(name, self.masks)
        for hit in reversed(hits):
            name = name[: hit.start] + MASKED_NAME + name[hit.end :]
        self._count(Counter(hit.what for hit in hits), "filename")
        return clean_filename(name)

    def name(self, part: Part, otherwise: str) -> str:
        """Return the name under which an attachment is sent."""
        return self.masked_name(part.declared_name) or otherwise + EXTENSIONS.get(part.content_type, "")

    def _calendar(self, part: Part) -> RebuiltAttachment | None:
        rebuilt = calendars.rebuild(part.text, self.sides, _Hiding(self.masks))
        if rebuilt is None:
            self.counts[CALENDAR, "attachment"] += 1
            return None
        self._count(rebuilt.counts, "calendar")
        named = replace(part, content_type="text/calendar")
        # A file to open by hand keeps its type: clients offer to answer only what is declared to be an invitation.
        content_type = "text/calendar" if part.content_type.startswith("text/") else "application/ics"
        method = f"; method={rebuilt.method}" if rebuilt.method else ""
        name = self.name(named, "invitation")
        return RebuiltAttachment(name, f"{content_type}{method}; charset=utf-8", rebuilt.content)

    def _document(self, part: Part, kind: AttachmentKind) -> bytes:
        cleaned = clean_document(part.content, kind, self.masks)
        if cleaned.program:
            raise ProgramError
        self._count(cleaned.counts, "attachment")
        if cleaned.problem:
            self.counts[cleaned.problem, "attachment"] += 1
        return cleaned.content

    def _card(self, part: Part) -> bytes | None:
        """Return a card in UTF-8, None when nothing hidden was in it."""
        text, counts = rebuild_card(part.text, self.masks)
        self._count(counts, "contact")
        return None if text is None else text.encode("utf-8", "replace")

    def _words(self, part: Part, kind: AttachmentKind) -> bytes | None:
        """Return a text attachment in UTF-8, None when nothing hidden was in it."""
        text = part.text
        if kind is AttachmentKind.HTML:
            rebuilt = rebuild_html(text, replace(self.masks, hide_phones_in_signature=False), {}, lambda _: "")
            masked, hidden = rebuilt.html, Counter({what: n for what, n in rebuilt.counts.items() if what in _SECRETS})
            if not hidden and mentions(text, self.masks):
                hidden[ADDRESS] += 1  # in a comment, a style or a script, all of which go
        else:
            masked, hidden = hide(text, self.masks)
        self._count(hidden, "attachment")
        return masked.encode("utf-8", "replace") if hidden else None

    def _type(self, part: Part, charset: str) -> str:
        """Return the Content-Type with the parameters that matter and cannot hold a secret."""
        content_type = part.content_type if not find(part.content_type, self.masks) else "application/octet-stream"
        if content_type.startswith("multipart/"):
            content_type = "application/octet-stream"
        return content_type + (f"; charset={charset}" if charset and part.content_type.startswith("text/") else "")

    def _count(self, counts: Counter[str], where: str) -> None:
        for what, count in counts.items():
            self.counts[what, where] += count


class ProgramError(Exception):
    """A program lies in an archive: the whole is refused."""
