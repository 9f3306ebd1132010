"""CSV text as it comes: line ends, delimiters, quotes, ragged rows, odd headers."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from typing import ClassVar

import pytest

from portfolio_review.errors import Fault

from .conftest import Bench

HEAD = "client_id,date,revenue,product\n"
OneFault = Callable[..., Fault]


def test_every_cell_is_text_until_mapped(bench: Bench) -> None:
    read = bench.csv(HEAD + "001,2011-11-30,5.50,0012\n1e3,2011-12-01,1e3,NA\n")
    assert read.rows(columns="client_id, CAST(date AS VARCHAR), revenue, product") == [
        ("001", "2011-11-30", 5.5, "0012"),
        ("1e3", "2011-12-01", 1000.0, "NA"),
    ]


def test_words_that_other_readers_take_for_nothing_stay(bench: Bench) -> None:
    names = ["NA", "None", "null", "NULL", "nan", "N/A", "#N/A", "-", "true", "0", "'"]
    read = bench.csv(HEAD + "".join(f"{name},2011-11-30,5,{name}\n" for name in names))
    assert read.rows(columns="client_id, product") == [(name, name) for name in sorted(names)]


def test_an_empty_cell_is_null_quoted_or_not(bench: Bench) -> None:
    assert bench.csv(HEAD + 'a,2011-11-30,5,\nb,2011-11-30,5,""\nc,2011-11-30,5,"  "\n').column("product") == [None] * 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(bench: Bench, end: str) -> None:
    read = bench.csv((HEAD + "a,2011-11-30,5,p\nb,2011-12-01,6,q").replace("\n", end))
    assert read.rows(columns="client_id, revenue, product") == [("a", 5.0, "p"), ("b", 6.0, "q")]


def test_mixed_line_ends(bench: Bench) -> None:
    read = bench.csv("client_id,date,revenue\r\na,2011-11-30,5\nb,2011-11-30,6\rc,2011-11-30,7\r\n")
    assert read.rows(columns="client_id, revenue") == [("a", 5.0), ("b", 6.0), ("c", 7.0)]


@pytest.mark.parametrize(
    ("cell", "read_as"), [("x\ty", "x y"), ("x\ny", "x y"), ("x\r\ny", "x y"), ('5"" nail', '5" nail')]
)
def test_quoted_cells_hold_tabs_line_breaks_and_quotes(bench: Bench, cell: str, read_as: str) -> None:
    read = bench.csv(HEAD + f'a,2011-11-30,5,"{cell}"\nb,2011-11-30,6,q\n')
    assert read.rows(columns="client_id, product") == [("a", read_as), ("b", "q")]


def test_a_quote_inside_an_unquoted_cell_is_a_quote(bench: Bench) -> None:
    assert bench.csv(HEAD + 'a,2011-11-30,5,5" nail\n').column("product") == ['5" nail']


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(bench: Bench, delimiter: str) -> None:
    content = "client_id,date,revenue,product\na,2011-11-30,5,p\n".replace(",", delimiter)
    assert bench.csv(content).rows(columns="client_id, product") == [("a", "p")]


def test_a_comma_in_the_cells_does_not_mislead(bench: Bench) -> None:
    read = bench.csv("client_id;date;revenue\nA, B, C;2011-11-30;1,5\n", csv={"decimal": ","})
    assert read.rows(columns="client_id, revenue") == [("A, B, C", 1.5)]


def test_the_declared_delimiter_wins(bench: Bench) -> None:
    content = "client_id|date|revenue,x\na|2011-11-30|5\n"
    read = bench.csv(
        content, csv={"delimiter": "|"}, columns={"client_id": "client_id", "date": "date", "revenue": '"revenue,x"'}
    )
    assert read.column("revenue") == [5.0]


def test_two_possible_delimiters_are_a_fault(one_fault: OneFault) -> None:
    fault = one_fault("client_id,date;revenue,x\na,b;c,d\n")
    assert "both ',' and ';' could separate the columns" in str(fault)
    assert "Declare csv.delimiter" in str(fault)


def test_the_declared_quote(bench: Bench) -> None:
    assert bench.csv(HEAD + "'a,b',2011-11-30,5,p\n", csv={"quote": "'"}).column("client_id") == ["a,b"]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("b,2011-11-30,6,q,", "5 cells"),
        ("b,2011-11-30,6", "3 cells"),
        ("b,2011-11-30,6,q,r", "5 cells"),
        ("b,2011-11-30,1,162.84,q", "5 cells"),
    ],
)
def test_ragged_rows_are_named_by_row(one_fault: OneFault, row: str, cells: str) -> None:
    fault = one_fault(HEAD + f"a,2011-11-30,5,p\n{row}\nc,2011-11-30,5,p\n{row}\n")
    assert fault.rule == "rows do not have the 4 cells of the header"
    assert (fault.rows, fault.examples) == (2, ((3, cells), (5, cells)))


def test_rows_are_counted_as_records_past_quoted_line_breaks_and_empty_lines(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + 'a,2011-11-30,5,"one\ntwo\nthree"\n\nb,2011-11-30,x,p\n')
    assert fault.examples == ((4, "x"),)


def test_a_ragged_row_after_an_empty_line_keeps_its_number(one_fault: OneFault) -> None:
    assert one_fault(HEAD + "a,2011-11-30,5,p\n\n\nb,6\n").examples == ((5, "2 cells"),)


def test_empty_lines_at_the_end_are_no_rows(bench: Bench) -> None:
    assert bench.csv(HEAD + "a,2011-11-30,5,p\n\n\n  \n").sources.source_rows == 1


@pytest.mark.parametrize(
    "rows",
    ['a,2011-11-30,5,"p\nb,2011-11-30,6,q\n', 'a,2011-11-30,5,"p"z\n', 'a,2011-11-30,5,"p\nb,2011-11-30,6,"q"\n'],
)
def test_a_quote_that_is_never_closed_swallows_nothing_in_silence(one_fault: OneFault, rows: str) -> None:
    fault = one_fault(HEAD + rows)
    assert "wrongly quoted" in fault.rule
    assert fault.examples[0][0] == 2
    assert "Close every quote" in fault.remedy


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("client_id,date,revenue,revenue", "the header names a column twice: 'revenue'"),
        ("client_id,date,revenue,Revenue", "the columns 'revenue', 'Revenue' differ only in case or blanks"),
    ],
)
def test_a_header_with_duplicate_names(one_fault: OneFault, header: str, said: str) -> None:
    assert said in str(one_fault(header + "\na,2011-11-30,5,6\n"))


def test_an_unnamed_column_gets_a_name(bench: Bench) -> None:
    read = bench.csv(
        ",client_id,date,revenue\n0,a,2011-11-30,5\n",
        columns={"client_id": "client_id", "date": "date", "revenue": "revenue", "product": "column1"},
    )
    assert read.column("product") == ["0"]


def test_blanks_around_header_names_are_not_part_of_them(bench: Bench) -> None:
    assert bench.csv("client_id , date, revenue\na,2011-11-30,5\n").column("revenue") == [5.0]


@pytest.mark.parametrize(("content", "said"), [("", "the file is empty"), ("\n\n", "no header"), (",,\n", "no header")])
def test_files_without_content(one_fault: OneFault, content: str, said: str) -> None:
    assert said in one_fault(content).rule


def test_a_header_without_rows(one_fault: OneFault) -> None:
    fault = one_fault(HEAD)
    assert "no row is left: the source has no rows" in fault.rule


def test_several_files_are_read_in_order_of_name(bench: Bench) -> None:
    bench.write("in/b.csv", "client_id,date,revenue\nb,2011-11-30,2\n")
    bench.write("in/a.csv", "date;client_id;revenue\n2011-11-30;a;1\n")
    read = bench.read({"transactions": {"path": "in/*.csv"}})
    assert read.rows(columns="client_id, revenue") == [("a", 1.0), ("b", 2.0)]
    assert [(one.path, one.rows) for one in read.sources.inputs] == [("in/a.csv", 1), ("in/b.csv", 1)]


def test_several_files_need_the_same_columns(bench: Bench) -> None:
    bench.write("in/a.csv", "client_id,date,revenue\na,2011-11-30,1\n")
    bench.write("in/b.csv", "client_id,date,amount\nb,2011-11-30,2\n")
    (fault,) = bench.faults({"transactions": {"path": "in/*.csv"}})
    assert fault.file == "in/b.csv"
    assert fault.rule == "the file differs in its columns from in/a.csv: it lacks revenue; also has amount"


def test_a_fault_in_one_of_several_files_names_the_file_and_its_row(bench: Bench) -> None:
    bench.write("in/a.csv", "client_id,date,revenue\na,2011-11-30,1\n")
    bench.write("in/b.csv", "client_id,date,revenue\nb,2011-11-30,2\nb,2011-11-31,2\n")
    (fault,) = bench.faults({"transactions": {"path": "in/*.csv"}})
    assert fault.examples == ((3, "2011-11-31 in in/b.csv"),)


def test_rows_of_delimiters_alone_are_no_rows(bench: Bench) -> None:
    read = bench.csv(HEAD + 'a,2011-11-30,5,p\n,,,\n"",,"",\nb,2011-11-30,5,p\n,,,\n')
    assert (read.column("client_id"), read.sources.source_rows) == (["a", "b"], 2)


def test_blanks_before_quotes_are_not_part_of_the_cells(bench: Bench) -> None:
    read = bench.csv('client_id, date, revenue, product\na, "2011-11-30", 5, "x, y"\n')
    assert read.rows(columns="client_id, product") == [("a", "x, y")]


@pytest.mark.parametrize("seed", range(2))
def test_the_fast_reader_gives_what_the_strict_one_gives(bench: Bench, seed: int) -> None:
    """Whatever is in a file, what DuckDB is trusted with must be what Python's csv module reads, row by row."""
    import random

    import duckdb

    from portfolio_review.review import CsvOptions, FileOptions
    from portfolio_review.sources import csvtext
    from portfolio_review.sources.encoding import scan
    from portfolio_review.sources.engine import open_engine
    from portfolio_review.sources.raw import Refused

    (bench.folder / "out").mkdir()
    engine = open_engine(bench.folder / "out", [bench.folder], "UTC", 1)
    draw = random.Random(seed)
    cells = [
        "a",
        '"a"',
        '"a,b"',
        '"a\nb"',
        "",
        '""',
        "a b",
        " a",
        '"a ""q"" b"',
        '5" nail',
        ' "a"',
        '"a" ',
        'a"b"',
        '"x',
        'y"',
        "\t",
        "é",
        "\\",
        "'",
    ]
    part = engine.scratch / "part.parquet"
    read = 0
    for _ in range(120):
        rows = [
            ",".join(draw.choice(cells) for _ in range(draw.choice([2, 2, 2, 2, 1, 3])))
            for _ in range(draw.randint(1, 4))
        ]
        text = draw.choice(["\n", "\r\n", "\r"]).join(["h1,h2", *rows, ""])
        path = bench.write("t.csv", text)

        def staged(stage: Callable[..., None], *arguments: object) -> list[tuple[object, ...]] | str:
            try:
                stage(*arguments)
            except Refused as refused:
                return str(refused)
            return duckdb.sql(f"SELECT * FROM '{part}'").fetchall()

        options = CsvOptions(delimiter=",")
        scanned = scan("t", "t.csv", path, options, bench.folder / "copy")
        dialect = csvtext._dialect("t", "t.csv", scanned, FileOptions(csv=options), ())
        one = staged(csvtext._stage, engine, "t", "t.csv", scanned, dialect, 0, part)
        with contextlib.suppress(Refused):
            spaced = scanned.quoted and csvtext._survey("t", "t.csv", scanned, dialect)[1]
            dialect = dataclasses.replace(dialect, spaced=dialect.spaced or spaced)
        assert one == staged(csvtext._stage_exactly, "t", "t.csv", scanned, dialect, 0, part), text
        read += isinstance(one, list)
    engine.close()
    assert read > 10


