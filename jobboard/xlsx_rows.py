"""The rows of an Excel workbook, and a workbook of rows, one at a time; the only module that touches openpyxl.

A workbook is a zip of XML: what it unpacks to is looked at before anything is unpacked.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from jobboard.csv_rows import Row
from jobboard.errors import PermanentFailure

MOST_UNPACKED = 400 * 1024 * 1024  # octets of all members together
MOST_MEMBERS = 1_000
RATIO, RATIO_FROM = 150, 8 * 1024 * 1024  # tables shrink to a twentieth; what shrinks more is a bomb
MOST_COLUMNS = 200
LONGEST_CELL = 32_767  # characters: Excel's own limit


def rows(path: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> Iterator[Row]:
    """Yield the rows of the first sheet, the header first; `progress` is told (row, of), 0 where nobody knows. Raises PermanentFailure."""
    _check(path)
    try:
        book = load_workbook(path, read_only=True, keep_links=False)
    except Exception as error:  # a workbook can be broken in more ways than its reader has exceptions for
        raise PermanentFailure(f"{path} cannot be opened as an Excel workbook: save it anew, or as CSV.") from error
    try:
        sheet = book.worksheets[0]
        of = sheet.max_row or 0
        # What a sheet says of its own size may be wrong: it is read to its end.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            row = _row(number, cells)
            progress(number, of if number <= of else 0)
            if row is not None:
                yield row
    except PermanentFailure:
        raise
    except Exception as error:
        raise PermanentFailure(f"{path} is broken in the middle: save it anew, or as CSV.") from error
    finally:
        book.close()


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


def _row(number: int, cells: Iterable[Any]) -> Row | None:
    """Return a row as texts; None for an empty one."""
    found, fault = [], ""
    for cell in cells:
        value = cell.value
        if value is not None and cell.data_type == "f":
            fault = fault or "a cell holds a formula: paste its value instead"
        text = _text(value)
        if len(text) > LONGEST_CELL:
            fault, text = "a cell is longer than any text could be", text[:100]
        found.append(text)
    while found and not found[-1]:
        found.pop()
    return Row(number, tuple(found), fault) if found else None


def _text(value: Any) -> str:
    """Return the text of a value; numbers without a needless ".0", moments as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


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
