"""Early decline: three months against the same a year earlier."""

from __future__ import annotations

import pytest
from portfolios import build, monthly_rows, rows

from portfolio_review.metrics import early_decline
from portfolio_review.metrics.windows import Windows


def flagged(year_ago: list[float], recent: list[float], first: str = "2019-01") -> tuple[bool, float]:
    lines = [
        ("x", f"{first}-01", 1.0), ("x", "2021-12-31", 1.0),
        *monthly_rows("a", "2020-10", year_ago), *monthly_rows("a", "2021-10", recent),
    ]  # fmt: skip
    made = build(rows(*lines), "2021-12")
    found = early_decline.add_early_decline(made.base(), made.monthly, made.when).loc["a"]
    return bool(found["early_decline"]), float(found["revenue_year_ago"])


@pytest.mark.parametrize(
    ("year_ago", "recent", "expected"),
    [
        ([100, 100, 100], [70, 70, 70], True),  # 210 = 0.7 · 300
        ([100, 100, 100], [0, 0, 210.0 + 2e-7], True),  # equal but for a rounding error
        ([100, 100, 100], [70, 70, 70.01], False),
        ([100, 100, 100], [-50, 0, 0], True),
        ([0, 0, 0.01], [0, 0, 0], True),
        ([-10, 0, 0], [-20, 0, 0], False),  # only where a year earlier is above zero
        ([0, 0, 0], [0, 0, 0], False),
    ],
)
def test_up_to_seven_tenths_of_the_same_months(year_ago: list[float], recent: list[float], expected: bool) -> None:
    if not any(year_ago + recent):
        recent = [0, 0, 0.5]
    assert flagged(year_ago, recent)[0] is expected


def test_a_history_that_does_not_reach_back_flags_nobody() -> None:
    found, year_ago = flagged([100, 100, 100], [1, 1, 1], first="2020-10")
    assert (found, year_ago) == (True, 300.0)
    made = build(rows(("a", "2020-11-01", 100.0), ("a", "2021-12-01", 1.0)), "2021-12", window_months=6)
    base = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    assert not base["early_decline"].any()
    assert base["revenue_year_ago"].isna().all()
    figure = early_decline.figures(base, made.when)["lifecycle.early_decline"]
    assert (figure.value, figure.reason) == (None, "history starts 2020-11, needs 2020-10")


def test_the_figure_counts_everybody_with_the_flag() -> None:
    lines = [
        # grows over the year, yet its last quarter is a third of the one before
        *monthly_rows("a", "2020-10", [30, 30, 30]), *monthly_rows("a", "2021-01", [90] * 9),
        *monthly_rows("a", "2021-10", [10, 10, 10]),
        # lapsed
        *monthly_rows("b", "2020-01", [30] * 12),
        ("c", "2019-01-01", 1.0),
    ]  # fmt: skip
    made = build(rows(*lines), "2021-12")
    base = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    assert base["early_decline"].to_dict() == {"a": True, "b": True, "c": False}
    assert base["stage"].astype(str).to_dict() == {"a": "growing", "b": "lapsed", "c": "lapsed"}
    assert early_decline.figures(base, made.when)["lifecycle.early_decline"].value == 2


def test_without_w0_there_is_no_figure() -> None:
    made = build(rows(("a", "2021-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12")
    base = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    assert early_decline.figures(base, made.when)["lifecycle.early_decline"].reason == made.when.lacks_w0


def test_the_months_follow_p_whatever_its_length() -> None:
    made = build(rows(("a", "2019-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-Q3")
    recent, year_ago = early_decline.spans(made.when)
    assert isinstance(made.when, Windows)
    assert [str(recent.first), str(recent.last), str(year_ago.first), str(year_ago.last)] == [
        "2021-07", "2021-09", "2020-07", "2020-09",
    ]  # fmt: skip


def test_revenue_of_the_window_a_year_earlier() -> None:
    # 1 in January 2020, 2 in February … 24 in December 2021; W1 of three months: 22 + 23 + 24, a year earlier 10 + 11 + 12
    lines = rows(*monthly_rows("a", "2020-01", [float(n) for n in range(1, 25)]), ("b", "2021-12-01", 1.0))
    made = build(lines, "2021-12", window_months=3)
    found = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    assert found["revenue_year_before"].to_dict() == {"a": 33.0, "b": 0.0}
    year = build(lines, "2021-12")
    whole = early_decline.add_early_decline(year.base(), year.monthly, year.when)
    assert whole["revenue_year_before"].tolist() == whole["r0"].tolist() == [78.0, 0.0]
    more = build(
        rows(("a", "2018-01-01", 7.0), ("a", "2019-02-01", 3.0), ("a", "2021-12-01", 1.0)), "2021-12", window_months=24
    )
    # two years before 2020 and 2021 are 2018 and 2019: the window is not held against a part of itself
    assert early_decline.add_early_decline(more.base(), more.monthly, more.when)["revenue_year_before"].tolist() == [
        10.0
    ]
    late = build(rows(("a", "2020-11-01", 5.0), ("a", "2021-12-01", 1.0)), "2021-12", window_months=3)
    assert early_decline.add_early_decline(late.base(), late.monthly, late.when)["revenue_year_before"].isna().all()
