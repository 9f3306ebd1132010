"""Gone, may fall silent, may shrink: by hand, and what a client more or less does to them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import windows

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure
from portfolio_review.metrics import risk
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.risk import Then
from portfolio_review.metrics.risk_changes import change_of_ratio, change_of_sum
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

WHEN = windows("2021-12", dt.date(2018, 1, 1))
SHORT = windows("2021-12", dt.date(2020, 6, 1))


def frame(*lines: tuple[object, ...]) -> pd.DataFrame:
    """id, r0, r1, lapsed, p_next; nobody in early decline."""
    base = pd.DataFrame(lines, columns=["id", "r0", "r1", "lapsed", "p_next"]).set_index("id")
    return base.assign(
        active1=base["r1"] > 0, early_decline=False, revenue_recent=0.0, revenue_year_ago=0.0, abc1="A", name=base.index
    )


def base() -> pd.DataFrame:
    return frame(
        ("gone", 100.0, 60.0, True, 0.1),
        ("halved", 400.0, 200.0, False, 0.8),
        ("steady", 100.0, 100.0, False, 0.9),
        ("refund", 10.0, -8.0, False, 0.5),  # counts as nothing
        ("never", 0.0, 0.0, False, np.nan),
    )


def parts(of: pd.DataFrame, when: Windows = WHEN) -> pd.DataFrame:
    return risk.add_parts(of, when, Risk())


MODEL = Forecast("two_clocks", Month(0), pd.DataFrame({"p_next": []}), None)  # type: ignore[call-arg]


def figures(of: pd.DataFrame, before: dict[str, Then] | None = None, when: Windows = WHEN) -> dict[str, Figure]:
    found = risk.figures(parts(of, when), MODEL, before or {}, when)
    return {id.removeprefix("risk."): figure for id, figure in found.items()}


def test_by_hand() -> None:
    # h / window_months = 1 / 4: m is 50 of halved, 25 of steady
    found = parts(base())
    assert found["gone"].dropna().to_dict() == {"gone": 60.0}
    # 50 · 0.2, 25 · 0.1
    assert found["may_fall_silent"].dropna().to_dict() == pytest.approx({"halved": 10.0, "steady": 2.5, "refund": 0.0})
    # 50 · 0.8 · (1 − 200/400); steady kept all of it
    assert found["may_shrink"].dropna().to_dict() == pytest.approx({"halved": 20.0, "steady": 0.0, "refund": 0.0})
    values = {id: figure.value for id, figure in figures(base()).items()}
    assert values == pytest.approx({
        "gone": 60.0, "may_fall_silent": 12.5, "may_shrink": 20.0, "revenue_at_risk": 32.5,
        # (200 · 0.2 + 100 · 0.1) / 300: the lapsed client is not in it
        "weighted_risk": 50 / 300,
    })  # fmt: skip


def test_early_decline_shrinks_by_its_three_months() -> None:
    early = base().assign(early_decline=[False, False, True, False, False], revenue_recent=6.0, revenue_year_ago=10.0)
    # 25 · 0.9 · (1 − 0.6)
    assert parts(early)["may_shrink"]["steady"] == pytest.approx(9.0)


def test_without_w0_nothing_is_said_of_shrinking() -> None:
    found = figures(base(), when=SHORT)
    for part in ("may_shrink", "revenue_at_risk"):
        assert (found[part].value, found[part].reason) == (None, "history starts 2020-06, needs 2020-01")
    assert found["may_fall_silent"].value == pytest.approx(12.5)
    assert parts(base(), SHORT)["at_risk"]["halved"] == pytest.approx(10.0)


def test_a_window_before_the_history_and_a_missing_model() -> None:
    late = windows("2021-12", dt.date(2021, 6, 1))
    assert {figure.reason for figure in figures(base(), when=late).values()} == {
        "history starts 2021-06, needs 2021-01"
    }
    nothing = Forecast(None, Month(0), pd.DataFrame({"p_next": []}), "no model can be had")  # type: ignore[call-arg]
    found = risk.figures(parts(base().assign(p_next=np.nan)), nothing, {}, WHEN)
    assert found["risk.gone"].value == 60.0
    reasons = {found[f"risk.{part}"].reason for part in ("may_fall_silent", "revenue_at_risk", "weighted_risk")}
    assert reasons == {"no model can be had"}


def test_everybody_with_revenue_is_lapsed() -> None:
    found = figures(base().assign(lapsed=True))
    assert found["gone"].value == 360.0
    assert (found["revenue_at_risk"].value, found["weighted_risk"].reason) == (0.0, risk.NOT_LAPSED)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1))
def test_a_lapsed_client_more_changes_only_what_is_gone(r0: float, r1: float, p: float) -> None:
    one = figures(base())
    two = figures(pd.concat([base(), frame(("more", r0, r1, True, p))]))
    assert two["gone"].value == pytest.approx(60.0 + r1)
    for part in ("may_fall_silent", "may_shrink", "revenue_at_risk", "weighted_risk"):
        assert two[part].value == one[part].value


@given(st.floats(0, 1), st.floats(0, 1))
def test_less_chance_is_never_less_risk(p: float, q: float) -> None:
    low, high = sorted((p, q))

    def at_risk(chance: float) -> tuple[float, float]:
        found = figures(base().assign(p_next=[0.1, chance, 0.9, 0.5, np.nan]))
        return found["may_fall_silent"].value, found["revenue_at_risk"].value  # type: ignore[return-value]

    assert at_risk(low)[0] >= at_risk(high)[0] - 1e-9
    assert at_risk(low)[1] >= at_risk(high)[1] - 1e-9


def many(chances: list[float]) -> pd.DataFrame:
    return frame(*((f"c{n:03d}", 100.0, 100.0, False, chances[n % len(chances)]) for n in range(100)))


def then(of: pd.DataFrame) -> dict[str, Then]:
    return {"previous_year": Then(WHEN.back(12), parts(of))}


def test_a_change_stands_only_where_its_interval_leaves_out_zero() -> None:
    # all fell from 0.9 to 0.5: whoever is drawn, the difference is 10 · clients
    clear = figures(many([0.5]), then(many([0.9])))
    assert clear["may_fall_silent"].previous_year == pytest.approx(100 * 25 * 0.1)
    assert clear["weighted_risk"].previous_year == pytest.approx(0.1)
    # as many rose as fell: no change that is more than chance
    blurred = figures(many([0.5, 0.9]), then(many([0.9, 0.5])))
    for part in ("may_fall_silent", "may_shrink", "revenue_at_risk", "weighted_risk", "gone"):
        assert blurred[part].previous_year is None


def test_the_table_of_parts() -> None:
    before, now = then(many([0.9])), parts(many([0.5]))
    found = risk.parts(risk.figures(now, MODEL, before, WHEN), risk.changes(now, before), now).set_index("part")
    assert list(found.index) == ["gone", "may_fall_silent", "may_shrink", "revenue_at_risk"]
    row = found.loc["revenue_at_risk"]
    # 100 clients of 25 · 0.5 against 25 · 0.1; of r(W1) = 10,000
    assert row[["amount", "share", "year_before", "amount_change"]].tolist() == pytest.approx([1250, 0.125, 250, 1000])
    assert (row["amount_low"], row["amount_high"]) == pytest.approx((1000, 1000))
    assert found["clear"].tolist() == [False, True, False, True]
    # without a year before its columns are empty
    alone = risk.parts(risk.figures(now, MODEL, {}, WHEN), {}, now)
    assert alone[["year_before", "amount_change", "amount_low", "amount_high"]].isna().all(axis=None)
    assert not alone["clear"].any()


def test_intervals_of_changes_by_the_normal_approximation() -> None:
    rng = np.random.default_rng(5)
    now, before = pd.Series(rng.gamma(2, 10, 400)), pd.Series(rng.gamma(2, 10, 400))
    change = change_of_sum(now, before)
    assert change.difference == pytest.approx(now.sum() - before.sum())
    half = 1.96 * 20 * (now - before).std(ddof=0)
    assert change.high - change.low == pytest.approx(2 * half, rel=0.08)
    # a ratio of like to like: its interval lies about the difference, and is none of one client
    below = pd.Series(np.full(400, 50.0))
    ratio = change_of_ratio(now, below, before, below)
    assert ratio is not None
    assert ratio.low < ratio.difference < ratio.high
    assert change_of_ratio(now, below * 0, before, below) is None
    assert not change_of_sum(now[:1], before[:1]).clear


def test_of_two_clients_the_draws_reach_from_twice_the_one_to_twice_the_other() -> None:
    # one draw in four takes the same client twice: differences of 1 and 4
    change = change_of_sum(pd.Series([3.0, 9.0]), pd.Series([2.0, 5.0]))
    assert (change.before, change.difference, change.low, change.high) == (7.0, 5.0, 2.0, 8.0)
    assert np.isnan(change_of_sum(pd.Series([3.0]), pd.Series([2.0])).low)
    # ratios of small amounts are those of large ones: .25 and .5 then, .5 and .75 now
    parts = [pd.Series(part) for part in ([0.05, 0.075], [0.1, 0.1], [0.025, 0.05], [0.1, 0.1])]
    ratio = change_of_ratio(*parts)
    assert ratio is not None
    assert (ratio.before, ratio.difference, ratio.low, ratio.high) == pytest.approx((0.375, 0.25, 0.25, 0.25))


def test_the_first_in_danger_are_those_of_the_list_in_its_order() -> None:
    # metrics.md §7: no other page ranks the same clients otherwise
    base = frame(*((name, 100.0, 80.0, False, 0.5) for name in ("cut", "second", "first", "thread", "third"))).assign(
        list=["retain", "retain", "retain", "thread", "retain"], listed=[False, True, True, True, True],
        rank_in_list=[4, 2, 1, 1, 3], stage=["declining", "declining", "at_risk", "stable", "at_risk"],
        value_year=80.0, kept_share=[0.5, 0.5, 1.0, 1.0, 0.9], p12=[0.9, 0.9, 0.6, 1.0, np.nan],
        at_stake=[44.0, 44.0, 32.0, 80.0, 0.0],
    )  # fmt: skip
    found = risk.largest(base)
    assert found["client_id"].tolist() == ["first", "second", "third"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["at_stake"].tolist() == [32.0, 44.0, 0.0]
    # first 1 − .6 against .6 · 0, second .1 against .9 · .5; third has no chance and is overdue
    assert found["part"].tolist() == ["may_fall_silent", "may_shrink", "may_fall_silent"]
    # where the backtest lost the list is another, and no chance plays a part here either
    untold = risk.largest(base, trusted=False)
    assert untold["p12"].isna().all()
    assert untold["part"].tolist() == ["may_fall_silent", "may_shrink", "may_fall_silent"]
    assert risk.largest(base, top=1)["client_id"].tolist() == ["first"]


def test_lists() -> None:
    everyone = parts(base()).assign(quadrant=None, expected_12=1.0)
    assert risk.clients(everyone)["client_id"].tolist() == ["halved", "steady", "gone", "refund"]
    untold = risk.clients(everyone, trusted=False)
    assert untold["client_id"].tolist() == ["halved", "steady", "gone", "refund"]
    assert untold[["p_next", "may_fall_silent", "may_shrink", "at_risk", "expected_12"]].isna().all(axis=None)
    assert untold["gone"].tolist()[2] == 60.0
