"""Ids of people and ids of tables are mended alike."""

import duckdb
import pytest

from portfolio_review.ids import mended
from portfolio_review.review import CsvOptions, parse
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.conversion import BLANKS, NUMBER, Converter

WRITTEN = [
    ("A", "A"), ("A ", "A"), (" A", "A"), ("A\u00a0", "A"), ("A\t", "A"), ("A\r\n", "A"), ("\ufeffA", "A"),
    ("A  B", "A B"), ("A\u00a0B", "A B"), ("A \u2009 B", "A B"), ("A\u3000B", "A B"), ("A\u202fB", "A B"),
    ("e\u0301", "é"), ("и\u0306", "й"), ("Å", "Å"), ("А", "А"), ("AB", "AB"), ("a b c", "a b c"), ("\u200bA", "A"),
    ("A\u200bB", "A\u200bB"), ("= x", "= x"), ("00417", "00417"), ("ﬁ", "ﬁ"), ("A\u2000B", "A B"),
]  # fmt: skip


def in_sql(written: str, table: str = "clients", column: str = "client_id") -> tuple[str | None, int | None]:
    """The value, and what was mended."""
    made = Converter(CsvOptions(), "UTC").convert(CONTRACTS[table].column(column), "VARCHAR", "cell", "v")
    return duckdb.execute(
        f"SELECT v, {made.mended} FROM (SELECT *, {made.value} AS v FROM (SELECT $1 AS cell))", [written]
    ).fetchall()[0]  # fmt: skip


@pytest.mark.parametrize(("written", "right"), WRITTEN)
def test_blanks_and_composition_are_mended(written: str, right: str) -> None:
    assert mended(written) == right
    assert in_sql(written) == (right, None if written == right else BLANKS)
    assert mended(right) == right


@pytest.mark.parametrize(("table", "column"), [
    ("transactions", "order_id"), ("transactions", "product"), ("transactions", "category"), ("transactions", "unit"),
    ("clients", "manager"), ("clients", "merged_into"), ("clients", "group_id"), ("targets", "figure"),
    ("targets", "manager"), ("plans", "client_id"),
])  # fmt: skip
def test_every_column_of_ids_is_mended(table: str, column: str) -> None:
    assert in_sql(" A\u00a0 B ", table, column) == ("A B", BLANKS)


@pytest.mark.parametrize("column", ["name", "payment_terms"])
def test_other_texts_stand_as_they_are(column: str) -> None:
    made = Converter(CsvOptions(), "UTC").convert(CONTRACTS["clients"].column(column), "VARCHAR", "cell", "v")
    assert duckdb.execute(f"SELECT {made.value} FROM (SELECT ' A  B ' AS cell)").fetchall() == [(" A  B ",)]
    assert made.mended is None


@pytest.mark.parametrize("written", ["", " ", "\u00a0\t", '=""', '=" "'])
def test_what_is_left_of_blanks_is_nothing(written: str) -> None:
    assert in_sql(written) == (None, None)


@pytest.mark.parametrize(("written", "right"), [('="00417"', "00417"), (' ="A  B" ', "A B"), ('="a""b"', 'a""b')])
def test_formulas_that_keep_an_id_text_are_undone(written: str, right: str) -> None:
    assert in_sql(written) == (right, NUMBER)


@pytest.mark.parametrize(("sql_type", "written", "right"), [
    ("DOUBLE", "1001.0", ("1001", NUMBER)), ("FLOAT", "7", ("7", NUMBER)), ("DOUBLE", "7.5", ("7.5", None)),
    ("DOUBLE", "1234567890123456", ("1234567890123456", NUMBER)), ("DOUBLE", "'nan'", (None, None)),
    ("DOUBLE", "1e19", ("1e+19", None)), ("DECIMAL(9,2)", "7", ("7", None)), ("BIGINT", "7", ("7", None)),
])  # fmt: skip
def test_a_final_0_of_a_column_of_numbers_is_undone(sql_type: str, written: str, right: tuple[str, int | None]) -> None:
    made = Converter(CsvOptions(), "UTC").convert(CONTRACTS["clients"].column("client_id"), sql_type, "cell", "v")
    found = duckdb.execute(
        f"SELECT v, {made.mended or 'NULL'} FROM (SELECT *, {made.value} AS v FROM (SELECT {written}::{sql_type} AS cell))"
    ).fetchall()
    assert found == [right]


def test_strategic_accounts_are_mended() -> None:
    review = parse(
        "id: x\ncurrency: EUR\nsources: {transactions: {path: t.csv}}\nstrategic: {accounts: [' A', 'B\u00a0C']}\n"
    )
    assert review.strategic.accounts == ("A", "B C")
