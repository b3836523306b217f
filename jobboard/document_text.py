"""The text of a document that somebody attached (PDF, docx, odt, rtf, plain), line by line, as its reader sees it.

Opened in a limited process only (`jobboard.confinement`): what it does to whoever opens it ends there.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from jobboard import confinement

MOST = 3  # documents of one mail
MAX_OCTETS = 12 * 1024 * 1024
MAX_MEMBER = 8 * 1024 * 1024  # octets of the part of an archive that holds the words
MAX_TEXT = 40_000  # characters of one document
MAX_PAGES = 12
SECONDS = 15.0

_ROW = re.compile(r"<(?:w:tr|table:table-row)\b.*?</(?:w:tr|table:table-row)>", re.S)
_CELL = re.compile(r"<(?:w:tc|table:table-cell)\b.*?</(?:w:tc|table:table-cell)>", re.S)
_LINE = re.compile(r"</(?:w:p|text:p|text:h)>|<(?:w:br|w:cr|text:line-break)\b[^>]*>")
_GAP = re.compile(r"<(?:w:tab|text:tab|text:s)\b[^>]*/>")
_TAG = re.compile(r"<[^<>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RTF_GROUP = re.compile(r"\{\\(?:\*|fonttbl|colortbl|stylesheet|info|pict)(?:[^{}]|\{[^{}]*\})*\}")
_RTF_WORD = re.compile(
    r"\\(?P<word>[a-z]+)(?P<number>-?\d+)? ?|\\'(?P<octet>[0-9a-f]{2})|\\(?P<char>[^a-z])|[{}\r\n]", re.IGNORECASE
)


@dataclass(frozen=True)
class ReadDocument:
    """An attached document and its text; "" where it holds none that we can read: a scan, a password, another format."""

    filename: str
    text: str


def is_document(filename: str, content_type: str) -> bool:
    """Tell whether an attachment is a document that may hold an offer, by its name or type; pictures are none."""
    ending = filename.lower().rpartition(".")[2]
    return ending in _READERS or ending in _UNREADABLE or content_type == "application/pdf"


def read(filename: str, content: bytes) -> ReadDocument:
    """Return the document with its text; never raises, whatever the octets. Takes 15 seconds at most."""
    ending = "pdf" if content[:5] == b"%PDF-" else filename.lower().rpartition(".")[2]
    if ending not in _READERS or len(content) > MAX_OCTETS:
        return ReadDocument(filename, "")
    try:
        said, _ = confinement.call("jobboard.document_text:read_here", {"ending": ending}, [content], seconds=SECONDS)
    except confinement.Unanswered:
        return ReadDocument(filename, "")
    return ReadDocument(filename, str(said.get("text", "")))


def read_here(facts: dict[str, Any], blobs: list[bytes]) -> confinement.Answer:
    """Read in this process; called in the limited one."""
    try:
        text = text_of(blobs[0], facts["ending"])
    except Exception:  # each library has its own errors for octets that are broken
        text = ""
    return {"text": text}, []


def text_of(content: bytes, ending: str) -> str:
    """Return the text of a document of that kind, in this process, which is the limited one; raises as it likes."""
    return _tidy(_READERS[ending](content))[:MAX_TEXT]


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in _CONTROL.sub("", text.replace("\r\n", "\n")).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pdf(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return ""
    return "\n".join(page.extract_text() for page in reader.pages[:MAX_PAGES])


def _office(member: str) -> Callable[[bytes], str]:
    def read_member(content: bytes) -> str:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(member) as source:
            return _markup(source.read(MAX_MEMBER).decode("utf-8", "replace"))

    return read_member


def _markup(markup: str) -> str:
    """Return the words of a document's XML: a line per paragraph; a row of two cells is a label and its value."""
    markup = _ROW.sub(lambda row: _row(row[0]), markup)
    return html.unescape(_TAG.sub("", _LINE.sub("\n", _GAP.sub(" ", markup))))


def _row(row: str) -> str:
    cells = [" ".join(html.unescape(_TAG.sub("", _LINE.sub(" ", cell))).split()) for cell in _CELL.findall(row)]
    cells = [html.escape(cell.rstrip(" :")) for cell in cells if cell]
    return "\n" + (" : ".join(cells) if len(cells) == 2 else " ".join(cells)) + "\n"


def _rich(content: bytes) -> str:
    text = _RTF_GROUP.sub("", content.decode("latin-1"))
    return _RTF_WORD.sub(_rtf, text)


def _rtf(match: re.Match[str]) -> str:
    if match["octet"]:
        return bytes([int(match["octet"], 16)]).decode("cp1252", "replace")
    if match["word"] == "u" and match["number"]:
        return chr(int(match["number"]) % 65536)
    if match["word"] in ("par", "line", "row"):
        return "\n"
    return " " if match["word"] in ("tab", "cell") or match["char"] == "~" else ""


def _plain(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


_READERS: dict[str, Callable[[bytes], str]] = {
    "pdf": _pdf,
    "docx": _office("word/document.xml"),
    "odt": _office("content.xml"),
    "rtf": _rich,
    "txt": _plain,
}
_UNREADABLE = frozenset({"doc", "pages", "wps", "dotx", "docm"})
