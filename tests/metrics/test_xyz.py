"""XYZ: intervals counted back from the end of the window, short histories, the interval itself."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolios import build, monthly_rows, rows, settings

from portfolio_review.calendar import Period
from portfolio_review.metrics import xyz
from portfolio_review.metrics.windows import Windows


def classify(
    *lines: tuple[object, ...], window: int = 12, period: str = "2021-12", **xyz_settings: object
) -> pd.Series:
    review = settings(window_months=window, xyz=xyz_settings)
    made = build(rows(*lines), period, window_months=window, review=review)
    return made.base()


def series(median: float | None) -> pd.DataFrame:
    return pd.DataFrame({"date": [pd.Timestamp("2021-12-31")], "median_gap": [median], "usual_gap": [median]})


def when(months: int = 12) -> Windows:
    return Windows(Period.parse("2021-12"), months, dt.date(2015, 1, 1), dt.date(2021, 12, 31))


@pytest.mark.parametrize(
    ("months", "median", "asked", "used"),
    [
        (12, 45.0, "auto", "month"),
        (12, 45.5, "auto", "quarter"),
        (9, 90.0, "auto", "quarter"),
        # quarters need at least nine months and a multiple of three
        (6, 90.0, "auto", "month"),
        (10, 90.0, "auto", "month"),
        (6, 10.0, "quarter", "month"),
        (12, 10.0, "quarter", "quarter"),
        (12, 90.0, "month", "month"),
    ],
)
def test_interval(months: int, median: float, asked: str, used: str) -> None:
    chosen = settings(xyz={"interval": asked}).xyz
    assert xyz.interval(series(median), when(months), chosen) == used
    assert xyz.figures(series(median), when(months), chosen)["series.xyz_interval"].value == used


def test_nine_of_twelve_months_are_constant_and_eight_are_not() -> None:
    base = classify(
        *monthly_rows("old", "2020-01", [1.0]),
        *monthly_rows("old", "2021-01", [1.0] * 9),
        *monthly_rows("less", "2020-01", [1.0]),
        *monthly_rows("less", "2021-01", [1.0] * 8),
        *monthly_rows("once", "2021-01", [1.0]),
        interval="month",
    )
    assert base["xyz1"].to_dict() == {"old": "X", "less": "Y", "once": "Z"}


def test_intervals_before_the_first_purchase_do_not_count() -> None:
    # first purchase in October: n = 3, all three months with a purchase day
    base = classify(*monthly_rows("a", "2021-10", [1.0] * 3), interval="month")
    assert base["xyz1"]["a"] == "X"
    assert not base["short1"]["a"]


def test_a_history_below_three_intervals_is_irregular_and_flagged() -> None:
    base = classify(*monthly_rows("a", "2021-11", [1.0] * 2), *monthly_rows("b", "2021-12", [1.0]), interval="month")
    assert base["xyz1"].to_dict() == {"a": "Y", "b": "Z"}
    assert base["short1"].to_dict() == {"a": True, "b": False}


def test_quarters_are_counted_back_from_the_end_of_the_window() -> None:
    # W1 ends in November: quarters are Sep–Nov, Jun–Aug, Mar–May, Dec–Feb
    lines = [("a", f"{month}-10", 1.0) for month in ("2020-01", "2020-12", "2021-03", "2021-08", "2021-09")]
    base = classify(*lines, period="2021-11", interval="quarter")
    assert base["xyz1"]["a"] == "X"
    # moved by a month, Dec–Feb is empty and 3 of 4 quarters still make X; two empty ones make Y
    lines = [("a", f"{month}-10", 1.0) for month in ("2020-01", "2021-03", "2021-05", "2021-09")]
    assert classify(*lines, period="2021-11", interval="quarter")["xyz1"]["a"] == "Y"


def test_classes_at_w0_use_the_rows_up_to_its_end() -> None:
    base = classify(
        *monthly_rows("a", "2020-10", [1.0] * 3),
        *monthly_rows("a", "2021-06", [1.0]),
        interval="month",
    )
    # at the end of W0: first purchase in October, n = 3, m = 3; in W1: n = 12, m = 1
    assert base["xyz0"]["a"] == "X"
    assert base["xyz1"]["a"] == "Z"


def test_refunds_and_zero_rows_are_no_purchase() -> None:
    base = classify(("a", "2021-01-10", 5.0), ("a", "2021-02-10", -1.0), ("a", "2021-03-10", 0.0), interval="month")
    assert base["xyz1"]["a"] == "Z"


def test_clients_not_active_in_the_window_have_no_class() -> None:
    base = classify(("a", "2020-05-10", 5.0), ("b", "2021-05-10", 5.0), interval="month")
    assert pd.isna(base["xyz1"]["a"])
    assert pd.isna(base["xyz0"]["b"])


def test_a_share_of_intervals_set_otherwise() -> None:
    lines = [("a", "2020-01-10", 1.0), *monthly_rows("a", "2021-01", [1.0] * 6)]
    assert classify(*lines, interval="month", constant_from=0.5)["xyz1"]["a"] == "X"


def test_by_variation() -> None:
    # n = 4 quarters each. even: 100, 100, 100, 100: v = 0. wavy: 200, 0, 200, 100: mean 125,
    # s = √((75² + 125² + 75² + 25²)/3) = 95.743, v = 0.766. peak: 400, 0, 0, 0: s = 200, v = 2
    quarters = ("2021-02", "2021-05", "2021-08", "2021-11")
    amounts = {"even": (100, 100, 100, 100), "wavy": (200, 0, 200, 100), "peak": (400, 0, 0, 0)}
    lines = [
        (name, f"{quarter}-10", float(amount))
        for name, values in amounts.items()
        for quarter, amount in zip(quarters, values, strict=True)
        if amount
    ]
    base = classify(*lines, interval="quarter", method="variation")
    assert base["xyz1"].to_dict() == {"even": "X", "wavy": "Y", "peak": "Z"}


def test_by_variation_needs_three_intervals_and_a_positive_mean() -> None:
    base = classify(
        *monthly_rows("new", "2021-11", [5.0, 5.0]),
        ("gone", "2021-01-10", 5.0),
        ("gone", "2021-02-10", -9.0),
        interval="month",
        method="variation",
    )
    assert base["xyz1"].to_dict() == {"gone": "n/a", "new": "n/a"}
    table = xyz.table(base)
    assert list(table["class"]) == ["X", "Y", "Z", "n/a"]
    assert list(table["clients"]) == [0, 0, 0, 2]


def test_table() -> None:
    base = classify(*monthly_rows("a", "2021-01", [2.0] * 12), ("b", "2021-03-01", 7.0), interval="month")
    table = xyz.table(base)
    assert table.to_dict("list") == {"class": ["X", "Y", "Z"], "clients": [1, 0, 1], "revenue": [24.0, 0.0, 7.0]}


def test_by_variation_what_lies_before_the_first_purchase_adds_nothing() -> None:
    # bought 1 in each of the last four of twelve intervals: no variation at all, so the first class by a limit of 0
    cells = np.arange(4)  # counted back from the end of the window
    found = xyz._by_variation(cells, pd.Series(np.ones(4)), np.array([4]), 12, (0.0, 0.5))
    assert list(found) == [0]
