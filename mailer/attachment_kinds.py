"""Tell what an attachment is, by its content first, then by its type and name."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath


class AttachmentKind(StrEnum):
    """What decides how an attachment is treated."""

    EXECUTABLE = "executable"  # programs, and documents with macros
    KEY = "signature-key"  # signatures, keys and certificates name their owner
    ENCRYPTED = "encrypted"
    OUTLOOK = "outlook-data"  # winmail.dat
    REPORT = "report"  # delivery and reading reports, pieces of mails
    MAIL = "mail"
    CALENDAR = "calendar"
    CONTACT = "contact"
    DRAWING = "drawing"  # SVG: active, shown by no mail client
    IMAGE = "image"
    PDF = "pdf"
    OFFICE = "office"  # zip-based documents
    RICH_TEXT = "rich-text"
    ARCHIVE = "archive"  # a zip that is no document
    HTML = "html"
    TEXT = "text"
    OTHER = "other"


_BY_TYPE = {
    "application/pgp-signature": AttachmentKind.KEY,
    "application/pgp-keys": AttachmentKind.KEY,
    "application/pkcs7-signature": AttachmentKind.KEY,
    "application/x-pkcs7-signature": AttachmentKind.KEY,
    "application/pkix-cert": AttachmentKind.KEY,
    "application/x-x509-ca-cert": AttachmentKind.KEY,
    "application/x-x509-user-cert": AttachmentKind.KEY,
    "application/x-pkcs7-certificates": AttachmentKind.KEY,
    "application/x-pkcs12": AttachmentKind.KEY,
    "application/pgp-encrypted": AttachmentKind.ENCRYPTED,
    "application/pkcs7-mime": AttachmentKind.ENCRYPTED,
    "application/x-pkcs7-mime": AttachmentKind.ENCRYPTED,
    "application/ms-tnef": AttachmentKind.OUTLOOK,
    "application/vnd.ms-tnef": AttachmentKind.OUTLOOK,
    "message/rfc822": AttachmentKind.MAIL,
    "message/global": AttachmentKind.MAIL,
    "text/rfc822-headers": AttachmentKind.REPORT,
    "text/calendar": AttachmentKind.CALENDAR,
    "application/ics": AttachmentKind.CALENDAR,
    "text/vcard": AttachmentKind.CONTACT,
    "text/x-vcard": AttachmentKind.CONTACT,
    "text/directory": AttachmentKind.CONTACT,
    "image/svg+xml": AttachmentKind.DRAWING,
    "application/pdf": AttachmentKind.PDF,
    "application/rtf": AttachmentKind.RICH_TEXT,
    "text/rtf": AttachmentKind.RICH_TEXT,
    "text/html": AttachmentKind.HTML,
    "application/xhtml+xml": AttachmentKind.HTML,
    "application/json": AttachmentKind.TEXT,
    "application/xml": AttachmentKind.TEXT,
}
_PROGRAMS = """
    ace action ade adp apk app appimage application appx bas bat bin cab chm cmd com command cpl csh dll dmg docm dot
    dotm exe fxp gadget hlp hta img inf ins iso isp jar jnlp js jse ksh lib lnk mad mde msc msh msi msix msp mst ocx ops
    osx paf pcd pif pl potm ppam ppsm pptm prg ps1 ps1xml ps2 psc1 psm1 py pyc reg run scf scr sct sh shb shs sldm sys
    url vb vbe vbp vbs vhd vhdx vxd workflow ws wsc wsf wsh xlam xll xlm xlsb xlsm xltm xnk
