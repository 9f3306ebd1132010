"""Expressions over a source's columns: what they may be, what they find, where they stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portfolio_review.errors import Fault, ReviewFileError
from portfolio_review.sources import check_expressions

from .conftest import Bench
from .test_numbers_and_dates import cell

OneFault = Callable[..., Fault]
DATA = "id,day,amount,shop\na,2011-11-30,5,North\nb,2011-12-01,6,South\n"
COLUMNS = {"client_id": "id", "date": "day", "revenue": "amount"}


def said(bench: Bench, **source: Any) -> list[str]:
    """The faults of the review file's expressions."""
    review = bench.review({"transactions": {"path": "t.csv", **source}})
    with pytest.raises(ReviewFileError) as caught:
        check_expressions(review, "params/x.yml")
    assert caught.value.path == "params/x.yml"
    return caught.value.faults


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("amount +", "does not parse as a DuckDB SQL expression: syntax error"),
        (";", "does not parse"),
        ("amount, id", "it is not one expression"),
        ("amount AS x", "it is not one expression"),
        ("amount; select 1", "it is not one expression"),
        ("amount) FROM t WHERE (true", "does not parse"),
        ("amount FROM 'other.parquet'", "it is not one expression"),
        ("sum(amount)", "holds the aggregate sum()"),
        ("geomean(amount)", "holds geomean(), which spans rows"),
        ("count(*)", "holds the aggregate count"),
        ("row_number() over ()", "holds a window function"),
        ("lag(amount) over (order by day)", "holds a window function"),
        ("(select max(amount) from t)", "holds a subquery"),
        ("exists (select 1)", "holds a subquery"),
        ("id in (select id from t)", "holds a subquery"),
        ("random()", "holds random(), which changes from run to run"),
        ("now()", "holds now(), which changes"),
        ("uuid()", "holds uuid(), which changes"),
        ("current_date", "holds current_date, which changes"),
        ("amount + CURRENT_TIMESTAMP", "which changes from run to run"),
        ("ago(interval 1 day)", "holds ago(), which changes"),
        ("nextval('s')", "holds nextval(), which changes"),
        ("unnest([1, 2])", "holds unnest(), which spans rows"),
        ("*", "holds a star"),
        ("columns('a')", "holds a star"),
        ("$1", "holds a parameter"),
        ("rond(amount)", "unknown function rond(); did you mean 'round'?"),
    ],
)
def test_what_an_expression_must_not_be(bench: Bench, expression: str, complaint: str) -> None:
    for source, key in (
        ({"columns": {**COLUMNS, "margin": expression}}, "sources.transactions.columns.margin: "),
        ({"columns": COLUMNS, "where": expression}, "sources.transactions.where: "),
    ):
        faults = said(bench, **source)
        assert faults
        assert faults[0].startswith(f"{key}'{expression}' ")
        assert complaint in faults[0]


def test_every_fault_of_the_expressions_is_named_at_once(bench: Bench) -> None:
    faults = said(bench, columns={"clientid": "id", "date": "now()", "revenue": "amount +"}, where="sum(x) > 1")
    assert len(faults) == 4
    assert "unknown column 'clientid'; did you mean 'client_id'?" in faults[0]


@pytest.mark.parametrize(
    "expression",
    [
        "amount", "quantity * price", "case when kind = 'return' then -amount else amount end", "coalesce(a, b)",
        "cast(a as date)", "a::date", "strptime(a, '%d.%m.%Y')", "\"Order ID\"", "split_part(a, '-', 1)", "a is not null",
        "a between 1 and 2", "a in ('x', 'y')", "regexp_replace(a, '[^0-9]', '', 'g')", "list_transform([a], x -> x + 1)[1]",
        "date '2011-01-01' + cast(a as integer)", "amount -- net of tax", "a || ' ' || b", "if(a, 1, 2)", "nullif(a, '')",
    ],
)  # fmt: skip
def test_scalar_expressions_pass(bench: Bench, expression: str) -> None:
    check_expressions(bench.review({"transactions": {"path": "t.csv", "columns": {"revenue": expression}}}), "x.yml")


def test_columns_of_the_same_name_are_taken_when_none_are_declared(bench: Bench) -> None:
    read = bench.csv("Client_ID,date,REVENUE,shop,margin\na,2011-11-30,5,North,2\n")
    assert read.sources.columns["transactions"] == ("client_id", "date", "revenue", "margin")
    assert read.rows(columns="client_id, revenue, margin, unit") == [("a", 5.0, 2.0, "(no unit)")]


def test_declared_columns_are_exactly_those(bench: Bench) -> None:
    read = bench.csv(
        "client_id,date,revenue,unit,margin\na,2011-11-30,5,North,2\n",
        columns={k: k for k in ("client_id", "date", "revenue")},
    )
    assert read.sources.columns["transactions"] == ("client_id", "date", "revenue")


def test_an_expression_sees_the_source_and_not_our_columns(bench: Bench) -> None:
    columns = {"client_id": "id", "date": "day", "revenue": "revenue * 2", "margin": "revenue - 1"}
    read = bench.csv("id,day,revenue\na,2011-11-30,5\n", columns=columns, csv={"numbers": ["revenue"]})
    assert read.rows(columns="revenue, margin") == [(10.0, 4.0)]


