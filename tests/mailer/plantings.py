"""Where and how a secret can stand in a finished mail that nobody masked: two tables, each row of one times the other."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from urllib.parse import quote

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from jobboard.conversations import File
from mailer.compose import fill
from mailer.headers import POLICY
from mailer.rendering import Rendered
from tests.mailer.sample_files import archive, docx, odt, pdf, picture
from tests.mailer.sample_mails import ADDRESS, part
from tests.mailer.spellings import IN_WORDS

UNICODE, PUNYCODE = "helene.martin@éclaircie.example", "helene.martin@xn--claircie-90a.example"
WORDS = "Bonjour,\n\nVoici la fiche du poste. À mardi, 10 h.\n"


@dataclass(frozen=True)
class Spelling:
    """An address as it is written, and the one that is secret."""

    text: str
    secret: str = ADDRESS

    @property
    def line(self) -> str:
        """The text on one line: a soft break is none within a line."""
        return " ".join(self.text.replace("=\n", "").split())


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS: dict[str, Spelling] = {name: Spelling(spell(ADDRESS)) for name, spell in IN_WORDS.items()} | {
    "(a)": Spelling(ADDRESS.replace("@", " (a) ")),
    "cut by a comment": Spelling(ADDRESS[:5] + "<!-- x -->" + ADDRESS[5:]),
    "in a comment": Spelling(f"<!-- {ADDRESS.replace('@', '&#64;')} -->"),
    "in a style": Spelling("<style>a:after{content:'" + ADDRESS.replace("@", "\\000040 ") + "'}</style>"),
    "in data, base64": Spelling(f'<img src="data:image/svg+xml;base64,{_base64(f"<svg><text>{ADDRESS}</text></svg>")}">'),
    "in data, percent": Spelling(f'<img src="data:image/svg+xml,{quote(f"<svg><text>{ADDRESS}</text></svg>", safe="")}">'),
    "punycode": Spelling(PUNYCODE, UNICODE),
    "punycode, upper case": Spelling(PUNYCODE.upper(), UNICODE),
    "domain in Unicode": Spelling(UNICODE, PUNYCODE),
    "domain in Unicode, percent": Spelling(quote(UNICODE), PUNYCODE),
    "encoded word, B": Spelling(f"=?utf-8?b?{_base64(ADDRESS)}?="),
    "encoded words": Spelling(f"=?utf-8?b?{_base64(ADDRESS[:9])}?= =?iso-8859-15?q?{ADDRESS[9:].replace('@', '=40')}?="),
    "continuations": Spelling(f'x; name*0="{ADDRESS[:9]}"; name*1="{ADDRESS[9:]}"'),
    "continuations, percent": Spelling(f"x; name*0*=utf-8''{quote(ADDRESS[:20])}; name*1*={quote(ADDRESS[20:])}"),
    "base64 in JSON": Spelling(json.dumps({"m": _base64(json.dumps({"to": ADDRESS}))})),
    "base64 of markup": Spelling(_base64(f"<p>Écrire à {html.escape(ADDRESS).replace('@', '&#64;')}</p>")),
    "base64 of base64": Spelling(_base64(_base64(f"Écrire à <{ADDRESS}>"))),
}  # fmt: skip


def composed(
    *, subject: str = "Comptable", name: str = "Léa D. via Passerelle", text: str = WORDS, markup: str = "",
    file: File | None = None,
) -> bytes:  # fmt: skip
    """Return a mail as it is composed, from words and files that nobody masked."""
    message = EmailMessage(policy=POLICY)
    message["From"] = f"{Header(name, 'utf-8', maxlinelen=900).encode()} <r-abc@passerelle.example>"
    message["Subject"] = subject
    fill(message, Rendered("", text, markup or f"<p>{WORDS}</p>"), (file,) if file is not None else ())
    return message.as_bytes(policy=POLICY)


def _file(content: bytes | str, content_type: str = "application/octet-stream", name: str = "fiche") -> bytes:
    return composed(file=File(name, content_type, content.encode() if isinstance(content, str) else content))


def _raw(*parts: bytes) -> bytes:
    """Return a mail of parts that a library would refuse to write."""
    line = b"\r\n--b0\r\n"
    head = b"From: x@passerelle.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    return head + line + line.join(parts) + b"\r\n--b0--\r\n"


def _office(member: str, markup: str) -> bytes:
    return _file(docx("x", extra={member: markup}), "application/x", "fiche.docx")


def _folded(line: str) -> str:
    """Return a line of a calendar folded as RFC 5545 3.1 folds it."""
    return "\r\n ".join(line[start : start + 20] for start in range(0, len(line), 20))


def _calendar(line: str) -> bytes:
    head, tail = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n", "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    return _file(head + _folded(f"ATTENDEE;CN=Marie;RSVP=TRUE:mailto:{line}") + tail, "text/calendar", "a.ics")


def _attached(head: str, body: str) -> bytes:
    word = Header(head, "utf-8", maxlinelen=900).encode()
    inner = f"From: x@passerelle.example\r\nX-From: {word}\r\nSubject: Fiche\r\n".encode() + part(body)
    return _raw(b"Content-Type: message/rfc822\r\n\r\n" + inner)


def _pdf(*, words: str = "Poste", author: str = "", xmp: str = "") -> bytes:
    """Return a PDF whose streams are compressed, so that nothing in it can be read as it stands."""
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(escaped, author=author))))
    if xmp:
        stream = DecodedStreamObject()
        stream.set_data(f"<x:xmpmeta><dc:creator>{xmp}</dc:creator></x:xmpmeta>".encode())
        stream[NameObject("/Type")] = NameObject("/Metadata")
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream.flate_encode())
    for page in writer.pages:
        page.compress_content_streams()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _photograph(text: str) -> bytes:
    output = io.BytesIO()
    Image.open(io.BytesIO(picture("JPEG"))).save(output, "JPEG", comment=text.encode())
    return output.getvalue()


def _nested(text: str, depth: int) -> bytes:
    content = text.encode()
    for level in range(depth):
        content = archive({f"{level}.bin": content})
    return content


def _drawn(words: str) -> str:
    """Return words in the letters that the page's font has, "" when it lacks one."""
    return words if words.isascii() else ""


