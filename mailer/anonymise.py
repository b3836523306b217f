"""Rebuild a received mail for the other side of a relay: its words and attachments, never its headers or its addresses.

A pure function of octets and masks. Nothing is forwarded: text and HTML are written anew, every attachment is opened,
cleaned or left out by its kind, and what was masked is reported without being repeated. An Outlook winmail.dat is not
opened: it is left out whole and reported, so that the sender can be told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

from mailer.attachment_kinds import AttachmentKind, recognise
from mailer.charsets import has_codec
from mailer.content_lines import rebuild_lines
from mailer.document_metadata import ClearedDocument, clear_office, clear_pdf, clear_rich_text, read_archive
from mailer.html_parts import rebuild_html, wrap_text
from mailer.images import strip_metadata
from mailer.masks import ADDRESS, Finding, Masks, find, hide, mentions, mentions_octets, tally
from mailer.mime import Mail, Part, clean_filename, read

MAX_BODY = 4_000_000  # characters of one text or HTML part
MAX_NESTED_MAILS = 8  # an attached mail in an attached mail…
MASKED_NAME = "adresse masquée"

DROPPED = "part-dropped"
TOO_LARGE = "too-large"
DOCUMENT_TEXT = "document-text"  # a document still holds the address in its words: the gate will hold the mail
UNREADABLE = "document-unreadable"  # encrypted or broken: the gate will hold the mail
WINMAIL = "winmail"

_PLAIN, _HTML = "text/plain", "text/html"
_BODY_TYPES = frozenset({_PLAIN, _HTML, "text/enriched", "text/x-amp-html", "text/watch-html"})
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/html": ".html",
    "text/plain": ".txt",
}


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
class Rebuilt:
    r"""A mail rebuilt: texts with "\n" line ends, `html` a fragment for a body or None, and what was found."""

    subject: str
    text: str
    html: str | None
    attachments: tuple[RebuiltAttachment, ...]
    findings: tuple[Finding, ...]
    refused: tuple[str, ...]  # names of programs and documents with macros, which were left out


@dataclass(frozen=True)
class _Body:
    """A piece of the body in one or two forms."""

    text: str | None = None
    html: str | None = None


def rebuild(raw: bytes, masks: Masks) -> Rebuilt:
    """Return the mail as the other side may read it; never raises, whatever the octets."""
    return _Rebuilding(masks).rebuild(read(raw))


def rebuild_text(text: str, masks: Masks) -> tuple[str, tuple[Finding, ...]]:
    """Return a text written in a form of the web application as the other side may read it, and what was found."""
    masked, counts = hide(text, masks, signature=True)
    return masked, tally(Counter({(what, "text"): count for what, count in counts.items()}))


class _Rebuilding:
    """One mail being rebuilt: first its parts are told apart, then attachments, then texts are made."""

    def __init__(self, masks: Masks, depth: int = 0) -> None:
        self.masks = masks
        self.depth = depth
        self.counts: Counter[tuple[str, str]] = Counter()
        self.attachments: list[RebuiltAttachment] = []
        self.refused: list[str] = []
        self.cids: dict[str, str] = {}  # old Content-ID -> new one
        self.shown: set[str] = set()  # new Content-IDs that the HTML refers to

    def rebuild(self, mail: Mail) -> Rebuilt:
        if not mail.complete:
            self.counts[TOO_LARGE, "mail"] += 1
        bodies = self._read(mail.root, "")
        text, html = self._write_bodies(bodies)
        return Rebuilt(
            subject=" ".join(self._hide(mail.subject, "subject").split()),
            text=text,
            html=html,
            attachments=tuple(self._place(attachment) for attachment in self.attachments),
            findings=tally(self.counts),
            refused=tuple(self.refused),
        )

    # The body

    def _read(self, part: Part, container: str) -> list[_Body]:
        """Return the pieces of the body in this part; attachments are rebuilt on the way."""
        if part.children:
            pieces = [self._read(child, part.content_type) for child in part.children]
            return _choose(pieces) if part.content_type == "multipart/alternative" else list(chain(*pieces))
        named = bool(part.disposition and part.filename)  # a name alone does not make an attachment of a body
        if part.content_type not in _BODY_TYPES or part.disposition == "attachment" or named:
            self._attach(part, beside_text=container == "multipart/alternative")
            return []
        if part.content_type not in {_PLAIN, _HTML}:
            self.counts[DROPPED, part.content_type] += 1
            return []
        content = part.text
        if len(content) > MAX_BODY:
            self.counts[TOO_LARGE, "text" if part.content_type == _PLAIN else "html"] += 1
            return []
        return [_Body(text=content)] if part.content_type == _PLAIN else [_Body(html=content)]

    def _write_bodies(self, bodies: list[_Body]) -> tuple[str, str | None]:
        """Return the whole text, and the whole HTML when there is any."""
        texts, markups = [], []
        for body in bodies:
            text = None if body.text is None else self._hide(body.text, "text", signature=True)
            if body.html is not None:
                rebuilt = rebuild_html(body.html, self.masks, self.cids, self._take_picture)
                self._count(rebuilt.counts, "html")
                self.shown |= rebuilt.cids
                markups.append(rebuilt.html)
                texts.append(rebuilt.text if text is None else text)
            elif text is not None:
                markups.append(wrap_text(text))
                texts.append(text)
        has_html = any(body.html is not None for body in bodies)
        return "\n\n".join(text.strip("\n") for text in texts), "\n".join(markups) if has_html else None

    # Attachments

    def _attach(self, part: Part, *, beside_text: bool) -> None:
        """Rebuild one attachment by its kind."""
        kind = recognise(part.content, part.content_type, part.filename)
        if kind is AttachmentKind.EXECUTABLE:
            self.refused.append(self._name(part, "programme"))
            return
        if kind in _LEFT_OUT:
            self.counts[_LEFT_OUT[kind], "attachment"] += 1
            return
        if kind is AttachmentKind.MAIL:
            self._attach_mail(part)
            return
        rebuilt = self._rebuild_attachment(part, kind)
        if rebuilt is None:
            self.counts[DROPPED, "attachment"] += 1
            return
        if part.content_id and kind is AttachmentKind.IMAGE:
            new = self._name_picture(rebuilt.content)
            self.cids[part.content_id.lower()] = new
            rebuilt = replace(rebuilt, content_id=new)
        self.attachments.append(replace(rebuilt, inline=beside_text and kind is AttachmentKind.CALENDAR))

    def _rebuild_attachment(self, part: Part, kind: AttachmentKind) -> RebuiltAttachment | None:
        """Return the attachment cleaned; None when it cannot be cleaned and holds something hidden."""
        content, charset = part.content, part.charset if has_codec(part.charset) else ""
        if kind in _LINES:
            rebuilt = self._rebuild_lines(part, contact=kind is AttachmentKind.CONTACT)
            content, charset = (content, charset) if rebuilt is None else (rebuilt, "utf-8")
        elif kind is AttachmentKind.IMAGE:
            stripped = strip_metadata(content)
            if stripped is None and mentions_octets(content, self.masks):
                return None
            content = content if stripped is None else stripped
        elif not self.masks.documents_untouched:
            if kind in _CLEAR:
                content = self._clear(_CLEAR[kind](content))
            elif kind in _WORDS and len(content) <= MAX_BODY:
                rebuilt = self._rebuild_words(part, kind)
                content, charset = (content, charset) if rebuilt is None else (rebuilt, "utf-8")
            elif mentions_octets(content, self.masks):
                self.counts[DOCUMENT_TEXT, "attachment"] += 1
        return RebuiltAttachment(self._name(part, "piece-jointe"), self._type(part, kind, charset), content)

    def _clear(self, cleared: ClearedDocument) -> bytes:
        if not cleared.readable:
            self.counts[UNREADABLE, "attachment"] += 1
        elif mentions(cleared.text, self.masks):
            self.counts[DOCUMENT_TEXT, "attachment"] += 1
        return cleared.content

    def _rebuild_lines(self, part: Part, *, contact: bool) -> bytes | None:
        """Return a calendar or a card in UTF-8, None when nothing hidden was in it."""
        text, counts = rebuild_lines(part.text, self.masks, contact=contact)
        self._count(counts, "contact" if contact else "calendar")
        return None if text is None else text.encode("utf-8", "replace")

    def _rebuild_words(self, part: Part, kind: AttachmentKind) -> bytes | None:
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

    def _attach_mail(self, part: Part) -> None:
        """Put an attached mail's words into a text attachment, and its attachments beside it."""
        if self.depth >= MAX_NESTED_MAILS:
            self.counts[DROPPED, "attached-mail"] += 1
            return
        mail = read(part.content)
        inner = _Rebuilding(self.masks, self.depth + 1)
        rebuilt = inner.rebuild(mail)
        for (what, _), count in inner.counts.items():
            self.counts[what, "attached-mail"] += count
        author = mail.header("from").partition("<")[0].strip(' "')
        facts = (("De", author), ("Date", mail.header("date")), ("Objet", rebuilt.subject))
        head = [f"{name} : {self._hide(value, 'attached-mail')}" for name, value in facts if value]
        words = "\n".join([*head, "", rebuilt.text, ""])
        name = self._masked_name(part.declared_name.removesuffix(".eml") or rebuilt.subject or "message")
        content = words.encode("utf-8", "replace")
        self.attachments.append(
            RebuiltAttachment(clean_filename(f"{name[:100]}.txt"), "text/plain; charset=utf-8", content)
        )
        # The pictures that its HTML showed are ordinary attachments here.
        self.attachments += (replace(each, content_id=None, inline=False) for each in rebuilt.attachments)
        self.refused += rebuilt.refused

    def _take_picture(self, content: bytes) -> str:
        """Attach a picture that stood inside the HTML; return its Content-ID, or "" for what is no picture."""
        stripped = strip_metadata(content)
        if stripped is None:
            return ""
        kind = _picture_type(content)
        name = self._name_picture(stripped)
        if all(attachment.content_id != name for attachment in self.attachments):
            self.attachments.append(RebuiltAttachment(f"image{_EXTENSIONS.get(kind, '')}", kind, stripped, name))
        return name

    def _place(self, attachment: RebuiltAttachment) -> RebuiltAttachment:
        """Return a picture as inline when the HTML shows it, as an ordinary attachment when it does not."""
        if attachment.content_id is None:
            return attachment
        if attachment.content_id in self.shown:
            return replace(attachment, inline=True)
        return replace(attachment, content_id=None)

    # Names and words

    def _name_picture(self, content: bytes) -> str:
        """Return a new Content-ID, the same for the same picture: nothing of the old one, which names a host."""
        return f"{hashlib.sha256(content).hexdigest()[:24]}@{self.masks.our_domain or 'image.invalid'}"

    def _name(self, part: Part, otherwise: str) -> str:
        name = self._masked_name(part.declared_name)
        if part.content_type == "text/calendar":
            otherwise = "invitation"
        return name or otherwise + _EXTENSIONS.get(part.content_type, "")

    def _masked_name(self, name: str) -> str:
        hits = find(name, self.masks)
        for hit in reversed(hits):
            name = name[: hit.start] + MASKED_NAME + name[hit.end :]
        self._count(Counter(hit.what for hit in hits), "filename")
        return clean_filename(name)

    def _type(self, part: Part, kind: AttachmentKind, charset: str) -> str:
        """Return the Content-Type with the parameters that matter and cannot hold a secret."""
        content_type = part.content_type if not find(part.content_type, self.masks) else "application/octet-stream"
        if content_type.startswith("multipart/"):
            content_type = "application/octet-stream"
        method = part.parameter("method")
        if kind is AttachmentKind.CALENDAR and method.isascii() and method.isalpha():
            content_type += f"; method={method.upper()}"
        return content_type + (f"; charset={charset}" if charset and part.content_type.startswith("text/") else "")

    def _hide(self, text: str, where: str, *, signature: bool = False) -> str:
        masked, counts = hide(text, self.masks, signature=signature, neutral=where == "subject")
        self._count(counts, where)
        return masked

    def _count(self, counts: Counter[str], where: str) -> None:
        for what, count in counts.items():
            self.counts[what, where] += count


