"""Expected against actual at past month ends, scores and verdict by hand, and what is said where none can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from clocks import Made, month, of_rows, random_rows

from portfolio_review.calendar import Month
from portfolio_review.metrics import backtest
from portfolio_review.metrics.backtest import ACTIVE, ALL, BY_ORIGIN, BY_REVENUE, BY_TENTH, LAPSED, Backtest

NOW = month("2022-04")


@pytest.fixture(scope="module")
def made() -> Made:
    return of_rows(random_rows(5, clients=60))


@pytest.fixture(scope="module")
def test(made: Made) -> Backtest:
    return backtest.run(made.fits, made.earnings, made.lapsed, "auto", NOW, 3)


def by_hand(*rows: tuple[object, ...]) -> Backtest:
    """A backtest of rows origin, clients, brier, brier_base."""
    lines = [(origin, ALL, clients, 1.0, 1, brier, base, np.nan, 0.5) for origin, clients, brier, base in rows]
    frame = pd.DataFrame(lines, columns=list(BY_ORIGIN)).astype(BY_ORIGIN)
    empty = (pd.DataFrame(columns=list(of)).astype(of) for of in (BY_REVENUE, BY_TENTH))
    return Backtest(3, "two_clocks", None, None, frame, *empty)


def test_the_whole_model_is_fitted_anew_at_four_month_ends(made: Made, test: Backtest) -> None:
    assert test.of_all["origin"].tolist() == ["2022-01", "2021-10", "2021-07", "2021-04"]
    for origin, row in zip(test.of_all["origin"], test.of_all.to_dict("records"), strict=True):
        end = month(origin)
        known = made.history.at(end)
        # by the rows up to then alone
        model = made.upto(end).fits.two_clocks(end, 3)
        p, bought = model.chance(known), known.bought_within(3)
        assert (row["clients"], row["actual"]) == (len(known), bought.sum())
        assert row["expected"] == pytest.approx(p.sum())
        assert row["brier"] == pytest.approx(((p - bought) ** 2).mean())
        before = made.history.at(end - 3).bought_within(3).mean()
        assert row["base_share"] == pytest.approx(before)
        assert row["brier_base"] == pytest.approx(((before - bought) ** 2).mean())
        chain = made.upto(end).fits.chain(end, 3)
        assert row["brier_chain"] == pytest.approx(((chain.of(known.silence) - bought) ** 2).mean())  # type: ignore[union-attr]


def test_active_and_lapsed_clients_as_of_then(made: Made, test: Backtest) -> None:
    for origin, rows in test.by_origin.groupby("origin"):
        of = rows.set_index("group")
        gone = made.lapsed(month(str(origin)))
        assert of.loc[LAPSED, "clients"] == gone.sum()
        assert of.loc[ACTIVE, "clients"] == (~gone).sum()
        for column in ("clients", "expected", "actual"):
            assert of.loc[ACTIVE, column] + of.loc[LAPSED, column] == pytest.approx(of.loc[ALL, column])
        # the share of the group a horizon before
        known = made.history.at(month(str(origin)) - 3)
        were = made.lapsed(known.month).reindex(made.history.ids[known.client]).to_numpy()
        assert of.loc[LAPSED, "base_share"] == pytest.approx(known.bought_within(3)[were].mean())


def test_money_of_the_clients_known_then(made: Made, test: Backtest) -> None:
    row = test.by_revenue.iloc[0]
    since = made.monthly[(made.monthly["month"] > month("2022-01").index) & (made.monthly["month"] <= NOW.index)]
    known = made.history.ids[made.history.at(month("2022-01")).client]
    assert row["actual"] == pytest.approx(since.loc[since["client_id"].isin(known), "revenue"].sum())
    assert row["squares"] >= (row["actual"] - row["expected"]) ** 2 / row["clients"]


def test_no_origin_before_the_second_month(made: Made) -> None:
    # January 2019 is the history's first month: of July, April and January only April and... February is the first
    few = backtest.run(made.fits, made.earnings, made.lapsed, "auto", month("2019-08"), 3)
    assert few.of_all["origin"].tolist() == ["2019-05", "2019-02"]
    none = backtest.run(made.fits, made.earnings, made.lapsed, "auto", month("2019-04"), 3)
    assert (none.model, none.reason) == (None, "history starts 2019-01, needs 2018-12")
    figures = backtest.figures(none)
    assert {figure.reason for figure in figures.values()} == {none.reason}
    assert backtest.table(none).empty
    assert none.tenths.empty


def test_scores_are_pooled_over_clients_and_origins() -> None:
    test = by_hand(("2022-01", 30, 0.10, 0.20), ("2021-10", 10, 0.30, 0.20))
    assert test.pooled("brier") == pytest.approx((30 * 0.1 + 10 * 0.3) / 40)
    assert test.verdict == "beats_last_share"
    assert by_hand(("2022-01", 30, 0.10, 0.20), ("2021-10", 10, 0.90, 0.20)).verdict == "loses_to_last_share"
    # an origin whose last share is not known does not count against it
    assert by_hand(("2022-01", 30, 0.10, 0.20), ("2021-10", 10, 0.90, np.nan)).verdict == "beats_last_share"
    assert by_hand(("2022-01", 30, 0.10, np.nan)).verdict is None
    assert by_hand(("2022-01", 19, 0.30, 0.20)).verdict is None


def test_equal_is_not_better() -> None:
    assert by_hand(("2022-01", 30, 0.20, 0.20)).verdict == "loses_to_last_share"


def test_figures(test: Backtest) -> None:
    figures = backtest.figures(test)
    latest = test.of_all.iloc[0]
    assert figures["risk.backtest_model"].value == "two_clocks"
    assert figures["risk.backtest_origins"].value == 4
    assert figures["risk.backtest_clients"].value == latest["clients"]
    assert figures["risk.backtest_expected"].value == latest["expected"]
    assert figures["risk.backtest_actual"].value == latest["actual"]
    assert figures["risk.backtest_brier"].value == pytest.approx(
        (test.of_all["brier"] * test.of_all["clients"]).sum() / test.of_all["clients"].sum()
    )
    assert figures["risk.backtest_verdict"].value == test.verdict


def test_calibration_by_tenths() -> None:
    # .1 opens the second tenth, 1 stands in the last
    table = backtest.calibration(np.array([0.0, 0.05, 0.1, 0.95, 1.0]), np.array([False, True, False, True, True]))
    assert table["tenth"].tolist() == [1, 2, 10]
    assert table["clients"].tolist() == [2, 1, 2]
    assert table["actual"].tolist() == [1, 0, 2]
    assert table["expected"].tolist() == pytest.approx([0.05, 0.1, 1.95])
    assert table["chance"].tolist() == pytest.approx([0.025, 0.1, 0.975])
    assert table["share"].tolist() == pytest.approx([0.5, 0, 1])
    # Wilson 1927 by hand: 2 of 2: (1 + z²/4 ∓ …) / (1 + z²/2), from n / (n + z²)
    assert table["low"].iloc[2] == pytest.approx(2 / (2 + 1.959964**2), abs=1e-5)


def test_tenths_hold_every_client_of_every_origin(test: Backtest) -> None:
    for column in ("clients", "expected", "actual"):
        assert test.tenths[column].sum() == pytest.approx(test.of_all[column].sum())


def test_without_lapse_there_is_one_group(made: Made) -> None:
    found = backtest.run(made.fits, made.earnings, lambda _: None, "auto", NOW, 3)
    assert set(found.by_origin["group"]) == {ALL}


def test_the_chain_has_no_words_for_a_short_history(made: Made) -> None:
    found = backtest.run(made.fits, made.earnings, made.lapsed, "chain", month("2019-05"), 3)
    # February, with no month end three months before it: no case
    assert found.model is None
    assert found.reason == "history starts 2019-01, needs 2018-11"


@pytest.mark.parametrize("choice", ["chain", "bg_nbd"])
def test_other_models_are_tested_as_they_are_used(made: Made, choice: str) -> None:
    found = backtest.run(made.fits, made.earnings, made.lapsed, choice, NOW, 3)
    assert found.model == choice
    if choice == "chain":
        assert found.of_all["brier"].tolist() == pytest.approx(found.of_all["brier_chain"].tolist())


def test_month_ends_are_a_horizon_apart(made: Made) -> None:
    found = backtest.run(made.fits, made.earnings, made.lapsed, "auto", NOW, 12)
    assert found.of_all["origin"].tolist() == [str(NOW - 12), str(NOW - 24), str(NOW - 36)]
    assert Month(2019 * 12 + 3) == NOW - 36


def test_twenty_clients_are_enough_for_a_verdict() -> None:
    # chances.md §3: no verdict with fewer than 20 clients at every origin
    assert by_hand(("2022-01-31", 20, 0.1, 0.2)).verdict == backtest.BEATS
    assert by_hand(("2022-01-31", 19, 0.1, 0.2)).verdict is None
