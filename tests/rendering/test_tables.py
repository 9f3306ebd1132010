"""Declared tables: heads of the catalogue, formats by unit, lines over several columns, columns that hold nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import made_results
import pytest
from markupsafe import Markup

from portfolio_review.exhibits.numbers import Scale
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import tables
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import FORMATS, Column, Line, Made, Table

THOUSAND = Scale(1000, 1, "thousand")
LIST = Table(id="risk.largest", columns=(
    Column(id="rank", width=6, quiet=True), Column(id="name"), Column(id="abc", format="class"),
    Column(id="revenue", strong=True), Column(id="bars", format="bar", of="revenue"),
    Column(id="amount_change", format="signed", optional=True), Column(id="reason", format="plain", below=True),
))  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"rank": 1, "client_id": "7", "name": "Nord & Sons", "abc": "A", "xyz": "X", "revenue": 40_000.0, "reason": "late"},
    {"rank": 2, "client_id": "9", "name": None, "abc": "B", "xyz": "n/a", "revenue": 10_000.0, "reason": ""},
]


@pytest.fixture
def report() -> Report:
    return Report(made_results.results(), Wording("en", "GBP"), made_results.CONTEXT)


def made(report: Report, rows: list[dict[str, Any]] = ROWS, **given: Any) -> Made:
    return LIST.made(report, rows, scale=THOUSAND, **given)


def by_id(table: Made, row: int) -> Mapping[str, str]:
    return {column.id: str(cell) for column, cell in zip(table.columns, table.rows[row].cells, strict=True)}


def test_heads_are_the_catalogues_unless_one_is_given(report: Report) -> None:
    assert made(report).heads[3] == "Revenue"
    assert made(report, heads={"revenue": "Now"}).heads[3] == "Now"


def test_a_column_that_its_own_table_alone_declares_is_found_there() -> None:
    """`gap` is a column of headline.target_gap and of no other: money, “Difference”."""
    table = Table(id="headline.target_gap", columns=(Column(id="gap"), Column(id="bars", format="bar", of="gap")))
    gap, bars = table.columns
    assert (gap.unit, gap.known and gap.known.en) == ("money", "Difference")
    assert (bars.unit, bars.known) == ("text", None)


def test_cells_are_printed_by_the_unit_of_their_column(report: Report) -> None:
    first, second = by_id(made(report), 0), by_id(made(report), 1)
    assert (first["revenue"], first["abc"], second["abc"]) == ("40.0", "AX", "B")
    assert "Nord &amp; Sons" in first["name"], "names of the data are escaped"
    assert "9" in second["name"], "a client without a name stands by its id"


def test_a_bar_is_as_long_as_its_part_of_the_largest(report: Report) -> None:
    """10,000 of 40,000: a quarter."""
    assert "p1000" in by_id(made(report), 0)["bars"]
    assert "p250" in by_id(made(report), 1)["bars"]


def test_a_column_where_no_row_holds_anything_is_left_out_and_a_line_alone_keeps_it(report: Report) -> None:
    assert "amount_change" not in [column.id for column in made(report).columns]
    whole = Line("All", {"revenue": 50_000.0, "amount_change": -2_000.0}, "sum")
    kept = made(report, lines=[whole])
    assert [column.id for column in kept.columns][-1] == "amount_change"


def test_a_line_says_its_words_up_to_its_first_value(report: Report) -> None:
    table = made(report, lines=[Line("All 2", {"revenue": 50_000.0}, "sum")])
    line = table.rows[-1]
    assert (line.span, line.css, [*map(str, line.cells)]) == (3, "sum", ["All 2", "50.0", ""])


def test_what_stands_below_a_row_has_no_column(report: Report) -> None:
    table = made(report)
    assert "reason" not in [column.id for column in table.columns]
    assert "late" in str(table.rows[0].below)
    assert table.rows[1].below == ""
    assert [str(row.marks) for row in table.rows] == [' data-client="7"', ' data-client="9"']


@pytest.mark.parametrize(("value", "polarity", "css"), [(-5.0, 1, "bad"), (-5.0, -1, "good"), (5.0, 1, "good")])
def test_signed_money_is_coloured_by_what_is_better(report: Report, value: float, polarity: int, css: str) -> None:
    column = Column(id="amount_change", format="signed", polarity=polarity)
    text = FORMATS["signed"](tables.Printed(report, column, Scale(1, 0, "")), {}, value)
    assert isinstance(text, Markup)
    assert f'class="{css}"' in text


def test_a_cell_that_prints_a_figure_counts_it_as_used(report: Report) -> None:
    row = ROWS[0] | {"figures": {"revenue": "structure.revenue"}}
    made(report, [row])
    assert "structure.revenue" in report.used


def test_a_sum_names_the_columns_of_money_that_add_up_and_a_part_of_a_row_is_none_of_it(report: Report) -> None:
    part = {"client_id": "", "name": "of which new", "revenue": 1_000.0, "css": "part"}
    table = made(
        report, [*ROWS, part], lines=[Line("2 more", {"revenue": 5_000.0}), Line("All", {"revenue": 55_000.0}, "sum")]
    )
    assert [str(row.marks) for row in table.rows[2:]] == [' data-within="yes"', "", ' data-sum="revenue"']
    assert table.note == ""
    assert table.worth == ("", "", "", "1000", "")


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (50_080.0, True),  # 40.0 + 10.0 is printed under 50.1, as rounding can do
        (55_000.0, False),  # what is missing here is no rounding: the check of the printed report finds it
    ],
)
def test_parts_that_do_not_add_up_for_their_rounding_have_a_note(report: Report, total: float, said: bool) -> None:
    table = made(report, lines=[Line("All", {"revenue": total}, "sum")])
    note = '<span data-rounded="risk.largest">Parts may not add to totals because of rounding.</span>'
    assert (table.note == note) is said


def test_a_note_and_the_one_on_rounding_are_two_sentences(report: Report) -> None:
    lines = [Line("All", {"revenue": 50_080.0}, "sum")]
    for own in ("too small to list: 1", "too small to list: 1."):
        assert re.sub("<[^>]+>", "", str(made(report, lines=lines, note=own).note)).startswith(
            "too small to list: 1. Parts may not"
        )


def test_words_made_up_for_a_page_are_no_key_of_a_row(report: Report) -> None:
    assert made(report, [ROWS[0] | {"client_id": Markup("<b>7</b>")}]).rows[0].key == ""
