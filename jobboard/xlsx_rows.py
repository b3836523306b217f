"""The rows of an Excel workbook, and a workbook of rows, one at a time; the only module that touches openpyxl.

A workbook is a zip of XML: what it unpacks to is looked at before anything is unpacked. openpyxl says what its parts and
its styles are; the cells, of which there are a million, are read by `xlsx_cells` in an eighth of the time.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.constants import SHARED_STRINGS

from jobboard import xlsx_cells
from jobboard.csv_rows import Row
from jobboard.errors import PermanentFailure

MOST_UNPACKED = 400 * 1024 * 1024  # octets of all members together
MOST_MEMBERS = 1_000
RATIO, RATIO_FROM = 150, 8 * 1024 * 1024  # tables shrink to a twentieth; what shrinks more is a bomb


def rows(path: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> Iterator[Row]:
    """Yield the rows of the first sheet that is shown, the header first; `progress` is told octets read, of how many.

    Raises PermanentFailure.
    """
    _check(path)
    try:
        book = _Book(path)
    except Exception as error:  # a workbook can be broken in more ways than its reader has exceptions for
        raise PermanentFailure(f"{path} cannot be opened as an Excel workbook: save it anew, or as CSV.") from error
    with closing(book):
        try:
            for number, cells, fault in book.rows(progress):
                if cells or fault:
                    yield Row(number, tuple(cells), fault)
        except Exception as error:  # as above: a table that ends here is told as that
            raise PermanentFailure(f"{path} is broken in the middle: save it anew, or as CSV.") from error


class _Book:
    """A workbook that was opened: where its sheet is, its shared strings, and which of its styles are dates."""

    def __init__(self, path: Path) -> None:
        with warnings.catch_warnings(action="ignore"):  # of what it leaves out, which is nothing that a table needs
            self._file = path.open("rb")  # opened here: by its name alone it would be refused, whatever it holds
            reader = ExcelReader(self._file, read_only=True, keep_links=False)
            self._archive: zipfile.ZipFile = reader.archive
            try:
                reader.read_manifest()
                reader.read_workbook()
                apply_stylesheet(reader.archive, reader.wb)
                sheets = [(sheet.state, rel) for sheet, rel in reader.parser.find_sheets() if "chart" not in rel.Type]
                self._sheet: str = next(
                    (rel.target for state, rel in sheets if state == "visible"), sheets[0][1].target
                )
                self._strings = self._shared(reader.package.find(SHARED_STRINGS))
            except Exception:  # raised again, with nothing left open
                self.close()
                raise
        self._epoch = reader.wb.epoch
        self._dates: set[int] = set(reader.wb._date_formats)
        self._spans: set[int] = set(reader.wb._timedelta_formats)

    def _shared(self, part: Any) -> list[str]:
        if part is None:
            return []
        with self._archive.open(part.PartName[1:]) as stream:
            return xlsx_cells.strings(stream)

    def rows(self, progress: Callable[[int, int], None]) -> Iterator[xlsx_cells.Cells]:
        """Yield the rows of the sheet."""
        of = self._archive.getinfo(self._sheet).file_size
        with self._archive.open(self._sheet) as stream:
            yield from xlsx_cells.rows(stream, self._text_of, lambda done: progress(done, of))

    def close(self) -> None:
        """Close the file."""
        self._archive.close()
        self._file.close()

    def _text_of(self, kind: str, style: int, raw: str) -> str:
        """Return the text of what a cell holds: numbers without a needless ".0", moments as ISO 8601."""
        if kind == "s":
            return self._strings[int(raw)]
        if kind == "b":
            return str(bool(int(raw)))
        if kind != "n":
            return raw
        if style in self._dates:
            return self._moment(style, float(raw))
        return raw if raw.isdigit() else _number(float(raw))

    def _moment(self, style: int, serial: float) -> str:
        try:
            found = from_excel(serial, self._epoch, timedelta=style in self._spans)
        except (OverflowError, ValueError):
            return "#VALUE!"  # what a spreadsheet shows of it
        if isinstance(found, datetime):
            return found.date().isoformat() if found.time() == time() else found.isoformat(sep=" ")
        return found.isoformat() if isinstance(found, date) else str(found)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else str(value)


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise PermanentFailure(f"{path} is no Excel workbook (.xlsx): save it as one, or as CSV.") from error
    if any(member.flag_bits & 1 for member in members):
        raise PermanentFailure(f"{path} is locked by a password: save it without one.")
    bombs = (one.file_size > RATIO_FROM and one.file_size > RATIO * max(one.compress_size, 1) for one in members)
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED or any(bombs):
        raise PermanentFailure(f"{path} unpacks to far more than a table holds: it was not opened. Save it as CSV.")


def write(path: Path, lines: Iterable[Iterable[str]]) -> None:
    """Write a workbook of one sheet, every cell a text, a row at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])
    book.save(path)


def _cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value="")
    cell._value, cell.data_type = value, "s"  # a text, whatever it begins with
    return cell
