"""The month's cause: who made the distance between the revenue of P and its target."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import Portfolio, build, rows

from portfolio_review.calendar import Flash, Month, Period
from portfolio_review.catalog import lookup
from portfolio_review.figure import Figure
from portfolio_review.metrics import headline, target_gap
from portfolio_review.metrics.headline import FlashRows
from portfolio_review.metrics.target_gap import TargetGap

# PY is December 2020, PP November 2021
LINES = rows(
    ("down", "2020-12-10", 60.0), ("down", "2021-12-10", 30.0),
    ("gone", "2020-12-10", 30.0),
    ("up", "2020-12-10", 10.0), ("up", "2021-11-10", 5.0), ("up", "2021-12-10", 40.0),
    ("new", "2021-12-12", 20.0),
    ("asleep", "2020-03-12", 20.0),
)  # fmt: skip


def made(lines: pd.DataFrame = LINES, period: str = "2021-12", start: dt.date = dt.date(2019, 1, 1)) -> Portfolio:
    return build(lines, period, history_start=start, data_until=dt.date(2021, 12, 31))


def of(portfolio: Portfolio, target: float | None) -> TargetGap:
    return target_gap.target_gap(portfolio.base(), portfolio.monthly, portfolio.when, target)


def partial(lines: pd.DataFrame) -> tuple[Portfolio, FlashRows]:
    """Nine days of December 2021 are known: W1 ends with November."""
    judged, whole = made(lines, "2021-11"), made(lines)
    period = Flash.of(Period.parse("2021-12"), dt.date(2021, 12, 9))
    parts = made(lines[lines["date"].dt.day <= 9]).monthly
    cut = parts[parts["month"].isin([Month.of(dt.date(2020, 12, 1)).index, Month.of(dt.date(2021, 11, 1)).index])]
    return replace(judged, when=replace(judged.when, flash=period)), FlashRows(whole.monthly, cut, whole.clients)


def cells(found: TargetGap) -> list[tuple[object, ...]]:
    frame = found.table()
    return list(frame[["client_id", "actual", "reference", "gap"]].itertuples(index=False, name=None))


def test_a_clients_reference_is_its_year_before_times_target_over_the_year_before_of_all() -> None:
    # R(PY) = 100, target 120: references 72, 36, 12 and 0 of the new one; R(P) = 90
    found = of(made(), 120.0)
    assert cells(found) == [
        ("down", 30.0, 72.0, -42.0), ("gone", 0.0, 36.0, -36.0),
        ("up", 40.0, 12.0, 28.0), ("new", 20.0, 0.0, 20.0),
        ("others", 0.0, 0.0, 0.0),
    ]  # fmt: skip
    assert (found.figure().value, found.figure().reason) == (-30.0, None)
    assert tuple(found.table().columns) == tuple(column.name for column in lookup(target_gap.ID).columns)


def test_without_a_target_it_is_the_change_on_the_year_before() -> None:
    found = of(made(), None)
    assert cells(found)[0] == ("down", 30.0, 60.0, -30.0)
    assert found.figure().value == 90.0 - 100.0


def test_five_shortfalls_three_gains_and_the_others_equal_ones_by_id() -> None:
    lines = [(f"d{n}", "2020-12-01", 10.0) for n in (7, 1, 2, 3, 4, 5, 6)]
    lines += [("same", "2020-12-01", 5.0), ("same", "2021-12-01", 5.0)]
    lines += [(f"u{n}", "2021-12-01", 4.0) for n in (3, 2, 1, 4)]
    found = cells(of(made(rows(*lines)), None))
    assert [row[0] for row in found] == ["d1", "d2", "d3", "d4", "d5", "u1", "u2", "u3", "others"]
    # d6, d7, same and u4: 5 + 4 of 10 + 10 + 5
    assert found[-1][1:] == (9.0, 25.0, -16.0)


def test_without_revenue_a_year_before_the_split_is_by_the_period_before_and_says_so() -> None:
    portfolio = made(start=dt.date(2021, 1, 1), lines=LINES[LINES["date"] >= "2021-01-01"])
    found = of(portfolio, 100.0)
    # PP is 5 of `up` alone: its reference is the whole target
    assert cells(found) == [
        ("up", 40.0, 100.0, -60.0), ("down", 30.0, 0.0, 30.0), ("new", 20.0, 0.0, 20.0), ("others", 0.0, 0.0, 0.0),
    ]  # fmt: skip
    assert found.figure().value == -10.0
    assert found.figure().reason == target_gap.BY_PREVIOUS
    assert of(portfolio, None).figure().value == 85.0


def test_refunds_alone_a_year_before_are_no_base() -> None:
    lines = rows(("a", "2020-12-01", -5.0), ("a", "2021-11-01", 4.0), ("a", "2021-12-01", 8.0))
    assert of(made(lines), None).base == "pp"


def test_with_neither_there_is_no_split() -> None:
    lines = rows(("a", "2021-12-01", 8.0))
    found = of(made(lines), 10.0)
    assert (found.figure().value, found.figure().reason) == (None, target_gap.NEITHER)
    assert found.table().empty
    assert tuple(found.table().columns) == target_gap.COLUMNS
    assert target_gap.adds_up(
        found, headline.figures(made().totals, made().monthly, made().when)["headline.revenue"], 1.0
    ).passed


def test_of_a_partial_period_equal_days_count() -> None:
    lines = rows(
        ("a", "2020-12-05", 30.0), ("a", "2020-12-20", 70.0), ("b", "2020-12-09", 10.0), ("a", "2021-12-03", 20.0),
        ("b", "2021-12-09", 15.0), ("c", "2021-11-03", 9.0),
    )  # fmt: skip
    portfolio, flash = partial(lines)
    # target of December 110, of nine days 110 · 40 / 110 = 40: references 30 and 10
    found = target_gap.target_gap(portfolio.base(), portfolio.monthly, portfolio.when, 40.0, flash)
    assert cells(found) == [("a", 20.0, 30.0, -10.0), ("b", 15.0, 10.0, 5.0), ("others", 0.0, 0.0, 0.0)]


def test_a_partial_period_without_a_year_before_has_none() -> None:
    portfolio, flash = partial(rows(("a", "2021-11-05", 30.0), ("a", "2021-12-05", 30.0)))
    found = target_gap.target_gap(portfolio.base(), portfolio.monthly, portfolio.when, None, flash)
    assert found.figure().reason == target_gap.NO_DAYS


money = st.integers(-10_000, 10_000).map(lambda cents: cents / 100)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.sampled_from(["2020-12-03", "2021-11-03", "2021-12-03"]),
                          money), min_size=1, max_size=40), st.one_of(st.none(), st.floats(1, 1e6)))  # fmt: skip
def test_the_parts_are_the_whole(lines: list[tuple[str, str, float]], target: float | None) -> None:
    portfolio = made(rows(*lines))
    revenue = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)["headline.revenue"]
    found = of(portfolio, target)
    check = target_gap.adds_up(found, revenue, target)
    assert check.passed, check.detail
    frame = found.table()
    if not frame.empty:
        assert (frame["gap"] - (frame["actual"] - frame["reference"])).abs().max() < 1e-6
        named = frame[frame["client_id"] != "others"]
        assert (named["gap"] < 0).sum() <= 5
        assert (named["gap"] > 0).sum() <= 3
        assert (named["gap"] != 0).all()


def test_a_check_sees_a_part_that_is_missing() -> None:
    portfolio = made()
    revenue = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)["headline.revenue"]
    found = of(portfolio, 120.0)
    assert target_gap.adds_up(found, revenue, 120.0).passed
    assert found.clients is not None
    short = TargetGap(found.clients.drop(index="gone"), "py")
    assert not target_gap.adds_up(short, revenue, 120.0).passed


def test_the_parts_may_differ_by_half_a_cent_or_by_their_roundings() -> None:
    def passes(off: float, clients: int) -> bool:
        frame = pd.DataFrame(dict.fromkeys(("actual", "reference", "gap"), 0.0), index=range(clients))
        frame = frame.assign(name="x")
        frame.loc[0, "gap"] = 10.0 + off
        return target_gap.adds_up(TargetGap(frame, "py"), Figure(value=110.0), 100.0).passed

    assert passes(0.004, 1)
    assert not passes(0.02, 100)
    assert passes(0.009, 20_000)
    assert not passes(0.02, 20_000)
