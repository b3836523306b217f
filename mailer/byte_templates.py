"""Byte templates: a letter rendered once for all of its readers, cut where they differ, and joined again for each.

What differs: the greeting, the tokens by which a reader leaves or answers, and the fields of the header that name her.
Rendering, inlining, quoted-printable and the canonical form of the fields that DKIM covers are done once; one copy costs
a join, a hash of its body and a signature.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from markupsafe import escape

from jobboard.languages import gettext_for
from mailer import quoted
from mailer.headers import POLICY, Envelope, literal, mailbox_field, start_message
from mailer.rendering import Rendered
from mailer.signing import Signer, relaxed

TOKEN_LENGTH = 26


def _mark() -> str:
    """Return a mark of a token's length and letters: what measures or folds lines takes it for a token."""
    return base64.b32encode(secrets.token_bytes(17)).decode().lower()[:TOKEN_LENGTH]


@dataclass(frozen=True)
class Marks:
    """What stands in a rendered letter for what differs between readers; new ones for each compilation."""

    greeting: str
    leave: str  # the token of u-
    answer: str  # the token of r-
    choose: str  # the token of the page where she chooses what she reads

    @classmethod
    def draw(cls) -> Marks:
        """Return marks that no text holds."""
        return cls(_mark(), _mark(), _mark(), _mark())


@dataclass(frozen=True, slots=True)
class Reader:
    """What one reader's copy has of its own."""

    address: str
    name: str
    first_name: str
    leave: str
    answer: str
    choose: str
    message_id: str


@dataclass(frozen=True)
class _Body:
    """The encoded body: pieces, and the slots between them."""

    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]
    beginning: hashlib._Hash  # of the first piece: it is hashed once

    def join(self, values: dict[str, bytes]) -> bytes:
        parts = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            parts += (values[slot], piece)
        return b"".join(parts)


@dataclass(frozen=True)
class ByteTemplate:
    """One letter for the readers of one variant and language; safe to share between threads."""

    language: str
    body: _Body
    fixed: bytes  # the fields that are the same for all
    reply_name: bytes
    reply_domain: bytes
    leave_url: bytes  # up to the token
    canonical: tuple[tuple[bytes, bytes], ...]  # name, canonical field or b"" for one that differs; in the order of h=
    signer: Signer | None

    def copy(self, reader: Reader, *, at: datetime) -> bytes:
        """Return the octets of a reader's copy, signed where a key is set; every line ends in CRLF."""
        values = {
            "html": quoted.encode_value(str(escape(greeting(self.language, reader.first_name)))),
            "text": quoted.encode_value(greeting(self.language, reader.first_name)),
            "leave": reader.leave.encode(),
            "answer": reader.answer.encode(),
            "choose": reader.choose.encode(),
        }
        body = self.body.join(values)
        own = self._own_fields(reader, at)
        header = b"".join([b"%s: %s\r\n" % field for field in own.items()]) + self.fixed
        if self.signer is None:
            return b"".join((header, b"\r\n", body))
        return b"".join((self._signature(own, body, at), header, b"\r\n", body))

    def _own_fields(self, reader: Reader, at: datetime) -> dict[bytes, bytes]:
        """Return the fields that name the reader or the moment."""
        leave = reader.leave.encode()
        return {
            b"To": mailbox(reader.name, reader.address),
            b"Date": date_field(at),
            b"Message-ID": reader.message_id.encode(),
            b"Reply-To": b"%s<r-%s@%s>" % (self.reply_name, reader.answer.encode(), self.reply_domain),
            b"List-Unsubscribe": b"<%s%s>,\r\n <mailto:u-%s@%s>" % (self.leave_url, leave, leave, self.reply_domain),
        }

    def _signature(self, own: dict[bytes, bytes], body: bytes, at: datetime) -> bytes:
        assert self.signer is not None
        digest = self.body.beginning.copy()
        digest.update(memoryview(body)[len(self.body.pieces[0]) :])
        lowered = {name.lower(): relaxed(name, value) + b"\r\n" for name, value in own.items()}
        names = [b"from", *(name for name, _ in self.canonical)]
        signed = b"".join([field or lowered[name] for name, field in self.canonical])
        return self.signer.sign_fields(names, signed, base64.b64encode(digest.digest()), at=at)


