"""Text and HTML beside each other as octets: the body of every mail that has no files, and of letters (RFC 2046 5.1.4)."""

from __future__ import annotations

import hashlib
from binascii import b2a_qp

from mailer.rendering import Rendered

_FIELDS = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="%s"\r\n\r\n'
# Before a part: the boundary, and which kind of text it is.
START = b"--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
END = b"--%s--\r\n"


def octets(rendered: Rendered) -> bytes:
    """Return the last fields of the header, the empty line, and both parts in quoted-printable; every line ends in CRLF."""
    limit = boundary(rendered)
    parts = ((b"plain", rendered.text), (b"html", rendered.html))
    written = [START % (limit, kind) + b2a_qp(words.replace("\n", "\r\n").encode()) + b"\r\n" for kind, words in parts]
    return b"".join((_FIELDS % limit, *written, END % limit))


def boundary(rendered: Rendered) -> bytes:
    """Return what parts both: no line of quoted-printable holds it, "=_" is no code of it (RFC 2045 6.7)."""
    return f"=_{hashlib.sha256(rendered.html.encode()).hexdigest()[:32]}".encode()
