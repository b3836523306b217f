"""Why a document gave no text, or its text: for documents whose sender wants to know (a CV).

What reads them is `jobboard.document_text`, in a limited process only: `read_here` is called there. Pictures, macros,
comments, headers and properties are never looked at.
"""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from pypdf import PdfReader

from jobboard import document_text

MAX_OCTETS = 15 * 1024 * 1024
MAX_UNPACKED = document_text.MAX_MEMBER  # octets of the one member that holds the words
_FEWEST_LETTERS = 40  # fewer are no document with words: a scan, a drawing
_MOST_MEMBERS = 5_000
_MEMBERS = {"docx": "word/document.xml", "odt": "content.xml"}


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
    """Return "pdf", "docx", "odt", "rtf" or "txt" by what the octets are, whatever their name; "" for anything else."""
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _kind_of_zip(content)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return "txt" if b"\x00" not in head and _is_words(head) else ""


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            names = set(source.namelist()) if len(source.filelist) <= _MOST_MEMBERS else set()
    except Exception:  # zipfile has more errors for broken octets than names
        return ""
    return next((kind for kind, member in _MEMBERS.items() if member in names), "")


def read_here(content: bytes) -> str:
    """Return the text of a document, in this process, which is the limited one. Raises NoText."""
    if len(content) > MAX_OCTETS:
        raise NoText(Problem.TOO_LARGE)
    kind = kind_of(content)
    if not kind:
        raise NoText(Problem.WRONG_TYPE)
    try:
        _check(content, kind)
        text = document_text.text_of(content, kind)
    except NoText:
        raise
    except Exception as error:  # a document can be broken in more ways than its readers have exceptions for
        raise NoText(Problem.UNREADABLE) from error
    if sum(char.isalpha() for char in text[:5_000]) < _FEWEST_LETTERS:
        raise NoText(Problem.NO_WORDS)
    return text


def _check(content: bytes, kind: str) -> None:
    """Raise NoText where a password, or what a document unpacks to, is in the way."""
    if kind == "pdf" and PdfReader(io.BytesIO(content)).is_encrypted:
        raise NoText(Problem.ENCRYPTED)
    if kind in _MEMBERS:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            member = source.getinfo(_MEMBERS[kind])
        if member.flag_bits & 1:
            raise NoText(Problem.ENCRYPTED)
        if member.file_size > MAX_UNPACKED:
            raise NoText(Problem.TOO_LARGE)


def _is_words(head: bytes) -> bool:
    printable = sum(octet >= 32 or octet in b"\t\r\n\x0c" for octet in head)
    return bool(head) and printable >= len(head) * 0.98
