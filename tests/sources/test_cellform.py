"""Workbooks whose cells are not what they should be: refused by file, column and row, before they are read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest

from portfolio_review.sources.cellform import MAX_CELL, Form, letters

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
SHEET, STYLES, RELATIONS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
SOURCE = {"transactions": {"path": "t.xlsx"}}


def book(bench: Bench, change: Callable[[bytes], bytes], part: str = SHEET) -> None:
    """Three sales by c0, c1 and c2 in rows 2 to 4, a part of the workbook changed."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["client_id", "date", "revenue"])
    for number in range(3):
        workbook.active.append([f"c{number}", dt.date(2011, 11, 30), 5])
    saved = io.BytesIO()
    workbook.save(saved)
    with (
        zipfile.ZipFile(saved) as old,
        zipfile.ZipFile(bench.folder / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            changed = change(content) if name == part else content
            assert name != part or changed != content
            new.writestr(name, changed)


@pytest.mark.parametrize(
    "place", ["A3", "B3", "C2", "C4", "C0", "33", "??", "$C$3", "C-3", "ZZZZ3", "XFE3", "C1048577", "XFD1048576", "C99999999999"]
)  # fmt: skip
def test_a_cell_that_is_not_where_it_says(bench: Bench, place: str) -> None:
    book(bench, lambda xml: xml.replace(b'r="C3"', f'r="{place}"'.encode()))
    (fault,) = bench.faults(SOURCE)
    assert (fault.rule, fault.rows) == ("a cell has no place of its own in the sheet", 1)
    assert fault.examples == ((3, f"cell '{place}'"),)


@pytest.mark.parametrize("row", ["0", "1", "2", "x", "-1", "1048577", "99999999999"])
def test_a_row_that_is_not_where_it_says(bench: Bench, row: str) -> None:
    book(bench, lambda xml: xml.replace(b'<row r="3">', f'<row r="{row}">'.encode()))
    faults = bench.faults(SOURCE)
    assert faults[0].examples[0] == (3, f"row '{row}'")


@pytest.mark.parametrize("change", [(b'r="C3"', b'r="c3"'), (b' r="C3"', b""), (b'<row r="3">', b"<row>")])
def test_places_in_small_letters_or_left_out_are_those_that_follow(bench: Bench, change: tuple[bytes, bytes]) -> None:
    book(bench, lambda xml: xml.replace(*change))
    assert bench.read(SOURCE).column("revenue") == [5.0, 5.0, 5.0]


@pytest.mark.parametrize("value", ["20&#46;5", "20&#x2e;5", "NaN", "INF", "inf", "abc", " 5 ", "5,5", "0x10", "1_0"])
def test_what_should_be_a_number_and_is_none(bench: Bench, value: str) -> None:
    book(bench, lambda xml: xml.replace(b"<v>5</v>", f"<v>{value}</v>".encode(), 1))
    (fault,) = bench.faults(SOURCE)
    assert fault.rule == "a cell that should hold a number does not"
    assert fault.examples == ((2, f"column C: '{value}'"),)


@pytest.mark.parametrize("value", ["1e999", "-1e999"])
def test_a_number_beyond_all_numbers(bench: Bench, value: str) -> None:
    book(bench, lambda xml: xml.replace(b"<v>5</v>", f"<v>{value}</v>".encode(), 1))
    (fault,) = bench.faults(SOURCE)
    assert (fault.column, fault.rule, fault.examples[0][0]) == ("revenue", "a number is not finite", 2)


def test_a_text_longer_than_a_cell_holds(bench: Bench) -> None:
    book(bench, lambda xml: xml.replace(b"<t>c1</t>", b"<t>" + b"a" * 32_768 + b"</t>"))
    (fault,) = bench.faults(SOURCE)
    assert (fault.column, fault.rule) == ("client_id", "a text has more than 32,767 characters")
    assert fault.examples[0][0] == 3
    book(bench, lambda xml: xml.replace(b"<t>c1</t>", b"<t>" + b"a" * 32_767 + b"</t>"))
    assert len(bench.read(SOURCE).column("client_id")[0]) == 32_767


def test_a_text_of_many_megabytes_is_refused_while_it_is_measured(bench: Bench) -> None:
    book(bench, lambda xml: xml.replace(b"<t>c1</t>", b"<t>" + b"a" * (2 * MAX_CELL) + b"</t>"))
    (fault,) = bench.faults(SOURCE)
    assert fault.rule.startswith("a cell has more than 4 MB, after row ")


@pytest.mark.parametrize(
    ("part", "end", "bomb"),
    [(STYLES, b"</cellXfs>", b'<xf numFmtId="14"/>'), (RELATIONS, b"</Relationships>", b'<Relationship Id="x"/>')],
)
def test_a_bomb_in_a_part_that_is_small(bench: Bench, part: str, end: bytes, bomb: bytes) -> None:
    book(bench, lambda xml: xml.replace(end, bomb * ((33 << 20) // len(bomb)) + end, 1), part)
    (fault,) = bench.faults(SOURCE)
    assert fault.rule == f"the part {part} unpacks to more than 32 MB"


def rows(*xml: str) -> Form:
    form = Form()
    for piece in xml:
        form.add(piece.encode())
    form.close()
    return form


def test_cells_that_lie_too_far_apart() -> None:
    far = rows('<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>')
    (fault,) = far.faults("transactions", "t.xlsx")
    assert fault.rule == (
        "the cells lie too far apart: 2 of 736,100,352, the last in row 1,048,576, column ZZ"  # 702 · 2²⁰
    )
    assert rows('<row r="1048576"><c r="XFD1048576"/></row>').faults("transactions", "t.xlsx") == []


def test_pieces_may_end_anywhere() -> None:
    xml = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="str"><x:v>a&amp;b</x:v></x:c><x:c r="A1"/></x:row>'
    for cut in range(len(xml)):
        (fault,) = rows(xml[:cut], xml[cut:]).faults("transactions", "t.xlsx")
        assert fault.examples == ((1, "cell 'A1'"),)


def test_letters_of_columns() -> None:
    assert [letters(column) for column in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
