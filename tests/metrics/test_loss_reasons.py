"""Why clients left."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import loss_reasons

LINES = rows(*((name, "2020-02-01", 10.0) for name in "abcd"), ("d", "2021-02-01", 1.0), ("b", "2020-03-01", 20.0))
LOSSES = pd.DataFrame(
    [
        ("a", "2021-05-01", "complaint"), ("a", "2021-06-01", "price"),
        # d was not lost; c's reason is none of the six; b's record is older than W0
        ("d", "2021-05-01", "other"), ("c", "2021-05-01", "weather"), ("b", "2019-12-31", "price"),
    ],
    columns=["client_id", "date", "reason"],
).astype({"date": "datetime64[us]"})  # fmt: skip


def test_the_latest_reason_of_each_lost_client() -> None:
    made = build(LINES, "2021-12", history_start=dt.date(2019, 1, 1))
    table = loss_reasons.table(made.base(), LOSSES, made.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.loss_reasons").columns)
    assert list(table["loss_reason"]) == [
        "attention",
        "complaint",
        "price",
        "competitor",
        "no_need",
        "other",
        "unknown",
    ]
    assert list(table["clients"]) == [0, 0, 1, 0, 0, 0, 2]
    assert list(table["revenue"]) == [0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 40.0]
    assert table["share"][2] == pytest.approx(0.2)
    known = loss_reasons.known_share(made.base(), LOSSES, made.when)["retention.loss_reasons_known"]
    assert known.value == pytest.approx(1 / 3)


def test_shares_are_of_positive_revenue_alone() -> None:
    # a 10 for its price; b, that left for no_need, gave all of its 30 back in W0
    lines = pd.concat([LINES, rows(("b", "2020-04-01", -30.0))])
    losses = pd.DataFrame({"client_id": ["a", "b"], "date": ["2021-06-01"] * 2, "reason": ["price", "no_need"]})
    made = build(lines, "2021-12", history_start=dt.date(2019, 1, 1))
    found = loss_reasons.table(made.base(), losses, made.when).set_index("loss_reason")
    assert found.loc[["price", "no_need", "unknown"], "revenue"].tolist() == [10.0, 0.0, 10.0]
    assert found.loc[["price", "no_need", "unknown"], "share"].tolist() == [0.5, 0.0, 0.5]


def test_days_as_they_come_from_a_table() -> None:
    made = build(LINES, "2021-12", history_start=dt.date(2019, 1, 1))
    as_days = LOSSES.assign(date=LOSSES["date"].dt.date)
    pd.testing.assert_frame_equal(
        loss_reasons.table(made.base(), as_days, made.when), loss_reasons.table(made.base(), LOSSES, made.when)
    )


def test_nobody_lost_and_no_history() -> None:
    made = build(rows(("a", "2020-02-01", 1.0), ("a", "2021-02-01", 1.0)), "2021-12", history_start=dt.date(2019, 1, 1))
    assert loss_reasons.table(made.base(), LOSSES, made.when)["clients"].sum() == 0
    known = loss_reasons.known_share(made.base(), LOSSES, made.when)["retention.loss_reasons_known"]
    assert known.reason == "no active client of W0 was lost"
    short = build(rows(("a", "2021-02-01", 1.0)), "2021-12")
    assert loss_reasons.table(short.base(), LOSSES, short.when).empty
    known = loss_reasons.known_share(short.base(), LOSSES, short.when)["retention.loss_reasons_known"]
    assert known.reason == "history starts 2021-02, needs 2020-01"


def test_a_loss_that_a_purchase_followed_is_no_reason_of_the_next_one() -> None:
    # a was lost, bought on 1 September and was lost again; b's record is of the day of its last purchase
    lines = rows(
        ("a", "2020-02-01", 10.0), ("a", "2020-09-01", 5.0), ("b", "2020-09-01", 5.0), ("c", "2021-02-01", 1.0)
    )
    made = build(lines, "2021-12", history_start=dt.date(2019, 1, 1))
    losses = pd.DataFrame(
        [("a", "2020-04-01", "price"), ("b", "2020-09-01", "complaint")], columns=["client_id", "date", "reason"]
    )
    assert loss_reasons.reason_of(made.base(), losses, made.when).to_dict() == {"a": "unknown", "b": "complaint"}