# Where it stands: a mail with that spelling there, nothing when it cannot stand there.
PLACES: dict[str, Callable[[Spelling], bytes]] = {
    "subject": lambda one: composed(subject=one.line),
    "name of the author": lambda one: composed(name=one.line),
    "text": lambda one: composed(text=f"Avant {one.text} après\n"),
    "HTML, text": lambda one: composed(markup=f"<p>Avant {one.text} après</p>"),
    "HTML, attribute": lambda one: composed(markup=f"<a title='{html.escape(one.line, quote=True)}'>x</a>"),
    "HTML, link": lambda one: composed(markup=f'<a href="https://x.example/?to={quote(one.line)}">x</a>'),
    "HTML, mailto": lambda one: composed(markup=f"<a href='mailto:{quote(one.line)}?subject=x'>x</a>"),
    "HTML, comment": lambda one: composed(markup=f"<p>x</p><!-- {one.line} -->"),
    "HTML, UTF-16": lambda one: _raw(part(f"<p>{one.text}</p>".encode("utf-16"), "text/html; charset=utf-16")),
    "text, UTF-16": lambda one: _raw(part(one.text.encode("utf-16-be"), "text/plain; charset=utf-16be")),
    "text, UTF-7": lambda one: _raw(part(one.text.encode("utf-7"), "text/plain; charset=utf-7")),
    "attachment's name": lambda one: _file("x", name=f"liste {one.line}.csv"),
    "header of a part": lambda one: _raw(
        part("x", "text/plain; charset=utf-8", f"X-Origin: {Header(one.line, 'utf-8', maxlinelen=900).encode()}")
    ),
    "calendar, folded": lambda one: _calendar(one.line),
    "card": lambda one: _file(f"BEGIN:VCARD\r\nEMAIL;TYPE=WORK:{one.line}\r\nEND:VCARD\r\n", "text/vcard", "a.vcf"),
    "attached mail, header": lambda one: _attached(one.line, "Les missions du poste."),
    "attached mail, body": lambda one: _attached("Hélène", one.text),
    "report of delivery": lambda one: _raw(
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        + f"Final-Recipient: rfc822; {one.line}\r\nDiagnostic-Code: smtp; 550 no\r\n".encode()
    ),
    "docx, words": lambda one: _file(docx(one.text), "application/x", "fiche.docx"),
    "docx, author": lambda one: _file(docx("x", author=one.text), "application/x", "fiche.docx"),
    "docx, program": lambda one: _office("docProps/app.xml", f"<Properties><Manager>{one.text}</Manager></Properties>"),
    "docx, own properties": lambda one: _office(
        "docProps/custom.xml",
        f"<Properties><property name='x'><vt:lpwstr>{one.text}</vt:lpwstr></property></Properties>",
    ),
    "docx, comments": lambda one: _office("word/comments.xml", f"<w:comments><w:t>{one.text}</w:t></w:comments>"),
    "xlsx": lambda one: _file(archive({"xl/sharedStrings.xml": f"<sst><si><t>{one.text}</t></si></sst>"})),
    "odt": lambda one: _file(odt("x", author=one.text)),
    "PDF, words": lambda one: _file(_pdf(words=_drawn(one.line))) if _drawn(one.line) else b"",
    "PDF, author": lambda one: _file(_pdf(author=one.line)),
    "PDF, XMP": lambda one: _file(_pdf(xmp=one.text)),
    "PNG": lambda one: _file(picture("PNG", one.line), "image/png", "photo.png"),
    "JPEG, EXIF": lambda one: _file(picture("JPEG", one.line), "image/jpeg", "photo.jpg"),
    "JPEG, comment": lambda one: _file(_photograph(one.line), "image/jpeg", "photo.jpg"),
    "zip, name": lambda one: _file(archive({f"{one.line}.txt": "x"}), "application/zip", "a.zip"),
    "zip in zip, eight deep": lambda one: _file(_nested(one.text, 8), "application/zip", "a.zip"),
    "gzip": lambda one: _file(gzip.compress(one.text.encode()), "application/gzip", "a.gz"),
    "winmail.dat": lambda one: _file(b"\x78\x9f\x3e\x22" + one.text.encode(), "application/ms-tnef", "winmail.dat"),
}
