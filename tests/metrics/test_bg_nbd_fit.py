"""Fits of BG/NBD: published values, faults that are said, and small portfolios of any kind."""

from __future__ import annotations

import datetime as dt
import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from outlooks import log_posterior, random_purchases

from portfolio_review.metrics import bg_nbd, bg_nbd_fit
from portfolio_review.metrics.bg_nbd import Histories
from portfolio_review.metrics.bg_nbd_fit import BgNbdFit
from portfolio_review.metrics.optimum import Optimum

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow" / "sample.parquet"
END_OF_WEEK_39 = pd.Timestamp("1997-09-30")
START, UNTIL = dt.date(2019, 1, 1), dt.date(2021, 12, 31)


def histories(purchases: dict[str, list[dt.date]], until: dt.date = UNTIL) -> Histories:
    days = [sorted(set(of_client)) for of_client in purchases.values() if of_client]
    return Histories.of_days(
        repeats=np.array([len(of_client) - 1 for of_client in days]),
        recency=np.array([(of_client[-1] - of_client[0]).days for of_client in days]),
        age=np.array([(until - of_client[0]).days for of_client in days]),
    )


@pytest.fixture(scope="module")
def cdnow_days() -> pd.DataFrame:
    """Every client and day once, rows of zero amount included."""
    if not CDNOW.is_file():
        pytest.skip(f"the data of {CDNOW} are not at hand")
    return pd.read_parquet(CDNOW, columns=["sample_id", "date"]).drop_duplicates()


@pytest.fixture(scope="module")
def cdnow(cdnow_days: pd.DataFrame) -> Histories:
    calibration = (
        cdnow_days[cdnow_days["date"] <= END_OF_WEEK_39].groupby("sample_id")["date"].agg(["min", "max", "size"])
    )
    return Histories.of_days(
        repeats=calibration["size"].to_numpy() - 1,
        recency=(calibration["max"] - calibration["min"]).dt.days.to_numpy(),
        age=(END_OF_WEEK_39 - calibration["min"]).dt.days.to_numpy(),
    )


def test_cdnow_by_maximum_likelihood(cdnow: Histories, cdnow_days: pd.DataFrame) -> None:
    # Fader, Hardie, Lee 2005, table 2: r .243, α 4.414, a .793, b 2.426, LL −9582.4; four digits in metrics.md §8
    found = bg_nbd_fit.fit(cdnow, priors=False)
    p = found.parameters
    assert (found.clients, found.repeat_clients, found.degenerate) == (2_357, 946, None)
    assert (p.r, p.alpha, p.a, p.b) == pytest.approx((0.2426, 4.4136, 0.7929, 2.4259), abs=5e-5)
    assert found.log_likelihood == pytest.approx(-9_582.43, abs=0.005)
    # expected purchases in weeks 40 to 78 against the actual ones: metrics.md §8
    assert (bg_nbd.expected_purchases(p, cdnow, 39.0) * cdnow.clients).sum() == pytest.approx(1_653.4, abs=0.05)
    assert (cdnow_days["date"] > END_OF_WEEK_39).sum() == 1_882


def test_cdnow_with_priors(cdnow: Histories) -> None:
    # metrics.md §8: .2437, 4.4436, .7056, 2.0918; ours is the mode to the last digit, theirs to about 1e-4
    p = bg_nbd_fit.fit(cdnow).parameters
    assert (p.r, p.alpha, p.a, p.b) == pytest.approx((0.2437, 4.4436, 0.7056, 2.0918), abs=2e-4)


def test_no_step_aside_is_likelier() -> None:
    of = histories(random_purchases(3, 80, START, UNTIL))
    found = bg_nbd_fit.fit(of, priors=False)
    clients = (of.x[of.where], of.t_x[of.where], of.T[of.where])
    top = log_posterior(found.parameters, *clients, priors=False)
    assert found.log_likelihood == pytest.approx(top, rel=1e-12)
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.98, 1.02):
            aside = replace(found.parameters, **{name: factor * getattr(found.parameters, name)})
            assert log_posterior(aside, *clients, priors=False) < top


def test_the_order_of_clients_changes_nothing() -> None:
    purchases = random_purchases(5, 60, START, UNTIL)
    backwards = dict(reversed(purchases.items()))
    assert bg_nbd_fit.fit(histories(purchases)) == bg_nbd_fit.fit(histories(backwards))


