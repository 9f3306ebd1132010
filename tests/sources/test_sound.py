"""A value that the cheap test passes breaks no rule: else a fault would go by unseen."""

import duckdb
import pytest

from portfolio_review.review import CsvOptions
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.conversion import Converter

CASES = {
    "revenue": ("DOUBLE", "VALUES (1.5), (-0.0), (NULL), ('nan'::DOUBLE), ('inf'::DOUBLE), (1e15), (-1e15), (999999999999999)"),
    "margin": ("VARCHAR", "VALUES ('1.5'), (''), ('x'), ('NaN'), ('1e15'), ('1e14'), (NULL), ('(5)')"),
    "date": ("DATE", "VALUES (DATE '1899-12-31'), (DATE '1900-01-01'), (DATE '2200-12-31'), (DATE '2201-01-01'), (NULL)"),
    "order_id": ("VARCHAR", "VALUES ('a'), (' '), (''), (NULL), ('a' || chr(7)), ('ы'), ('a' || chr(8238)), ('a' || chr(10))"),
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
