"""Files as other programs write them: order ids as floats, placeholders for dates, units written in two ways."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import Bench

MONTHS = [dt.date(2026, 1 + number // 2, 28) for number in range(12)]


def table(bench: Bench, **columns: object) -> dict[str, object]:
    known = {"client_id": ["A", "B"] * 6, "date": MONTHS, "revenue": [10.0] * 12}
    pq.write_table(pa.table({**known, **columns}), bench.folder / "t.parquet")
    return {"transactions": {"path": "t.parquet"}}


@pytest.mark.parametrize(
    "ids", [[float(n) for n in range(12)], [None, *map(float, range(11))], [f"o{n}".encode() for n in range(12)]]
)
def test_order_ids_of_any_type_are_read(bench: Bench, ids: list[object]) -> None:
    read = bench.read(table(bench, order_id=ids))
    assert read.sources.source_rows == 12


def test_units_that_were_written_in_two_ways_are_mended_and_counted(bench: Bench) -> None:
    found = bench.read(table(bench, unit=["North", " North"] * 6)).sources.doubts
    (doubt,) = [one for one in found if one.id == "ids_alike"]
    assert (doubt.column, doubt.rows, doubt.share) == ("unit", 6, 0.5)


@pytest.mark.parametrize("placeholder", [dt.date(1, 1, 1), dt.date(1899, 12, 30), dt.date(1970, 1, 1)])
def test_a_placeholder_of_a_date_is_a_stray_row_and_no_fault(bench: Bench, placeholder: dt.date) -> None:
    read = bench.read(table(bench, date=[placeholder, *MONTHS[1:]]))
    assert "stray_dates" in {doubt.id for doubt in read.sources.doubts}
    assert read.sources.history_start == dt.date(2026, 1, 1)
