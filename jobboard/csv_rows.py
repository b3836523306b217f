"""The rows of a CSV file, whoever wrote it: encoding and separator found, faults told by line, memory flat; and one of ours.

UTF-8 with or without a mark, UTF-16 with one, else windows-1252; `,` `;` or a tab; the `sep=` line of Excel. A quotation
mark that is never closed costs its own line, not the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from jobboard.errors import PermanentFailure
from jobboard.formulas import neutral

SEPARATOR = ";"  # in what we write: what spreadsheets in French expect
LONGEST_LINE = 256 * 1024  # characters
MOST_LINES = 200  # of one row: more is a quotation mark that nobody closed
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_CHUNK = 1024 * 1024
_SEPARATORS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line where it begins, its cells; `fault` says why it could not be read."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Scanned:
    """What one look over the whole file tells: by what it is recognised, how long it is, how it is written."""

    digest: str
    octets: int
    encoding: str


def scan(path: Path) -> Scanned:
    """Return what a file is, read once from end to end. Raises PermanentFailure for what is no text."""
    digest, octets = hashlib.sha256(), 0
    decoder, is_utf8, nuls = codecs.getincrementaldecoder("utf-8")(), True, False
    marked = ""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not octets:
                if chunk.startswith(_OLD_EXCEL):
                    raise PermanentFailure(f"{path} is a workbook of an old Excel (.xls): save it as .xlsx, or as CSV.")
                marked = next((encoding for mark, encoding in _MARKS if chunk.startswith(mark)), "")
            digest.update(chunk)
            octets += len(chunk)
            nuls = nuls or b"\x00\x00" in chunk
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    if not octets:
        raise PermanentFailure(f"{path} is empty.")
    if nuls and not marked:
        raise PermanentFailure(f"{path} is no text: it holds NUL bytes. Save it anew as “CSV UTF-8”.")
    return Scanned(digest.hexdigest(), octets, marked or ("utf-8" if is_utf8 else "cp1252"))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def rows(path: Path, encoding: str, progress: Callable[[int], None] = lambda octets: None) -> Iterator[Row]:
    """Yield every row, the header first; `progress` is told how many octets have been read."""
    # Of windows-1252 five octets mean nothing: they become the sign for that, which no address holds.
    with path.open("rb") as octets, TextIOWrapper(octets, encoding, errors="replace", newline="") as file:
        lines = _Lines(file, str(path))
        separator = lines.separator()
        for row in _parsed(lines, separator):
            progress(octets.tell())
            yield row


class _Lines:
    """The lines of a file one by one; those of a row that came to no end are given out again."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self._again: deque[str] = deque()
        self.taken: list[str] = []  # of the row at hand
        self.number = 0  # of the last line given out

    def separator(self) -> str:
        """Return what separates the cells: said by a `sep=` line, which goes, or what the header holds most of."""
        first = self._read()
        if first.lower().startswith("sep=") and len(first.rstrip("\r\n")) == 5:
            self.number += 1
            return first[4]
        self._again.appendleft(first)
        counts = {each: first.count(each) for each in _SEPARATORS}
        return max(_SEPARATORS, key=lambda each: counts[each])

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MOST_LINES:
            raise _Unclosed
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """Give all lines of the row at hand but the first out again; returns that one."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first

    def _read(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            said = f"line {self.number + 1} of {self._name} has more than {LONGEST_LINE} characters"
            raise PermanentFailure(f"{said[0].upper()}{said[1:]}: this is no table.")
        return line


class _Unclosed(Exception):
    """A row goes on for too long."""


def _parsed(lines: _Lines, separator: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.taken.clear()
        start = lines.number + 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except (_Unclosed, csv.Error) as error:
            if not lines.taken:
                return
            open_end = isinstance(error, _Unclosed) or len(lines.taken) > 1 or "unexpected end" in str(error)
            fault = "a quotation mark is opened and never closed" if open_end else _said(str(error))
            yield Row(start, (lines.give_back().rstrip("\r\n"),), fault)
            reader = csv.reader(lines, delimiter=separator, strict=True)
            continue
        if any(cells):
            yield Row(start, cells, "it holds a NUL byte" if any("\x00" in cell for cell in cells) else "")


def _said(error: str) -> str:
    if "field larger" in error:
        return "a cell is longer than any text could be"
    return "a quotation mark stands in the middle of a cell: double it, or take it out"


def pieces(lines: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table as the text of a CSV file, a line at a time, nothing in it a formula."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    for line in lines:
        writer.writerow([neutral(cell) for cell in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
