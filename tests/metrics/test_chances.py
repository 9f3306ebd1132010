"""Which model gives the chances, from when to when, and what is said where none can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from outlooks import random_purchases, seen_of, windows

from portfolio_review.metrics import bg_nbd_fit, chances, recency_chain
from portfolio_review.metrics.chances import Forecast, Seen
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

START, END = dt.date(2019, 1, 1), dt.date(2021, 12, 31)
WHEN = windows("2021-12", START)


def settings(**changes: object) -> Risk:
    return Risk.model_validate(changes)


def many(clients: int = 80, seed: int = 3) -> Seen:
    return seen_of(random_purchases(seed, clients, START, END), WHEN)


def few(repeating: int) -> Seen:
    """`repeating` clients with two purchases in different months, and ten with one."""
    purchases = {f"r{n:02d}": [dt.date(2020, 1 + n % 12, 1), dt.date(2021, 1 + n % 12, 1)] for n in range(repeating)}
    return seen_of(purchases | {f"o{n}": [dt.date(2020, 3, 1)] for n in range(10)}, WHEN)


def test_thirty_clients_with_repeat_purchases_are_enough_for_bg_nbd() -> None:
    found = chances.forecast(few(29), WHEN, settings())
    assert found.model == "chain"
    assert found.reason == "29 clients with repeat purchases, BG/NBD needs 30"
    found = chances.forecast(few(30), WHEN, settings())
    assert found.model == "bg_nbd" or (found.reason or "").startswith("BG/NBD was not used: ")
    found = chances.forecast(many(), WHEN, settings())
    assert (found.model, found.reason) == ("bg_nbd", None)


def test_the_review_file_can_force_either() -> None:
    assert chances.forecast(many(), WHEN, settings(model="chain")).model == "chain"
    found = chances.forecast(many(25), WHEN, settings(model="bg_nbd"))
    assert found.model == "bg_nbd"
    assert found.fit is not None
    assert found.fit.repeat_clients < 30


def test_the_chances_are_those_of_the_fit_in_weeks_of_the_calendar() -> None:
    seen = many()
    found = chances.forecast(seen, WHEN, settings(horizon_months=3))
    assert (found.day, found.until) == (END, dt.date(2022, 3, 31))
    assert found.fit is not None
    p, client = found.fit.parameters, found.by_client.index[5]
    known = seen.as_of[seen.as_of["date"] == pd.Timestamp(END)].set_index("client_id").loc[client]
    first = seen.clients.set_index("client_id")["first_purchase"][client]
    x, t_x, age = (
        known["purchase_days"] - 1,
        (known["last_purchase"] - first).days / 7,
        (pd.Timestamp(END) - first).days / 7,
    )
    # Fader, Hardie, Lee 2008, eq. (7), and no purchase in 90 days: ((α + T) / (α + T + t))^(r + x)
    alive = 1.0 if x == 0 else 1 / (1 + p.a / (p.b + x - 1) * ((p.alpha + age) / (p.alpha + t_x)) ** (p.r + x))
    silent = ((p.alpha + age) / (p.alpha + age + 90 / 7)) ** (p.r + x)
    assert found.by_client.loc[client, "p_alive"] == pytest.approx(alive, rel=1e-12)
    assert found.by_client.loc[client, "p_next"] == pytest.approx(alive * (1 - silent), rel=1e-12)


def test_a_degenerate_fit_gives_way_to_the_chain_and_says_so() -> None:
    # everybody buys every month to the end: nobody is seen to stop
    months = [dt.date(year, month, 10) for year in (2020, 2021) for month in range(1, 13)]
    seen = seen_of({f"c{n}": months[n % 12 :] for n in range(40)}, WHEN)
    for model in ("auto", "bg_nbd"):
        found = chances.forecast(seen, WHEN, settings(model=model))
        assert found.model == "chain"
        assert found.reason == f"BG/NBD was not used: {bg_nbd_fit.NOBODY_LEAVES}"
        assert (found.by_client["p_next"] == 1).all()
    assert chances.model_figures(found, settings())["risk.model"].value == "chain"
    assert chances.model_figures(found, settings())["risk.model"].reason == found.reason
    assert chances.fit_table(found).empty


def test_chances_of_the_chain() -> None:
    seen = many()
    found = chances.forecast(seen, WHEN, settings(model="chain"))
    chain = recency_chain.learn(seen.monthly, WHEN.p.last, 3)
    assert chain is not None
    assert found.by_client["p_next"].tolist() == chain.of(found.by_client["silence"].to_numpy()).tolist()
    assert found.by_client["p_alive"].isna().all()
    # never rises with silence
    by_silence = found.by_client.sort_values("silence")["p_next"].to_numpy()
    assert np.all(np.diff(by_silence) <= 1e-12)
    assert chances.chain_table(seen, WHEN, settings()).equals(chain.table())


def test_later_purchases_change_no_earlier_forecast() -> None:
    purchases = random_purchases(3, 80, START, END)
    june = windows("2021-06", START)
    until_june = {c: [day for day in days if day <= june.p.end] for c, days in purchases.items()}
    # the same month asked from December: the frames hold everything up to then
    everything = seen_of(purchases, WHEN)
    later = Seen(everything.monthly, seen_of(purchases, june).as_of, everything.clients)
    for model in ("auto", "chain"):
        one, other = (
            chances.forecast(frames, june, settings(model=model)) for frames in (seen_of(until_june, june), later)
        )
        pd.testing.assert_frame_equal(one.by_client, other.by_client.loc[one.by_client.index], check_names=False)
        assert set(one.by_client.index) == set(other.by_client.index)


def one_month(repeating: int) -> tuple[Seen, Windows]:
    when = windows("2021-12", dt.date(2021, 12, 1))
    purchases = {f"r{n}": [dt.date(2021, 12, 1), dt.date(2021, 12, 2 + n % 20)] for n in range(repeating)}
    return seen_of(purchases | {"o": [dt.date(2021, 12, 5)]}, when), when


def test_one_month_of_history() -> None:
    found = chances.forecast(*one_month(3), settings())
    assert found.model is None
    assert found.reason == ("history starts 2021-12, needs 2021-09; 3 clients with repeat purchases, BG/NBD needs 30")
    assert found.by_client.empty
    figures = chances.model_figures(found, settings())
    assert figures["risk.model"].reason == found.reason
    assert figures["risk.expected_buyers"].value is None
    assert figures["risk.horizon_months"].value == 3
    assert chances.forecast(*one_month(3), settings(model="chain")).reason == "history starts 2021-12, needs 2021-09"
    assert chances.chain_table(*one_month(3), settings()).empty


def test_nobody_has_purchased() -> None:
    seen = many(5)
    empty = Seen(seen.monthly.iloc[:0], seen.as_of.iloc[:0], seen.clients.iloc[:0])
    assert chances.forecast(empty, WHEN, settings()).reason == "no client has purchased by 2021-12-31"


def test_a_day_that_is_not_kept_is_an_error() -> None:
    with pytest.raises(KeyError, match="what was known of clients as of 2021-04-30 is not kept"):
        chances.forecast(many(5), WHEN.back(8), settings())


def test_purchases_need_bg_nbd() -> None:
    with pytest.raises(ValueError, match="expected purchases need the model bg_nbd, this forecast has chain"):
        chances.forecast(many(), WHEN, settings(model="chain")).purchases(12)


def test_one_client() -> None:
    seen = seen_of({"a": [dt.date(2020, 5, 1), dt.date(2021, 5, 1)]}, WHEN)
    found = chances.forecast(seen, WHEN, settings())
    assert found.model == "chain"
    assert found.by_client["p_next"].between(0, 1).all()


def earlier(found: Forecast, seen: Seen, when: Windows = WHEN) -> Mapping[str, tuple[Windows, Forecast]]:
    return chances.earlier(seen, when, settings(), found)


def test_earlier_forecasts_are_of_the_same_model() -> None:
    seen = many()
    found = chances.forecast(seen, WHEN, settings())
    then = earlier(found, seen)
    assert list(then) == ["previous", "previous_year", "window_previous"]
    assert [forecast.day for _, forecast in then.values()] == [
        dt.date(2021, 11, 30), dt.date(2020, 12, 31), dt.date(2020, 12, 31)
    ]  # fmt: skip
    assert {forecast.model for _, forecast in then.values()} == {"bg_nbd"}
    by_chain = chances.earlier(seen, WHEN, settings(), chances.forecast(seen, WHEN, settings(model="chain")))
    assert {forecast.model for _, forecast in by_chain.values()} == {"chain"}


def test_another_model_then_is_no_comparison() -> None:
    # nobody had stopped by the end of 2020, most have by the end of 2021
    months = [dt.date(year, month, 10) for year in (2020, 2021) for month in range(1, 13)]
    seen = seen_of({f"c{n}": months[n % 6 : 12 + n % 11] for n in range(60)}, WHEN)
    found = chances.forecast(seen, WHEN, settings())
    assert found.model == "bg_nbd"
    _, then = earlier(found, seen)["window_previous"]
    assert then.model is None
    assert then.reason == f"as of 2020-12, BG/NBD was not used: {bg_nbd_fit.NOBODY_LEAVES}"
    assert then.by_client.empty


def test_a_history_that_does_not_reach_the_earlier_windows() -> None:
    when = windows("2021-12", dt.date(2021, 1, 1))
    purchases = {c: [d for d in days if d.year == 2021] for c, days in random_purchases(3, 80, START, END).items()}
    seen = seen_of({c: days for c, days in purchases.items() if days}, when)
    assert list(earlier(chances.forecast(seen, when, settings()), seen, when)) == []
