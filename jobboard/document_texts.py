"""The text of a document, line by line as people wrote it: PDF, Word (docx), OpenDocument (odt), plain text.

Documents of strangers are opened through `jobboard.confinement` only: `read_here` is called there. Pictures, macros,
comments, headers and properties are never looked at.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from xml.etree import ElementTree

from pypdf import PageObject, PdfReader

MAX_OCTETS = 15 * 1024 * 1024
MAX_PAGES = 30
MAX_UNPACKED = 8 * 1024 * 1024  # octets of the one member that holds the words
MAX_TEXT = 120_000  # characters
_FEWEST_LETTERS = 40  # fewer are no document with words: a scan, a drawing

_MEMBERS = {"docx": "word/document.xml", "odt": "content.xml"}
_BREAKS = frozenset(("p", "h", "br", "cr", "line-break", "tr", "table-row", "list-item"))
_SPACES = frozenset(("tab", "s", "tc", "table-cell"))
_NEVER = frozenset(("annotation", "tracked-changes", "instrText", "del", "script", "binary-data", "delText"))
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


class Problem(StrEnum):
    """Why a document gave no text."""

    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    ENCRYPTED = "encrypted"
    NO_WORDS = "no-words"
    UNREADABLE = "unreadable"


class NoText(Exception):
    """The document gave no text; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def kind_of(content: bytes) -> str:
    """Return "pdf", "docx", "odt" or "text" by what the octets are, whatever their name; "" for anything else."""
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _kind_of_zip(content)
    if b"\x00" in head or head.startswith((b"{\\rtf", b"\xd0\xcf\x11\xe0")):
        return ""
    return "text" if _is_words(head) else ""


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            names = set(source.namelist()) if len(source.filelist) <= 5_000 else set()
    except Exception:  # zipfile has more errors for broken octets than names
        return ""
    return next((kind for kind, member in _MEMBERS.items() if member in names), "")


def read_here(content: bytes) -> str:
    """Return the text of a document, in this process, which is the limited one; at most MAX_TEXT characters.

    Raises NoText.
    """
    if len(content) > MAX_OCTETS:
        raise NoText(Problem.TOO_LARGE)
    kind = kind_of(content)
    if not kind:
        raise NoText(Problem.WRONG_TYPE)
    try:
        text = _READERS[kind](content)
    except NoText:
        raise
    except Exception as error:  # a document can be broken in more ways than its readers have exceptions for
        raise NoText(Problem.UNREADABLE) from error
    if sum(char.isalpha() for char in text[:5_000]) < _FEWEST_LETTERS:
        raise NoText(Problem.NO_WORDS)
    return text


def _read_pdf(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise NoText(Problem.ENCRYPTED)
    return _up_to(page.extract_text() + "\n" for page in _first_pages(reader))


def _first_pages(reader: PdfReader) -> Iterator[PageObject]:
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        yield page


def _read_zip(content: bytes, member: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        found = source.getinfo(member)
        if found.flag_bits & 1:
            raise NoText(Problem.ENCRYPTED)
        # What the directory announces may be a lie: never more than this is unpacked.
        with source.open(found) as opened:
            markup = opened.read(MAX_UNPACKED + 1)
    if len(markup) > MAX_UNPACKED:
        raise NoText(Problem.TOO_LARGE)
    if any(entity in markup[:4096] for entity in _ENTITIES):
        raise NoText(Problem.UNREADABLE)
    return _up_to(_words_of(ElementTree.fromstring(markup), only="t" if member.startswith("word/") else ""))


def _words_of(root: ElementTree.Element, *, only: str) -> Iterator[str]:
    """Yield the words of the XML that Word (where they stand in "t" only) and LibreOffice write, in their order.

    A line for each paragraph, row and break. Without recursion: whoever made the document chose its depth.
    """
    waiting: list[ElementTree.Element | str] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        name = one.tag.rpartition("}")[2]
        if name in _NEVER:
            continue
        if name in _SPACES:
            yield " "
        if one.text and (not only or name == only):
            yield one.text
        if name in _BREAKS:
            waiting.append("\n")
        for child in reversed(one):
            if child.tail and not only:
                waiting.append(child.tail)
            waiting.append(child)


def _up_to(pieces: Iterable[str]) -> str:
    found, room = [], MAX_TEXT
    for piece in pieces:
        found.append(piece[:room])
        room -= len(piece)
        if room <= 0:
            break
    return "".join(found)


def _read_text(content: bytes) -> str:
    try:
        return content[: 4 * MAX_TEXT].decode("utf-8")[:MAX_TEXT]
    except UnicodeDecodeError:
        return content[:MAX_TEXT].decode("cp1252", "replace")


def _is_words(head: bytes) -> bool:
    printable = sum(octet >= 32 or octet in b"\t\r\n\x0c" for octet in head)
    return bool(head) and printable >= len(head) * 0.98


_READERS = {
    "pdf": _read_pdf,
    "docx": lambda content: _read_zip(content, _MEMBERS["docx"]),
    "odt": lambda content: _read_zip(content, _MEMBERS["odt"]),
    "text": _read_text,
}
