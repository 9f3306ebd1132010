"""One value holds all that is said of chances: columns, models and their fall-backs, earlier month ends, intervals."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from clocks import Made, month, of_days, of_rows, random_rows

from portfolio_review.figure import Figure
from portfolio_review.metrics import backtest, bg_nbd, chances, expected
from portfolio_review.metrics.chances import Chances, Forecast
from portfolio_review.metrics.histories import Histories
from portfolio_review.metrics.windows import Windows

NOW = month("2022-04")


@pytest.fixture(scope="module")
def made() -> Made:
    return of_rows(random_rows(5, clients=60))


@pytest.fixture(scope="module")
def found(made: Made) -> Chances:
    return made.chances(NOW)


def test_columns_by_client(made: Made, found: Chances) -> None:
    assert list(found.by_client) == ["p_next", "p12", "expected_3", "expected_12", "silence_months", "x"]
    assert found.by_client.index.tolist() == sorted(made.clients["client_id"])
    assert found.by_client["p_next"].between(0, 1).all()
    assert (found.by_client["p12"] >= found.by_client["p_next"]).all()
    assert found.by_client["silence_months"].tolist() == made.history.at(NOW).silence.tolist()
    assert (found.model, found.month, found.reason, found.usable) == ("two_clocks", NOW, None, True)


def test_p12_is_the_model_of_twelve_months(made: Made, found: Chances) -> None:
    fits, known = made.fits, made.history.at(NOW)
    alone = np.maximum(fits.two_clocks(NOW, 12).chance(known), found.by_client["p_next"])
    assert found.by_client["p12"].tolist() == alone.tolist()
    # with h = 12 both are one
    year = made.chances(NOW, horizon_months=12)
    assert year.by_client["p_next"].tolist() == year.by_client["p12"].tolist()
    assert set(year.tests) == {12}


def test_there_and_back(found: Chances) -> None:
    frames = found.to_frames()
    back = Chances.from_frames(frames)
    for name, frame in back.to_frames().items():
        pd.testing.assert_frame_equal(frame, frames[name], check_exact=True)
    assert back.usable == found.usable
    assert back.buyers_interval(3) == found.buyers_interval(3)
    assert back.revenue_interval(12) == found.revenue_interval(12)
    assert back.expected_new == found.expected_new
    assert set(back.then) == set(found.then)


def test_there_and_back_through_files(found: Chances, tmp_path: object) -> None:
    frames = {}
    for name, frame in found.to_frames().items():
        frame.to_parquet(f"{tmp_path}/{name}.parquet")
        frames[name] = pd.read_parquet(f"{tmp_path}/{name}.parquet")
    back = Chances.from_frames(frames)
    pd.testing.assert_frame_equal(back.by_client, found.by_client, check_exact=True)
    assert backtest.figures(back.test) == backtest.figures(found.test)


def test_what_was_said_then_is_what_the_review_of_then_says(made: Made, found: Chances) -> None:
    for back in (1, 3, 12):
        then = made.chances(NOW - back)
        said = found.at(NOW - back)
        assert said is not None
        pd.testing.assert_series_equal(said.by_client["p_next"], then.by_client["p_next"], check_exact=True)
        pd.testing.assert_series_equal(said.by_client["expected_3"], then.by_client["expected_3"], check_exact=True)
        # a year ahead is kept of h and of 12 months ago
        if back > 1:
            pd.testing.assert_series_equal(said.by_client["p12"], then.by_client["p12"], check_exact=True)
            pd.testing.assert_series_equal(
                said.by_client["expected_12"], then.by_client["expected_12"], check_exact=True
            )
    assert found.at(NOW - 7) is None


def test_earlier_forecasts_by_the_field_that_they_stand_in(made: Made, found: Chances) -> None:
    when = made.when(NOW)
    earlier = found.earlier(when)
    assert {name: said.month for name, (_, said) in earlier.items()} == {
        "previous": NOW - 1, "previous_year": NOW - 12, "window_previous": NOW - 12
    }  # fmt: skip
    # a window that the history does not reach has none: January 2019 is the first month
    early = made.chances(month("2020-06")).earlier(made.when(month("2020-06")))
    assert set(early) == {"previous"}


def test_a_model_that_was_another_then_is_not_compared(found: Chances, made: Made) -> None:
    other = Forecast("chain", NOW - 1, found.by_client, "BG/NBD was not used: no client is seen to stop buying")
    changed = Chances(**{**found.__dict__, "then": {**found.then, NOW - 1: other}})
    said = changed.earlier(made.when(NOW))["previous"][1]
    assert said.model is None
    assert said.by_client.empty
    assert said.reason == "as of 2022-03, BG/NBD was not used: no client is seen to stop buying"


def test_the_chain_alone(made: Made) -> None:
    found = made.chances(NOW, model="chain")
    chain = made.fits.chain(NOW, 3)
    assert chain is not None
    assert found.model == "chain"
    assert found.by_client["p_next"].tolist() == pytest.approx(
        chain.of(found.by_client["silence_months"].to_numpy()).tolist(), abs=1e-10
    )
    assert found.fits.empty
    assert found.chain.equals(chain.table())


def test_bg_nbd_is_honoured_everywhere(made: Made) -> None:
    found = made.chances(NOW, model="bg_nbd")
    known = made.history.at(NOW)
    p = made.fits.bg_nbd(NOW).parameters
    assert found.model == "bg_nbd"
    of = Histories.of_days(known.repeats, known.recency, known.age)
    for name, months in (("p_next", 3), ("p12", 12)):
        weeks = ((NOW + months).last - NOW.last).days / 7
        assert found.by_client[name].tolist() == pytest.approx(bg_nbd.p_next(p, of, weeks)[of.where].tolist(), abs=1e-9)
    assert {said.model for said in found.then.values()} == {"bg_nbd"}
    assert found.fits.set_index("parameter")["value"]["alpha"] == p.alpha


def test_a_degenerate_bg_nbd_gives_way_to_the_chain_and_says_so() -> None:
    # everybody buys every month to the end: nobody is seen to stop
    days = [dt.date(2020 + n // 12, 1 + n % 12, 10) for n in range(28)]
    found = of_days({f"c{n}": days[n % 12 :] for n in range(40)}).chances(month("2022-04"), model="bg_nbd")
    assert found.model == "chain"
    assert found.reason == "BG/NBD was not used: no client is seen to stop buying"
    assert (found.by_client["p_next"] == 0.997).all()


def test_a_month_of_history() -> None:
    made = of_days({f"c{n}": [dt.date(2022, 4, 1 + n % 20), dt.date(2022, 4, 25)] for n in range(9)})
    found = made.chances(NOW)
    assert found.model == "two_clocks"
    assert found.reason == "history starts 2022-04, needs 2021-12; by the client's own rhythm alone"
    assert found.by_client["p_next"].between(0, 1).all()
    assert found.by_client["p12"].notna().all()
    assert found.revenue_interval(3) is None
    alone = made.chances(NOW, model="chain")
    assert (alone.model, alone.reason) == (None, "history starts 2022-04, needs 2022-01")
    assert alone.by_client.empty
    assert alone.buyers_interval(3) is None
    figures = chances.model_figures(alone, made.when(NOW))
    assert {figures[f"risk.{name}"].reason for name in ("model", "expected_buyers", "seasonal")} == {alone.reason}
    assert figures["risk.horizon_months"].value == 3


def test_nobody_has_purchased() -> None:
    rows = pd.DataFrame([("a", pd.Timestamp("2022-03-01"), -5.0)], columns=["client_id", "date", "revenue"])
    found = of_rows(rows).chances(NOW)
    assert (found.model, found.reason) == (None, "no client has purchased by 2022-04-30")
    assert Chances.from_frames(found.to_frames()).by_client.empty


def test_fewer_than_twenty_clients_are_computed_and_not_judged() -> None:
    found = of_rows(random_rows(3, clients=12)).chances(NOW)
    assert found.by_client["p_next"].between(0, 1).all()
    assert found.test.verdict is None
    assert found.usable
    assert backtest.figures(found.test)["risk.backtest_verdict"].reason == "fewer than 20 clients: too few to test"


def test_the_interval_of_buyers_is_that_of_the_formula(found: Chances) -> None:
    p = found.by_client["p_next"].to_numpy()
    off = [np.log(max(actual, 0.5) / said) for said, actual in found.test.buyers]
    s = np.sqrt((0.01 + sum(value**2 for value in off)) / (1 + len(off)))
    half = 1.96 * np.sqrt((p * (1 - p)).sum() + (s * p.sum()) ** 2)
    assert found.buyers_interval(3) == pytest.approx((max(p.sum() - half, 0), min(p.sum() + half, len(p))))


def test_figures(found: Chances, made: Made) -> None:
    figures = chances.model_figures(found, made.when(NOW))
    weights = found.fits.set_index("parameter")["value"]
    assert figures["risk.model"] == Figure(value="two_clocks")
    assert figures["risk.weight_silence"].value == weights["b1"]
    assert figures["risk.weight_rhythm"].value == weights["b2"]
    assert figures["risk.expected_buyers"].value == pytest.approx(found.by_client["p_next"].sum())
    assert figures["risk.expected_buyers"].interval == found.buyers_interval(3)
    before = found.at(NOW - 12)
    assert before is not None
    assert figures["risk.expected_buyers"].previous_year == pytest.approx(before.by_client["p_next"].sum())
    assert figures["risk.seasonal"].value in ("seasonal", "no_season")


def test_columns_are_added_to_the_client_frame(found: Chances) -> None:
    base = pd.DataFrame({"r1": [1.0, 2.0]}, index=[found.by_client.index[0], "never bought"])
    table = chances.add_columns(base, found.now)
    assert table.loc[base.index[0], "p12"] == found.by_client["p12"].iloc[0]
    assert table.loc["never bought", list(chances.COLUMNS)].isna().all()
    assert str(table["x"].dtype) == "Int64"


def test_a_window_of_another_length_asks_its_own_end(made: Made) -> None:
    when = Windows(made.when(NOW).period, 6, made.start.first, NOW.last)
    found = chances.fit(made.seen(NOW), when, chances.Risk())
    assert set(found.earlier(when)) == {"previous", "previous_year", "window_previous"}
    assert found.at(NOW - 6) is not None
    assert expected.YEAR == 12


def test_a_weight_that_is_not_there_says_why() -> None:
    found = chances._weight(pd.Series(dtype=float), "b0", SimpleNamespace(reason="too few clients"))  # type: ignore[arg-type]
    assert (found.value, found.reason) == (None, "too few clients")
