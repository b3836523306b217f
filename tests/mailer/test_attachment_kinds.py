"""What an attachment is: by content, then type, then name."""

from __future__ import annotations

import pytest

from mailer.attachment_kinds import AttachmentKind, recognise
from tests.mailer.sample_files import archive, docx, odt, pdf, picture

Kind = AttachmentKind
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "content_type", "name", "kind"),
    [
        (b"MZ\x90\0\x03\0", "application/pdf", "CV.pdf", Kind.EXECUTABLE),
        (b"MZ, notre association", "text/plain", "note.txt", Kind.TEXT),
        (b"\x7fELF\x02", "image/png", "a.png", Kind.EXECUTABLE),
        (b"#!/bin/sh\n", "text/plain", "notes", Kind.EXECUTABLE),
        (b"x", "application/octet-stream", "facture.pdf.EXE", Kind.EXECUTABLE),
        (b"x", "application/octet-stream", "cv.js. ", Kind.EXECUTABLE),
        (docx("x", extra={"word/vbaProject.bin": "x"}), "application/x", "cv.docx", Kind.EXECUTABLE),
        (docx("x"), "application/x", "cv.docm", Kind.EXECUTABLE),
        (COMPOUND + "_VBA_PROJECT".encode("utf-16-le"), "application/msword", "cv.doc", Kind.EXECUTABLE),
        (COMPOUND + "Compétences: VBA".encode("utf-16-le"), "application/msword", "cv.doc", Kind.OTHER),
        (archive({"a/cv.pdf": "x"}), "application/zip", "a.zip", Kind.ARCHIVE),
        (archive({"a/cv.pdf.exe": "x"}), "application/zip", "a.zip", Kind.EXECUTABLE),
        (docx("x"), "application/octet-stream", "sans nom", Kind.OFFICE),
        (odt("x"), "application/octet-stream", "cv.odt", Kind.OFFICE),
        (pdf("x"), "application/octet-stream", "cv", Kind.PDF),
        (b"\n junk %PDF-1.4", "application/octet-stream", "cv", Kind.PDF),
        (picture("JPEG"), "application/octet-stream", "photo", Kind.IMAGE),
        (picture("WEBP"), "text/plain", "photo.txt", Kind.IMAGE),
        (b"BEGIN:VCALENDAR", "application/octet-stream", "x.bin.txt", Kind.CALENDAR),
        (b"\xef\xbb\xbfBEGIN:VCARD", "text/plain", "x", Kind.CONTACT),
        (b"x", "text/x-vcard", "x", Kind.CONTACT),
        (b"x", "application/octet-stream", "invite.ics", Kind.CALENDAR),
        (b"0\x80", "application/x-pkcs7-signature", "smime.p7s", Kind.KEY),
        (b"-----BEGIN PGP SIGNATURE-----", "application/octet-stream", "x", Kind.KEY),
        (b"x", "application/octet-stream", "OpenPGP_0x12.asc", Kind.KEY),
        (b"-----BEGIN CERTIFICATE-----", "text/plain", "x.txt", Kind.KEY),
        (b"-----BEGIN PGP MESSAGE-----", "application/octet-stream", "encrypted.asc", Kind.ENCRYPTED),
        (b"0\x80", "application/pkcs7-mime", "smime.p7m", Kind.ENCRYPTED),
        (b"\x78\x9f\x3e\x22", "application/octet-stream", "x", Kind.OUTLOOK),
        (b"x", "application/octet-stream", "WINMAIL.DAT", Kind.OUTLOOK),
        (b"Subject: x", "message/rfc822", "", Kind.MAIL),
        (b"Subject: x", "application/octet-stream", "x.eml", Kind.MAIL),
        (b"x", "message/delivery-status", "", Kind.REPORT),
        (b"x", "message/partial", "", Kind.REPORT),
        (b"x", "text/rfc822-headers", "", Kind.REPORT),
        (b"<svg/>", "image/svg+xml", "logo.svg", Kind.DRAWING),
        (b"{\\rtf1", "text/plain", "cv", Kind.RICH_TEXT),
        (b"<p>", "text/html", "a", Kind.HTML),
        (b"a;b", "application/octet-stream", "a.csv", Kind.TEXT),
        (b"x", "text/x-inconnu", "", Kind.TEXT),
        (b"BM", "image/bmp", "", Kind.IMAGE),
        (b"PK et compagnie", "application/octet-stream", "", Kind.OTHER),
        (b"", "application/octet-stream", "", Kind.OTHER),
    ],
)
def test_kinds(content, content_type, name, kind):
    assert recognise(content, content_type, name) is kind
