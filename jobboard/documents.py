"""Clear who made a document, and read its text.

Documents of strangers are opened through `jobboard.confinement` only: these functions are called there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, NameObject

MAX_MEMBERS = 3000
MAX_UNPACKED = 80 * 1024 * 1024  # octets of one document
MAX_TEXT = 4_000_000  # characters that are searched
MAX_PAGES = 60
MAX_PDF = 25 * 1024 * 1024  # octets

_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = b"http://schemas.openxmlformats.org/"
# What the members that name people become: valid, and empty.
_EMPTIED = {
    "docProps/core.xml": _XML + b'<cp:coreProperties xmlns:cp="%spackage/2006/metadata/core-properties"/>' % _OOXML,
    "docProps/app.xml": _XML + b'<Properties xmlns="%sofficeDocument/2006/extended-properties"/>' % _OOXML,
    "docProps/custom.xml": _XML + b'<Properties xmlns="%sofficeDocument/2006/custom-properties"/>' % _OOXML,
    "word/people.xml": _XML + b'<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
    "meta.xml": _XML
    + b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">'
    + b"<office:meta/></office:document-meta>",
}
_READ = (".xml", ".rels", ".rdf", ".txt", ".html", ".xhtml")
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"(?:Target|href|userId|author|initials|name|descr|title|creator)=\"([^\"]*)\"")
_RTF_INFO = re.compile(rb"\{\\info(?:[^{}]|\{[^{}]*\})*\}|\{\\\*\\(?:company|manager|userprops)(?:[^{}]|\{[^{}]*\})*\}")
_PDF_MAKERS = (NameObject("/Metadata"), NameObject("/PieceInfo"), NameObject("/LastModified"))
# Whose /T names who wrote them; that of a form's field is its name.
_PDF_COMMENTS = frozenset(
    ("/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Stamp", "/Ink", "/Popup", "/Caret")
)


@dataclass(frozen=True)
class ClearedDocument:
    """A document without the names of its makers, and the text that is left in it."""

    content: bytes
    text: str  # "" when it could not be read
    readable: bool


def clear_office(content: bytes, rewrite: Callable[[str, bytes], bytes] = lambda _, octets: octets) -> ClearedDocument:
    """Return a zip-based document (docx, xlsx, pptx, odt…) with its properties emptied, everything else as it was.

    `rewrite` gets name and octets of each member, and returns what it becomes. A document that is encrypted, broken or
    too large comes back untouched and not `readable`.
    """
    output, text = io.BytesIO(), _Text()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(output, "w") as target:
            members = source.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                return ClearedDocument(content, "", readable=False)
            for member in members:
                octets = _EMPTIED.get(member.filename) or rewrite(member.filename, source.read(member))
                target.writestr(_anonymous(member), octets, member.compress_type)
                if member.filename.lower().endswith(_READ):
                    text.add_markup(octets.decode("utf-8", "replace"))
    except Exception:  # zipfile, zlib, lzma and bz2 each have their own errors for octets that are broken
        return ClearedDocument(content, "", readable=False)
    return ClearedDocument(output.getvalue(), text.joined, readable=True)


def clear_pdf(content: bytes) -> ClearedDocument:
    """Return a PDF without author, producer and other metadata; encrypted or broken ones come back untouched."""
    if len(content) > MAX_PDF:
        return ClearedDocument(content, "", readable=False)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            return ClearedDocument(content, "", readable=False)
        text = "\n".join(_read_pdf(reader))[:MAX_TEXT]
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        for thing in writer._objects:
            _forget_makers(thing)
        output = io.BytesIO()
        writer.write(output)
    except Exception:  # a PDF can be broken in more ways than pypdf has exceptions for
        return ClearedDocument(content, "", readable=False)
    return ClearedDocument(output.getvalue(), text, readable=True)


def clear_rich_text(content: bytes) -> ClearedDocument:
    """Return an RTF without its information group (author, operator, company)."""
    cleared = _RTF_INFO.sub(b"", content)
    return ClearedDocument(cleared, cleared.decode("latin-1")[:MAX_TEXT], readable=True)


def rewrite_archive(content: bytes, rewrite: Callable[[str, bytes], tuple[str, bytes]]) -> ClearedDocument:
    """Return a zip in which each member became what `rewrite` makes of its name and octets; no comment is kept.

    `rewrite` may raise what it likes: the call then fails with it.
    """
    output, text = io.BytesIO(), _Text()
    try:
        source = zipfile.ZipFile(io.BytesIO(content))
        members = source.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            return ClearedDocument(content, "", readable=False)
        opened = [(member, b"" if member.is_dir() else source.read(member)) for member in members]
    except Exception:  # zipfile, zlib, lzma and bz2 each have their own errors for octets that are broken
        return ClearedDocument(content, "", readable=False)
    with zipfile.ZipFile(output, "w") as target:
        for member, octets in opened:
            entry = _anonymous(member)
            entry.filename, octets = rewrite(member.filename, octets)
            text.add_markup(entry.filename)
            target.writestr(entry, octets, zipfile.ZIP_STORED if member.is_dir() else zipfile.ZIP_DEFLATED)
    return ClearedDocument(output.getvalue(), text.joined, readable=True)


class _Text:
    """The text of a document, up to MAX_TEXT characters."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.room = MAX_TEXT

    def add_markup(self, markup: str) -> None:
        """Add what stands between the tags (an address may be cut by them) and in the attributes that people fill."""
        for piece in (_TAG.sub("", markup), *_ATTRIBUTE.findall(markup)):
            if self.room > 0 and piece:
                self.pieces.append(piece[: self.room])
                self.room -= len(piece)

    @property
    def joined(self) -> str:
        return "\n".join(self.pieces)


def _anonymous(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a member's entry without comment, extra fields and the system it was made on."""
    entry = zipfile.ZipInfo(member.filename, member.date_time)
    entry.compress_type = member.compress_type
    entry.external_attr = member.external_attr
    return entry


def _forget_makers(thing: object) -> None:
    """Take from an object of a PDF who made it, when and with what: XMP, private data, authors of comments."""
    if not isinstance(thing, DictionaryObject):
        return
    for maker in _PDF_MAKERS:
        thing.pop(maker, None)
    if thing.get("/Subtype") in _PDF_COMMENTS:
        thing.pop(NameObject("/T"), None)


def _read_pdf(reader: PdfReader) -> Iterator[str]:
    """Yield the text of the pages and the addresses behind their links."""
    for page in reader.pages[:MAX_PAGES]:
        yield page.extract_text()
        annotations = page.get("/Annots")
        for annotation in annotations.get_object() if annotations is not None else ():
            yield from _read_link(annotation.get_object() if isinstance(annotation, IndirectObject) else annotation)


def _read_link(annotation: object) -> Iterator[str]:
    if isinstance(annotation, DictionaryObject):
        action = annotation.get("/A")
        action = action.get_object() if action is not None else None
        link = action.get("/URI") if isinstance(action, DictionaryObject) else None
        for value in (link, annotation.get("/Contents"), annotation.get("/T")):
            if value is not None:
                yield str(value.get_object())
