"""A value that the cheap test passes breaks no rule: else a fault would go by unseen."""

import duckdb
import pytest

from portfolio_review.review import CsvOptions
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.conversion import Converter
from portfolio_review.sources.fold import folded

CASES = {
    "revenue": ("DOUBLE", "VALUES (1.5), (-0.0), (NULL), ('nan'::DOUBLE), ('inf'::DOUBLE), (1e15), (-1e15), (999999999999999)"),
    "margin": ("VARCHAR", "VALUES ('1.5'), (''), ('x'), ('NaN'), ('1e15'), ('1e14'), (NULL), ('(5)')"),
    "date": ("DATE", "VALUES (DATE '1899-12-31'), (DATE '1900-01-01'), (DATE '2200-12-31'), (DATE '2201-01-01'), (NULL)"),
    "order_id": ("VARCHAR", "VALUES ('a'), (' '), (''), (NULL), ('a' || chr(7)), ('ы'), ('a' || chr(8238)), ('a' || chr(10)), (repeat('a', 32767)), (repeat('a', 32768))"),
    "client_id": ("VARCHAR", "VALUES ('a b'), (''), (NULL), (chr(0) || 'a'), ('x' || chr(127))"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_sound_breaks_no_rule(name: str) -> None:
    sql_type, cells = CASES[name]
    column = CONTRACTS["transactions"].column(name)
    made = Converter(CsvOptions(), "UTC").convert(column, sql_type, "cell", "value")
    assert made.sound is not None
    rows = duckdb.sql(
        f"SELECT coalesce({made.sound}, false), {made.problem} FROM "
        f"(SELECT cell, {made.value} AS value FROM (SELECT col0::{sql_type} AS cell FROM ({cells})))"
    ).fetchall()
    assert any(sound for sound, _ in rows)
    assert any(problem for _, problem in rows)
    assert not [row for row in rows if row[0] and row[1]]


def test_a_plain_id_is_its_own_value_breaks_no_rule_and_folds_to_its_capitals() -> None:
    sql_type, cells = CASES["order_id"]
    more = "(' a'), ('a b'), ('=\"7\"'), ('x-1'), ('X'), ('é'), ('ß'), ('a' || chr(160)), ('`~')"
    made = Converter(CsvOptions(), "UTC").convert(
        CONTRACTS["transactions"].column("order_id"), sql_type, "cell", "value"
    )
    rows = duckdb.sql(
        f"SELECT cell, value, {made.problem}, {folded('value')} = upper(cell) FROM "
        f"(SELECT cell, {made.value} AS value FROM (SELECT col0::{sql_type} AS cell FROM ({cells}, {more}))) "
        f"WHERE {made.plain}"
    ).fetchall()
    assert {cell[:3] for cell, *_ in rows} == {"a", "aaa", "x-1", "X", "`~"}
    assert all(cell == value and problem is None and capitals for cell, value, problem, capitals in rows)
