"""Tables as people save them: encodings, separators, broken quotation marks, formulas, workbooks and bombs."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from jobboard import formulas, sheets, xlsx_rows
from jobboard.errors import PermanentFailure

COLUMNS = {"address": ("adresse",), "name": ("nom",)}
TEXT = "adresse{s}nom{e}léa@x.fr{s}Zoé Œuf{e}b@x.fr{s}Ça va{e}"


def read(path: Path) -> list[sheets.Line]:
    return list(sheets.open_sheet(path, COLUMNS, required=("address",)).lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    ("separator", "said"), [(",", ""), (";", ""), ("\t", ""), (";", "sep=;\r\n"), ("|", "sep=|\r\n")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_it_was_saved(tmp_path: Path, encoding: str, separator: str, said: str, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((said + TEXT.format(s=separator, e=end)).encode(encoding))
    first = 3 if said else 2
    found = [(one.number, one.values, one.fault) for one in read(path)]
    expected = [{"address": "léa@x.fr", "name": "Zoé Œuf"}, {"address": "b@x.fr", "name": "Ça va"}]
    assert found == [(first, expected[0], ""), (first + 1, expected[1], "")]


def test_a_fault_costs_its_own_line_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [
        "adresse;nom",
        '"ouvert;A',  # 2: never closed
        "b@x.fr;B",
        'c@x.fr;"C"c',  # 4: a quotation mark in the middle
        'd@x.fr;"two',  # 5 and 6: one cell of two lines
        'lines"',
        "e@x.fr;E;more",  # 7
        "f@x.fr;F\x00F",  # 8
        "g@x.fr;" + "G" * 20_000,  # 9
        "",
        "h@x.fr;" + '"' + "H" * 300_0,  # 11: never closed, at the end
        *(f"i{n}@x.fr;I" for n in range(300)),
    ]
    path.write_text("\n".join(lines), "utf-8")
    found = {one.number: one.fault for one in read(path)}
    assert {number: fault for number, fault in found.items() if fault}.keys() == {2, 4, 7, 8, 9, 11}
    assert "never closed" in found[2]
    assert "never closed" in found[11]
    assert len(found) == 8 + 300


def test_a_line_without_end_is_no_table_and_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"adresse;nom\n" + b"x" * 1_000_000)
    with pytest.raises(PermanentFailure, match="Line 2"):
        read(path)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t\x00"), max_size=6).map(str.strip)))
def test_what_is_written_neutral_is_read_as_it_was(texts: list[str]) -> None:
    for text in (*texts, *(f"{lead}{text}" for text in texts for lead in ("=", "'", "'=", "''+", "-", "@"))):
        assert formulas.bare(formulas.neutral(text)) == text
        assert not formulas.is_formula(formulas.neutral(text))


def test_a_workbook_is_read_as_texts_and_written_without_formulas(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Adresse", "Nom"])
    book.active.append(["a@x.fr", 44.0])
    book.active.append([None, None])
    book.active.append(["b@x.fr", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    found = [(one.number, one.values.get("name"), bool(one.fault)) for one in read(tmp_path / "a.xlsx")]
    assert found == [(2, "44", False), (4, None, True)]
    sheets.write(tmp_path / "b.xlsx", [["address", "name"], ["a@x.fr", "=1+1"], ["b@x.fr", "'x"]])
    assert [one.values["name"] for one in read(tmp_path / "b.xlsx")] == ["=1+1", "'x"]
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert b"<f>" not in b"".join(archive.read(name) for name in archive.namelist())


SHEET = """<?xml version="1.0"?>{doctype}<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Adresse</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>Nom</x:t></x:is></x:c></x:row>
<x:row r="7"><x:c r="A7" t="str"><x:v>a@x.fr</x:v></x:c><x:c r="B7" t="inlineStr"><x:is><x:r><x:t>Zo</x:t></x:r><x:r><x:t>é_x0041_</x:t></x:r>
<x:rPh><x:t>zoe</x:t></x:rPh></x:is></x:c><x:c r="ZZ7"><x:v>1</x:v></x:c></x:row>{more}</x:sheetData></x:worksheet>"""


def with_sheet(path: Path, sheet: str) -> Path:
    """Write a workbook whose first sheet is this XML."""
    Workbook().save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "xl/worksheets/sheet1.xml": sheet.encode()}.items():
            archive.writestr(name, content)
    return path


def test_each_kind_of_cell_is_the_text_that_people_see(tmp_path: Path) -> None:
    moment, span = datetime(2024, 5, 31, 14, 30), timedelta(hours=30)  # noqa: DTZ001  # a cell has no zone
    cells = (
        1,
        2.5,
        -3.0,
        10**12,
        True,
        date(2024, 5, 31),
        moment,
        time(10, 5),
        span,
        "Zoé & <co>",
        "#N/A",
        None,
        "end",
    )
    book = Workbook()
    book.create_sheet("hidden", 0).sheet_state = "hidden"
    book.active = 1
    for row in (["h"], cells):
        book.worksheets[1].append(row)
    book.save(tmp_path / "a.xlsx")
    [_, row] = xlsx_rows.rows(tmp_path / "a.xlsx")
    assert row.cells == (
        "1", "2.5", "-3", "1000000000000", "True", "2024-05-31", "2024-05-31 14:30:00", "10:05:00", "1 day, 6:00:00",
        "Zoé & <co>", "#N/A", "", "end",
    )  # fmt: skip


def test_whatever_wrote_a_workbook_and_what_nobody_would_write(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    [line] = read(with_sheet(path, SHEET.format(doctype="", more="")))
    assert (line.number, line.values) == (7, {"address": "a@x.fr", "name": "ZoéA"})
    for doctype, more in (
        ('<!DOCTYPE x [<!ENTITY a "a">]>', ""),
        ("", "<x:row>" * 100 + "</x:row>" * 100),
        ("", "<x:row><x:c t='s'><x:v>7</x:v></x:c></x:row>"),
        ("", "<x:row>"),
    ):
        with pytest.raises(PermanentFailure, match="broken in the middle"):
            read(with_sheet(path, SHEET.format(doctype=doctype, more=more)))


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c>" * 10_000_000)
    with pytest.raises(PermanentFailure, match="unpacks to far more"):
        read(path)
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(PermanentFailure, match="no Excel workbook"):
        read(path)
