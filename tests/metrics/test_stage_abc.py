"""Stage by ABC class: the cells and what they must sum to."""

from __future__ import annotations

from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.metrics.stage_abc import stage_abc, stage_abc_adds_up


def made() -> Portfolio:
    return build(
        rows(
            ("x", "2019-01-01", 1.0),
            *monthly_rows("a", "2020-01", [100] * 24),  # stable, A: 1200 of 1320
            *monthly_rows("b", "2021-01", [10] * 12),  # new; 1200 before it = 0.909 of 1320: B
            ("n", "2020-12-20", 10.0), ("n", "2021-12-20", 5.0), ("n", "2021-12-21", -9.0),  # r(W1) = −4
            ("l", "2020-06-01", 50.0), ("l", "2021-06-01", -7.0),  # lapsed, a refund in W1 only
            ("f", "2021-06-01", -3.0),  # never purchased: in no stage
        ),
        "2021-12",
    )  # fmt: skip


def cells() -> dict[tuple[str, str], tuple[int, float]]:
    portfolio = made()
    table = stage_abc(portfolio.base(), portfolio.when)
    return {
        (stage, abc): (clients, revenue) for stage, abc, clients, revenue in table.itertuples(index=False) if clients
    }


def test_cells_by_hand() -> None:
    # n: silence 11 days; its r(W1) of −4 is far below 0.8 · 10
    assert cells() == {
        ("stable", "A"): (1, 1200.0), ("new", "B"): (1, 120.0), ("declining", "none"): (1, -4.0),
        ("lapsed", "inactive"): (2, -7.0),
    }  # fmt: skip


def test_the_grid_is_whole_and_none_only_where_it_has_clients() -> None:
    portfolio = made()
    table = stage_abc(portfolio.base(), portfolio.when)
    assert len(table) == 7 * 4 + 1
    assert list(table.columns) == ["stage", "abc", "clients", "revenue"]
    assert list(table["stage"].unique()) == ["new", "returned", "growing", "stable", "declining", "at_risk", "lapsed"]


def test_it_adds_up_or_says_that_it_does_not() -> None:
    portfolio = made()
    base, when = portfolio.base(), portfolio.when
    table = stage_abc(base, when)
    check = stage_abc_adds_up(table, base, when)
    assert (check.passed, check.detail) == (True, "clients: 5 = 5; revenue: 1,309.00 = 1,309.00")
    assert not stage_abc_adds_up(table.assign(revenue=table["revenue"] + 0.01), base, when).passed
    assert not stage_abc_adds_up(table.iloc[1:].iloc[:0], base, when).passed


def test_without_w0_there_are_no_rows() -> None:
    portfolio = build(rows(("a", "2021-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12")
    table = stage_abc(portfolio.base(), portfolio.when)
    assert table.empty
    assert stage_abc_adds_up(table, portfolio.base(), portfolio.when).passed
