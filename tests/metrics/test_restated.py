"""Past months that an earlier review said otherwise: every expected number is worked out beside it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from portfolio_review.calendar import Month, Period
from portfolio_review.metrics import restated
from portfolio_review.metrics.restated import EarlierMonths
from portfolio_review.metrics.windows import Windows

JULY = Month(2026 * 12 + 6)
WHEN = Windows(Period.parse("2026-07"), 2, dt.date(2026, 1, 1), dt.date(2026, 7, 31))
"""W0 is April and May, W1 June and July."""


def months(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["client_id", "month", "revenue"]).astype({"client_id": "str", "month": "str"})


SAID = months(("a", "2026-04", 100.0), ("b", "2026-05", 50.0), ("b", "2026-06", 30.0), ("a", "2026-03", 7.0))
NOW = months(("a", "2026-04", 100.004), ("a", "2026-05", 5.0), ("b", "2026-05", 40.0), ("b", "2026-06", 30.0),
             ("c", "2026-07", 825.0))  # fmt: skip
"""April differs by less than half a cent; May is 45 for 50; July the earlier review did not know."""


def earlier(**more: object) -> EarlierMonths:
    told = {
        "months": SAID,
        "first": "2026-03",
        "last": "2026-06",
        "period": "2026-06",
        "settings": False,
        "method": False,
    }
    return EarlierMonths(**{**told, **more})  # type: ignore[arg-type]


def made(before: EarlierMonths | None, inputs: dict[str, str] | None = None) -> restated.Restatement:
    return restated.restatement(before, NOW, WHEN, {"b": "Berg"}, inputs or {})


def test_revenue_by_client_and_month_of_both_windows() -> None:
    frame = pd.DataFrame(
        {
            "client_id": ["b", "a", "a", "a"],
            "month": [JULY.index, JULY.index - 3, JULY.index - 4, JULY.index - 1],
            "revenue": [1.5, 2.0, 9.0, 0.0],
        }
    )  # March lies before W0, June is zero
    found = restated.client_months(frame, WHEN)
    assert found.to_numpy().tolist() == [["a", "2026-04", 2.0], ["b", "2026-07", 1.5]]


def test_months_that_both_tell_of_and_that_differ_by_half_a_cent() -> None:
    found = made(earlier())
    assert found.months.to_numpy().tolist() == [["2026-05", 50.0, 45.0, -5.0]]
    # the larger change first; together −10 + 5 = −5
    assert found.clients.astype(object).where(found.clients.notna(), None).to_numpy().tolist() == [
        ["2026-05", "b", "Berg", 50.0, 40.0, -10.0],
        ["2026-05", "a", None, 0.0, 5.0, 5.0],
    ]
    assert found.figures["data.restated_revenue"].value == 5.0
    # 5 / (100.004 + 5 + 40 + 30 + 825)
    assert found.figures["data.restated_share"].value == pytest.approx(5 / 1000.004, rel=1e-12)


def test_clients_beyond_five_are_one_line_and_sum_to_the_month() -> None:
    before = months(*((f"c{n}", "2026-05", float(n)) for n in range(1, 8)))
    now = months(*((f"c{n}", "2026-05", 0.0) for n in range(1, 8)))
    found = restated.restatement(earlier(months=before), now, WHEN, {}, {})
    assert found.clients["client_id"].tolist() == ["c7", "c6", "c5", "c4", "c3", "others"]
    assert found.clients["change"].tolist() == [-7.0, -6.0, -5.0, -4.0, -3.0, -3.0]  # −(1 + 2)
    assert found.months["change"].tolist() == [-28.0]
    assert found.figures["data.restated_share"].reason == "the base is zero or negative"


def test_without_an_earlier_review_or_a_common_month_nothing_is_compared() -> None:
    for before in (None, earlier(first="2025-01", last="2025-12")):
        found = made(before)
        assert (len(found.compared), len(found.months), len(found.clients)) == (0, 0, 0)
        assert {figure.reason for figure in found.figures.values()} == {restated.NO_REVIEW}


@pytest.mark.parametrize(
    ("more", "inputs", "told"),
    [
        ({}, {}, ["changed", "unchanged", "unchanged"]),
        ({"settings": True}, {}, ["not_told", "changed", "unchanged"]),
        ({"method": True}, {}, ["not_told", "unchanged", "changed"]),
        ({"settings": None, "method": None}, {}, ["not_told", "not_told", "not_told"]),
        # every file that was read then is as it was: whatever changed, the data did not
        ({"method": True, "inputs": {"x.csv": "1"}}, {"x.csv": "1", "y.csv": "2"}, ["unchanged", "unchanged", "changed"]),
        ({"method": True, "inputs": {"x.csv": "1"}}, {"x.csv": "2"}, ["not_told", "unchanged", "changed"]),
        ({"months": NOW, "last": "2026-06"}, {}, ["unchanged", "unchanged", "unchanged"]),
    ],
)  # fmt: skip
def test_the_three_causes_are_told_apart(more: dict[str, object], inputs: dict[str, str], told: list[str]) -> None:
    compared = made(earlier(**more, version=2), inputs).compared
    assert compared["cause"].tolist() == ["data", "settings", "method"]
    assert compared["changed"].tolist() == told
    assert set(zip(compared["review"], compared["version"], strict=True)) == {("2026-06", 2)}
