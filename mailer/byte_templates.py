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
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import escape

from jobboard.languages import gettext_for
from mailer import alternatives, quoted
from mailer.headers import POLICY, Envelope, mailbox, mailbox_field, start_message
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


class Reader(NamedTuple):
    """What one reader's copy has of its own."""

    address: str
    name: str
    first_name: str
    leave: str
    answer: str
    choose: str
    message_id: str


@dataclass(frozen=True)
class Body:
    """The encoded body: pieces, and the slots between them."""

    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]
    beginning: hashlib._Hash  # of the first piece, which is hashed once

    def parts(self, values: dict[str, bytes]) -> list[bytes]:
        """Return the pieces with a reader's values between them."""
        found = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            found += (values[slot], piece)
        return found

    def digest(self, parts: list[bytes]) -> bytes:
        """Return bh= of those parts."""
        running = self.beginning.copy()
        for part in parts[1:]:
            running.update(part)
        return base64.b64encode(running.digest())


@dataclass(frozen=True)
class Header:
    """The fields: formats in which `%(to)b` and the like stand for what differs."""

    own: bytes  # the fields that name the reader or the moment
    fixed: bytes  # the others, and the empty line
    names: tuple[bytes, ...]  # of those that are signed
    canonical: bytes  # these in relaxed form


@dataclass(frozen=True)
class ByteTemplate:
    """One letter for the readers of one variant and language; safe to share between threads."""

    language: str
    header: Header
    body: Body
    signer: Signer | None

    def copy(self, reader: Reader, *, at: datetime) -> list[bytes]:
        """Return the octets of a reader's copy in parts, signed where a key is set; every line ends in CRLF."""
        text, html = greetings(self.language, reader.first_name)
        values = {
            "text": text,
            "html": html,
            "leave": reader.leave.encode(),
            "answer": reader.answer.encode(),
            "choose": reader.choose.encode(),
        }
        fields = {
            b"to": mailbox(reader.name, reader.address),
            b"date": date_field(at),
            b"id": reader.message_id.encode(),
            b"leave": values["leave"],
            b"answer": values["answer"],
        }
        body = self.body.parts(values)
        parts = [self.header.own % fields, self.header.fixed, *body]
        if self.signer is not None:
            fields[b"to"] = relaxed(b"to", fields[b"to"])[3:]
            digest = self.body.digest(body)
            parts.insert(0, self.signer.sign_fields(self.header.names, self.header.canonical % fields, digest, at=at))
        return parts


@lru_cache(maxsize=4096)
def greetings(language: str, first_name: str) -> tuple[bytes, bytes]:
    """Return the greeting as it stands in the slots of the text and of the HTML."""
    said = greeting(language, first_name)
    return quoted.encode_value(said), quoted.encode_value(str(escape(said)))


def greeting(language: str, first_name: str) -> str:
    """Return how a letter begins: "Bonjour Léa," or, for who never told her name, "Bonjour,"."""
    gettext = gettext_for(language)
    return gettext("Bonjour %(name)s,") % {"name": first_name} if first_name else gettext("Bonjour,")


@lru_cache(maxsize=16)
def date_field(at: datetime) -> bytes:
    """Return the Date of a moment; copies of one group share theirs."""
    return format_datetime(at.replace(microsecond=0)).encode()


# What differs, as formats: the field's name, its value, and the value in relaxed form where that is another.
_OWN = {
    b"To": b"%(to)b",
    b"Date": b"%(date)b",
    b"Message-ID": b"%(id)b",
    b"Reply-To": b"{name}<r-%(answer)b@{domain}>",
    b"List-Unsubscribe": b"<{url}%(leave)b>,\r\n <mailto:u-%(leave)b@{domain}>",
}


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
    boundary = alternatives.boundary(rendered)
    header = _header(replace(envelope, subject=rendered.subject), marks, boundary, domain=domain, site_name=site_name)
    return ByteTemplate(language, header, _body(rendered, marks, boundary), signer)


def _header(envelope: Envelope, marks: Marks, boundary: bytes, *, domain: str, site_name: str) -> Header:
    """Return the header of a copy as the composer of all other mail writes it, with formats for what differs."""
    octets = start_message(envelope, domain=domain, site_name=site_name).as_bytes(policy=POLICY)
    written = re.findall(rb"([!-9;-~]+):[ \t]*((?:[^\r\n]|\r\n[ \t])*)\r\n", octets)
    fixed = [(name, value) for name, value in written if name not in _OWN]
    fixed.append((b"MIME-Version", b"1.0"))
    fixed.append((b"Content-Type", b'multipart/alternative;\r\n boundary="%s"' % boundary))
    filled = {
        b"{name}": mailbox_field(site_name, "x@x").partition(b"x@x")[0].removesuffix(b"<"),
        b"{domain}": domain.encode(),
        b"{url}": envelope.unsubscribe_url.partition(marks.leave)[0].encode(),
    }
    own = [(name, _filled(value, filled)) for name, value in _OWN.items()]
    known = {name.lower(): relaxed(name, value) for name, value in own}
    known |= {name.lower(): relaxed(name, value).replace(b"%", b"%%") for name, value in fixed}
    names = [name for name in Signer.covered() if name in known]
    return Header(
        b"".join(b"%s: %s\r\n" % field for field in own),
        b"".join(b"%s: %s\r\n" % field for field in fixed) + b"\r\n",
        (b"from", *names),
        b"".join(known[name] + b"\r\n" for name in names),
    )


def _filled(value: bytes, filled: dict[bytes, bytes]) -> bytes:
    for name, octets in filled.items():
        value = value.replace(name, octets.replace(b"%", b"%%"))
    return value


def _body(rendered: Rendered, marks: Marks, boundary: bytes) -> Body:
    """Return both parts encoded, cut at the marks (RFC 2046 5.1.4)."""
    names = {marks.leave: "leave", marks.answer: "answer", marks.choose: "choose"}
    fixed: list[bytes] = [b""]
    slots: list[str] = []
    for kind, words in (("plain", rendered.text), ("html", rendered.html)):
        found, order = quoted.pieces(words, (marks.greeting, *names))
        fixed[-1] += alternatives.START % (boundary, kind.encode()) + found[0]
        fixed += found[1:]
        slots += [names.get(one, "text" if kind == "plain" else "html") for one in order]
        fixed[-1] += b"\r\n"
    fixed[-1] += alternatives.END % boundary
    return Body(tuple(fixed), tuple(slots), hashlib.sha256(fixed[0]))
