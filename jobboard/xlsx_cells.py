"""The cells of a worksheet and the shared strings of a workbook, read as they stream by (ECMA-376, part 1, 18.3 and 18.4).

What it never does: build a tree, resolve an entity, or keep more than a piece of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO
from xml.parsers import expat

MOST_COLUMNS = 200  # what stands further to the right is left out
LONGEST_CELL = 32_767  # characters: Excel's own limit
_DEEPEST = 64  # elements within one another: a sheet has ten
_PIECE = 64 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a control character is written (22.9.2.19, ST_Xstring)

TextOf = Callable[[str, int, str], str]  # type of a cell, its style, what stands in it -> its text
Cells = tuple[int, list[str], str]  # number of the row, its texts, why it cannot be read


class Broken(Exception):
    """It is no part of a workbook, or of none that anybody would make."""


def strings(stream: IO[bytes]) -> list[str]:
    """Return the shared strings of a workbook. Raises Broken."""
    reading = _Strings()
    for _ in reading.parse(stream):
        pass
    return reading.found


def rows(stream: IO[bytes], text_of: TextOf, progress: Callable[[int], None] = lambda octets: None) -> Iterator[Cells]:
    """Yield the rows of a worksheet; `progress` is told how many octets have been read. Raises Broken."""
    reading = _Rows(text_of)
    for octets in reading.parse(stream):
        progress(octets)
        yield from reading.found
        reading.found.clear()


class _Reading:
    """Takes the text of one item after the other; elements go by their local names, whatever prefix a writer gives them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pieces: list[str] = []
        self._length = self._depth = 0
        self._taking = self._spoken = False

    def parse(self, stream: IO[bytes]) -> Iterator[int]:
        """Parse a part piece by piece, yielding how many octets have been read."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._take, self._refuse
        octets = 0
        try:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
                octets += len(piece)
                yield octets
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Broken(str(error)) from error

    def text(self) -> str:
        """Return the text that was taken, and begin a new one."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element that holds no text itself begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Broken("elements within elements")
        name = self._names.get(tag) or self._names.setdefault(tag, tag.rpartition(" ")[2])
        if name in ("v", "t"):
            self._taking = not self._spoken
        elif name == "rPh":  # how a text is spoken stands beside it
            self._spoken = True
        else:
            self.begin(name, attributes)

    def _stop(self, tag: str) -> None:
        self._depth -= 1
        name = self._names[tag]
        if name in ("v", "t"):
            self._taking = False
        elif name == "rPh":
            self._spoken = False
        else:
            self.end(name)

    def _take(self, text: str) -> None:
        if self._taking and self._length <= LONGEST_CELL:
            self._length += len(text)
            self._pieces.append(text)

    def _refuse(self, *_: object) -> None:
        raise Broken("a document type")


class _Strings(_Reading):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append(self.text())


class _Rows(_Reading):
    def __init__(self, text_of: TextOf) -> None:
        super().__init__()
        self.found: list[Cells] = []
        self._text_of = text_of
        self._number = self._column = self._style = 0
        self._kind, self._fault = "", ""
        self._cells: list[str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            at = attributes.get("r")
            self._column = _column(at.rstrip("0123456789")) if at else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
        elif name == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            self._column = 0
        elif name == "f":
            self._fault = "a cell holds a formula: paste its value instead"

    def end(self, name: str) -> None:
        if name == "c" and self._column <= MOST_COLUMNS:
            self._cell(self.text())
        elif name == "row":
            self.found.append((self._number, self._cells, self._fault))
            self._cells, self._fault = [], ""

    def _cell(self, raw: str) -> None:
        text = self._text_of(self._kind, self._style, raw) if raw else ""
        if len(text) > LONGEST_CELL:
            self._fault, text = "a cell is longer than any text could be", text[:100]
        if text:
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells[self._column - 1] = text


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return max(number, 1)
