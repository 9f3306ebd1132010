"""Reference figures of real portfolios, where their data are at hand.

Expected numbers: computed straight from the raw data, without this package.
Sources: Online Retail II (UCI, doi 10.24432/C5CG6D), AdventureWorks (Microsoft), CDNOW (Fader, Hardie).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from portfolios import Portfolio, all_figures, build

from portfolio_review.metrics import abc, checks, concentration, migration, structure, xyz

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the data sets of {DATA} are not at hand")

QUERIES = {
    # rows with a client id; the second sheet's 1–9 December 2010 stand in the first sheet too
    "online_retail_ii": """
        SELECT customer_id AS client_id, invoice_ts::DATE AS date, quantity * price AS revenue, invoice AS order_id
        FROM read_parquet($file) WHERE customer_id <> '' AND NOT (sheet LIKE '%2011%' AND invoice_ts < '2010-12-10')""",
    "adventureworks": """
        SELECT client_id, order_date::DATE AS date, sales_amount AS revenue, order_no AS order_id, margin
        FROM read_parquet($file)""",
    "cdnow": "SELECT customer_id AS client_id, date::DATE AS date, amount AS revenue FROM read_parquet($file)",
}
FILES = {"online_retail_ii": "transactions_raw", "adventureworks": "reseller_lines", "cdnow": "master"}


def review(name: str, period: str, window_months: int = 12) -> Portfolio:
    file = DATA / name / f"{FILES[name]}.parquet"
    with duckdb.connect() as con:
        lines = con.execute(QUERIES[name], {"file": str(file)}).df()
    lines["date"] = pd.to_datetime(lines["date"])
    return build(lines, period, window_months=window_months)


@pytest.fixture(scope="module")
def online_retail() -> Portfolio:
    return review("online_retail_ii", "2011-11")


@pytest.fixture(scope="module")
def adventure_works() -> Portfolio:
    return review("adventureworks", "2013-10")


def clients(table: pd.DataFrame) -> dict[str, int]:
    return dict(zip(table["class"], table["clients"], strict=True))


def test_online_retail(online_retail: Portfolio) -> None:
    figures, base = all_figures(online_retail), online_retail.base()
    kept = figures["retention.client_retention_rate"]
    assert kept.value == pytest.approx(0.63596, abs=5e-6)
    assert kept.interval == pytest.approx((0.62140, 0.65027), abs=5e-6)
    assert figures["retention.kept_at_end_rate"].value == pytest.approx(0.66449, abs=5e-6)
    assert figures["headline.revenue"].value == pytest.approx(1_132_407.74, abs=0.005)
    assert figures["bridge.adjustments"].value == pytest.approx(52_201.93, abs=0.005)
    classes = abc.table(base)
    assert clients(classes) == {"A": 1_177, "B": 4_297 - 1_177 - 1_652 - 20, "C": 1_652, "none": 20}
    assert classes["revenue"][0] == pytest.approx(6_376_694.82, abs=0.005)
    assert clients(xyz.table(base)) == {"X": 325, "Y": 2_280, "Z": 1_692}
    assert figures["series.xyz_interval"].value == "month"


def test_adventure_works(adventure_works: Portfolio) -> None:
    figures, base = all_figures(adventure_works), adventure_works.base()
    assert figures["retention.client_retention_rate"].value == pytest.approx(0.78295, abs=5e-6)
    assert clients(abc.table(base))["A"] == 149
    assert {name: clients(xyz.table(base))[name] for name in "XZ"} == {"X": 425, "Z": 58}
    assert figures["series.xyz_interval"].value == "quarter"


@pytest.mark.parametrize(
    ("period", "retention", "gross", "net", "with_returned"),
    [
        pytest.param("1997-Q3", 0.4258, 0.3757, 0.5358, 0.8141, marks=pytest.mark.long),
        ("1997-Q4", 0.4839, 0.4068, 0.6377, 1.0285),
    ],
)
def test_cdnow(period: str, retention: float, gross: float, net: float, with_returned: float) -> None:
    figures = all_figures(review("cdnow", period, window_months=3))
    found = [
        figures[f"retention.{name}"].value
        for name in (
            "client_retention_rate",
            "gross_revenue_retention",
            "net_revenue_retention",
            "net_revenue_retention_with_returned",
        )
    ]
    assert found == pytest.approx([retention, gross, net, with_returned], abs=5e-5)


def test_concentration_of_cdnow_over_all_time() -> None:
    # a window of 24 months that ends with the data holds all of them
    made = review("cdnow", "1998-06", window_months=24)
    x = made.base()["r1"]
    x = x[x > 0].to_numpy()
    assert len(x) == 23_502
    assert concentration.gini(x) == pytest.approx(0.6335, abs=5e-5)
    assert concentration.top_share(x, -(-len(x) // 10)) == pytest.approx(0.5088, abs=5e-5)
    assert concentration.holders_of(x) == 2_262


@pytest.mark.parametrize("name", ["online_retail", "adventure_works"])
def test_checks_pass(name: str, request: pytest.FixtureRequest) -> None:
    made: Portfolio = request.getfixturevalue(name)
    base, when, figures = made.base(), made.when, all_figures(made)
    found = [
        checks.windows_agree(base, made.totals),
        checks.revenue_splits(figures),
        *checks.classes_add_up(structure.class_tables(base), base),
        checks.bridge_closes(figures),
        checks.one_movement_each(base, when),
        checks.one_stage_each(base, when),
        checks.migration_margins(base, migration.ABC, migration.matrix(base, migration.ABC, when)),
        checks.rates_in_range(figures),
        *checks.drivers_hold(base, made.totals, when),
    ]
    assert [check for check in found if not check.passed] == []
