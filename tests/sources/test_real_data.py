"""The real data beside the project, against the figures in its README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portfolio_review import review as review_file
from portfolio_review.sources import Sources, read

from .conftest import decoded

DATA = Path(__file__).parents[3] / "shared" / "data"
REVIEWS = Path(__file__).parents[1] / "reviews"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are not at {DATA}")


def rows(sources: Sources, columns: str) -> tuple[Any, ...]:
    import duckdb

    return duckdb.sql(f"SELECT {columns} FROM {decoded(sources)}").fetchall()[0]


def test_online_retail_without_the_overlap_of_its_sheets(tmp_path: Path) -> None:
    review = review_file.load(REVIEWS / "online_retail_ii.yml")
    # the first letter of an invoice tells a cancellation: it comes along as the category
    columns = {**(review.sources["transactions"].columns or {}), "category": "left(invoice, 1)"}
    transactions = review.sources["transactions"].model_copy(update={"columns": columns})
    review = review.model_copy(update={"sources": {**review.sources, "transactions": transactions}})
    sources = read(review, REVIEWS, tmp_path)
    by_reason: dict[str, int] = {}
    for one in sources.left_out:
        by_reason[one.reason] = by_reason.get(one.reason, 0) + one.rows
    # data/README.md: 1,067,371 rows, 22,523 of them in both sheets
    assert sources.source_rows == 1_067_371
    assert by_reason["removed_by_where"] == 22_523
    kept, revenue = rows(sources, "count(*), sum(revenue)")
    assert kept + sum(by_reason.values()) == sources.source_rows
    assert revenue + sum(one.revenue for one in sources.left_out) == pytest.approx(sources.source_revenue, abs=0.005)
    # data/README.md: with client id, not C, quantity and price above zero
    positive = "revenue > 0 AND category <> 'C'"
    figures = rows(
        sources,
        f"count(*) FILTER ({positive}), count(DISTINCT client_id) FILTER ({positive}), round(sum(revenue) FILTER ({positive}), 3)",
    )
    assert figures == (791_045, 5_878, 17_431_551.178)
    # data/README.md: cancellation rows with a client id
    cancelled = rows(sources, "round(sum(revenue) FILTER (category = 'C'), 2)")
    assert cancelled == (-1_087_882.14,)


def test_adventureworks(tmp_path: Path) -> None:
    sources = read(review_file.load(REVIEWS / "adventureworks.yml"), REVIEWS, tmp_path)
    figures = rows(
        sources,
        "count(*), round(sum(revenue), 2), round(sum(margin), 2), count(DISTINCT client_id), count(DISTINCT unit)",
    )
    assert figures == (60_855, 80_450_596.98, 470_482.60, 635, 10)
    assert sources.source_revenue == pytest.approx(80_450_596.98, abs=0.005)
    assert "contacts" in sources.tables


def test_northwind_is_joined_from_its_files(tmp_path: Path) -> None:
    sources = read(review_file.load(REVIEWS / "northwind.yml"), REVIEWS, tmp_path)
    figures = rows(
        sources,
        "count(*), round(sum(revenue), 2), count(DISTINCT client_id), count(DISTINCT order_key)",
    )
    assert figures == (2_155, 1_265_793.04, 89, 830)
    assert "unit" not in sources.columns["transactions"]


def test_cdnow(tmp_path: Path) -> None:
    sources = read(review_file.load(REVIEWS / "cdnow.yml"), REVIEWS, tmp_path)
    figures = rows(
        sources,
        "count(*), round(sum(revenue), 2), count(DISTINCT client_id), count(*) FILTER (revenue = 0)",
    )
    assert figures == (69_659, 2_500_315.63, 23_570, 80)