def _choose(pieces: list[list[_Body]]) -> list[_Body]:
    """Return the body of alternatives: the first plain one and the last HTML one, side by side (RFC 2046 5.1.4)."""
    plain = [bodies for bodies in pieces if any(body.html is None for body in bodies)]
    rich = [bodies for bodies in pieces if any(body.html is not None for body in bodies)]
    if not plain or not rich or plain[0] is rich[-1]:
        return (rich or plain or [[]])[-1]
    text = "\n\n".join(body.text for body in plain[0] if body.text is not None)
    html = "\n".join(body.html if body.html is not None else wrap_text(body.text or "") for body in rich[-1])
    return [_Body(text or None, html)]


def _picture_type(content: bytes) -> str:
    magics = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))
    return next((kind for magic, kind in magics if content.startswith(magic)), "application/octet-stream")


_LEFT_OUT = {
    AttachmentKind.KEY: "signature-key",
    AttachmentKind.ENCRYPTED: "encrypted",
    AttachmentKind.OUTLOOK: WINMAIL,
    AttachmentKind.REPORT: DROPPED,
    AttachmentKind.DRAWING: DROPPED,
}
_WORDS = frozenset({AttachmentKind.TEXT, AttachmentKind.HTML})
_LINES = frozenset({AttachmentKind.CALENDAR, AttachmentKind.CONTACT})
_CLEAR: dict[AttachmentKind, Callable[[bytes], ClearedDocument]] = {
    AttachmentKind.PDF: clear_pdf,
    AttachmentKind.OFFICE: clear_office,
    AttachmentKind.RICH_TEXT: clear_rich_text,
    AttachmentKind.ARCHIVE: read_archive,
}
_SECRETS = frozenset({"address", "domain-address", "our-address", "our-link"})

__all__ = ["Finding", "Masks", "Rebuilt", "RebuiltAttachment", "rebuild", "rebuild_text"]
