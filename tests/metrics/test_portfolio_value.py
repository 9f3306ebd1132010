"""The value of the portfolio by hand: expected value, retention by class, residual value."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import windows

from portfolio_review.figure import Figure
from portfolio_review.metrics import portfolio_value
from portfolio_review.review.model import Risk

WHEN = windows("2021-12", dt.date(2018, 1, 1))
SHORT = windows("2021-12", dt.date(2020, 6, 1))
ABC = ["A", "B", "C", "none"]


def base() -> pd.DataFrame:
    """25 A clients of 100 at W0 that kept 80, 4 B clients that kept nothing, one new one of class none now."""
    lines = [(f"a{n:02d}", "A", "A", 100.0, 80.0, 80.0, 0.5) for n in range(25)]
    lines += [(f"b{n}", "B", None, 50.0, 0.0, 10.0, 0.5) for n in range(4)]
    lines += [("new", None, "none", 0.0, -5.0, 40.0, 0.25), ("bee", None, "B", 0.0, 20.0, 20.0, 1.0)]
    columns = ["id", "abc0", "abc1", "r0", "r1", "expected_12", "margin_rate1"]
    frame = pd.DataFrame(lines, columns=columns).set_index("id")
    for end in "01":
        frame[f"abc{end}"] = pd.Categorical(frame[f"abc{end}"], categories=ABC, ordered=True)
        frame[f"active{end}"] = frame[f"abc{end}"].notna()
    return portfolio_value.add_value_12(frame.assign(p12=0.9, name=frame.index))


def figures(of: pd.DataFrame | None = None, short: bool = False, **settings: object) -> dict[str, Figure]:
    when, made = SHORT if short else WHEN, base() if of is None else of
    found = portfolio_value.figures(made, portfolio_value.retained(made, when), when, Risk.model_validate(settings))
    return {id.removeprefix("risk."): figure for id, figure in found.items()}


def test_value_is_expected_revenue_by_the_clients_margin_rate() -> None:
    found = base()["value_12"]
    # active ones only: the four that left are not today's clients
    assert found[["a00", "new", "bee"]].tolist() == [40.0, 10.0, 20.0]
    assert found[["b0", "b1", "b2", "b3"]].isna().all()
    values = figures()
    # 25 · 40 + 10 + 20, over 27 active clients; the ten largest are of 40
    assert values["expected_12"].value == 1030.0
    assert values["expected_12_per_client"].value == pytest.approx(1030 / 27)
    assert values["top10_value_share"].value == pytest.approx(400 / 1030)


def test_retention_by_class() -> None:
    found = portfolio_value.retained(base(), WHEN).set_index("class")
    assert found["clients"].to_dict() == {"A": 25, "B": 4, "C": 0, "all": 29}
    # A kept 80 of 100; B nothing; all 2,000 of 2,700
    assert found["share"].dropna().to_dict() == pytest.approx({"A": 0.8, "B": 0.0, "all": 2000 / 2700})
    # below 20 clients a class takes that of all
    assert found["used_share"].to_dict() == pytest.approx({
        "A": 0.8, "B": 2000 / 2700, "C": 2000 / 2700, "all": 2000 / 2700
    })  # fmt: skip


def test_growth_is_no_retention() -> None:
    grown = base().assign(r1=1e6)
    assert portfolio_value.retained(grown, WHEN)["share"].dropna().tolist() == [1.0, 1.0, 1.0]


def test_residual_value_by_hand() -> None:
    def of(value: float, k: float, years: int, rate: float) -> float:
        return sum(value * k ** (y - 1) / (1 + rate) ** (y - 0.5) for y in range(1, years + 1))

    whole = 2000 / 2700
    for years, rate in ((3, 0.15), (1, 0.15), (5, 0.0)):
        # A by its own 0.8; B and none by that of all
        wanted = 25 * of(40, 0.8, years, rate) + of(10, whole, years, rate) + of(20, whole, years, rate)
        found = figures(horizon_years=years, discount_rate=rate)["residual_value"].value
        assert found == pytest.approx(wanted, rel=1e-9)
    # 1.15^-0.5 of the first year alone
    assert figures(horizon_years=1)["residual_value"].value == pytest.approx(1030 / 1.15**0.5, rel=1e-9)


@given(st.integers(1, 9), st.floats(0, 1))
def test_more_years_are_never_less_and_less_than_the_years_undiscounted(years: int, rate: float) -> None:
    one, two = (figures(horizon_years=n, discount_rate=rate)["residual_value"].value for n in (years, years + 1))
    assert one <= two + 1e-9  # type: ignore[operator]
    assert two <= 1030 * (years + 1) + 1e-9  # type: ignore[operator]


def test_negative_value_stays_negative() -> None:
    made = base().assign(margin_rate1=-0.1)
    values = figures(portfolio_value.add_value_12(made))
    assert values["expected_12"].value == pytest.approx(-(25 * 8 + 4 + 2))
    assert values["top10_value_share"].reason == portfolio_value.NO_EXPECTED


def test_why_not() -> None:
    assert figures(short=True)["residual_value"].reason == "history starts 2020-06, needs 2020-01"
    assert figures(short=True)["expected_12"].value == 1030.0
    nobody = base().assign(active1=False, value_12=np.nan)
    assert {figure.reason for figure in figures(nobody).values()} == {"no active client in W1"}
    no_model = base().assign(value_12=np.nan)
    assert {figure.reason for figure in figures(no_model).values()} == {"no model"}
    free = base().assign(r0=0.0)
    assert figures(free)["residual_value"].reason == portfolio_value.NO_BASE


def test_largest() -> None:
    found = portfolio_value.largest(base(), top=3)
    assert found["client_id"].tolist() == ["a00", "a01", "a02"]
    assert found["share"].tolist() == pytest.approx([40 / 1030] * 3)
    assert portfolio_value.largest(base(), trusted=False).empty


def test_the_interval_is_that_of_the_sum_over_clients_drawn_anew() -> None:
    found = figures()["expected_12"]
    amounts = base()["value_12"].dropna()
    low, high = found.interval  # type: ignore[misc]
    assert low < found.value < high  # type: ignore[operator]
    assert high - low == pytest.approx(2 * 1.96 * len(amounts) ** 0.5 * amounts.std(ddof=0), rel=0.1)


def test_values_below_one_count_too() -> None:
    small = base().assign(value_12=lambda of: of["value_12"] / 4000)  # Σ 1030 / 4000
    assert figures(small)["top10_value_share"].value == pytest.approx(400 / 1030)
    assert len(portfolio_value.largest(small.assign(expected_12=small["value_12"]))) == 10
