"""Rebuild a received mail for the other side of a relay: its words and attachments, never its headers or its addresses.

A pure function of octets and masks. Nothing is forwarded: text and HTML are written anew, every attachment is opened,
cleaned or left out by its kind, and what was masked or left out is reported without being repeated.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain

from jobboard.calendars import Sides
from mailer.attachment_kinds import AttachmentKind, recognise
from mailer.attachments import (
    EXTENSIONS,
    LEFT_OUT,
    MAX_BODY,
    NESTED,
    NEVER_PASS,
    PIECE,
    SEALED,
    SIGNATURE,
    TOO_LARGE,
    WINMAIL,
    AttachmentRebuilder,
    ProgramError,
    RebuiltAttachment,
)
from mailer.html_parts import rebuild_html, wrap_text
from mailer.images import strip_metadata
from mailer.masks import ENCRYPTED, KEY, Finding, Masks, hide, tally
from mailer.mime import Mail, Part, clean_filename, read
from mailer.winmail import open_winmail

MAX_NESTED_MAILS = 8  # an attached mail in an attached mail…

_PLAIN, _HTML = "text/plain", "text/html"
_BODY_TYPES = frozenset({_PLAIN, _HTML, "text/enriched", "text/x-amp-html", "text/watch-html"})
# Keys and sealed passages within a text are told like those that are attached.
_SAME = {KEY: SIGNATURE, ENCRYPTED: SEALED}


@dataclass(frozen=True)
class Rebuilt:
    r"""A mail rebuilt: texts with "\n" line ends, `html` a fragment for a body or None, and what was found."""

    subject: str
    text: str
    html: str | None
    attachments: tuple[RebuiltAttachment, ...]
    findings: tuple[Finding, ...]
    refused: tuple[str, ...]  # names of programs and documents with macros, which were left out

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return what did not pass, by the names of mailer.shown.LEFT_OUT."""
        found = {_SAME.get(finding.what, finding.what) for finding in self.findings if finding.what in LEFT_OUT}
        return tuple(sorted(found))


@dataclass(frozen=True)
class _Body:
    """A piece of the body in one or two forms."""

    text: str | None = None
    html: str | None = None


def rebuild(raw: bytes, masks: Masks, sides: Sides | None = None) -> Rebuilt:
    """Return the mail as the other side may read it; never raises, whatever the octets.

    `sides` is what calendars need to know of the two; without it they know the writer by her masks only.
    """
    if sides is None:
        sides = Sides(writer=frozenset(address.lower() for address in masks.hidden), writer_shown=masks.replacement)
    return _Rebuilding(masks, sides).rebuild(read(raw))


def rebuild_text(text: str, masks: Masks) -> tuple[str, tuple[Finding, ...]]:
    """Return a text written in a form of the web application as the other side may read it, and what was found."""
    masked, counts = hide(text, masks, signature=True)
    return masked, tally(Counter({(what, "text"): count for what, count in counts.items()}))


class _Rebuilding:
    """One mail being rebuilt: first its parts are told apart, then attachments, then texts are made."""

    def __init__(self, masks: Masks, sides: Sides, depth: int = 0) -> None:
        self.masks = masks
        self.sides = sides
        self.depth = depth
        self.counts: Counter[tuple[str, str]] = Counter()
        self.rebuilder = AttachmentRebuilder(masks, sides, self.counts)
        self.unpacked: list[_Body] = []  # the words in a winmail.dat
        self.attachments: list[RebuiltAttachment] = []
        self.refused: list[str] = []
        self.cids: dict[str, str] = {}  # old Content-ID -> new one
        self.shown: set[str] = set()  # new Content-IDs that the HTML refers to

    def rebuild(self, mail: Mail) -> Rebuilt:
        if not mail.complete:
            self.counts[TOO_LARGE, "mail"] += 1
        bodies = self._read(mail.root, "")
        if self.unpacked and not any((body.text or body.html or "").strip() for body in bodies):
            bodies = self.unpacked
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
            self.counts[PIECE, part.content_type] += 1
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
            self.refused.append(self.rebuilder.name(part, "programme"))
        elif kind in NEVER_PASS:
            self.counts[NEVER_PASS[kind], "attachment"] += 1
        elif kind is AttachmentKind.MAIL:
            self._attach_mail(part)
        elif kind is AttachmentKind.OUTLOOK:
            self._unpack(part)
        else:
            self._attach_file(part, kind, beside_text=beside_text)

    def _attach_file(self, part: Part, kind: AttachmentKind, *, beside_text: bool) -> None:
        try:
            rebuilt = self.rebuilder.rebuild(part, kind)
        except ProgramError:
            self.refused.append(self.rebuilder.name(part, "programme"))
            return
        if rebuilt is None:
            return
        if part.content_id and kind is AttachmentKind.IMAGE:
            new = self._name_picture(rebuilt.content)
            self.cids[part.content_id.lower()] = new
            rebuilt = replace(rebuilt, content_id=new)
        self.attachments.append(replace(rebuilt, inline=beside_text and kind is AttachmentKind.CALENDAR))

    def _unpack(self, part: Part) -> None:
        """Treat what is in a winmail.dat like the rest of the mail."""
        opened = open_winmail(part.content)
        if opened is None:
            self.counts[WINMAIL, "attachment"] += 1
            return
        if opened.text.strip() or opened.html.strip():
            self.unpacked.append(_Body(opened.text or None, opened.html or None))
        for file in opened.files:
            if recognise(file.content, file.content_type, file.filename) is AttachmentKind.OUTLOOK:
                self.counts[WINMAIL, "attachment"] += 1
            else:
                self._attach(file, beside_text=False)

    def _attach_mail(self, part: Part) -> None:
        """Put an attached mail's words into a text attachment, and its attachments beside it."""
        if self.depth >= MAX_NESTED_MAILS:
            self.counts[NESTED, "attached-mail"] += 1
            return
        mail = read(part.content)
        inner = _Rebuilding(self.masks, self.sides, self.depth + 1)
        rebuilt = inner.rebuild(mail)
        for (what, _), count in inner.counts.items():
            self.counts[what, "attached-mail"] += count
        author = mail.header("from").partition("<")[0].strip(' "')
        facts = (("De", author), ("Date", mail.header("date")), ("Objet", rebuilt.subject))
        head = [f"{name} : {self._hide(value, 'attached-mail')}" for name, value in facts if value]
        words = "\n".join([*head, "", rebuilt.text, ""])
        name = self.rebuilder.masked_name(part.declared_name.removesuffix(".eml") or rebuilt.subject or "message")
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
            self.attachments.append(RebuiltAttachment(f"image{EXTENSIONS.get(kind, '')}", kind, stripped, name))
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


__all__ = ["Finding", "Masks", "Rebuilt", "RebuiltAttachment", "rebuild", "rebuild_text"]
