"""f by hand: what a client kept of its revenue from W0 to W1."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from portfolios import windows

from portfolio_review.metrics.kept_share import kept_share

WHEN = windows("2021-12", dt.date(2019, 1, 1))


def base() -> pd.DataFrame:
    lines = [
        # id, r0, r1, early decline, last 3 months, a year earlier, f
        ("halved", 200.0, 100.0, False, 30.0, 20.0, 0.5),
        ("grown", 100.0, 150.0, False, 30.0, 20.0, 1.0),  # at most 1
        ("new", 0.0, 50.0, False, 10.0, 0.0, 1.0),  # no r(W0) to hold it against
        ("refunded", 100.0, -20.0, False, 0.0, 0.0, 0.0),  # at least 0
        ("early", 100.0, 90.0, True, 6.0, 10.0, 0.6),  # the three months fell further: 6 / 10
        ("both", 100.0, 40.0, True, 6.0, 10.0, 0.4),  # the window fell further
        ("early and new", 0.0, 40.0, True, -3.0, 10.0, 0.0),
    ]
    columns = ["id", "r0", "r1", "early_decline", "revenue_recent", "revenue_year_ago", "f"]
    return pd.DataFrame(lines, columns=columns).set_index("id")


def test_by_hand() -> None:
    # metrics.md §7, in danger: f = max(0, min(1, r(W1)/r(W0))) where r(W0) > 0, else 1; early decline when lower
    assert kept_share(base(), WHEN).tolist() == base()["f"].tolist()


def test_a_history_that_does_not_reach_w0_says_nothing_of_the_window() -> None:
    short = windows("2021-12", dt.date(2020, 6, 1))
    found = kept_share(base(), short)
    assert found[["halved", "refunded"]].tolist() == [1.0, 1.0]
    assert found[["early", "both"]].tolist() == [0.6, 0.6]


def test_months_a_year_earlier_that_are_not_known() -> None:
    unknown = base().assign(revenue_year_ago=np.nan, early_decline=False)
    assert kept_share(unknown, WHEN)["early"] == 0.9
