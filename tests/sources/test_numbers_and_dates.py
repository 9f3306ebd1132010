"""What a number and a date may look like, and that everything else is refused instead of guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pytest

from portfolio_review.errors import Fault, ReviewFileError
from portfolio_review.review import CsvOptions
from portfolio_review.sources.contracts import Column, Kind
from portfolio_review.sources.conversion import Converter, WrongType

from .conftest import Bench

OneFault = Callable[..., Fault]

POINT = {"decimal": ".", "thousands": ","}
COMMA = {"decimal": ",", "thousands": "."}
BLANK = {"decimal": ",", "thousands": " "}


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def cell(kind: Kind, sql: str, options: dict[str, str] | None = None, timezone: str = "UTC") -> tuple[Any, str | None]:
    """The value that a cell gives, and the rule that it breaks."""
    (sql_type,) = engine().execute(f"SELECT typeof({sql})").fetchall()[0]
    made = Converter(CsvOptions(**(options or {})), timezone).convert(Column("x", kind), sql_type, "cell", "value")
    cells = f"(SELECT {sql} AS cell)"
    rows = engine().execute(f"SELECT value, {made.problem} FROM (SELECT cell, {made.value} AS value FROM {cells})")
    return rows.fetchall()[0]


def text(written: str) -> str:
    return "'" + written.replace("'", "''") + "'"


def amount(written: str) -> str:
    return f'client_id;date;revenue\na;2011-11-30;"{written}"\n'


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("-1234.5", -1234.5), ("1e3", 1000.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), (" 5 ", 5.0), ("0", 0.0),
        ("\u22125", -5.0), ("\u00a05\u202f", 5.0), ("1.25E-2", 0.0125), ("007", 7.0), ("-0", 0.0),
    ],
)  # fmt: skip
def test_plain_numbers_need_no_declaration(written: str, number: float) -> None:
    assert cell("number", text(written)) == (number, None)


@pytest.mark.parametrize(
    "written",
    ["1,234", "1,5", "1 234", "$5", "(5)", "5-", "5 GBP", "1_000", "0x10", "five", "5%", "--5", "1e", "-", "1.2.3"],
)
def test_other_forms_need_one(written: str) -> None:
    assert cell("number", text(written)) == (None, "number")


@pytest.mark.parametrize(
    ("options", "written", "number"),
    [
        (POINT, "$1,162.84", 1162.84), (POINT, "-$1,162.84", -1162.84), (POINT, "$-5", -5.0), (POINT, "($5.00)", -5.0),
        (POINT, "$(5.00)", -5.0), (POINT, "(5.00)", -5.0), (POINT, "5.00-", -5.0), (POINT, "USD 1,000,000", 1e6),
        (POINT, "5 GBP", 5.0), (POINT, "£12", 12.0), (POINT, "1234.5", 1234.5), (POINT, "1e3", 1000.0),
        (POINT, "\u2212$5.5", -5.5), (POINT, "1,234", 1234.0), (POINT, ".5", 0.5),
        (COMMA, "1.162,84", 1162.84), (COMMA, "(5,00)", -5.0), (COMMA, "5,00 €", 5.0), (COMMA, "-1.000", -1000.0),
        (BLANK, "1 162,84", 1162.84), (BLANK, "1\u00a0162,84", 1162.84), (BLANK, "1\u202f162,84 ₽", 1162.84),
        (BLANK, "\u22121\u202f000\u202f000,5", -1000000.5), (BLANK, "5,5 руб.", 5.5), (BLANK, "1162,84", 1162.84),
        ({"decimal": ",", "thousands": "\u00a0"}, "1 162,84", 1162.84),
        ({"decimal": ".", "thousands": "'"}, "1\u2019162.84", 1162.84),
        ({"decimal": ","}, "1162,84", 1162.84), ({"thousands": ","}, "1,162.84", 1162.84), ({"decimal": ","}, "5,00-", -5.0),
    ],
)  # fmt: skip
def test_declared_forms(options: dict[str, str], written: str, number: float) -> None:
    assert cell("number", text(written), options) == (number, None)


@pytest.mark.parametrize(
    ("options", "written"),
    [
        (POINT, "1.162,84"), (POINT, "1,5"), (POINT, "1,16,2"), (POINT, "1,2345"), (POINT, ",5"), (POINT, "1.162.840"),
        (COMMA, "1,162.84"), (COMMA, "1.5"), (BLANK, "1  162"), (BLANK, "1.5"), ({"decimal": ","}, "1.162,84"),
        ({"decimal": ","}, "1.5"), (POINT, "-(5)"), (POINT, "--5"), (POINT, "$$5"), (POINT, "(5"), (POINT, "-5-"), (POINT, "5 pcs"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_declaration_is_refused(options: dict[str, str], written: str) -> None:
    assert cell("number", text(written), options) == (None, "number")


def test_the_message_asks_for_the_declaration_or_repeats_it(one_fault: OneFault) -> None:
    fault = one_fault(amount("1,234"))
    assert (fault.rule, fault.column, fault.examples) == ("text is not a number", "revenue", ((2, "1,234"),))
    assert "declare csv.decimal and csv.thousands" in fault.remedy
    assert "The source declares decimal ',' and no thousands" in one_fault(amount("1.234"), csv={"decimal": ","}).remedy


def test_a_declared_form_from_file_to_table(bench: Bench) -> None:
    assert bench.csv(amount("$1,162.84"), csv=POINT).column("revenue") == [1162.84]


@pytest.mark.parametrize("written", ["NaN", "nan", "inf", "-Infinity"])
def test_non_finite_text(written: str) -> None:
    assert cell("number", text(written)) == (None, "non_finite")


@pytest.mark.parametrize("sql", ["'nan'::DOUBLE", "'-inf'::DOUBLE", "'inf'::FLOAT", "'1e400'"])
def test_non_finite_numbers(sql: str) -> None:
    assert cell("number", sql)[1] == "non_finite"


def test_a_number_that_is_not_finite_names_its_row(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 'nan'::DOUBLE AS revenue")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert (fault.rule, fault.column, fault.examples) == ("a number is not finite", "revenue", ((1, "nan"),))


@pytest.mark.parametrize("written", ["1e15", "-1e15", "1e300"])
def test_amounts_without_cents_are_refused(written: str) -> None:
    assert cell("number", text(written))[1] == "too_large"


@pytest.mark.parametrize(
    ("score", "rule"), [("1", None), ("5", None), ("0.99", "score"), ("5.01", "score"), ("x", "number")]
)
def test_scores(score: str, rule: str | None) -> None:
    assert cell("score", text(score))[1] == rule


@pytest.mark.parametrize(
    ("sql", "number"),
    [("5::TINYINT", 5.0), ("5.25::DECIMAL(10,2)", 5.25), ("5::HUGEINT", 5.0), ("'1,162.84'", 1162.84)],
)
def test_numbers_of_any_parquet_type(sql: str, number: float) -> None:
    assert cell("number", sql, POINT) == (number, None)


@pytest.mark.parametrize("sql", ["true", "DATE '2011-11-30'", "[1]", "{'a': 1}"])
def test_other_types_are_no_numbers(sql: str) -> None:
    with pytest.raises(WrongType, match="expression that gives a number"):
        cell("number", sql)


def test_a_column_of_another_type_is_a_fault(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS client_id, 40877 AS date, true AS revenue")
    faults = bench.faults({"transactions": {"path": "t.parquet"}})
    assert [(fault.column, fault.rule) for fault in faults] == [
        ("date", "expected a date, found INTEGER"),
        ("revenue", "expected a number, found BOOLEAN"),
    ]
    assert "DATE '1899-12-30' + CAST(x AS INTEGER)" in faults[0].remedy


def day(text: str) -> str:
    return f'client_id,date,revenue\na,"{text}",5\n'


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2011-11-30", dt.date(2011, 11, 30)),
        ("2011-11-30T23:59", dt.date(2011, 11, 30)),
        ("2011-11-30 23:59:59.123456", dt.date(2011, 11, 30)),
        (" 2012-02-29 ", dt.date(2012, 2, 29)),
        # with a zone: converted to the zone of the review, Europe/Moscow, three or four hours ahead of UTC
        ("2011-11-30T23:30:00Z", dt.date(2011, 12, 1)),
        ("2011-11-30T21:30:00+03:00", dt.date(2011, 11, 30)),
        ("2011-11-30 23:30:00+0000", dt.date(2011, 12, 1)),
        ("2011-11-30 19:30 UTC", dt.date(2011, 11, 30)),
        ("2011-12-01 00:30:00+05", dt.date(2011, 11, 30)),
    ],
)
def test_iso_dates(written: str, date: dt.date) -> None:
    assert cell("date", text(written), timezone="Europe/Moscow") == (date, None)


@pytest.mark.parametrize("written",
    ["30.11.2011", "11/30/2011", "20111130", "2011-11-31", "2011-02-29", "2011-13-01", "40877", "Nov 30, 2011", "2011-11",
     "2011-11-30 25:00", "today", "2011-11-30x"],
)  # fmt: skip
def test_other_dates_are_refused(written: str) -> None:
    assert cell("date", text(written)) == (None, "date")


@pytest.mark.parametrize(
    ("form", "written", "date"),
    [
        ("%d.%m.%Y", "30.11.2011", dt.date(2011, 11, 30)),
        ("%d.%m.%Y", "1.2.2011", dt.date(2011, 2, 1)),
        ("%d.%m.%Y", "2011-11-30", dt.date(2011, 11, 30)),
        ("%m/%d/%Y %H:%M", "02/01/2011 08:26", dt.date(2011, 2, 1)),
        ("%d.%m.%y", "01.02.11", dt.date(2011, 2, 1)),
        ("%Y%m%d", "20110201", dt.date(2011, 2, 1)),
        ("%d %b %Y", "1 Feb 2011", dt.date(2011, 2, 1)),
        ("%d.%m.%Y %H:%M %z", "30.11.2011 23:30 +0000", dt.date(2011, 12, 1)),
    ],
)
def test_declared_dates(form: str, written: str, date: dt.date) -> None:
    assert cell("date", text(written), {"date_format": form}, "Europe/Moscow") == (date, None)


@pytest.mark.parametrize(
    ("form", "written"),
    [("%d.%m.%Y", "31.11.2011"), ("%d.%m.%Y", "11/30/2011"), ("%Y-%d-%m", "2011-05-30"), ("%d.%m.%Y", "1.2.11 8:00")],
)
def test_what_does_not_fit_the_declared_date(form: str, written: str) -> None:
    assert cell("date", text(written), {"date_format": form}) == (None, "date")


def test_the_message_repeats_the_declared_date(one_fault: OneFault) -> None:
    fault = one_fault(day("31.11.2011"), csv={"date_format": "%d.%m.%Y"})
    assert fault.rule == "text is not a date of the form %d.%m.%Y"


@pytest.mark.parametrize("written", ["1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31"])
def test_dates_far_out(written: str) -> None:
    assert cell("date", text(written))[1] == "far_date"


@pytest.mark.parametrize(
    ("sql", "date"),
    [
        ("DATE '2011-11-30'", dt.date(2011, 11, 30)),
        ("TIMESTAMP '2011-11-30 23:30:00'", dt.date(2011, 11, 30)),
        ("TIMESTAMP_NS '2011-11-30 23:30:00'", dt.date(2011, 11, 30)),
        ("TIMESTAMPTZ '2011-11-30 23:30:00+00'", dt.date(2011, 12, 1)),
        ("'2011-11-30'", dt.date(2011, 11, 30)),
    ],
)
def test_dates_of_any_parquet_type(sql: str, date: dt.date) -> None:
    assert cell("date", sql, timezone="Europe/Moscow") == (date, None)


@pytest.mark.parametrize("sql", ["40877", "1322611200000::BIGINT", "40877.5", "true"])
def test_other_types_are_no_dates(sql: str) -> None:
    with pytest.raises(WrongType, match="expression that gives a date"):
        cell("date", sql)


@pytest.mark.parametrize("value", ["infinity", "-infinity"])
def test_infinite_dates_are_far_out(value: str) -> None:
    assert cell("date", f"DATE '{value}'")[1] == "far_date"


def test_a_cast_in_an_expression_uses_the_zone_of_the_review(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS id, TIMESTAMPTZ '2011-11-30 23:30:00+00' AS sold, 5 AS amount")
    columns = {"client_id": "id", "date": "CAST(sold AS DATE)", "revenue": "amount"}
    read = bench.read({"transactions": {"path": "t.parquet", "columns": columns}}, timezone="Asia/Tokyo")
    assert read.column("date") == [dt.date(2011, 12, 1)]


@pytest.mark.parametrize(
    ("csv", "key"),
    [
        ({"date_format": "%q"}, "csv.date_format: '%q' is not a date form"),
        ({"date_format": "%d.%m"}, "it has no year (%Y or %y)"),
        ({"decimal": "5"}, "csv.decimal: expected a separator"),
        ({"thousands": "."}, "csv.thousands: '.' is also the decimal sign by default"),
        ({"delimiter": '"'}, "csv.delimiter: '\"' is also the quote"),
    ],
)
def test_declarations_that_cannot_be_meant(bench: Bench, csv: dict[str, Any], key: str) -> None:
    with pytest.raises(ReviewFileError) as caught:
        bench.csv(day("2011-11-30"), csv=csv)
    assert key in str(caught.value)
    assert caught.value.path == "bench.yml"