def test_unknown_source_columns_are_named_for_all_expressions_at_once(bench: Bench) -> None:
    columns = {"client_id": "idd", "date": "dya", "revenue": "amount"}
    faults = bench.csv_faults(DATA, columns=columns, where="shp = 'North'")
    assert [(fault.column, fault.rule) for fault in faults] == [
        ("client_id", "missing column 'idd'; did you mean 'id'?"),
        ("date", "missing column 'dya'; did you mean 'day'?"),
        (None, "missing column 'shp'; did you mean 'shop'?"),
    ]
    assert faults[0].remedy == "Correct sources.transactions.columns.client_id; the source has id, day, amount, shop"


@pytest.mark.parametrize("hidden", ["file_row_number", "filename", "rowid", "__source_row__", "cell_revenue", "user"])
def test_columns_that_only_the_engine_knows_are_unknown(bench: Bench, hidden: str) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS id, DATE '2011-11-30' AS day, 5 AS amount")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet", "columns": {**COLUMNS, "product": hidden}}})
    assert f"missing column '{hidden}'" in fault.rule


def test_required_columns(one_fault: OneFault) -> None:
    fault = one_fault("client_id,day,revenue\na,2011-11-30,5\n")
    assert (fault.column, fault.rule) == ("date", "missing column: it is required")
    assert "sources.transactions.columns" in fault.remedy


def test_an_expression_that_stops_on_a_row_is_a_fault_with_its_rows(one_fault: OneFault) -> None:
    fault = one_fault(
        "id,day,amount\na,2011-11-30,5\nb,2011-11-30,n/a\nc,2011-11-30,?\n",
        columns={"client_id": "id", "date": "day", "revenue": "CAST(amount AS DOUBLE) * 2"},
    )
    assert (fault.column, fault.rule) == ("revenue", "the expression 'CAST(amount AS DOUBLE) * 2' cannot be computed")
    assert (fault.rows, fault.examples) == (2, ((3, "amount n/a"), (4, "amount ?")))
    assert "sources.transactions.columns.revenue" in fault.remedy


def test_other_faults_are_found_beside_an_expression_that_stops(bench: Bench) -> None:
    faults = bench.csv_faults(
        "id,day,amount\na,2011-11-31,5\nb,2011-11-30,n/a\n",
        columns={"client_id": "id", "date": "day", "revenue": "CAST(amount AS DOUBLE)"},
    )
    assert [fault.column for fault in faults] == ["revenue", "date"]


def test_a_where_that_stops_on_a_row_is_a_fault(one_fault: OneFault) -> None:
    fault = one_fault(DATA.replace("6", "six"), columns=COLUMNS, where="CAST(amount AS DOUBLE) > 0")
    assert (fault.column, fault.examples) == (None, ((3, "amount six"),))
    assert "sources.transactions.where" in fault.remedy


def test_an_expression_may_stop_in_rows_that_where_removes(bench: Bench) -> None:
    read = bench.csv(
        DATA.replace("6", "six"), where="shop = 'North'",
        columns={"client_id": "id", "date": "day", "revenue": "CAST(amount AS DOUBLE)", "unit": "shop"},
    )  # fmt: skip
    assert read.column("client_id") == ["a"]
    assert read.left_out() == {("removed_by_where", "South"): (1, 0.0)}


def test_where_must_be_true_or_false(one_fault: OneFault) -> None:
    fault = one_fault(DATA, columns=COLUMNS, where="day")
    assert fault.column is None


def test_a_comment_ends_with_its_line(bench: Bench) -> None:
    read = bench.csv(DATA, columns={**COLUMNS, "unit": "shop -- where it was sold"}, where="shop <> '' -- all")
    assert read.column("unit") == ["North", "South"]


def test_names_of_columns_may_hold_anything_that_can_be_quoted(bench: Bench) -> None:
    read = bench.csv(
        'Client №;"Da""te";Сумма, ₽;select\na;2011-11-30;5;x\n',
        columns={"client_id": '"Client №"', "date": '"Da""te"', "revenue": '"Сумма, ₽"', "product": '"select"'},
    )
    assert read.rows(columns="client_id, revenue, product") == [("a", 5.0, "x")]


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("12345::BIGINT", "12345"), ("12345.0::DOUBLE", "12345"), ("'012'", "012"), ("12345::DECIMAL(10,2)", "12345"),
        ("'NaN'::DOUBLE", None), ("12.5::DOUBLE", "12.5"), ("true", "true"), ("'x'::BLOB", "x"), ("' a '", "a"),
        ("18446744073709551615::UBIGINT", "18446744073709551615"), ("NULL::INTEGER", None), ("'\u00a0'", None),
        ("'a1b2c3d4-0000-0000-0000-000000000000'::UUID", "a1b2c3d4-0000-0000-0000-000000000000"),
    ],
)  # fmt: skip
def test_ids_are_text(sql: str, text: str | None) -> None:
    assert cell("id", sql) == (text, None)


@pytest.mark.parametrize("sql", ["[1]", "{'a': 1}"])
def test_nested_values_are_no_text(bench: Bench, sql: str) -> None:
    bench.parquet("t.parquet", f"SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue, {sql} AS product")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.rule.startswith("expected text, found ")


def test_bytes_that_are_not_text(bench: Bench) -> None:
    bench.parquet("t.parquet", r"SELECT '\xFF'::BLOB AS client_id, DATE '2011-11-30' AS date, 5 AS revenue")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.rule == "bytes are not UTF-8 text"
