"""The anonymiser alone, the gate switched off: every leak that relays are known for, one by one and all together."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tests.mailer.receiver import decode, views
from tests.mailer.relayed import DIRECTIONS, TO_CANDIDATE, Direction, relayed
from tests.mailer.sample_files import archive, docx, pdf, picture, winmail
from tests.mailer.sample_mails import WORDS, named, part

Parts = tuple[bytes, ...]
Leak = Callable[[str], Parts]


def text(words: str) -> Parts:
    return (part(f"{words}\n"),)


def page(markup: str) -> Parts:
    return (part(markup, "text/html; charset=utf-8"),)


def beside(content: bytes | str, content_type: str, *headers: str) -> Parts:
    return (part(content, content_type, *headers),)


def event(lines: str) -> str:
    return (
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:20261201T090000Z\nDTSTAMP:20261123T090000Z\n"
        f"SUMMARY:Entretien\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    )


def split(address: str, between: str) -> str:
    return address[:3] + between + address[3:]


def host(address: str) -> str:
    return address.partition("@")[2]


SOFT = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
ARMOUR = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{}\n=aB3d\n-----END PGP PUBLIC KEY BLOCK-----"
REPORT = "Reporting-MTA: dns; mx.{host}\r\n\r\nFinal-Recipient: rfc822; {address}\r\nDiagnostic-Code: smtp; 550 <{address}> boite pleine\r\n"
FORWARDED = (
    "From: X <{0}>\r\nTo: {0}\r\nX-Sender: {0}\r\nSubject: Fiche\r\nContent-Type: text/plain\r\n\r\nEcrire a {0}.\r\n"
)

LEAKS: dict[str, Leak] = {
    "plain quote": lambda a: text(f"Oui.\n\nLe 3 mars 2026, Elle <{a}> a écrit :\n> Bonjour"),
    "Outlook's quoted line": lambda a: text(f"Oui.\n\nDe : Elle <{a}>\nEnvoyé : lundi\nÀ : Elle <{a}> ; autre\nObjet : Poste"),
    "upper case": lambda a: text(a.upper()),
    "tag of an address": lambda a: text(a.replace("@", "+offre.7@")),
    "entity": lambda a: page(f"<p>{a.replace('@', '&#64;')} {a.replace('@', '&commat;')}</p>"),
    "percent in a link": lambda a: page(f"<a href='https://x.example/?m={a.replace('@', '%40')}'>ici</a>"),
    "tags within": lambda a: page(f"<p>{split(a, '<b></b>')}</p>"),
    "comments and styles": lambda a: page(f"<!-- {a} --><style>.a{{content:'{a}'}}</style><p style='x:{a}'>mot</p>"),
    "a picture's text": lambda a: page(f"<img alt='{a}' src='https://{host(a)}/logo.png'>mot"),
    "a page in a link": lambda a: page(f"<a href='data:text/html;base64,{base64.b64encode(a.encode()).decode()}'>x</a>"),
    "soft break": lambda a: ((SOFT + split(a, "=\r\n").replace("@", "=40") + "\r\n").encode(),),
    "calendar people": lambda a: beside(event(f"ORGANIZER;CN={a}:mailto:{a}\nATTENDEE;EMAIL={a}:mailto:{a}"), "text/calendar; method=REQUEST; charset=utf-8"),
    "calendar words": lambda a: beside(event(f"UID:1@{host(a)}\nDESCRIPTION:{a}\nX-SENDER:{a}\nURL:https://{host(a)}/{a}"), "text/calendar; charset=utf-8", named("a.ics")),
    "calendar alarm": lambda a: beside(event(f"BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nATTENDEE:mailto:{a}\nEND:VALARM"), "application/ics", named("b.ics")),
    "broken calendar": lambda a: beside(f"BEGIN:VCALENDAR\nORGANIZER:mailto:{a}\n{a}\n", "text/calendar; charset=utf-8", named("c.ics")),
    "attachment name": lambda a: beside(b"x", "application/octet-stream", named(f"liste {a}.csv")),
    "RFC 2047 name": lambda a: beside(b"x", "application/octet-stream", named(f"=?utf-8?b?{base64.b64encode(a.encode()).decode()}?=")),
    "RFC 2231 name": lambda a: beside(b"x", "application/octet-stream", f"Content-Disposition: attachment; filename*0*=utf-8''{a[:4]}; filename*1*={a[4:].replace('@', '%40')}"),
    "header of a part": lambda a: (part("mot\n", "text/plain; charset=utf-8", f"X-Origin: {a}", f"Content-Description: {a}", f"Content-Location: http://{host(a)}/")),
    "Content-ID": lambda a: (part(f"<img src='cid:1@{host(a)}'>", "text/html"), part(picture("PNG"), "image/png; name=l.png", f"Content-ID: <1@{host(a)}>")),
    "card": lambda a: beside(f"BEGIN:VCARD\nVERSION:3.0\nFN:Elle\nEMAIL;TYPE=WORK:{a}\nURL:mailto:{a}\nEND:VCARD\n", "text/vcard; charset=utf-8", named("e.vcf")),
    "directory": lambda a: beside(f"BEGIN:VCARD\nVERSION:2.1\nN:E\nEMAIL;QUOTED-PRINTABLE:{a.replace('@', '=40')}\nEND:VCARD\n", "text/directory; profile=vCard; charset=utf-8"),
    "attached mail": lambda a: (b"Content-Type: message/rfc822\r\n\r\n" + FORWARDED.format(a).encode(),),
    "encoded attached mail": lambda a: beside(FORWARDED.format(a), "message/rfc822", named("m.eml")),
    "headers of a mail": lambda a: beside(FORWARDED.format(a), "text/rfc822-headers"),
    "delivery report": lambda a: beside(REPORT.format(host=host(a), address=a), "message/delivery-status"),
    "reading receipt": lambda a: beside(f"Original-Recipient: rfc822;{a}\r\nFinal-Recipient: rfc822;{a}\r\n", "message/disposition-notification"),
    "S/MIME signature": lambda a: beside(b"0\x82" + a.encode(), "application/pkcs7-signature", named("smime.p7s")),
    "opaque S/MIME": lambda a: beside(b"0\x82" + a.encode(), "application/pkcs7-mime; smime-type=signed-data", named("smime.p7m")),
    "PGP signature": lambda a: beside(f"-----BEGIN PGP SIGNATURE-----\n\n{a}\n", "application/pgp-signature", named("signature.asc")),
    "PGP key": lambda a: beside(ARMOUR.format(a), "application/pgp-keys", named(f"{a}.asc")),
    "PGP key in the text": lambda a: text("Bonjour.\n\n" + ARMOUR.format(base64.b64encode(a.encode() * 3).decode())),
    "winmail.dat": lambda a: beside(winmail(body=a, files={f"{a}.docx": docx(a, author=a), "m.eml": FORWARDED.format(a).encode()} if host(a).startswith("asso") else {"c.vcf": b"BEGIN:VCARD\nEMAIL:" + a.encode() + b"\nEND:VCARD\n"}), "application/ms-tnef", named("winmail.dat")),
    "broken winmail.dat": lambda a: beside(b"\x78\x9f\x3e\x22" + a.encode(), "application/ms-tnef", named("winmail.dat")),
    "pictures": lambda a: tuple(part(picture(kind, a), f"image/{kind.lower()}", named(f"p.{kind.lower()}")) for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF")),
    "unreadable picture": lambda a: beside(b"BM" + a.encode(), "image/bmp", named("p.bmp")),
    "drawing": lambda a: beside(f"<svg><text>{a}</text></svg>", "image/svg+xml", named("l.svg")),
    "unknown text": lambda a: beside(f"<bold>{a}</bold>", "text/enriched"),
}  # fmt: skip
# A candidate's own documents are hers: these are the recruiter's only.
DOCUMENTS: dict[str, Leak] = {
    "makers of a PDF": lambda a: beside(pdf("Missions", author=a), "application/pdf", named("f.pdf")),
    "a text document": lambda a: beside(docx(f"Missions. {a}", author=a, extra={"word/_rels/document.xml.rels": f'<Relationship Target="mailto:{a}"/>', "word/media/i.png": picture("PNG", a), "word/comments.xml": f'<w:comment w:author="{a}"/>'}), "application/x", named("f.docx")),
    "an archive": lambda a: beside(archive({f"{a}.txt": a, "d.docx": docx(split(a, "</w:t><w:t>")), "p.png": picture("PNG", a)}, comment=a), "application/zip", named("a.zip")),
    "a text file": lambda a: beside(a, "text/plain; charset=utf-8", named("notes.txt")),
    "a page": lambda a: beside(f"<!-- {a} --><p>{a}</p>", "text/html; charset=utf-8", named("page.html")),
    "rich text": lambda a: beside(rb"{\rtf1{\info{\author " + a.encode() + rb"}} " + a.replace("@", "\\'40").encode() + b"}", "application/rtf", named("f.rtf")),
}  # fmt: skip
HEADERS = (
    "Sender", "Cc", "Bcc", "Reply-To", "Return-Path", "Resent-From", "Resent-To", "Disposition-Notification-To", "Organization",
    "Errors-To", "List-Id", "List-Unsubscribe", "User-Agent", "X-MS-Exchange-Organization-AuthSource", "X-Originating-Email",
    "Thread-Index", "Thread-Topic", "Message-ID", "In-Reply-To", "References", "Content-ID", "Autocrypt", "Authentication-Results",
    "DKIM-Signature", "ARC-Seal", "Received", "Delivered-To", "Comments", "Keywords", "Face", "Content-Description",
)  # fmt: skip


def mail(direction: Direction, *parts: bytes, subject: str = "Poste") -> bytes:
    """Return a mail whose every header and boundary names its writer."""
    a = direction.writer
    boundary = f"----=_Part_{host(a)}_{a}"
    head = [
        f"From: Elle <{a}>",
        f"To: <{direction.masks.replacement}>, <{a}>",
        f"Subject: {subject}",
        "MIME-Version: 1.0",
    ]
    head += [f"{name}: <{a}>; d={host(a)}" for name in HEADERS]
    head += [f'Content-Type: multipart/mixed; boundary="{boundary}"', "", f"Préambule {a}"]
    lines = [("\r\n".join(head)).encode()]
    lines += [f"--{boundary}\r\n".encode() + each for each in (WORDS, *parts)]
    return b"\r\n".join([*lines, f"--{boundary}--\r\nÉpilogue {a}\r\n".encode()])


def assert_clean(raw: bytes, direction: Direction) -> None:
    _, octets = relayed(raw, direction)
    for view in views(octets):
        assert direction.marker not in view
    assert "Bonjour, voici l'offre." in decode(octets).leaf("text/plain").text
    assert "Bonjour, voici l'offre." in decode(octets).leaf("text/html").text.replace("&#39;", "'")


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=DIRECTIONS)
@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_no_known_leak(leak, direction):
    made = leak(direction.writer)
    assert_clean(mail(direction, *((made,) if isinstance(made, bytes) else made)), direction)


@pytest.mark.parametrize("leak", DOCUMENTS.values(), ids=DOCUMENTS)
def test_no_document_of_a_recruiter_leaks(leak):
    assert_clean(mail(TO_CANDIDATE, *leak(TO_CANDIDATE.writer)), TO_CANDIDATE)


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=DIRECTIONS)
def test_all_leaks_together(direction):
    chosen = {**LEAKS, **(DOCUMENTS if direction is TO_CANDIDATE else {})}
    parts = [made for leak in chosen.values() for made in _tuple(leak(direction.writer))]
    word = f"=?utf-8?q?{direction.writer.replace('@', '=40')}?="
    assert_clean(mail(direction, *parts, subject=f"Re: {word} {direction.writer.upper()}"), direction)


def test_the_writers_are_told_what_was_left_out():
    parts = [made for leak in LEAKS.values() for made in _tuple(leak(TO_CANDIDATE.writer))]
    rebuilt, _ = relayed(mail(TO_CANDIDATE, *parts), TO_CANDIDATE)

    assert rebuilt.left_out == ("calendar", "drawing", "encrypted", "part", "picture", "report", "signature", "winmail")


def _tuple(made: Parts | bytes) -> Parts:
    return (made,) if isinstance(made, bytes) else made
