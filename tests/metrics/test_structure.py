"""The structure of W1: matrix, groups, breakdowns and totals."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.catalog import lookup
from portfolio_review.metrics import structure

NAMES = pd.DataFrame({"client_id": ["a", "b", "c", "d"], "type": ["shop", "shop", "web", None], "region": [None] * 4})


def made(**changes: object) -> Portfolio:
    # a: X and large; b: one purchase; c: active with r = −20; d: refunds only; W0: a 400, c 10
    lines = rows(
        ("a", "2020-03-15", 400.0),
        ("c", "2020-03-15", 10.0),
        *monthly_rows("a", "2021-01", [50.0] * 12),
        ("b", "2021-02-01", 100.0),
        ("c", "2021-02-01", 5.0),
        ("c", "2021-02-02", -25.0),
        ("d", "2021-03-01", -1.0),
    )
    review = settings(xyz={"interval": "month"}, **changes)
    start = pd.Timestamp("2020-01-01").date()
    return build(lines, "2021-12", attributes=NAMES, history_start=start, review=review)


def test_totals_with_the_windows_before() -> None:
    portfolio = made()
    figures = structure.figures(portfolio.base(), portfolio.monthly, portfolio.when)
    clients, revenue = figures["structure.clients"], figures["structure.revenue"]
    assert (clients.value, clients.previous, clients.previous_year, clients.window_previous) == (3, 3, 2, 2)
    assert (revenue.value, revenue.previous, revenue.previous_year) == (679.0, 629.0, 410.0)


def test_the_nine_cells_stand_always_and_none_only_with_clients() -> None:
    table = structure.abc_xyz(made().base(), made().review.cadence)
    # T = 700: a c = 0, A; b c = 600 (85.7 %), B; c has r = −20: none
    assert [tuple(row) for row in table[["abc", "xyz", "clients", "revenue"]].to_numpy()] == [
        ("A", "X", 1, 600.0), ("A", "Y", 0, 0.0), ("A", "Z", 0, 0.0),
        ("B", "X", 0, 0.0), ("B", "Y", 0, 0.0), ("B", "Z", 1, 100.0),
        ("C", "X", 0, 0.0), ("C", "Y", 0, 0.0), ("C", "Z", 0, 0.0),
        ("none", "Z", 1, -20.0),
    ]  # fmt: skip
    assert list(table["cadence"])[:9] == [14, 21, 30, 30, 45, 60, 90, 120, 180]
    assert pd.isna(table["cadence"].iloc[9])


def test_value_and_stability() -> None:
    table = structure.value_stability(made().base())
    assert table.to_dict("list") == {
        "group": ["constant_large", "unstable_large", "constant_small", "unstable_small"],
        "clients": [1, 0, 0, 2],
        "revenue": [600.0, 0.0, 0.0, 80.0],
    }


def test_value_and_stability_as_set() -> None:
    wider = made(value_stability={"large": ["A", "B"], "constant": ["X", "Z"]})
    assert list(structure.value_stability(wider.base())["clients"]) == [2, 0, 1, 0]


def test_only_known_attributes_are_broken_down() -> None:
    portfolio = made()
    found = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)
    assert list(found) == ["structure.by.type"]


def test_a_breakdown_adds_up_to_revenue_with_refunds() -> None:
    portfolio = made()
    table = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)["structure.by.type"]
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.by.type").columns)
    # shop + 300, web − 30, no type − 1: the largest change first, whatever its sign
    assert list(table["value"][:2]) == ["shop", "web"]
    assert pd.isna(table["value"][2])
    assert list(table["clients"]) == [2, 1, 0]
    assert list(table["revenue"]) == [700.0, -20.0, -1.0]
    assert list(table["revenue_w0"]) == [400.0, 10.0, 0.0]
    assert list(table["amount_change"]) == [300.0, -30.0, -1.0]
    # shares are of positive revenue: 700 of 700
    assert list(table["share"]) == [1.0, 0.0, 0.0]
    assert list(table["change"][:2]) == pytest.approx([0.75, -3.0])
    assert pd.isna(table["change"][2])
    # R(W1) − R(W0) = 679 − 410 = 269
    assert list(table["share_of_change"]) == pytest.approx([300 / 269, -30 / 269, -1 / 269])
    # one client each in W0: too few for a rate; nobody's chance is known
    assert table["client_retention"].isna().all()
    assert table["at_risk"].isna().all()


def test_a_value_has_its_retention_and_its_danger() -> None:
    # 10 clients of W0 are shops, 9 of these bought again; 9 of W0 are on the web: no rate
    names = [f"s{n}" for n in range(10)] + [f"w{n}" for n in range(9)]
    lines = rows(
        *((name, "2020-06-01", 10.0) for name in names), *((name, "2021-06-01", 12.0) for name in names if name != "s0")
    )  # fmt: skip
    attributes = pd.DataFrame({"client_id": names, "type": ["shop"] * 10 + ["web"] * 9})
    portfolio = build(lines, "2021-12", history_start=pd.Timestamp("2020-01-01").date(), attributes=attributes)
    base = portfolio.base().assign(at_risk=[2.0] * 10 + [float("nan")] * 9)
    table = structure.breakdowns(base, portfolio.mix, portfolio.when)["structure.by.type"].set_index("value")
    assert table.loc["shop", "client_retention"] == 0.9
    assert pd.isna(table.loc["web", "client_retention"])
    assert table.loc["shop", "at_risk"] == 20.0
    assert pd.isna(table.loc["web", "at_risk"])
    # shop 108 − 100 = 8, web 108 − 90 = 18
    assert list(table["amount_change"]) == [18.0, 8.0]
    assert list(table["share_of_change"]) == pytest.approx([18 / 26, 8 / 26])


def test_a_change_too_small_to_be_shared_out_has_no_shares() -> None:
    lines = rows(("a", "2020-03-15", 400.0), ("c", "2020-03-15", 600.0),
                 ("a", "2021-03-15", 504.0), ("c", "2021-03-15", 505.0))  # fmt: skip
    found = {}
    for name, more in (("below", 0.0), ("at", 1.0)):
        given = pd.concat([lines, rows(("a", "2021-04-15", more))]) if more else lines
        portfolio = build(given, "2021-12", history_start=pd.Timestamp("2020-01-01").date(), attributes=NAMES)
        found[name] = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)["structure.by.type"]
    # R(W0) = 1000: 9 is less than 1 %, 10 is not
    assert found["below"]["share_of_change"].isna().all()
    assert list(found["at"]["share_of_change"]) == pytest.approx([105 / 10, -95 / 10])


def test_a_category_counts_clients_active_in_it_whatever_they_gave_back() -> None:
    """metrics.md §7: `structure.by.<attribute>`.clients: active in the window and in that value."""
    lines = rows(
        ("a", "2021-06-01", 10.0, "pens"),
        ("a", "2021-06-05", -10.0, "pens"),
        ("b", "2021-06-01", 10.0, "pens"),
        ("b", "2021-06-05", -15.0, "pens"),
        ("c", "2021-06-02", -5.0, "pens"),
        ("c", "2020-06-02", 5.0, "pens"),
        columns="client_id date revenue category",
    )
    portfolio = build(lines, "2021-12", history_start=pd.Timestamp("2020-01-01").date())
    table = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)["structure.by.category"]
    assert list(table["clients"]) == [2]
    assert list(table["revenue"]) == [-10.0]


def test_categories_come_from_the_mix() -> None:
    lines = rows(
        ("a", "2020-06-01", 10.0, "pens"),
        ("a", "2021-06-01", 30.0, "pens"),
        ("b", "2021-06-01", 60.0, "ink"),
        ("b", "2021-06-02", 10.0, "pens"),
        ("c", "2021-06-02", -5.0, "pens"),
        columns="client_id date revenue category",
    )
    portfolio = build(lines, "2021-12", history_start=pd.Timestamp("2020-01-01").date())
    table = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)["structure.by.category"]
    # ink + 60, pens + 25
    assert list(table["value"]) == ["ink", "pens"]
    assert list(table["clients"]) == [1, 2]
    assert list(table["revenue"]) == [60.0, 35.0]
    assert list(table["share"]) == [0.6, 0.4]
    assert list(table["revenue_w0"]) == [0.0, 10.0]
    assert table["change"][1] == pytest.approx(2.5)


def test_the_others_of_a_breakdown_count_each_client_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "OF_A_BREAKDOWN", (3, 7))
    # eight categories, each client buys in two neighbours; c8 was refunded more than it bought in the smallest
    lines = rows(
        *((f"c{n}", "2021-06-01", 100.0 - n, f"k{n}") for n in range(8)),
        *((f"c{n}", "2021-06-01", 1.0, f"k{n + 1}") for n in range(7)),
        ("c8", "2021-06-01", 1.0, "k7"), ("c8", "2021-06-02", -2.0, "k7"), ("c9", "2020-06-02", 4.0, "k7"),
        columns="client_id date revenue category",
    )  # fmt: skip
    attributes = pd.DataFrame(
        {"client_id": [f"c{n}" for n in range(10)], "type": [f"t{n % 4}" for n in range(9)] + [None]}
    )
    portfolio = build(lines, "2021-12", history_start=pd.Timestamp("2020-01-01").date(), attributes=attributes)
    base = portfolio.base()
    found = structure.others(structure.breakdowns(base, portfolio.mix, portfolio.when), base, portfolio.mix)
    assert tuple(found.columns) == tuple(column.name for column in lookup("structure.by_others").columns)
    by_key = found.set_index(["attribute", "shown"])
    # below k0, k1, k2 (the largest): k3 to k7, bought by c2 (1 in k3) to c7, and c8: 7 clients, not 6 + 5
    assert by_key.loc[("category", 3)].tolist()[:4] == [5, 7, 97 + 96 + 95 + 94 + 93 + 5 - 1, 4.0]
    # k7: 93 + 1 + 1 − 2 = 93 after 4; the whole rose from 4 to 100 + … + 93 + 7 − 1 = 778
    assert by_key.loc[("category", 7)].tolist()[:5] == [1, 3, 93.0, 4.0, 89.0]
    assert by_key.loc[("category", 7), "share_of_change"] == pytest.approx(89 / 774)
    # types: t0 holds c0, c4, c8; the client without one bought nothing in W1
    rest = structure.breakdowns(base, portfolio.mix, portfolio.when)["structure.by.type"].iloc[3:]
    assert by_key.loc[("type", 3)].tolist()[:4] == [
        2,
        rest["clients"].sum(),
        rest["revenue"].sum(),
        rest["revenue_w0"].sum(),
    ]
    assert by_key.loc[("type", 7)].tolist()[:2] == [0, 0]


def test_a_breakdown_without_w0_says_nothing_of_it() -> None:
    portfolio = build(rows(("a", "2021-06-01", 10.0)), "2021-12", attributes=NAMES)
    table = structure.breakdowns(portfolio.base(), portfolio.mix, portfolio.when)["structure.by.type"]
    assert table["revenue_w0"].isna().all()
    assert table[["change", "amount_change", "share_of_change", "client_retention"]].isna().all(axis=None)
    assert list(table["revenue"]) == [10.0]


def test_a_part_that_brought_less_than_one_has_a_change() -> None:
    lines = rows(("a", "2020-03-15", 0.5), ("a", "2021-03-15", 1.0), ("b", "2020-03-15", 9.0), ("b", "2021-03-15", 9.0))
    names = pd.DataFrame({"client_id": ["a", "b"], "type": ["shop", "web"]})
    made = build(lines, "2021-12", attributes=names, history_start=pd.Timestamp("2020-01-01").date())
    found = structure.breakdown(made.base().assign(at_risk=0.0, value=lambda of: of["type"]), made.when)
    assert found.set_index("value").loc["shop", "change"] == pytest.approx(1.0)