@lru_cache(maxsize=4096)
def greeting(language: str, first_name: str) -> str:
    """Return how a letter begins: "Bonjour Léa," or, for who never told her name, "Bonjour,"."""
    gettext = gettext_for(language)
    return gettext("Bonjour %(name)s,") % {"name": first_name} if first_name else gettext("Bonjour,")


@lru_cache(maxsize=16)
def date_field(at: datetime) -> bytes:
    """Return the Date of a moment; copies of one group share theirs."""
    return format_datetime(at.replace(microsecond=0)).encode()


_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_WORD_OCTETS = 30  # of UTF-8 in one encoded word: with an address behind it the line stays short (RFC 2047 2)


def mailbox(name: str, address: str) -> bytes:
    """Return a mailbox for a header as `mailer.headers` writes it, fast for names that are no longer than most."""
    clean = literal(" ".join("".join(char if char.isprintable() else " " for char in name).split())[:78])
    if not clean:
        return address.encode()
    if clean.isascii():
        if not _ATOM.fullmatch(clean):
            clean = '"' + re.sub(r'(["\\])', r"\\\1", clean) + '"'
        return (
            f"{clean}\r\n <{address}>".encode() if len(clean) + len(address) > 70 else f"{clean} <{address}>".encode()
        )
    octets = clean.encode()
    if len(octets) > _WORD_OCTETS:
        return mailbox_field(name, address)
    return b"=?utf-8?b?%s?= <%s>" % (base64.b64encode(octets), address.encode())


OWN = frozenset({"to", "date", "message-id", "reply-to", "list-unsubscribe"})


def build(
    rendered: Rendered,
    envelope: Envelope,
    marks: Marks,
    language: str,
    signer: Signer | None,
    *,
    domain: str,
    site_name: str,
) -> ByteTemplate:
    """Return the template of a letter that was rendered with marks; the envelope's own fields are of no account."""
    fields = _fixed_fields(rendered, envelope, domain=domain, site_name=site_name)
    boundary = f"=_{hashlib.sha256(rendered.html.encode()).hexdigest()[:32]}"
    fields.append((b"MIME-Version", b"1.0"))
    fields.append((b"Content-Type", b'multipart/alternative;\r\n boundary="%s"' % boundary.encode()))
    body = _body(rendered, marks, boundary.encode())
    url = envelope.unsubscribe_url.partition(marks.leave)[0]
    return ByteTemplate(
        language,
        body,
        b"".join(b"%s: %s\r\n" % field for field in fields),
        mailbox(site_name, "").partition(b"<")[0],
        domain.encode(),
        url.encode(),
        _canonical(fields),
        signer,
    )


def _fixed_fields(rendered: Rendered, envelope: Envelope, *, domain: str, site_name: str) -> list[tuple[bytes, bytes]]:
    """Return the header of a copy as the composer of all other mail writes it, without what differs."""
    written = replace(envelope, subject=rendered.subject)
    octets = start_message(written, domain=domain, site_name=site_name).as_bytes(policy=POLICY)
    found = re.findall(rb"([!-9;-~]+):[ \t]*((?:[^\r\n]|\r\n[ \t])*)\r\n", octets)
    return [(name, value) for name, value in found if name.decode().lower() not in OWN]


def _body(rendered: Rendered, marks: Marks, boundary: bytes) -> _Body:
    """Return both parts encoded, cut at the marks (RFC 2046 5.1.4)."""
    start = b"--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    names = {marks.leave: "leave", marks.answer: "answer", marks.choose: "choose"}
    fixed: list[bytes] = [b""]
    slots: list[str] = []
    for kind, words in (("plain", rendered.text), ("html", rendered.html)):
        found, order = quoted.pieces(words, (marks.greeting, *names))
        fixed[-1] += start % (boundary, kind.encode()) + found[0]
        fixed += found[1:]
        slots += [names.get(one, "text" if kind == "plain" else "html") for one in order]
        fixed[-1] += b"\r\n"
    fixed[-1] += b"--%s--\r\n" % boundary
    return _Body(tuple(fixed), tuple(slots), hashlib.sha256(fixed[0]))


def _canonical(fields: list[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return what is signed, in the order of h=: the canonical form of a field, or nothing for one that differs."""
    known = {name.lower(): relaxed(name, value) + b"\r\n" for name, value in fields}
    own = {name.encode() for name in OWN}
    return tuple((name, known.get(name, b"")) for name in Signer.covered() if name in known or name in own)


Compile = Callable[[str, str], ByteTemplate]