def test_parameters_are_found_again() -> None:
    # 20,000 clients drawn from r 0.6, α 8, a 0.8, b 3: within four standard errors or so
    rng = np.random.default_rng(1)
    n = 20_000
    rate, drop, age = rng.gamma(0.6, 1 / 8, n), rng.beta(0.8, 3, n), rng.integers(200, 1_000, n)
    repeats, recency = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for client in range(n):
        at = rng.exponential(7 / rate[client])
        while at < age[client]:
            repeats[client], recency[client] = repeats[client] + 1, int(at)
            if rng.random() < drop[client]:
                break
            at += rng.exponential(7 / rate[client])
    p = bg_nbd_fit.fit(Histories.of_days(repeats, recency, age)).parameters
    assert (p.r, p.alpha, p.a, p.b) == pytest.approx((0.6, 8.0, 0.8, 3.0), rel=0.1)


def of_clients(*clients: tuple[int, int, int], times: int = 20) -> Histories:
    repeats, recency, age = (np.array(column * times) for column in zip(*clients, strict=True))
    return Histories.of_days(repeats, recency, age)


@pytest.mark.parametrize(
    ("of", "fault"),
    [
        (of_clients((0, 0, 30), (0, 0, 300)), bg_nbd_fit.NO_REPEAT),
        # each bought every ten days up to the last day
        (of_clients((30, 300, 300), (60, 600, 600), (90, 900, 900)), bg_nbd_fit.NOBODY_LEAVES),
        # each bought once more, at once, and has been silent for years
        (of_clients((1, 2, 900), (1, 5, 1_000), (1, 4, 800)), bg_nbd_fit.EVERYBODY_LEAVES),
    ],
)
def test_a_degenerate_fit_says_so(of: Histories, fault: str) -> None:
    assert bg_nbd_fit.fit(of).degenerate == fault


def is_sound(found: BgNbdFit, of: Histories) -> bool:
    """By another road than the fit's own: finite, inside, and lower on both sides of every parameter."""
    p = found.parameters
    inside = all(math.isfinite(value) and value > 0 for value in (p.r, p.alpha, p.a, p.b))
    if not inside or not 1e-4 < p.a / (p.a + p.b) < 1 - 1e-4:
        return False
    clients = (of.x[of.where], of.t_x[of.where], of.T[of.where])
    top = log_posterior(p, *clients, priors=True)
    for name in ("r", "alpha"):
        for factor in (0.95, 1.05):
            if log_posterior(replace(p, **{name: factor * getattr(p, name)}), *clients, priors=True) >= top:
                return False
    phi, kappa = p.a / (p.a + p.b), p.a + p.b
    aside = [(phi * 0.95, kappa), (1 - (1 - phi) * 0.95, kappa), (phi, kappa * 1.05)]
    # κ may stand at 1, the end of its prior
    aside += [(phi, kappa * 0.95)] if kappa > 1.06 else []
    others = [replace(p, a=share * size, b=(1 - share) * size) for share, size in aside]
    return all(log_posterior(other, *clients, priors=True) < top for other in others)


@pytest.mark.parametrize(
    "batch", [pytest.param(batch, marks=() if batch < 2 else pytest.mark.long) for batch in range(10)]
)
def test_200_small_portfolios_never_return_a_degenerate_fit_in_silence(batch: int) -> None:
    faults = {
        bg_nbd_fit.NOBODY_LEAVES, bg_nbd_fit.EVERYBODY_LEAVES, bg_nbd_fit.NO_REPEAT, bg_nbd_fit.FLAT,
        bg_nbd_fit.AT_AN_END, bg_nbd_fit.NOT_CONVERGED,
    }  # fmt: skip
    for seed in range(20 * batch, 20 * batch + 20):
        of = histories(random_purchases(seed, 30 + 27 * (seed % 11), START, UNTIL))
        found = bg_nbd_fit.fit(of)
        if found.degenerate is None:
            assert is_sound(found, of), seed
        else:
            assert found.degenerate in faults, seed


def test_100_000_clients_in_three_seconds() -> None:
    rng = np.random.default_rng(2)
    repeats = rng.negative_binomial(1, 0.2, 100_000)
    age = rng.integers(1, 1_500, 100_000)
    recency = np.where(repeats > 0, (age * rng.beta(2, 1, 100_000)).astype(np.int64), 0)
    started = time.process_time()
    found = bg_nbd_fit.fit(Histories.of_days(repeats, recency, age))
    assert time.process_time() - started < 3
    assert found.degenerate is None


@pytest.mark.parametrize(
    ("at", "peaked", "said"),
    [(-8.0, False, bg_nbd_fit.NOBODY_LEAVES), (8.0, False, bg_nbd_fit.EVERYBODY_LEAVES), (-8.0, True, None)],
)
def test_a_share_that_leaves_far_out_is_a_fault_unless_it_is_a_peak(at: float, peaked: bool, said: str | None) -> None:
    point = np.zeros(4)
    point[bg_nbd_fit._PHI] = at
    top = Optimum(point, -1.0, True, np.zeros(4, dtype=bool), peaked)
    assert bg_nbd_fit._fault(top, priors=True) == said
