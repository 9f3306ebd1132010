"""Movement and the bridge, on a portfolio with every state and every kind of refund."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.metrics import movement, retention
from portfolio_review.metrics.intervals import wilson

# W0 = 2020, W1 = 2021, history from 2019
LINES = rows(
    ("up", "2020-05-01", 100.0), ("up", "2021-05-01", 130.0),
    ("down", "2020-05-01", 100.0), ("down", "2021-05-01", 60.0),
    ("even", "2020-05-01", 100.0), ("even", "2021-05-01", 100.0),
    ("lost", "2020-05-01", 50.0), ("lost", "2021-01-02", -5.0),
    ("new", "2020-12-30", -2.0), ("new", "2021-07-01", 40.0),
    ("back", "2019-05-01", 10.0), ("back", "2021-05-01", 20.0),
    ("away", "2019-05-01", 10.0), ("away", "2020-05-01", -1.0),
    ("odd", "2021-05-01", -3.0),
)  # fmt: skip


def made(start: dt.date = dt.date(2019, 1, 1), period: str = "2021-12") -> Portfolio:
    return build(LINES[LINES["date"] >= str(start)], period, history_start=start)


def test_each_client_is_in_exactly_one_state() -> None:
    base = made().base()
    assert base["state"].dropna().astype(str).to_dict() == {
        "up": "retained", "down": "retained", "even": "retained",
        "lost": "lost", "new": "new", "back": "returned", "away": "dormant",
    }  # fmt: skip
    # odd never purchased anything
    assert base["state"].isna()["odd"]


def test_the_number_of_clients_in_each_state() -> None:
    portfolio = made()
    figures = movement.figures(portfolio.base(), portfolio.when)
    assert {id: figure.value for id, figure in figures.items()} == {
        "movement.retained_clients": 3,
        "movement.lost_clients": 1,
        "movement.new_clients": 1,
        "movement.returned_clients": 1,
        "movement.dormant_clients": 1,
        "movement.gone_quiet_clients": 0,
    }


def test_the_bridge_closes() -> None:
    portfolio = made()
    figures = movement.bridge_figures(portfolio.base(), portfolio.when)
    values = {id.partition(".")[2]: figure.value for id, figure in figures.items()}
    # adjustments: W1 of lost −5 and odd −3, less W0 of new −2 and away −1
    assert values == {
        "start": 347.0, "churn": -50.0, "gone_quiet": 0.0, "contraction": -40.0, "expansion": 30.0,
        "returned": 20.0, "new": 40.0, "adjustments": -5.0, "end": 342.0,
    }  # fmt: skip
    assert sum(values[step] for step in movement.STEPS[:-1]) == values["end"]  # type: ignore[misc]


def test_steps_with_their_clients() -> None:
    portfolio = made()
    steps = movement.bridge_steps(portfolio.base(), portfolio.when)
    assert list(steps["step"]) == list(movement.STEPS)
    assert list(steps["clients"]) == [4, 1, 0, 1, 1, 1, 1, 4, 5]


def test_who_bought_in_w1_and_is_silent_since_has_gone_quiet() -> None:
    # all buy monthly, so that every limit is 90 days: less and quiet both bring less, quiet_more brings more
    lines = [
        *(line for name in ("less", "quiet", "quiet_more", "gone") for line in monthly_rows(name, "2020-01", [10.0] * 12)),
        *monthly_rows("less", "2021-01", [5.0] * 12), *monthly_rows("quiet", "2021-01", [10.0] * 9),
        *monthly_rows("quiet_more", "2021-01", [20.0] * 9),
    ]  # fmt: skip
    portfolio = build(rows(*lines), "2021-12", data_until=dt.date(2021, 12, 31))
    base, when = portfolio.base(), portfolio.when
    assert base["lapsed"].to_dict() == {"gone": True, "less": False, "quiet": True, "quiet_more": True}
    values = {id: f.value for id, f in (movement.bridge_figures(base, when) | movement.figures(base, when)).items()}
    assert [values[f"bridge.{step}"] for step in movement.STEPS] == [480, -120, -30, -60, 60, 0, 0, 0, 330]
    # the bar holds those of them that bought less
    assert values["movement.gone_quiet_clients"] == 2
    steps = movement.bridge_steps(base, when).set_index("step")
    assert steps.loc["gone_quiet"].tolist() == [1, -30.0]
    largest = movement.bridge_largest(base, when)
    assert largest.loc[largest["step"] == "gone_quiet", "client_id"].tolist() == ["quiet"]
    still = retention.still_buying(base, when)
    # of four one is still buying; three bought again
    assert still.value == 0.25
    assert still.interval == wilson(1, 4)


@pytest.mark.parametrize(("months", "said"), [(1, "1 month"), (2, "2 months"), (3, "3 months")])
def test_in_a_short_window_nobody_can_have_gone_quiet(months: int, said: str) -> None:
    portfolio = build(rows(*monthly_rows("a", "2020-01", [10.0] * 24)), "2021-12", window_months=months)
    still = retention.still_buying(portfolio.base(), portfolio.when)
    assert (still.value, still.reason) == (None, f"in a window of {said} nobody can have gone quiet")
    four = build(rows(*monthly_rows("a", "2020-01", [10.0] * 24)), "2021-12", window_months=4)
    assert retention.still_buying(four.base(), four.when).value == 1.0


def test_still_buying_needs_w0_and_somebody_in_it() -> None:
    short = build(rows(*monthly_rows("a", "2021-01", [10.0] * 12)), "2021-12")
    assert retention.still_buying(short.base(), short.when).reason == "history starts 2021-01, needs 2020-01"
    nobody = build(rows(("a", "2019-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12")
    assert retention.still_buying(nobody.base(), nobody.when).reason == "no active client in W0"


def test_the_largest_clients_of_each_bar() -> None:
    portfolio = made()
    largest = movement.bridge_largest(portfolio.base(), portfolio.when)
    start = largest[largest["step"] == "start"]
    # three of 100 by client id, then lost with 50, then the larger of the refunds
    assert list(start["client_id"]) == ["down", "even", "up", "lost", "new"]
    assert list(start["rank"]) == [1, 2, 3, 4, 5]
    adjustments = largest[largest["step"] == "adjustments"]
    assert list(zip(adjustments["client_id"], adjustments["amount"], strict=True)) == [
        ("lost", -5.0), ("odd", -3.0), ("new", 2.0), ("away", 1.0),
    ]  # fmt: skip
    assert largest[largest["step"] == "expansion"]["name"].tolist() == ["up"]


def test_a_history_that_starts_with_w0_knows_no_returned_clients() -> None:
    portfolio = made(dt.date(2020, 1, 1))
    base, when = portfolio.base(), portfolio.when
    # back looks new now, and away was never seen to buy
    assert base["state"].astype(str)["back"] == "new"
    figures = movement.figures(base, when)
    assert figures["movement.returned_clients"].reason == "history starts 2020-01, needs 2019-12"
    assert figures["movement.dormant_clients"].reason == "history starts 2020-01, needs 2019-12"
    assert figures["movement.new_clients"].value == 2
    bridge = movement.bridge_figures(base, when)
    assert bridge["bridge.returned"].value == 0.0
    assert bridge["bridge.returned"].reason == "history starts 2020-01, needs 2019-12"
    assert sum(bridge[f"bridge.{step}"].value for step in movement.STEPS[:-1]) == pytest.approx(342.0)  # type: ignore[misc]


def test_a_history_that_does_not_reach_w0() -> None:
    portfolio = made(dt.date(2020, 5, 1))
    base, when = portfolio.base(), portfolio.when
    reasons = {f.reason for f in (movement.figures(base, when) | movement.bridge_figures(base, when)).values()}
    assert reasons == {"history starts 2020-05, needs 2020-01"}
    assert base["state"].isna().all()
    assert movement.bridge_steps(base, when).empty
    assert movement.bridge_largest(base, when).empty
    assert list(movement.bridge_steps(base, when).columns) == ["step", "clients", "amount"]


def test_nobody_in_w0_leaves_the_bridge_standing() -> None:
    portfolio = build(
        rows(("a", "2020-02-01", -3.0), ("a", "2021-02-01", 10.0)), "2021-12", history_start=dt.date(2019, 1, 1)
    )
    values = {id: f.value for id, f in movement.bridge_figures(portfolio.base(), portfolio.when).items()}
    assert values["bridge.start"] == -3.0
    assert values["bridge.adjustments"] == 3.0
    assert values["bridge.new"] == 10.0
    assert values["bridge.end"] == 10.0