def test_a_quoted_cell_that_holds_a_comma_and_a_quote_keeps_its_blanks(bench: Bench) -> None:
    blank = {"client_id": "replace(client_id, ' ', '_')", "date": "date", "revenue": "revenue", "product": "product"}
    read = bench.csv(HEAD + ' a,2011-11-30,5,"x, ""y"""\n', columns=blank)
    assert read.rows(columns="client_id, product") == [("_a", 'x, "y"')]


class TestEscape:
    OPTIONS: ClassVar = {"escape": "\\"}

    @pytest.mark.parametrize(
        ("cell", "read_as"),
        [
            (r'"Tape \"XL\" 5cm"', 'Tape "XL" 5cm'),
            (r'"ends with \"', None),
            (r'"back \\"', "back \\"),
            (r'"C:\temp"', r"C:\temp"),
            (r'"a, \"b\""', 'a, "b"'),
            (r'"doubled ""q"""', 'doubled "q"'),
            (r"plain \x", r"plain \x"),
            (r"unquoted \"q\"", 'unquoted "q"'),
        ],
    )
    def test_quotes_escaped_by_a_backslash(self, bench: Bench, cell: str, read_as: str | None) -> None:
        content = f"{HEAD}a,2011-11-30,5,{cell}\nb,2011-11-30,6,p\n"
        if read_as is None:
            assert "wrongly quoted" in bench.csv_faults(content, csv=self.OPTIONS)[0].rule
        else:
            assert bench.csv(content, csv=self.OPTIONS).column("product") == [read_as, "p"]

    def test_the_delimiter_is_found_all_the_same(self, bench: Bench) -> None:
        content = 'client_id;date;revenue;product\na;2011-11-30;5;"x \\"; y\\""\n'
        assert bench.csv(content, csv=self.OPTIONS).column("product") == ['x "; y"']