"""
_EXECUTABLE_NAMES = frozenset(_PROGRAMS.split())
_BY_NAME = {
    **dict.fromkeys(
        ("asc", "sig", "p7s", "p7b", "p7c", "pem", "cer", "crt", "der", "gpg", "pfx", "p12"), AttachmentKind.KEY
    ),
    "p7m": AttachmentKind.ENCRYPTED,
    "pgp": AttachmentKind.ENCRYPTED,
    "eml": AttachmentKind.MAIL,
    "ics": AttachmentKind.CALENDAR,
    "vcs": AttachmentKind.CALENDAR,
    "vcf": AttachmentKind.CONTACT,
    "svg": AttachmentKind.DRAWING,
    "rtf": AttachmentKind.RICH_TEXT,
    "htm": AttachmentKind.HTML,
    "html": AttachmentKind.HTML,
    "txt": AttachmentKind.TEXT,
    "csv": AttachmentKind.TEXT,
    "md": AttachmentKind.TEXT,
    "json": AttachmentKind.TEXT,
    "xml": AttachmentKind.TEXT,
}
_BY_CONTENT = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"MZ(?=.{0,126}\0)", AttachmentKind.EXECUTABLE),
        (rb"\x7fELF", AttachmentKind.EXECUTABLE),
        (rb"\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", AttachmentKind.EXECUTABLE),
        (rb"L\0\0\0\x01\x14\x02\0", AttachmentKind.EXECUTABLE),  # a Windows shortcut
        (rb"ITSF", AttachmentKind.EXECUTABLE),  # compiled help
        (rb"\0asm|dex\n03", AttachmentKind.EXECUTABLE),
        (rb"#! ?/", AttachmentKind.EXECUTABLE),
        (rb"\x78\x9f\x3e\x22", AttachmentKind.OUTLOOK),
        (rb"\s{0,20}-----BEGIN (?:PGP (?:PUBLIC|PRIVATE|SIGNATURE)|CERTIFICATE|PKCS7)", AttachmentKind.KEY),
        (rb"\s{0,20}-----BEGIN PGP MESSAGE", AttachmentKind.ENCRYPTED),
        (rb"(?:\xef\xbb\xbf)?\s{0,20}BEGIN:VCALENDAR", AttachmentKind.CALENDAR),
        (rb"(?:\xef\xbb\xbf)?\s{0,20}BEGIN:VCARD", AttachmentKind.CONTACT),
        (rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*", AttachmentKind.IMAGE),
        (rb".{0,1024}%PDF-", AttachmentKind.PDF),
        (rb"\{\\rtf", AttachmentKind.RICH_TEXT),
    )
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # documents of Office before 2007
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE_MEMBERS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"})
_MAX_MEMBERS = 5000


def recognise(content: bytes, content_type: str, filename: str) -> AttachmentKind:
    """Return what an attachment is: programs whatever they call themselves, then content, type, name."""
    if content_type.startswith("message/"):
        return _BY_TYPE.get(content_type, AttachmentKind.REPORT)
    extension = _extension(filename)
    if extension in _EXECUTABLE_NAMES or _has_macros(content):
        return AttachmentKind.EXECUTABLE
    if extension == "dat" and filename.lower() == "winmail.dat":
        return AttachmentKind.OUTLOOK
    for pattern, kind in _BY_CONTENT:
        if pattern.match(content):
            return kind
    if content.startswith(_ZIP):
        return _recognise_zip(content)
    known = _BY_TYPE.get(content_type) or _BY_NAME.get(extension)
    if known:
        return known
    return _BY_MAIN_TYPE.get(content_type.partition("/")[0], AttachmentKind.OTHER)


_BY_MAIN_TYPE = {
    "text": AttachmentKind.TEXT,
    "image": AttachmentKind.IMAGE,
}


def _extension(filename: str) -> str:
    return PurePosixPath(filename.rstrip(". ")).suffix.lower().lstrip(".")


def _has_macros(content: bytes) -> bool:
    return content.startswith(_COMPOUND) and _MACROS in content


def _recognise_zip(content: bytes) -> AttachmentKind:
    """Tell documents from archives; programs and macros inside make either a program."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:_MAX_MEMBERS]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError, OverflowError):
        return AttachmentKind.OTHER
    is_document = any(name in _OFFICE_MEMBERS for name in names)
    for name in names:
        macro = PurePosixPath(name).name.lower() in {"vbaproject.bin", "vbadata.xml"} or name.startswith("Basic/")
        if macro or (not is_document and _extension(name) in _EXECUTABLE_NAMES):
            return AttachmentKind.EXECUTABLE
    return AttachmentKind.OFFICE if is_document else AttachmentKind.ARCHIVE
