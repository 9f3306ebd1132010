"""The whole risk page on 200 random small portfolios and on the edges: nothing is left out, nothing in silence."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outlooks import Outlook, outlook, random_purchases
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import CATALOG, WORDS, lookup
from portfolio_review.exhibits.wording import Wording
from portfolio_review.metrics import (
    backtest,
    contracts,
    portfolio_value,
    receivables,
    replacement,
    revenue_outlook,
    risk,
    risk_checks,
    risk_matrix,
    risk_points,
)

SIX = {code: Wording(code, "GBP", 6) for code in ("en", "ru")}

START, END = dt.date(2019, 1, 1), dt.date(2021, 12, 31)


def random_portfolio(seed: int) -> Portfolio:
    """30 to 300 clients of one random mix of habits, with refunds."""
    rng = np.random.default_rng(seed)
    purchases = random_purchases(seed, int(rng.integers(30, 301)), START, END)
    lines = [(client, day) for client, days in purchases.items() for day in days]
    frame = pd.DataFrame(lines, columns=["client_id", "date"])
    frame["date"] = pd.to_datetime(frame["date"])
    level = pd.Series(rng.lognormal(4, 1, len(purchases)), index=list(purchases))
    frame["revenue"] = np.round(rng.gamma(3, 0.4, len(frame)) * frame["client_id"].map(level) + 0.01, 2)
    refunded = frame.sample(frac=0.05, random_state=seed)
    frame = pd.concat([frame, refunded.assign(revenue=-refunded["revenue"])], ignore_index=True)
    return build(frame, "2021-12", history_start=START, data_until=END)


def on_a_list(base: pd.DataFrame) -> pd.DataFrame:
    """The frame with everybody on the list in danger, in the order of ids."""
    return base.assign(list="retain", listed=True, rank_in_list=np.arange(1, len(base) + 1), value_year=base["r1"],
                       kept_share=1.0, stage="at_risk", at_stake=base["r1"] * (1 - base["p12"]))  # fmt: skip


def tables(found: Outlook, portfolio: Portfolio) -> dict[str, pd.DataFrame]:
    """Every table of the page by id."""
    base = found.base
    owing = receivables.owed(None, base, portfolio.when)
    earlier = found.found.earlier(portfolio.when)
    before = risk.earlier(base, portfolio.monthly, portfolio.gaps, earlier, found.review.risk)
    said = revenue_outlook.said(found.found)
    return {
        "risk.parts": risk.parts(found.figures, risk.changes(base, before), base),
        "risk.level": risk_matrix.risk_level(base, found.figures["risk.weighted_risk"], found.review.risk),
        "risk.outlook_lines": revenue_outlook.table(found.figures),
        "risk.forecasts_then_and_now": revenue_outlook.then_and_now(said, base, portfolio.monthly, portfolio.when),
        "risk.value_retention": portfolio_value.retained(base, portfolio.when),
        "risk.largest": risk.largest(on_a_list(base)),
        "risk.clients": risk.clients(base),
        "risk.fit": found.found.fits,
        "risk.chain": found.found.chain,
        "risk.backtest": backtest.table(found.found.test),
        "risk.calibration": found.found.test.tenths,
        "risk.matrix": risk_matrix.table(base),
        "risk.matrix_points": risk_points.points(base),
        "risk.value_largest": portfolio_value.largest(base),
        "risk.receivables_ageing": receivables.ageing(owing),
        "risk.overdue_clients": receivables.by_client(owing, base),
        "risk.contracts_ending": contracts.ending(base, portfolio.when),
        **risk.by_segment(base),
    }


def sound(found: Outlook, portfolio: Portfolio) -> None:
    """Figures and tables are those of the catalogue, chances are chances, checks pass, a model says why."""
    for id, figure in found.figures.items():
        entry = lookup(id)
        assert entry.kind == "figure", id
        assert figure.value is not None or figure.reason, id
        if entry.unit == "word" and figure.value is not None:
            assert figure.value in WORDS, id
        if entry.unit == "share" and figure.value is not None:
            assert 0 <= figure.value <= 1 + 1e-12, id  # type: ignore[operator]
    for id, table in tables(found, portfolio).items():
        assert list(table.columns) == [column.name for column in lookup(id).columns], id
    p = found.base["p_next"].dropna()
    assert p.between(0, 1).all()
    checks = [
        risk_checks.chances_in_range(found.base),
        risk_checks.risk_matrix_adds_up(risk_matrix.table(found.base), found.base),
        risk_checks.at_risk_adds_up(found.figures, found.base),
        risk_checks.outlook_adds_up(found.figures, found.found.expected_new),
        risk_checks.value_adds_up(found.figures, found.base, portfolio_value.retained(found.base, portfolio.when)),
        risk_checks.calibration_adds_up(found.found.test, found.found.test.tenths),
    ]
    assert [check.detail for check in checks if not check.passed] == []
    assert found.found.model == "two_clocks"
    assert found.base[["p12", "expected_3", "expected_12"]].notna().sum().tolist() == [len(p)] * 3
    assert (found.base["p12"] >= found.base["p_next"])[p.index].all()
    assert (found.base[["expected_3", "expected_12"]].dropna() >= 0).all(axis=None)


@pytest.mark.parametrize(
    "batch", [pytest.param(batch, marks=() if batch < 1 else pytest.mark.long) for batch in range(40)]
)
def test_200_random_portfolios(batch: int) -> None:
    for seed in range(5 * batch, 5 * batch + 5):
        portfolio = random_portfolio(seed)
        found = outlook(portfolio)
        sound(found, portfolio)


DAY = dt.date(2021, 12, 31)
EDGES = {
    "one client": [("a", "2019-05-01", 10.0), ("a", "2021-05-01", 10.0)],
    "one purchase": [("a", "2021-12-05", 10.0)],
    "no repeat purchases": [(f"c{n:02d}", f"2021-{1 + n % 12:02d}-05", 10.0 + n) for n in range(60)],
    "one month of history": [(f"c{n:02d}", f"2021-12-{1 + n % 25:02d}", 10.0) for n in range(50)]
    + [(f"c{n:02d}", "2021-12-28", 10.0) for n in range(40)],
    "nobody in W0": [("x", "2018-05-01", 5.0)]
    + [(f"c{n:02d}", f"2021-{month:02d}-05", 10.0) for n in range(40) for month in range(1, 2 + n % 12)],
    "all lapsed": [(f"c{n:02d}", f"2019-{month:02d}-05", 10.0) for n in range(40) for month in range(1, 2 + n % 12)],
    "refunds only in W1": [
        (f"c{n:02d}", f"2020-{month:02d}-05", 10.0) for n in range(40) for month in range(1, 2 + n % 12)
    ]
    + [("c00", "2021-05-05", -3.0)],
    "a client that never purchased": [("a", "2020-05-05", 9.0), ("a", "2021-05-05", 9.0), ("b", "2021-05-05", -3.0)],
}


@pytest.mark.parametrize("model", ["auto", "bg_nbd", "chain"])
@pytest.mark.parametrize("edge", EDGES)
def test_edges(edge: str, model: str) -> None:
    portfolio = build(rows(*EDGES[edge]), "2021-12", data_until=DAY)
    found = outlook(portfolio, model=model)
    for id, figure in found.figures.items():
        assert figure.value is not None or figure.reason, id
    for id, table in tables(found, portfolio).items():
        assert list(table.columns) == [column.name for column in lookup(id).columns], id
    assert found.base["p_next"].dropna().between(0, 1).all()
    for id, figure in replacement.figures(found.base, portfolio.monthly, portfolio.when).items():
        assert figure.value is not None or figure.reason, id


def test_the_frames_that_go_in_are_left_as_they_are() -> None:
    portfolio = random_portfolio(2)
    names = ("monthly", "clients", "orders", "totals")
    before = {name: getattr(portfolio, name).copy(deep=True) for name in names}
    as_of = portfolio.gaps.as_of.copy(deep=True)
    tables(outlook(portfolio), portfolio)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(portfolio, name), frame)
    pd.testing.assert_frame_equal(portfolio.gaps.as_of, as_of)


def test_every_entry_of_the_catalogue_is_made() -> None:
    portfolio = random_portfolio(1)
    found = outlook(portfolio)
    made = {*found.figures, *tables(found, portfolio)}
    made |= {*replacement.figures(found.base, portfolio.monthly, portfolio.when)}
    owing = receivables.owed(None, found.base, portfolio.when)
    made |= {*receivables.figures(owing, found.base, portfolio.monthly, portfolio.when)}
    made |= {*contracts.figures(found.base, portfolio.when)}
    made |= {*risk_points.limits(found.base, found.review.risk)}
    made.add("risk.lines")  # what the tables come to, see test_lines
    # attributes that the portfolio does not have
    missing = {id for id in CATALOG if id.startswith("risk.")} - made
    assert missing == {f"risk.by.{name}" for name in ("type", "industry", "region", "manager", "relationship")}


def test_a_year_ahead_is_a_year_whatever_the_window() -> None:
    assert SIX["en"].title(lookup("risk.expected_12")) == "Expected value, 12 months"
    column = next(column for column in lookup("risk.clients").columns if column.name == "expected_12")
    assert SIX["ru"].title(column) == "Ожидаемая выручка за 12 мес."
    assert SIX["en"].title(lookup("risk.main_quadrant_w0")) == "Where most clients were, 6 months before"
