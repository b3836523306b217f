"""Tables that people hand to us as CSV files or Excel workbooks, and that we hand to them.

A table has a header; its columns are known by their names, in French or English. What a spreadsheet would take for a
formula is written with an apostrophe in front, which is taken away again when it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from jobboard import csv_rows, xlsx_rows
from jobboard.csv_rows import Row
from jobboard.errors import PermanentFailure
from jobboard.folding import fold
from jobboard.formulas import bare, neutral

Progress = Callable[[int, int], None]  # done, of
LONGEST_CELL = 10_000  # characters
OURS = ("line", "why")  # columns that a file of lines to mend has beside its own
_XLSX = (".xlsx", ".xlsm")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number, its cells by the names of our columns; `fault` says why it cannot be read."""

    number: int
    values: dict[str, str]
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table that was opened: by what it is recognised, its header as it is written, what of it means nothing to us."""

    path: Path
    digest: str
    header: tuple[str, ...]
    unknown: tuple[str, ...]
    columns: tuple[str, ...]  # our name of each column, "" for those
    _rows: Callable[[Progress], Iterator[Row]]

    def lines(self, progress: Progress = lambda done, of: None) -> Iterator[Line]:
        """Yield every line below the header."""
        with closing(self._rows(progress)) as rows:  # type: ignore[type-var]  # generators have a close
            next(rows, None)
            for row in rows:
                yield self._line(row)

    def _line(self, row: Row) -> Line:
        values = {
            name: bare(cell.strip()) for name, cell in zip(self.columns, row.cells, strict=False) if name and cell
        }
        fault = row.fault
        if not fault and any(len(cell) > LONGEST_CELL for cell in row.cells):
            fault = f"a cell has more than {LONGEST_CELL} characters"
        if not fault and any("\ufffd" in cell for cell in row.cells):
            fault = "it holds signs that cannot be read: save the file as UTF-8"
        if not fault and any(row.cells[len(self.columns) :]):
            fault = f"it has {len(row.cells)} cells, the header {len(self.columns)}: is a separator too many?"
        return Line(row.number, values, row.cells, fault)


def open_sheet(path: Path, columns: Mapping[str, Iterable[str]], *, required: Iterable[str]) -> Sheet:
    """Return the table in a file. `columns`: our names, each with what else people call it.

    Raises PermanentFailure with one sentence for what is no table, or lacks a column that is required.
    """
    try:
        with path.open("rb") as file:
            is_workbook = file.read(len(_ZIP)) == _ZIP or path.suffix.lower() in _XLSX
        scanned = csv_rows.scan(path) if not is_workbook else None
    except OSError as error:
        raise PermanentFailure(f"{path} cannot be read: {error.strerror}.") from error
    if scanned is None:
        digest = _digest(path)

        def rows(progress: Progress) -> Iterator[Row]:
            return xlsx_rows.rows(path, progress)
    else:
        digest, octets, encoding = scanned.digest, scanned.octets, scanned.encoding

        def rows(progress: Progress) -> Iterator[Row]:
            return csv_rows.rows(path, encoding, lambda done: progress(done, octets))

    header = _header(path, rows)
    named = _named(header, columns)
    missing = [name for name in required if name not in named]
    if missing:
        names = [name for name in columns if name not in OURS]
        raise PermanentFailure(
            f"{path} has no column “{missing[0]}” (or: {', '.join(columns[missing[0]])}): its first line must name the columns "
            f"({', '.join(names)}), and it is: {', '.join(header)[:200]}."
        )
    twice = sorted({name for name in named if name and named.count(name) > 1})
    if twice:
        raise PermanentFailure(f"{path} has two columns “{twice[0]}”: take one of them out.")
    unknown = tuple(cell for cell, name in zip(header, named, strict=True) if cell and not name)
    return Sheet(path, digest, header, unknown, named, rows)


def _header(path: Path, rows: Callable[[Progress], Iterator[Row]]) -> tuple[str, ...]:
    with closing(rows(lambda done, of: None)) as found:  # type: ignore[type-var]  # generators have a close
        first = next(found, None)
    if first is None or first.fault:
        raise PermanentFailure(f"{path} has no first line that names its columns.")
    return tuple(cell.strip() for cell in first.cells)


def _named(header: tuple[str, ...], columns: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    known = {fold(word): name for name, also in columns.items() for word in (name, *also)}
    return tuple(known.get(fold(cell), "") for cell in header)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, lines: Iterable[Iterable[str]]) -> None:
    """Write a table as a workbook where the name of the file says so, else as CSV in UTF-8 with its mark."""
    if path.suffix.lower() in _XLSX:
        xlsx_rows.write(path, ([neutral(cell) for cell in line] for line in lines))
        return
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        target.writelines(csv_rows.pieces(lines))
